// SPDX-License-Identifier: GPL-2.0
/* Lines of a batch file as data. */
#include <stdlib.h>

#include "cli_unit.h"
#include "batch.c"

static const struct {
	const char *line;
	int max;
	const char *want;
} cases[] = {
	{ "", 8, "0" },
	{ "\n", 8, "0" },
	{ "# a comment\n", 8, "0" },
	{ "   # a comment\n", 8, "0" },
	{ "show\n", 8, "1[show]" },
	{ "show", 8, "1[show]" },
	{ "add dev a mode tun # why\n", 8, "5[add][dev][a][mode][tun]" },
	{ "add a#b\n", 8, "2[add][a#b]" },
	{ " \t add\tx \r\n", 8, "2[add][x]" },
	{ "add \"a b\" c\n", 8, "3[add][a b][c]" },
	{ "add 'a \"b\"' c\n", 8, "3[add][a \"b\"][c]" },
	{ "add \"a 'b'\"\n", 8, "2[add][a 'b']" },
	{ "add a\\ b\n", 8, "2[add][a b]" },
	{ "add \"a\\\"b\"\n", 8, "2[add][a\"b]" },
	{ "add 'a\\b'\n", 8, "2[add][a\\b]" },
	{ "add \"\" x\n", 8, "3[add][][x]" },
	{ "add pre\"mid\"post\n", 8, "2[add][premidpost]" },
	{ "add \"a\n", 8, "-22" },
	{ "add 'a\n", 8, "-22" },
	{ "a b c\n", 4, "3[a][b][c]" },
	{ "a b c d\n", 4, "-7" },
	{ "a b c # d e f\n", 4, "3[a][b][c]" },
	{ "add x\\", 8, "2[add][x\\]" },
};

/* The lines of this test are cut, not done. */
int cmd_execute(char **argv)
{
	return argv ? 0 : 1;
}

static void run(const char *line, int max, const char *want)
{
	/* On the heap, in the right size, the sanitizer sees a read or write beside it. */
	char **argv = calloc(max, sizeof(*argv));
	char *copy = strdup(line);
	char got[256];
	char name[64];
	size_t used;
	int n;

	if (!argv || !copy)
		abort();
	n = batch_split(copy, argv, max);
	used = snprintf(got, sizeof(got), "%d", n);
	for (int i = 0; i < n; i++)
		used += snprintf(got + used, sizeof(got) - used, "[%s]", argv[i]);
	if (n >= 0 && argv[n])
		snprintf(got + used, sizeof(got) - used, " and no end");
	snprintf(name, sizeof(name), "batch: %.*s", (int)strcspn(line, "\n"), line);
	for (char *p = name; *p; p++)
		if (*p == '#' || *p < ' ')
			*p = '~';
	unit_check(name, want, got);
	free(copy);
	free(argv);
}

int main(void)
{
	unit_plan(ARRAY_SIZE(cases));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		run(cases[i].line, cases[i].max, cases[i].want);
	return unit_finish();
}
