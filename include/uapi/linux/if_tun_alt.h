/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What tun-alt adds to <linux/if_tun.h>.
 *
 * Every ioctl, flag and structure of <linux/if_tun.h> works on the tun-alt node under its old
 * number, so that a program changes the path alone. What is here is new, and never renumbered.
 */
#ifndef _UAPI_LINUX_IF_TUN_ALT_H
#define _UAPI_LINUX_IF_TUN_ALT_H

#include <linux/types.h>

/* The misc minor of the node, from the block that devices.txt leaves to local use (243..254). */
#define TUN_ALT_MINOR		250

/* The node's name, below /dev. */
#define TUN_ALT_NODE_NAME	"net/tun-alt"

/* Link kinds, as IFLA_INFO_KIND shows them: an L3 and an L2 device. */
#define TUN_ALT_KIND_TUN	"tunalt"
#define TUN_ALT_KIND_TAP	"tapalt"

/* At most this many queues, enabled and disabled together, on one device. */
#define TUN_ALT_MAX_QUEUES	256

/* First byte of the ioctls that are new. Their numbers name no size: the structures do. */
#define TUN_ALT_IOC		0xBC

/*
 * TUN_ALT_SET_BURST: read() and write() of this descriptor carry bursts: frames one behind the
 * other, each behind a struct tun_alt_frame. Argument: struct tun_alt_burst.
 */
#define TUN_ALT_SET_BURST	_IO(TUN_ALT_IOC, 1)

/* read() returns as many whole frames as fit. */
#define TUN_ALT_BURST_READ	0x1
/* write() takes whole frames, from the first, and returns the bytes that it took. */
#define TUN_ALT_BURST_WRITE	0x2

/* With TUN_ALT_BURST_WRITE: what is written together and belongs together goes up as one. */
#define TUN_ALT_BURST_GRO	0x4

/*
 * With TUN_ALT_BURST_READ, on a device whose program takes USO frames: datagrams of one flow and
 * size that lie one behind the other are read as one such frame.
 */
#define TUN_ALT_BURST_COALESCE	0x8

/* The most that max_frames may be. */
#define TUN_ALT_BURST_MOST	1024

/**
 * struct tun_alt_burst - how a descriptor's bursts look
 * @size: bytes of this structure
 * @flags: TUN_ALT_BURST_x; 0 ends the mode
 * @max_frames: of one call, up to TUN_ALT_BURST_MOST; 0: as many as fit. A frame that datagrams are
 *	made one of counts as many as those
 * @align: each frame begins at a multiple of so many bytes: a power of two, 8 to 4096; 0: 8
 */
struct tun_alt_burst {
	__u32 size;
	__u32 flags;
	__u32 max_frames;
	__u32 align;
};

/* Read: the frame is longer than the buffer and cut; len is what it was. */
#define TUN_ALT_FRAME_TRUNCATED	0x1

/* Write: who wrote it has verified its checksums, or knows where it comes from. */
#define TUN_ALT_FRAME_CHECKED	0x2

/**
 * struct tun_alt_frame - what stands in front of each frame of a burst
 * @len: bytes that follow: packet information and virtio-net header, if the device has them, and
 *	the packet
 * @flags: TUN_ALT_FRAME_x
 * @reserved: 0
 */
struct tun_alt_frame {
	__u32 len;
	__u16 flags;
	__u16 reserved;
};

/*
 * TUN_ALT_GET_CAPS: what this driver can do on this kernel; needs no device. Argument: struct
 * tun_alt_caps, of which the program sets the size.
 */
#define TUN_ALT_GET_CAPS	_IO(TUN_ALT_IOC, 2)

/* TUN_ALT_SET_BURST */
#define TUN_ALT_CAP_BURST	0x1
/* TUN_ALT_SET_QUEUES */
#define TUN_ALT_CAP_QUEUES	0x2
/* TUN_ALT_SET_OPTIONS */
#define TUN_ALT_CAP_OPTIONS	0x4
/* TUN_ALT_READ_ARRAY, TUN_ALT_WRITE_ARRAY */
#define TUN_ALT_CAP_ARRAY	0x8
/* TUN_ALT_RING_SETUP, TUN_ALT_RING_DETACH, TUN_ALT_RING_KICK */
#define TUN_ALT_CAP_RING	0x10
/* And buffers to lend */
#define TUN_ALT_CAP_LEND	0x20
/* TUN_ALT_GET_ERROR */
#define TUN_ALT_CAP_ERROR	0x40

/**
 * struct tun_alt_caps - what there is
 * @size: bytes of this structure; gets those that the kernel has filled
 * @iff: flags of TUNSETIFF, as TUNGETFEATURES says
 * @features: TUN_ALT_CAP_x
 * @offloads: flags of TUNSETOFFLOAD that the kernel's stack can carry
 * @burst_flags: TUN_ALT_BURST_x
 * @max_frames: of a burst that says how many
 * @max_queues: of a device
 * @options: TUN_ALT_OPTION_x
 * @ring_flags: of TUN_ALT_RING_SETUP
 */
