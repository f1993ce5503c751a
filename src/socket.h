/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The socket inside a queue: what accounts for written packets and wakes who waits.
 */
#ifndef TUN_ALT_SOCKET_H
#define TUN_ALT_SOCKET_H

#include <linux/types.h>

struct net;
struct sk_buff;
struct tun_alt_dev;
struct tun_alt_queue;

struct tun_alt_queue *tun_alt_socket_alloc(struct net *net);
bool tun_alt_socket_has_room(struct tun_alt_queue *q);
bool tun_alt_socket_half_free(struct tun_alt_queue *q);
void tun_alt_socket_own(struct tun_alt_queue *q, struct sk_buff *skb, bool burst);
void tun_alt_socket_ask_for_room(struct tun_alt_queue *q);
void tun_alt_socket_limit_moved(struct tun_alt_queue *q);
void tun_alt_socket_wake_readers(struct tun_alt_queue *q);
void tun_alt_socket_wake_all(struct tun_alt_queue *q);
void tun_alt_socket_set_sndbuf(struct tun_alt_dev *tun, int sndbuf);
void tun_alt_socket_wake_writers(struct tun_alt_dev *tun);

#endif /* TUN_ALT_SOCKET_H */
