/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why a call was refused: an errno says what class of trouble it is, a refusal says which.
 */
#ifndef TUN_ALT_REFUSAL_H
#define TUN_ALT_REFUSAL_H

#include <linux/types.h>

struct netlink_ext_ack;

/**
 * enum tun_alt_reason - what a refused call ran into; refusal.c has a text for each
 * @TUN_ALT_REFUSED_NOTHING: nothing was refused yet
 * @TUN_ALT_REFUSED_NOT_ATTACHED: the descriptor has no device
 * @TUN_ALT_REFUSED_ATTACHED: the descriptor has a device already
 * @TUN_ALT_REFUSED_FAULT: the argument points to memory that the caller may not use so
 * @TUN_ALT_REFUSED_UNKNOWN_IOCTL: values: the number
 * @TUN_ALT_REFUSED_NAME_EXISTS: IFF_TUN_EXCL, and the name is taken
 * @TUN_ALT_REFUSED_OTHER_KIND: the name belongs to a device of another type
 * @TUN_ALT_REFUSED_MULTI_QUEUE: values: whether the device is multi-queue, whether it was asked for
 * @TUN_ALT_REFUSED_ATTACH_RIGHT: neither owner nor group nor capability
 * @TUN_ALT_REFUSED_CREATE_RIGHT: creating needs CAP_NET_ADMIN in the network namespace
 * @TUN_ALT_REFUSED_BY_LSM: a security module said no; values: its errno
 * @TUN_ALT_REFUSED_NO_TYPE: neither IFF_TUN nor IFF_TAP
 * @TUN_ALT_REFUSED_HELD: a single-queue device whose queue is taken
 * @TUN_ALT_REFUSED_QUEUE_COUNT: values: how many queues a device may have
 * @TUN_ALT_REFUSED_NO_MEMORY: no memory
 * @TUN_ALT_REFUSED_BY_CORE: the networking core would not register the device; values: its errno
 * @TUN_ALT_REFUSED_NOT_DISABLED: IFF_ATTACH_QUEUE on a queue that is not disabled
 * @TUN_ALT_REFUSED_NOT_ENABLED: IFF_DETACH_QUEUE on a queue that is not an enabled one of many
 * @TUN_ALT_REFUSED_NO_ACTION: TUNSETQUEUE with neither of the two flags
 * @TUN_ALT_REFUSED_UNMAPPED_ID: the caller's user namespace has no such id; values: the id
 * @TUN_ALT_REFUSED_DEVICE_UP: the link type of a device that is up
 * @TUN_ALT_REFUSED_LINK_TYPE: a listener vetoed the link type; values: the type
 * @TUN_ALT_REFUSED_SNDBUF: values: the size that was asked for
 * @TUN_ALT_REFUSED_IFINDEX: a negative interface index
 * @TUN_ALT_REFUSED_CARRIER: carrier without an enabled queue
 * @TUN_ALT_REFUSED_NETNS_RIGHT: a descriptor of the namespace needs CAP_NET_ADMIN in it
 * @TUN_ALT_REFUSED_MAC: the hardware address was not taken; values: the errno
 * @TUN_ALT_REFUSED_SHORT_HEADER: the buffer is shorter than the headers; values: its size, theirs
 * @TUN_ALT_REFUSED_DEVICE_GONE: the device went while the call waited
 * @TUN_ALT_REFUSED_VNET_SIZE: a virtio-net header of fewer bytes; values: the size, the least
 * @TUN_ALT_REFUSED_NO_BIG_ENDIAN: the kernel has no virtio-net headers of the other byte order
 * @TUN_ALT_REFUSED_OFFLOAD: values: the bits of TUNSETOFFLOAD that could not be had
 * @TUN_ALT_REFUSED_OFFLOAD_GONE: a packet needs what the program has switched off
 * @TUN_ALT_REFUSED_VNET_LENGTH: values: the bytes of headers that one says there are, the frame's
 * @TUN_ALT_REFUSED_VNET_HEADER: a virtio-net header that does not fit; values: its flags, its type
 * @TUN_ALT_REFUSED_SHORT_FRAME: values: the frame's length, the least that is one
 * @TUN_ALT_REFUSED_NOT_IP: the first nibble is neither 4 nor 6; values: the first byte
 * @TUN_ALT_REFUSED_DEVICE_DOWN: the device is not up
 * @TUN_ALT_REFUSED_NOT_TAP: the call is for TAP devices
 * @TUN_ALT_REFUSED_PROGRAM: the classic program was not taken; values: the errno
 * @TUN_ALT_REFUSED_PROGRAM_SIZE: the program is larger than net.core.optmem_max; values: how many
 *	instructions it has
 * @TUN_ALT_REFUSED_PROGRAM_FD: not the descriptor of a socket filter; values: the errno
 * @TUN_ALT_REFUSED_FRAGS_RIGHT: IFF_NAPI_FRAGS needs CAP_NET_ADMIN in the first user namespace
 * @TUN_ALT_REFUSED_FRAGS_ALONE: IFF_NAPI_FRAGS without IFF_NAPI, or on a TUN device
 * @TUN_ALT_REFUSED_NAPI_DISABLED: a disabled queue that has a NAPI takes no packets
 * @TUN_ALT_REFUSED_LONG_FRAME: values: the frame's length, the most that NAPI takes in pieces
 * @TUN_ALT_REFUSED_PIECES: values: how many pieces the frame has, the most
 * @TUN_ALT_REFUSED_PIECE: a piece after the first; values: its length, the most
 * @TUN_ALT_REFUSED_NETLINK_CREATE: devices are made by TUNSETIFF, not by netlink
 * @TUN_ALT_REFUSED_STRUCT: a structure; values: its size, the least or the most that is known
 * @TUN_ALT_REFUSED_BURST: TUN_ALT_SET_BURST; values: the first of its numbers that cannot be, and
 *	which one it is: 1 flags, 2 max_frames, 3 align
 * @TUN_ALT_REFUSED_BURST_ROOM: a burst's buffer; values: its bytes, those of the headers of a frame
 * @TUN_ALT_REFUSED_BURST_FRAME: a burst's frame; values: its length, what follows of the burst
 * @TUN_ALT_REFUSED_BURST_FLAGS: likewise; values: its flags, what stands in its reserved bytes
 * @TUN_ALT_REFUSED_QUEUES: TUN_ALT_SET_QUEUES; values: how many, how many there can be
 * @TUN_ALT_REFUSED_OPTIONS: TUN_ALT_SET_OPTIONS; values: the flags that there are not
 * @TUN_ALT_REFUSED_CONGESTED: TUN_ALT_OPTION_CONGESTION
 * @TUN_ALT_REFUSED_ARRAY: TUN_ALT_READ_ARRAY, TUN_ALT_WRITE_ARRAY; values: the first of its numbers
 *	that cannot be, and which one
 * @TUN_ALT_REFUSED_MODE: the file is open for reading alone, or for writing alone
 * @TUN_ALT_REFUSED_READ_RING: read(), and what goes in its place, while there is a read ring
 * @TUN_ALT_REFUSED_WRITE_RING: write(), likewise
 * @TUN_ALT_REFUSED_RING: TUN_ALT_RING_SETUP; values: the first of its numbers that cannot be, and
 *	which one it is: 1 flags, 2 bytes, 3 a reserved one; no bytes at all are 0 of 2
 * @TUN_ALT_REFUSED_RING_HEADER: likewise; values: the bytes in front of a packet, the most
 * @TUN_ALT_REFUSED_RING_EXISTS: likewise: there is such a ring
 * @TUN_ALT_REFUSED_LEND_RIGHT: likewise: who lends buffers can change what others have looked at
 * @TUN_ALT_REFUSED_LENT: a record of a write ring; values: where it says that its frame is, and its
 *	bytes
 * @TUN_ALT_REFUSED_NO_RING: TUN_ALT_RING_DETACH, TUN_ALT_RING_KICK: there is none
 * @TUN_ALT_REFUSED_RING_BROKEN: TUN_ALT_RING_KICK: the program has written what cannot be
 * @TUN_ALT_REFUSED_REASONS: how many there are
 */
