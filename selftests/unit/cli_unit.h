/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Unit tests of the command line tool: a table of cases, one KTAP line for each. A test includes
 * the sources that it tests, so that it is built from one file; what they say is caught here.
 */
#ifndef SELFTESTS_UNIT_CLI_UNIT_H
#define SELFTESTS_UNIT_CLI_UNIT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"
#include "ui.h"

struct ui ui;

/* The errors, hints and warnings of the case that runs, one after the other. */
static char unit_said[2048];
static int unit_number;
static int unit_failed;

static void unit_say(const char *fmt, va_list ap)
{
	size_t n = strlen(unit_said);

	vsnprintf(unit_said + n, sizeof(unit_said) - n, fmt, ap);
	n = strlen(unit_said);
	snprintf(unit_said + n, sizeof(unit_said) - n, ".");
}

void ui_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	unit_say(fmt, ap);
	va_end(ap);
}

void ui_hint(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	unit_say(fmt, ap);
	va_end(ap);
}

/* Copies a command line so that it can be cut: the words go to argv, blanks part them. */
static inline void unit_split(const char *line, char *copy, size_t size, char **argv, int max)
{
	char *save = NULL;
	int n = 0;

	snprintf(copy, size, "%s", line);
	for (char *p = strtok_r(copy, " ", &save); p && n < max - 1; p = strtok_r(NULL, " ", &save))
		argv[n++] = p;
	argv[n] = NULL;
}

static inline void unit_plan(size_t cases)
{
	printf("TAP version 13\n1..%zu\n", cases);
}

/* One case: what came must be what was wanted, and an error must say what it shall. */
static inline void unit_check(const char *name, const char *want, const char *got)
{
	bool ok = !strcmp(want, got);

	printf("%sok %d %s\n", ok ? "" : "not ", ++unit_number, name);
	if (ok)
		return;
	unit_failed++;
	printf("# want: %s\n#  got: %s\n# said: %s\n", want, got, unit_said);
}

static inline int unit_finish(void)
{
	printf("# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:0 error:0\n",
	       unit_number - unit_failed, unit_failed);
	return unit_failed ? 1 : 0;
}

#endif
