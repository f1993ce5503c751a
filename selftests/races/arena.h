/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices, descriptors and namespaces that a race leaves in whatever state, and that the leader
 * mends before the next round. That they can be mended is an assertion of its own: an object that
 * a race has broken for good is one that no TUNSETIFF, no link message and no packet helps.
 */
#ifndef SELFTESTS_RACES_ARENA_H
#define SELFTESTS_RACES_ARENA_H

#include <linux/close_range.h>

#include "netlink.h"
#include "operations.h"
#include "programs.h"
#include "race.h"

/* Names the step, for the report; @ret as it is */
static inline int race_step(struct race_arena *arena, const char *step, int ret)
{
	if (ret < 0 && !arena->trouble)
		arena->trouble = step;
	return ret < 0 ? ret : 0;
}

static inline int race_this_netns(void)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* A netlink socket of the namespace @ns, for a thread that lives in @home */
static inline int race_socket_in(int ns, int home)
{
	int fd;

	if (setns(ns, CLONE_NEWNET))
		return -errno;
	fd = netlink_socket(0);
	return setns(home, CLONE_NEWNET) ? -errno : fd;
}

static inline int race_door_open(const struct race_arena *arena, struct race_door *door)
{
	door->home = netlink_socket(0);
	door->away = race_socket_in(arena->away_ns, arena->home_ns);
	return door->home < 0 || door->away < 0 ? -EIO : 0;
}

static inline void race_door_close(struct race_door *door)
{
	close(door->home);
	close(door->away);
}

/* Grace periods as short as they can be: the races wait for thousands */
static inline void race_hasten(bool hasten)
{
	int fd = open("/sys/kernel/rcu_expedited", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, hasten ? "1" : "0", 1) < 0)
		perror("rcu_expedited");
	close(fd);
}

/*
 * Both programs have a device all the time. The kernel rewrites its dispatcher of XDP programs when
 * one gets its first device or loses its last, and an emulated processor that runs through it at
 * that moment was seen to stumble: "Oops: int3" of 7.3 in bpf_dispatcher_xdp_func().
 */
static inline int race_programs_keep(const struct race_arena *arena)
{
	int ret = race_link_xdp(arena->door.home, "lo", arena->programs.xdp[0]);

	return ret ? ret : race_link_xdp(arena->door.away, "lo", arena->programs.xdp[1]);
}

/* A namespace of one's own and another one; 0 or -errno */
static inline int race_arena_open(struct race_arena *arena)
{
	race_hasten(true);
	if (tun_dev_netns())
		return race_step(arena, "away", -errno);
	arena->away_ns = race_this_netns();
	if (tun_dev_netns())
		return race_step(arena, "home", -errno);
	arena->home_ns = race_this_netns();
	arena->packet = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	arena->holder = tun_open(O_NONBLOCK);
	if (arena->holder < 0)
		return race_step(arena, "open", arena->holder);
	if (race_programs_load(&arena->programs))
		return race_step(arena, "programs", -EIO);
	if (race_door_open(arena, &arena->door))
		return race_step(arena, "sockets", -EIO);
	return race_step(arena, "programs in use", race_programs_keep(arena));
}

static inline unsigned int race_index(const struct race_arena *arena, const char *name)
{
	return race_link_index(arena->door.home, name);
}

/* The descriptor @number open and attached to @name, whatever it was before; 0 or -errno */
static inline int race_attach(struct race_arena *arena, int number, char *name, struct ifreq *ifr)
{
	int fd, ret;

	if (!ioctl(number, TUNGETIFF, ifr))
		return 0;
	if (errno == EBADF) {
		fd = tun_open(O_NONBLOCK);
		if (fd < 0)
			return race_step(arena, "open", fd);
		dup3(fd, number, O_CLOEXEC);
		close(fd);
	} else if (errno != EBADFD) {
		return race_step(arena, "TUNGETIFF", -errno);
	}
	/* a call that is not over keeps a closed queue for a moment, but another one can come */
	ret = tun_dev_attach(number, name, arena->flags);
	return race_step(arena, "TUNSETIFF", ret ? ret : tun_ioctl(number, TUNGETIFF,
								  (unsigned long)ifr));
}

