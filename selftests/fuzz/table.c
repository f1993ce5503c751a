// SPDX-License-Identifier: GPL-2.0
/*
 * The operations: the ioctls of table.h, and what else there is.
 */
#include <fcntl.h>
#include <poll.h>

#include <linux/ethtool.h>
#include <linux/if_link.h>

#include "world.h"
#include "table.h"

/* The numbers of the sets, so that a row can point to one */
#define FUZZ_SET(set, ...) SET_##set,
enum set_number {
#include "sets.h"
};

#undef FUZZ_SET

#define NUMBERS(...) ((const __u64[]){ __VA_ARGS__ })
#define FUZZ_SET(set, ...) \
	{ #set, #__VA_ARGS__, NUMBERS(__VA_ARGS__), sizeof(NUMBERS(__VA_ARGS__)) / sizeof(__u64) },
const struct fuzz_set fuzz_sets[] = {
#include "sets.h"
};

const unsigned int fuzz_nr_sets = sizeof(fuzz_sets) / sizeof(*fuzz_sets);

#define FD		{ "fd", FUZZ_FILE, NULL }
#define TO		{ "to", FUZZ_TO, NULL }
#define NAME		{ "name", FUZZ_NAME, NULL }
#define NEW_NAME	{ "name", FUZZ_NEW_NAME, NULL }
#define SPACE		{ "space", FUZZ_SPACE, NULL }
#define POINTER		{ "pointer", FUZZ_POINTER, NULL }
#define OF(name, kind, set)	{ name, FUZZ_##kind, &fuzz_sets[SET_##set] }
#define COMPAT		OF("compat", CHOICE, compat_once)

/* The arguments of an ioctl by kind, what runs it, and what it points to for syzkaller */
#define ARGS_VALUE(set)		{ FD, OF("value", NUMBER, set), COMPAT }
#define ARGS_FLAGS(set)		{ FD, OF("value", BITS, set), COMPAT }
#define ARGS_INT_IN(set)	{ FD, OF("value", NUMBER, set), POINTER, COMPAT }
#define ARGS_INT_OUT(set)	ARGS_INT_IN(set)
#define ARGS_IFREQ(set)		{ FD, NEW_NAME, OF("value", BITS, set), POINTER, COMPAT }
#define ARGS_IFREQ_IN(set)	{ FD, NAME, OF("value", BITS, set), POINTER, COMPAT }
#define ARGS_IFREQ_OUT(set)	ARGS_IFREQ_IN(set)
#define ARGS_ADDRESS(set)	{ FD, OF("family", CHOICE, family), OF("value", NUMBER, set), \
				  POINTER, COMPAT }
#define ARGS_FILTER(set)	{ FD, OF("flags", CHOICE, filter_flags), \
				  OF("value", CHOICE, set), OF("seed", NUMBER, nothing), \
				  POINTER, COMPAT }
#define ARGS_FPROG(set)		{ FD, OF("value", CHOICE, set), OF("length", CHOICE, lengths), \
				  { "inner", FUZZ_POINTER, NULL }, POINTER, COMPAT }
#define ARGS_FPROG32(set)	ARGS_FPROG(set)
#define ARGS_FPROG_OUT(set)	ARGS_INT_IN(set)
#define ARGS_PROGRAM(set)	{ FD, OF("value", CHOICE, set), POINTER, COMPAT }

#define ARGS_STRUCT(set)		{ FD, OF("value", CHOICE, set), \
				  OF("max_frames", NUMBER, max_frames), \
				  OF("align", NUMBER, align), OF("more", CHOICE, struct_more), \
				  POINTER, COMPAT }
#define ARGS_ARRAY(set)		{ FD, OF("frame", CHOICE, frame), \
				  OF("payload", NUMBER, payload), OF("value", CHOICE, set), \
				  OF("slots", NUMBER, slots), \
				  OF("slot_flags", CHOICE, slot_flags), \
				  { "inner", FUZZ_POINTER, NULL }, POINTER, COMPAT }

#define ARGS_RINGS(set)		{ FD, OF("read", NUMBER, ring_bytes), \
				  OF("write", NUMBER, ring_bytes), \
				  OF("buffers", NUMBER, ring_bytes), OF("flags", CHOICE, set), \
				  OF("more", CHOICE, struct_more), POINTER, COMPAT }

#define RUN_VALUE	call_value
#define RUN_FLAGS	call_value
#define RUN_INT_IN	call_int_in
#define RUN_INT_OUT	call_int_in
#define RUN_IFREQ	call_ifreq
#define RUN_IFREQ_IN	call_ifreq
#define RUN_IFREQ_OUT	call_ifreq
#define RUN_ADDRESS	call_address
#define RUN_FILTER	call_filter
#define RUN_FPROG	call_fprog
#define RUN_FPROG32	call_fprog
#define RUN_FPROG_OUT	call_fprog_out
#define RUN_PROGRAM	call_program
#define RUN_STRUCT	call_struct
#define RUN_ARRAY	call_array
#define RUN_RINGS	call_ring_setup

