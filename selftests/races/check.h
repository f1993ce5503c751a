/* SPDX-License-Identifier: GPL-2.0 */
/*
 * After the race: the object is usable, then gone, and nothing holds the module.
 */
#ifndef SELFTESTS_RACES_CHECK_H
#define SELFTESTS_RACES_CHECK_H

#include "arena.h"

/* Whatever filters, programs and sizes the operations have left on the device of place 0 */
static inline int race_unset(struct race_arena *arena)
{
	const char *name = arena->places[0].name;
	int none = -1;

	if (tun_ioctl(RACE_FD, TUNSETSTEERINGEBPF, (unsigned long)&none))
		return race_step(arena, "TUNSETSTEERINGEBPF", -EIO);
	if (race_burst_set(RACE_FD, 0))
		return race_step(arena, "TUN_ALT_SET_BURST", -EIO);
	if (race_filter_none(RACE_FD, arena->flags))
		return race_step(arena, "filters", -EIO);
	if (race_link_xdp(arena->door.home, name, -1))
		return race_step(arena, "XDP", -EIO);
	if (rtnl_set_number(arena->door.home, name, IFLA_TXQLEN, 500) ||
	    rtnl_set_number(arena->door.home, name, IFLA_MTU, 1500))
		return race_step(arena, "link", -EIO);
	return 0;
}

/* A frame with this mark @at so many bytes, whatever comes before it; 0 or -ETIMEDOUT */
static inline int race_await(const int *fds, int n, size_t at, __u64 mark)
{
	struct pollfd pfds[RACE_PLACES];
	unsigned char room[2048];

	for (int i = 0; i < n; i++)
		pfds[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	for (int tries = 0; tries < 4096; tries++) {
		if (poll(pfds, n, NET_SOON_MS) <= 0)
			return -ETIMEDOUT;
		for (int i = 0; i < n; i++)
			if (pfds[i].revents & POLLIN &&
			    read(fds[i], room, sizeof(room)) >= (ssize_t)(at + sizeof(mark)) &&
			    !memcmp(room + at, &mark, sizeof(mark)))
				return 0;
	}
	return -ETIMEDOUT;
}

/*
 * Sends once there is room: behind a subqueue that was stopped the discipline may be as full as the
 * ring, and goes on when somebody has read. 0 or -errno
 */
static inline int race_send_at_last(const int *fds, int n, int sock, const char *name,
				    unsigned int type, const void *frame, size_t len)
{
	int ret = -ENOBUFS;

	for (int ms = 0; ms < NET_SOON_MS && ret == -ENOBUFS; ms++) {
		for (int i = 0; i < n; i++)
			tun_dev_drain(fds[i]);
		ret = net_packet_send(sock, name, type, frame, len);
		if (ret == -ENOBUFS)
			net_sleep_ms(1);
	}
	return ret;
}

/* One packet each way through a device of @n queues, whichever of @fds it takes; 0 or -errno */
static inline int race_passes(struct race_arena *arena, const char *name, const int *fds, int n)
{
	size_t head = race_frame_head(arena->flags), front = race_frame_front(arena->flags);
	unsigned int type = race_frame_type(arena->flags);
	__u64 mark = race_now();
	unsigned char frame[100] = {};
	int sock, ret;

	race_frame(arena->flags, frame, sizeof(frame));
	memcpy(frame + head, &mark, sizeof(mark));
	sock = net_packet_socket(name, type);
	if (sock < 0)
		return race_step(arena, "packet socket", sock);
	if (race_frame_write(fds[0], arena->flags, frame, sizeof(frame)) != sizeof(frame))
		ret = race_step(arena, "write", -errno);
	else
		ret = race_step(arena, "written packet", race_await(&sock, 1, head, mark));
	mark++;
	memcpy(frame + head, &mark, sizeof(mark));
	if (!ret)
		ret = race_step(arena, "send", race_send_at_last(fds, n, sock, name, type, frame,
								 sizeof(frame)));
	if (!ret)
		ret = race_step(arena, "sent packet", race_await(fds, n, front + head, mark));
	close(sock);
	return ret;
}

/* What the race has left: whole again, and a packet passes each way; 0 or -errno */
static inline int race_usable(struct race_arena *arena)
{
	enum race_kind kind = arena->kind == RACE_DOOMED ? RACE_OWN : arena->kind;
	int ret = race_arena_mend(arena, kind, RACE_PLACES);
	int fds[RACE_PLACES];

	for (int i = 0; i < RACE_PLACES; i++)
		fds[i] = RACE_FD + i;
	if (!ret)
		ret = race_unset(arena);
	return ret ? ret : race_passes(arena, arena->places[0].name, fds,
				       kind == RACE_SHARED ? RACE_PLACES : 1);
}

/* A device of the name can be made, carries packets, and goes with its descriptor; 0 or -errno */
static inline int race_fresh(struct race_arena *arena)
{
	char name[IFNAMSIZ] = "race0";
	int fd = tun_dev_queue(name, arena->flags, O_NONBLOCK);
	int ret;

	if (fd < 0)
		return race_step(arena, "TUNSETIFF of a fresh name", fd);
	ret = rtnl_replace_qdisc(arena->door.home, race_index(arena, name), arena->qdisc);
	if (!ret)
		ret = race_link_up(arena->door.home, name, true);
	ret = ret ? race_step(arena, "a fresh link", ret) : race_passes(arena, name, &fd, 1);
	close(fd);
	if (ret)
		return ret;
	return race_index(arena, name) ? race_step(arena, "close", -EBUSY) : 0;
}

/* What the kernel has put off takes a moment; false if the module has users for good */
static inline bool race_module_is_free(void)
{
	for (int i = 0; i < NET_SOON_MS / 20 && module_users(); i++)
		net_sleep_ms(20);
	return module_users() == 0;
}

#endif /* SELFTESTS_RACES_CHECK_H */
