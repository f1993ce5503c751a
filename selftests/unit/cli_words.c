// SPDX-License-Identifier: GPL-2.0
/* Command lines as data: what the words after a verb mean, and what is said about wrong ones. */
#include <linux/if_tun.h>

#include "cli_unit.h"
#include "values.c"
#include "words.c"

/* What a verb takes. */
struct words_case {
	enum words_verb verb;
	const char *line;
	const char *want;
};

/*
 * The result is written as the words that were seen, in the order of their numbers. A wrong line is
 * "!" and a part of what is said; "*" matches the rest.
 */
static const struct words_case cases[] = {
	{ WORDS_ADD, "", "" },
	{ WORDS_ADD, "mode tun", "mode=1" },
	{ WORDS_ADD, "mode tap", "mode=2" },
	{ WORDS_ADD, "mode tu", "mode=1" },
	{ WORDS_ADD, "mode t", "!mode \"t\" is unknown" },
	{ WORDS_ADD, "mode tunnel", "!mode \"tunnel\" is unknown" },
	{ WORDS_ADD, "mode", "!\"mode\" needs a value" },
	{ WORDS_ADD, "mode tun mode tap", "!\"mode\" was given twice" },
	{ WORDS_ADD, "dev vpn0 mode tun user 1000 group 100 pi vnet_hdr multi_queue one_queue",
	  "dev=vpn0 mode=1 user=1000 group=100 pi one_queue vnet_hdr multi_queue" },
	{ WORDS_ADD, "name vpn0 mode tun", "dev=vpn0 mode=1" },
	{ WORDS_ADD, "vpn0 mode tun", "dev=vpn0 mode=1" },
	{ WORDS_ADD, "mode tun vpn0", "dev=vpn0 mode=1" },
	{ WORDS_ADD, "dev vpn%d mode tap", "dev=vpn%d mode=2" },
	{ WORDS_ADD, "mode tun dev mode", "dev=mode mode=1" },
	{ WORDS_ADD, "dev a name b", "!\"name\" was given twice" },
	{ WORDS_ADD, "a b", "!\"b\" is neither a keyword" },
	{ WORDS_ADD, "a mtuu 1400", "!\"mtuu\" is neither*perhaps \"mtu\" was meant" },
	{ WORDS_ADD, "a mod tun one vnet multi", "dev=a mode=1 one_queue vnet_hdr multi_queue" },
	{ WORDS_ADD, "a m tun", "!\"m\" is neither" },
	{ WORDS_ADD, "dev a%b", "!has a % in it" },
	{ WORDS_ADD, "dev %d%d", "!has a % in it" },
	{ WORDS_ADD, "dev a/b", "!has a slash" },
	{ WORDS_ADD, "dev a:b", "!has a slash, a colon" },
	{ WORDS_ADD, "dev .", "!is reserved" },
	{ WORDS_ADD, "dev ..", "!is reserved" },
	{ WORDS_ADD, "dev abcdefghijklmno", "dev=abcdefghijklmno" },
	{ WORDS_ADD, "dev abcdefghijklmnop", "!longer than 15" },
	{ WORDS_ADD, "user root group root", "user=0 group=0" },
	{ WORDS_ADD, "user no-such-user", "!there is no user \"no-such-user\"" },
	{ WORDS_ADD, "group no-such-group", "!there is no group \"no-such-group\"" },
	{ WORDS_ADD, "user 4294967294", "user=4294967294" },
	{ WORDS_ADD, "user 4294967295", "!there is no user" },
	{ WORDS_ADD, "user -1", "!there is no user" },
	{ WORDS_ADD, "mtu 1400 txqueuelen 0x10", "mtu=1400 txqueuelen=16" },
	{ WORDS_ADD, "mtu -1", "!\"-1\" is not a number" },
	{ WORDS_ADD, "mtu 1400x", "!\"1400x\" is not a number" },
	{ WORDS_ADD, "mtu 99999999999999999999", "!is not a number" },
	{ WORDS_ADD, "mtu 2147483647", "mtu=2147483647" },
	{ WORDS_ADD, "mtu 2147483648", "!is not a number" },
	{ WORDS_ADD, "queues 0", "!is not a count of queues" },
	{ WORDS_ADD, "queues 1", "queues=1" },
	{ WORDS_ADD, "queues 256", "queues=256" },
	{ WORDS_ADD, "queues 257", "!is not a count of queues" },
	{ WORDS_ADD, "mode tap address 02:00:00:00:00:0a", "mode=2 address=02000000000a" },
	{ WORDS_ADD, "mode tap address 2:0:0:0:0:A", "mode=2 address=02000000000a" },
	{ WORDS_ADD, "mode tap address 02:00:00:00:00", "!is not a MAC address" },
	{ WORDS_ADD, "mode tap address 02:00:00:00:00:01:02", "!is not a MAC address" },
	{ WORDS_ADD, "mode tap address 02:00:00:00:00:0g", "!is not a MAC address" },
	{ WORDS_ADD, "mode tap address 002:0:0:0:0:0", "!is not a MAC address" },
	{ WORDS_ADD, "mode tun address 02:00:00:00:00:01", "!has no address*mode tap" },
	{ WORDS_ADD, "carrier on", "carrier=1" },
	{ WORDS_ADD, "carrier off netns blue", "carrier=0 netns=blue" },
	{ WORDS_ADD, "carrier maybe", "!is neither \"on\" nor \"off\"" },
	{ WORDS_ADD, "dev a persist on", "!\"persist\" is neither a keyword" },
	{ WORDS_ADD, "dev a up", "!\"up\" is neither a keyword" },
	{ WORDS_DEL, "dev vpn0 mode tun multi_queue pi", "dev=vpn0 mode=1 pi multi_queue" },
	{ WORDS_DEL, "vpn%d", "!is a template" },
	{ WORDS_DEL, "vpn0 mtu 1400", "!\"mtu\" is neither a keyword" },
	{ WORDS_SHOW, "", "" },
	{ WORDS_SHOW, "vpn0", "dev=vpn0" },
	{ WORDS_SHOW, "mode tap netns 7", "mode=2 netns=7" },
	{ WORDS_SHOW, "vpn0 user 1", "!\"user\" is neither a keyword" },
	{ WORDS_SET, "vpn0 name vpn1 up", "dev=vpn0 name=vpn1 up" },
	{ WORDS_SET, "dev vpn0 down persist off", "dev=vpn0 persist=0 down" },
	{ WORDS_SET, "vpn0 up down", "!exclude each other" },
	{ WORDS_SET, "vpn0 mode tap", "!\"mode\" is neither a keyword" },
	{ WORDS_SET, "vpn0 per on", "dev=vpn0 persist=1" },
	{ WORDS_SET, "vpn0 netns /run/netns/a mtu 68", "dev=vpn0 mtu=68 netns=/run/netns/a" },
};

