// SPDX-License-Identifier: GPL-2.0
/* Queues as the driver's generic netlink family shows them, over libmnl. */
#include "queues.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/tun_alt_netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "rtnl.h"
#include "ui.h"

/* Queues that come and go meanwhile disturb a dump. */
#define TRIES		10

/* Longest text that the kernel sends with a refusal. */
#define TEXT_MAX	160

/* An attribute that is no string of the kernel's making is empty. */
static void get_text(const struct nlattr *attr, char *to, size_t size)
{
	*to = '\0';
	if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
		snprintf(to, size, "%s", mnl_attr_get_str(attr));
}

static u32 get_u32(const struct nlattr *attr)
{
	return mnl_attr_validate(attr, MNL_TYPE_U32) < 0 ? 0 : mnl_attr_get_u32(attr);
}

static u64 get_u64(const struct nlattr *attr)
{
	return mnl_attr_validate(attr, MNL_TYPE_U64) < 0 ? 0 : mnl_attr_get_u64(attr);
}

static void get_process(const struct nlattr *nest, struct queue_process *process)
{
	const struct nlattr *attr;

	process->there = true;
	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case TUN_ALT_A_HOLDER_PID:
			process->pid = get_u32(attr);
			break;
		case TUN_ALT_A_HOLDER_COMM:
			get_text(attr, process->comm, sizeof(process->comm));
			break;
		case TUN_ALT_A_HOLDER_UID:
			process->uid = get_u32(attr);
			break;
		case TUN_ALT_A_HOLDER_SINCE:
			process->since = get_u64(attr);
			break;
		}
	}
}

static void get_drop(const struct nlattr *nest, struct queue *queue)
{
	struct queue_drop *drop = &queue->drop[queue->drops];
	const struct nlattr *attr;

	if (queue->drops == QUEUES_REASONS)
		return;
	queue->drops++;
	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case TUN_ALT_A_DROP_REASON:
			drop->reason = get_u32(attr);
			break;
		case TUN_ALT_A_DROP_NAME:
			get_text(attr, drop->name, sizeof(drop->name));
			break;
		case TUN_ALT_A_DROP_PACKETS:
			drop->packets = get_u64(attr);
			break;
		}
	}
}

/* Attributes that are numbers, and where they go. */
#define AT(field)	offsetof(struct queue, field)

static const struct number {
	u32 attr;
	enum mnl_attr_data_type type;
	size_t to;
} numbers[] = {
	{ TUN_ALT_A_QUEUE_IFINDEX, MNL_TYPE_U32, AT(ifindex) },
	{ TUN_ALT_A_QUEUE_STATE, MNL_TYPE_U32, AT(state) },
	{ TUN_ALT_A_QUEUE_ID, MNL_TYPE_U32, AT(id) },
	{ TUN_ALT_A_QUEUE_LENGTH, MNL_TYPE_U32, AT(length) },
	{ TUN_ALT_A_QUEUE_WAITING, MNL_TYPE_U32, AT(waiting) },
	{ TUN_ALT_A_QUEUE_SERIAL, MNL_TYPE_U64, AT(serial) },
	{ TUN_ALT_A_QUEUE_READ_PACKETS, MNL_TYPE_U64, AT(read_packets) },
	{ TUN_ALT_A_QUEUE_READ_BYTES, MNL_TYPE_U64, AT(read_bytes) },
	{ TUN_ALT_A_QUEUE_RECEIVED_PACKETS, MNL_TYPE_U64, AT(received_packets) },
	{ TUN_ALT_A_QUEUE_RECEIVED_BYTES, MNL_TYPE_U64, AT(received_bytes) },
	{ TUN_ALT_A_QUEUE_STOPS, MNL_TYPE_U64, AT(stops) },
	{ TUN_ALT_A_QUEUE_WAKES, MNL_TYPE_U64, AT(wakes) },
};

