/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Many packets by one call, each in memory of its own.
 */
#ifndef TUN_ALT_ARRAY_H
#define TUN_ALT_ARRAY_H

#include <linux/if_tun_alt.h>
#include <linux/types.h>

struct tun_alt_queue;
struct tun_alt_refusal;

int tun_alt_array_read(struct tun_alt_queue *q, const struct tun_alt_array *array, bool may_wait,
		       struct tun_alt_refusal *why);
int tun_alt_array_write(struct tun_alt_queue *q, const struct tun_alt_array *array, bool may_wait,
			struct tun_alt_refusal *why);

#endif /* TUN_ALT_ARRAY_H */
