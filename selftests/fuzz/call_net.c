// SPDX-License-Identifier: GPL-2.0
/*
 * What the rest of the machine does with a device: rtnetlink, ethtool, packets.
 */
#include "world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/virtio_net.h>

#include "frame.h"
#include "rtnl.h"

#define LONGEST 65600

/* About the device of that name */
static void net_begin(struct rtnl_request *request, int type, __u64 name)
{
	rtnl_link_request(request, type, world_name(name));
}

/* Otherwise each of 256 queues would have a queueing discipline, which take seconds to end. */
static void net_one_qdisc(__u64 space, __u64 name)
{
	int ifindex = world_index(space, name);
	struct rtnl_request request;

	if (ifindex <= 0)
		return;
	rtnl_qdisc_request(&request, ifindex, "pfifo", NLM_F_EXCL);
	world_netlink(space, &request);
}

/* space, name, flags, mask */
WORLD_OP(call_link_flags)
{
	struct rtnl_request request;

	if (arg[2] & arg[3] & IFF_UP)
		net_one_qdisc(arg[0], arg[1]);
	net_begin(&request, RTM_NEWLINK, arg[1]);
	request.ifi.ifi_flags = arg[2];
	request.ifi.ifi_change = arg[3];
	return world_netlink(arg[0], &request);
}

/* space, name, what, value */
WORLD_OP(call_link_set)
{
	static const int what[] = {
		IFLA_MTU, IFLA_TXQLEN, IFLA_CARRIER, IFLA_GROUP, IFLA_LINKMODE, IFLA_ADDRESS,
		IFLA_NUM_TX_QUEUES, IFLA_GSO_MAX_SIZE,
	};
	int type = what[arg[2] % (sizeof(what) / sizeof(*what))];
	unsigned char mac[6] = { 2, 0, 0, 0, arg[3] >> 8, arg[3] };
	struct rtnl_request request;
	__u32 value = arg[3];

	net_begin(&request, RTM_NEWLINK, arg[1]);
	if (type == IFLA_ADDRESS)
		rtnl_put(&request, type, mac, sizeof(mac));
	else if (type == IFLA_CARRIER || type == IFLA_LINKMODE)
		rtnl_put(&request, type, &value, 1);
	else
		rtnl_put(&request, type, &value, sizeof(value));
	return world_netlink(arg[0], &request);
}

/* space, name, to: by its index, since the name is the new one */
WORLD_OP(call_link_name)
{
	struct rtnl_request request;

	net_begin(&request, RTM_NEWLINK, arg[2]);
	request.ifi.ifi_index = world_index(arg[0], arg[1]);
	return request.ifi.ifi_index ? world_netlink(arg[0], &request) : -ENODEV;
}

/* space, name, to */
WORLD_OP(call_link_move)
{
	struct rtnl_request request;
	__u32 fd = world.space[arg[2] % FUZZ_SPACES].ns;

	net_begin(&request, RTM_NEWLINK, arg[1]);
	rtnl_put(&request, IFLA_NET_NS_FD, &fd, sizeof(fd));
	return world_netlink(arg[0], &request);
}

/* space, name */
WORLD_OP(call_link_del)
{
	struct rtnl_request request;

	net_begin(&request, RTM_DELLINK, arg[1]);
	return world_netlink(arg[0], &request);
}

/* space, name, all */
WORLD_OP(call_link_get)
{
	struct rtnl_request request;

	net_begin(&request, RTM_GETLINK, arg[1]);
	if (arg[2]) {
		request.nlh.nlmsg_len = NLMSG_LENGTH(sizeof(request.ifi));
		request.nlh.nlmsg_flags = NLM_F_DUMP;
	}
	return world_netlink(arg[0], &request);
}

/* space, name, kind: a device of ours cannot be made so; one on top of ours can */
WORLD_OP(call_link_new)
{
	static const char *const kinds[] = { "vlan", "tunalt", "tapalt", "bridge" };
	const char *kind = kinds[arg[2] % 4];
	__u32 index = world_index(arg[0], arg[1]);
	struct rtattr *info, *data;
	struct rtnl_request request;
	__u16 id = 9;

	/* The name of what is made is that of a VLAN. */
	net_begin(&request, RTM_NEWLINK, 6);
	request.nlh.nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	if (*kind == 'v')
		rtnl_put(&request, IFLA_LINK, &index, sizeof(index));
	info = rtnl_put(&request, IFLA_LINKINFO, NULL, 0);
	rtnl_put(&request, IFLA_INFO_KIND, kind, strlen(kind) + 1);
	if (*kind == 'v') {
		data = rtnl_put(&request, IFLA_INFO_DATA, NULL, 0);
		rtnl_put(&request, IFLA_VLAN_ID, &id, sizeof(id));
		rtnl_nest_end(&request, data);
	}
	rtnl_nest_end(&request, info);
	return world_netlink(arg[0], &request);
}

