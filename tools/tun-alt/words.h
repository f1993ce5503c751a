/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of a command line: keyword and value pairs in any order, as in `ip tuntap`, from one
 * table. A word that is no keyword is the device's name.
 */
#ifndef TUN_ALT_CLI_WORDS_H
#define TUN_ALT_CLI_WORDS_H

#include <linux/if.h>
#include <stdbool.h>

#include "kernel.h"
#include "ui.h"

/* Verbs that take words; bits, since most words belong to several. */
enum words_verb {
	WORDS_ADD = 1,
	WORDS_DEL = 2,
	WORDS_SHOW = 4,
	WORDS_SET = 8,
	WORDS_STATS = 16,
	WORDS_DROPS = 32,
};

enum words_id {
	WORD_DEV,
	WORD_MODE,
	WORD_USER,
	WORD_GROUP,
	WORD_PI,
	WORD_ONE_QUEUE,
	WORD_VNET_HDR,
	WORD_MULTI_QUEUE,
	WORD_QUEUES,
	WORD_MTU,
	WORD_ADDRESS,
	WORD_CARRIER,
	WORD_TXQUEUELEN,
	WORD_NETNS,
	WORD_RENAME,
	WORD_PERSIST,
	WORD_UP,
	WORD_DOWN,
	WORD_INTERVAL,
};

/**
 * struct words - a parsed command line
 * @seen: bit for each &enum words_id that was given
 * @name: the device, empty if not given
 * @mode: IFF_TUN, IFF_TAP, or 0
 * @uid: value of `user`
 * @gid: value of `group`
 * @mtu: value of `mtu`
 * @txqlen: value of `txqueuelen`
 * @queues: value of `queues`
 * @address: value of `address`
 * @carrier: value of `carrier`
 * @persist: value of `persist`
 * @netns: value of `netns`, as given
 * @rename: the new name (`set`)
 * @interval: value of `interval`, seconds
 */
struct words {
	unsigned int seen;
	char name[IFNAMSIZ];
	int mode;
	u32 uid;
	u32 gid;
	u32 mtu;
	u32 txqlen;
	u32 queues;
	unsigned char address[6];
	bool carrier;
	bool persist;
	const char *netns;
	char rename[IFNAMSIZ];
	u32 interval;
};

/**
 * words_has() - was a word given?
 * @w: parsed words
 * @id: the word
 *
 * Context: Any.
 * Return: true if it was.
 */
static inline bool words_has(const struct words *w, enum words_id id)
{
	return w->seen & BIT(id);
}

/**
 * words_parse() - parse the words after a verb
 * @w: result
 * @verb: which words are allowed
 * @argv: NULL-terminated words
 *
 * Context: Any. Says on stderr what is wrong.
 * Return: UI_OK or UI_USAGE.
 */
enum ui_exit words_parse(struct words *w, enum words_verb verb, char **argv);

#endif
