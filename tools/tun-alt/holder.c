// SPDX-License-Identifier: GPL-2.0
/* Which process holds a device. */
#include "holder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"

/*
 * A line such as "read-ring: bytes 131072 used 0 drops 0 state 0x0", with "buffers 65536 busy 0"
 * behind it if there are any
 */
static void read_ring(const char *line, struct holder *holder)
{
	struct holder_ring *ring = &holder->ring[holder->rings];

	if (holder->rings == HOLDER_RINGS)
		return;
	ring->write = !strncmp(line, "write-", 6);
	ring->buffers = 0;
	if (sscanf(line, "%*[a-z]-ring: bytes %lu used %lu drops %lu state %x buffers %lu busy %u",
		   &ring->bytes, &ring->used, &ring->drops, &ring->state, &ring->buffers,
		   &ring->busy) >= 4)
		holder->rings++;
}

/* The first line of fdinfo that starts with "iff:" names the device; rings come behind it. */
static bool fdinfo_names(int proc, const char *pid, const char *fd, const char *name,
			 struct holder *holder)
{
	bool found = false;
	char path[600];
	char line[256];
	FILE *file;
	int info;

	snprintf(path, sizeof(path), "%s/fdinfo/%s", pid, fd);
	info = openat(proc, path, O_RDONLY | O_CLOEXEC);
	file = info < 0 ? NULL : fdopen(info, "r");
	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, "iff:\t", 5))
			found = !strcmp(line + 5, name);
		else if (found)
			read_ring(line, holder);
	}
	fclose(file);
	return found;
}

static DIR *open_dir(int at, const char *path, int *fd)
{
	DIR *dir;

	*fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return NULL;
	dir = fdopendir(*fd);
	if (!dir)
		close(*fd);
	return dir;
}

/*
 * The node may be open under another path, as in a mount namespace of `tun-alt run`: its number
 * counts.
 */
static bool process_holds(int proc, const char *pid, const char *name, dev_t number,
			  struct holder *holder)
{
	bool found = false;
	struct dirent *d;
	char path[600];
	DIR *dir;
	int fd;

	snprintf(path, sizeof(path), "%s/fd", pid);
	dir = open_dir(proc, path, &fd);
	if (!dir)
		return false;
	holder->rings = 0;
	while ((d = readdir(dir))) {
		struct stat st;

		if (fstatat(fd, d->d_name, &st, 0) || !S_ISCHR(st.st_mode) || st.st_rdev != number)
			continue;
		if (fdinfo_names(proc, pid, d->d_name, name, holder))
			found = true;
	}
	closedir(dir);
	return found;
}

static void read_comm(int proc, const char *pid, struct holder *holder)
{
	char path[300];
	ssize_t n = 0;
	int fd;

	holder->pid = atoi(pid);
	snprintf(path, sizeof(path), "%s/comm", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, holder->comm, sizeof(holder->comm) - 1);
		close(fd);
	}
	holder->comm[n > 0 ? n : 0] = '\0';
	holder->comm[strcspn(holder->comm, "\n")] = '\0';
}

size_t holder_find(const char *name, struct holder *holders, size_t max)
{
	struct dirent *d;
	struct stat node;
	size_t n = 0;
	DIR *dir;
	int proc;

	if (stat(CONF_NODE, &node))
		return 0;
	dir = open_dir(AT_FDCWD, "/proc", &proc);
	if (!dir)
		return 0;
	while (n < max && (d = readdir(dir))) {
		if (strspn(d->d_name, "0123456789") != strlen(d->d_name) ||
		    atoi(d->d_name) == getpid())
			continue;
		if (process_holds(proc, d->d_name, name, node.st_rdev, &holders[n]))
			read_comm(proc, d->d_name, &holders[n++]);
	}
	closedir(dir);
	return n;
}
