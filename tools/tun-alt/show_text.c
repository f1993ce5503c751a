// SPDX-License-Identifier: GPL-2.0
/* A device as text: first the line of `ip tuntap`, then what that line leaves out. */
#include "kernel.h"
#include "show.h"

#include <grp.h>
#include <linux/if_tun.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "holder.h"
#include "link.h"
#include "ui.h"

const char *show_operstate(unsigned int state)
{
	static const char *const names[] = {
		"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP",
	};

	return state < ARRAY_SIZE(names) ? names[state] : "UNKNOWN";
}

void show_address(const struct link *link, char *to, unsigned int size)
{
	unsigned int n = 0;

	*to = '\0';
	for (unsigned int i = 0; i < link->address_len && n + 3 < size; i++)
		n += snprintf(to + n, size - n, i ? ":%02x" : "%02x", link->address[i]);
}

/* `ip -o` marks where a line would end; so does this. */
static void new_line(void)
{
	fputs(ui.oneline ? "\\   " : "\n    ", stdout);
}

static void print_tuntap(const struct link *link)
{
	printf("%s%s%s: %s", ui_on(UI_COLOR_IFNAME), link->name, ui_off(),
	       link->mode == IFF_TAP ? "tap" : "tun");
	if (link->pi)
		fputs(" pi", stdout);
	if (link->multi_queue)
		fputs(" multi_queue", stdout);
	if (link->vnet_hdr)
		fputs(" vnet_hdr", stdout);
	if (link->persist)
		fputs(" persist", stdout);
	if (link->tun & BIT(IFLA_TUN_OWNER))
		printf(" user %u", link->owner);
	if (link->tun & BIT(IFLA_TUN_GROUP))
		printf(" group %u", link->group);
}

static void print_state(const struct link *link)
{
	enum ui_color color = link->operstate == IF_OPER_DOWN ? UI_COLOR_BAD : UI_COLOR_GOOD;
	const char *state = show_operstate(link->operstate);

	printf("%s%s%s", ui_on(color), state, ui_off());
}

static void print_link(const struct link *link)
{
	char address[3 * LINK_ADDR_MAX + 1];

	printf("ifindex %d mtu %u qlen %u state ", link->ifindex, link->mtu,
	       link->txqlen);
	print_state(link);
	printf(" admin %s carrier %s", link->flags & IFF_UP ? "up" : "down",
	       link->carrier ? "on" : "off");
	if (link->multi_queue)
		printf(" numqueues %u numdisabled %u", link->num_queues,
		       link->num_disabled);
	show_address(link, address, sizeof(address));
	if (*address)
		printf(" address %s%s%s", ui_on(UI_COLOR_ADDRESS), address, ui_off());
}

static void print_names(const struct link *link)
{
	struct passwd *pw;
	struct group *gr;

	if (link->tun & BIT(IFLA_TUN_OWNER)) {
		pw = getpwuid(link->owner);
		if (pw)
			printf(" username %s", pw->pw_name);
	}
	if (link->tun & BIT(IFLA_TUN_GROUP)) {
		gr = getgrgid(link->group);
		if (gr)
			printf(" groupname %s", gr->gr_name);
	}
}

static void print_ring(const struct holder *holder, const struct holder_ring *ring)
{
	new_line();
	printf("Ring of %s(%d): %s bytes %lu used %lu dropped %lu%s%s", holder->comm,
	       holder->pid, ring->write ? "write" : "read", ring->bytes, ring->used,
	       ring->drops, ring->state & HOLDER_RING_DISABLED ? " disabled" : "",
	       ring->state & HOLDER_RING_BROKEN ? " broken" : "");
	if (ring->buffers)
		printf(" buffers %lu busy %u", ring->buffers, ring->busy);
}

static void print_details(const struct link *link)
{
	struct holder holders[SHOW_HOLDERS];
	size_t n;

	new_line();
	printf("kind %s minmtu %u maxmtu %u", link->kind, link->min_mtu,
	       link->max_mtu);
	print_names(link);
	new_line();
	fputs("Attached to processes:", stdout);
	n = holder_find(link->name, holders, SHOW_HOLDERS);
	for (size_t i = 0; i < n; i++)
		printf(" %s(%d)", holders[i].comm, holders[i].pid);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < holders[i].rings; k++)
			print_ring(&holders[i], &holders[i].ring[k]);
}

static void print_counters(const char *what, u64 packets, u64 bytes)
{
	printf("%spackets %llu bytes %llu", what, packets, bytes);
}

static void print_statistics(const struct rtnl_link_stats64 *s)
{
	new_line();
	print_counters("stack xmits, program reads:     ", s->tx_packets, s->tx_bytes);
	printf(" dropped %llu errors %llu", s->tx_dropped, s->tx_errors);
	new_line();
	print_counters("program writes, stack receives: ", s->rx_packets, s->rx_bytes);
	printf(" dropped %llu errors %llu frame %llu", s->rx_dropped, s->rx_errors,
	       s->rx_frame_errors);
}

static void print_brief(const struct link *link)
{
	char address[3 * LINK_ADDR_MAX + 1];

	show_address(link, address, sizeof(address));
	printf("%s%-16s%s ", ui_on(UI_COLOR_IFNAME), link->name, ui_off());
	print_state(link);
	printf("%*s%s%s%s\n", 15 - (int)strlen(show_operstate(link->operstate)),
	       "", link->mode == IFF_TAP ? "tap" : "tun", *address ? " " : "", address);
}

void show_text(const struct link *link)
{
	if (ui.brief) {
		print_brief(link);
		return;
	}
	print_tuntap(link);
	new_line();
	print_link(link);
	if (ui.details)
		print_details(link);
	if (ui.statistics && link->has_stats)
		print_statistics(&link->stats);
	putchar('\n');
}
