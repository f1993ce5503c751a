// SPDX-License-Identifier: GPL-2.0
/*
 * Programs as text, a call a line: the thread, the operation, and name=number for each argument
 * that is not 0. A # begins a comment.
 */
#include "fuzz.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int fuzz_op_find(const char *name)
{
	for (unsigned int i = 0; i < fuzz_nr_ops; i++)
		if (!strcmp(fuzz_ops[i].name, name))
			return i;
	return -1;
}

/* What does not fit is not written; the length is that of all. */
static size_t put(char *text, size_t size, size_t at, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text + (at < size ? at : size), at < size ? size - at : 0, format, args);
	va_end(args);
	return at + n;
}

size_t fuzz_print(const struct fuzz_program *program, char *text, size_t size)
{
	size_t at = 0;

	*text = '\0';
	for (unsigned int i = 0; i < program->calls; i++) {
		const struct fuzz_call *call = &program->call[i];
		const struct fuzz_op *op = &fuzz_ops[call->op];

		at = put(text, size, at, "%u %s", call->thread, op->name);
		for (int k = 0; k < FUZZ_ARGS && op->arg[k].kind; k++)
			if (call->arg[k])
				at = put(text, size, at,
					 call->arg[k] < 10 ? " %s=%llu" : " %s=0x%llx",
					 op->arg[k].name, (unsigned long long)call->arg[k]);
		at = put(text, size, at, "\n");
	}
	return at;
}

static bool parse_arg(char *word, const struct fuzz_op *op, struct fuzz_call *call)
{
	char *value = strchr(word, '='), *end;

	if (!value)
		return false;
	*value++ = '\0';
	for (int k = 0; k < FUZZ_ARGS && op->arg[k].kind; k++) {
		if (strcmp(op->arg[k].name, word))
			continue;
		call->arg[k] = strtoull(value, &end, 0);
		return *value && !*end;
	}
	return false;
}

static bool parse_call(char *line, struct fuzz_call *call)
{
	char *save = NULL, *word = strtok_r(line, " ", &save), *end;
	int op;

	memset(call, 0, sizeof(*call));
	call->thread = strtoul(word, &end, 0);
	if (*end || call->thread >= FUZZ_THREADS)
		return false;
	word = strtok_r(NULL, " ", &save);
	op = word ? fuzz_op_find(word) : -1;
	if (op < 0)
		return false;
	call->op = op;
	while ((word = strtok_r(NULL, " ", &save)))
		if (!parse_arg(word, &fuzz_ops[op], call))
			return false;
	return true;
}

int fuzz_parse(const char *text, struct fuzz_program *program)
{
	char line[512];
	int number = 0;

	program->calls = 0;
	while (*text) {
		size_t len = strcspn(text, "\n");

		number++;
		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		text += len + (text[len] == '\n');
		line[strcspn(line, "#")] = '\0';
		if (!line[strspn(line, " ")])
			continue;
		if (len >= sizeof(line) || program->calls == FUZZ_CALLS ||
		    !parse_call(line, &program->call[program->calls]))
			return number;
		program->calls++;
	}
	return 0;
}

int fuzz_load(const char *path, struct fuzz_program *program)
{
	static char text[FUZZ_TEXT];
	FILE *file = fopen(path, "r");
	size_t len = 0;
	int line = 0;

	if (file) {
		len = fread(text, 1, sizeof(text) - 1, file);
		fclose(file);
	}
	text[len] = '\0';
	line = fuzz_parse(text, program);
	if (!line && program->calls)
		return 0;
	fprintf(stderr, "%s:%d: is no program of calls\n", path, line);
	return -1;
}
