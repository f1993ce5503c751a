// SPDX-License-Identifier: GPL-2.0
/*
 * A device as JSON. Key names and shapes are those of `ip -j tuntap` (flags, user, group,
 * processes) and, for what that does not have, of `ip -j -d -s link`.
 */
#include "kernel.h"
#include "show.h"

#include <grp.h>
#include <json-c/json.h>
#include <linux/if_arp.h>
#include <linux/if_tun.h>
#include <pwd.h>
#include <stddef.h>
#include <string.h>

#include "holder.h"
#include "link.h"
#include "ui.h"

static void add_text(struct json_object *to, const char *key, const char *value)
{
	json_object_object_add(to, key, json_object_new_string(value));
}

static void add_number(struct json_object *to, const char *key, u64 value)
{
	json_object_object_add(to, key, json_object_new_uint64(value));
}

static void add_bool(struct json_object *to, const char *key, bool value)
{
	json_object_object_add(to, key, json_object_new_boolean(value));
}

static void append_if(struct json_object *array, bool condition, const char *value)
{
	if (condition)
		json_object_array_add(array, json_object_new_string(value));
}

static struct json_object *tuntap_flags(const struct link *link)
{
	struct json_object *flags = json_object_new_array();

	append_if(flags, true, link->mode == IFF_TAP ? "tap" : "tun");
	append_if(flags, link->pi, "pi");
	append_if(flags, link->multi_queue, "multi_queue");
	append_if(flags, link->vnet_hdr, "vnet_hdr");
	append_if(flags, link->persist, "persist");
	return flags;
}

static struct json_object *rings(const struct holder *holder)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < holder->rings; i++) {
		const struct holder_ring *ring = &holder->ring[i];
		struct json_object *object = json_object_new_object();

		add_text(object, "direction", ring->write ? "write" : "read");
		add_number(object, "bytes", ring->bytes);
		add_number(object, "used", ring->used);
		add_number(object, "dropped", ring->drops);
		add_bool(object, "disabled", ring->state & HOLDER_RING_DISABLED);
		add_bool(object, "broken", ring->state & HOLDER_RING_BROKEN);
		if (ring->buffers) {
			add_number(object, "buffers", ring->buffers);
			add_number(object, "busy", ring->busy);
		}
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *processes(const struct link *link)
{
	struct json_object *array = json_object_new_array();
	struct holder holders[SHOW_HOLDERS];
	size_t n = holder_find(link->name, holders, SHOW_HOLDERS);

	for (size_t i = 0; i < n; i++) {
		struct json_object *process = json_object_new_object();

		add_text(process, "name", holders[i].comm);
		add_number(process, "pid", holders[i].pid);
		if (holders[i].rings)
			json_object_object_add(process, "rings", rings(&holders[i]));
		json_object_array_add(array, process);
	}
	return array;
}

/* As `ip -j -d link`: the user's name where it has one, its number where not. */
static void add_owner(struct json_object *to, const struct link *link)
{
	struct passwd *pw;
	struct group *gr;

	if (link->tun & BIT(IFLA_TUN_OWNER)) {
		pw = getpwuid(link->owner);
		if (pw)
			add_text(to, "user", pw->pw_name);
		else
			add_number(to, "user", link->owner);
	}
	if (link->tun & BIT(IFLA_TUN_GROUP)) {
		gr = getgrgid(link->group);
		if (gr)
			add_text(to, "group", gr->gr_name);
		else
			add_number(to, "group", link->group);
	}
}

static struct json_object *linkinfo(const struct link *link)
{
	struct json_object *info = json_object_new_object();
	struct json_object *data = json_object_new_object();

	add_text(info, "info_kind", link->kind);
	add_text(data, "type", link->mode == IFF_TAP ? "tap" : "tun");
	add_bool(data, "pi", link->pi);
	add_bool(data, "vnet_hdr", link->vnet_hdr);
	if (link->multi_queue) {
		add_bool(data, "multi_queue", true);
		add_number(data, "numqueues", link->num_queues);
		add_number(data, "numdisabled", link->num_disabled);
	}
	add_bool(data, "persist", link->persist);
	add_owner(data, link);
	json_object_object_add(info, "info_data", data);
	return info;
}

#define AT(field)	offsetof(struct rtnl_link_stats64, field)

static const struct counter {
	const char *key;
	size_t from;
} receive_counters[] = {
	{ "bytes", AT(rx_bytes) },
	{ "packets", AT(rx_packets) },
	{ "errors", AT(rx_errors) },
	{ "dropped", AT(rx_dropped) },
	{ "over_errors", AT(rx_over_errors) },
	{ "frame_errors", AT(rx_frame_errors) },
	{ "multicast", AT(multicast) },
	{ NULL, 0 },
}, xmit_counters[] = {
	{ "bytes", AT(tx_bytes) },
	{ "packets", AT(tx_packets) },
	{ "errors", AT(tx_errors) },
	{ "dropped", AT(tx_dropped) },
	{ "carrier_errors", AT(tx_carrier_errors) },
	{ "collisions", AT(collisions) },
	{ NULL, 0 },
};

static struct json_object *counters(const struct rtnl_link_stats64 *stats,
				    const struct counter *counter)
{
	struct json_object *o = json_object_new_object();

	for (; counter->key; counter++) {
		u64 value;

		memcpy(&value, (const char *)stats + counter->from, sizeof(value));
		add_number(o, counter->key, value);
	}
	return o;
}

static struct json_object *stats64(const struct rtnl_link_stats64 *stats)
{
	struct json_object *both = json_object_new_object();

	json_object_object_add(both, "rx", counters(stats, receive_counters));
	json_object_object_add(both, "tx", counters(stats, xmit_counters));
	return both;
}

struct json_object *show_json(const struct link *link)
{
	struct json_object *o = json_object_new_object();
	char address[3 * LINK_ADDR_MAX + 1];

	add_number(o, "ifindex", link->ifindex);
	add_text(o, "ifname", link->name);
	json_object_object_add(o, "flags", tuntap_flags(link));
	if (link->tun & BIT(IFLA_TUN_OWNER))
		add_number(o, "user", link->owner);
	if (link->tun & BIT(IFLA_TUN_GROUP))
		add_number(o, "group", link->group);
	add_number(o, "mtu", link->mtu);
	add_text(o, "operstate", show_operstate(link->operstate));
	add_bool(o, "up", link->flags & IFF_UP);
	add_bool(o, "carrier", link->carrier);
	add_number(o, "txqlen", link->txqlen);
	add_text(o, "link_type", link->type == ARPHRD_ETHER ? "ether" : "none");
	show_address(link, address, sizeof(address));
	if (*address)
		add_text(o, "address", address);
	json_object_object_add(o, "linkinfo", linkinfo(link));
	if (ui.details) {
		add_number(o, "min_mtu", link->min_mtu);
		add_number(o, "max_mtu", link->max_mtu);
		json_object_object_add(o, "processes", processes(link));
	}
	if (ui.statistics && link->has_stats)
		json_object_object_add(o, "stats64", stats64(&link->stats));
	return o;
}
