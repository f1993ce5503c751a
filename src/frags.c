// SPDX-License-Identifier: GPL-2.0
/*
 * How writev() lays out a frame for IFF_NAPI_FRAGS: the first segment is what a driver would have
 * copied of the header, and each further one a fragment. Where the memory is described in any other
 * way than by segments of the program's (a plain write(), io_uring's fixed buffers, whose pages say
 * nothing of what the program means), the frame is one piece.
 */
#include "frags.h"

#include <linux/if_ether.h>
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <linux/uio.h>
#include <net/sock.h>

#include "refusal.h"

/* The most that one allocation for a received frame is asked for, as in-tree. */
#define FRAGS_MOST_BYTES	(ETH_MAX_MTU - NET_SKB_PAD - NET_IP_ALIGN)

#define FRAGS_MOST_PIECES	(MAX_SKB_FRAGS + 1)

static bool frags_in_pieces(const struct iov_iter *from)
{
	return iter_is_iovec(from) || iov_iter_is_kvec(from);
}

/*
 * Advancing by a segment's length goes to the next that is not empty: more than one segment is gone
 * where an empty one was.
 */
static bool frags_next(struct iov_iter *rest)
{
	unsigned long before = rest->nr_segs;

	iov_iter_advance(rest, iov_iter_single_seg_count(rest));
	return before - rest->nr_segs == 1;
}

static int frags_check_pieces(struct iov_iter rest, struct tun_alt_refusal *why)
{
	size_t length;

	while (rest.nr_segs > 1) {
		if (!frags_next(&rest))
			return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_PIECE,
						     0, PAGE_SIZE);
		length = iov_iter_single_seg_count(&rest);
		if (length > PAGE_SIZE)
			return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_PIECE,
						     length, PAGE_SIZE);
	}
	return 0;
}

/**
 * tun_alt_frags_check() - whether a frame can be taken in the pieces that it is in
 * @from: the frame
 * @pieces: whether it keeps those, and is not made one
 * @why: gets the reason of a refusal
 *
 * Context: Any.
 * Return: 0; -EMSGSIZE if it is too long or in too many pieces; -EINVAL if a piece after the first
 * is empty or larger than a page.
 */
int tun_alt_frags_check(const struct iov_iter *from, bool pieces, struct tun_alt_refusal *why)
{
	if (iov_iter_count(from) > FRAGS_MOST_BYTES)
		return tun_alt_refuse_values(why, -EMSGSIZE, TUN_ALT_REFUSED_LONG_FRAME,
					     iov_iter_count(from), FRAGS_MOST_BYTES);
	if (!pieces || !frags_in_pieces(from))
		return 0;
	if (from->nr_segs > FRAGS_MOST_PIECES)
		return tun_alt_refuse_values(why, -EMSGSIZE, TUN_ALT_REFUSED_PIECES,
					     from->nr_segs, FRAGS_MOST_PIECES);
	return frags_check_pieces(*from, why);
}

/**
 * tun_alt_frags_first() - bytes of a frame's first piece
 * @from: the frame
 *
 * Context: Any.
 * Return: the length, which may be 0.
 */
size_t tun_alt_frags_first(const struct iov_iter *from)
{
	return frags_in_pieces(from) ? iov_iter_single_seg_count(from) : iov_iter_count(from);
}

static int frags_add(struct sk_buff *skb, struct iov_iter *from)
{
	size_t length = iov_iter_single_seg_count(from);
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	/* The skb's from here on, and charged as the rest of it is. */
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, 0, length, PAGE_SIZE);
	refcount_add(PAGE_SIZE, &skb->sk->sk_wmem_alloc);
	return copy_page_from_iter(page, 0, length, from) == length ? 0 : -EFAULT;
}

/**
 * tun_alt_frags_fill() - copy all pieces but the first
 * @skb: has the first, is charged to a socket, and gets the others as fragments
 * @from: the frame behind its first piece, as tun_alt_frags_check() let it pass
 *
 * Context: Process context, touches user memory.
 * Return: 0, -ENOMEM or -EFAULT.
 */
int tun_alt_frags_fill(struct sk_buff *skb, struct iov_iter *from)
{
	int err = 0;

	/* Past the first piece if it was empty: nothing was copied that would have gone past it. */
	iov_iter_advance(from, 0);
	while (!err && iov_iter_count(from))
		err = frags_add(skb, from);
	return err;
}