/* The queue of a place as the next round expects it */
static inline int race_mend_queue(struct race_arena *arena, int place)
{
	bool keep = arena->kind == RACE_SHARED && arena->keep;
	struct ifreq ifr = {};
	int ret = race_attach(arena, RACE_FD + place, arena->places[place].name, &ifr);

	if (ret)
		return ret;
	if (ifr.ifr_flags & IFF_DETACH_QUEUE) {
		ifr.ifr_flags = IFF_ATTACH_QUEUE;
		ret = tun_ioctl(RACE_FD + place, TUNSETQUEUE, (unsigned long)&ifr);
		if (ret)
			return race_step(arena, "TUNSETQUEUE", ret);
	}
	return race_step(arena, "TUNSETPERSIST", tun_ioctl(RACE_FD + place, TUNSETPERSIST, keep));
}

/* Something to read, wherever it goes */
static inline void race_feed(int fd, unsigned int ifindex, int flags)
{
	unsigned char frame[RACE_SHORTEST] = {};

	race_frame(flags, frame, sizeof(frame));
	for (int i = 0; i < RACE_PLACES; i++)
		race_send(fd, ifindex, flags, frame, sizeof(frame), MSG_DONTWAIT);
}

/* A device that is at home: as it is set up when it is new, and up */
static inline int race_mend_link(struct race_arena *arena, struct race_place *place)
{
	unsigned int index = race_index(arena, place->name);
	/* what was moved comes back without its queueing discipline */
	bool bare = index != place->ifindex || arena->moves;
	int ret = 0;

	if (!index)
		return race_step(arena, "name", -ENODEV);
	if (bare)
		ret = rtnl_replace_qdisc(arena->door.home, index, arena->qdisc);
	if (!ret && bare)
		ret = race_link_prepare(arena->door.home, place->name, RACE_GROUP, RACE_LENGTH);
	race_store(place->ifindex, index);
	if (!ret)
		ret = race_link_up(arena->door.home, place->name, true);
	if (!ret && arena->reads)
		race_feed(arena->packet, index, arena->flags);
	return race_step(arena, "link", ret);
}

/* Whatever is there, with as few calls that wait for a grace period as can be */
static inline void race_arena_clear(struct race_arena *arena)
{
	rtnl_delete_group(arena->door.home, RACE_GROUP);
	rtnl_delete_group(arena->door.away, RACE_GROUP);
	syscall(__NR_close_range, RACE_FD, RACE_WITNESS_FD, 0);
	for (int i = 0; i < RACE_PLACES; i++) {
		snprintf(arena->places[i].name, IFNAMSIZ, "race%d", i);
		race_link_delete(arena->door.home, arena->places[i].name);
		race_store(arena->places[i].ifindex, 0);
	}
}

static inline void race_arena_name(struct race_arena *arena)
{
	bool siblings = arena->kind == RACE_DOOMED && arena->by_name;
	int number;

	for (int i = 0; i < RACE_PLACES; i++) {
		number = arena->kind == RACE_SHARED ? 0 : i;
		snprintf(arena->places[i].name, IFNAMSIZ, "race%d", number);
		number |= siblings;
		snprintf(arena->places[i].sibling, IFNAMSIZ, "race%d", number);
	}
}

/* A namespace without a process ends with its last descriptor. Two sockets hold it until then. */
static inline int race_doom(struct race_arena *arena, int *packet)
{
	int fd, sock;

	if (unshare(CLONE_NEWNET))
		return race_step(arena, "unshare", -errno);
	fd = race_this_netns();
	sock = netlink_socket(0);
	*packet = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (setns(arena->home_ns, CLONE_NEWNET))
		return race_step(arena, "setns", -errno);
	dup3(fd, RACE_DOOMED_FD, O_CLOEXEC);
	close(fd);
	return sock;
}

