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

/* Sets of what are no ioctls */
#define OTHER_SETS(S)									\
	S(open_flags, 0, O_NONBLOCK, O_ASYNC)						\
	S(length, 0, 1, 4, 10, 14, 24, 64, 1500, 2000, 65536)				\
	S(payload, 0, 1, 8, 32, 100, 200, 500, 1400, 3000, 9000, 65400)			\
	S(frame, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)					\
	S(says, 0, 1, 2, 3, 4, 5)							\
	S(field, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 12, 13)				\
	S(header_value, 0, 1, 3, 4, 5, 0x21, 0x41, 14, 34, 54, 65535)			\
	S(poke, 0, 0, 0, 0, 0x0065, 0x0c08, 0x0045, 0x1706, 0x0000)			\
	S(pieces, 0, 0, 0, 1, 2, 5, 20)							\
	S(times, 0, 0, 0, 1, 3, 15)							\
	S(events, POLLIN, POLLOUT, POLLERR, POLLHUP, POLLPRI)				\
	S(command, F_SETFL, F_GETFL, F_SETOWN, F_GETOWN, F_SETSIG)			\
	S(file_flags, 0, O_NONBLOCK, O_ASYNC, O_NONBLOCK | O_ASYNC)			\
	S(way, 0, 1, 2, 3)								\
	S(link_flags, IFF_UP, IFF_PROMISC, IFF_ALLMULTI, IFF_NOARP, IFF_MULTICAST)	\
	S(link_mask, IFF_UP, IFF_UP, IFF_UP | IFF_PROMISC, -1)				\
	S(link_what, 0, 0, 1, 1, 1, 2, 3, 4, 5, 6, 7)					\
	S(link_value, 0, 1, 2, 8, 68, 500, 1400, 9000, 65535, -1)			\
	S(link_kind, 0, 0, 1, 2, 3)							\
	S(xdp, 0, 1, 2, 3, 4, 5, 6, 7, 8, 99)						\
	S(xdp_flags, 0, 0, XDP_FLAGS_SKB_MODE, XDP_FLAGS_DRV_MODE, XDP_FLAGS_HW_MODE,	\
	  XDP_FLAGS_UPDATE_IF_NOEXIST)							\
	S(ethtool, ETHTOOL_GDRVINFO, ETHTOOL_GMSGLVL, ETHTOOL_SMSGLVL, ETHTOOL_GLINK,	\
	  ETHTOOL_GCHANNELS, ETHTOOL_SCHANNELS, ETHTOOL_GCOALESCE, ETHTOOL_SCOALESCE,	\
	  ETHTOOL_GLINKSETTINGS, ETHTOOL_SLINKSETTINGS, ETHTOOL_GET_TS_INFO,		\
	  ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_STXCSUM, ETHTOOL_SSG, ETHTOOL_SRXCSUM)	\
	S(user, 0, 1000, 65534)								\
	S(milliseconds, 0, 1, 5, 15)							\
	S(compat_once, 0, 0, 0, 0, 0, 0, 0, 1)						\
	S(lengths, 0, 0, 0, 0, 1, 4096, 4097, 65535)

#define DEFINE_SET(set, ...)	static const __u64 values_##set[] = { __VA_ARGS__ };
FUZZ_SETS(DEFINE_SET)
OTHER_SETS(DEFINE_SET)

/* The numbers of the sets, so that a row can point to one */
#define SET_NUMBER(set, ...)	SET_##set,
enum set_number {
	FUZZ_SETS(SET_NUMBER)
	OTHER_SETS(SET_NUMBER)
};

#define SET_ROW(set, ...) \
	{ #set, #__VA_ARGS__, values_##set, sizeof(values_##set) / sizeof(*values_##set) },
const struct fuzz_set fuzz_sets[] = {
	FUZZ_SETS(SET_ROW)
	OTHER_SETS(SET_ROW)
};

const unsigned int fuzz_nr_sets = sizeof(fuzz_sets) / sizeof(*fuzz_sets);

#define FD		{ "fd", FUZZ_FILE, NULL }
#define TO		{ "to", FUZZ_FILE, NULL }
#define NAME		{ "name", FUZZ_NAME, NULL }
#define SPACE		{ "space", FUZZ_SPACE, NULL }
#define POINTER		{ "pointer", FUZZ_POINTER, NULL }
#define OF(name, kind, set)	{ name, FUZZ_##kind, &fuzz_sets[SET_##set] }
#define COMPAT		OF("compat", CHOICE, compat_once)

/* The arguments of an ioctl by kind, what runs it, and what it points to for syzkaller */
#define ARGS_VALUE(set)		{ FD, OF("value", NUMBER, set), COMPAT }
#define ARGS_FLAGS(set)		{ FD, OF("value", BITS, set), COMPAT }
#define ARGS_INT_IN(set)	{ FD, OF("value", NUMBER, set), POINTER, COMPAT }
#define ARGS_INT_OUT(set)	{ FD, POINTER, COMPAT }
#define ARGS_IFREQ(set)		{ FD, NAME, OF("value", BITS, set), POINTER, COMPAT }
#define ARGS_IFREQ_IN(set)	ARGS_IFREQ(set)
#define ARGS_IFREQ_OUT(set)	ARGS_IFREQ(set)
#define ARGS_ADDRESS(set)	{ FD, OF("family", CHOICE, family), OF("value", NUMBER, set), \
				  POINTER, COMPAT }
