// SPDX-License-Identifier: GPL-2.0
/*
 * What is lost is what a sender of segments would not have said either: the identifications of
 * IPv4 datagrams that nobody may cut. All else that differs between two of them ends a run.
 */
#include "coalesce.h"

#include <linux/if_tun.h>
#include <linux/ip.h>
#include <linux/skbuff.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <uapi/linux/virtio_net.h>

#include "config.h"
#include "fifo.h"
#include "user.h"
#include "vnet.h"

/* Where the headers begin: behind 14 bytes of Ethernet's, UDP's is at 34 or 54. */
static u8 *coalesce_header(u8 *room, unsigned int transport)
{
	return room + (transport & 2);
}

/* The checksum is right, or the program's to fill in; what it is made of is in the linear part. */
static const struct sk_buff *coalesce_skb(void *entry)
{
	const struct sk_buff *skb = entry;

	if (tun_alt_fifo_frame(entry) || skb_vlan_tag_present(skb) || skb_is_gso(skb) ||
	    (skb->ip_summed != CHECKSUM_PARTIAL && skb->ip_summed != CHECKSUM_UNNECESSARY))
		return NULL;
	return skb;
}

/* One that may not be cut, has no options, is as long as the packet, and whole */
static bool coalesce_is_ip4(const struct sk_buff *skb, const u8 *at, unsigned int length)
{
	const struct iphdr *ip = (const struct iphdr *)at;

	return skb->protocol == htons(ETH_P_IP) && ip->version == 4 && ip->ihl == 5 &&
	       ip->protocol == IPPROTO_UDP && ip->frag_off == htons(IP_DF) &&
	       length > sizeof(*ip) + sizeof(struct udphdr) && ntohs(ip->tot_len) == length &&
	       !ip_fast_csum(at, 5);
}

static bool coalesce_is_ip6(const struct sk_buff *skb, const u8 *at, unsigned int length)
{
	const struct ipv6hdr *ip = (const struct ipv6hdr *)at;

	return skb->protocol == htons(ETH_P_IPV6) && ip->version == 6 &&
	       length > sizeof(*ip) + sizeof(struct udphdr) &&
	       ip->nexthdr == IPPROTO_UDP && ntohs(ip->payload_len) == length - sizeof(*ip);
}

/* Where the UDP header of a datagram begins that may be the first of a run, or 0 */
static unsigned int coalesce_transport(const struct sk_buff *skb, unsigned int network)
{
	unsigned int length = skb->len - network, transport = network;
	const u8 *at = skb->data + network;
	const struct udphdr *udp;

	if (network && (skb_headlen(skb) < ETH_HLEN ||
			((const struct ethhdr *)skb->data)->h_proto != skb->protocol))
		return 0;
	if (skb_headlen(skb) >= network + sizeof(struct iphdr) + sizeof(*udp) &&
	    coalesce_is_ip4(skb, at, length))
		transport += sizeof(struct iphdr);
	else if (skb_headlen(skb) >= network + sizeof(struct ipv6hdr) + sizeof(*udp) &&
		 coalesce_is_ip6(skb, at, length))
		transport += sizeof(struct ipv6hdr);
	else
		return 0;
	udp = (const struct udphdr *)(skb->data + transport);
	if (!udp->check || ntohs(udp->len) != skb->len - transport)
		return 0;
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    (skb_checksum_start_offset(skb) != transport ||
	     skb->csum_offset != offsetof(struct udphdr, check)))
		return 0;
	return transport;
}

/* But for lengths, checksums and identifications, which are zero here. */
static void coalesce_blank(u8 *header, unsigned int network, unsigned int transport)
{
	struct udphdr *udp = (struct udphdr *)(header + transport);

	if (transport - network == sizeof(struct iphdr)) {
		struct iphdr *ip = (struct iphdr *)(header + network);

		ip->tot_len = 0;
		ip->id = 0;
		ip->check = 0;
	} else {
		((struct ipv6hdr *)(header + network))->payload_len = 0;
	}
	udp->len = 0;
	udp->check = 0;
}

