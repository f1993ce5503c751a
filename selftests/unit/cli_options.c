// SPDX-License-Identifier: GPL-2.0
/* Options before the verb as data. */
#include "cli_unit.h"
#include "options.c"
#include "values.c"

/* Options are written as the letters that they set; then the rest of the line. */
static const struct {
	const char *line;
	const char *want;
} cases[] = {
	{ "", "|" },
	{ "show", "|show" },
	{ "-j show", "j|show" },
	{ "-json -pretty show", "jp|show" },
	{ "--json --pretty", "jp|" },
	{ "-js", "j|" },
	{ "-d -s -o", "dso|" },
	{ "-br -b file", "Bb=file|" },
	{ "-stat -stats -statistics", "s|" },
	{ "-brie", "B|" },
	{ "-force -batch -", "fb=-|" },
	{ "-fo", "f|" },
	{ "-f", "!there is no option \"-f\"" },
	{ "-n blue add", "n=blue|add" },
	{ "-netns blue", "n=blue|" },
	{ "-n", "!option \"-netns\" needs a value" },
	{ "-b", "!option \"-batch\" needs a value" },
	{ "-V", "V|" },
	{ "--version", "V|" },
	{ "-Version", "V|" },
	{ "-h", "h|" },
	{ "--help", "h|" },
	{ "-c", "c1|" },
	{ "-c=auto show", "c0|show" },
	{ "-color=always", "c1|" },
	{ "-col=never", "c2|" },
	{ "-c=", "!colour \"\" is none" },
	{ "-c=blue", "!colour \"blue\" is none" },
	{ "-colors", "!there is no option \"-colors\"" },
	{ "-jsno", "!there is no option \"-jsno\"" },
	{ "-jsonx", "!there is no option \"-jsonx\"" },
	{ "- show", "|- show" },
	{ "-- show", "!there is no option \"-\"" },
	{ "show -j", "|show -j" },
};

static void dump(const struct options *o, char **rest, char *to, size_t size)
{
	const struct {
		bool on;
		char letter;
	} flags[] = {
		{ ui.json, 'j' }, { ui.pretty, 'p' }, { ui.details, 'd' }, { ui.statistics, 's' },
		{ ui.brief, 'B' }, { ui.oneline, 'o' }, { ui.force, 'f' }, { o->version, 'V' },
		{ o->help, 'h' },
	};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (flags[i].on)
			to[n++] = flags[i].letter;
	to[n] = '\0';
	if (o->netns)
		n += snprintf(to + n, size - n, "n=%s", o->netns);
	if (o->batch)
		n += snprintf(to + n, size - n, "b=%s", o->batch);
	if ((int)ui.color >= 0)
		n += snprintf(to + n, size - n, "c%d", ui.color);
	n += snprintf(to + n, size - n, "|");
	for (int i = 0; rest[i]; i++)
		n += snprintf(to + n, size - n, i ? " %s" : "%s", rest[i]);
}

static void run(const char *line, const char *want)
{
	char got[512] = "";
	char *argv[32];
	char copy[256];
	char name[300];
	char **rest = argv;
	struct options o;

	unit_said[0] = '\0';
	memset(&ui, 0, sizeof(ui));
	/* No mode has this number: it shows whether the option was there. */
	ui.color = -1;
	unit_split(line, copy, sizeof(copy), argv, ARRAY_SIZE(argv));
	if (!options_parse(&o, &rest))
		dump(&o, rest, got, sizeof(got));
	else if (*want == '!' && strstr(unit_said, want + 1))
		snprintf(got, sizeof(got), "%s", want);
	snprintf(name, sizeof(name), "options: %s", line);
	unit_check(name, want, got);
}

int main(void)
{
	unit_plan(ARRAY_SIZE(cases));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		run(cases[i].line, cases[i].want);
	return unit_finish();
}
