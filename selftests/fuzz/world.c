// SPDX-License-Identifier: GPL-2.0
/*
 * The world that a program finds, and that is the same for the next one.
 */
#include "world.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>

#include "net_test.h"
#include "uring.h"

/* An address that no process has, and one of the kernel's */
#define BAD_ADDRESS 8UL
#define KERNEL_ADDRESS 0xffff888000000000UL

struct world world;

static const char *const names[] = {
	"fz0", "fz1", "fz2", "", "fz%d", "lo", "vlan9", "fz/0", "fifteen_bytes_xy",
};

static_assert(sizeof(names) / sizeof(*names) == FUZZ_NAMES, "each has a number");

const char *world_name(__u64 number)
{
	return names[number % FUZZ_NAMES];
}

int world_fd(__u64 place)
{
	return __atomic_load_n(&world.file[place % FUZZ_FILES].fd, __ATOMIC_RELAXED);
}

void world_put(__u64 place, int fd, __u32 flags, int vnet)
{
	struct world_file *file = &world.file[place % FUZZ_FILES];
	int before = __atomic_exchange_n(&file->fd, fd, __ATOMIC_RELAXED);

	file->flags = flags;
	file->vnet = vnet;
	if (before >= 0)
		close(before);
}

void *world_pointer(struct fuzz_task *task, __u64 kind, const void *data, size_t len)
{
	unsigned char *at;

	switch (kind % POINTER_KINDS) {
	case POINTER_NULL:
		return NULL;
	case POINTER_BAD:
		return (void *)BAD_ADDRESS;
	case POINTER_KERNEL:
		return (void *)KERNEL_ADDRESS;
	case POINTER_READ:
		return task->rest;
	case POINTER_HALF:
	case POINTER_SHORT:
		len = kind % POINTER_KINDS == POINTER_HALF ? len / 2 : len - !!len;
		if (len > 4096)
			len = 4096;
		at = task->edge - len;
		memcpy(at, data, len);
		return at;
	default:
		return (void *)data;
	}
}

static int packet_socket(bool past)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;

	if (fd < 0)
		return -1;
	if (past)
		net_packet_bypass(fd);
	if (past)
		setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on));
	return fd;
}

/* Of the namespace that the calling thread is in */
static int fill_space(struct world_space *space)
{
	space->ns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	space->link = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	space->ioctl = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	space->packet = packet_socket(true);
	space->queued = packet_socket(false);
	return space->ns < 0 || space->link < 0 || space->ioctl < 0 || space->packet < 0 ||
	       space->queued < 0 ? -errno : 0;
}

static void swap_fd(int *place, int fd)
{
	int before = __atomic_exchange_n(place, fd, __ATOMIC_RELAXED);

	if (before > 0)
		close(before);
}

/* In the namespace of the calling thread */
static void be_quiet(void)
{
	if (net_quiet())
		fprintf(stderr, "fuzz: IPv6 cannot be switched off\n");
}

int world_new_space(unsigned int at)
{
	struct world_space *to = &world.space[at], made;
	int ret = unshare(CLONE_NEWNET) ? -errno : fill_space(&made);

	if (!ret) {
		be_quiet();
		swap_fd(&to->ns, made.ns);
		swap_fd(&to->link, made.link);
		swap_fd(&to->ioctl, made.ioctl);
		swap_fd(&to->packet, made.packet);
		swap_fd(&to->queued, made.queued);
	}
	return ret;
}

int world_index(__u64 space, __u64 name)
{
	return net_index(world.space[space % FUZZ_SPACES].ioctl, world_name(name));
}

