// SPDX-License-Identifier: GPL-2.0
/* Command lines from a file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "cmd.h"
#include "ui.h"

/* Cut one word off; quotes and backslashes work as in the batch files of ip(8). */
static char *next_word(char **rest)
{
	char *from = *rest + strspn(*rest, " \t\r\n");
	char *word = from;
	char *to = from;
	char quote = 0;

	if (!*from || *from == '#')
		return NULL;
	for (; *from && (quote || !strchr(" \t\r\n", *from)); from++) {
		if (quote ? *from == quote : *from == '"' || *from == '\'')
			quote = quote ? 0 : *from;
		else if (*from == '\\' && from[1] && quote != '\'')
			*to++ = *++from;
		else
			*to++ = *from;
	}
	*rest = *from ? from + 1 : from;
	*to = '\0';
	return quote ? NULL : word;
}

int batch_split(char *line, char **argv, int max)
{
	int n = 0;

	for (;;) {
		char *start = line + strspn(line, " \t\r\n");
		char *word = next_word(&line);

		if (!word) {
			argv[n] = NULL;
			return *start && *start != '#' ? -EINVAL : n;
		}
		if (n == max - 1)
			return -E2BIG;
		argv[n++] = word;
	}
}

/* A line that ends with a backslash goes on in the next. */
static ssize_t read_line(FILE *file, char **line, size_t *room, int *number)
{
	ssize_t n = getline(line, room, file);

	if (n < 0)
		return n;
	(*number)++;
	while (n >= 2 && !strcmp(*line + n - 2, "\\\n")) {
		size_t more_room = 0;
		char *more = NULL;
		char *joined;
		ssize_t m;

		m = getline(&more, &more_room, file);
		if (m < 0) {
			free(more);
			(*line)[n - 2] = '\0';
			return n - 2;
		}
		(*number)++;
		joined = realloc(*line, n + m + 1);
		if (!joined) {
			free(more);
			errno = ENOMEM;
			return -1;
		}
		memcpy(joined + n - 2, more, m + 1);
		free(more);
		*line = joined;
		*room = n + m + 1;
		n += m - 2;
	}
	return n;
}

static int do_line(char *line)
{
	char *argv[BATCH_WORDS];
	int n = batch_split(line, argv, BATCH_WORDS);

	if (n == -E2BIG) {
		ui_error("the line has more than %d words", BATCH_WORDS - 1);
		return UI_USAGE;
	}
	if (n < 0) {
		ui_error("a quotation mark has no partner");
		return UI_USAGE;
	}
	return n ? cmd_execute(argv) : UI_OK;
}

static int do_lines(FILE *file, const char *path)
{
	char *line = NULL;
	size_t room = 0;
	int worst = UI_OK;
	int number = 0;

	while (read_line(file, &line, &room, &number) >= 0) {
		int ret = do_line(line);

		if (!ret)
			continue;
		fflush(stdout);
		fprintf(stderr, "Command failed %s:%d\n", path, number);
		if (ret > worst)
			worst = ret;
		if (!ui.force)
			break;
	}
	free(line);
	return worst;
}

static int do_stream(FILE *file, const char *path)
{
	int ret;

	ui.batch = true;
	ret = do_lines(file, path);
	if (ferror(file)) {
		ui_error("cannot read batch file \"%s\": %s", path, strerror(errno));
		ret = UI_USAGE;
	}
	return ret;
}

int cmd_batch(const char *path)
{
	FILE *file;
	int ret;

	if (!strcmp(path, "-"))
		return do_stream(stdin, path);
	file = fopen(path, "re");
	if (!file) {
		ui_error("cannot open batch file \"%s\": %s", path, strerror(errno));
		return UI_USAGE;
	}
	ret = do_stream(file, path);
	fclose(file);
	return ret;
}
