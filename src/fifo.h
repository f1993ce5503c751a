/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The packets that the stack has sent and the program has not read yet: a ptr_ring of skbs.
 * Any number of producers in softirq, any number of consumers in process context.
 */
#ifndef TUN_ALT_FIFO_H
#define TUN_ALT_FIFO_H

#include <linux/ptr_ring.h>
#include <linux/skbuff.h>

void tun_alt_fifo_adopt(struct ptr_ring *fifo, struct ptr_ring *spare, struct sk_buff_head *left);

#endif /* TUN_ALT_FIFO_H */
