/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libtunalt: TUN and TAP devices for programs.
 *
 * A handle, struct tunalt, is one queue of one device. Frames go both ways by six verbs, which are
 * the same whatever carries them: rings that program and kernel share, bursts of one system call,
 * or read() and write(). The best one that the driver has is taken, and in-tree tun has the last.
 *
 * To send: tunalt_reserve() a place, write a frame there, tunalt_submit() it, and tunalt_flush()
 * before waiting. To receive: take each tunalt_next() frame until there is none, tunalt_release()
 * what was taken, and tunalt_wait(). A frame that was received cannot be submitted: it is copied,
 * @data and @vnet, to a place that was reserved, on this handle or on another one.
 *
 *	while ((ret = tunalt_wait(t, TUNALT_IN, -1)) > 0) {
 *		while ((ret = tunalt_next(t, &frame)) > 0)
 *			look_at(frame.data, frame.len);
 *		if (!ret)
 *			ret = tunalt_release(t);
 *		if (ret)
 *			break;
 *	}
 *
 * Every function that can fail returns a negative errno. -EIO and -EBADFD are for ever: close the
 * handle. One thread at a time sends on a handle, and one at a time receives; the two need no lock
 * between them. Who waits for TUNALT_IN receives, who waits for TUNALT_OUT sends; who waits for
 * both does both. None of them may close it. A child of fork() has nothing of a handle: rings are
 * not its own.
 */
#ifndef TUNALT_H
#define TUNALT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

struct tunalt;

/* Of struct tunalt_config: an L2 device, not an L3 one */
#define TUNALT_TAP		0x1u
/*
 * A virtio-net header goes with each frame: what is sent may have checksums and segments to
 * complete, what is received as far as @offloads say.
 */
#define TUNALT_VNET		0x2u
/* The device has, or is to have, more than one queue; this is one of them. */
#define TUNALT_MULTI_QUEUE	0x4u
/* The device outlives its descriptors. */
#define TUNALT_PERSIST		0x8u
/* There must be no such device yet. */
#define TUNALT_EXCLUSIVE	0x10u
/* Who sends too much is stopped, nothing is dropped; only where the driver can. */
#define TUNALT_BACKPRESSURE	0x20u
/* The device is switched on. */
#define TUNALT_UP		0x40u
/* @owner, @group, @mac of the configuration are said. */
#define TUNALT_OWNER		0x80u
#define TUNALT_GROUP		0x100u
#define TUNALT_MAC		0x200u
/* Frames that are flushed together and belong together may go up as one. */
#define TUNALT_MERGE		0x400u
/* Datagrams of one flow and size may be received as one frame: @offloads with USO. */
#define TUNALT_COALESCE		0x800u
/* Frames say when they were queued, and of which flow they are, where the driver can. */
#define TUNALT_TIME		0x1000u
#define TUNALT_HASH		0x2000u

/* What may carry frames, the best first. 0 is any. */
#define TUNALT_RING		0x1u
#define TUNALT_BURST		0x2u
#define TUNALT_PLAIN		0x4u

/**
 * struct tunalt_config - what to open; zeroes but for @size are an L3 device of any name
 * @size: sizeof(struct tunalt_config)
 * @node: path of the node; NULL: that of tun-alt, or else that of in-tree tun
 * @name: of the device, or a pattern such as "vpn%d"; NULL: the kernel chooses
 * @flags: TUNALT_x
 * @ways: of TUNALT_RING, TUNALT_BURST and TUNALT_PLAIN those that are wanted; 0: any
 * @offloads: TUN_F_x of <linux/if_tun.h> that the program takes; needs TUNALT_VNET
 * @queues: at most so many, for memory's sake, of a device that is made; 0: what the driver allows
 * @owner: user id
 * @group: group id
 * @mac: address of an L2 device
 * @mtu: bytes; 0: as it is
 * @addresses: texts such as "192.0.2.1/24" or "2001:db8::1/64", NULL behind the last; or NULL
 * @read_bytes: of the read ring, a power of two from 128 KiB to 16 MiB; 0: 1 MiB
 * @write_bytes: of the write ring, likewise
 * @lend_bytes: of buffers that frames of more than 4096 bytes are sent from without being copied, a
 *	multiple of 64 KiB up to 16 MiB; 0: none. It is for rings, and for CAP_NET_ADMIN in the
 *	initial user namespace; without these, or memory in such pieces, frames are copied
 * @spin_us: tunalt_wait() looks for so many microseconds before it sleeps
 * @step: gets what was tried last, for who has to say why it failed: a constant, or one of the
 *	texts above. It is left alone if @size is wrong
 * @reason: gets why that failed: the driver's words if it has any, else those of the errno
 */
