/* SPDX-License-Identifier: GPL-2.0 */
/* What each reason of a drop means to a user. */
#ifndef TUN_ALT_CLI_REASONS_H
#define TUN_ALT_CLI_REASONS_H

#include "kernel.h"

/* No reasons of the driver: what `ip -s link` has, and the driver has not seen. */
#define REASON_STACK_XMIT	0xfffffffeu
#define REASON_STACK_RECEIVE	0xffffffffu

/* Which counter of `ip -s link` has the packets. */
enum reason_link {
	REASON_LINK_NONE,
	REASON_LINK_TX_DROPPED,
	REASON_LINK_RX_DROPPED,
	REASON_LINK_RX_FRAME_ERRORS,
};

/**
 * struct reason - one reason
 * @hop: on which way, and of whom: "xmit", "read" or "write"
 * @link: where `ip -s link` has it
 * @text: what it means, and for what a program is to blame
 */
struct reason {
	const char *hop;
	enum reason_link link;
	const char *text;
};

/**
 * reason_find() - what a reason means
 * @reason: &enum tun_alt_drop
 *
 * Context: Any.
 * Return: it, with an empty hop and text for one that this tool does not know.
 */
const struct reason *reason_find(u32 reason);

/**
 * reason_link_name() - name of a counter
 * @link: the counter
 *
 * Context: Any.
 * Return: its name as struct rtnl_link_stats64 has it, NULL for REASON_LINK_NONE.
 */
const char *reason_link_name(enum reason_link link);

#endif
