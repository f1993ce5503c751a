/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The operations: what each does in a place, and the errnos that are documented for it in
 * Documentation/uapi/ioctls.rst, or in the kernel's own for what goes to the core first.
 */
#ifndef SELFTESTS_RACES_OPERATIONS_H
#define SELFTESTS_RACES_OPERATIONS_H

#include <linux/if_tun_alt.h>

#include "../module/module.h"
#include "filters.h"
#include "frame.h"
#include "look.h"
#include "netlink.h"
#include "race.h"
#include "ring.h"

static inline int race_errno(int ret)
{
	return ret < 0 ? -errno : ret;
}

static inline struct race_place *race_place(struct race_thread *thread, int place)
{
	return &thread->race->arena.places[place];
}

static inline int race_read(struct race_thread *thread, int place)
{
	char room[2048];

	return race_errno(read(RACE_FD + place, room, sizeof(room)));
}

static inline int race_write(struct race_thread *thread, int place)
{
	size_t len = RACE_SHORTEST + race_below(&thread->random, 1400);
	int flags = thread->race->arena.flags;
	unsigned char frame[1500] = {};

	race_frame(flags, frame, len);
	return race_errno(race_frame_write(RACE_FD + place, flags, frame, len));
}

/* Now and then it sleeps: whoever takes the queue away finds it there */
static inline int race_poll(struct race_thread *thread, int place)
{
	int events = POLLIN | (thread->parity++ & 1 ? POLLOUT : 0);
	struct pollfd pfd = { .fd = RACE_FD + place, .events = events };

	return race_errno(poll(&pfd, 1, race_once_in(&thread->random, 4)));
}

static inline int race_close(struct race_thread *thread, int place)
{
	return race_errno(close(RACE_FD + place));
}

/* On the descriptor of the place, or on a fresh one that the leader closes after the round */
static inline int race_setiff(struct race_thread *thread, int place)
{
	int spare = RACE_SPARE_FD + place * RACE_THREADS + thread->number;
	char name[IFNAMSIZ];
	int fd;

	snprintf(name, sizeof(name), "%s", race_place(thread, place)->name);
	if (race_once_in(&thread->random, 4))
		return tun_dev_attach(RACE_FD + place, name, thread->race->arena.flags);
	fd = tun_dev_queue(name, thread->race->arena.flags, O_NONBLOCK);
	if (fd < 0)
		return fd;
	dup3(fd, spare, O_CLOEXEC);
	close(fd);
	return 0;
}

static inline int race_setqueue(struct race_thread *thread, int place)
{
	struct ifreq ifr = {
		.ifr_flags = thread->parity++ & 1 ? IFF_ATTACH_QUEUE : IFF_DETACH_QUEUE,
	};

	return tun_ioctl(RACE_FD + place, TUNSETQUEUE, (unsigned long)&ifr);
}

static inline int race_persist(struct race_thread *thread, int place)
{
	return tun_ioctl(RACE_FD + place, TUNSETPERSIST, thread->parity++ & 1);
}

/* Sizes with and without room: packets are lost or, with IFF_BACKPRESSURE, subqueues stopped */
static inline int race_txqueuelen(struct race_thread *thread, int place)
{
	return rtnl_set_number(thread->door.home, race_place(thread, place)->sibling, IFLA_TXQLEN,
			     race_below(&thread->random, 600));
}

static inline int race_mtu(struct race_thread *thread, int place)
{
	return rtnl_set_number(thread->door.home, race_place(thread, place)->sibling, IFLA_MTU,
			     68 + race_below(&thread->random, 1400));
}

static inline int race_xdp(struct race_thread *thread, int place)
{
	const int *progs = thread->race->arena.programs.xdp;
	int prog = thread->parity++ & 1 ? -1 : progs[race_below(&thread->random, 2)];

	return race_link_xdp(thread->door.home, race_place(thread, place)->sibling, prog);
}

static inline int race_filter(struct race_thread *thread, int place)
{
	const struct race_arena *arena = &thread->race->arena;

	return race_filter_any(RACE_FD + place, &thread->random, arena->flags,
			       arena->programs.filter);
}

