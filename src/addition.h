/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ioctls that in-tree tun has not got, as handlers of the table in control.c.
 */
#ifndef TUN_ALT_ADDITION_H
#define TUN_ALT_ADDITION_H

struct tun_alt_call;

int tun_alt_addition_set_burst(struct tun_alt_call *call);
int tun_alt_addition_get_caps(struct tun_alt_call *call);
int tun_alt_addition_set_options(struct tun_alt_call *call);
int tun_alt_addition_set_queues(struct tun_alt_call *call);
int tun_alt_addition_read_array(struct tun_alt_call *call);
int tun_alt_addition_write_array(struct tun_alt_call *call);
int tun_alt_addition_setup_rings(struct tun_alt_call *call);
void tun_alt_addition_undo_rings(struct tun_alt_call *call);
int tun_alt_addition_detach_rings(struct tun_alt_call *call);
int tun_alt_addition_kick(struct tun_alt_call *call);
int tun_alt_addition_get_error(struct tun_alt_call *call);

#endif /* TUN_ALT_ADDITION_H */
