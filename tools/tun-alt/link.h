/* SPDX-License-Identifier: GPL-2.0 */
/* Devices as rtnetlink shows them; works in any network namespace, without sysfs. */
#ifndef TUN_ALT_CLI_LINK_H
#define TUN_ALT_CLI_LINK_H

#include <linux/if.h>
#include <linux/if_link.h>
#include <stdbool.h>

#include "kernel.h"
#include "ui.h"

struct nlmsghdr;

#define LINK_KIND_MAX	16
#define LINK_ADDR_MAX	32

/**
 * struct link - one network device
 * @ifindex: its index
 * @flags: IFF_UP and so on
 * @type: ARPHRD_*
 * @name: its name
 * @kind: IFLA_INFO_KIND, empty if it has none
 * @mtu: the MTU
 * @min_mtu: smallest MTU
 * @max_mtu: largest MTU
 * @txqlen: transmit queue length, which is also the size of a queue's ring
 * @operstate: IF_OPER_*
 * @carrier: carrier is on
 * @address: hardware address
 * @address_len: bytes in @address
 * @stats: counters
 * @has_stats: @stats is filled in
 * @tun: bit for each IFLA_TUN_* attribute that the driver sent
 * @mode: IFF_TUN or IFF_TAP
 * @pi: packet information header is on
 * @vnet_hdr: virtio network header is on
 * @persist: stays when no program holds it
 * @multi_queue: takes several queues
 * @num_queues: enabled queues
 * @num_disabled: disabled queues
 * @owner: uid that may attach
 * @group: gid that may attach
 */
struct link {
	int ifindex;
	unsigned int flags;
	unsigned int type;
	char name[IFNAMSIZ];
	char kind[LINK_KIND_MAX];
	u32 mtu;
	u32 min_mtu;
	u32 max_mtu;
	u32 txqlen;
	u8 operstate;
	bool carrier;
	unsigned char address[LINK_ADDR_MAX];
	unsigned int address_len;
	struct rtnl_link_stats64 stats;
	bool has_stats;
	unsigned int tun;
	int mode;
	bool pi;
	bool vnet_hdr;
	bool persist;
	bool multi_queue;
	u32 num_queues;
	u32 num_disabled;
	u32 owner;
	u32 group;
};

/**
 * struct link_change - what link_set() changes
 * @has: bit for each IFLA_* attribute to send
 * @mtu: for IFLA_MTU
 * @txqlen: for IFLA_TXQLEN
 * @address: for IFLA_ADDRESS, six bytes
 * @carrier: for IFLA_CARRIER
 * @name: for IFLA_IFNAME
 * @netns: for IFLA_NET_NS_FD
 * @flags: new value of the bits in @flag_mask
 * @flag_mask: device flags to change
 */
struct link_change {
	u64 has;
	u32 mtu;
	u32 txqlen;
	const unsigned char *address;
	bool carrier;
	const char *name;
	int netns;
	unsigned int flags;
	unsigned int flag_mask;
};

/* Longest text that the kernel sends with a refusal. */
#define LINK_TEXT_MAX	160

/**
 * link_is_ours() - does the device belong to tun_alt?
 * @link: the device
 *
 * Context: Any.
 * Return: true if it does.
 */
bool link_is_ours(const struct link *link);

/**
 * link_get() - read one device
 * @name: its name
 * @link: result
 *
 * Context: Any.
 * Return: 0, or a negative errno; -ENODEV if there is none of that name.
 */
int link_get(const char *name, struct link *link);

/**
 * link_find() - read one of our devices
 * @name: its name
 * @link: result
 *
 * Context: Any. Says on stderr what is wrong.
 * Return: UI_OK, or UI_KERNEL if it is missing or another driver's.
 */
enum ui_exit link_find(const char *name, struct link *link);

/**
 * link_each() - call a function for each of our devices, in the order of their indexes
 * @fn: the function
 * @data: passed to it
 *
 * Context: Any.
 * Return: 0, or a negative errno.
 */
int link_each(void (*fn)(const struct link *link, void *data), void *data);

/**
 * link_set() - change a device
 * @ifindex: which
 * @change: what
 * @text: receives the kernel's text (LINK_TEXT_MAX bytes), empty if it gave none
 *
 * Context: Any.
 * Return: 0, or a negative errno.
 */
int link_set(int ifindex, const struct link_change *change, char *text);

/**
 * link_del() - delete a device
 * @ifindex: which
 * @text: receives the kernel's text (LINK_TEXT_MAX bytes), empty if it gave none
 *
 * Context: Any.
 * Return: 0, or a negative errno.
 */
int link_del(int ifindex, char *text);

/**
 * link_parse() - read one RTM_NEWLINK message
 * @nlh: the message
 * @link: result
 *
 * Context: Any.
 * Return: 0, or -EBADMSG.
 */
int link_parse(const struct nlmsghdr *nlh, struct link *link);

#endif