static inline int race_steering(struct race_thread *thread, int place)
{
	const int *progs = thread->race->arena.programs.steering;
	int prog = thread->parity++ & 1 ? -1 : progs[race_below(&thread->random, 2)];

	return tun_ioctl(RACE_FD + place, TUNSETSTEERINGEBPF, (unsigned long)&prog);
}

static inline int race_burst_set(int fd, unsigned int flags)
{
	struct tun_alt_burst burst = { .size = sizeof(burst), .flags = flags };

	return tun_ioctl(fd, TUN_ALT_SET_BURST, (unsigned long)&burst);
}

/* Frames one behind the other, a multiple of what begins one */
#define RACE_BURST_LEN 64
#define RACE_BURST_STEP 96
#define RACE_BURST_MOST 8

/* Some packets as a burst and as an array: bytes, and slots that lie in them */
static inline int race_burst_frames(struct race_thread *thread, unsigned char *room,
				    struct tun_alt_slot *slots)
{
	int n = 1 + race_below(&thread->random, RACE_BURST_MOST);
	int flags = thread->race->arena.flags;
	size_t front = race_frame_front(flags);
	struct tun_alt_frame frame = { .len = RACE_BURST_STEP - sizeof(frame) };

	memset(room, 0, n * RACE_BURST_STEP);
	for (int i = 0; i < n; i++) {
		unsigned char *at = room + i * RACE_BURST_STEP;

		memcpy(at, &frame, sizeof(frame));
		race_frame(flags, at + sizeof(frame) + front, frame.len - front);
		slots[i] = (struct tun_alt_slot){
			.addr = (uintptr_t)at + sizeof(frame), .len = frame.len,
		};
	}
	return n;
}

/* That there is nothing to read is as good as anything. */
static inline int race_unless_empty(int ret)
{
	return ret < 0 && errno == EAGAIN ? 0 : race_errno(ret);
}

/* The mode is begun, made use of and ended; arrays need none. */
static inline int race_burst(struct race_thread *thread, int place)
{
	static const unsigned int modes[] = {
		TUN_ALT_BURST_READ | TUN_ALT_BURST_WRITE,
		TUN_ALT_BURST_READ | TUN_ALT_BURST_WRITE | TUN_ALT_BURST_GRO,
		TUN_ALT_BURST_READ | TUN_ALT_BURST_COALESCE | TUN_ALT_BURST_WRITE,
	};
	unsigned char room[RACE_BURST_MOST * RACE_BURST_STEP];
	struct tun_alt_slot slots[RACE_BURST_MOST];
	struct tun_alt_array array = { .size = sizeof(array), .slots = (uintptr_t)slots };
	unsigned int mode = modes[race_below(&thread->random, 3)];
	int n, ret, fd = RACE_FD + place;

	n = race_burst_frames(thread, room, slots);
	array.nr = n;
	if (race_once_in(&thread->random, 3)) {
		ret = race_errno(ioctl(fd, TUN_ALT_WRITE_ARRAY, &array));
		return ret < 0 ? ret : race_unless_empty(ioctl(fd, TUN_ALT_READ_ARRAY, &array));
	}
	ret = race_burst_set(fd, mode);
	if (ret)
		return ret;
	ret = race_errno(write(fd, room, n * RACE_BURST_STEP));
	if (ret >= 0)
		ret = race_unless_empty(read(fd, room, sizeof(room)));
	race_burst_set(fd, 0);
	return ret;
}

static inline int race_updown(struct race_thread *thread, int place)
{
	return race_link_up(thread->door.home, race_place(thread, place)->sibling,
			    thread->parity++ & 1);
}

/* All devices of the round by one call: the kernel waits once for all of them */
static inline int race_link_del(struct race_thread *thread, int place)
{
	return rtnl_delete_group(thread->door.home, RACE_GROUP);
}

/*
 * There and back. Out of a namespace that is about to end nothing can be moved by who does not
 * keep it: into it, then.
 */
static inline int race_netns_move(struct race_thread *thread, int place)
{
	const struct race_arena *arena = &thread->race->arena;
	const char *name = race_place(thread, place)->sibling;

	if (arena->kind == RACE_DOOMED)
		return race_link_move(thread->door.home, name, RACE_DOOMED_FD);
	if (thread->parity++ & 1)
		return race_link_move(thread->door.away, name, arena->home_ns);
	return race_link_move(thread->door.home, name, arena->away_ns);
}

