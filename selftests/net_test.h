/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The other end of the device under test: sockets, one rtnetlink request, ip(8)
 * for set-up that no test measures, and waits that always end.
 */
#ifndef SELFTESTS_NET_TEST_H
#define SELFTESTS_NET_TEST_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>

#include "one_qdisc.h"

/* How long a thing that must happen may take, and how long we look at one that must not */
#define NET_SOON_MS 10000
#define NET_NEVER_MS 200

/* Runs "ip ARGS" (a literal format and its values); its exit status */
#define net_ip(...)						\
({								\
	char net_ip_cmd[512];					\
								\
	snprintf(net_ip_cmd, sizeof(net_ip_cmd), "ip " __VA_ARGS__);	\
	system(net_ip_cmd);					\
})

/* Several, one a line, by one process: in an emulated machine each costs a tenth of a second */
#define net_ip_batch(...)					\
({								\
	FILE *net_ip_in = popen("ip -batch -", "w");		\
								\
	if (net_ip_in)						\
		fprintf(net_ip_in, __VA_ARGS__);		\
	net_ip_in ? pclose(net_ip_in) : -1;			\
})

/* Writes @value to a file of the kernel's; 0 or -errno */
static inline int net_write_file(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* The same below /proc/sys/net of this netns */
static inline int net_sysctl(const char *name, const char *value)
{
	char path[256];

	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	return net_write_file(path, value);
}

/* Whether this kernel shows receive queues at all (CONFIG_RPS) */
static inline bool net_has_receive_queues(void)
{
	return !access("/sys/class/net/lo/queues/rx-0", F_OK);
}

/* No packet but the test's own: no router solicitation, no duplicate address detection */
static inline int net_quiet(void)
{
	return net_sysctl("ipv6/conf/default/disable_ipv6", "1");
}

/* One ifreq ioctl on @name; 0 or -errno */
static inline int net_ifreq(const char *name, unsigned long cmd, struct ifreq *ifr)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int ret = 0;

	if (fd < 0)
		return -errno;
	snprintf(ifr->ifr_name, sizeof(ifr->ifr_name), "%s", name);
	if (ioctl(fd, cmd, ifr))
		ret = -errno;
	close(fd);
	return ret;
}

static inline int net_flags(const char *name)
{
	struct ifreq ifr = {};
	int ret = net_ifreq(name, SIOCGIFFLAGS, &ifr);

	return ret ? ret : (unsigned short)ifr.ifr_flags;
}

static inline int net_set_up(const char *name, int up)
{
	struct ifreq ifr = {};
	int ret = net_ifreq(name, SIOCGIFFLAGS, &ifr);

	if (ret)
		return ret;
	ifr.ifr_flags &= ~IFF_UP;
	if (up)
		ifr.ifr_flags |= IFF_UP;
	return net_ifreq(name, SIOCSIFFLAGS, &ifr);
}

static inline int net_up(const char *name)
{
	one_qdisc(name);
	return net_set_up(name, 1);
}

static inline int net_down(const char *name)
{
	return net_set_up(name, 0);
}

static inline void net_sleep_ms(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

/* Carrier becomes IFF_RUNNING by a work item that may take a second; true when it did */
static inline int net_running_is(const char *name, int want)
{
	for (int i = 0; i < NET_SOON_MS / 20; i++) {
		/* what the work item tells others is told when RTNL is free again */
		if (!(net_flags(name) & IFF_RUNNING) == !want)
			return !net_set_up(name, 1);
		net_sleep_ms(20);
	}
	return 0;
}

/*
 * True when packets pass through a device whose carrier is another one's, as a veth's: until then
 * its discipline takes them and drops them. Such a device is IFF_RUNNING before, while nobody has
 * looked at its carrier yet.
 */
static inline int net_passes(const char *name)
{
	for (int i = 0; i < NET_SOON_MS / 20; i++) {
		if (!net_ip("link show dev %s | grep -q 'state UP'", name))
			return !net_set_up(name, 1);
		net_sleep_ms(20);
	}
	return 0;
}

static inline int net_set_mtu(const char *name, int mtu)
{
	struct ifreq ifr = { .ifr_mtu = mtu };

	return net_ifreq(name, SIOCSIFMTU, &ifr);
}

static inline int net_set_txqueuelen(const char *name, int len)
{
	struct ifreq ifr = { .ifr_qlen = len };

	return net_ifreq(name, SIOCSIFTXQLEN, &ifr);
}

static inline int net_mac(const char *name, unsigned char *mac)
{
	struct ifreq ifr = {};
	int ret = net_ifreq(name, SIOCGIFHWADDR, &ifr);

	memcpy(mac, ifr.ifr_hwaddr.sa_data, 6);
	return ret;
}

/* An IPv4 address with its prefix length; 0 or -errno */
static inline int net_addr4(const char *name, const char *addr, const char *mask)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	struct ifreq ifr = {};
	int ret;

	inet_pton(AF_INET, addr, &sin.sin_addr);
	memcpy(&ifr.ifr_addr, &sin, sizeof(sin));
	ret = net_ifreq(name, SIOCSIFADDR, &ifr);
	if (ret)
		return ret;
	inet_pton(AF_INET, mask, &sin.sin_addr);
	memcpy(&ifr.ifr_addr, &sin, sizeof(sin));
	return net_ifreq(name, SIOCSIFNETMASK, &ifr);
}

