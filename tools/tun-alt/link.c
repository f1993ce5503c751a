// SPDX-License-Identifier: GPL-2.0
/* Devices as rtnetlink shows them. */
#include "link.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "kernel.h"
#include "rtnl.h"

/* A dump that was disturbed is begun again this often. */
#define DUMP_TRIES	10

bool link_is_ours(const struct link *link)
{
	return !strcmp(link->kind, CONF_KIND_TUN) || !strcmp(link->kind, CONF_KIND_TAP);
}

static void copy_text(const struct nlattr *attr, char *to, size_t size)
{
	size_t len = mnl_attr_get_payload_len(attr);
	size_t n = strnlen(mnl_attr_get_payload(attr), len);

	if (n >= size)
		n = size - 1;
	memcpy(to, mnl_attr_get_payload(attr), n);
	to[n] = '\0';
}

/* Attributes of IFLA_INFO_DATA: 1 or 4 bytes; a size that is not expected is not looked at. */
static int parse_tun_attr(const struct nlattr *attr, void *data)
{
	unsigned int type = mnl_attr_get_type(attr);
	struct link *link = data;
	u32 value;

	if (mnl_attr_get_payload_len(attr) == sizeof(u8))
		value = mnl_attr_get_u8(attr);
	else if (mnl_attr_get_payload_len(attr) == sizeof(u32))
		value = mnl_attr_get_u32(attr);
	else
		return MNL_CB_OK;

	switch (type) {
	case IFLA_TUN_OWNER:
		link->owner = value;
		break;
	case IFLA_TUN_GROUP:
		link->group = value;
		break;
	case IFLA_TUN_TYPE:
		link->mode = value;
		break;
	case IFLA_TUN_PI:
		link->pi = value;
		break;
	case IFLA_TUN_VNET_HDR:
		link->vnet_hdr = value;
		break;
	case IFLA_TUN_PERSIST:
		link->persist = value;
		break;
	case IFLA_TUN_MULTI_QUEUE:
		link->multi_queue = value;
		break;
	case IFLA_TUN_NUM_QUEUES:
		link->num_queues = value;
		break;
	case IFLA_TUN_NUM_DISABLED_QUEUES:
		link->num_disabled = value;
		break;
	default:
		return MNL_CB_OK;
	}
	link->tun |= BIT(type);
	return MNL_CB_OK;
}

static int find_kind(const struct nlattr *attr, void *data)
{
	struct link *link = data;

	if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
		copy_text(attr, link->kind, sizeof(link->kind));
	return MNL_CB_OK;
}

static int find_data(const struct nlattr *attr, void *data)
{
	if (mnl_attr_get_type(attr) == IFLA_INFO_DATA)
		mnl_attr_parse_nested(attr, parse_tun_attr, data);
	return MNL_CB_OK;
}

static void parse_linkinfo(const struct nlattr *attr, struct link *link)
{
	mnl_attr_parse_nested(attr, find_kind, link);
	/* The numbers of another driver's attributes mean something else. */
	if (!link_is_ours(link))
		return;
	link->mode = strcmp(link->kind, CONF_KIND_TAP) ? IFF_TUN : IFF_TAP;
	mnl_attr_parse_nested(attr, find_data, link);
}

static const struct {
	unsigned int type;
	size_t into;
} numbers[] = {
	{ IFLA_MTU, offsetof(struct link, mtu) },
	{ IFLA_MIN_MTU, offsetof(struct link, min_mtu) },
	{ IFLA_MAX_MTU, offsetof(struct link, max_mtu) },
	{ IFLA_TXQLEN, offsetof(struct link, txqlen) },
};

static void parse_number(const struct nlattr *attr, struct link *link)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (numbers[i].type == mnl_attr_get_type(attr) &&
		    mnl_attr_get_payload_len(attr) == sizeof(u32))
			memcpy((char *)link + numbers[i].into, mnl_attr_get_payload(attr),
			       sizeof(u32));
}

static int parse_attr(const struct nlattr *attr, void *data)
{
	unsigned int len = mnl_attr_get_payload_len(attr);
	const void *payload = mnl_attr_get_payload(attr);
	struct link *link = data;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		copy_text(attr, link->name, sizeof(link->name));
		break;
	case IFLA_OPERSTATE:
		link->operstate = len ? *(const u8 *)payload : 0;
		break;
	case IFLA_CARRIER:
		link->carrier = len && *(const u8 *)payload;
		break;
	case IFLA_ADDRESS:
		if (len > sizeof(link->address))
			break;
		link->address_len = len;
		memcpy(link->address, payload, len);
		break;
	case IFLA_STATS64:
		/* The structure grew over the years: a shorter one leaves zeros. */
		link->has_stats = true;
		memcpy(&link->stats, payload,
		       len < sizeof(link->stats) ? len : sizeof(link->stats));
		break;
	case IFLA_LINKINFO:
		parse_linkinfo(attr, link);
		break;
	default:
		parse_number(attr, link);
	}
	return MNL_CB_OK;
}

