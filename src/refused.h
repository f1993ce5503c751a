/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The last refusal on a descriptor, for who asks.
 */
#ifndef TUN_ALT_REFUSED_H
#define TUN_ALT_REFUSED_H

#include <linux/spinlock.h>

#include "holder.h"
#include "refusal.h"

/**
 * struct tun_alt_refused - the last refusal of a descriptor
 * @lock: guards the rest; a leaf, process context
 * @last: the refusal; @lock
 * @by: who held what could not be had, the last time that it was held; @lock
 */
struct tun_alt_refused {
	spinlock_t lock; /* last and by; a leaf */
	struct tun_alt_refusal last;
	struct tun_alt_holding by;
};

void tun_alt_refused_held(struct tun_alt_refused *refused, struct tun_alt_holder *holder);
int tun_alt_refused_keep(struct tun_alt_refused *refused, const struct tun_alt_refusal *why);
int tun_alt_refused_text(struct tun_alt_refused *refused, const struct tun_alt_asker *asker,
			 char *text, size_t size);
void tun_alt_refused_end(struct tun_alt_refused *refused);

#endif /* TUN_ALT_REFUSED_H */
