// SPDX-License-Identifier: GPL-2.0
/* The words of a command line: one table, one loop. */
#include "words.h"

#include <linux/if_tun.h>
#include <stddef.h>
#include <string.h>

#include "kernel.h"
#include "values.h"

#define ALL_VERBS	(WORDS_ADD | WORDS_DEL | WORDS_SHOW | WORDS_SET | WORDS_STATS | WORDS_DROPS)

/**
 * struct word - one keyword
 * @name: the keyword
 * @id: bit in &struct words.seen
 * @verbs: verbs that take it
 * @parse: reads its value; NULL if it has none
 * @into: offset of the value in &struct words
 */
struct word {
	const char *name;
	enum words_id id;
	unsigned int verbs;
	values_parse_t parse;
	size_t into;
};

/*
 * `ip tuntap del` needs multi_queue and its kin to attach to the device; here they say nothing, but
 * a script that passes them must go on working.
 */
#define TUNTAP_FLAG_VERBS	(WORDS_ADD | WORDS_DEL)

static const struct word table[] = {
	{ "dev", WORD_DEV, ALL_VERBS, values_ifname, offsetof(struct words, name) },
	{ "name", WORD_DEV, ALL_VERBS & ~WORDS_SET, values_ifname,
	  offsetof(struct words, name) },
	{ "name", WORD_RENAME, WORDS_SET, values_ifname, offsetof(struct words, rename) },
	{ "mode", WORD_MODE, WORDS_ADD | WORDS_DEL | WORDS_SHOW, values_mode,
	  offsetof(struct words, mode) },
	{ "user", WORD_USER, WORDS_ADD | WORDS_DEL | WORDS_SET, values_user,
	  offsetof(struct words, uid) },
	{ "group", WORD_GROUP, WORDS_ADD | WORDS_DEL | WORDS_SET, values_group,
	  offsetof(struct words, gid) },
	{ "pi", WORD_PI, TUNTAP_FLAG_VERBS, NULL, 0 },
	{ "one_queue", WORD_ONE_QUEUE, TUNTAP_FLAG_VERBS, NULL, 0 },
	{ "vnet_hdr", WORD_VNET_HDR, TUNTAP_FLAG_VERBS, NULL, 0 },
	{ "multi_queue", WORD_MULTI_QUEUE, TUNTAP_FLAG_VERBS, NULL, 0 },
	{ "queues", WORD_QUEUES, WORDS_ADD, values_queues, offsetof(struct words, queues) },
	{ "mtu", WORD_MTU, WORDS_ADD | WORDS_SET, values_u32, offsetof(struct words, mtu) },
	{ "address", WORD_ADDRESS, WORDS_ADD | WORDS_SET, values_address,
	  offsetof(struct words, address) },
	{ "carrier", WORD_CARRIER, WORDS_ADD | WORDS_SET, values_switch,
	  offsetof(struct words, carrier) },
	{ "txqueuelen", WORD_TXQUEUELEN, WORDS_ADD | WORDS_SET, values_u32,
	  offsetof(struct words, txqlen) },
	{ "netns", WORD_NETNS, ALL_VERBS, values_text, offsetof(struct words, netns) },
	{ "persist", WORD_PERSIST, WORDS_SET, values_switch, offsetof(struct words, persist) },
	{ "up", WORD_UP, WORDS_SET, NULL, 0 },
	{ "down", WORD_DOWN, WORDS_SET, NULL, 0 },
	{ "interval", WORD_INTERVAL, WORDS_DROPS, values_seconds,
	  offsetof(struct words, interval) },
};

#define TABLE_ROWS	(ARRAY_SIZE(table))

static const struct word *find_exact(enum words_verb verb, const char *text)
{
	for (size_t i = 0; i < TABLE_ROWS; i++)
		if ((table[i].verbs & verb) && !strcmp(table[i].name, text))
			return &table[i];
	return NULL;
}

/* A prefix counts only where one keyword alone starts with it. */
static const struct word *find_prefix(enum words_verb verb, const char *text)
{
	const struct word *found = NULL;

	for (size_t i = 0; i < TABLE_ROWS; i++) {
		if (!(table[i].verbs & verb) || strncmp(table[i].name, text, strlen(text)))
			continue;
		if (found)
			return NULL;
		found = &table[i];
	}
	return found;
}

static const char *nearest_keyword(enum words_verb verb, const char *text)
{
	const char *names[TABLE_ROWS + 1];
	size_t n = 0;

	for (size_t i = 0; i < TABLE_ROWS; i++)
		if (table[i].verbs & verb)
			names[n++] = table[i].name;
	names[n] = NULL;
	return values_nearest(text, names);
}

static enum ui_exit refuse_unknown(enum words_verb verb, const char *text)
{
	const char *near = nearest_keyword(verb, text);

	ui_error("\"%s\" is neither a keyword here nor, since a name was given, a name", text);
	if (near)
		ui_hint("perhaps \"%s\" was meant", near);
	return UI_USAGE;
}

static enum ui_exit take(struct words *w, const struct word *word, const char *value)
{
	if (words_has(w, word->id)) {
		ui_error("\"%s\" was given twice", word->name);
		return UI_USAGE;
	}
	w->seen |= BIT(word->id);
	if (!word->parse)
		return UI_OK;
	if (!value) {
		ui_error("\"%s\" needs a value", word->name);
		return UI_USAGE;
	}
	return word->parse(value, (char *)w + word->into);
}

/* Rules that join two words. */
static enum ui_exit check_together(const struct words *w, enum words_verb verb)
{
	if (words_has(w, WORD_UP) && words_has(w, WORD_DOWN)) {
		ui_error("\"up\" and \"down\" exclude each other");
		return UI_USAGE;
	}
	if (words_has(w, WORD_DEV) && strchr(w->name, '%') && verb != WORDS_ADD) {
		ui_error("\"%s\" is a template, which only `add` takes", w->name);
		return UI_USAGE;
	}
	if (verb == WORDS_ADD && w->mode == IFF_TUN && words_has(w, WORD_ADDRESS)) {
		ui_error("a tun device carries IP packets and has no address");
		ui_hint("use mode tap for a device with a MAC address");
		return UI_USAGE;
	}
	return UI_OK;
}

enum ui_exit words_parse(struct words *w, enum words_verb verb, char **argv)
{
	static const struct word bare = {
		"dev", WORD_DEV, ALL_VERBS, values_ifname, offsetof(struct words, name)
	};

	memset(w, 0, sizeof(*w));
	while (*argv) {
		const struct word *word = find_exact(verb, *argv);
		enum ui_exit ret;

		if (!word && words_has(w, WORD_DEV))
			word = find_prefix(verb, *argv);
		if (word && word->parse) {
			ret = take(w, word, argv[1]);
			argv++;
		} else if (word) {
			ret = take(w, word, NULL);
		} else if (!words_has(w, WORD_DEV)) {
			ret = take(w, &bare, *argv);
		} else {
			ret = refuse_unknown(verb, *argv);
		}
		if (ret)
			return ret;
		argv++;
	}
	return check_together(w, verb);
}