struct tunalt_config {
	size_t size;
	const char *node;
	const char *name;
	uint32_t flags;
	uint32_t ways;
	uint32_t offloads;
	uint32_t queues;
	uint32_t owner;
	uint32_t group;
	uint8_t mac[6];
	uint16_t reserved;
	uint32_t mtu;
	const char *const *addresses;
	uint32_t read_bytes;
	uint32_t write_bytes;
	uint32_t lend_bytes;
	uint32_t spin_us;
	const char *step;
	char reason[160];
};

/**
 * tunalt_open() - a queue of a device that is made, or that is there
 * @t: gets the handle; left alone on failure
 * @config: what is wanted
 *
 * All or nothing: a device that was made is gone after a failure, and of one that was there name,
 * MTU, address, addresses and state are as before, but for IPv6 addresses that the kernel takes
 * off a device that goes down or below 1280 bytes. Owner, group, offloads and persistence are set
 * last.
 *
 * Further queues of a device are opened by tunalt_name() of the first, with TUNALT_MULTI_QUEUE each
 * time; what the first has set need not be said again. To make a device, or to change anything of
 * it, takes CAP_NET_ADMIN; its owner, or a member of its group, may attach without.
 *
 * Return: 0; -EINVAL for a configuration that makes no sense; -EOPNOTSUPP if none of @ways is
 * there; -ENOENT without a node; -EBUSY, -EPERM and what else TUNSETIFF says; what rtnetlink says.
 * @step of @config tells of which call it is.
 */
int tunalt_open(struct tunalt **t, struct tunalt_config *config);

/**
 * tunalt_adopt() - a queue that somebody else has attached
 * @t: gets the handle
 * @fd: the descriptor; the handle's if this succeeds, else the caller's
 * @config: @ways, @read_bytes, @write_bytes, @lend_bytes, @spin_us and @flags of what carries
 *	frames
 *
 * Whoever had it before closes its own handle first: a queue has one pair of rings.
 *
 * Return: as tunalt_open(); -EBADFD if no device is attached; -ENOTTY if it is no such node;
 * -EBUSY if another handle has rings.
 */
int tunalt_adopt(struct tunalt **t, int fd, struct tunalt_config *config);

/**
 * tunalt_close() - the end of a handle; frames that were not flushed are not sent
 * @t: it, or NULL
 */
void tunalt_close(struct tunalt *t);

/* The descriptor; for poll() see tunalt_ask() */
int tunalt_fd(const struct tunalt *t);

/* The device's name when the handle was made */
const char *tunalt_name(const struct tunalt *t);

/* What carries frames: TUNALT_RING, TUNALT_BURST or TUNALT_PLAIN */
unsigned int tunalt_way(const struct tunalt *t);

/* Of a received frame: @time, @hash are said. Of one to send: its checksums were verified */
#define TUNALT_FRAME_TIME	0x1u
#define TUNALT_FRAME_HASH	0x2u
#define TUNALT_FRAME_CHECKED	0x4u

/* The numbers of struct tunalt_vnet are those of the virtio specification, 5.1.6. */
#define TUNALT_VNET_NEEDS_CSUM	1
#define TUNALT_VNET_DATA_VALID	2
#define TUNALT_VNET_GSO_NONE	0
#define TUNALT_VNET_GSO_TCPV4	1
#define TUNALT_VNET_GSO_TCPV6	4
#define TUNALT_VNET_GSO_UDP_L4	5
#define TUNALT_VNET_GSO_ECN	0x80

