/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The generic netlink family of tun-alt, which Documentation/netlink/specs/tun-alt.yaml describes.
 *
 * Who holds a queue is shown by process, and by name, to whoever has CAP_NET_ADMIN in the user
 * namespace of the device's network namespace, or is the same user, and only as long as the process
 * is one of the asker's PID namespace. Everything else is for everybody.
 */
#ifndef _UAPI_LINUX_TUN_ALT_NETLINK_H
#define _UAPI_LINUX_TUN_ALT_NETLINK_H

#define TUN_ALT_FAMILY_NAME	"tun-alt"
#define TUN_ALT_FAMILY_VERSION	1

/**
 * enum tun_alt_cmd - what can be asked
 * @TUN_ALT_CMD_QUEUE_GET: dump: each queue of each device of the asker's network namespace, or of
 *	the device that TUN_ALT_A_QUEUE_IFINDEX names; and behind those of a device what it has
 *	counted that none of them has
 */
enum tun_alt_cmd {
	TUN_ALT_CMD_QUEUE_GET = 1,

	__TUN_ALT_CMD_MAX,
	TUN_ALT_CMD_MAX = (__TUN_ALT_CMD_MAX - 1)
};

/**
 * enum tun_alt_netlink_state - what an answer of TUN_ALT_CMD_QUEUE_GET is about
 * @TUN_ALT_NETLINK_ENABLED: a queue that gets packets
 * @TUN_ALT_NETLINK_DISABLED: a queue that TUNSETQUEUE has detached
 * @TUN_ALT_NETLINK_NO_QUEUE: what is left: packets that found no queue, and what queues that have
 *	left the device had counted
 */
enum tun_alt_netlink_state {
	TUN_ALT_NETLINK_ENABLED,
	TUN_ALT_NETLINK_DISABLED,
	TUN_ALT_NETLINK_NO_QUEUE,
};

/**
 * enum tun_alt_queue_attr - attributes of TUN_ALT_CMD_QUEUE_GET
 * @TUN_ALT_A_QUEUE_PAD: nothing
 * @TUN_ALT_A_QUEUE_IFINDEX: u32: the device
 * @TUN_ALT_A_QUEUE_IFNAME: string: its name
 * @TUN_ALT_A_QUEUE_STATE: u32: &enum tun_alt_netlink_state
 * @TUN_ALT_A_QUEUE_ID: u32: the index of an enabled queue
 * @TUN_ALT_A_QUEUE_ATTACHED: nest of TUN_ALT_A_HOLDER_x: who attached it
 * @TUN_ALT_A_QUEUE_USER: likewise: who read or wrote last; absent if nobody has
 * @TUN_ALT_A_QUEUE_READ_PACKETS: u64: packets that the program has read
 * @TUN_ALT_A_QUEUE_READ_BYTES: u64: their bytes
 * @TUN_ALT_A_QUEUE_RECEIVED_PACKETS: u64: packets that the stack has got
 * @TUN_ALT_A_QUEUE_RECEIVED_BYTES: u64: their bytes
 * @TUN_ALT_A_QUEUE_STOPS: u64: how often the stack was asked to wait (IFF_BACKPRESSURE)
 * @TUN_ALT_A_QUEUE_WAKES: u64: how often it was asked to go on
 * @TUN_ALT_A_QUEUE_LENGTH: u32: packets that there is room for between xmit and read
 * @TUN_ALT_A_QUEUE_WAITING: u32: packets that are there; absent while there is a read ring
 * @TUN_ALT_A_QUEUE_SERIAL: u64: a number that no other queue has had, or will have, since the
 *	module was loaded; a queue that gets another device gets another one
 * @TUN_ALT_A_QUEUE_DROP: nest of TUN_ALT_A_DROP_x, for each reason that packets have died of
 */
