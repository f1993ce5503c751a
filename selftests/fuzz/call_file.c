// SPDX-License-Identifier: GPL-2.0
/*
 * What a program does with the node's descriptors, ioctls apart.
 */
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/if_tun.h>
#include <linux/if_tun_alt.h>

#include "frame.h"
#include "uring.h"

/* The longest payload that is written: a frame and its headers are below 64 KiB and above */
#define LONGEST 65600

static long answer(long ret)
{
	return ret < 0 ? -errno : ret;
}

/* to, flags */
WORLD_OP(call_open)
{
	int fd = open("/dev/" TUN_ALT_NODE_NAME,
		      O_CLOEXEC | (arg[1] & (O_ACCMODE | O_NONBLOCK | O_ASYNC)) | O_RDWR);

	if (fd < 0)
		return -errno;
	world_put(arg[0], fd, 0, 10);
	return 0;
}

/* fd */
WORLD_OP(call_close)
{
	if (world_fd(arg[0]) < 0)
		return -EBADF;
	world_put(arg[0], -1, 0, 10);
	return 0;
}

/* fd, to */
WORLD_OP(call_dup)
{
	const struct world_file *from = &world.file[arg[0] % FUZZ_FILES];
	int fd = fcntl(world_fd(arg[0]), F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	world_put(arg[1], fd, from->flags, from->vnet);
	return 0;
}

/* In three pieces, of which one is empty if it is to be */
static int pieces(struct iovec *iov, unsigned char *data, size_t len, __u64 how)
{
	size_t first = how * 7 % (len + 1);

	size_t second = (len - first) / 2;

	iov[0] = (struct iovec){ data, first };
	iov[1] = (struct iovec){ data + first, second };
	iov[2] = (struct iovec){ data + first + second, len - first - second };
	return 3;
}

/* fd, length, pieces, pointer */
WORLD_OP(call_read)
{
	size_t len = arg[1] % (WORLD_ROOM / 2);
	void *data = world_pointer(task, arg[3], task->room, len);
	struct iovec iov[3];

	if (!arg[2])
		return answer(read(world_fd(arg[0]), data, len));
	return answer(readv(world_fd(arg[0]), iov, pieces(iov, data, len, arg[2])));
}

size_t world_frame(const struct fuzz_task *task, const __u64 *arg, unsigned char *room)
{
	const struct world_file *file = &world.file[arg[0] % FUZZ_FILES];
	struct frame_shape shape = {
		.pi = !(file->flags & IFF_NO_PI),
		.vnet = file->flags & IFF_VNET_HDR ? file->vnet : 0,
		.ethernet = file->flags & IFF_TAP && !(file->flags & IFF_TUN),
		.kind = arg[1] % FRAME_KINDS,
		.payload = arg[2] % LONGEST,
		.says = arg[3],
		.field = arg[4],
		.value = arg[5],
		.poke = arg[6],
	};

	return frame_build(&shape, room, WORLD_ROOM / 2);
}

/* The same as a burst of so many frames, if the descriptor writes those */
static size_t burst_of(const struct fuzz_task *task, const __u64 *arg, unsigned int n)
{
	size_t len = 0, one;

	if (!(world.file[arg[0] % FUZZ_FILES].burst & TUN_ALT_BURST_WRITE))
		return world_frame(task, arg, task->room);
	for (unsigned int i = 0; i < n && len < WORLD_ROOM / 4; i++) {
		unsigned char *at = task->room + len;
		struct tun_alt_frame frame = {};

		one = world_frame(task, arg, at + sizeof(frame));
		frame.len = one;
		frame.flags = arg[5] & TUN_ALT_FRAME_CHECKED;
		memcpy(at, &frame, sizeof(frame));
		len += (sizeof(frame) + one + 7) / 8 * 8;
	}
	return len;
}

/* fd, frame, payload, says, field, value, poke, pieces, pointer, times */
WORLD_OP(call_write)
{
	size_t len = burst_of(task, arg, 1 + arg[9] % 16);
	void *data = world_pointer(task, arg[8], task->room, len);
	struct iovec iov[3];
	long ret = 0;
	int n = 0;

	if (arg[7])
		n = pieces(iov, data, len, arg[7]);
	for (unsigned int i = 0; i <= arg[9] % 8 && ret >= 0; i++)
		ret = answer(n ? writev(world_fd(arg[0]), iov, n) :
				 write(world_fd(arg[0]), data, len));
	return ret;
}

/* fd, events, how */
WORLD_OP(call_poll)
{
	struct pollfd pfd = { .fd = world_fd(arg[0]), .events = arg[1] };
	struct epoll_event event = { .events = arg[1] };
	long ret;
	int fd;

	if (!arg[2])
		return answer(poll(&pfd, 1, 1));
	fd = epoll_create1(EPOLL_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = answer(epoll_ctl(fd, EPOLL_CTL_ADD, world_fd(arg[0]), &event));
	if (!ret)
		ret = answer(epoll_wait(fd, &event, 1, 1));
	close(fd);
	return ret;
}

/* fd, command, value */
WORLD_OP(call_fcntl)
{
	__u64 value = arg[2];

	/* Signals are for us, and ignored. */
	if (arg[1] == F_SETOWN)
		value = value & 1 ? getpid() : 0;
	return answer(fcntl(world_fd(arg[0]), arg[1], value));
}

/* fd, protection */
WORLD_OP(call_mmap)
{
	void *area = mmap(NULL, 4096, arg[1] & 3, MAP_SHARED, world_fd(arg[0]), 0);

	if (area == MAP_FAILED)
		return -errno;
	munmap(area, 4096);
	return 0;
}

/* fd: what /proc says of it, and what its offset is */
WORLD_OP(call_look)
{
	char path[64];
	long ret;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", world_fd(arg[0]));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = answer(read(fd, task->room, 4096));
	close(fd);
	lseek(world_fd(arg[0]), 0, SEEK_CUR);
	return ret;
}

/* fd, way, length */
WORLD_OP(call_splice)
{
	size_t len = arg[2] % 65536;
	int fd = world_fd(arg[0]);

	switch (arg[1] % 4) {
	case 0:
		return answer(splice(fd, NULL, task->pipe[1], NULL, len, SPLICE_F_NONBLOCK));
	case 1:
		len = world_frame(task, (__u64[]){ arg[0], 0, len % 1000, 0, 0, 0, 0 }, task->room);
		if (write(task->pipe[1], task->room, len) < 0)
			return -errno;
		return answer(splice(task->pipe[0], NULL, fd, NULL, len, SPLICE_F_NONBLOCK));
	case 2:
		return answer(sendfile(task->pipe[1], fd, NULL, len));
	default:
		return answer(read(task->pipe[0], task->room, len));
	}
}

/* fd, way, length: what does not complete in time is cancelled */
WORLD_OP(call_uring)
{
	int write = arg[1] & 1, opcode = write ? IORING_OP_WRITE : IORING_OP_READ;
	size_t len = arg[2] % 65536;
	long ret;

	if (!task->ring)
		return -EOPNOTSUPP;
	if (write)
		len = world_frame(task, (__u64[]){ arg[0], arg[1] >> 1, len % 2000, 0, 0, 0, 0 },
				  task->room);
	ret = uring_rw(task->ring, opcode, world_fd(arg[0]), task->room, len, 0);
	if (ret)
		return ret;
	ret = uring_result(task->ring, 5);
	if (ret != URING_TIMED_OUT)
		return ret;
	/* Of two completions, the request's own and the cancellation's */
	if (!uring_cancel(task->ring, opcode, 0, IORING_ASYNC_CANCEL_ANY))
		for (int i = 0; i < 2; i++)
			uring_result(task->ring, 100);
	return -ECANCELED;
}

/* space */
WORLD_OP(call_setns)
{
	task->away = true;
	return answer(setns(world.space[arg[0] % FUZZ_SPACES].ns, CLONE_NEWNET));
}

/* space: not the first, which is the machine's */
WORLD_OP(call_new_space)
{
	task->away = true;
	return world_new_space(1 + arg[0] % (FUZZ_SPACES - 1));
}

/* user: the calling thread's alone, the library would change all of them */
WORLD_OP(call_user)
{
	task->away = true;
	return answer(syscall(SYS_setresuid, -1, (uid_t)arg[0], -1));
}

/* milliseconds */
WORLD_OP(call_sleep)
{
	return answer(usleep(arg[0] % 20 * 1000));
}

/* name, file: of the first namespace, whose sysfs is mounted */
WORLD_OP(call_sysfs)
{
	static const char *const files[] = { "tun_flags", "owner", "group", "carrier", "mtu" };
	char path[128];
	long ret;
	int fd;

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", world_name(arg[0]), files[arg[1] % 5]);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = answer(read(fd, task->room, 256));
	close(fd);
	return ret;
}