static bool coalesce_belongs(struct tun_alt_coalesce *run, const struct sk_buff *skb,
			     unsigned int network)
{
	u8 room[sizeof(run->room)] __aligned(4), *header = coalesce_header(room, run->transport);

	if (coalesce_transport(skb, network) != run->transport ||
	    skb->len - run->payload > run->size ||
	    run->length - network + skb->len - run->payload > IP_MAX_MTU)
		return false;
	memcpy(header, skb->data, run->payload);
	coalesce_blank(header, network, run->transport);
	return !memcmp(header, coalesce_header(run->room, run->transport), run->payload);
}

/* The sum of what stands in front of the payload is for whoever makes segments of the frame. */
static void coalesce_finish(struct tun_alt_coalesce *run, const struct sk_buff *first,
			    unsigned int network)
{
	u8 *header = coalesce_header(run->room, run->transport);
	struct udphdr *udp = (struct udphdr *)(header + run->transport);
	unsigned int length = run->length - run->transport;

	udp->len = htons(length);
	if (run->transport - network == sizeof(struct iphdr)) {
		struct iphdr *ip = (struct iphdr *)(header + network);

		ip->tot_len = htons(run->length - network);
		ip->id = ((const struct iphdr *)(first->data + network))->id;
		ip_send_check(ip);
		udp->check = ~csum_tcpudp_magic(ip->saddr, ip->daddr, length, IPPROTO_UDP, 0);
	} else {
		struct ipv6hdr *ip = (struct ipv6hdr *)(header + network);

		ip->payload_len = htons(length);
		udp->check = ~csum_ipv6_magic(&ip->saddr, &ip->daddr, length, IPPROTO_UDP, 0);
	}
}

/**
 * tun_alt_coalesce_find() - see how many packets make one frame
 * @run: gets the answer, and is of use if it is more than 1
 * @config: what the device is set to
 * @entry: packets that were taken out of a ring
 * @nr: how many, at least one
 *
 * Context: Any.
 */
void tun_alt_coalesce_find(struct tun_alt_coalesce *run, const struct tun_alt_config *config,
			   void **entry, unsigned int nr)
{
	unsigned int network = config->flags & IFF_TAP ? ETH_HLEN : 0;
	const struct sk_buff *first = coalesce_skb(entry[0]), *skb;
	u8 *header;

	run->nr = 1;
	run->transport = first ? coalesce_transport(first, network) : 0;
	if (!run->transport)
		return;
	run->payload = run->transport + sizeof(struct udphdr);
	run->length = first->len;
	run->size = first->len - run->payload;
	header = coalesce_header(run->room, run->transport);
	memcpy(header, first->data, run->payload);
	coalesce_blank(header, network, run->transport);
	while (run->nr < min(nr, TUN_ALT_COALESCE_MOST)) {
		skb = coalesce_skb(entry[run->nr]);
		if (!skb || !coalesce_belongs(run, skb, network))
			break;
		run->nr++;
		run->length += skb->len - run->payload;
		if (skb->len - run->payload < run->size)
			break;
	}
	if (run->nr > 1)
		coalesce_finish(run, first, network);
}

/**
 * tun_alt_coalesce_put() - copy a run as one frame, its virtio-net header first
 * @run: the run
 * @config: as for tun_alt_coalesce_find()
 * @entry: its packets
 * @to: where it goes, with room for it
 *
 * Context: Process context, may sleep.
 * Return: 0 or -EFAULT.
 */
int tun_alt_coalesce_put(struct tun_alt_coalesce *run, const struct tun_alt_config *config,
			 void **entry, struct iov_iter *to)
{
	const struct tun_alt_vnet vnet = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = TUN_ALT_VNET_GSO_UDP_L4,
		.header_length = run->payload,
		.gso_size = run->size,
		.csum_start = run->transport,
		.csum_offset = offsetof(struct udphdr, check),
	};
	unsigned int i;

	if (tun_alt_vnet_put_said(config->vnet, &vnet, to) ||
	    !tun_alt_user_put(coalesce_header(run->room, run->transport), run->payload, to))
		return -EFAULT;
	for (i = 0; i < run->nr; i++) {
		const struct sk_buff *skb = entry[i];
		unsigned int length = skb->len - run->payload;

		if (length > skb_headlen(skb) - run->payload) {
			if (skb_copy_datagram_iter(skb, run->payload, to, length))
				return -EFAULT;
		} else if (!tun_alt_user_put(skb->data + run->payload, length, to)) {
			return -EFAULT;
		}
	}
	return 0;
}
