/* SPDX-License-Identifier: GPL-2.0 */
/* Values of keywords: text in, number or bytes out, and a sentence on stderr if that fails. */
#ifndef TUN_ALT_CLI_VALUES_H
#define TUN_ALT_CLI_VALUES_H

#include <stdbool.h>

#include "kernel.h"
#include "ui.h"

/* The longest time that a verb waits for. */
#define VALUES_MOST_SECONDS	3600

/**
 * typedef values_parse_t - reads one value
 * @text: what the user typed
 * @into: where the value goes; its type is the parser's
 */
typedef enum ui_exit (*values_parse_t)(const char *text, void *into);

/**
 * values_number() - read a decimal or 0x number
 * @text: what the user typed
 * @max: largest number that is allowed
 * @into: result
 *
 * Context: Any.
 * Return: true if @text is such a number and nothing else.
 */
bool values_number(const char *text, u32 max, u32 *into);

/* Parsers for &struct word; the comment names what @into points to. */
enum ui_exit values_ifname(const char *text, void *into);	/* char[IFNAMSIZ] */
enum ui_exit values_mode(const char *text, void *into);		/* int */
enum ui_exit values_user(const char *text, void *into);		/* u32 */
enum ui_exit values_group(const char *text, void *into);	/* u32 */
enum ui_exit values_u32(const char *text, void *into);		/* u32 */
enum ui_exit values_seconds(const char *text, void *into);	/* u32 */
enum ui_exit values_queues(const char *text, void *into);	/* u32 */
enum ui_exit values_address(const char *text, void *into);	/* unsigned char[6] */
enum ui_exit values_switch(const char *text, void *into);	/* bool */
enum ui_exit values_text(const char *text, void *into);		/* const char * */

/**
 * values_nearest() - the candidate that a mistyped word most likely meant
 * @word: what was typed
 * @names: NULL-terminated candidates
 *
 * Context: Any.
 * Return: the candidate, or NULL if none is near.
 */
const char *values_nearest(const char *word, const char *const *names);

#endif