#define ARGS_FILTER(set)	{ FD, OF("flags", CHOICE, filter_flags), \
				  OF("value", CHOICE, set), OF("seed", NUMBER, nothing), \
				  POINTER, COMPAT }
#define ARGS_FPROG(set)		{ FD, OF("value", CHOICE, set), OF("length", CHOICE, lengths), \
				  { "inner", FUZZ_POINTER, NULL }, POINTER, COMPAT }
#define ARGS_FPROG32(set)	ARGS_FPROG(set)
#define ARGS_FPROG_OUT(set)	{ FD, POINTER, COMPAT }
#define ARGS_PROGRAM(set)	{ FD, OF("value", CHOICE, set), POINTER, COMPAT }

#define RUN_VALUE	call_value
#define RUN_FLAGS	call_value
#define RUN_INT_IN	call_int_in
#define RUN_INT_OUT	call_int_out
#define RUN_IFREQ	call_ifreq
#define RUN_IFREQ_IN	call_ifreq
#define RUN_IFREQ_OUT	call_ifreq
#define RUN_ADDRESS	call_address
#define RUN_FILTER	call_filter
#define RUN_FPROG	call_fprog
#define RUN_FPROG32	call_fprog
#define RUN_FPROG_OUT	call_fprog_out
#define RUN_PROGRAM	call_program

#define IOCTL_ROW(request, kind, set) \
	{ #request, RUN_##kind, 4, request, #kind ":" #set, ARGS_##kind(set) },

#define FRAME_ARGS	OF("frame", CHOICE, frame), OF("payload", NUMBER, payload), \
			OF("says", CHOICE, says), OF("field", CHOICE, field), \
			OF("number", NUMBER, header_value), OF("poke", NUMBER, poke)

const struct fuzz_op fuzz_ops[] = {
	FUZZ_IOCTLS(IOCTL_ROW)
	{ "ioctl", call_any_ioctl, 4, 0, NULL,
	  { FD, OF("request", NUMBER, request), OF("value", NUMBER, link_value), POINTER, COMPAT } },
	{ "open", call_open, 8, 0, NULL, { TO, OF("flags", CHOICE, open_flags) } },
	{ "close", call_close, 8, 0, NULL, { FD } },
	{ "dup", call_dup, 2, 0, NULL, { FD, TO } },
	{ "read", call_read, 16, 0, NULL,
	  { FD, OF("length", NUMBER, length), OF("pieces", CHOICE, pieces), POINTER } },
	{ "write", call_write, 30, 0, NULL,
	  { FD, FRAME_ARGS, OF("pieces", CHOICE, pieces), POINTER, OF("times", CHOICE, times) } },
	{ "poll", call_poll, 6, 0, NULL,
	  { FD, OF("events", BITS, events), OF("epoll", CHOICE, switched) } },
	{ "fcntl", call_fcntl, 6, 0, NULL,
	  { FD, OF("command", CHOICE, command), OF("value", CHOICE, file_flags) } },
	{ "mmap", call_mmap, 1, 0, NULL, { FD, OF("value", NUMBER, way) } },
	{ "fdinfo", call_look, 3, 0, NULL, { FD } },
	{ "splice", call_splice, 4, 0, NULL,
	  { FD, OF("way", CHOICE, way), OF("length", NUMBER, length) } },
	{ "uring", call_uring, 4, 0, NULL,
	  { FD, OF("way", NUMBER, way), OF("length", NUMBER, length) } },
	{ "setns", call_setns, 3, 0, NULL, { SPACE } },
	{ "new_space", call_new_space, 1, 0, NULL, { SPACE } },
	{ "user", call_user, 2, 0, NULL, { OF("id", CHOICE, user) } },
	{ "link_flags", call_link_flags, 12, 0, NULL,
	  { SPACE, NAME, OF("flags", BITS, link_flags), OF("mask", CHOICE, link_mask) } },
	{ "link_set", call_link_set, 14, 0, NULL,
	  { SPACE, NAME, OF("what", CHOICE, link_what), OF("value", NUMBER, link_value) } },
	{ "link_name", call_link_name, 2, 0, NULL, { SPACE, NAME, { "new", FUZZ_NAME, NULL } } },
	{ "link_move", call_link_move, 4, 0, NULL, { SPACE, NAME, { "to", FUZZ_SPACE, NULL } } },
	{ "link_del", call_link_del, 4, 0, NULL, { SPACE, NAME } },
	{ "link_get", call_link_get, 4, 0, NULL, { SPACE, NAME, OF("all", CHOICE, switched) } },
	{ "link_new", call_link_new, 3, 0, NULL, { SPACE, NAME, OF("kind", CHOICE, link_kind) } },
	{ "link_xdp", call_link_xdp, 12, 0, NULL,
	  { SPACE, NAME, OF("program", CHOICE, xdp), OF("flags", CHOICE, xdp_flags) } },
	{ "ethtool", call_ethtool, 8, 0, NULL,
	  { SPACE, NAME, OF("command", CHOICE, ethtool), OF("value", NUMBER, link_value) } },
	{ "send", call_send, 30, 0, NULL,
	  { SPACE, NAME, FRAME_ARGS, OF("queued", CHOICE, switched),
	    OF("times", CHOICE, times) } },
	{ "sysfs", call_sysfs, 3, 0, NULL, { NAME, OF("file", NUMBER, way) } },
	{ "sleep", call_sleep, 1, 0, NULL, { OF("ms", NUMBER, milliseconds) } },
};

const unsigned int fuzz_nr_ops = sizeof(fuzz_ops) / sizeof(*fuzz_ops);
