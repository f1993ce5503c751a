/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A handle, and the three ways that carry its frames.
 */
#ifndef LIBTUNALT_HANDLE_H
#define LIBTUNALT_HANDLE_H

#include <net/if.h>
#include <poll.h>
#include <stdbool.h>

#include "ring.h"
#include "tunalt.h"

/* A frame with all that stands in front of it is shorter than this. */
#define FRAME_ROOM	TUN_ALT_RING_SLACK
#define BURST_BYTES	0x40000u
#define ALIGNED(n)	(((n) + 7) & ~(size_t)7)

/**
 * struct side - memory that frames pass in one direction, of the ways without a ring
 * @memory: it
 * @size: bytes of it
 * @from: to send: what is not with the kernel yet; to receive: what was not taken yet
 * @to: the end of that
 */
struct side {
	unsigned char *memory;
	size_t size;
	size_t from;
	size_t to;
};

/**
 * struct way - one of the three
 * @bit: its TUNALT_x
 * @begin: takes the descriptor over; 0 or -errno, and then @end undoes what there is of it
 * @end: the memory and the mode; the descriptor is closed afterwards
 * @next: as tunalt_next()
 * @release: as tunalt_release()
 * @reserve: as tunalt_reserve(), but for @vnet: @data is where headers and frame go
 * @submit: as tunalt_submit(), of @len bytes with the headers
 * @flush: as tunalt_flush()
 * @in: whether tunalt_next() has something without a system call; -errno
 * @over: what is wrong behind an error of poll(), of what is sent; -errno
 * @sleep: poll() is to tell of these; those of them that are there already, or -errno
 */
struct way {
	unsigned int bit;
	int (*begin)(struct tunalt *t, const struct tunalt_config *config, unsigned int features);
	void (*end)(struct tunalt *t);
	int (*next)(struct tunalt *t, struct tunalt_frame *frame);
	int (*release)(struct tunalt *t);
	int (*reserve)(struct tunalt *t, size_t len, struct tunalt_frame *frame);
	int (*submit)(struct tunalt *t, const struct tunalt_frame *frame, size_t len);
	int (*flush)(struct tunalt *t);
	int (*in)(struct tunalt *t);
	int (*over)(const struct tunalt *t);
	int (*sleep)(struct tunalt *t, int what);
};

/**
 * struct tunalt - a handle
 * @fd: its descriptor
 * @way: what carries frames
 * @name: the device's, when the handle was made
 * @header: bytes of the virtio-net header in front of each frame
 * @told: what the driver said last of a refusal, behind the handle
 * @spin_us: how long to look before sleeping
 * @in: what was read, of a way without a ring
 * @out: what is to be written, likewise
 * @setup: where the rings are
 * @read: the read ring
 * @write: the write ring
 * @reserved: bytes of the frame that may be submitted, 0 for none; the sender's
 * @lending: memory that large frames are lent from, or NULL; the sender's
 * @lends: whether what is reserved is there; the sender's
 * @kick_owed: whether records are left in the write ring that nobody will take; the sender's
 * @received: frames; the receiver's
 * @in_calls: system calls of the receiver's
 * @submitted: frames that are not flushed yet, where there are rings; the sender's
 * @sent: frames that the driver has, with those that the write ring has refused then; the sender's
 * @refused: frames; the sender's
 * @drops: of the write ring, as far as they are in @refused; the sender's
 * @out_calls: system calls of the sender's
 */
struct tunalt {
	int fd;
	const struct way *way;
	char name[IFNAMSIZ];
	unsigned int header;
	struct tun_alt_error *told;
	uint32_t spin_us;
	struct side in;
	struct side out;
	struct tun_alt_ring_setup setup;
	struct tun_alt_ring_view read;
	struct tun_alt_ring_view write;
	size_t reserved;
	struct lending *lending;
	bool lends;
	bool kick_owed;
	uint64_t received;
	uint64_t in_calls;
	uint32_t submitted;
	uint64_t sent;
	uint64_t refused;
	uint32_t drops;
	uint64_t out_calls;
};

extern const struct way way_ring;
extern const struct way way_burst;
extern const struct way way_plain;

/* What read() and write() of both ways without a ring have in common */
int sides_begin(struct tunalt *t, size_t in, size_t out);
void sides_end(struct tunalt *t);
int side_sleep(struct tunalt *t, int what);

/* Buffers beside the write ring, if there are any: mapped, 0 or -errno; and back */
int lend_begin(struct tunalt *t);
void lend_end(struct tunalt *t);
/* A place for a frame that is not copied; NULL for one that would be, or if there is none free */
void *lend_reserve(struct tunalt *t, size_t len);
/* It has @len bytes, and its record ends at @place of the write ring */
struct tun_alt_lent lend_submit(struct tunalt *t, size_t len, uint32_t place);

/* Whether a frame that the driver refuses so is gone, and the next may do better */
bool is_refusal(int error);

/* Of a counter that one thread writes: others may look. */
static inline void count(uint64_t *counter, uint64_t n)
{
	__atomic_store_n(counter, *counter + n, __ATOMIC_RELAXED);
}

/* State and addresses that a device gets: in change.c; 0 or -errno, and back */
struct change;
int device_change(const char *name, struct tunalt_config *config, struct change **change);
void device_change_back(struct change *change);
void device_change_keep(struct change *change);

#endif /* LIBTUNALT_HANDLE_H */
