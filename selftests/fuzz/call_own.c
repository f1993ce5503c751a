// SPDX-License-Identifier: GPL-2.0
/*
 * The ioctls that in-tree tun has not got: a structure that begins with its size, and arrays of
 * packets.
 */
#include "world.h"

#include <errno.h>
#include <string.h>

#include <linux/if_tun_alt.h>

#include "table.h"

/* An array's slots, and the packet of each, behind the structure in a thread's room */
#define SLOTS_AT 4096
#define PACKETS_AT 0x10000
#define PACKET_ROOM 2048
#define MOST 48

static size_t size_of(unsigned int request)
{
	switch (request) {
	case TUN_ALT_SET_BURST:
		return sizeof(struct tun_alt_burst);
	case TUN_ALT_GET_CAPS:
		return sizeof(struct tun_alt_caps);
	case TUN_ALT_SET_QUEUES:
		return sizeof(struct tun_alt_queues);
	case TUN_ALT_GET_ERROR:
		return sizeof(struct tun_alt_error);
	default:
		return sizeof(struct tun_alt_options);
	}
}

/* fd, value, max_frames, align, more, pointer, compat */
WORLD_OP(call_struct)
{
	__u32 *word = (__u32 *)task->room;
	size_t size = size_of(op->request);
	long ret;

	memset(task->room, 0, 3 * SLOTS_AT);
	if (op->request != TUN_ALT_GET_CAPS && op->request != TUN_ALT_GET_ERROR)
		word[1] = arg[1];
	if (op->request == TUN_ALT_SET_BURST) {
		word[2] = arg[2];
		word[3] = arg[3];
	}
	size += (int)arg[4];
	word[0] = size;
	ret = world_ioctl(arg[0], op->request,
			  world_pointer(task, arg[5], word, size & (SLOTS_AT - 1)), arg[6]);
	if (!ret && op->request == TUN_ALT_SET_BURST)
		world.file[arg[0] % FUZZ_FILES].burst = arg[1];
	return ret;
}

/* fd, frame, payload, flags, slots, slot's flags, inner pointer, pointer, compat */
WORLD_OP(call_array)
{
	struct tun_alt_slot *slot = (struct tun_alt_slot *)(task->room + SLOTS_AT);
	struct tun_alt_array *array = (struct tun_alt_array *)task->room;
	unsigned char *packets = task->room + PACKETS_AT;
	unsigned int n = arg[4] < MOST ? arg[4] : MOST;
	const __u64 what[] = { arg[0], arg[1], arg[2] % 1500, 0, 0, 0, 0 };

	for (unsigned int i = 0; i < n; i++) {
		slot[i] = (struct tun_alt_slot){
			.addr = (unsigned long)(packets + i * PACKET_ROOM),
			.len = op->request == TUN_ALT_READ_ARRAY ? arg[2] % PACKET_ROOM :
				world_frame(task, what, packets + i * PACKET_ROOM),
			.flags = arg[5],
			.reserved = arg[5] >> 16,
		};
	}
	/* One of them may be where nothing is. */
	if (n > 2 && arg[2] & 1)
		slot[n / 2].addr = 16;
	*array = (struct tun_alt_array){
		.size = sizeof(*array), .nr = arg[4], .flags = arg[3],
		.slots = (unsigned long)world_pointer(task, arg[7] ? 0 : arg[6], slot,
						      n * sizeof(*slot)),
	};
	return world_ioctl(arg[0], op->request,
			   world_pointer(task, arg[7], array, sizeof(*array)), arg[8]);
}
