/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The socket inside a queue: what accounts for written packets and wakes who waits.
 */
#ifndef TUN_ALT_SOCKET_H
#define TUN_ALT_SOCKET_H

struct file;
struct net;
struct sock;
struct tun_alt_queue;

struct tun_alt_queue *tun_alt_socket_alloc(struct net *net);
void tun_alt_socket_shutdown(struct sock *sk);

#endif /* TUN_ALT_SOCKET_H */
