// SPDX-License-Identifier: GPL-2.0
/*
 * XDP, native for both types of device. The program sees an Ethernet frame on TAP and an IP packet
 * on TUN.
 *
 * A frame that fits is in a chunk of its own: it can go anywhere. Others, and those with segments,
 * are skbs already: they are made linear for the program, and where a frame must leave its skb it
 * is copied into a page.
 *
 * The core's own way for skbs, do_xdp_generic(), takes every frame for Ethernet: it would look for
 * a protocol in the middle of an IP header.
 */
#include "xdp.h"

#include <linux/bpf.h>
#include <linux/bpf_trace.h>
#include <linux/etherdevice.h>
#include <linux/filter.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <net/xdp.h>

#include "chunk.h"
#include "compat.h"
#include "device.h"
#include "drop.h"
#include "fifo.h"
#include "gso.h"
#include "ip.h"
#include "queue.h"
#include "xmit.h"

/* What is left of a page for frame and headroom: the rest is the skb's, should it become one. */
#define XDP_ROOM	(PAGE_SIZE - SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

/**
 * struct xdp_run - one frame before the program
 * @q: the queue that it was written to
 * @tun: its device
 * @prog: the program
 * @buff: the frame, as the program sees and changes it
 * @skb: the frame's skb, or NULL if it is in a chunk
 * @dropped: whether that was the end of it; an skb is gone then
 */
struct xdp_run {
	struct tun_alt_queue *q;
	struct tun_alt_dev *tun;
	struct bpf_prog *prog;
	struct xdp_buff buff;
	struct sk_buff *skb;
	bool dropped;
};

static unsigned int xdp_length(const struct xdp_buff *buff)
{
	return buff->data_end - buff->data;
}

static int xdp_set(struct net_device *dev, struct bpf_prog *prog)
{
	struct tun_alt_dev *tun = netdev_priv(dev);
	struct bpf_prog *old = rtnl_dereference(tun->xdp);

	rcu_assign_pointer(tun->xdp, prog);
	/* The program's memory waits for a grace period by itself. */
	if (old)
		bpf_prog_put(old);
	return 0;
}

/**
 * tun_alt_xdp_bpf() - ndo_bpf
 * @dev: the device
 * @bpf: the command
 *
 * Context: Process context, RTNL held.
 * Return: 0, or -EINVAL for a command other than to set a program.
 */
int tun_alt_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	return bpf->command == XDP_SETUP_PROG ? xdp_set(dev, bpf->prog) : -EINVAL;
}

/* Where a frame is to begin, with room for a program to push headers. */
static unsigned int xdp_start(unsigned int headroom)
{
	return max_t(unsigned int, headroom, XDP_PACKET_HEADROOM) + NET_IP_ALIGN;
}

/**
 * tun_alt_xdp_plan() - say how large a chunk for the program has to be
 * @chunk: gets it: a whole page, so that a program can append as well
 * @headroom: what the device wants in front of a frame, in bytes
 * @length: bytes of the frame
 *
 * Context: Any.
 * Return: false for a frame that does not fit in a page.
 */
bool tun_alt_xdp_plan(struct tun_alt_chunk *chunk, unsigned int headroom, size_t length)
{
	if (!tun_alt_chunk_plan(chunk, xdp_start(headroom), length))
		return false;
	chunk->size = PAGE_SIZE;
	return true;
}

/*
 * The queue number that the program sees. The core keeps one description for each number that there
 * can be: it is right whatever queue has the number.
 */
static struct xdp_rxq_info *xdp_queue_info(struct tun_alt_queue *q, struct tun_alt_dev *tun)
{
	u16 index = READ_ONCE(q->state) == TUN_ALT_QUEUE_ATTACHED ? READ_ONCE(q->index) : 0;

	return &__netif_get_rx_queue(tun->dev, index)->xdp_rxq;
}

/*
 * An AF_XDP socket takes for granted that one processor at a time brings it the frames of a queue
 * number: so it is where NAPI does. Here any number of writers may, of one queue or, as a disabled
 * one has the number 0, of several.
 */
static spinlock_t *xdp_redirect_lock(const struct xdp_run *run)
{
	return &run->tun->redirect_lock[run->buff.rxq->queue_index % TUN_ALT_REDIRECT_LOCKS];
}

static void xdp_count_passed_on(struct xdp_run *run)
{
	tun_alt_count_received(run->q->traffic, xdp_length(&run->buff));
}

