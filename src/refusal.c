// SPDX-License-Identifier: GPL-2.0
/*
 * The texts behind the errno.
 */
#include "refusal.h"

#include <linux/kernel.h>
#include <linux/netlink.h>

/* A text takes the refusal's values in order, as unsigned 64 bit numbers. */
static const char *const refusal_text[TUN_ALT_REFUSED_REASONS] = {
	[TUN_ALT_REFUSED_NOTHING] =
		"nothing was refused",
	[TUN_ALT_REFUSED_NOT_ATTACHED] =
		"the descriptor has no device; TUNSETIFF comes first",
	[TUN_ALT_REFUSED_ATTACHED] =
		"the descriptor has a device already",
	[TUN_ALT_REFUSED_FAULT] =
		"the argument points to memory that cannot be used",
	[TUN_ALT_REFUSED_UNKNOWN_IOCTL] =
		"no ioctl with the number 0x%llx",
	[TUN_ALT_REFUSED_NAME_EXISTS] =
		"IFF_TUN_EXCL was asked for and the name exists",
	[TUN_ALT_REFUSED_OTHER_KIND] =
		"the name belongs to a device of another type",
	[TUN_ALT_REFUSED_MULTI_QUEUE] =
		"multi-queue: the device has %llu, the call asks for %llu",
	[TUN_ALT_REFUSED_ATTACH_RIGHT] =
		"not the owner, not in the group, and no CAP_NET_ADMIN",
	[TUN_ALT_REFUSED_CREATE_RIGHT] =
		"creating a device needs CAP_NET_ADMIN in its network namespace",
	[TUN_ALT_REFUSED_BY_LSM] =
		"a security module refused with errno %llu",
	[TUN_ALT_REFUSED_NO_TYPE] =
		"neither IFF_TUN nor IFF_TAP was asked for",
	[TUN_ALT_REFUSED_HELD] =
		"the device has one queue, held by another process or descriptor",
	[TUN_ALT_REFUSED_QUEUE_COUNT] =
		"the device has all of its %llu queues",
	[TUN_ALT_REFUSED_NO_MEMORY] =
		"no memory",
	[TUN_ALT_REFUSED_BY_CORE] =
		"the device could not be registered: errno %llu",
	[TUN_ALT_REFUSED_NOT_DISABLED] =
		"IFF_ATTACH_QUEUE: this queue is not a disabled one",
	[TUN_ALT_REFUSED_NOT_ENABLED] =
		"IFF_DETACH_QUEUE: not an enabled queue of a multi-queue device",
	[TUN_ALT_REFUSED_NO_ACTION] =
		"neither IFF_ATTACH_QUEUE nor IFF_DETACH_QUEUE was asked for",
	[TUN_ALT_REFUSED_UNMAPPED_ID] =
		"the id %llu has no meaning in the caller's user namespace",
	[TUN_ALT_REFUSED_DEVICE_UP] =
		"the link type cannot change while the device is up",
	[TUN_ALT_REFUSED_LINK_TYPE] =
		"the link type %llu was vetoed by a listener",
	[TUN_ALT_REFUSED_SNDBUF] =
		"a send buffer has at least 1 byte",
	[TUN_ALT_REFUSED_IFINDEX] =
		"an interface index is not negative",
	[TUN_ALT_REFUSED_CARRIER] =
		"carrier needs an enabled queue",
	[TUN_ALT_REFUSED_NETNS_RIGHT] =
		"the network namespace is shown to its CAP_NET_ADMIN alone",
	[TUN_ALT_REFUSED_MAC] =
		"the hardware address was refused: errno %llu",
	[TUN_ALT_REFUSED_SHORT_HEADER] =
		"%llu bytes do not hold the headers of %llu",
	[TUN_ALT_REFUSED_DEVICE_GONE] =
		"the device went while the call waited",
	[TUN_ALT_REFUSED_VNET_SIZE] =
		"a virtio-net header of %llu bytes; the least is %llu",
	[TUN_ALT_REFUSED_NO_BIG_ENDIAN] =
		"this kernel's virtio-net headers are little endian",
	[TUN_ALT_REFUSED_OFFLOAD] =
		"the offload bits 0x%llx are unknown here, or lack others",
	[TUN_ALT_REFUSED_OFFLOAD_GONE] =
		"the packet needs an offload that was switched off",
	[TUN_ALT_REFUSED_VNET_LENGTH] =
		"headers of %llu bytes in a frame of %llu",
	[TUN_ALT_REFUSED_VNET_HEADER] =
		"flags 0x%llx and type 0x%llx do not describe the frame",
	[TUN_ALT_REFUSED_SHORT_FRAME] =
		"a frame of %llu bytes; the least is %llu",
	[TUN_ALT_REFUSED_NOT_IP] =
		"neither IPv4 nor IPv6: the packet begins with byte 0x%llx",
	[TUN_ALT_REFUSED_DEVICE_DOWN] =
		"the device is not up",
	[TUN_ALT_REFUSED_NOT_TAP] =
		"the call is for TAP devices, and this is a TUN device",
	[TUN_ALT_REFUSED_PROGRAM] =
		"the kernel did not take the classic BPF program: errno %llu",
	[TUN_ALT_REFUSED_PROGRAM_SIZE] =
		"a program of %llu instructions is larger than net.core.optmem_max allows",
	[TUN_ALT_REFUSED_PROGRAM_FD] =
		"no descriptor of a BPF program of the socket filter type: errno %llu",
	[TUN_ALT_REFUSED_FRAGS_RIGHT] =
		"IFF_NAPI_FRAGS needs CAP_NET_ADMIN in the initial user namespace",
	[TUN_ALT_REFUSED_FRAGS_ALONE] =
		"IFF_NAPI_FRAGS needs IFF_NAPI and IFF_TAP beside it",
	[TUN_ALT_REFUSED_NAPI_DISABLED] =
		"a disabled queue with IFF_NAPI takes no packets",
	[TUN_ALT_REFUSED_LONG_FRAME] =
		"IFF_NAPI_FRAGS: a frame of %llu bytes; the most is %llu",
	[TUN_ALT_REFUSED_PIECES] =
		"IFF_NAPI_FRAGS: a frame in %llu pieces; the most is %llu",
	[TUN_ALT_REFUSED_PIECE] =
		"IFF_NAPI_FRAGS: a piece of %llu bytes; there are 1 to %llu after the first",
	[TUN_ALT_REFUSED_NETLINK_CREATE] =
		"a tun-alt device is created by TUNSETIFF (tun-alt add)",
	[TUN_ALT_REFUSED_STRUCT] =
		"the structure has %llu bytes, and this driver knows one of %llu",
	[TUN_ALT_REFUSED_BURST] =
		"TUN_ALT_SET_BURST: there is no %llu for its number %llu (flags, max_frames, align)",
	[TUN_ALT_REFUSED_BURST_ROOM] =
		"the buffer of %llu bytes has no room for the %llu of a frame's headers",
	[TUN_ALT_REFUSED_BURST_FRAME] =
		"the frame is to have %llu bytes, and %llu follow in the burst",
	[TUN_ALT_REFUSED_BURST_FLAGS] =
		"the frame's flags are %llu and its reserved bytes %llu: neither can be",
	[TUN_ALT_REFUSED_QUEUES] =
		"TUN_ALT_SET_QUEUES: %llu queues, and a device can have %llu",
	[TUN_ALT_REFUSED_OPTIONS] =
		"TUN_ALT_SET_OPTIONS: there is no option 0x%llx",
	[TUN_ALT_REFUSED_CONGESTED] =
		"the stack dropped the packet: a queue on its way is full, or nobody takes it",
	[TUN_ALT_REFUSED_ARRAY] =
		"there is no %llu for an array's number %llu (flags, nr, reserved)",
	[TUN_ALT_REFUSED_MODE] =
		"the node was not opened for that: O_RDONLY does not write, nor O_WRONLY read",
	[TUN_ALT_REFUSED_READ_RING] =
		"packets are read from a ring: TUN_ALT_RING_DETACH ends it",
	[TUN_ALT_REFUSED_WRITE_RING] =
		"packets are written to a ring: TUN_ALT_RING_DETACH ends it",
	[TUN_ALT_REFUSED_RING] =
		"TUN_ALT_RING_SETUP: there is no %llu for its number %llu (flags, bytes, reserved)",
	[TUN_ALT_REFUSED_RING_HEADER] =
		"%llu bytes stand in front of each packet, and a ring carries at most %llu",
	[TUN_ALT_REFUSED_RING_EXISTS] =
		"the queue has such a ring already",
	[TUN_ALT_REFUSED_LEND_RIGHT] =
		"lending buffers needs CAP_NET_ADMIN in the initial user namespace",
	[TUN_ALT_REFUSED_LENT] =
		"there is no frame in the buffers from %llu on of %llu bytes",
	[TUN_ALT_REFUSED_NO_RING] =
		"the queue has no ring: TUN_ALT_RING_SETUP makes one",
	[TUN_ALT_REFUSED_RING_BROKEN] =
		"the ring is broken: an index or a length in it cannot be",
};

/**
 * tun_alt_refusal_text() - put a refusal into words
 * @why: the refusal
 * @text: the buffer
 * @size: its size, %TUN_ALT_REFUSAL_TEXT for any text
 *
 * Context: Any.
 * Return: the length of the text, without the final zero, as snprintf() counts it.
 */
int tun_alt_refusal_text(const struct tun_alt_refusal *why, char *text, size_t size)
{
	return snprintf(text, size, refusal_text[why->reason], why->value[0], why->value[1]);
}

/**
 * tun_alt_refusal_to_extack() - show a refusal to a netlink caller
 * @why: a refusal whose text has no numbers: extack keeps a pointer, not a copy
 * @extack: the answer under way, or NULL
 *
 * Context: Any.
 * Return: the refusal's errno.
 */
int tun_alt_refusal_to_extack(const struct tun_alt_refusal *why, struct netlink_ext_ack *extack)
{
	if (extack)
		extack->_msg = refusal_text[why->reason];
	return why->err;
}