static void put(char *to, size_t size, const char *fmt, ...)
{
	size_t n = strlen(to);
	va_list ap;

	if (n)
		n += snprintf(to + n, size - n, " ");
	va_start(ap, fmt);
	vsnprintf(to + n, size - n, fmt, ap);
	va_end(ap);
}

static void put_address(const struct words *w, char *to, size_t size)
{
	put(to, size, "address=%02x%02x%02x%02x%02x%02x", w->address[0], w->address[1],
	    w->address[2], w->address[3], w->address[4], w->address[5]);
}

static void put_number(const struct words *w, enum words_id id, char *to, size_t size)
{
	const struct {
		enum words_id id;
		const char *name;
		u32 value;
	} numbers[] = {
		{ WORD_MODE, "mode", w->mode },
		{ WORD_USER, "user", w->uid },
		{ WORD_GROUP, "group", w->gid },
		{ WORD_QUEUES, "queues", w->queues },
		{ WORD_MTU, "mtu", w->mtu },
		{ WORD_CARRIER, "carrier", w->carrier },
		{ WORD_TXQUEUELEN, "txqueuelen", w->txqlen },
		{ WORD_PERSIST, "persist", w->persist },
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (numbers[i].id == id)
			put(to, size, "%s=%u", numbers[i].name, numbers[i].value);
}

static void dump(const struct words *w, char *to, size_t size)
{
	static const char *const flags[WORD_DOWN + 1] = {
		[WORD_PI] = "pi", [WORD_ONE_QUEUE] = "one_queue", [WORD_VNET_HDR] = "vnet_hdr",
		[WORD_MULTI_QUEUE] = "multi_queue", [WORD_UP] = "up", [WORD_DOWN] = "down",
	};

	for (int id = 0; id <= WORD_DOWN; id++) {
		if (!words_has(w, id))
			continue;
		if (flags[id])
			put(to, size, "%s", flags[id]);
		else if (id == WORD_DEV)
			put(to, size, "dev=%s", w->name);
		else if (id == WORD_RENAME)
			put(to, size, "name=%s", w->rename);
		else if (id == WORD_NETNS)
			put(to, size, "netns=%s", w->netns);
		else if (id == WORD_ADDRESS)
			put_address(w, to, size);
		else
			put_number(w, id, to, size);
	}
}

/* "a*b": a, and later b, are in the text. */
static bool said_as_wanted(const char *want)
{
	const char *star = strchr(want, '*');
	char first[128];
	const char *at;

	snprintf(first, sizeof(first), "%.*s", (int)strcspn(want, "*"), want);
	at = strstr(unit_said, first);
	return at && (!star || strstr(at, star + 1));
}

static void run(const struct words_case *c)
{
	char got[512] = "";
	char *argv[32];
	char copy[256];
	char name[300];
	struct words w;
	int ret;

	unit_said[0] = '\0';
	unit_split(c->line, copy, sizeof(copy), argv, ARRAY_SIZE(argv));
	ret = words_parse(&w, c->verb, argv);
	if (!ret)
		dump(&w, got, sizeof(got));
	else if (ret == UI_USAGE && *c->want == '!' && said_as_wanted(c->want + 1))
		snprintf(got, sizeof(got), "%s", c->want);
	else
		snprintf(got, sizeof(got), "!%.*s", 500, unit_said);
	snprintf(name, sizeof(name), "words %d: %s", c->verb, c->line);
	unit_check(name, c->want, got);
}

static void check_nearest(const char *word, const char *want)
{
	static const char *const names[] = { "add", "del", "show", "set", "run", "doctor", NULL };
	const char *got = values_nearest(word, names);
	char name[64];

	snprintf(name, sizeof(name), "nearest verb of \"%s\"", word);
	unit_check(name, want, got ? got : "none");
}

int main(void)
{
	unit_plan(ARRAY_SIZE(cases) + 6);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		run(&cases[i]);
	check_nearest("shwo", "show");
	check_nearest("dlete", "none");
	check_nearest("docter", "doctor");
	check_nearest("ad", "add");
	check_nearest("xyz", "none");
	check_nearest("", "none");
	return unit_finish();
}
