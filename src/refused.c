// SPDX-License-Identifier: GPL-2.0
/*
 * One refusal is kept; the next takes its place. Each is told to who debugs the driver as well.
 */
#include "refused.h"

#include <linux/build_bug.h>
#include <linux/printk.h>
#include <linux/string.h>

/**
 * tun_alt_refused_held() - remember who holds what a call is about to be refused
 * @refused: the descriptor's
 * @holder: of what it wants
 *
 * Context: Process context, takes both locks, one after the other.
 */
void tun_alt_refused_held(struct tun_alt_refused *refused, struct tun_alt_holder *holder)
{
	struct tun_alt_holding by;

	tun_alt_holder_get(holder, &by, NULL);
	spin_lock(&refused->lock);
	swap(refused->by, by);
	spin_unlock(&refused->lock);
	tun_alt_holding_put(&by);
}

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
 * tun_alt_refused_text() - the last refusal on a descriptor, in words for who asks
 * @refused: the descriptor's
 * @asker: who asks: not everybody may know who holds a device
 * @text: gets the words
 * @size: its size, %TUN_ALT_REFUSAL_TEXT for any text
 *
 * Context: Process context.
 * Return: the errno of the refusal, negative; 0 if there was none.
 */
int tun_alt_refused_text(struct tun_alt_refused *refused, const struct tun_alt_asker *asker,
			 char *text, size_t size)
{
	struct tun_alt_holding by = { };
	struct tun_alt_refusal why;
	pid_t number;

	spin_lock(&refused->lock);
	why = refused->last;
	if (why.reason == TUN_ALT_REFUSED_HELD) {
		by = refused->by;
		get_pid(by.pid);
	}
	spin_unlock(&refused->lock);

	/* Any process names itself as it likes, and the words go to a terminal. */
	BUILD_BUG_ON(TUN_ALT_REFUSAL_TEXT < 80 + 4 * TASK_COMM_LEN);
	if (!by.pid || !tun_alt_holding_is_shown(&by, asker, &number))
		tun_alt_refusal_text(&why, text, size);
	else if (number)
		snprintf(text, size, "the device has one queue, held by %*pE (pid %d)",
			 (int)strlen(by.comm), by.comm, number);
	else
		snprintf(text, size, "the device has one queue, held by what %*pE has left open",
			 (int)strlen(by.comm), by.comm);
	tun_alt_holding_put(&by);
	return why.err;
}

/**
 * tun_alt_refused_end() - the descriptor goes
 * @refused: the descriptor's
 *
 * Context: Process context; nobody asks any more.
 */
void tun_alt_refused_end(struct tun_alt_refused *refused)
{
	tun_alt_holding_put(&refused->by);
}