struct tun_alt_caps {
	__u32 size;
	__u32 iff;
	__u64 features;
	__u32 offloads;
	__u32 burst_flags;
	__u32 max_frames;
	__u32 max_queues;
	__u32 options;
	__u32 ring_flags;
};

/*
 * TUN_ALT_SET_QUEUES: how many queues the multi-queue devices are to have that this descriptor
 * makes: memory for more is spared. Argument: struct tun_alt_queues.
 */
#define TUN_ALT_SET_QUEUES	_IO(TUN_ALT_IOC, 3)

/**
 * struct tun_alt_queues - of a device to come
 * @size: bytes of this structure
 * @most: enabled and disabled together, up to TUN_ALT_MAX_QUEUES; 0: so many
 */
struct tun_alt_queues {
	__u32 size;
	__u32 most;
};

/*
 * TUN_ALT_SET_OPTIONS: what this descriptor does otherwise than in-tree's. Argument: struct
 * tun_alt_options. The set replaces the one before.
 */
#define TUN_ALT_SET_OPTIONS	_IO(TUN_ALT_IOC, 4)

/* write() says ENOBUFS if the stack drops the packet in that very call. */
#define TUN_ALT_OPTION_CONGESTION	0x1

/**
 * struct tun_alt_options - of a descriptor
 * @size: bytes of this structure
 * @flags: TUN_ALT_OPTION_x
 */
struct tun_alt_options {
	__u32 size;
	__u32 flags;
};

/*
 * TUN_ALT_READ_ARRAY, TUN_ALT_WRITE_ARRAY: as a burst is read and written, each frame in memory of
 * its own; SET_BURST is of no matter. Argument: struct tun_alt_array. Return: how many packets.
 */
#define TUN_ALT_READ_ARRAY	_IO(TUN_ALT_IOC, 5)
#define TUN_ALT_WRITE_ARRAY	_IO(TUN_ALT_IOC, 6)

/* Wait for nothing, whether or not the descriptor has O_NONBLOCK. */
#define TUN_ALT_ARRAY_DONTWAIT	0x1

/**
 * struct tun_alt_slot - a packet of an array
 * @addr: where its headers and it are, or go
 * @len: bytes there; gets those of a packet that was read, even if it was cut
 * @flags: TUN_ALT_FRAME_CHECKED of one that is written; gets those of one that was read
 * @reserved: 0
 */
struct tun_alt_slot {
	__u64 addr;
	__u32 len;
	__u16 flags;
	__u16 reserved;
};

/**
 * struct tun_alt_array - many packets
 * @size: bytes of this structure
 * @nr: slots, up to TUN_ALT_BURST_MOST
 * @slots: where struct tun_alt_slot[@nr] is
 * @flags: TUN_ALT_ARRAY_x
 * @reserved: 0
 */
struct tun_alt_array {
	__u32 size;
	__u32 nr;
	__u64 slots;
	__u32 flags;
	__u32 reserved;
};

/*
 * TUN_ALT_RING_SETUP: packets go through memory that program and kernel share, without a system
 * call for each; read() or write() of that direction is EBUSY then. Argument: struct
 * tun_alt_ring_setup. The queue has to be attached, and the memory is charged to the caller.
 */
#define TUN_ALT_RING_SETUP	_IO(TUN_ALT_IOC, 7)

/*
 * TUN_ALT_RING_DETACH: the end of the rings of this descriptor; what was mapped stays memory, and
 * nothing comes there any more. No argument.
 */
#define TUN_ALT_RING_DETACH	_IO(TUN_ALT_IOC, 8)

/*
 * TUN_ALT_RING_KICK: the kernel takes what is in the write ring, and looks what room there is in
 * the read ring. No argument. Return: records that were taken.
 */
#define TUN_ALT_RING_KICK	_IO(TUN_ALT_IOC, 9)

/* Records of the read ring say when they were queued. */
#define TUN_ALT_RING_TIME	0x1
/* And of which flow they are. */
#define TUN_ALT_RING_HASH	0x2
/* What is in the write ring together and belongs together goes up as one. */
#define TUN_ALT_RING_GRO	0x4

/* Bytes of a ring's records: a power of two. A frame of 64 KiB fits in the least. */
#define TUN_ALT_RING_LEAST	0x20000
#define TUN_ALT_RING_MOST	0x1000000
/* Room behind a ring, for the record that begins in it last; the longest that there is */
#define TUN_ALT_RING_SLACK	0x11000
/* The longest headers of a device that a ring carries in front of a packet */
#define TUN_ALT_RING_HEADER	256
/* Bytes of a buffer; of all of them up to TUN_ALT_RING_MOST */
#define TUN_ALT_BUFFER_BYTES	0x10000
/* Up to so many bytes of a frame are copied out of a buffer. */
#define TUN_ALT_BUFFER_COPIED	4096

/**
 * struct tun_alt_ring_place - where a ring is, or buffers are
 * @offset: of mmap()
 * @length: of mmap(), the whole of it at once
 * @records: bytes from there to the first record, or buffer
 * @bytes: of records, TUN_ALT_RING_LEAST to TUN_ALT_RING_MOST; 0 for no ring. Of buffers a multiple
 *	of TUN_ALT_BUFFER_BYTES
 * @reserved: 0
 */
