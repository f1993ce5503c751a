/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The meaning of an ioctl: what its argument is, what it needs, what it does.
 */
#ifndef TUN_ALT_CONTROL_H
#define TUN_ALT_CONTROL_H

#include <linux/bits.h>
#include <linux/if.h>
#include <linux/types.h>

#include "refusal.h"

struct tun_alt_dev;
struct tun_alt_queue;

/**
 * enum tun_alt_argument - what an ioctl's argument is
 * @TUN_ALT_ARG_VALUE: a number, or nothing
 * @TUN_ALT_ARG_INT_IN: points to an int that is read after the call's state was judged
 * @TUN_ALT_ARG_INT_OUT: points to an int that gets the answer
 * @TUN_ALT_ARG_IFREQ_IN: points to a struct ifreq that is read before anything is judged
 * @TUN_ALT_ARG_IFREQ_OUT: points to a struct ifreq that gets the answer, zeros where there is none
 * @TUN_ALT_ARG_IFREQ: both
 */
enum tun_alt_argument {
	TUN_ALT_ARG_VALUE,
	TUN_ALT_ARG_INT_IN,
	TUN_ALT_ARG_INT_OUT,
	TUN_ALT_ARG_IFREQ_IN,
	TUN_ALT_ARG_IFREQ_OUT,
	TUN_ALT_ARG_IFREQ,
};

#define TUN_ALT_CALL_ANY	0
#define TUN_ALT_CALL_NEED_DEV	BIT(0)	/* -EBADFD without a device */
#define TUN_ALT_CALL_NO_RTNL	BIT(1)	/* the handler needs nothing that RTNL guards */

/**
 * struct tun_alt_call - one call under way; all of it is kernel memory of the caller's own
 * @q: the descriptor's queue
 * @tun: its device, or NULL
 * @cmd: the number of the ioctl
 * @value: TUN_ALT_ARG_VALUE
 * @number: TUN_ALT_ARG_INT_IN, TUN_ALT_ARG_INT_OUT
 * @ifr: TUN_ALT_ARG_IFREQ and its two halves
 * @notify: set by a handler that changed what RTM_NEWLINK shows
 * @fault: an int that could not be read
 * @why: the refusal
 */
struct tun_alt_call {
	struct tun_alt_queue *q;
	struct tun_alt_dev *tun;
	unsigned int cmd;
	unsigned long value;
	int number;
	struct ifreq ifr;
	bool notify;
	bool fault;
	struct tun_alt_refusal why;
};

/**
 * struct tun_alt_call_def - a row of the table
 * @cmd: the number
 * @arg: what the argument is
 * @flags: TUN_ALT_CALL_NEED_DEV, TUN_ALT_CALL_NO_RTNL
 * @fn: the handler; returns 0 or more, or a negative errno with call->why filled
 */
struct tun_alt_call_def {
	unsigned int cmd;
	enum tun_alt_argument arg;
	unsigned int flags;
	int (*fn)(struct tun_alt_call *call);
};

const struct tun_alt_call_def *tun_alt_control_find(unsigned int cmd);

#endif /* TUN_ALT_CONTROL_H */
