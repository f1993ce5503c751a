// SPDX-License-Identifier: GPL-2.0
/*
 * Since Linux 6.3 memcpy() on a processor without fast short "rep movsb" is a loop of loads and
 * stores, which takes 202 cycles for 1504 bytes where "rep movsq" takes 124. Kbuild asks the
 * compiler to put the latter here.
 */
#include "ring_copy.h"

#include <linux/uio.h>

/**
 * tun_alt_ring_copy_large() - memcpy()
 * @to: where to
 * @from: where from
 * @length: bytes
 *
 * Context: Any.
 */
void tun_alt_ring_copy_large(void *to, const void *from, size_t length)
{
	memcpy(to, from, length);
}

/**
 * tun_alt_ring_copy_iter() - take bytes of an iterator that is not of one buffer of a program's
 * @to: where to
 * @length: bytes, no more than there are
 * @from: what
 *
 * Context: Process context, may sleep; any if @from is memory of the kernel's.
 * Return: whether all of it was copied; if not, @from is of no more use.
 */
bool tun_alt_ring_copy_iter(void *to, size_t length, struct iov_iter *from)
{
	if (!iov_iter_is_kvec(from) || from->nr_segs != 1)
		return _copy_from_iter(to, length, from) == length;
	if (length > from->count)
		return false;
	tun_alt_ring_copy(to, from->kvec->iov_base + from->iov_offset, length);
	iov_iter_advance(from, length);
	return true;
}
