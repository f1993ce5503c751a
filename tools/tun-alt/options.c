// SPDX-License-Identifier: GPL-2.0
/* Options before the verb. */
#include "options.h"

#include <stddef.h>
#include <string.h>

#include "kernel.h"
#include "values.h"

/**
 * struct option - one option
 * @name: without dashes
 * @least: characters that are enough
 * @flag: bool of @ui to set
 * @set: bool to set elsewhere
 * @value: receives the next word
 */
struct option {
	const char *name;
	size_t least;
	bool *flag;
	size_t set;
	size_t value;
};

/* An offset that no member of struct options has. */
#define NONE	((size_t)-1)

static const struct option table[] = {
	{ "json", 1, &ui.json, NONE, NONE },
	{ "pretty", 1, &ui.pretty, NONE, NONE },
	{ "details", 1, &ui.details, NONE, NONE },
	{ "statistics", 1, &ui.statistics, NONE, NONE },
	{ "stats", 1, &ui.statistics, NONE, NONE },
	{ "brief", 2, &ui.brief, NONE, NONE },
	{ "oneline", 1, &ui.oneline, NONE, NONE },
	{ "force", 2, &ui.force, NONE, NONE },
	{ "netns", 1, NULL, NONE, offsetof(struct options, netns) },
	{ "batch", 1, NULL, NONE, offsetof(struct options, batch) },
	{ "Version", 1, NULL, offsetof(struct options, version), NONE },
	{ "version", 7, NULL, offsetof(struct options, version), NONE },
	{ "help", 1, NULL, offsetof(struct options, help), NONE },
	{ NULL, 0, NULL, NONE, NONE },
};

/* -c, -color, -c=WHEN, -color=WHEN; without WHEN it means always, as for ip(8). */
static enum ui_exit parse_color(const char *when)
{
	if (!strcmp(when, "auto")) {
		ui.color = UI_COLOR_AUTO;
	} else if (!strcmp(when, "always")) {
		ui.color = UI_COLOR_ALWAYS;
	} else if (!strcmp(when, "never")) {
		ui.color = UI_COLOR_NEVER;
	} else {
		ui_error("colour \"%s\" is none of auto, always, never", when);
		return UI_USAGE;
	}
	return UI_OK;
}

static bool is_color(const char *word)
{
	size_t len = strcspn(word, "=");

	return len && len <= strlen("color") && !strncmp("color", word, len);
}

static const struct option *find(const char *word)
{
	size_t len = strlen(word);

	for (const struct option *option = table; option->name; option++)
		if (len >= option->least && !strncmp(option->name, word, len))
			return option;
	return NULL;
}

static enum ui_exit refuse(const char *word)
{
	const char *names[ARRAY_SIZE(table)];
	const char *near;
	size_t n = 0;

	for (const struct option *option = table; option->name; option++)
		names[n++] = option->name;
	names[n] = NULL;
	near = values_nearest(word, names);
	ui_error("there is no option \"-%s\"", word);
	if (near)
		ui_hint("perhaps \"-%s\" was meant", near);
	else
		ui_hint("`tun-alt help` lists the options");
	return UI_USAGE;
}

enum ui_exit options_parse(struct options *options, char ***argv)
{
	memset(options, 0, sizeof(*options));
	for (; **argv && ***argv == '-' && (**argv)[1]; (*argv)++) {
		const char *word = **argv + ((**argv)[1] == '-' ? 2 : 1);
		const struct option *option = find(word);

		if (!option && is_color(word)) {
			const char *when = strchr(word, '=');

			if (parse_color(when ? when + 1 : "always"))
				return UI_USAGE;
			continue;
		}
		if (!option)
			return refuse(word);
		if (option->flag)
			*option->flag = true;
		if (option->set != NONE)
			*(bool *)((char *)options + option->set) = true;
		if (option->value == NONE)
			continue;
		if (!(*argv)[1]) {
			ui_error("option \"-%s\" needs a value", option->name);
			return UI_USAGE;
		}
		*(const char **)((char *)options + option->value) = *++(*argv);
	}
	return UI_OK;
}