enum tun_alt_reason {
	TUN_ALT_REFUSED_NOTHING,
	TUN_ALT_REFUSED_NOT_ATTACHED,
	TUN_ALT_REFUSED_ATTACHED,
	TUN_ALT_REFUSED_FAULT,
	TUN_ALT_REFUSED_UNKNOWN_IOCTL,
	TUN_ALT_REFUSED_NAME_EXISTS,
	TUN_ALT_REFUSED_OTHER_KIND,
	TUN_ALT_REFUSED_MULTI_QUEUE,
	TUN_ALT_REFUSED_ATTACH_RIGHT,
	TUN_ALT_REFUSED_CREATE_RIGHT,
	TUN_ALT_REFUSED_BY_LSM,
	TUN_ALT_REFUSED_NO_TYPE,
	TUN_ALT_REFUSED_HELD,
	TUN_ALT_REFUSED_QUEUE_COUNT,
	TUN_ALT_REFUSED_NO_MEMORY,
	TUN_ALT_REFUSED_BY_CORE,
	TUN_ALT_REFUSED_NOT_DISABLED,
	TUN_ALT_REFUSED_NOT_ENABLED,
	TUN_ALT_REFUSED_NO_ACTION,
	TUN_ALT_REFUSED_UNMAPPED_ID,
	TUN_ALT_REFUSED_DEVICE_UP,
	TUN_ALT_REFUSED_LINK_TYPE,
	TUN_ALT_REFUSED_SNDBUF,
	TUN_ALT_REFUSED_IFINDEX,
	TUN_ALT_REFUSED_CARRIER,
	TUN_ALT_REFUSED_NETNS_RIGHT,
	TUN_ALT_REFUSED_MAC,
	TUN_ALT_REFUSED_SHORT_HEADER,
	TUN_ALT_REFUSED_DEVICE_GONE,
	TUN_ALT_REFUSED_VNET_SIZE,
	TUN_ALT_REFUSED_NO_BIG_ENDIAN,
	TUN_ALT_REFUSED_OFFLOAD,
	TUN_ALT_REFUSED_OFFLOAD_GONE,
	TUN_ALT_REFUSED_VNET_LENGTH,
	TUN_ALT_REFUSED_VNET_HEADER,
	TUN_ALT_REFUSED_SHORT_FRAME,
	TUN_ALT_REFUSED_NOT_IP,
	TUN_ALT_REFUSED_DEVICE_DOWN,
	TUN_ALT_REFUSED_NOT_TAP,
	TUN_ALT_REFUSED_PROGRAM,
	TUN_ALT_REFUSED_PROGRAM_SIZE,
	TUN_ALT_REFUSED_PROGRAM_FD,
	TUN_ALT_REFUSED_FRAGS_RIGHT,
	TUN_ALT_REFUSED_FRAGS_ALONE,
	TUN_ALT_REFUSED_NAPI_DISABLED,
	TUN_ALT_REFUSED_LONG_FRAME,
	TUN_ALT_REFUSED_PIECES,
	TUN_ALT_REFUSED_PIECE,
	TUN_ALT_REFUSED_NETLINK_CREATE,
	TUN_ALT_REFUSED_STRUCT,
	TUN_ALT_REFUSED_BURST,
	TUN_ALT_REFUSED_BURST_ROOM,
	TUN_ALT_REFUSED_BURST_FRAME,
	TUN_ALT_REFUSED_BURST_FLAGS,
	TUN_ALT_REFUSED_QUEUES,
	TUN_ALT_REFUSED_OPTIONS,
	TUN_ALT_REFUSED_CONGESTED,
	TUN_ALT_REFUSED_ARRAY,
	TUN_ALT_REFUSED_MODE,
	TUN_ALT_REFUSED_READ_RING,
	TUN_ALT_REFUSED_WRITE_RING,
	TUN_ALT_REFUSED_RING,
	TUN_ALT_REFUSED_RING_HEADER,
	TUN_ALT_REFUSED_RING_EXISTS,
	TUN_ALT_REFUSED_LEND_RIGHT,
	TUN_ALT_REFUSED_LENT,
	TUN_ALT_REFUSED_NO_RING,
	TUN_ALT_REFUSED_RING_BROKEN,
	TUN_ALT_REFUSED_REASONS
};