/* Reads one number of the device's statistics in sysfs-less fashion: from /proc/net/dev */
static inline long long net_proc_dev(const char *name, int column)
{
	char line[512], *at, *colon;
	long long value = -1;
	FILE *f = fopen("/proc/thread-self/net/dev", "r");

	while (f && fgets(line, sizeof(line), f)) {
		at = line + strspn(line, " ");
		colon = strchr(at, ':');
		if (!colon || (size_t)(colon - at) != strlen(name) || strncmp(at, name, colon - at))
			continue;
		at = colon + 1;
		for (int i = 0; i <= column; i++)
			value = strtoll(at, &at, 10);
	}
	if (f)
		fclose(f);
	return value;
}

enum net_stat {
	NET_RECEIVED_BYTES = 0,
	NET_RECEIVED_PACKETS = 1,
	NET_RECEIVED_DROPS = 3,
	NET_RECEIVED_FRAME_ERRORS = 5,
	NET_XMITTED_BYTES = 8,
	NET_XMITTED_PACKETS = 9,
	NET_XMITTED_DROPS = 11,
};

static inline long long net_stat(const char *name, enum net_stat stat)
{
	return net_proc_dev(name, stat);
}

/* RTM_DELLINK; 0 or -errno */
static inline int net_dellink(const char *name)
{
	struct {
		struct nlmsghdr nlh;
		struct ifinfomsg ifi;
		struct rtattr rta;
		char name[IFNAMSIZ];
	} req = {
		.nlh.nlmsg_len = sizeof(req),
		.nlh.nlmsg_type = RTM_DELLINK,
		.nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.rta.rta_len = RTA_LENGTH(IFNAMSIZ),
		.rta.rta_type = IFLA_IFNAME,
	};
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr err;
		char rest[512];
	} ack = {};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int ret = -EIO;

	if (fd < 0)
		return -errno;
	snprintf(req.name, sizeof(req.name), "%s", name);
	if (send(fd, &req, sizeof(req), 0) == sizeof(req) && recv(fd, &ack, sizeof(ack), 0) > 0)
		ret = ack.err.error;
	close(fd);
	return ret;
}

/* An AF_PACKET socket bound to @name; it receives @proto (host order), 0 for none */
static inline int net_packet_socket(const char *name, unsigned int proto)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(proto),
		.sll_ifindex = if_nametoindex(name),
	};
	int room = 64 << 20;
	int fd;

	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (bind(fd, (struct sockaddr *)&sll, sizeof(sll))) {
		close(fd);
		return -errno;
	}
	return fd;
}

/* As if_nametoindex(), which makes a socket for it: on a kernel that looks for faults, dear */
static inline int net_index(int fd, const char *name)
{
	struct ifreq ifr = { };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	return ioctl(fd, SIOCGIFINDEX, &ifr) ? 0 : ifr.ifr_ifindex;
}

/* Hands @data to the device as the stack would: it comes out of read() on the other side */
static inline int net_packet_send(int fd, const char *name, unsigned int proto, const void *data,
				  size_t len)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(proto),
		.sll_ifindex = net_index(fd, name),
		.sll_halen = 6,
	};

	if (sendto(fd, data, len, 0, (struct sockaddr *)&sll, sizeof(sll)) != (ssize_t)len)
		return -errno;
	return 0;
}

/* Past the qdisc: the driver's verdict is the sender's, a drop comes back as ENOBUFS */
static inline int net_packet_bypass(int fd)
{
	int on = 1;

	return setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on));
}

/* So many packets of @len bytes past the qdisc, however many are dropped; 0 or -errno */
static inline int net_packet_flood(const char *name, size_t len, unsigned int nr)
{
	int fd = net_packet_socket(name, 0), ret = fd < 0 ? fd : net_packet_bypass(fd);
	unsigned char packet[1500] = { 0x45 };

	while (nr-- && !ret) {
		ret = net_packet_send(fd, name, ETH_P_IP, packet, len);
		if (ret == -ENOBUFS)
			ret = 0;
	}
	close(fd);
	return ret;
}

static inline socklen_t net_sockaddr(struct sockaddr_storage *ss, const char *addr, int port)
{
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)ss;
	struct sockaddr_in *sin = (struct sockaddr_in *)ss;

	memset(ss, 0, sizeof(*ss));
	if (strchr(addr, ':')) {
		sin6->sin6_family = AF_INET6;
		sin6->sin6_port = htons(port);
		inet_pton(AF_INET6, addr, &sin6->sin6_addr);
		return sizeof(*sin6);
	}
	sin->sin_family = AF_INET;
	sin->sin_port = htons(port);
	inet_pton(AF_INET, addr, &sin->sin_addr);
	return sizeof(*sin);
}

/* A UDP socket bound to @addr and @port, with a time-out for receiving; fd or -errno */
static inline int net_udp_socket(const char *addr, int port)
{
	struct timeval soon = { .tv_sec = NET_SOON_MS / 1000 };
	struct sockaddr_storage ss;
	socklen_t len = net_sockaddr(&ss, addr, port);
	int room = 16 << 20;
	int fd;

	fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	if (bind(fd, (struct sockaddr *)&ss, len)) {
		close(fd);
		return -errno;
	}
	return fd;
}

static inline int net_udp_send(int fd, const char *addr, int port, const void *data, size_t len)
{
	struct sockaddr_storage ss;
	socklen_t ss_len = net_sockaddr(&ss, addr, port);

	if (sendto(fd, data, len, 0, (struct sockaddr *)&ss, ss_len) != (ssize_t)len)
		return -errno;
	return 0;
}

/* The events of @fd within @ms; 0 when none came */
static inline int net_poll(int fd, int events, int ms)
{
	struct pollfd pfd = { .fd = fd, .events = events };
	int ret = poll(&pfd, 1, ms);

	return ret < 0 ? -errno : pfd.revents;
}

#endif
