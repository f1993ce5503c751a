// SPDX-License-Identifier: GPL-2.0
/*
 * Verb `add`. The device belongs to this process until the last step makes it persistent, so
 * whatever fails before, even a signal, leaves nothing behind.
 */
#include <errno.h>
#include <json-c/json.h>
#include <linux/if_tun.h>
#include <stdio.h>
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

static const struct {
	enum words_id id;
	int flag;
} flag_words[] = {
	{ WORD_ONE_QUEUE, IFF_ONE_QUEUE },
	{ WORD_VNET_HDR, IFF_VNET_HDR },
	{ WORD_MULTI_QUEUE, IFF_MULTI_QUEUE },
};

static int flags_of(const struct words *w)
{
	int flags = w->mode;

	for (size_t i = 0; i < ARRAY_SIZE(flag_words); i++)
		if (words_has(w, flag_words[i].id))
			flags |= flag_words[i].flag;
	if (!words_has(w, WORD_PI))
		flags |= IFF_NO_PI;
	/* Queues come when programs attach; what a device must know from the start is "several". */
	if (w->queues > 1)
		flags |= IFF_MULTI_QUEUE;
	if (words_has(w, WORD_CARRIER) && !w->carrier)
		flags |= IFF_NO_CARRIER;
	return flags;
}

static enum ui_exit configure(const struct words *w, const struct link *link)
{
	struct link_change change = { .mtu = w->mtu, .txqlen = w->txqlen, .address = w->address };
	char text[LINK_TEXT_MAX];
	int ret;

	if (words_has(w, WORD_MTU))
		change.has |= BIT_ULL(IFLA_MTU);
	if (words_has(w, WORD_TXQUEUELEN))
		change.has |= BIT_ULL(IFLA_TXQLEN);
	if (words_has(w, WORD_ADDRESS))
		change.has |= BIT_ULL(IFLA_ADDRESS);
	if (!change.has)
		return UI_OK;
	ret = link_set(link->ifindex, &change, text);
	if (!ret)
		return UI_OK;
	ui_error("cannot set mtu, address or txqueuelen of \"%s\": %s", link->name,
		 *text ? text : strerror(-ret));
	if (words_has(w, WORD_TXQUEUELEN) && (ret == -EPERM || ret == -ENOMEM || ret == -ERANGE))
		ui_hint("txqueuelen is also the size of each queue's ring: try a smaller one");
	else if (words_has(w, WORD_MTU) && (ret == -EINVAL || ret == -ERANGE))
		ui_hint("the mtu is from %u to %u here", link->min_mtu, link->max_mtu);
	else if (ret == -EADDRNOTAVAIL)
		ui_hint("the address must be neither zero nor multicast");
	return UI_KERNEL;
}

static enum ui_exit own(const struct words *w, int fd)
{
	if (words_has(w, WORD_USER) && node_ioctl(fd, TUNSETOWNER, w->uid, "set the user"))
		return UI_KERNEL;
	if (words_has(w, WORD_GROUP) && node_ioctl(fd, TUNSETGROUP, w->gid, "set the group"))
		return UI_KERNEL;
	return UI_OK;
}

static enum ui_exit build(const struct words *w, int fd, struct link *link)
{
	int flags = flags_of(w);
	char name[IFNAMSIZ];

	snprintf(name, sizeof(name), "%s", w->name);
	if (node_check_flags(fd, flags) || node_create(fd, name, flags))
		return UI_KERNEL;
	if (link_find(name, link) || own(w, fd) || configure(w, link))
		return UI_KERNEL;
	return node_ioctl(fd, TUNSETPERSIST, 1, "make the device persistent");
}

static void print(const struct link *link)
{
	struct json_object *object;
	struct json_object *array;

	if (!ui.json) {
		printf("%s%s%s\n", ui_on(UI_COLOR_IFNAME), link->name, ui_off());
		return;
	}
	array = json_object_new_array();
	object = json_object_new_object();
	json_object_object_add(object, "ifindex", json_object_new_int(link->ifindex));
	json_object_object_add(object, "ifname", json_object_new_string(link->name));
	json_object_array_add(array, object);
	ui_json(array);
}

int cmd_add(char **argv)
{
	enum ui_exit ret = UI_KERNEL;
	struct link link;
	struct words w;
	int home;
	int fd;

	if (words_parse(&w, WORDS_ADD, argv))
		return UI_USAGE;
	if (!w.mode) {
		ui_error("\"mode tun\" (IP packets) or \"mode tap\" (Ethernet frames) is missing");
		return UI_USAGE;
	}
	/* The device is made where it shall be: a move could meet a device of the same name. */
	if (netns_enter(w.netns, &home))
		return UI_KERNEL;
	fd = node_open();
	if (fd >= 0) {
		ret = build(&w, fd, &link);
		close(fd);
	}
	netns_leave(home);
	if (!ret)
		print(&link);
	return ret;
}