static void get_number(const struct nlattr *attr, struct queue *queue)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		char *to = (char *)queue + numbers[i].to;

		if (numbers[i].attr != mnl_attr_get_type(attr))
			continue;
		if (numbers[i].type == MNL_TYPE_U32)
			*(u32 *)to = get_u32(attr);
		else
			*(u64 *)to = get_u64(attr);
	}
}

static int get_attr(const struct nlattr *attr, void *data)
{
	struct queue *queue = data;

	switch (mnl_attr_get_type(attr)) {
	case TUN_ALT_A_QUEUE_IFNAME:
		get_text(attr, queue->ifname, sizeof(queue->ifname));
		break;
	case TUN_ALT_A_QUEUE_ATTACHED:
		get_process(attr, &queue->attached);
		break;
	case TUN_ALT_A_QUEUE_USER:
		get_process(attr, &queue->user);
		break;
	case TUN_ALT_A_QUEUE_DROP:
		get_drop(attr, queue);
		break;
	default:
		get_number(attr, queue);
	}
	return MNL_CB_OK;
}

static int get_queue(const struct nlmsghdr *nlh, void *data)
{
	struct queues *queues = data;
	struct queue *more;

	more = realloc(queues->queue, (queues->count + 1) * sizeof(*more));
	if (!more) {
		errno = ENOMEM;
		return MNL_CB_ERROR;
	}
	queues->queue = more;
	more += queues->count++;
	memset(more, 0, sizeof(*more));
	return mnl_attr_parse(nlh, sizeof(struct genlmsghdr), get_attr, more);
}

static int get_id(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;
	u32 *id = data;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U16) >= 0)
			*id = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static struct nlmsghdr *start(char *buf, u32 type, u32 cmd, u32 version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return nlh;
}

/* Devices come by index; older kernels dump by hash bucket. */
static int by_device(const void *a, const void *b)
{
	const struct queue *left = a, *right = b;

	if (left->ifindex != right->ifindex)
		return left->ifindex < right->ifindex ? -1 : 1;
	if (left->state != right->state)
		return left->state < right->state ? -1 : 1;
	return (left->id > right->id) - (left->id < right->id);
}

int queues_get(int ifindex, struct queues *queues)
{
	char buf[256], text[TEXT_MAX] = "";
	struct nlmsghdr *nlh;
	u32 family = 0;
	int ret;

	*queues = (struct queues){ 0 };
	nlh = start(buf, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, TUN_ALT_FAMILY_NAME);
	ret = genl_request(nlh, get_id, &family, text, sizeof(text));
	if (ret || !family) {
		ui_error("the driver does not answer: %s", *text ? text : strerror(-ret));
		ui_hint("is it loaded? modprobe " CONF_MODULE);
		return ret ? ret : -ENOENT;
	}
	nlh = start(buf, family, TUN_ALT_CMD_QUEUE_GET, TUN_ALT_FAMILY_VERSION);
	nlh->nlmsg_flags = NLM_F_DUMP;
	if (ifindex)
		mnl_attr_put_u32(nlh, TUN_ALT_A_QUEUE_IFINDEX, ifindex);
	for (int i = 0; i < TRIES; i++) {
		ret = genl_request(nlh, get_queue, queues, text, sizeof(text));
		if (ret != -EINTR)
			break;
		queues_free(queues);
	}
	if (ret)
		ui_error("cannot read the queues: %s", *text ? text : strerror(-ret));
	else if (queues->count)
		qsort(queues->queue, queues->count, sizeof(*queues->queue), by_device);
	return ret;
}

void queues_free(struct queues *queues)
{
	free(queues->queue);
	*queues = (struct queues){ 0 };
}

u64 queues_drops(const struct queue *queue, u32 reason)
{
	for (size_t i = 0; i < queue->drops; i++)
		if (queue->drop[i].reason == reason)
			return queue->drop[i].packets;
	return 0;
}
