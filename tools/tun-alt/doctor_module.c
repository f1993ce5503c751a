// SPDX-License-Identifier: GPL-2.0
/* `doctor`: the module, its minor, whether it may be loaded, and in-tree tun beside it. */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"

#define SECURE_BOOT \
	"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

/* Trailer that the kernel's sign-file leaves at the end of a module. */
#define SIGNED_MARK	"~Module signature appended~\n"

/* Path of the installed module below /lib/modules/RELEASE, from depmod's list. */
static bool find_installed(const struct doctor *d, char *path, size_t size)
{
	bool found = false;
	char line[1024];
	FILE *file;

	snprintf(line, sizeof(line), "/lib/modules/%s/modules.dep", d->release);
	file = fopen(line, "re");
	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file)) {
		char *end = strchr(line, ':');
		char *base;

		if (!end)
			continue;
		*end = '\0';
		base = strrchr(line, '/');
		base = base ? base + 1 : line;
		found = !strncmp(base, CONF_MODULE ".ko", strlen(CONF_MODULE ".ko"));
	}
	fclose(file);
	if (found)
		snprintf(path, size, "/lib/modules/%s/%s", d->release, line);
	return found;
}

void doctor_check_module(struct doctor *d)
{
	char fix[DOCTOR_FIX_MAX];
	char version[64];
	char path[1200];

	if (d->loaded) {
		doctor_read("/sys/module/" CONF_MODULE "/version", version, sizeof(version));
		doctor_say(d, DOCTOR_OK, "module", NULL, CONF_MODULE "%s%s is loaded",
			   *version ? " " : "", version);
		return;
	}
	snprintf(path, sizeof(path), "/lib/modules/%s", d->release);
	if (find_installed(d, path, sizeof(path))) {
		doctor_say(d, DOCTOR_FAIL, "module", "modprobe " CONF_MODULE,
			   CONF_MODULE " is installed but not loaded");
	} else if (access(path, F_OK)) {
		doctor_say(d, DOCTOR_FAIL, "module", "modprobe " CONF_MODULE "   # on the host",
			   CONF_MODULE " is not loaded, and modules of %s are not to be seen here",
			   d->release);
	} else {
		if (access("/var/lib/dkms/tun-alt", F_OK))
			snprintf(fix, sizeof(fix), "make KDIR=/lib/modules/%s/build install",
				 d->release);
		else
			snprintf(fix, sizeof(fix), "dkms autoinstall -k %s", d->release);
		doctor_say(d, DOCTOR_FAIL, "module", fix,
			   CONF_MODULE " is not installed for kernel %s", d->release);
	}
}

void doctor_check_minor(struct doctor *d)
{
	char fix[DOCTOR_FIX_MAX];

	if (d->loaded) {
		doctor_say(d, DOCTOR_OK, "minor", NULL, "misc minor %d is this driver's",
			   d->misc_minor);
		return;
	}
	if (!*d->minor_taker) {
		doctor_say(d, DOCTOR_OK, "minor", NULL, "misc minor %d is free", CONF_MINOR);
		return;
	}
	snprintf(fix, sizeof(fix), "modprobe " CONF_MODULE " minor=%d", d->minor_free);
	doctor_say(d, DOCTOR_FAIL, "minor", fix,
		   "misc minor %d is taken by \"%s\" (/proc/misc), so the driver cannot load",
		   CONF_MINOR, d->minor_taker);
}

static bool secure_boot_is_on(void)
{
	FILE *file = fopen(SECURE_BOOT, "re");
	unsigned char bytes[5];
	bool on;

	if (!file)
		return false;
	/* Four bytes of attributes, then the value. */
	on = fread(bytes, 1, sizeof(bytes), file) == sizeof(bytes) && bytes[4] == 1;
	fclose(file);
	return on;
}

static bool is_signed(const char *path)
{
	char tail[sizeof(SIGNED_MARK)] = "";
	FILE *file = fopen(path, "re");
	bool found;

	if (!file)
		return false;
	found = !fseek(file, -(long)strlen(SIGNED_MARK), SEEK_END) &&
		fread(tail, 1, strlen(SIGNED_MARK), file) == strlen(SIGNED_MARK) &&
		!strcmp(tail, SIGNED_MARK);
	fclose(file);
	return found;
}

void doctor_check_signature(struct doctor *d)
{
	bool secure_boot = secure_boot_is_on();
	char lockdown[128];
	char enforce[16];
	char path[1200];
	bool installed;
	bool locked;

	doctor_read("/sys/kernel/security/lockdown", lockdown, sizeof(lockdown));
	doctor_read("/sys/module/module/parameters/sig_enforce", enforce, sizeof(enforce));
	locked = strstr(lockdown, "[integrity]") || strstr(lockdown, "[confidentiality]");
	if (!secure_boot && !locked && *enforce != 'Y') {
		doctor_say(d, DOCTOR_OK, "signature", NULL,
			   "no Secure Boot, no lockdown: the kernel takes unsigned modules");
		return;
	}
	if (d->loaded) {
		doctor_say(d, DOCTOR_OK, "signature", NULL, "the kernel took the module");
		return;
	}
	installed = find_installed(d, path, sizeof(path));
	if (installed && is_signed(path)) {
		doctor_say(d, DOCTOR_OK, "signature", NULL,
			   "the kernel wants signed modules, and " CONF_MODULE " is signed");
		return;
	}
	doctor_say(d, *enforce == 'Y' || locked ? DOCTOR_FAIL : DOCTOR_WARN, "signature",
		   "mokutil --import /var/lib/dkms/mok.pub   # then reboot and enrol the key",
		   "%s wants signed modules, and " CONF_MODULE " %s",
		   locked ? "lockdown" : *enforce == 'Y' ? "sig_enforce" : "Secure Boot",
		   installed ? "has no signature that can be seen" : "is not installed");
}

void doctor_check_in_tree(struct doctor *d)
{
	if (!d->in_tree)
		doctor_say(d, DOCTOR_OK, "in-tree tun", NULL, "not there");
	else if (d->loaded)
		doctor_say(d, DOCTOR_OK, "in-tree tun", NULL,
			   "has %s: `tun-alt run -- COMMAND` gives a program ours", CONF_TUN_NODE);
	else
		doctor_say(d, DOCTOR_OK, "in-tree tun", NULL, "has %s", CONF_TUN_NODE);
}