/* space, name, program, flags: what is behind the programs is none, which detaches */
WORLD_OP(call_link_xdp)
{
	int fd = arg[2] >= WORLD_PROGRAMS ? -1 : world.xdp[arg[2]];
	struct rtnl_request request;
	struct rtattr *nest;
	__u32 flags = arg[3];

	net_begin(&request, RTM_NEWLINK, arg[1]);
	nest = rtnl_put(&request, IFLA_XDP, NULL, 0);
	rtnl_put(&request, IFLA_XDP_FD, &fd, sizeof(fd));
	rtnl_put(&request, IFLA_XDP_FLAGS, &flags, sizeof(flags));
	rtnl_nest_end(&request, nest);
	return world_netlink(arg[0], &request);
}

/* What the commands take is a number behind the command's, or a structure */
static void fill_ethtool(unsigned char *room, __u32 command, __u32 value)
{
	struct ethtool_link_settings *link = (void *)room;
	struct ethtool_coalesce *coalesce = (void *)room;
	struct ethtool_channels *channels = (void *)room;
	struct ethtool_value *number = (void *)room;

	memset(room, 0, 2048);
	number->cmd = command;
	switch (command) {
	case ETHTOOL_SCOALESCE:
		coalesce->rx_max_coalesced_frames = value;
		break;
	case ETHTOOL_SCHANNELS:
		channels->combined_count = value;
		break;
	case ETHTOOL_GLINKSETTINGS:
	case ETHTOOL_SLINKSETTINGS:
		link->speed = value;
		link->duplex = value & 1;
		/* The kernel says how many words its masks have when it is asked with another. */
		link->link_mode_masks_nwords = 4;
		break;
	case ETHTOOL_SSET:
		break;
	default:
		number->data = value;
	}
}

/* space, name, command, value */
WORLD_OP(call_ethtool)
{
	struct ifreq ifr = { .ifr_data = (void *)task->room };
	int fd = world.space[arg[0] % FUZZ_SPACES].ioctl;
	struct ethtool_link_settings *link = (void *)task->room;
	long ret;

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", world_name(arg[1]));
	fill_ethtool(task->room, arg[2], arg[3]);
	ret = ioctl(fd, SIOCETHTOOL, &ifr);
	if (ret || (arg[2] != ETHTOOL_GLINKSETTINGS && arg[2] != ETHTOOL_SLINKSETTINGS))
		return ret < 0 ? -errno : ret;
	if (link->link_mode_masks_nwords >= 0)
		return 0;
	link->cmd = arg[2];
	link->link_mode_masks_nwords = -link->link_mode_masks_nwords;
	ret = ioctl(fd, SIOCETHTOOL, &ifr);
	return ret < 0 ? -errno : ret;
}

/* Whether frames of the device begin with an Ethernet header */
static bool is_ethernet(__u64 space, __u64 name)
{
	int fd = world.space[space % FUZZ_SPACES].ioctl;
	struct ifreq ifr = { };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", world_name(name));
	return !ioctl(fd, SIOCGIFHWADDR, &ifr) && ifr.ifr_hwaddr.sa_family == ARPHRD_ETHER;
}

/* Sent again and again, so that a ring of few places is full */
static long send_frame(int fd, const void *data, size_t len, const struct sockaddr_ll *to,
		       unsigned int times)
{
	long ret = 0;

	for (unsigned int i = 0; i < times && ret >= 0; i++) {
		ret = sendto(fd, data, len, MSG_DONTWAIT, (const void *)to, sizeof(*to));
		if (ret < 0)
			ret = -errno;
	}
	return ret;
}

/* space, name, frame, payload, says, field, value, poke, queued, times */
WORLD_OP(call_send)
{
	const struct world_space *space = &world.space[arg[0] % FUZZ_SPACES];
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = world_index(arg[0], arg[1]),
		.sll_halen = 6,
	};
	struct frame_shape shape = {
		.vnet = arg[8] ? 0 : sizeof(struct virtio_net_hdr),
		.kind = arg[2] % FRAME_KINDS,
		.payload = arg[3] % LONGEST,
		.says = arg[4],
		.field = arg[5],
		.value = arg[6],
		.poke = arg[7],
	};
	size_t len;

	if (!to.sll_ifindex)
		return -ENODEV;
	shape.ethernet = is_ethernet(arg[0], arg[1]);
	len = frame_build(&shape, task->room, WORLD_ROOM / 2);
	to.sll_protocol = htons(shape.kind == FRAME_UDP6 || shape.kind == FRAME_TCP6 ||
				shape.kind == FRAME_TUNNEL6 ? ETH_P_IPV6 : ETH_P_IP);
	return send_frame(arg[8] ? space->queued : space->packet, task->room, len, &to,
			  1 + arg[9] % 16);
}
