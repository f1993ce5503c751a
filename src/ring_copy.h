/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From memory of the kernel's to other memory of the kernel's.
 */
#ifndef TUN_ALT_RING_COPY_H
#define TUN_ALT_RING_COPY_H

#include <linux/string.h>
#include <linux/types.h>

struct iov_iter;

/* Up to so many bytes the kernel's own is as good. */
#define TUN_ALT_RING_COPY_SMALL		256

void tun_alt_ring_copy_large(void *to, const void *from, size_t length);
bool tun_alt_ring_copy_iter(void *to, size_t length, struct iov_iter *from);

/**
 * tun_alt_ring_copy() - memcpy() where much is copied
 * @to: where to
 * @from: where from
 * @length: bytes
 *
 * Context: Any.
 */
static inline void tun_alt_ring_copy(void *to, const void *from, size_t length)
{
	if (length <= TUN_ALT_RING_COPY_SMALL)
		memcpy(to, from, length);
	else
		tun_alt_ring_copy_large(to, from, length);
}

#endif /* TUN_ALT_RING_COPY_H */