enum tun_alt_queue_attr {
	TUN_ALT_A_QUEUE_PAD,
	TUN_ALT_A_QUEUE_IFINDEX,
	TUN_ALT_A_QUEUE_IFNAME,
	TUN_ALT_A_QUEUE_STATE,
	TUN_ALT_A_QUEUE_ID,
	TUN_ALT_A_QUEUE_ATTACHED,
	TUN_ALT_A_QUEUE_USER,
	TUN_ALT_A_QUEUE_READ_PACKETS,
	TUN_ALT_A_QUEUE_READ_BYTES,
	TUN_ALT_A_QUEUE_RECEIVED_PACKETS,
	TUN_ALT_A_QUEUE_RECEIVED_BYTES,
	TUN_ALT_A_QUEUE_STOPS,
	TUN_ALT_A_QUEUE_WAKES,
	TUN_ALT_A_QUEUE_LENGTH,
	TUN_ALT_A_QUEUE_WAITING,
	TUN_ALT_A_QUEUE_SERIAL,
	TUN_ALT_A_QUEUE_DROP,

	__TUN_ALT_A_QUEUE_MAX,
	TUN_ALT_A_QUEUE_MAX = (__TUN_ALT_A_QUEUE_MAX - 1)
};

/**
 * enum tun_alt_holder_attr - a process that has to do with a queue
 * @TUN_ALT_A_HOLDER_PAD: nothing
 * @TUN_ALT_A_HOLDER_PID: u32: the process, as the asker counts; absent if he may not know it, and
 *	if it has exited and left the descriptor to others
 * @TUN_ALT_A_HOLDER_COMM: string: its name when it came; absent if the asker may not know it
 * @TUN_ALT_A_HOLDER_UID: u32: its user then, as the asker counts
 * @TUN_ALT_A_HOLDER_SINCE: u64: when that was, ns of CLOCK_BOOTTIME
 */
enum tun_alt_holder_attr {
	TUN_ALT_A_HOLDER_PAD,
	TUN_ALT_A_HOLDER_PID,
	TUN_ALT_A_HOLDER_COMM,
	TUN_ALT_A_HOLDER_UID,
	TUN_ALT_A_HOLDER_SINCE,

	__TUN_ALT_A_HOLDER_MAX,
	TUN_ALT_A_HOLDER_MAX = (__TUN_ALT_A_HOLDER_MAX - 1)
};

/**
 * enum tun_alt_drop_attr - packets that died of the same
 * @TUN_ALT_A_DROP_PAD: nothing
 * @TUN_ALT_A_DROP_REASON: u32: &enum tun_alt_drop
 * @TUN_ALT_A_DROP_NAME: string: its name
 * @TUN_ALT_A_DROP_PACKETS: u64: how many
 */
enum tun_alt_drop_attr {
	TUN_ALT_A_DROP_PAD,
	TUN_ALT_A_DROP_REASON,
	TUN_ALT_A_DROP_NAME,
	TUN_ALT_A_DROP_PACKETS,

	__TUN_ALT_A_DROP_MAX,
	TUN_ALT_A_DROP_MAX = (__TUN_ALT_A_DROP_MAX - 1)
};

