/* SPDX-License-Identifier: GPL-2.0 */
/* One request to rtnetlink, or to generic netlink, and its answer, over libmnl. */
#ifndef TUN_ALT_CLI_RTNL_H
#define TUN_ALT_CLI_RTNL_H

#include <libmnl/libmnl.h>
#include <stddef.h>

/**
 * rtnl_request() - send a message and read all that answers it
 * @nlh: the message; its sequence number is set here
 * @cb: called for each answer that is data; may be NULL
 * @data: passed to @cb
 * @text: receives the kernel's text for a refusal
 * @text_size: bytes in @text
 *
 * Context: In the network namespace that is meant. A socket is opened for each request, because a
 * socket stays in the namespace that it was opened in.
 * Return: 0, or a negative errno; -EINTR if a dump was disturbed and must be repeated.
 */
int rtnl_request(struct nlmsghdr *nlh, mnl_cb_t cb, void *data, char *text, size_t text_size);

/**
 * genl_request() - likewise to generic netlink
 * @nlh: the message; its sequence number is set here
 * @cb: called for each answer that is data; may be NULL
 * @data: passed to @cb
 * @text: receives the kernel's text for a refusal
 * @text_size: bytes in @text
 *
 * Context: As rtnl_request().
 * Return: As rtnl_request().
 */
int genl_request(struct nlmsghdr *nlh, mnl_cb_t cb, void *data, char *text, size_t text_size);

#endif
