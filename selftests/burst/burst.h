/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bursts as a program makes them and takes them apart, and a device in that mode.
 */
#ifndef SELFTESTS_BURST_BURST_H
#define SELFTESTS_BURST_BURST_H

#include "packet.h"
#include "tun_dev.h"

#define BURST_ALIGN 8
#define BURST_BOTH (TUN_ALT_BURST_READ | TUN_ALT_BURST_WRITE)
/* Room for a frame of any size that a header describes, and many small ones */
#define BURST_ROOM 131072

/**
 * struct burst - frames one behind the other
 * @len: bytes that are filled
 * @align: where frames begin
 * @data: the frames
 */
struct burst {
	size_t len;
	size_t align;
	unsigned char data[BURST_ROOM];
};

/* TUN_ALT_SET_BURST; 0 or -errno */
static inline int burst_set(int fd, unsigned int flags, unsigned int max_frames,
			    unsigned int align)
{
	struct tun_alt_burst burst = {
		.size = sizeof(burst), .flags = flags, .max_frames = max_frames, .align = align,
	};

	return ioctl(fd, TUN_ALT_SET_BURST, &burst) ? -errno : 0;
}

static inline void burst_reset(struct burst *b)
{
	b->len = 0;
	b->align = BURST_ALIGN;
}

/* One more frame; where its bytes are */
static inline unsigned char *burst_add(struct burst *b, const void *data, size_t len)
{
	size_t at = (b->len + b->align - 1) / b->align * b->align;
	struct tun_alt_frame frame = { .len = len };

	if (at + sizeof(frame) + len > sizeof(b->data))
		__builtin_trap();
	memset(b->data + b->len, 0, at - b->len);
	memcpy(b->data + at, &frame, sizeof(frame));
	if (data)
		memcpy(b->data + at + sizeof(frame), data, len);
	b->len = at + sizeof(frame) + len;
	return b->data + at + sizeof(frame);
}

/* The frame at *@at, which moves on to the next; NULL if there is none, or no whole one */
static inline const unsigned char *burst_next(const struct burst *b, size_t *at,
					      struct tun_alt_frame *frame)
{
	size_t begin = (*at + b->align - 1) / b->align * b->align;

	if (begin + sizeof(*frame) > b->len)
		return NULL;
	memcpy(frame, b->data + begin, sizeof(*frame));
	begin += sizeof(*frame);
	*at = begin + frame->len;
	if (!(frame->flags & TUN_ALT_FRAME_TRUNCATED) && *at > b->len)
		return NULL;
	return b->data + begin;
}

/* What one read() gives; its length or -errno */
static inline ssize_t burst_read(int fd, struct burst *b, size_t room)
{
	ssize_t len = read(fd, b->data, room);

	if (len < 0)
		return -errno;
	b->len = len;
	return len;
}

static inline ssize_t burst_write(int fd, const struct burst *b)
{
	ssize_t len = write(fd, b->data, b->len);

	return len < 0 ? -errno : len;
}

/* How many frames there are, each of them whole */
static inline int burst_count(const struct burst *b)
{
	struct tun_alt_frame frame;
	size_t at = 0;
	int n = 0;

	while (burst_next(b, &at, &frame))
		n++;
	return n;
}

/* An IPv4 packet of @len bytes, the pattern @seed behind its first byte */
static inline void burst_packet(unsigned char *at, size_t len, unsigned int seed)
{
	for (size_t i = 0; i < len; i++)
		at[i] = packet_byte(i, seed);
	at[0] = 0x45;
}

/* Whether it is that packet */
static inline bool burst_is_packet(const unsigned char *at, size_t len, unsigned int seed)
{
	return at[0] == 0x45 && packet_match(at + 1, len - 1, seed + 1) == len - 1;
}

#endif /* SELFTESTS_BURST_BURST_H */
