/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device whose packets go through rings, and the program's side of those.
 */
#ifndef SELFTESTS_RING_SHARED_H
#define SELFTESTS_RING_SHARED_H

#include <sys/mman.h>

#include "../../src/ring.h"
#include "packet.h"
#include "tun_dev.h"

/**
 * struct rings - a descriptor's rings
 * @setup: what the kernel said of them
 * @read: the program's side of what the stack sends
 * @write: and of what the program sends
 * @busy: buffers that the program lends, if there are any: a number for each
 * @buffer: and their bytes
 */
struct rings {
	struct tun_alt_ring_setup setup;
	struct tun_alt_ring_view read;
	struct tun_alt_ring_view write;
	__u32 *busy;
	unsigned char *buffer;
};

/* TUN_ALT_RING_SETUP; 0 or -errno */
static inline int rings_setup(int fd, struct tun_alt_ring_setup *setup, __u32 read_bytes,
			      __u32 write_bytes, __u32 flags)
{
	*setup = (struct tun_alt_ring_setup){
		.size = sizeof(*setup), .flags = flags,
		.read.bytes = read_bytes, .write.bytes = write_bytes,
	};
	return tun_ioctl(fd, TUN_ALT_RING_SETUP, (unsigned long)setup);
}

/* mmap() of a ring that is there; 0 or -errno */
static inline int rings_map(int fd, const struct tun_alt_ring_place *place,
			    struct tun_alt_ring_view *view)
{
	void *at;

	if (!place->bytes)
		return 0;
	at = mmap(NULL, place->length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, place->offset);
	if (at == MAP_FAILED)
		return -errno;
	*view = (struct tun_alt_ring_view){
		.shared = at, .records = (char *)at + place->records, .bytes = place->bytes,
	};
	return 0;
}

/* Likewise of the buffers, if there are any */
static inline int rings_map_buffers(int fd, struct rings *rings)
{
	const struct tun_alt_ring_place *place = &rings->setup.buffers;
	void *at;

	if (!place->bytes)
		return 0;
	at = mmap(NULL, place->length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, place->offset);
	if (at == MAP_FAILED)
		return -errno;
	rings->busy = at;
	rings->buffer = (unsigned char *)at + place->records;
	return 0;
}

static inline void rings_unmap(struct rings *rings)
{
	if (rings->read.shared)
		munmap(rings->read.shared, rings->setup.read.length);
	if (rings->write.shared)
		munmap(rings->write.shared, rings->setup.write.length);
	if (rings->busy)
		munmap(rings->busy, rings->setup.buffers.length);
	rings->read.shared = NULL;
	rings->write.shared = NULL;
	rings->busy = NULL;
}

/* Both in one step, what most fixtures want; 0 or -errno */
static inline int rings_begin(int fd, struct rings *rings, __u32 read_bytes, __u32 write_bytes,
			      __u32 flags)
{
	int ret;

	memset(rings, 0, sizeof(*rings));
	ret = rings_setup(fd, &rings->setup, read_bytes, write_bytes, flags);
	ret = ret ? ret : rings_map(fd, &rings->setup.read, &rings->read);
	return ret ? ret : rings_map(fd, &rings->setup.write, &rings->write);
}

/* A write ring with buffers, mapped; 0 or -errno */
static inline int rings_begin_lending(int fd, struct rings *rings, __u32 write_bytes,
				      __u32 buffer_bytes, __u32 flags)
{
	struct tun_alt_ring_setup *setup = &rings->setup;
	int ret;

	memset(rings, 0, sizeof(*rings));
	*setup = (struct tun_alt_ring_setup){
		.size = sizeof(*setup), .flags = flags,
		.write.bytes = write_bytes, .buffers.bytes = buffer_bytes,
	};
	ret = tun_ioctl(fd, TUN_ALT_RING_SETUP, (unsigned long)setup);
	ret = ret ? ret : rings_map(fd, &setup->write, &rings->write);
	return ret ? ret : rings_map_buffers(fd, rings);
}

/* TUN_ALT_RING_KICK; records that were taken, or -errno */
static inline int rings_kick(int fd)
{
	return tun_ioctl(fd, TUN_ALT_RING_KICK, 0);
}

/* The next packet of a read ring; NULL if there is none, or the ring is broken */
static inline const unsigned char *rings_next(struct rings *rings, struct tun_alt_record *record)
{
	if (tun_alt_ring_peek(&rings->read) <= 0)
		return NULL;
	return tun_alt_ring_read(&rings->read, record);
}

/* As that, and waits for it as a program does: asks to be told, looks again, sleeps */
static inline const unsigned char *rings_wait(int fd, struct rings *rings,
					      struct tun_alt_record *record)
{
	for (int i = 0; i < 2; i++) {
		tun_alt_ring_release(&rings->read);
		if (tun_alt_ring_want_records(&rings->read) ||
		    !(net_poll(fd, POLLIN, NET_SOON_MS) & POLLIN))
			break;
	}
	return rings_next(rings, record);
}

/* One more record of a write ring, not submitted yet; where its bytes are, NULL without room */
static inline unsigned char *rings_add(struct rings *rings, const void *data, size_t len)
{
	struct tun_alt_ring_view *view = &rings->write;
	struct tun_alt_record *record = tun_alt_ring_at(view, view->tail);

	if (tun_alt_ring_reserve(view, tun_alt_ring_span(len)) <= 0)
		return NULL;
	*record = (struct tun_alt_record){ .len = len };
	if (data)
		memcpy(record + 1, data, len);
	view->tail += tun_alt_ring_span(len);
	return (unsigned char *)(record + 1);
}

/* A record of a frame in the buffers, with @flags beside; there has to be room */
static inline void rings_lend(struct rings *rings, __u32 start, __u32 len, __u16 flags)
{
	const struct tun_alt_lent lent = { .start = start, .len = len };
	unsigned char *at = rings_add(rings, &lent, sizeof(lent));

	((struct tun_alt_record *)at - 1)->flags = TUN_ALT_RECORD_LENT | flags;
}

/* Shows what was added, and kicks if the kernel wants it; what the kick said, or 0 */
static inline int rings_submit(int fd, struct rings *rings)
{
	if (!tun_alt_ring_submit(&rings->write, rings->write.tail))
		return 0;
	return rings_kick(fd);
}

/* What fdinfo says of a ring, behind its name; NULL if it says nothing */
static inline const char *rings_info(int fd, const char *name)
{
	static char line[128];
	const char *found = NULL;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "r");
	while (f && !found && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, strlen(name)))
			found = line + strlen(name);
	if (f)
		fclose(f);
	return found;
}

/* An IPv4 packet of @len bytes, the pattern @seed behind its first byte */
static inline void rings_packet(unsigned char *at, size_t len, unsigned int seed)
{
	for (size_t i = 0; i < len; i++)
		at[i] = packet_byte(i, seed);
	at[0] = 0x45;
}

/* Whether it is that packet */
static inline bool rings_is_packet(const unsigned char *at, size_t len, unsigned int seed)
{
	return at && at[0] == 0x45 && packet_match(at + 1, len - 1, seed + 1) == len - 1;
}

#endif /* SELFTESTS_RING_SHARED_H */
