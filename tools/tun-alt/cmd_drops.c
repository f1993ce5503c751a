// SPDX-License-Identifier: GPL-2.0
/* Verb `drops`: which packets died, where, why, how fast, and whose queue it was. */
#include <json-c/json.h>
#include <linux/tun_alt_netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "link.h"
#include "netns.h"
#include "queues.h"
#include "queues_show.h"
#include "reasons.h"
#include "ui.h"
#include "words.h"

/**
 * struct drops - what was asked for, and what was found
 * @before: the queues an interval ago, if there is one
 * @now: the queues
 * @interval: seconds between the two, 0 for none
 */
struct drops {
	struct queues before;
	struct queues now;
	u32 interval;
};

/* What is left of a device has no serial number, that is 0. */
static const struct queue *find_before(const struct drops *drops, const struct queue *queue)
{
	for (size_t i = 0; i < drops->before.count; i++) {
		const struct queue *q = &drops->before.queue[i];

		if (q->ifindex == queue->ifindex && q->serial == queue->serial)
			return q;
	}
	return NULL;
}

/* Packets a second in the interval; less than 0 of a queue that was not there */
static double rate(const struct drops *drops, const struct queue *queue,
		   const struct queue_drop *drop)
{
	const struct queue *before = drops->interval ? find_before(drops, queue) : NULL;
	u64 old = before ? queues_drops(before, drop->reason) : 0;

	if (!before)
		return -1;
	/* The stack's own are a difference, which may shrink. */
	return drop->packets < old ? 0 : (double)(drop->packets - old) / drops->interval;
}

/* Of what came to the same hop of the queue */
static double share(const struct queue *queue, const struct queue_drop *drop)
{
	bool write = !strcmp(reason_find(drop->reason)->hop, "write");
	u64 all = write ? queue->received_packets : queue->read_packets + queue->waiting;

	for (size_t i = 0; i < queue->drops; i++)
		if (!strcmp(reason_find(queue->drop[i].reason)->hop, "write") == write &&
		    queue->drop[i].reason != TUN_ALT_DROP_TRUNCATED &&
		    queue->drop[i].reason != TUN_ALT_DROP_READ_FAULT)
			all += queue->drop[i].packets;
	return all ? 100.0 * drop->packets / all : 0;
}

static void text_drop(const struct drops *drops, const struct queue *queue,
		      const struct queue_drop *drop)
{
	const struct reason *reason = reason_find(drop->reason);
	double per_second = rate(drops, queue, drop);

	fputs(ui.oneline ? "\\   " : "\n    ", stdout);
	printf("%-5s %s%s%s %llu (%.1f %%)", reason->hop, ui_on(UI_COLOR_BAD), drop->name,
	       ui_off(), drop->packets, share(queue, drop));
	if (per_second >= 0)
		printf(" %.1f/s", per_second);
	if (*reason->text)
		printf(": %s", reason->text);
}

static void text_queue(const struct drops *drops, const struct queue *queue)
{
	queues_show_head(queue);
	for (size_t i = 0; i < queue->drops; i++)
		text_drop(drops, queue, &queue->drop[i]);
	putchar('\n');
}

static struct json_object *json_drop(const struct drops *drops, const struct queue *queue,
				     const struct queue_drop *drop)
{
	const struct reason *reason = reason_find(drop->reason);
	const char *link = reason_link_name(reason->link);
	double per_second = rate(drops, queue, drop);
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "reason", json_object_new_string(drop->name));
	json_object_object_add(o, "hop", json_object_new_string(reason->hop));
	json_object_object_add(o, "packets", json_object_new_uint64(drop->packets));
	json_object_object_add(o, "share", json_object_new_double(share(queue, drop)));
	if (per_second >= 0)
		json_object_object_add(o, "per_second", json_object_new_double(per_second));
	json_object_object_add(o, "link", link ? json_object_new_string(link) : NULL);
	return o;
}

static struct json_object *json_queue(const struct drops *drops, const struct queue *queue)
{
	struct json_object *o = queues_json_head(queue);
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < queue->drops; i++)
		json_object_array_add(array, json_drop(drops, queue, &queue->drop[i]));
	json_object_object_add(o, "drops", array);
	return o;
}

