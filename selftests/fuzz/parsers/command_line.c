// SPDX-License-Identifier: GPL-2.0
/*
 * Batch files of tun-alt: lines are joined and cut into words, and those are tried as options and
 * as the words of each verb.
 *
 * Reached: all of batch.c but the opening of the file, options.c, words.c and values.c; users and
 * groups are not looked up.
 */
#include <ctype.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>

#include <linux/if_tun.h>

#include "../../unit/cli_unit.h"
#include "input.h"

/* A look into the files of the machine would take most of the time. */
#define getpwnam(name) ((void)(name), (struct passwd *)NULL)
#define getgrnam(name) ((void)(name), (struct group *)NULL)

#include "batch.c"
/* Both have a table of what they know. */
#define table options_table
#include "options.c"
#undef table
#include "values.c"
#include "words.c"

/* Whatever came, what was understood makes sense. */
static void check_words(const struct words *words)
{
	if (strnlen(words->name, sizeof(words->name)) == sizeof(words->name) ||
	    strnlen(words->rename, sizeof(words->rename)) == sizeof(words->rename))
		abort();
	if (words_has(words, WORD_QUEUES) && (!words->queues || words->queues > 256))
		abort();
}

/* In place of what does a line */
int cmd_execute(char **argv)
{
	static const enum words_verb verbs[] = { WORDS_ADD, WORDS_DEL, WORDS_SHOW, WORDS_SET };
	struct options options;
	struct words words;
	char **rest = argv;

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		unit_said[0] = '\0';
		if (words_parse(&words, verbs[i], argv) == UI_OK)
			check_words(&words);
		else if (!unit_said[0])
			abort();
	}
	unit_said[0] = '\0';
	if (options_parse(&options, &rest) != UI_OK && !unit_said[0])
		abort();
	return UI_OK;
}

int parse_input(const unsigned char *data, size_t size)
{
	FILE *file;

	if (!size)
		return 0;
	file = fmemopen((void *)data, size, "r");
	if (!file)
		abort();
	ui.force = true;
	unit_said[0] = '\0';
	do_lines(file, "input");
	fclose(file);
	return 0;
}
