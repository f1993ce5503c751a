// SPDX-License-Identifier: GPL-2.0
/* Verb `show`. */
#include <json-c/json.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "conf.h"
#include "link.h"
#include "netns.h"
#include "show.h"
#include "ui.h"
#include "words.h"

struct want {
	int mode;
	bool any;
	struct json_object *array;
};

static void show_one(const struct link *link, void *data)
{
	struct want *want = data;

	want->any = true;
	if (want->mode && want->mode != link->mode)
		return;
	if (want->array)
		json_object_array_add(want->array, show_json(link));
	else
		show_text(link);
}

/* Without sysfs nobody knows. */
static void say_why_nothing(void)
{
	if (access("/sys/module", F_OK) || !access("/sys/module/" CONF_MODULE, F_OK))
		return;
	ui_warn("no devices, since the driver is not loaded: modprobe " CONF_MODULE);
}

static enum ui_exit show(const struct words *w, struct want *want)
{
	struct link link;
	int ret;

	if (words_has(w, WORD_DEV)) {
		if (link_find(w->name, &link))
			return UI_KERNEL;
		show_one(&link, want);
		return UI_OK;
	}
	ret = link_each(show_one, want);
	if (ret) {
		ui_error("cannot list the devices: %s", strerror(-ret));
		return UI_KERNEL;
	}
	if (!want->any)
		say_why_nothing();
	return UI_OK;
}

int cmd_show(char **argv)
{
	struct want want = { 0 };
	enum ui_exit ret;
	struct words w;
	int home;

	if (words_parse(&w, WORDS_SHOW, argv))
		return UI_USAGE;
	if (netns_enter(w.netns, &home))
		return UI_KERNEL;
	want.mode = w.mode;
	if (ui.json)
		want.array = json_object_new_array();
	ret = show(&w, &want);
	netns_leave(home);
	if (want.array && !ret)
		ui_json(want.array);
	else if (want.array)
		json_object_put(want.array);
	return ret;
}