static void show(const struct drops *drops)
{
	struct json_object *array = ui.json ? json_object_new_array() : NULL;

	for (size_t i = 0; i < drops->now.count; i++) {
		const struct queue *queue = &drops->now.queue[i];

		/* Whoever asks for drops wants to see nothing where there are none. */
		if (!queue->drops && !ui.details)
			continue;
		if (array)
			json_object_array_add(array, json_queue(drops, queue));
		else
			text_queue(drops, queue);
	}
	if (array)
		ui_json(array);
}

/**
 * struct links - devices
 * @link: the devices
 * @count: how many
 */
struct links {
	struct link *link;
	size_t count;
};

/* Without memory, or answer, nobody says what the stack has dropped itself. */
static void add_link(const struct link *link, void *data)
{
	struct links *links = data;
	struct link *more;

	more = realloc(links->link, (links->count + 1) * sizeof(*more));
	if (!more)
		return;
	links->link = more;
	more[links->count++] = *link;
}

/* What the driver has counted in one of the counters of a device */
static u64 counted(const struct queues *queues, int ifindex, enum reason_link link)
{
	u64 sum = 0;

	for (size_t i = 0; i < queues->count; i++) {
		const struct queue *q = &queues->queue[i];

		for (size_t k = 0; q->ifindex == ifindex && k < q->drops; k++)
			if (reason_find(q->drop[k].reason)->link == link)
				sum += q->drop[k].packets;
	}
	return sum;
}

static void add_stack(struct queue *queue, u32 reason, u64 all, u64 ours)
{
	struct queue_drop *drop = &queue->drop[queue->drops];

	if (all <= ours || queue->drops == QUEUES_REASONS)
		return;
	queue->drops++;
	*drop = (struct queue_drop){ .reason = reason, .packets = all - ours };
	snprintf(drop->name, sizeof(drop->name), "stack");
}

static void add_stack_of(struct queues *queues, struct queue *rest, const struct link *link)
{
	add_stack(rest, REASON_STACK_XMIT, link->stats.tx_dropped,
		  counted(queues, link->ifindex, REASON_LINK_TX_DROPPED));
	add_stack(rest, REASON_STACK_RECEIVE, link->stats.rx_dropped,
		  counted(queues, link->ifindex, REASON_LINK_RX_DROPPED));
}

/*
 * What is among the device's drops and none of the driver's was dropped above it. The device is
 * read before the queues: what dies between the two is not taken for the stack's.
 */
static int collect_now(int ifindex, struct queues *queues)
{
	struct links links = { 0 };
	int ret;

	link_each(add_link, &links);
	ret = queues_get(ifindex, queues);
	for (size_t i = 0; !ret && i < links.count; i++)
		for (size_t k = 0; k < queues->count; k++)
			if (queues->queue[k].ifindex == links.link[i].ifindex &&
			    queues->queue[k].state == TUN_ALT_NETLINK_NO_QUEUE)
				add_stack_of(queues, &queues->queue[k], &links.link[i]);
	free(links.link);
	return ret;
}

static int collect(int ifindex, struct drops *drops)
{
	struct timespec interval = { .tv_sec = drops->interval };
	int ret;

	if (drops->interval) {
		ret = collect_now(ifindex, &drops->before);
		if (ret)
			return ret;
		nanosleep(&interval, NULL);
	}
	return collect_now(ifindex, &drops->now);
}

int cmd_drops(char **argv)
{
	struct drops drops = { 0 };
	struct link link = { 0 };
	int ret = UI_OK, home;
	struct words w;

	if (words_parse(&w, WORDS_DROPS, argv))
		return UI_USAGE;
	if (netns_enter(w.netns, &home))
		return UI_KERNEL;
	drops.interval = w.interval;
	if (words_has(&w, WORD_DEV))
		ret = link_find(w.name, &link);
	if (!ret && collect(link.ifindex, &drops))
		ret = UI_KERNEL;
	netns_leave(home);
	if (!ret)
		show(&drops);
	queues_free(&drops.before);
	queues_free(&drops.now);
	return ret;
}
