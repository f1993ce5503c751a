/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The queue as a socket: what other parts of the kernel send and receive through.
 */
#ifndef TUN_ALT_MESSAGE_H
#define TUN_ALT_MESSAGE_H

struct proto_ops;

extern const struct proto_ops tun_alt_message_ops;

#endif /* TUN_ALT_MESSAGE_H */