/* Calls by name are made on every other device, which stays: a socket would keep the namespace */
static inline bool race_is_doomed(const struct race_arena *arena, int place)
{
	return arena->kind == RACE_DOOMED && !(arena->by_name && place & 1);
}

/* Moves devices to where they will end; somebody who is not in the race looks at the last */
static inline int race_mend_doomed(struct race_arena *arena, int places)
{
	int last = places - 1 - arena->by_name, sock, packet = -1, ret;
	unsigned int index;
	struct ifreq ifr = {};

	ret = race_attach(arena, RACE_WITNESS_FD, arena->places[last].name, &ifr);
	if (ret)
		return ret;
	sock = race_doom(arena, &packet);
	if (sock < 0)
		return sock;
	for (int i = 0; i < places && !ret; i++) {
		if (!race_is_doomed(arena, i))
			continue;
		index = race_index(arena, arena->places[i].name);
		ret = race_link_move(arena->door.home, arena->places[i].name, RACE_DOOMED_FD);
		/* it has the same index there: nobody else has any */
		if (!ret)
			ret = rtnl_replace_qdisc(sock, index, arena->qdisc);
		if (!ret)
			ret = race_link_up(sock, arena->places[i].name, true);
		if (!ret && arena->reads)
			race_feed(packet, index, arena->flags);
	}
	close(packet);
	close(sock);
	return race_step(arena, "doom", ret);
}

static inline void race_close_spares(void)
{
	syscall(__NR_close_range, RACE_SPARE_FD, RACE_SPARE_FD + RACE_SPARES - 1, 0);
}

/* All that the next round of so many places needs; 0 or -errno */
static inline int race_arena_mend(struct race_arena *arena, enum race_kind kind, int places)
{
	int ret = 0;

	/* they may keep a name that another device of ours is to come back to */
	if (arena->moves)
		race_close_spares();
	if (kind != arena->kind || arena->stale || !arena->places[0].name[0]) {
		race_arena_clear(arena);
		arena->kind = kind;
		arena->stale = false;
	}
	race_arena_name(arena);
	if (kind == RACE_DOOMED && arena->by_name)
		places = (places + 1) & ~1;
	for (int i = 0; i < places && !ret; i++) {
		struct race_place *place = &arena->places[i];
		bool own = !i || kind != RACE_SHARED;

		if (own && arena->moves && !race_index(arena, place->name))
			race_link_move(arena->door.away, place->name, arena->home_ns);
		ret = race_mend_queue(arena, i);
		if (race_is_doomed(arena, i))
			race_store(place->ifindex, 0);
		else if (!ret && own)
			ret = race_mend_link(arena, place);
		else
			race_store(place->ifindex, arena->places[0].ifindex);
	}
	if (!ret && kind == RACE_DOOMED)
		ret = race_mend_doomed(arena, places);
	race_close_spares();
	return ret;
}

/* Nothing is left of it; true when that is so */
static inline bool race_arena_is_empty(struct race_arena *arena)
{
	for (int i = 0; i < RACE_PLACES; i++) {
		snprintf(arena->places[i].name, IFNAMSIZ, "race%d", i);
		if (race_index(arena, arena->places[i].name) ||
		    race_link_delete(arena->door.away, arena->places[i].name) != -ENODEV)
			return false;
	}
	return true;
}

static inline void race_arena_close(struct race_arena *arena)
{
	struct race_programs *programs = &arena->programs;

	race_hasten(false);
	race_door_close(&arena->door);
	close(arena->holder);
	close(arena->packet);
	close(arena->home_ns);
	close(arena->away_ns);
	for (size_t i = 0; i < ARRAY_SIZE(programs->xdp); i++)
		close(programs->xdp[i]);
	for (size_t i = 0; i < ARRAY_SIZE(programs->steering); i++)
		close(programs->steering[i]);
	for (size_t i = 0; i < ARRAY_SIZE(programs->filter); i++)
		close(programs->filter[i]);
}

#endif /* SELFTESTS_RACES_ARENA_H */
