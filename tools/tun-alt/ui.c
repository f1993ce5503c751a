// SPDX-License-Identifier: GPL-2.0
/* What the user sees: options of the output, errors with advice, colours, JSON. */
#include "ui.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct ui ui;

static void print_line(const char *lead, const char *fmt, va_list ap)
{
	/* What was printed before must stay before, when both streams are one file. */
	fflush(stdout);
	fputs(lead, stderr);
	vfprintf(stderr, fmt, ap);
	fputs(".\n", stderr);
}

void ui_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line("Error: ", fmt, ap);
	va_end(ap);
}

void ui_hint(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line("  ", fmt, ap);
	va_end(ap);
}

void ui_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line("Warning: ", fmt, ap);
	va_end(ap);
}

static bool colors_are_on(void)
{
	const char *no_color;

	if (ui.json || ui.color == UI_COLOR_NEVER)
		return false;
	if (ui.color == UI_COLOR_ALWAYS)
		return true;
	no_color = getenv("NO_COLOR");
	return isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

/* The colours that ip(8) uses, for a dark and for a light background. */
static const char *const sequences[][2] = {
	[UI_COLOR_IFNAME]  = { "\033[1;36m", "\033[36m" },
	[UI_COLOR_ADDRESS] = { "\033[1;33m", "\033[33m" },
	[UI_COLOR_GOOD]    = { "\033[1;32m", "\033[32m" },
	[UI_COLOR_BAD]     = { "\033[1;31m", "\033[31m" },
	[UI_COLOR_WARN]    = { "\033[1;33m", "\033[33m" },
};

/* COLORFGBG is "foreground;background"; 0 to 6 and 8 are dark backgrounds. */
static bool background_is_dark(void)
{
	const char *p = getenv("COLORFGBG");

	if (p)
		p = strrchr(p, ';');
	return p && ((p[1] >= '0' && p[1] <= '6') || p[1] == '8') && !p[2];
}

const char *ui_on(enum ui_color color)
{
	if (!colors_are_on())
		return "";
	return sequences[color][background_is_dark() ? 0 : 1];
}

const char *ui_off(void)
{
	return colors_are_on() ? "\033[0m" : "";
}

void ui_json(struct json_object *value)
{
	int flags = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;

	if (ui.pretty)
		flags = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			JSON_C_TO_STRING_NOSLASHESCAPE;
	puts(json_object_to_json_string_ext(value, flags));
	json_object_put(value);
}

enum ui_exit ui_flush(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return UI_OK;
	clearerr(stdout);
	fprintf(stderr, "Error: writing the output failed: %s.\n", strerror(errno));
	return UI_KERNEL;
}