struct tun_alt_ring_place {
	__u64 offset;
	__u32 length;
	__u32 records;
	__u32 bytes;
	__u32 reserved;
};

/**
 * struct tun_alt_ring_setup - the rings of a descriptor
 * @size: bytes of this structure
 * @flags: TUN_ALT_RING_TIME, TUN_ALT_RING_HASH, TUN_ALT_RING_GRO
 * @read: what the stack sends; the program sets @bytes of it, the kernel the rest
 * @write: what the program sends; likewise
 * @buffers: large frames of what the program sends, which the stack uses where they are; likewise,
 *	with a write ring. Needs CAP_NET_ADMIN in the initial user namespace, since the program can
 *	change what others have looked at. The mapping begins with a __u32 for each buffer: while it
 *	is not 0 the stack has a part of that buffer
 * @header: gets the bytes in front of each packet: packet information and virtio-net header. They
 *	stay what they are here while there are rings
 * @reserved: 0
 */
struct tun_alt_ring_setup {
	__u32 size;
	__u32 flags;
	struct tun_alt_ring_place read;
	struct tun_alt_ring_place write;
	struct tun_alt_ring_place buffers;
	__u32 header;
	__u32 reserved;
};

/* A ring's state: it is no more, since it was detached or its device has gone. */
#define TUN_ALT_RING_ENDED	0x1
/* The program has written numbers into it that cannot be: nothing comes or goes any more. */
#define TUN_ALT_RING_BROKEN	0x2
/* Its queue is disabled: nothing comes until it is enabled. */
#define TUN_ALT_RING_DISABLED	0x4

/**
 * struct tun_alt_ring - what is in front of a ring's records
 * @tail: where the next record will be; the producer's
 * @head: where the first record is that is not done with; the consumer's
 * @wake_tail: the consumer wants to be told when @tail goes beyond this; the consumer's
 * @wake_head: the producer wants to be told when @head goes beyond this; the producer's
 * @state: TUN_ALT_RING_ENDED, TUN_ALT_RING_BROKEN, TUN_ALT_RING_DISABLED; the kernel's
 * @drops: packets that found no room in a read ring, or records of a write ring that were refused;
 *	the kernel's
 *
 * Places count bytes, modulo 2^32: a record begins at so many, modulo the ring's, and never wraps:
 * its end may be behind that of the ring, where there is room for it. Each of the two is in cache
 * lines of its own.
 *
 * Of a read ring the kernel is the producer, of a write ring the program. A program is told by
 * poll(), the kernel by TUN_ALT_RING_KICK.
 */
struct tun_alt_ring {
	__u32 tail __attribute__((__aligned__(128)));
	__u32 head __attribute__((__aligned__(128)));
	__u32 wake_tail __attribute__((__aligned__(128)));
	__u32 wake_head __attribute__((__aligned__(128)));
	__u32 state __attribute__((__aligned__(128)));
	__u32 drops;
};

/*
 * TUN_ALT_GET_ERROR: why the last call on this descriptor that was refused was; needs no device,
 * and is never refused itself but for its argument: struct tun_alt_error, of which the program sets
 * the size.
 */
#define TUN_ALT_GET_ERROR	_IO(TUN_ALT_IOC, 10)

/* Bytes of a text, with a zero behind it */
#define TUN_ALT_ERROR_TEXT	160

/**
 * struct tun_alt_error - a refusal
 * @size: bytes of this structure
 * @error: the errno that the call failed with, 0 if none has yet
 * @text: the reason in words, in English, for people: it may change
 */
struct tun_alt_error {
	__u32 size;
	__u32 error;
	char text[TUN_ALT_ERROR_TEXT];
};

/* Where records begin: a multiple of so many bytes */
#define TUN_ALT_RECORD_ALIGN	16

/* @hash is that of the packet's flow. */
#define TUN_ALT_RECORD_HASH	0x1
/* @time is when it was queued. */
#define TUN_ALT_RECORD_TIME	0x2
/* Of a write ring: as TUN_ALT_FRAME_CHECKED */
#define TUN_ALT_RECORD_CHECKED	0x4
/* Likewise: in the place of a packet is a struct tun_alt_lent. */
#define TUN_ALT_RECORD_LENT	0x8

/**
 * struct tun_alt_record - what stands in front of each packet of a ring
 * @len: bytes that follow: packet information and virtio-net header, if the device has them, and
 *	the packet
 * @flags: TUN_ALT_RECORD_x
 * @reserved: 0
 * @hash: of the packet's flow
 * @time: when it was queued: the lower 32 bits of CLOCK_MONOTONIC in ns
 */
struct tun_alt_record {
	__u32 len;
	__u16 flags;
	__u16 reserved;
	__u32 hash;
	__u32 time;
};

/**
 * struct tun_alt_lent - a frame in buffers, with packet information and virtio-net header
 * @start: bytes from the first buffer
 * @len: bytes; it may go on in the buffers that follow
 */
struct tun_alt_lent {
	__u32 start;
	__u32 len;
};

#endif /* _UAPI_LINUX_IF_TUN_ALT_H */
