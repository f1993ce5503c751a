// SPDX-License-Identifier: GPL-2.0
/* `doctor`: AppArmor and SELinux. */
#include "doctor.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "conf.h"

#define APPARMOR_DIR	"/etc/apparmor.d"
#define APPARMOR_ON	"/sys/module/apparmor/parameters/enabled"
#define SELINUX_ENFORCE	"/sys/fs/selinux/enforce"

/* Type that the reference policy gives to in-tree tun's node. */
#define SELINUX_TYPE	"tun_tap_device_t"

static bool profile_knows(const char *path, const char *node)
{
	bool found = false;
	char line[1024];
	FILE *file = fopen(path, "re");

	while (file && !found && fgets(line, sizeof(line), file)) {
		char *at = strstr(line, node);

		/* "/dev/net/tun" must not be found in "/dev/net/tun-alt", nor in a comment. */
		found = at && !strchr("-_abcdefghijklmnopqrstuvwxyz", at[strlen(node)]) &&
			line[strspn(line, " \t")] != '#';
	}
	if (file)
		fclose(file);
	return found;
}

/* The first profile that allows in-tree tun's node and not this one. */
static bool find_profile(char *name, size_t size)
{
	DIR *dir = opendir(APPARMOR_DIR);
	bool found = false;
	struct dirent *d;
	char path[600];

	while (dir && !found && (d = readdir(dir))) {
		snprintf(path, sizeof(path), APPARMOR_DIR "/%s", d->d_name);
		if (d->d_type == DT_DIR || !profile_knows(path, CONF_TUN_NODE) ||
		    profile_knows(path, CONF_NODE))
			continue;
		snprintf(path, sizeof(path), APPARMOR_DIR "/local/%s", d->d_name);
		if (profile_knows(path, CONF_NODE))
			continue;
		snprintf(name, size, "%s", d->d_name);
		found = true;
	}
	if (dir)
		closedir(dir);
	return found;
}

static void add_rule_fix(const char *profile, char *fix, size_t size)
{
	snprintf(fix, size,
		 "echo '%s rw,' >> %s/local/%s && apparmor_parser -r %s/%s", CONF_NODE,
		 APPARMOR_DIR, profile, APPARMOR_DIR, profile);
}

void doctor_check_apparmor(struct doctor *d)
{
	char fix[DOCTOR_FIX_MAX];
	char own[128];
	char on[8];
	char name[256];

	doctor_read(APPARMOR_ON, on, sizeof(on));
	if (*on != 'Y') {
		doctor_say(d, DOCTOR_OK, "AppArmor", NULL, "not active");
		return;
	}
	if (!doctor_read("/proc/self/attr/apparmor/current", own, sizeof(own)))
		doctor_read("/proc/self/attr/current", own, sizeof(own));
	if (*own && strcmp(own, "unconfined") && d->open_error == EACCES) {
		own[strcspn(own, " ")] = '\0';
		add_rule_fix(own, fix, sizeof(fix));
		doctor_say(d, DOCTOR_FAIL, "AppArmor", fix,
			   "profile \"%s\" keeps this process from opening the node", own);
		return;
	}
	if (find_profile(name, sizeof(name))) {
		add_rule_fix(name, fix, sizeof(fix));
		doctor_say(d, DOCTOR_WARN, "AppArmor", fix,
			   "profile %s allows %s alone; under `tun-alt run` that is enough", name,
			   CONF_TUN_NODE);
		return;
	}
	doctor_say(d, DOCTOR_OK, "AppArmor", NULL, "active, and in nobody's way");
}

void doctor_check_selinux(struct doctor *d)
{
	char label[256] = "";
	char enforce[8];
	ssize_t n;

	if (!doctor_read(SELINUX_ENFORCE, enforce, sizeof(enforce))) {
		doctor_say(d, DOCTOR_OK, "SELinux", NULL, "not active");
		return;
	}
	n = getxattr(CONF_NODE, "security.selinux", label, sizeof(label) - 1);
	label[n > 0 ? n : 0] = '\0';
	if (d->node_error || strstr(label, SELINUX_TYPE)) {
		doctor_say(d, DOCTOR_OK, "SELinux", NULL, "%s",
			   d->node_error ? "active" : "the node has the type " SELINUX_TYPE);
		return;
	}
	doctor_say(d, d->open_error == EACCES ? DOCTOR_FAIL : DOCTOR_WARN, "SELinux",
		   "chcon -t " SELINUX_TYPE " " CONF_NODE,
		   "%s, and the node's label \"%s\" is not that of in-tree tun's node",
		   *enforce == '1' ? "enforcing" : "permissive", label);
}
