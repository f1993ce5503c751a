/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names that this tool was built for. A build for the reference driver overrides them with -D;
 * a program that is installed knows these alone and no environment changes them.
 */
#ifndef TUN_ALT_CLI_CONF_H
#define TUN_ALT_CLI_CONF_H

#include <linux/if_tun_alt.h>

#ifndef CONF_NODE_NAME
#define CONF_NODE_NAME	TUN_ALT_NODE_NAME
#endif

#ifndef CONF_KIND_TUN
#define CONF_KIND_TUN	TUN_ALT_KIND_TUN
#endif

#ifndef CONF_KIND_TAP
#define CONF_KIND_TAP	TUN_ALT_KIND_TAP
#endif

/* The module, and the name of its misc device in /proc/misc. */
#ifndef CONF_MODULE
#define CONF_MODULE	"tun_alt"
#endif

#ifndef CONF_MISC_NAME
#define CONF_MISC_NAME	"tun-alt"
#endif

#ifndef CONF_MINOR
#define CONF_MINOR	TUN_ALT_MINOR
#endif

#define CONF_NODE	"/dev/" CONF_NODE_NAME

/* Where unmodified programs look. */
#define CONF_TUN_NODE	"/dev/net/tun"

#endif
