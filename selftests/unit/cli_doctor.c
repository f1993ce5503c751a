// SPDX-License-Identifier: GPL-2.0
/* What `doctor` reads out of /proc/misc and out of unit files, as data. */
#include <stdlib.h>

#include "cli_unit.h"
#include "doctor_facts.c"
#include "doctor_unit.c"

static const struct {
	const char *text;
	const char *want;
} misc_cases[] = {
	{ "", "ours=-1 tun=0 taker= free=243" },
	{ "200 tun\n", "ours=-1 tun=1 taker= free=243" },
	{ "200 tun\n250 tun-alt\n", "ours=250 tun=1 taker=tun-alt free=243" },
	{ "  1 psaux\n250 other\n243 x\n244 y\n", "ours=-1 tun=0 taker=other free=245" },
	{ "251 tun-alt\n250 other\n", "ours=251 tun=0 taker=other free=243" },
	{ "250 with blanks in it\n", "ours=-1 tun=0 taker=with blanks in it free=243" },
	{ "tun\n-3 tun\n999999999999 x\n\n", "ours=-1 tun=1 taker= free=243" },
	{ "243 a\n244 a\n245 a\n246 a\n247 a\n248 a\n249 a\n250 a\n251 a\n252 a\n253 a\n254 a\n",
	  "ours=-1 tun=0 taker=a free=-1" },
};

/* Letters: r restricted, t in-tree tun's node, o ours, p private /dev. Lines are parted by "|". */
static const struct {
	const char *lines;
	const char *want;
} unit_cases[] = {
	{ "", "" },
	{ "[Service]|ExecStart=/bin/x", "" },
	{ "DeviceAllow=/dev/net/tun rw", "rt" },
	{ "DeviceAllow=/dev/null rw|DeviceAllow=/dev/net/tun rw", "rt" },
	{ "DeviceAllow=/dev/net/tun-alt rw", "ro" },
	{ "  DeviceAllow = /dev/net/tun-alt", "ro" },
	{ "DeviceAllow=/dev/net/tun rw|DeviceAllow=/dev/net/tun-alt rw", "rto" },
	{ "DeviceAllow=char-misc rw", "ro" },
	{ "DeviceAllow=char-* rw", "ro" },
	{ "DeviceAllow=char-pts rw", "r" },
	{ "DeviceAllow=/dev/net/tun rw|DeviceAllow=", "r" },
	{ "#DeviceAllow=/dev/net/tun rw", "" },
	{ "DeviceAllowed=/dev/net/tun", "" },
	{ "DevicePolicy=closed", "r" },
	{ "DevicePolicy=strict", "r" },
	{ "DevicePolicy=auto", "" },
	{ "PrivateDevices=yes", "p" },
	{ "PrivateDevices=on", "p" },
	{ "PrivateDevices=yes|PrivateDevices=no", "" },
};

/* The checks' lines are not looked at here. */
void doctor_say(struct doctor *d, enum doctor_status status, const char *check, const char *fix,
		const char *fmt, ...)
{
	if (!check || !fmt || (status != DOCTOR_OK && !fix))
		d->failed++;
}

static void run_misc(const char *text, const char *want, int number)
{
	FILE *file = *text ? fmemopen((char *)text, strlen(text), "r") : tmpfile();
	struct doctor d = { .fd = -1 };
	char name[64];
	char got[256];

	if (!file)
		abort();
	doctor_misc(&d, file);
	fclose(file);
	snprintf(got, sizeof(got), "ours=%d tun=%d taker=%s free=%d", d.misc_minor, d.in_tree,
		 d.minor_taker, d.minor_free);
	snprintf(name, sizeof(name), "misc list %d", number);
	unit_check(name, want, got);
}

static void run_unit(const char *lines, const char *want)
{
	struct doctor_unit unit = { 0 };
	char *copy = strdup(lines);
	char *save = NULL;
	char name[128];
	char got[8];

	if (!copy)
		abort();
	for (char *p = strtok_r(copy, "|", &save); p; p = strtok_r(NULL, "|", &save))
		doctor_unit_line(&unit, p);
	free(copy);
	snprintf(got, sizeof(got), "%s%s%s%s", unit.restricted ? "r" : "",
		 unit.in_tree ? "t" : "", unit.ours ? "o" : "", unit.private_dev ? "p" : "");
	snprintf(name, sizeof(name), "unit file: %s", *lines == '#' ? "a comment" : lines);
	unit_check(name, want, got);
}

static void run_template(const char *unit, const char *want)
{
	char got[DOCTOR_NAME_MAX] = "none";
	char name[160];

	if (!template_of(unit, got, sizeof(got)))
		snprintf(got, sizeof(got), "none");
	snprintf(name, sizeof(name), "template of %s", unit);
	unit_check(name, want, got);
}

int main(void)
{
	unit_plan(ARRAY_SIZE(misc_cases) + ARRAY_SIZE(unit_cases) + 4);
	for (size_t i = 0; i < ARRAY_SIZE(misc_cases); i++)
		run_misc(misc_cases[i].text, misc_cases[i].want, i + 1);
	for (size_t i = 0; i < ARRAY_SIZE(unit_cases); i++)
		run_unit(unit_cases[i].lines, unit_cases[i].want);
	run_template("openvpn-client@office.service", "openvpn-client@.service");
	run_template("openvpn-client@a.b.service", "openvpn-client@.service");
	run_template("openvpn-client@.service", "none");
	run_template("ssh.service", "none");
	return unit_finish();
}
