/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which queue a flow was last written through, so that its answers are read from the same one.
 */
#ifndef TUN_ALT_FLOW_H
#define TUN_ALT_FLOW_H

#include <linux/types.h>

struct tun_alt_flow_table;

struct tun_alt_flow_table *tun_alt_flow_table_alloc(void);
void tun_alt_flow_table_free(struct tun_alt_flow_table *table);
int tun_alt_flow_find(struct tun_alt_flow_table *table, u32 hash, u32 stack_hash);
void tun_alt_flow_learn(struct tun_alt_flow_table *table, u32 hash, u16 queue);
void tun_alt_flow_queue_gone(struct tun_alt_flow_table *table, u16 gone, u16 last);

#endif /* TUN_ALT_FLOW_H */