/**
 * struct tunalt_vnet - the virtio-net header of a frame, in the program's byte order
 * @flags: TUNALT_VNET_NEEDS_CSUM: the checksum is to be completed, from @csum_start on;
 *	TUNALT_VNET_DATA_VALID: it was verified
 * @gso_type: TUNALT_VNET_GSO_x: the frame is more than one packet
 * @hdr_len: of that, bytes of headers
 * @gso_size: of that, payload of each packet
 * @csum_start: where the transport header begins
 * @csum_offset: where the checksum is behind that
 */
struct tunalt_vnet {
	uint8_t flags;
	uint8_t gso_type;
	uint16_t hdr_len;
	uint16_t gso_size;
	uint16_t csum_start;
	uint16_t csum_offset;
};

/**
 * struct tunalt_frame - an IP packet, or an Ethernet frame
 * @data: the first byte
 * @vnet: the header that goes with it; NULL without TUNALT_VNET
 * @len: bytes of @data
 * @flags: TUNALT_FRAME_x
 * @hash: of its flow
 * @time: when it was queued: the lower 32 bits of CLOCK_MONOTONIC in ns
 */
struct tunalt_frame {
	void *data;
	struct tunalt_vnet *vnet;
	uint32_t len;
	uint32_t flags;
	uint32_t hash;
	uint32_t time;
};

/* The longest frame, its headers apart */
#define TUNALT_FRAME_MOST	65536u

/**
 * tunalt_next() - the next frame that was received
 * @t: the handle
 * @frame: gets it; its memory is the handle's, and may be written until tunalt_release()
 *
 * Does not wait. What is reserved, submitted or flushed on the same handle leaves it as it is.
 *
 * Return: 1; 0 if there is none, or none before tunalt_release(); -EIO if the ring is broken,
 * -EBADFD if the device has gone, and what else read() says.
 */
int tunalt_next(struct tunalt *t, struct tunalt_frame *frame);

/**
 * tunalt_release() - all frames that were taken are done with
 * @t: the handle
 *
 * Return: 0, or what the driver says if it wanted to be told.
 */
int tunalt_release(struct tunalt *t);

/**
 * tunalt_reserve() - a place for a frame to send
 * @t: the handle
 * @len: the most that it will have, up to TUNALT_FRAME_MOST
 * @frame: gets it: @len, and a virtio-net header of zeroes if there is one. Another call before
 *	tunalt_submit() gives a place instead of it; one that is not submitted is not sent
 *
 * Flushes if there is no room.
 *
 * Return: 0; -EAGAIN if the driver takes no more for now: tunalt_wait() for TUNALT_OUT, and keep,
 * or drop, what was to be sent; -EMSGSIZE; or what
 * tunalt_flush() says.
 */
int tunalt_reserve(struct tunalt *t, size_t len, struct tunalt_frame *frame);

/**
 * tunalt_submit() - a frame is to be sent
 * @t: the handle
 * @frame: what tunalt_reserve() gave; its @len may be less now, its @flags TUNALT_FRAME_CHECKED
 *
 * Return: 0; -EINVAL if it was not reserved, or is longer.
 */
int tunalt_submit(struct tunalt *t, const struct tunalt_frame *frame);

/**
 * tunalt_flush() - all that was submitted goes to the kernel
 * @t: the handle
 *
 * A frame that the driver refuses is counted in @refused of struct tunalt_stats, and gone; those
 * behind it are sent all the same.
 *
 * Return: 0; -EAGAIN if some are left: tunalt_wait() for TUNALT_OUT and flush again; -EINTR if a
 * signal came first, flush again; -EIO if the ring is broken, -EBADFD if the device has gone.
 */
int tunalt_flush(struct tunalt *t);

/* A frame can be taken; one can be reserved */
#define TUNALT_IN		0x1
#define TUNALT_OUT		0x2

/**
 * tunalt_wait() - until there is something to do
 * @t: the handle
 * @what: of TUNALT_IN and TUNALT_OUT
 * @timeout: milliseconds; 0: only look; -1: for ever
 *
 * Looks for @spin_us first, where that costs no system call: a sender need not wake who is awake.
 * It flushes nothing.
 *
 * Return: those of @what that are; 0 when the time is over; -EINTR; -EIO if the ring is broken,
 * -EBADFD if the device has gone.
 */
