// SPDX-License-Identifier: GPL-2.0
/*
 * The virtio-net header of a written frame, what it makes of the frame, and a header of that again.
 *
 * Reached: all of src/vnet.c and src/gso.c, and what refusal.c does for them. Input: three bytes of
 * circumstances, four that the flow dissector answers, then what a program would write.
 */
#include "input.h"
#include "shim.h"

#include "../../../src/vnet.c"
#include "../../../src/gso.c"
#include "../../../src/refusal.c"

#define INPUT_HEAD 7

static const unsigned char *answers;

bool skb_flow_dissect_flow_keys_basic(const struct net *net, const struct sk_buff *skb,
				      struct flow_keys_basic *keys, const void *data, __be16 proto,
				      int nhoff, int hlen, unsigned int flags)
{
	(void)net, (void)data, (void)flags;
	if (answers[0] & 1)
		return false;
	/* It never looks behind what it was given: an skb, or its linear part. */
	if (skb)
		hlen = min_t(unsigned int, hlen, skb->len);
	keys->control.thoff = min_t(unsigned int, answers[1], hlen);
	keys->basic.n_proto = answers[0] & 2 ? proto : htons(ETH_P_IPV6);
	keys->basic.ip_proto = answers[2] & 1 ? IPPROTO_TCP : IPPROTO_UDP;
	if (answers[2] & 2)
		keys->basic.ip_proto = answers[3];
	if (answers[2] & 4)
		keys->control.thoff = max_t(int, nhoff, 0);
	return true;
}

/* What the stack takes for granted of an skb that it gets */
static void check_sense(const struct sk_buff *skb, const struct tun_alt_gso_frame *frame)
{
	int start = skb_checksum_start_offset(skb), l3 = frame->l3_offset;

	/* Where the network header is of a protocol that nobody knows is not known either. */
	if (frame->l3_protocol != htons(ETH_P_IP) && frame->l3_protocol != htons(ETH_P_IPV6))
		l3 = 0;
	if (skb->ip_summed == CHECKSUM_PARTIAL) {
		assert(start >= (int)sizeof(struct iphdr));
		assert(start + skb->csum_offset + 2 <= (int)skb->headlen);
	}
	if (skb_is_gso(skb)) {
		assert(skb->shared.gso_size != GSO_BY_FRAGS);
		assert(skb->shared.gso_type & SKB_GSO_DODGY);
		assert(skb->transport >= l3 + (int)sizeof(struct iphdr));
		assert(skb->transport < (int)skb->headlen);
	}
	if (skb->encapsulation) {
		assert(skb->inner_network > skb->transport);
		assert(skb->inner_transport > skb->inner_network);
		assert(skb->inner_transport < (int)skb->headlen);
	}
	assert(tun_alt_gso_holds(skb, frame) || !skb_is_gso(skb) || skb->encapsulation);
}

/* What is read of the frame has the same length, whatever it says. */
static void check_header(struct tun_alt_vnet_shape shape, const struct sk_buff *skb)
{
	unsigned char *room = malloc(shape.size);
	struct iov_iter to = { .to = room, .count = shape.size };

	assert(room);
	assert(!tun_alt_vnet_put(shape, skb, &to));
	assert(!to.count);
	to = (struct iov_iter){ .to = room, .count = shape.size - 1 };
	assert(tun_alt_vnet_put(shape, skb, &to) == -EFAULT);
	free(room);
}

static void check_text(const struct tun_alt_refusal *why, int err)
{
	char text[TUN_ALT_REFUSAL_TEXT];

	assert(why->err == err);
	assert(tun_alt_refusal_text(why, text, sizeof(text)) < (int)sizeof(text));
}

/* As src/write.c and src/receive.c do, one after the other */
static void write_frame(struct tun_alt_vnet_shape shape, const unsigned char *head,
			struct iov_iter *from)
{
	struct tun_alt_gso_frame frame = { .tunnels = shape.size >= TUN_ALT_VNET_TUNNEL };
	struct sk_buff skb = { .headroom = head[2] & 1 ? 65000 : 64 };
	struct tun_alt_refusal why = { 0 };
	struct tun_alt_vnet vnet;
	bool tap = head[0] & 4;
	int err;

	err = tun_alt_vnet_take(shape, from, &vnet, &why);
	if (!err && tap && iov_iter_count(from) < ETH_HLEN)
		return;
	if (err) {
		check_text(&why, err);
		return;
	}
	skb.len = iov_iter_count(from);
	skb.headlen = min_t(unsigned int, skb.len, max_t(unsigned int, vnet.header_length,
							 head[0] & 8 ? 16 : 128));
	skb.data = malloc(skb.headlen + !skb.headlen);
	assert(skb.data);
	memcpy(skb.data, from->from, skb.headlen);
	skb.rest = from->from + skb.headlen;
	skb.protocol = head[0] & 16 ? htons(ETH_P_IP) : 0;
	skb.tagged = head[0] & 32;
	skb.shared_frag = head[0] & 128;
	if (tap)
		tun_alt_gso_find_tap(&skb, &frame);
	else
		tun_alt_gso_find_tun(&skb, &frame);
	err = tun_alt_gso_apply(&vnet, &frame, &skb, &why);
	if (err)
		check_text(&why, err);
	else
		check_sense(&skb, &frame);
	if (!err && shape.size)
		check_header(shape, &skb);
	free(skb.data);
}

int parse_input(const unsigned char *data, size_t size)
{
	static const unsigned int sizes[] = { 0, 10, 12, 20, 24, 64, 10, 24 };
	struct tun_alt_vnet_shape shape;
	struct iov_iter from;
	unsigned char *copy;

	if (size < INPUT_HEAD)
		return 0;
	shape.little_endian = data[0] & 1;
	shape.size = sizes[data[1] % ARRAY_SIZE(sizes)];
	answers = data + 3;
	/* The program's memory, as long as it said */
	copy = malloc(size - INPUT_HEAD + 1);
	assert(copy);
	memcpy(copy, data + INPUT_HEAD, size - INPUT_HEAD);
	from = (struct iov_iter){ .from = copy, .count = size - INPUT_HEAD };
	write_frame(shape, data, &from);
	free(copy);
	return 0;
}
