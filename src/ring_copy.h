/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From memory of the kernel's to other memory of the kernel's.
 */
#ifndef TUN_ALT_RING_COPY_H
#define TUN_ALT_RING_COPY_H

#include <linux/string.h>
#include <linux/types.h>

struct iov_iter;

/* Up to so many bytes are put by words, without a call, */
#define TUN_ALT_RING_COPY_WORDS		64
/* and up to so many the kernel's own is as good. */
#define TUN_ALT_RING_COPY_SMALL		256

void tun_alt_ring_copy_large(void *to, const void *from, size_t length);
bool tun_alt_ring_copy_iter(void *to, size_t length, struct iov_iter *from);

/* From a word's size to TUN_ALT_RING_COPY_WORDS: the end overlaps what comes before it. */
static __always_inline void ring_copy_words(void *to, const void *from, size_t length)
{
	void *to_end = to + length;
	const void *from_end = from + length;

	if (length <= 16) {
		__builtin_memcpy(to, from, 8);
		__builtin_memcpy(to_end - 8, from_end - 8, 8);
	} else if (length <= 32) {
		__builtin_memcpy(to, from, 16);
		__builtin_memcpy(to_end - 16, from_end - 16, 16);
	} else {
		__builtin_memcpy(to, from, 32);
		__builtin_memcpy(to_end - 32, from_end - 32, 32);
	}
}

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
	if (length - 8 <= TUN_ALT_RING_COPY_WORDS - 8)
		ring_copy_words(to, from, length);
	else if (length <= TUN_ALT_RING_COPY_SMALL)
		memcpy(to, from, length);
	else
		tun_alt_ring_copy_large(to, from, length);
}

#endif /* TUN_ALT_RING_COPY_H */