#define FUZZ_IOCTL(request, kind, set) \
	{ #request, RUN_##kind, 4, request, #kind ":" #set, ARGS_##kind(set) },

const struct fuzz_op fuzz_ops[] = {
#include "ioctls.h"
	{ "ioctl", call_any_ioctl, 4, 0, NULL,
	  { FD, OF("request", NUMBER, request), OF("value", NUMBER, link_value), POINTER,
	    COMPAT } },
	{ "open", call_open, 6, 0, NULL, { TO, OF("flags", CHOICE, open_flags) } },
	{ "close", call_close, 6, 0, NULL, { { "fd", FUZZ_GONE, NULL } } },
	{ "dup", call_dup, 2, 0, NULL, { FD, TO } },
	{ "read", call_read, 16, 0, NULL,
	  { FD, OF("length", NUMBER, length), OF("pieces", CHOICE, pieces), POINTER } },
	{ "write", call_write, 30, 0, NULL,
	  { FD, OF("frame", CHOICE, frame), OF("payload", NUMBER, payload),
	    OF("says", CHOICE, says), OF("field", CHOICE, field),
	    OF("number", NUMBER, header_value), OF("poke", NUMBER, poke),
	    OF("pieces", CHOICE, pieces), POINTER, OF("times", CHOICE, times) } },
	{ "poll", call_poll, 6, 0, NULL,
	  { FD, OF("events", BITS, events), OF("epoll", CHOICE, switched) } },
	{ "fcntl", call_fcntl, 6, 0, NULL,
	  { FD, OF("command", CHOICE, command), OF("value", CHOICE, file_flags) } },
	{ "mmap", call_mmap, 1, 0, NULL, { FD, OF("value", NUMBER, way) } },
	{ "ring_map", call_ring_map, 8, 0, NULL, { FD, OF("way", CHOICE, ring_way) } },
	{ "ring_write", call_ring_write, 16, 0, NULL,
	  { FD, OF("frame", CHOICE, frame), OF("payload", NUMBER, payload),
	    OF("says", CHOICE, says), OF("field", CHOICE, field),
	    OF("number", NUMBER, header_value), OF("poke", NUMBER, poke),
	    OF("lie", CHOICE, ring_lie), OF("times", CHOICE, times),
	    OF("kick", CHOICE, ring_kick) } },
	{ "ring_lend", call_ring_lend, 8, 0, NULL,
	  { FD, OF("frame", CHOICE, frame), OF("payload", NUMBER, payload),
	    OF("says", CHOICE, says), OF("field", CHOICE, field),
	    OF("number", NUMBER, header_value), OF("poke", NUMBER, poke),
	    OF("at", NUMBER, ring_value), OF("lie", CHOICE, ring_lie),
	    OF("times", CHOICE, times) } },
	{ "ring_read", call_ring_read, 8, 0, NULL, { FD, OF("want", CHOICE, switched) } },
	{ "ring_poke", call_ring_poke, 8, 0, NULL,
	  { FD, OF("way", CHOICE, ring_way), OF("at", NUMBER, ring_at),
	    OF("number", NUMBER, ring_value), OF("times", CHOICE, times) } },
	{ "fdinfo", call_look, 3, 0, NULL, { FD } },
	{ "splice", call_splice, 4, 0, NULL,
	  { FD, OF("way", CHOICE, way), OF("length", NUMBER, length) } },
	{ "uring", call_uring, 4, 0, NULL,
	  { FD, OF("way", NUMBER, way), OF("length", NUMBER, length) } },
	{ "setns", call_setns, 3, 0, NULL, { { "space", FUZZ_NEW_SPACE, NULL } } },
	{ "new_space", call_new_space, 1, 0, NULL, { SPACE } },
	{ "user", call_user, 2, 0, NULL, { OF("id", CHOICE, user) } },
	{ "link_flags", call_link_flags, 12, 0, NULL,
	  { SPACE, NAME, OF("flags", BITS, link_flags), OF("mask", CHOICE, link_mask) } },
	{ "link_set", call_link_set, 14, 0, NULL,
	  { SPACE, NAME, OF("what", CHOICE, link_what), OF("value", NUMBER, link_value) } },
	{ "link_name", call_link_name, 2, 0, NULL,
	  { SPACE, NAME, { "new", FUZZ_NEW_NAME, NULL } } },
	{ "link_move", call_link_move, 4, 0, NULL,
	  { SPACE, NAME, { "to", FUZZ_NEW_SPACE, NULL } } },
	{ "link_del", call_link_del, 4, 0, NULL, { SPACE, NAME } },
	{ "link_get", call_link_get, 4, 0, NULL, { SPACE, NAME, OF("all", CHOICE, switched) } },
	{ "link_new", call_link_new, 3, 0, NULL, { SPACE, NAME, OF("kind", CHOICE, link_kind) } },
	{ "link_xdp", call_link_xdp, 12, 0, NULL,
	  { SPACE, NAME, OF("program", CHOICE, xdp), OF("flags", CHOICE, xdp_flags) } },
	{ "ethtool", call_ethtool, 8, 0, NULL,
	  { SPACE, NAME, OF("command", CHOICE, ethtool), OF("value", NUMBER, link_value) } },
	{ "send", call_send, 30, 0, NULL,
	  { SPACE, NAME, OF("frame", CHOICE, frame), OF("payload", NUMBER, payload),
	    OF("says", CHOICE, says), OF("field", CHOICE, field),
	    OF("number", NUMBER, header_value), OF("poke", NUMBER, poke),
	    OF("queued", CHOICE, switched),
	    OF("times", CHOICE, times) } },
	{ "sysfs", call_sysfs, 3, 0, NULL, { NAME, OF("file", NUMBER, way) } },
	{ "sleep", call_sleep, 1, 0, NULL, { OF("ms", NUMBER, milliseconds) } },
};

const unsigned int fuzz_nr_ops = sizeof(fuzz_ops) / sizeof(*fuzz_ops);
