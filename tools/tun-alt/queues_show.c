// SPDX-License-Identifier: GPL-2.0
/* What text and JSON say of a queue, whatever they go on with. */
#include "queues_show.h"

#include <ctype.h>
#include <json-c/json.h>
#include <linux/tun_alt_netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "queues.h"
#include "ui.h"

/* Whoever named the process may have wanted to write to a terminal. */
static void show_comm(const char *comm)
{
	for (; *comm; comm++)
		putchar(iscntrl((unsigned char)*comm) ? '?' : *comm);
}

/* A name that is known means that the number would be. */
static void show_process(const char *what, const struct queue_process *process)
{
	if (!process->there)
		return;
	printf(", %s by ", what);
	if (!*process->comm) {
		printf("another process of uid %u", process->uid);
		return;
	}
	show_comm(process->comm);
	if (process->pid)
		printf(" (pid %u)", process->pid);
	else
		fputs(" (exited)", stdout);
}

static bool is_same(const struct queue_process *a, const struct queue_process *b)
{
	return a->pid == b->pid && a->uid == b->uid && !strcmp(a->comm, b->comm);
}

void queues_show_head(const struct queue *queue)
{
	printf("%s%s%s:", ui_on(UI_COLOR_IFNAME), queue->ifname, ui_off());
	if (queue->state == TUN_ALT_NETLINK_NO_QUEUE) {
		fputs(" no queue, or one that has left", stdout);
		return;
	}
	if (queue->state == TUN_ALT_NETLINK_ENABLED)
		printf(" queue %u", queue->id);
	else
		fputs(" disabled queue", stdout);
	show_process("held", &queue->attached);
	if (queue->user.there && !is_same(&queue->user, &queue->attached))
		show_process("last used", &queue->user);
	if (queue->length)
		printf(", %u of %u packets waiting", queue->waiting, queue->length);
}

static struct json_object *json_process(const struct queue_process *process)
{
	struct json_object *o = json_object_new_object();

	if (process->pid)
		json_object_object_add(o, "pid", json_object_new_uint64(process->pid));
	if (*process->comm)
		json_object_object_add(o, "comm", json_object_new_string(process->comm));
	json_object_object_add(o, "uid", json_object_new_uint64(process->uid));
	json_object_object_add(o, "since", json_object_new_uint64(process->since));
	return o;
}

struct json_object *queues_json_head(const struct queue *queue)
{
	static const char *const states[] = {
		[TUN_ALT_NETLINK_ENABLED] = "enabled",
		[TUN_ALT_NETLINK_DISABLED] = "disabled",
		[TUN_ALT_NETLINK_NO_QUEUE] = "no_queue",
	};
	const char *state = queue->state < ARRAY_SIZE(states) ? states[queue->state] : "";
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "ifindex", json_object_new_int(queue->ifindex));
	json_object_object_add(o, "ifname", json_object_new_string(queue->ifname));
	json_object_object_add(o, "state", json_object_new_string(state));
	if (queue->state == TUN_ALT_NETLINK_ENABLED)
		json_object_object_add(o, "queue", json_object_new_uint64(queue->id));
	if (queue->attached.there)
		json_object_object_add(o, "holder", json_process(&queue->attached));
	if (queue->user.there)
		json_object_object_add(o, "user", json_process(&queue->user));
	if (queue->state != TUN_ALT_NETLINK_NO_QUEUE) {
		json_object_object_add(o, "length", json_object_new_uint64(queue->length));
		json_object_object_add(o, "waiting", json_object_new_uint64(queue->waiting));
	}
	return o;
}
