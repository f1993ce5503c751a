/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The last refusal on a descriptor, for who asks.
 */
#ifndef TUN_ALT_REFUSED_H
#define TUN_ALT_REFUSED_H

#include <linux/spinlock.h>

#include "refusal.h"

/**
 * struct tun_alt_refused - the last refusal of a descriptor
 * @lock: guards @last; a leaf, process context
 * @last: the refusal
 */
struct tun_alt_refused {
	spinlock_t lock; /* last; a leaf */
	struct tun_alt_refusal last;
};

int tun_alt_refused_keep(struct tun_alt_refused *refused, const struct tun_alt_refusal *why);
void tun_alt_refused_recall(struct tun_alt_refused *refused, struct tun_alt_refusal *why);

#endif /* TUN_ALT_REFUSED_H */
