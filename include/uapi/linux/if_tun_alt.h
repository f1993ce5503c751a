/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What tun-alt adds to <linux/if_tun.h>.
 *
 * Every ioctl, flag and structure of <linux/if_tun.h> works on the tun-alt node under its old
 * number, so that a program changes the path alone. What is here is new, and never renumbered.
 */
#ifndef _UAPI_LINUX_IF_TUN_ALT_H
#define _UAPI_LINUX_IF_TUN_ALT_H

/* The misc minor of the node, from the block that devices.txt leaves to local use (243..254). */
#define TUN_ALT_MINOR		250

/* The node's name, below /dev. */
#define TUN_ALT_NODE_NAME	"net/tun-alt"

/* Link kinds, as IFLA_INFO_KIND shows them: an L3 and an L2 device. */
#define TUN_ALT_KIND_TUN	"tunalt"
#define TUN_ALT_KIND_TAP	"tapalt"

/* At most this many queues, enabled and disabled together, on one device. */
#define TUN_ALT_MAX_QUEUES	256

#endif /* _UAPI_LINUX_IF_TUN_ALT_H */