/* Over when the witness, a queue of the last place that nobody else knows, has no device */
static inline int race_netns_exit(struct race_thread *thread, int place)
{
	struct ifreq ifr;
	int ret = close(RACE_DOOMED_FD);

	for (int i = 0; !ret && i < 100000; i++) {
		if (ioctl(RACE_WITNESS_FD, TUNGETIFF, &ifr))
			return errno == EBADFD ? 0 : -errno;
		race_sleep_us(200);
	}
	return ret ? -errno : -ETIMEDOUT;
}

/* There is always somebody who holds it: that it goes is what must not happen. */
static inline int race_rmmod(struct race_thread *thread, int place)
{
	int ret = module_unload();

	return ret ? ret : -ENOENT;
}

#define RACE_CPU "/sys/devices/system/cpu/cpu1/online"

static inline int race_cpu_online(bool online)
{
	int fd = open(RACE_CPU, O_WRONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, online ? "1" : "0", 1) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/* What keeps it away for a moment is waited for: all tests after this one need two processors */
static inline int race_cpu_back(void)
{
	int ret = race_cpu_online(true);

	for (int i = 0; i < NET_SOON_MS / 20 && ret == -EBUSY; i++) {
		net_sleep_ms(20);
		ret = race_cpu_online(true);
	}
	return ret;
}

static inline int race_hotplug(struct race_thread *thread, int place)
{
	return race_cpu_online(thread->parity++ & 1);
}

static inline int race_look(struct race_thread *thread, int place)
{
	if (thread->parity++ & 1)
		return race_look_queues();
	return race_look_device(race_place(thread, place)->sibling);
}

static const struct race_op race_ops[RACE_OPS] = {
	[OP_READ] = { "read", race_read, { EAGAIN, EBADFD, EBADF } },
	[OP_WRITE] = { "write", race_write, { EIO, EBADFD, EBADF, EAGAIN, EBUSY } },
	[OP_POLL] = { "poll", race_poll, { } },
	[OP_CLOSE] = { "close", race_close, { EBADF }, .once = true },
	[OP_SETIFF] = { "setiff", race_setiff, { EEXIST, EBADF }, .once = true },
	[OP_SETQUEUE] = { "setqueue", race_setqueue, { EINVAL, EBADF } },
	[OP_PERSIST] = { "persist", race_persist, { EBADFD, EBADF } },
	[OP_TXQUEUELEN] = { "txqueuelen", race_txqueuelen, { ENODEV } },
	[OP_MTU] = { "mtu", race_mtu, { ENODEV } },
	[OP_XDP] = { "xdp", race_xdp, { ENODEV } },
	[OP_FILTER] = { "filter", race_filter, { EBADFD, EBADF } },
	[OP_STEERING] = { "steering", race_steering, { EBADFD, EBADF } },
	[OP_BURST] = { "burst", race_burst, { EIO, EBADFD, EBADF, EAGAIN, EBUSY } },
	[OP_RING] = { "ring", race_ring, { EINVAL, ENODEV, EBADFD, EBADF, EBUSY, EAGAIN, EIO } },
	[OP_UPDOWN] = { "updown", race_updown, { ENODEV } },
	[OP_LINK_DEL] = { "link_del", race_link_del, { ENODEV }, .wide = true },
	/* of the last three: its namespace has ended, or is ending; the name is taken there */
	[OP_NETNS_MOVE] = { "netns_move", race_netns_move, { ENODEV, EBADF, EINVAL, EEXIST } },
	[OP_NETNS_EXIT] = { "netns_exit", race_netns_exit, { }, .wide = true },
	[OP_RMMOD] = { "rmmod", race_rmmod, { EAGAIN } },
	[OP_HOTPLUG] = { "hotplug", race_hotplug, { EBUSY }, .wide = true },
	/* in-tree has neither the family nor the counters */
	[OP_LOOK] = { "look", race_look, { ENODEV, ENOENT, EOPNOTSUPP } },
};

/* Whether that operation is one of the test's */
static inline bool race_has(const struct race *race, enum race_op_number number)
{
	for (int i = 0; i < race->nr_threads; i++)
		if (race->threads[i].op == &race_ops[number])
			return true;
	return false;
}

#endif /* SELFTESTS_RACES_OPERATIONS_H */
