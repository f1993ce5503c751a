/* SPDX-License-Identifier: GPL-2.0 */
/* What the user sees: options of the output, errors with advice, colours, JSON. */
#ifndef TUN_ALT_CLI_UI_H
#define TUN_ALT_CLI_UI_H

#include <stdbool.h>

#include "kernel.h"

struct json_object;

/* Exit codes of ip(8). */
enum ui_exit {
	UI_OK = 0,
	UI_USAGE = 1,
	UI_KERNEL = 2,
};

enum ui_color {
	UI_COLOR_IFNAME,
	UI_COLOR_ADDRESS,
	UI_COLOR_GOOD,
	UI_COLOR_BAD,
	UI_COLOR_WARN,
};

enum ui_color_mode {
	UI_COLOR_AUTO,
	UI_COLOR_ALWAYS,
	UI_COLOR_NEVER,
};

/**
 * struct ui - options that every verb obeys
 * @json: print JSON instead of text
 * @pretty: indent the JSON
 * @details: print all that is known
 * @statistics: print counters
 * @brief: one table row for each device
 * @oneline: one line for each device
 * @force: go on after an error in a batch
 * @batch: a batch file is being read
 * @color: when to colour the text
 */
struct ui {
	bool json;
	bool pretty;
	bool details;
	bool statistics;
	bool brief;
	bool oneline;
	bool force;
	bool batch;
	enum ui_color_mode color;
};

extern struct ui ui;

/**
 * ui_error() - say on stderr what is wrong
 * @fmt: sentence without a final stop
 *
 * Context: Any.
 */
__printf(1, 2) void ui_error(const char *fmt, ...);

/**
 * ui_hint() - say on stderr what to do about the error before
 * @fmt: sentence without a final stop
 *
 * Context: After ui_error().
 */
__printf(1, 2) void ui_hint(const char *fmt, ...);

/**
 * ui_warn() - say on stderr what was not as asked, but does not stop the work
 * @fmt: sentence without a final stop
 *
 * Context: Any.
 */
__printf(1, 2) void ui_warn(const char *fmt, ...);

/**
 * ui_on() - escape sequence that starts a colour
 * @color: what the text means
 *
 * Context: Any.
 * Return: the sequence, or an empty string where colours are off.
 */
const char *ui_on(enum ui_color color);

/**
 * ui_off() - escape sequence that ends a colour
 *
 * Context: Any.
 * Return: the sequence, or an empty string where colours are off.
 */
const char *ui_off(void);

/**
 * ui_json() - print a JSON value and a newline on stdout
 * @value: what to print; its reference is consumed
 *
 * Context: Any.
 */
void ui_json(struct json_object *value);

/**
 * ui_flush() - write out stdout
 *
 * Context: Any.
 * Return: UI_OK, or UI_KERNEL when the output could not be written (said on stderr).
 */
enum ui_exit ui_flush(void);

#endif