int link_parse(const struct nlmsghdr *nlh, struct link *link)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(nlh);

	memset(link, 0, sizeof(*link));
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*info))
		return -EBADMSG;
	link->ifindex = info->ifi_index;
	link->flags = info->ifi_flags;
	link->type = info->ifi_type;
	mnl_attr_parse(nlh, sizeof(*info), parse_attr, link);
	return link->name[0] ? 0 : -EBADMSG;
}

static struct nlmsghdr *start(char *buf, unsigned int type, int ifindex)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *info;

	nlh->nlmsg_type = type;
	info = mnl_nlmsg_put_extra_header(nlh, sizeof(*info));
	info->ifi_family = AF_UNSPEC;
	info->ifi_index = ifindex;
	return nlh;
}

static int store_link(const struct nlmsghdr *nlh, void *data)
{
	if (nlh->nlmsg_type == RTM_NEWLINK)
		link_parse(nlh, data);
	return MNL_CB_OK;
}

int link_get(const char *name, struct link *link)
{
	struct nlmsghdr *nlh;
	char buf[512];
	int ret;

	memset(link, 0, sizeof(*link));
	nlh = start(buf, RTM_GETLINK, 0);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	ret = rtnl_request(nlh, store_link, link, NULL, 0);
	if (!ret && !link->name[0])
		return -EBADMSG;
	return ret;
}

enum ui_exit link_find(const char *name, struct link *link)
{
	int ret = link_get(name, link);

	if (ret == -ENODEV) {
		ui_error("there is no device \"%s\" in this network namespace", name);
		ui_hint("`tun-alt show` lists what is there, -n NETNS looks elsewhere");
		return UI_KERNEL;
	}
	if (ret) {
		ui_error("cannot read device \"%s\": %s", name, strerror(-ret));
		return UI_KERNEL;
	}
	if (link_is_ours(link))
		return UI_OK;
	if (link->kind[0])
		ui_error("\"%s\" is not a device of this driver, but of kind \"%s\"", name,
			 link->kind);
	else
		ui_error("\"%s\" is not a device of this driver", name);
	ui_hint("`ip link` is the tool for it");
	return UI_KERNEL;
}

struct list {
	struct link *links;
	size_t count;
	size_t room;
};

static int collect(const struct nlmsghdr *nlh, void *data)
{
	struct list *list = data;
	struct link link;

	if (nlh->nlmsg_type != RTM_NEWLINK || link_parse(nlh, &link) || !link_is_ours(&link))
		return MNL_CB_OK;
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 16;
		struct link *more = realloc(list->links, room * sizeof(*more));

		if (!more) {
			errno = ENOMEM;
			return MNL_CB_ERROR;
		}
		list->links = more;
		list->room = room;
	}
	list->links[list->count++] = link;
	return MNL_CB_OK;
}

static int by_ifindex(const void *a, const void *b)
{
	const struct link *left = a;
	const struct link *right = b;

	return (left->ifindex > right->ifindex) - (left->ifindex < right->ifindex);
}

int link_each(void (*fn)(const struct link *link, void *data), void *data)
{
	struct list list = { 0 };
	int ret = -EINTR;
	char buf[512];

	for (int i = 0; i < DUMP_TRIES && ret == -EINTR; i++) {
		struct nlmsghdr *nlh = start(buf, RTM_GETLINK, 0);

		list.count = 0;
		nlh->nlmsg_flags = NLM_F_DUMP;
		ret = rtnl_request(nlh, collect, &list, NULL, 0);
	}
	/* Older kernels dump by hash bucket. */
	if (list.count)
		qsort(list.links, list.count, sizeof(*list.links), by_ifindex);
	for (size_t i = 0; !ret && i < list.count; i++)
		fn(&list.links[i], data);
	free(list.links);
	return ret;
}

int link_set(int ifindex, const struct link_change *change, char *text)
{
	struct ifinfomsg *info;
	struct nlmsghdr *nlh;
	char buf[1024];

	nlh = start(buf, RTM_NEWLINK, ifindex);
	info = mnl_nlmsg_get_payload(nlh);
	info->ifi_flags = change->flags;
	info->ifi_change = change->flag_mask;
	if (change->has & BIT_ULL(IFLA_MTU))
		mnl_attr_put_u32(nlh, IFLA_MTU, change->mtu);
	if (change->has & BIT_ULL(IFLA_TXQLEN))
		mnl_attr_put_u32(nlh, IFLA_TXQLEN, change->txqlen);
	if (change->has & BIT_ULL(IFLA_ADDRESS))
		mnl_attr_put(nlh, IFLA_ADDRESS, 6, change->address);
	if (change->has & BIT_ULL(IFLA_CARRIER))
		mnl_attr_put_u8(nlh, IFLA_CARRIER, change->carrier);
	if (change->has & BIT_ULL(IFLA_IFNAME))
		mnl_attr_put_strz(nlh, IFLA_IFNAME, change->name);
	if (change->has & BIT_ULL(IFLA_NET_NS_FD))
		mnl_attr_put_u32(nlh, IFLA_NET_NS_FD, change->netns);
	return rtnl_request(nlh, NULL, NULL, text, LINK_TEXT_MAX);
}

int link_del(int ifindex, char *text)
{
	char buf[512];

	return rtnl_request(start(buf, RTM_DELLINK, ifindex), NULL, NULL, text, LINK_TEXT_MAX);
}
