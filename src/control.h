/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The meaning of an ioctl: what its argument is, what it needs, what it does.
 */
#ifndef TUN_ALT_CONTROL_H
#define TUN_ALT_CONTROL_H

#include <linux/bits.h>
#include <linux/if.h>
#include <linux/if_tun_alt.h>
#include <linux/types.h>

#include "program.h"
#include "refusal.h"

struct tun_alt_dev;
struct tun_alt_filter;
struct tun_alt_queue;

/**
 * enum tun_alt_argument - what an ioctl's argument is
 * @TUN_ALT_ARG_VALUE: a number, or nothing
 * @TUN_ALT_ARG_INT_IN: points to an int that is read after the call's state was judged
 * @TUN_ALT_ARG_INT_OUT: points to an int that gets the answer
 * @TUN_ALT_ARG_IFREQ_IN: points to a struct ifreq that is read before anything is judged
 * @TUN_ALT_ARG_IFREQ_OUT: points to a struct ifreq that gets the answer, zeros where there is none
 * @TUN_ALT_ARG_IFREQ: both
 * @TUN_ALT_ARG_FILTER_IN: points to a struct tun_filter and its addresses, which are read before
 *	anything is judged; what cannot be read is told after the call's state was judged
 * @TUN_ALT_ARG_FPROG_IN: likewise, to a struct sock_fprog and its instructions
 * @TUN_ALT_ARG_FPROG_OUT: points to a struct sock_fprog that gets the answer
 * @TUN_ALT_ARG_FPROG32_IN: as TUN_ALT_ARG_FPROG_IN, with the structure of a 32-bit program
 * @TUN_ALT_ARG_FPROG32_OUT: as TUN_ALT_ARG_FPROG_OUT, likewise
 * @TUN_ALT_ARG_STRUCT_IN: points to a structure that begins with its size, as the row says, and is
 *	read before anything is judged
 * @TUN_ALT_ARG_STRUCT: likewise, and gets the answer
 */
enum tun_alt_argument {
	TUN_ALT_ARG_VALUE,
	TUN_ALT_ARG_INT_IN,
	TUN_ALT_ARG_INT_OUT,
	TUN_ALT_ARG_IFREQ_IN,
	TUN_ALT_ARG_IFREQ_OUT,
	TUN_ALT_ARG_IFREQ,
	TUN_ALT_ARG_FILTER_IN,
	TUN_ALT_ARG_FPROG_IN,
	TUN_ALT_ARG_FPROG_OUT,
	TUN_ALT_ARG_FPROG32_IN,
	TUN_ALT_ARG_FPROG32_OUT,
	TUN_ALT_ARG_STRUCT_IN,
	TUN_ALT_ARG_STRUCT,
};

#define TUN_ALT_CALL_ANY	0
#define TUN_ALT_CALL_NEED_DEV	BIT(0)	/* -EBADFD without a device */
#define TUN_ALT_CALL_NO_RTNL	BIT(1)	/* the handler needs nothing that RTNL guards */
#define TUN_ALT_CALL_TAP_ONLY	BIT(2)	/* -EINVAL for a TUN device */
#define TUN_ALT_CALL_MAY_READ	BIT(3)	/* -EBADF for a file that is open for writing alone */
#define TUN_ALT_CALL_MAY_WRITE	BIT(4)	/* and the other way round */
#define TUN_ALT_CALL_NEED_TAP	(TUN_ALT_CALL_NEED_DEV | TUN_ALT_CALL_TAP_ONLY)
#define TUN_ALT_CALL_READS	(TUN_ALT_CALL_NO_RTNL | TUN_ALT_CALL_MAY_READ)
#define TUN_ALT_CALL_WRITES	(TUN_ALT_CALL_NO_RTNL | TUN_ALT_CALL_MAY_WRITE)
#define TUN_ALT_CALL_SHARES	(TUN_ALT_CALL_NEED_DEV | TUN_ALT_CALL_MAY_READ | \
				 TUN_ALT_CALL_MAY_WRITE)

/**
 * struct tun_alt_call - one call under way; all of it is kernel memory of the caller's own
 * @q: the descriptor's queue
 * @tun: its device, or NULL
 * @cmd: the number of the ioctl
 * @value: TUN_ALT_ARG_VALUE
 * @number: TUN_ALT_ARG_INT_IN, TUN_ALT_ARG_INT_OUT
 * @ifr: TUN_ALT_ARG_IFREQ and its two halves
 * @filter: TUN_ALT_ARG_FILTER_IN: what was made of it; a handler that keeps it takes it out
 * @program: TUN_ALT_ARG_FPROG_IN: likewise
 * @fprog: TUN_ALT_ARG_FPROG_IN, TUN_ALT_ARG_FPROG_OUT: its numbers
 * @own: TUN_ALT_ARG_STRUCT_IN, TUN_ALT_ARG_STRUCT
 * @own.burst: of TUN_ALT_SET_BURST
 * @own.queues: of TUN_ALT_SET_QUEUES
 * @own.caps: of TUN_ALT_GET_CAPS
 * @own.options: of TUN_ALT_SET_OPTIONS
 * @own.array: of TUN_ALT_READ_ARRAY, TUN_ALT_WRITE_ARRAY
 * @own.rings: of TUN_ALT_RING_SETUP
 * @own.error: of TUN_ALT_GET_ERROR
 * @may_wait: whether the descriptor has not got O_NONBLOCK
 * @notify: set by a handler that changed what RTM_NEWLINK shows
 * @unread: why the argument could not be read or made sense of, told after the state was judged
 * @why: the refusal
 */
struct tun_alt_call {
	struct tun_alt_queue *q;
	struct tun_alt_dev *tun;
	unsigned int cmd;
	unsigned long value;
	int number;
	struct ifreq ifr;
	struct tun_alt_filter *filter;
	struct tun_alt_program *program;
	struct tun_alt_fprog fprog;
	union {
		struct tun_alt_burst burst;
		struct tun_alt_queues queues;
		struct tun_alt_caps caps;
		struct tun_alt_options options;
		struct tun_alt_array array;
		struct tun_alt_ring_setup rings;
		struct tun_alt_error error;
	} own;
	bool may_wait;
	bool notify;
	struct tun_alt_refusal unread;
	struct tun_alt_refusal why;
};

/**
 * struct tun_alt_call_def - a row of the table
 * @cmd: the number
 * @arg: what the argument is
 * @size: bytes of a structure that begins with that
 * @flags: TUN_ALT_CALL_x
 * @fn: the handler; returns 0 or more, or a negative errno with call->why filled
 * @undo: what takes it back if the program cannot be told the answer, or NULL
 */
struct tun_alt_call_def {
	unsigned int cmd;
	enum tun_alt_argument arg;
	unsigned int size;
	unsigned int flags;
	int (*fn)(struct tun_alt_call *call);
	void (*undo)(struct tun_alt_call *call);
};

const struct tun_alt_call_def *tun_alt_control_find(unsigned int cmd);
#ifdef CONFIG_COMPAT
const struct tun_alt_call_def *tun_alt_control_find_compat(unsigned int cmd);
#endif

#endif /* TUN_ALT_CONTROL_H */