/* The answers of threads that share the socket may change hands; each looks for an error alone. */
int world_netlink(__u64 space, void *request)
{
	int fd = world.space[space % FUZZ_SPACES].link;
	struct nlmsghdr *nlh = request;
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr err;
		char rest[4096];
	} answer = { };
	bool dump = nlh->nlmsg_flags & NLM_F_DUMP;

	nlh->nlmsg_flags |= NLM_F_REQUEST | (dump ? 0 : NLM_F_ACK);
	if (send(fd, nlh, nlh->nlmsg_len, 0) < 0)
		return -errno;
	/* A dump's parts are as long as the room for them, and come as long as there are any. */
	for (int i = 0; i < 64; i++) {
		if (recv(fd, &answer, sizeof(answer), i ? MSG_DONTWAIT : 0) <= 0)
			return i ? 0 : -errno;
		if (answer.nlh.nlmsg_type == NLMSG_ERROR)
			return answer.err.error;
		if (answer.nlh.nlmsg_type == NLMSG_DONE)
			return 0;
	}
	return 0;
}

/* Whether the module has a user: a descriptor, or a device that outlives its own */
static bool has_users(void)
{
	int fd = open("/sys/module/tun_alt/refcnt", O_RDONLY | O_CLOEXEC);
	char text[16] = "";

	if (fd < 0)
		return true;
	if (read(fd, text, sizeof(text) - 1) < 0)
		*text = '1';
	close(fd);
	return atoi(text);
}

/* Whether a program may have made it: a name of its own, or one that the driver gave it */
static bool is_made(const char *name)
{
	static const char *const begins[] = { "fz", "t", "fifteen", "vlan" };

	for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++)
		if (!strncmp(name, begins[i], strlen(begins[i])))
			return true;
	return false;
}

/* What is left is persistent. */
static void delete_links(unsigned int space)
{
	struct if_nameindex *list;

	if (setns(world.space[space].ns, CLONE_NEWNET))
		return;
	list = if_nameindex();
	for (int i = 0; list && list[i].if_index; i++)
		if (is_made(list[i].if_name))
			net_dellink(list[i].if_name);
	if (list)
		if_freenameindex(list);
}

void world_tidy(void)
{
	world_unmap();
	for (int i = 0; i < FUZZ_FILES; i++)
		world_put(i, -1, 0, 10);
	if (!has_users())
		return;
	for (int i = FUZZ_SPACES - 1; i >= 0; i--)
		delete_links(i);
	if (setns(world.space[0].ns, CLONE_NEWNET))
		perror("fuzz: the first namespace");
}

/* A child tries the door for 32-bit programs: who has none dies of it. */
static bool has_compat(void)
{
	int status = 1;
	pid_t pid = fork();

	if (!pid) {
		long ret = 20;	/* getpid() there */

		asm volatile("int $0x80" : "+a" (ret) : : "memory", "r8", "r9", "r10", "r11");
		_exit(ret <= 0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       !WEXITSTATUS(status);
}

int world_setup(void)
{
	int ret;

	for (int i = 0; i < FUZZ_FILES; i++)
		world.file[i].fd = -1;
	world.compat = has_compat();
	ret = fill_space(&world.space[0]);
	be_quiet();
	for (int i = 1; !ret && i < FUZZ_SPACES; i++)
		ret = world_new_space(i);
	if (!ret && setns(world.space[0].ns, CLONE_NEWNET))
		ret = -errno;
	return ret ? ret : world_load_programs();
}

int world_setup_task(struct fuzz_task *task)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, both = PROT_READ | PROT_WRITE;

	task->room = mmap(NULL, WORLD_ROOM, both, flags, -1, 0);
	task->edge = mmap(NULL, 8192, both, flags, -1, 0);
	task->rest = mmap(NULL, 4096, PROT_READ, flags, -1, 0);
	if (task->room == MAP_FAILED || task->edge == MAP_FAILED || task->rest == MAP_FAILED)
		return -errno;
	task->edge += 4096;
	if (mprotect(task->edge, 4096, PROT_NONE) || pipe2(task->pipe, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	task->ring = calloc(1, sizeof(*task->ring));
	if (task->ring && uring_init(task->ring)) {
		free(task->ring);
		task->ring = NULL;
	}
	return 0;
}
