// SPDX-License-Identifier: GPL-2.0
/* Netlink messages, whole and damaged, into struct link. */
#include <libmnl/libmnl.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "cli_unit.h"
#include "link.c"
#include "rtnl.c"

#define MESSAGE_MAX	1024

/* Rounds of damage; the seed is fixed so that a failure can be repeated. */
#define DAMAGED		20000
#define SEED		20241

static struct nlmsghdr *begin(char *buf)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *info;

	nlh->nlmsg_type = RTM_NEWLINK;
	info = mnl_nlmsg_put_extra_header(nlh, sizeof(*info));
	info->ifi_index = 7;
	info->ifi_flags = IFF_UP;
	info->ifi_type = 1;
	return nlh;
}

static struct nlmsghdr *message(char *buf, const char *kind)
{
	static const unsigned char address[6] = { 2, 0, 0, 0, 0, 9 };
	struct nlmsghdr *nlh = begin(buf);
	struct rtnl_link_stats64 stats = { .rx_packets = 5, .tx_packets = 6 };
	struct nlattr *info;
	struct nlattr *data;

	mnl_attr_put_strz(nlh, IFLA_IFNAME, "vpn0");
	mnl_attr_put_u32(nlh, IFLA_MTU, 1400);
	mnl_attr_put_u32(nlh, IFLA_TXQLEN, 77);
	mnl_attr_put_u8(nlh, IFLA_OPERSTATE, IF_OPER_UP);
	mnl_attr_put_u8(nlh, IFLA_CARRIER, 1);
	mnl_attr_put(nlh, IFLA_ADDRESS, sizeof(address), address);
	mnl_attr_put(nlh, IFLA_STATS64, sizeof(stats), &stats);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	/* The data first: the order of attributes means nothing. */
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u8(nlh, IFLA_TUN_TYPE, IFF_TAP);
	mnl_attr_put_u8(nlh, IFLA_TUN_PI, 1);
	mnl_attr_put_u8(nlh, IFLA_TUN_PERSIST, 1);
	mnl_attr_put_u8(nlh, IFLA_TUN_MULTI_QUEUE, 1);
	mnl_attr_put_u32(nlh, IFLA_TUN_NUM_QUEUES, 3);
	mnl_attr_put_u32(nlh, IFLA_TUN_NUM_DISABLED_QUEUES, 2);
	mnl_attr_put_u32(nlh, IFLA_TUN_OWNER, 1000);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, kind);
	mnl_attr_nest_end(nlh, info);
	return nlh;
}

static void dump_link(const struct link *l, char *to, size_t size)
{
	snprintf(to, size, "%d %s mtu=%u q=%u st=%d c=%d a=%u stats=%d/%llu/%llu", l->ifindex,
		 l->name, l->mtu, l->txqlen, l->operstate, l->carrier, l->address_len,
		 l->has_stats, l->stats.rx_packets, l->stats.tx_packets);
}

static void dump_tun(const struct link *l, char *to, size_t size)
{
	snprintf(to, size, "%s ours=%d mode=%d pi=%d p=%d mq=%d n=%u d=%u owner=%u seen=%x",
		 l->kind, link_is_ours(l), l->mode, l->pi, l->persist, l->multi_queue,
		 l->num_queues, l->num_disabled, l->owner, l->tun);
}

static void parse(const char *name, const struct nlmsghdr *nlh, const char *want_link,
		  const char *want_tun)
{
	/* On the heap, in the right size, the sanitizer sees a read beside it. */
	struct nlmsghdr *copy = malloc(nlh->nlmsg_len);
	struct link link;
	char got[512];
	int ret;

	if (!copy)
		abort();
	memcpy(copy, nlh, nlh->nlmsg_len);
	ret = link_parse(copy, &link);
	snprintf(got, sizeof(got), "%d", ret);
	if (!ret)
		dump_link(&link, got, sizeof(got));
	unit_check(name, want_link, got);
	if (!ret)
		dump_tun(&link, got, sizeof(got));
	if (want_tun)
		unit_check(name, want_tun, got);
	free(copy);
}

/* Whatever comes, nothing is read outside the message and each text ends. */
static int survive(unsigned int seed)
{
	char buf[MESSAGE_MAX];
	int bad = 0;

	srandom(seed);
	for (int i = 0; i < DAMAGED; i++) {
		struct nlmsghdr *nlh = message(buf, CONF_KIND_TAP);
		size_t len = nlh->nlmsg_len;
		struct nlmsghdr *copy;
		struct link link;

		for (int k = random() % 4; k >= 0; k--)
			buf[MNL_NLMSG_HDRLEN + random() % (len - MNL_NLMSG_HDRLEN)] = random();
		if (random() % 4 == 0)
			len = MNL_NLMSG_HDRLEN + random() % (len - MNL_NLMSG_HDRLEN);
		/* Netlink's lengths are rounded up to four. */
		copy = calloc(1, MNL_ALIGN(len));
		if (!copy)
			abort();
		memcpy(copy, buf, len);
		copy->nlmsg_len = len;
		link_parse(copy, &link);
		if (strnlen(link.name, sizeof(link.name)) == sizeof(link.name) ||
		    strnlen(link.kind, sizeof(link.kind)) == sizeof(link.kind) ||
		    link.address_len > sizeof(link.address))
			bad++;
		free(copy);
	}
	return bad;
}

int main(void)
{
	char buf[MESSAGE_MAX];
	struct nlmsghdr *nlh;
	char bad[16];

	unit_plan(9);
	parse("a tap device", message(buf, CONF_KIND_TAP),
	      "7 vpn0 mtu=1400 q=77 st=6 c=1 a=6 stats=1/5/6",
	      "tapalt ours=1 mode=2 pi=1 p=1 mq=1 n=3 d=2 owner=1000 seen=3da");
	parse("data of another driver's kind is left alone", message(buf, "veth"),
	      "7 vpn0 mtu=1400 q=77 st=6 c=1 a=6 stats=1/5/6",
	      "veth ours=0 mode=0 pi=0 p=0 mq=0 n=0 d=0 owner=0 seen=0");
	nlh = begin(buf);
	parse("a message without a name is refused", nlh, "-74", NULL);
	mnl_attr_put_str(nlh, IFLA_IFNAME, "0123456789abcdefXYZ");
	parse("a name that is too long is cut", nlh,
	      "7 0123456789abcde mtu=0 q=0 st=0 c=0 a=0 stats=0/0/0",
	      " ours=0 mode=0 pi=0 p=0 mq=0 n=0 d=0 owner=0 seen=0");
	nlh = begin(buf);
	nlh->nlmsg_len = MNL_NLMSG_HDRLEN + 4;
	parse("a message that ends in its header is refused", nlh, "-74", NULL);
	snprintf(bad, sizeof(bad), "%d", survive(SEED));
	unit_check("damaged messages do no harm", "0", bad);
	return unit_finish();
}
