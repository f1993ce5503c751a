/* SPDX-License-Identifier: GPL-2.0 */
/* The driver's device node: open, create, attach; each refusal with what to do about it. */
#ifndef TUN_ALT_CLI_NODE_H
#define TUN_ALT_CLI_NODE_H

#include "ui.h"

struct link;

/**
 * node_open() - open the driver's node
 *
 * Context: In the network namespace where devices shall be. Says on stderr what is wrong.
 * Return: a descriptor, or -1.
 */
int node_open(void);

/**
 * node_reason() - why the driver has just refused
 * @fd: from node_open()
 * @error: the errno
 *
 * Context: Any.
 * Return: the driver's own words, up to the next call, or strerror() if it has none.
 */
const char *node_reason(int fd, int error);

/**
 * node_check_flags() - can this driver do what is asked?
 * @fd: from node_open()
 * @flags: IFF_* bits that the user named
 *
 * Context: Any. Says on stderr which word the driver cannot do.
 * Return: UI_OK or UI_KERNEL.
 */
enum ui_exit node_check_flags(int fd, int flags);

/**
 * node_create() - make a new device
 * @fd: from node_open(), not attached
 * @name: name or template, may be empty; receives the name that the device got (IFNAMSIZ bytes)
 * @flags: IFF_TUN or IFF_TAP and options
 *
 * The device goes away with @fd until it is made persistent.
 *
 * Context: Any. Says on stderr what is wrong.
 * Return: UI_OK or UI_KERNEL.
 */
enum ui_exit node_create(int fd, char *name, int flags);

/**
 * node_attach() - attach to a device without touching its options, carrier or traffic
 * @fd: from node_open(), not attached
 * @link: the device
 *
 * Context: Any. Says on stderr what is wrong, and who holds the device if it is busy.
 * Return: UI_OK or UI_KERNEL.
 */
enum ui_exit node_attach(int fd, const struct link *link);

/**
 * node_ioctl() - one ioctl whose argument is a number
 * @fd: attached descriptor
 * @request: TUNSETOWNER, TUNSETGROUP or TUNSETPERSIST
 * @value: its argument
 * @what: what it does, for the message
 *
 * Context: Any. Says on stderr what is wrong.
 * Return: UI_OK or UI_KERNEL.
 */
enum ui_exit node_ioctl(int fd, unsigned long request, unsigned long value, const char *what);

/**
 * node_hint_open() - say what to do about a failed open of the node
 * @error: errno of the open
 *
 * Context: After ui_error().
 */
void node_hint_open(int error);

#endif
