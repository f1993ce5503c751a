// SPDX-License-Identifier: GPL-2.0
/* `doctor`: the facts. */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "conf.h"
#include "kernel.h"

/* Inode number of the first pid namespace (PROC_PID_INIT_INO of the kernel). */
#define INIT_PIDNS	0xEFFFFFFCu

bool doctor_read(const char *path, char *to, size_t size)
{
	FILE *file = fopen(path, "re");

	*to = '\0';
	if (!file)
		return false;
	if (!fgets(to, size, file))
		*to = '\0';
	fclose(file);
	to[strcspn(to, "\n")] = '\0';
	return true;
}

void doctor_misc(struct doctor *d, FILE *file)
{
	bool taken[DOCTOR_MINOR_LAST + 1] = { false };
	char line[256];

	d->misc_minor = -1;
	d->minor_free = -1;
	while (fgets(line, sizeof(line), file)) {
		char *name;
		long minor = strtol(line, &name, 10);

		name += strspn(name, " ");
		name[strcspn(name, "\n")] = '\0';
		if (minor >= 0 && minor <= DOCTOR_MINOR_LAST)
			taken[minor] = true;
		if (!strcmp(name, CONF_MISC_NAME))
			d->misc_minor = minor;
		if (!strcmp(name, "tun"))
			d->in_tree = true;
		if (minor == CONF_MINOR)
			snprintf(d->minor_taker, sizeof(d->minor_taker), "%s", name);
	}
	for (int i = DOCTOR_MINOR_LAST; i >= DOCTOR_MINOR_FIRST; i--)
		if (!taken[i])
			d->minor_free = i;
}

static void gather_misc(struct doctor *d)
{
	FILE *file = fopen("/proc/misc", "re");

	d->misc_minor = -1;
	d->minor_free = -1;
	if (!file)
		return;
	doctor_misc(d, file);
	fclose(file);
	d->loaded = d->misc_minor >= 0;
}

/* "N:CONTROLLERS:PATH"; devices are ruled by the v1 controller of that name, or by BPF of v2. */
static void gather_cgroup(struct doctor *d)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	char line[512];

	while (file && fgets(line, sizeof(line), file)) {
		char *controllers = strchr(line, ':');
		char *path = controllers ? strchr(controllers + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		path[strcspn(path, "\n")] = '\0';
		if (!strcmp(controllers + 1, "devices") ||
		    (!controllers[1] && (!*d->cgroup || !strcmp(d->cgroup, "/"))))
			snprintf(d->cgroup, sizeof(d->cgroup), "%.*s",
				 (int)sizeof(d->cgroup) - 1, path);
	}
	if (file)
		fclose(file);
}

/* The innermost part of the cgroup path that is a unit's name. */
static void gather_unit(struct doctor *d)
{
	static const char *const ends[] = { ".service", ".scope" };
	char path[sizeof(d->cgroup)];
	char *save = NULL;

	if (d->unit_asked)
		return;
	memcpy(path, d->cgroup, sizeof(path));
	for (char *p = strtok_r(path, "/", &save); p; p = strtok_r(NULL, "/", &save)) {
		for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
			size_t len = strlen(p);
			size_t end = strlen(ends[i]);

			if (len > end && !strcmp(p + len - end, ends[i]))
				snprintf(d->unit, sizeof(d->unit), "%.*s",
					 (int)sizeof(d->unit) - 1, p);
		}
	}
}

/* The variable container= of process 1 is what systemd's interface for containers asks for. */
static void ask_process_1(struct doctor *d)
{
	char environ[4096];
	ssize_t n;
	int fd;

	fd = open("/proc/1/environ", O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, environ, sizeof(environ) - 1);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return;
	environ[n] = '\0';
	for (char *p = environ; p < environ + n; p += strlen(p) + 1)
		if (!strncmp(p, "container=", 10))
			snprintf(d->container, sizeof(d->container), "%.*s",
				 (int)sizeof(d->container) - 1, p + 10);
}

static void gather_container(struct doctor *d)
{
	struct stat pidns;

	/* The first pid namespace is no container, though its image may have been one's. */
	if (!stat("/proc/self/ns/pid", &pidns) && pidns.st_ino == INIT_PIDNS)
		return;
	if (!access("/.dockerenv", F_OK))
		snprintf(d->container, sizeof(d->container), "docker");
	else if (!access("/run/.containerenv", F_OK))
		snprintf(d->container, sizeof(d->container), "podman");
	else
		doctor_read("/run/systemd/container", d->container, sizeof(d->container));
	if (!*d->container)
		ask_process_1(d);
}

void doctor_gather(struct doctor *d)
{
	struct utsname name;

	d->fd = open(CONF_NODE, O_RDWR | O_CLOEXEC);
	d->open_error = d->fd < 0 ? errno : 0;
	d->node_error = stat(CONF_NODE, &d->node) ? errno : 0;
	if (!uname(&name))
		snprintf(d->release, sizeof(d->release), "%s", name.release);
	gather_misc(d);
	gather_cgroup(d);
	gather_unit(d);
	gather_container(d);
}
