// SPDX-License-Identifier: GPL-2.0
/* Verb `stats`: what each queue has carried. */
#include <json-c/json.h>
#include <linux/tun_alt_netlink.h>
#include <stdio.h>

#include "cmd.h"
#include "link.h"
#include "netns.h"
#include "queues.h"
#include "queues_show.h"
#include "ui.h"
#include "words.h"

static u64 all_drops(const struct queue *queue)
{
	u64 sum = 0;

	for (size_t i = 0; i < queue->drops; i++)
		sum += queue->drop[i].packets;
	return sum;
}

static void new_line(void)
{
	fputs(ui.oneline ? "\\   " : "\n    ", stdout);
}

static void text_queue(const struct queue *queue)
{
	queues_show_head(queue);
	new_line();
	printf("stack xmits, program reads:     packets %llu bytes %llu", queue->read_packets,
	       queue->read_bytes);
	new_line();
	printf("program writes, stack receives: packets %llu bytes %llu", queue->received_packets,
	       queue->received_bytes);
	new_line();
	printf("dropped %llu", all_drops(queue));
	if (queue->state != TUN_ALT_NETLINK_NO_QUEUE)
		printf(" stops %llu wakes %llu", queue->stops, queue->wakes);
	putchar('\n');
}

static void add_number(struct json_object *to, const char *key, u64 value)
{
	json_object_object_add(to, key, json_object_new_uint64(value));
}

static struct json_object *json_queue(const struct queue *queue)
{
	struct json_object *o = queues_json_head(queue);

	add_number(o, "read_packets", queue->read_packets);
	add_number(o, "read_bytes", queue->read_bytes);
	add_number(o, "received_packets", queue->received_packets);
	add_number(o, "received_bytes", queue->received_bytes);
	add_number(o, "dropped", all_drops(queue));
	if (queue->state != TUN_ALT_NETLINK_NO_QUEUE) {
		add_number(o, "stops", queue->stops);
		add_number(o, "wakes", queue->wakes);
	}
	return o;
}

static bool has_any(const struct queue *queue)
{
	return queue->read_packets || queue->received_packets || queue->drops;
}

static void show(const struct queues *queues)
{
	struct json_object *array = ui.json ? json_object_new_array() : NULL;

	for (size_t i = 0; i < queues->count; i++) {
		const struct queue *queue = &queues->queue[i];

		if (queue->state == TUN_ALT_NETLINK_NO_QUEUE && !has_any(queue) && !ui.details)
			continue;
		if (array)
			json_object_array_add(array, json_queue(queue));
		else
			text_queue(queue);
	}
	if (array)
		ui_json(array);
}

int cmd_stats(char **argv)
{
	struct queues queues = { 0 };
	struct link link = { 0 };
	int ret = UI_OK, home;
	struct words w;

	if (words_parse(&w, WORDS_STATS, argv))
		return UI_USAGE;
	if (netns_enter(w.netns, &home))
		return UI_KERNEL;
	if (words_has(&w, WORD_DEV))
		ret = link_find(w.name, &link);
	if (!ret && queues_get(link.ifindex, &queues))
		ret = UI_KERNEL;
	netns_leave(home);
	if (!ret)
		show(&queues);
	queues_free(&queues);
	return ret;
}