/* A frame in a chunk stays the caller's. */
static void xdp_drop(struct xdp_run *run, enum tun_alt_drop reason)
{
	run->dropped = true;
	if (run->skb)
		tun_alt_drop_skb(&run->q->counts->drops, run->skb, reason);
	else
		tun_alt_drop_count(&run->q->counts->drops, reason);
}

/*
 * A copy of the skb's frame in memory of pages, for @copy to show; NULL if there can be none. More
 * than a page is for Ethernet frames: whoever takes L3 packets expects no more in one piece.
 */
static struct page *xdp_copy(struct xdp_run *run, struct xdp_buff *copy)
{
	const unsigned int metadata = run->buff.data - run->buff.data_meta;
	const unsigned int start = xdp_start(0) + metadata;
	const unsigned int order = get_order(start + xdp_length(&run->buff) + PAGE_SIZE - XDP_ROOM);
	struct page *page;

	/* Not every kernel has more than 16 bits for the length of what it redirects. */
	if (xdp_length(&run->buff) > U16_MAX)
		return NULL;
	if (skb_is_gso(run->skb) || (order && READ_ONCE(run->tun->flags) & IFF_TUN))
		return NULL;
	page = alloc_pages(GFP_ATOMIC | __GFP_COMP | __GFP_NOWARN, order);
	if (!page)
		return NULL;
	memcpy(page_address(page) + start - metadata, run->buff.data_meta,
	       metadata + xdp_length(&run->buff));
	xdp_init_buff(copy, PAGE_SIZE << order, run->buff.rxq);
	xdp_prepare_buff(copy, page_address(page), start, xdp_length(&run->buff), true);
	copy->data_meta -= metadata;
	return page;
}

/*
 * The frame goes to another device, processor or socket; its memory goes along. On TUN it may be
 * shorter than any other driver's: too short for IP as well, and for those who take it for Ethernet
 * without another look.
 */
static int xdp_redirect(struct xdp_run *run)
{
	spinlock_t *lock = xdp_redirect_lock(run);
	struct xdp_buff *buff = &run->buff, copy;
	struct page *page = NULL;
	int err;

	if (xdp_length(buff) < ETH_HLEN)
		return -EINVAL;
	if (run->skb) {
		page = xdp_copy(run, &copy);
		if (!page)
			return -EMSGSIZE;
		buff = &copy;
	}
	spin_lock(lock);
	err = xdp_do_redirect(run->tun->dev, buff, run->prog);
	/* Of a frame for many some may be under way, though the last failed. */
	xdp_do_flush();
	spin_unlock(lock);
	if (err && page)
		put_page(page);
	if (!err && run->skb)
		consume_skb(run->skb);
	return err;
}

/* What its virtio-net header said of the frame holds for what the program left of it. */
static bool xdp_header_holds(const struct xdp_run *run)
{
	struct tun_alt_gso_frame frame = { };
	struct sk_buff *skb = run->skb;

	if (READ_ONCE(run->tun->flags) & IFF_TUN)
		frame.l3_protocol = tun_alt_ip_protocol(tun_alt_ip_first(skb->data, skb->len));
	else
		tun_alt_gso_find_tap(skb, &frame);
	return tun_alt_gso_holds(skb, &frame);
}

static bool xdp_close_skb(struct xdp_run *run)
{
	unsigned int metadata = run->buff.data - run->buff.data_meta;
	struct sk_buff *skb = run->skb;

	skb->data = run->buff.data;
	skb->len = xdp_length(&run->buff);
	skb_set_tail_pointer(skb, skb->len);
	if (metadata)
		skb_metadata_set(skb, metadata);
	return xdp_header_holds(run);
}

/* The frame goes back to the program that wrote it. */
static int xdp_back(struct xdp_run *run)
{
	struct xdp_frame *frame;
	struct sk_buff *skb = run->skb;

	if (skb) {
		if (!xdp_close_skb(run))
			return -EINVAL;
		skb_orphan(skb);
		skb_reset_mac_header(skb);
		if (READ_ONCE(run->tun->flags) & IFF_TUN)
			skb->protocol = tun_alt_ip_protocol(tun_alt_ip_first(skb->data, skb->len));
		else
			skb->protocol = eth_hdr(skb)->h_proto;
		return tun_alt_xmit_back(run->q, run->tun, skb);
	}
	frame = xdp_convert_buff_to_frame(&run->buff);
	if (!frame)
		return -ENOSPC;
	return tun_alt_xmit_back(run->q, run->tun, tun_alt_fifo_from_frame(frame));
}

