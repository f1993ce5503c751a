// SPDX-License-Identifier: GPL-2.0
/*
 * One refusal is kept; the next takes its place. Each is told to who debugs the driver as well.
 */
#include "refused.h"

#include <linux/printk.h>

/**
 * tun_alt_refused_keep() - keep a refusal on the descriptor that it was given to
 * @refused: the descriptor's
 * @why: the refusal
 *
 * Context: Process context.
 * Return: the refusal's errno.
 */
int tun_alt_refused_keep(struct tun_alt_refused *refused, const struct tun_alt_refusal *why)
{
	char text[TUN_ALT_REFUSAL_TEXT];

	spin_lock(&refused->lock);
	refused->last = *why;
	spin_unlock(&refused->lock);

	tun_alt_refusal_text(why, text, sizeof(text));
	pr_debug("refused with errno %d: %s\n", -why->err, text);
	return why->err;
}

/**
 * tun_alt_refused_recall() - the last refusal on a descriptor
 * @refused: the descriptor's
 * @why: gets it: %TUN_ALT_REFUSED_NOTHING if there was none
 *
 * Context: Process context.
 */
void tun_alt_refused_recall(struct tun_alt_refused *refused, struct tun_alt_refusal *why)
{
	spin_lock(&refused->lock);
	*why = refused->last;
	spin_unlock(&refused->lock);
}