/**
 * struct tun_alt_refusal - one refused call
 * @err: the errno that the caller got, negative
 * @reason: what it ran into
 * @value: up to two numbers for the text
 *
 * A value that the code which refuses fills and the door that was knocked at keeps or shows: no
 * lock of its own.
 */
struct tun_alt_refusal {
	int err;
	enum tun_alt_reason reason;
	u64 value[2];
};

/* The longest text, with two numbers of 20 digits and the final zero, fits. */
#define TUN_ALT_REFUSAL_TEXT	160

/**
 * tun_alt_refuse_values() - raise a refusal whose text has numbers
 * @why: where it is put down
 * @err: the errno for the caller, negative
 * @reason: what the call ran into
 * @first: the first number of the text
 * @second: the second one
 *
 * Context: Any.
 * Return: @err.
 */
static inline int tun_alt_refuse_values(struct tun_alt_refusal *why, int err,
					enum tun_alt_reason reason, u64 first, u64 second)
{
	why->err = err;
	why->reason = reason;
	why->value[0] = first;
	why->value[1] = second;
	return err;
}

/**
 * tun_alt_refuse() - raise a refusal
 * @why: where it is put down
 * @err: the errno for the caller, negative
 * @reason: what the call ran into
 *
 * Context: Any.
 * Return: @err, so that a refusing line reads `return tun_alt_refuse(...)`.
 */
static inline int tun_alt_refuse(struct tun_alt_refusal *why, int err, enum tun_alt_reason reason)
{
	return tun_alt_refuse_values(why, err, reason, 0, 0);
}

int tun_alt_refusal_text(const struct tun_alt_refusal *why, char *text, size_t size);
int tun_alt_refusal_to_extack(const struct tun_alt_refusal *why, struct netlink_ext_ack *extack);

#endif /* TUN_ALT_REFUSAL_H */
