// SPDX-License-Identifier: GPL-2.0
/* Values of keywords: text in, number or bytes out. */
#include "values.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "kernel.h"

bool values_number(const char *text, u32 max, u32 *into)
{
	unsigned long value;
	char *end;

	/* strtoul() would take a sign or leading blanks. */
	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	value = strtoul(text, &end, strncmp(text, "0x", 2) ? 10 : 16);
	if (errno || *end || value > max)
		return false;
	*into = value;
	return true;
}

enum ui_exit values_u32(const char *text, void *into)
{
	/* The kernel's own limits are lower and differ by device: it says which. */
	if (values_number(text, INT_MAX, into))
		return UI_OK;
	ui_error("\"%s\" is not a number from 0 to %d", text, INT_MAX);
	return UI_USAGE;
}

static enum ui_exit one_to(u32 most, const char *what, const char *text, void *into)
{
	u32 n;

	if (values_number(text, most, &n) && n > 0) {
		*(u32 *)into = n;
		return UI_OK;
	}
	ui_error("\"%s\" is not %s: 1 to %u", text, what, most);
	return UI_USAGE;
}

enum ui_exit values_queues(const char *text, void *into)
{
	return one_to(TUN_ALT_MAX_QUEUES, "a count of queues", text, into);
}

enum ui_exit values_seconds(const char *text, void *into)
{
	return one_to(VALUES_MOST_SECONDS, "a time in seconds", text, into);
}

/* What the kernel's dev_valid_name() takes, and one %d as in its dev_alloc_name(). */
static const char *name_fault(const char *text)
{
	const char *percent = strchr(text, '%');

	if (!*text)
		return "is empty: leave the name out to let the driver choose";
	if (strlen(text) >= IFNAMSIZ)
		return "is longer than 15 bytes";
	if (!strcmp(text, ".") || !strcmp(text, ".."))
		return "is reserved";
	for (const char *p = text; *p; p++)
		if (*p == '/' || *p == ':' || isspace((unsigned char)*p))
			return "has a slash, a colon or a blank in it";
	if (percent && (percent[1] != 'd' || strchr(percent + 1, '%')))
		return "has a % in it that is not one %d";
	return NULL;
}

enum ui_exit values_ifname(const char *text, void *into)
{
	const char *fault = name_fault(text);

	if (fault) {
		ui_error("device name \"%s\" %s", text, fault);
		return UI_USAGE;
	}
	snprintf(into, IFNAMSIZ, "%s", text);
	return UI_OK;
}

enum ui_exit values_mode(const char *text, void *into)
{
	size_t len = strlen(text);

	/* "tu" and "ta" are enough for `ip tuntap`, so they are here. */
	if (len >= 2 && !strncmp("tun", text, len)) {
		*(int *)into = IFF_TUN;
		return UI_OK;
	}
	if (len >= 2 && !strncmp("tap", text, len)) {
		*(int *)into = IFF_TAP;
		return UI_OK;
	}
	ui_error("mode \"%s\" is unknown: it is tun (IP packets) or tap (Ethernet frames)", text);
	return UI_USAGE;
}

enum ui_exit values_user(const char *text, void *into)
{
	struct passwd *pw;

	/* (uid_t)-1 means "nobody owns it" to the kernel and cannot be set. */
	if (values_number(text, UINT_MAX - 1, into))
		return UI_OK;
	pw = getpwnam(text);
	if (pw) {
		*(u32 *)into = pw->pw_uid;
		return UI_OK;
	}
	ui_error("there is no user \"%s\"", text);
	return UI_USAGE;
}

enum ui_exit values_group(const char *text, void *into)
{
	struct group *gr;

	if (values_number(text, UINT_MAX - 1, into))
		return UI_OK;
	gr = getgrnam(text);
	if (gr) {
		*(u32 *)into = gr->gr_gid;
		return UI_OK;
	}
	ui_error("there is no group \"%s\"", text);
	return UI_USAGE;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return p ? p - digits : -1;
}

enum ui_exit values_address(const char *text, void *into)
{
	unsigned char *bytes = into;
	const char *p = text;

	for (int i = 0; i < 6; i++) {
		int value = hex_digit(*p);
		int low;

		if (value < 0)
			goto err_format;
		low = hex_digit(*++p);
		if (low >= 0) {
			value = value * 16 + low;
			p++;
		}
		bytes[i] = value;
		if (*p != (i < 5 ? ':' : '\0'))
			goto err_format;
		p++;
	}
	return UI_OK;

err_format:
	ui_error("\"%s\" is not a MAC address like 02:00:00:00:00:01", text);
	return UI_USAGE;
}

enum ui_exit values_switch(const char *text, void *into)
{
	bool on = !strcmp(text, "on");

	if (!on && strcmp(text, "off")) {
		ui_error("\"%s\" is neither \"on\" nor \"off\"", text);
		return UI_USAGE;
	}
	*(bool *)into = on;
	return UI_OK;
}

enum ui_exit values_text(const char *text, void *into)
{
	if (!*text) {
		ui_error("an empty value was given");
		return UI_USAGE;
	}
	*(const char **)into = text;
	return UI_OK;
}

#define DISTANCE_MAX	32

/* Edits (insert, delete, replace, swap two neighbours) that turn one word into the other. */
static int distance(const char *a, const char *b)
{
	int d[DISTANCE_MAX + 1][DISTANCE_MAX + 1];
	int la = strlen(a);
	int lb = strlen(b);

	if (la > DISTANCE_MAX || lb > DISTANCE_MAX)
		return INT_MAX;
	for (int i = 0; i <= la; i++) {
		for (int j = 0; j <= lb; j++) {
			int best;

			if (!i || !j) {
				d[i][j] = i + j;
				continue;
			}
			best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			if (d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[la][lb];
}

const char *values_nearest(const char *word, const char *const *names)
{
	const char *nearest = NULL;
	int least = 3;

	for (; *names; names++) {
		int n = distance(word, *names);

		/* Two slips in a short word make any other word. */
		if (n < least && n < (int)strlen(*names) - 1) {
			least = n;
			nearest = *names;
		}
	}
	return nearest;
}