/* Whether the frame goes on to the stack; if not it is counted. */
static bool xdp_act(struct xdp_run *run, u32 act)
{
	enum tun_alt_drop reason = TUN_ALT_DROP_XDP;

	switch (act) {
	case XDP_PASS:
		return true;
	case XDP_REDIRECT:
		if (!xdp_redirect(run))
			goto passed_on;
		reason = TUN_ALT_DROP_XDP_REDIRECT;
		break;
	case XDP_TX:
		if (!xdp_back(run))
			goto passed_on;
		reason = TUN_ALT_DROP_XDP_TX;
		break;
	case XDP_DROP:
		break;
	default:
		bpf_warn_invalid_xdp_action(run->tun->dev, run->prog, act);
		fallthrough;
	case XDP_ABORTED:
		trace_xdp_exception(run->tun->dev, run->prog, act);
		reason = TUN_ALT_DROP_XDP_ABORTED;
	}
	xdp_drop(run, reason);
	return false;

passed_on:
	xdp_count_passed_on(run);
	return false;
}

static bool xdp_judge(struct xdp_run *run)
{
	struct tun_alt_bpf_context context;
	bool pass;

	tun_alt_bpf_enter(&context);
	pass = xdp_act(run, bpf_prog_run_xdp(run->prog, &run->buff));
	tun_alt_bpf_leave(&context);
	return pass;
}

/**
 * tun_alt_xdp_run_chunk() - have a frame judged that is in memory of its own
 * @q: the queue that it was written to
 * @tun: its device
 * @chunk: the frame; moved, and longer or shorter, if the program made it so
 *
 * Context: RCU read-side section, softirqs off.
 * Return: whether it goes on to the stack, and whether a program said so.
 */
enum tun_alt_xdp_verdict tun_alt_xdp_run_chunk(struct tun_alt_queue *q, struct tun_alt_dev *tun,
					       struct tun_alt_chunk *chunk)
{
	struct xdp_run run = { .q = q, .tun = tun, .prog = rcu_dereference(tun->xdp) };

	if (!run.prog)
		return TUN_ALT_XDP_NO_PROGRAM;
	xdp_init_buff(&run.buff, chunk->size, xdp_queue_info(q, tun));
	xdp_prepare_buff(&run.buff, chunk->base, chunk->start, chunk->length, true);
	if (!xdp_judge(&run))
		return run.dropped ? TUN_ALT_XDP_DROPPED : TUN_ALT_XDP_TAKEN;
	chunk->start = run.buff.data - chunk->base;
	chunk->length = xdp_length(&run.buff);
	chunk->metadata = run.buff.data - run.buff.data_meta;
	return TUN_ALT_XDP_PASSED;
}

/* One piece, nobody else's, with room to push headers. */
static int xdp_open_skb(struct sk_buff *skb)
{
	int missing = XDP_PACKET_HEADROOM - (int)skb_headroom(skb);

	if (missing <= 0 && !skb_cloned(skb) && !skb_is_nonlinear(skb))
		return 0;
	missing = missing > 0 ? ALIGN(missing, NET_SKB_PAD) : 0;
	if (pskb_expand_head(skb, missing, skb->data_len, GFP_ATOMIC))
		return -ENOMEM;
	return skb_linearize(skb);
}

/**
 * tun_alt_xdp_run_skb() - have a frame judged that is an skb
 * @q: the queue that it was written to
 * @tun: its device
 * @skb: the frame, from its first byte
 *
 * Context: RCU read-side section, softirqs off.
 * Return: whether it goes on to the stack, and whether a program said so.
 */
enum tun_alt_xdp_verdict tun_alt_xdp_run_skb(struct tun_alt_queue *q, struct tun_alt_dev *tun,
					     struct sk_buff *skb)
{
	struct xdp_run run = {
		.q = q, .tun = tun, .prog = rcu_dereference(tun->xdp), .skb = skb,
	};
	enum tun_alt_drop reason = TUN_ALT_DROP_WRITE_NO_MEMORY;
	u32 size;

	if (!run.prog)
		return TUN_ALT_XDP_NO_PROGRAM;
	if (xdp_open_skb(skb))
		goto drop;
	size = skb_end_offset(skb) + SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
	xdp_init_buff(&run.buff, size, xdp_queue_info(q, tun));
	xdp_prepare_buff(&run.buff, skb->head, skb_headroom(skb), skb->len, true);
	if (!xdp_judge(&run))
		return TUN_ALT_XDP_TAKEN;
	if (xdp_close_skb(&run))
		return TUN_ALT_XDP_PASSED;
	reason = TUN_ALT_DROP_BAD_FRAME;
drop:
	xdp_drop(&run, reason);
	return TUN_ALT_XDP_TAKEN;
}
