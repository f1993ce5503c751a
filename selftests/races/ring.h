/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rings as an operation: set up, seen, written and read, kicked, now and then looked at from
 * outside, forked with or spoilt, and ended in either order.
 */
#ifndef SELFTESTS_RACES_RING_H
#define SELFTESTS_RACES_RING_H

#include <sys/wait.h>

#include "frame.h"
#include "race.h"
#include "ring/shared.h"

#define RACE_RING_RECORDS 8

static inline int race_ring_map(int fd, struct rings *rings)
{
	int ret = rings_map(fd, &rings->setup.read, &rings->read);

	ret = ret ? ret : rings_map(fd, &rings->setup.write, &rings->write);
	return ret ? ret : rings_map_buffers(fd, rings);
}

static inline void race_ring_add(struct rings *rings, int flags)
{
	size_t front = race_frame_front(flags), len = front + RACE_SHORTEST;
	unsigned char *at = rings_add(rings, NULL, len);

	if (!at)
		return;
	memset(at, 0, len);
	race_frame(flags, at + front, RACE_SHORTEST);
}

/* A frame that is lent, which is none in half of the places where it may be */
static inline void race_ring_lend(struct race_thread *thread, struct rings *rings, int flags)
{
	size_t front = race_frame_front(flags);
	__u32 start = race_below(&thread->random, rings->setup.buffers.bytes);

	if (start < rings->setup.buffers.bytes / 2) {
		memset(rings->buffer + start, 0, front);
		race_frame(flags, rings->buffer + start + front, RACE_SHORTEST);
	}
	if (tun_alt_ring_reserve(&rings->write, tun_alt_ring_span(sizeof(struct tun_alt_lent))) > 0)
		rings_lend(rings, start, TUN_ALT_BUFFER_COPIED + front + RACE_SHORTEST, 0);
}

/* A child that looks after nothing */
static inline void race_ring_fork(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

/* What /proc says of the rings, while they come and go */
static inline void race_ring_look(int fd)
{
	char path[64], room[256];
	int info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = open(path, O_RDONLY | O_CLOEXEC);
	if (info < 0)
		return;
	while (read(info, room, sizeof(room)) > 0)
		;
	close(info);
}

/* What the stack has sent, as far as it makes sense */
static inline int race_ring_read(int fd, struct rings *rings)
{
	struct tun_alt_record record;

	while (rings_next(rings, &record))
		;
	if (!tun_alt_ring_release(&rings->read))
		return 0;
	return rings_kick(fd);
}

static inline int race_ring_use(struct race_thread *thread, int fd, struct rings *rings)
{
	int n = race_below(&thread->random, RACE_RING_RECORDS), ret;

	for (int i = 0; i < n; i++)
		race_ring_add(rings, race_load(thread->race->arena.flags));
	if (rings->buffer)
		race_ring_lend(thread, rings, race_load(thread->race->arena.flags));
	tun_alt_ring_submit(&rings->write, rings->write.tail);
	ret = rings_kick(fd);
	if (ret >= 0)
		ret = race_ring_read(fd, rings);
	if (race_once_in(&thread->random, 64))
		race_ring_fork();
	if (race_once_in(&thread->random, 4))
		race_ring_look(fd);
	if (race_once_in(&thread->random, 8)) {
		rings->write.shared->tail = race_next(&thread->random);
		rings->read.shared->head = race_next(&thread->random);
		rings_kick(fd);
	}
	return ret < 0 ? ret : 0;
}

static inline int race_ring(struct race_thread *thread, int place)
{
	static const unsigned int options[] = {
		0, TUN_ALT_RING_GRO, TUN_ALT_RING_TIME | TUN_ALT_RING_HASH | TUN_ALT_RING_GRO,
	};
	unsigned int flags = options[race_below(&thread->random, 3)];
	bool first = race_once_in(&thread->random, 2);
	int ret, fd = RACE_FD + place;
	struct rings rings = {};

	rings.setup = (struct tun_alt_ring_setup){
		.size = sizeof(rings.setup), .flags = flags,
		.read.bytes = TUN_ALT_RING_LEAST, .write.bytes = TUN_ALT_RING_LEAST,
		.buffers.bytes = race_once_in(&thread->random, 2) ? 2 * TUN_ALT_BUFFER_BYTES : 0,
	};
	ret = tun_ioctl(fd, TUN_ALT_RING_SETUP, (unsigned long)&rings.setup);
	if (ret)
		return ret;
	ret = race_ring_map(fd, &rings);
	if (!ret)
		ret = race_ring_use(thread, fd, &rings);
	if (first)
		rings_unmap(&rings);
	tun_ioctl(fd, TUN_ALT_RING_DETACH, 0);
	rings_unmap(&rings);
	return ret;
}

#endif /* SELFTESTS_RACES_RING_H */