int tunalt_wait(struct tunalt *t, int what, int timeout);

/**
 * tunalt_ask() - have poll() tell, for who waits for other descriptors as well
 * @t: the handle
 * @what: of TUNALT_IN and TUNALT_OUT
 *
 * Makes no system call. After it has returned 0, poll() finds tunalt_fd() readable for TUNALT_IN,
 * POLLIN, and writable for TUNALT_OUT, POLLOUT, when there is something to do. To be called before
 * each poll(); POLLERR says that the device, or a ring, is over, which the next call of another
 * function tells.
 *
 * Return: those of @what that are there already, so that there is nothing to wait for; -EINVAL;
 * -EIO if the ring is broken, -EBADFD if the device has gone.
 */
int tunalt_ask(struct tunalt *t, int what);

/**
 * struct tunalt_stats - what went through a handle
 * @received: frames that were taken
 * @sent: frames that the driver has, and did not refuse
 * @refused: frames that it did not take
 * @dropped: frames that found no room in the read ring, modulo 2^32
 * @calls: system calls for all of them
 */
struct tunalt_stats {
	uint64_t received;
	uint64_t sent;
	uint64_t refused;
	uint64_t dropped;
	uint64_t calls;
};

/* What went through so far; if another thread is at work, about */
void tunalt_stats(const struct tunalt *t, struct tunalt_stats *stats);

/**
 * tunalt_vnet_checksum() - the kernel is to complete a checksum
 * @frame: the frame to send, with its @len, and at the sum's place the folded sum of its pseudo
 *	header, not complemented. The checksum of an IPv4 header is the program's own matter
 * @start: where the transport header begins in it, behind an Ethernet header if it has one
 * @offset: where the sum is in that header: 16 for TCP, 6 for UDP
 *
 * Return: 0; -EINVAL without a header, or if that is not in the frame.
 */
int tunalt_vnet_checksum(struct tunalt_frame *frame, unsigned int start, unsigned int offset);

/**
 * tunalt_vnet_segment() - the frame is more than one packet
 * @frame: the frame, behind tunalt_vnet_checksum()
 * @type: TUNALT_VNET_GSO_TCPV4, _TCPV6 or _UDP_L4
 * @headers: bytes in front of the payload
 * @size: of the payload of each packet but the last
 *
 * Return: 0; -EINVAL without a header, without tunalt_vnet_checksum(), for another @type, or if the
 * numbers are not in the frame.
 */
int tunalt_vnet_segment(struct tunalt_frame *frame, unsigned int type, unsigned int headers,
			unsigned int size);

/**
 * tunalt_vnet_complete() - complete the checksum that a received frame still lacks
 * @frame: the frame; its header says afterwards that there is nothing to do
 *
 * A frame that is more than one packet stays so, and so does its checksum.
 *
 * Return: 1 if it was completed, 0 if there was nothing to do; -EINVAL if the header is wrong.
 */
int tunalt_vnet_complete(struct tunalt_frame *frame);

/**
 * tunalt_send_fd() - give a descriptor to another process
 * @socket: a connected Unix socket
 * @fd: what to give; it stays the caller's as well
 *
 * Return: 0, or what sendmsg() says.
 */
int tunalt_send_fd(int socket, int fd);

/**
 * tunalt_receive_fd() - get a descriptor from another process, for tunalt_adopt()
 * @socket: a connected Unix socket
 *
 * Return: the descriptor, close-on-exec; -ENOMSG if what came was none, or what recvmsg() says.
 */
int tunalt_receive_fd(int socket);

/*
 * Why a function has just returned a negative errno: the driver's words, if it has any, of the
 * handle that it came from; else, or with NULL, those of the errno. They stay until the next call
 * with that handle
 */
const char *tunalt_strerror(const struct tunalt *t, int error);

/* The library's version at run time, as "1.2.3" */
const char *tunalt_version(void);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif /* TUNALT_H */
