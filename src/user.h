/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program's memory: straight to and from the one buffer of read() and write(); any other kind by
 * the iterator's own functions.
 *
 * Whether the kernel's side stays inside of its object, as copy_to_user() would ask of each packet,
 * is what the packet's own length says.
 */
#ifndef TUN_ALT_USER_H
#define TUN_ALT_USER_H

#include <linux/uaccess.h>
#include <linux/uio.h>

#include "ring_copy.h"

/* What iov_iter_advance() does for one buffer */
static inline void tun_alt_user_advance(struct iov_iter *iter, size_t length)
{
	iter->iov_offset += length;
	iter->count -= length;
}

/**
 * tun_alt_user_put() - copy to a program
 * @data: what
 * @length: bytes, no more than there is room for
 * @to: where it goes
 *
 * Context: Process context, may sleep.
 * Return: whether all of it was copied; if not, @to is of no more use.
 */
static inline bool tun_alt_user_put(const void *data, size_t length, struct iov_iter *to)
{
	if (!iter_is_ubuf(to))
		return _copy_to_iter(data, length, to) == length;
	if (length > to->count || _copy_to_user(to->ubuf + to->iov_offset, data, length))
		return false;
	tun_alt_user_advance(to, length);
	return true;
}

/**
 * tun_alt_user_take() - copy from a program
 * @data: where it goes
 * @length: bytes, no more than there are
 * @from: what
 *
 * Context: Process context, may sleep.
 * Return: whether all of it was copied; if not, @from is of no more use.
 */
static inline bool tun_alt_user_take(void *data, size_t length, struct iov_iter *from)
{
	if (!iter_is_ubuf(from))
		return tun_alt_ring_copy_iter(data, length, from);
	if (length > from->count || _copy_from_user(data, from->ubuf + from->iov_offset, length))
		return false;
	tun_alt_user_advance(from, length);
	return true;
}

#endif /* TUN_ALT_USER_H */