/**
 * enum tun_alt_drop - why a packet died in the driver
 * @TUN_ALT_DROP_NO_READER: xmit: no program holds the queue that the packet was steered to
 * @TUN_ALT_DROP_TXFILTER: xmit: TUNSETTXFILTER lets no such address pass
 * @TUN_ALT_DROP_SOCKET_FILTER: xmit: the filter of TUNATTACHFILTER, or a security module beside it,
 *	said no
 * @TUN_ALT_DROP_EBPF_FILTER: xmit: the program of TUNSETFILTEREBPF said no
 * @TUN_ALT_DROP_XMIT_NO_MEMORY: xmit: no memory for what a filter has left of the packet
 * @TUN_ALT_DROP_XMIT_FAULT: xmit: memory that was lent for the packet could not be copied
 * @TUN_ALT_DROP_XMIT_BAD_FRAME: xmit: a frame that XDP sent here is in pieces, or no IP packet
 * @TUN_ALT_DROP_RING_FULL: xmit: the program does not read as fast as the stack sends
 * @TUN_ALT_DROP_OFFLOAD: read: the program has switched off what the packet needs
 * @TUN_ALT_DROP_SHORT_READ: read: the program's buffer holds less than the headers
 * @TUN_ALT_DROP_READ_FAULT: read: the program's buffer could not be written to
 * @TUN_ALT_DROP_TRUNCATED: read: the program's buffer was shorter than the packet: its end is lost
 * @TUN_ALT_DROP_RESIZE: the ring became shorter, and the newest packets did not fit
 * @TUN_ALT_DROP_READ_QUEUE_GONE: the queue left its device while the packet waited to be read
 * @TUN_ALT_DROP_SHORT_WRITE: write: less than headers and a frame have
 * @TUN_ALT_DROP_HEADER_FAULT: write: the headers in front of the frame could not be read
 * @TUN_ALT_DROP_VNET_LENGTH: write: the virtio-net header tells of more bytes than there are
 * @TUN_ALT_DROP_WRITE_NO_MEMORY: write: no memory for the packet
 * @TUN_ALT_DROP_WRITE_FAULT: write: the program's buffer could not be read
 * @TUN_ALT_DROP_BAD_FRAME: write: no IPv4 or IPv6 packet, a frame of which an XDP
 *	program left too little, or of which the program's ring says nothing that can be
 * @TUN_ALT_DROP_VNET_CHECKSUM: write: the virtio-net header asks for a checksum that is not in the
 *	frame
 * @TUN_ALT_DROP_VNET_SEGMENTS: write: the virtio-net header asks for segments that the frame does
 *	not have
 * @TUN_ALT_DROP_VNET_TUNNEL: write: the virtio-net header has a tunnel that is not in the frame
 * @TUN_ALT_DROP_XDP: write: the XDP program dropped it
 * @TUN_ALT_DROP_XDP_ABORTED: write: the XDP program failed, or said what means nothing
 * @TUN_ALT_DROP_XDP_TX: write: the XDP program sent the frame back, which could not be
 * @TUN_ALT_DROP_XDP_REDIRECT: write: the XDP program sent the frame where it could not go
 * @TUN_ALT_DROP_DEVICE_DOWN: write: the device is not up
 * @TUN_ALT_DROP_INTERRUPTED: write: a signal came while the program waited for room to write
 * @TUN_ALT_DROP_DISABLED: write: the queue has a NAPI and is disabled
 * @TUN_ALT_DROP_WRITE_QUEUE_GONE: the queue left its device while the packet was written
 *
 * Of TUN_ALT_DROP_TRUNCATED and of TUN_ALT_DROP_READ_FAULT the rest of the packet was read, and
 * counts as that too. Of TUN_ALT_DROP_WRITE_QUEUE_GONE some had been counted as received: with a
 * NAPI, or with MSG_MORE. New ones come at the end.
 */
enum tun_alt_drop {
	TUN_ALT_DROP_NO_READER,
	TUN_ALT_DROP_TXFILTER,
	TUN_ALT_DROP_SOCKET_FILTER,
	TUN_ALT_DROP_EBPF_FILTER,
	TUN_ALT_DROP_XMIT_NO_MEMORY,
	TUN_ALT_DROP_XMIT_FAULT,
	TUN_ALT_DROP_XMIT_BAD_FRAME,
	TUN_ALT_DROP_RING_FULL,
	TUN_ALT_DROP_OFFLOAD,
	TUN_ALT_DROP_SHORT_READ,
	TUN_ALT_DROP_READ_FAULT,
	TUN_ALT_DROP_TRUNCATED,
	TUN_ALT_DROP_RESIZE,
	TUN_ALT_DROP_READ_QUEUE_GONE,
	TUN_ALT_DROP_SHORT_WRITE,
	TUN_ALT_DROP_HEADER_FAULT,
	TUN_ALT_DROP_VNET_LENGTH,
	TUN_ALT_DROP_WRITE_NO_MEMORY,
	TUN_ALT_DROP_WRITE_FAULT,
	TUN_ALT_DROP_BAD_FRAME,
	TUN_ALT_DROP_VNET_CHECKSUM,
	TUN_ALT_DROP_VNET_SEGMENTS,
	TUN_ALT_DROP_VNET_TUNNEL,
	TUN_ALT_DROP_XDP,
	TUN_ALT_DROP_XDP_ABORTED,
	TUN_ALT_DROP_XDP_TX,
	TUN_ALT_DROP_XDP_REDIRECT,
	TUN_ALT_DROP_DEVICE_DOWN,
	TUN_ALT_DROP_INTERRUPTED,
	TUN_ALT_DROP_DISABLED,
	TUN_ALT_DROP_WRITE_QUEUE_GONE,
	/* private: */
	__TUN_ALT_DROP_MAX
};

#endif /* _UAPI_LINUX_TUN_ALT_NETLINK_H */
