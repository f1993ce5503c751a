// SPDX-License-Identifier: GPL-2.0
/*
 * Verb `set`. User, group and persist can only be changed through an attached descriptor; all else
 * goes by one netlink message. The descriptor comes first: it is what may be busy.
 */
#include <errno.h>
#include <linux/if_tun.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd.h"
#include "kernel.h"
#include "link.h"
#include "netns.h"
#include "node.h"
#include "ui.h"
#include "words.h"

#define NODE_WORDS	(BIT(WORD_USER) | BIT(WORD_GROUP) | BIT(WORD_PERSIST))

static enum ui_exit change_attached(const struct words *w, int fd)
{
	if (words_has(w, WORD_USER) && node_ioctl(fd, TUNSETOWNER, w->uid, "set the user"))
		return UI_KERNEL;
	if (words_has(w, WORD_GROUP) && node_ioctl(fd, TUNSETGROUP, w->gid, "set the group"))
		return UI_KERNEL;
	if (words_has(w, WORD_PERSIST) &&
	    node_ioctl(fd, TUNSETPERSIST, w->persist, "set persist"))
		return UI_KERNEL;
	return UI_OK;
}

static enum ui_exit change_by_node(const struct words *w, const struct link *link)
{
	enum ui_exit ret = UI_KERNEL;
	bool alone;
	int fd;

	if (!(w->seen & NODE_WORDS))
		return UI_OK;
	fd = node_open();
	if (fd < 0)
		return UI_KERNEL;
	/* Whoever gets the only queue is the only holder. */
	alone = !link->multi_queue || !(link->num_queues + link->num_disabled);
	if (node_attach(fd, link)) {
		ret = UI_KERNEL;
	} else if (alone && words_has(w, WORD_PERSIST) && !w->persist) {
		ui_error("no program holds \"%s\", so without persist it would vanish", link->name);
		ui_hint("if that is meant: tun-alt del %s", link->name);
	} else {
		ret = change_attached(w, fd);
	}
	close(fd);
	return ret;
}

static enum ui_exit explain(const struct words *w, const struct link *link, int error,
			    const char *text)
{
	ui_error("cannot change \"%s\": %s", link->name, *text ? text : strerror(error));
	if (error == EPERM && words_has(w, WORD_CARRIER) && w->carrier)
		ui_hint("carrier on needs an attached program, and all changes CAP_NET_ADMIN");
	else if (error == EPERM)
		ui_hint("needs CAP_NET_ADMIN in this network namespace: use sudo");
	else if (error == EBUSY && words_has(w, WORD_RENAME))
		ui_hint("it must be down to get another name: tun-alt set %s down", link->name);
	else if (error == EEXIST)
		ui_hint("another device there has this name");
	else if (error == EOPNOTSUPP && words_has(w, WORD_ADDRESS))
		ui_hint("a tun device carries IP packets and has no address");
	else if (error == EADDRNOTAVAIL)
		ui_hint("the address must be neither zero nor multicast");
	else if (words_has(w, WORD_MTU) && (error == EINVAL || error == ERANGE))
		ui_hint("the mtu is from %u to %u here", link->min_mtu, link->max_mtu);
	return UI_KERNEL;
}

static void fill(const struct words *w, struct link_change *change)
{
	static const struct {
		enum words_id id;
		unsigned int attr;
	} map[] = {
		{ WORD_MTU, IFLA_MTU },
		{ WORD_TXQUEUELEN, IFLA_TXQLEN },
		{ WORD_ADDRESS, IFLA_ADDRESS },
		{ WORD_CARRIER, IFLA_CARRIER },
		{ WORD_RENAME, IFLA_IFNAME },
		{ WORD_NETNS, IFLA_NET_NS_FD },
	};

	for (size_t i = 0; i < ARRAY_SIZE(map); i++)
		if (words_has(w, map[i].id))
			change->has |= BIT_ULL(map[i].attr);
	change->mtu = w->mtu;
	change->txqlen = w->txqlen;
	change->address = w->address;
	change->carrier = w->carrier;
	change->name = w->rename;
	if (words_has(w, WORD_UP) || words_has(w, WORD_DOWN))
		change->flag_mask = IFF_UP;
	if (words_has(w, WORD_UP))
		change->flags = IFF_UP;
}

static enum ui_exit change_by_netlink(const struct words *w, const struct link *link)
{
	struct link_change change = { .netns = -1 };
	char text[LINK_TEXT_MAX];
	int ret;

	fill(w, &change);
	if (!change.has && !change.flag_mask)
		return UI_OK;
	if (words_has(w, WORD_NETNS)) {
		change.netns = netns_open(w->netns);
		if (change.netns < 0)
			return UI_KERNEL;
	}
	ret = link_set(link->ifindex, &change, text);
	if (change.netns >= 0)
		close(change.netns);
	return ret ? explain(w, link, -ret, text) : UI_OK;
}

int cmd_set(char **argv)
{
	struct link link;
	struct words w;

	if (words_parse(&w, WORDS_SET, argv))
		return UI_USAGE;
	if (!words_has(&w, WORD_DEV)) {
		ui_error("the name of the device is missing");
		return UI_USAGE;
	}
	if (w.seen == BIT(WORD_DEV)) {
		ui_error("nothing to change was given");
		ui_hint("`tun-alt help set` lists what can be changed");
		return UI_USAGE;
	}
	if (link_find(w.name, &link) || change_by_node(&w, &link))
		return UI_KERNEL;
	return change_by_netlink(&w, &link);
}
