/* SPDX-License-Identifier: GPL-2.0 */
/* Options before the verb: spelled as ip(8) spells them, with one dash or two. */
#ifndef TUN_ALT_CLI_OPTIONS_H
#define TUN_ALT_CLI_OPTIONS_H

#include <stdbool.h>

#include "ui.h"

/**
 * struct options - options that are not about the output
 * @netns: value of -netns
 * @batch: value of -batch
 * @version: -Version was given
 * @help: -help was given
 */
struct options {
	const char *netns;
	const char *batch;
	bool version;
	bool help;
};

/**
 * options_parse() - read the options before the verb; those of the output go to @ui
 * @options: result
 * @argv: NULL-terminated words; moved to the verb
 *
 * Context: Any. Says on stderr what is wrong.
 * Return: UI_OK or UI_USAGE.
 */
enum ui_exit options_parse(struct options *options, char ***argv);

#endif
