// SPDX-License-Identifier: GPL-2.0
/* Verb `del`: only devices of this driver, and never one that it has to make first. */
#include <errno.h>
#include <linux/if_tun.h>
#include <string.h>

#include "cmd.h"
#include "link.h"
#include "netns.h"
#include "ui.h"
#include "words.h"

static enum ui_exit remove_device(const struct words *w)
{
	char text[LINK_TEXT_MAX];
	struct link link;
	int ret;

	if (link_find(w->name, &link))
		return UI_KERNEL;
	if (w->mode && w->mode != link.mode) {
		ui_error("\"%s\" is a %s device", w->name, link.mode == IFF_TAP ? "tap" : "tun");
		return UI_KERNEL;
	}
	ret = link_del(link.ifindex, text);
	if (!ret)
		return UI_OK;
	ui_error("cannot delete \"%s\": %s", w->name, *text ? text : strerror(-ret));
	if (ret == -EPERM)
		ui_hint("needs CAP_NET_ADMIN in this network namespace: use sudo");
	return UI_KERNEL;
}

int cmd_del(char **argv)
{
	enum ui_exit ret;
	struct words w;
	int home;

	if (words_parse(&w, WORDS_DEL, argv))
		return UI_USAGE;
	if (!words_has(&w, WORD_DEV)) {
		ui_error("the name of the device is missing");
		return UI_USAGE;
	}
	if (netns_enter(w.netns, &home))
		return UI_KERNEL;
	ret = remove_device(&w);
	netns_leave(home);
	return ret;
}
