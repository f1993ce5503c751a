// SPDX-License-Identifier: GPL-2.0
/*
 * `doctor`: a systemd unit that may open in-tree tun's node, such as Debian's openvpn-client@, may
 * not open this one, because its DeviceAllow= names the other.
 */
#include "doctor.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "kernel.h"

/* Where systemd looks, strongest first: of a unit's file the first counts, of its drop-ins all. */
static const char *const places[] = {
	"/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient",
	"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system", "/lib/systemd/system", NULL,
};

static const char *value_of(const char *line, const char *key)
{
	size_t len = strlen(key);

	line += strspn(line, " \t");
	if (strncmp(line, key, len))
		return NULL;
	line += len + strspn(line + len, " \t");
	return *line == '=' ? line + 1 + strspn(line + 1, " \t") : NULL;
}

static bool is_true(const char *value)
{
	return strchr("1yYtT", *value) || !strncmp(value, "on", 2);
}

static bool first_word_is(const char *value, const char *word)
{
	return strcspn(value, " \t") == strlen(word) && !strncmp(value, word, strlen(word));
}

void doctor_unit_line(struct doctor_unit *unit, const char *line)
{
	const char *value;

	value = value_of(line, "DeviceAllow");
	if (value && !*value) {
		/* An empty value begins the list anew. */
		unit->in_tree = false;
		unit->ours = false;
	} else if (value) {
		unit->restricted = true;
		if (first_word_is(value, CONF_TUN_NODE))
			unit->in_tree = true;
		if (first_word_is(value, CONF_NODE) || first_word_is(value, "char-misc") ||
		    first_word_is(value, "char-*"))
			unit->ours = true;
	}
	value = value_of(line, "DevicePolicy");
	if (value && (!strncmp(value, "closed", 6) || !strncmp(value, "strict", 6)))
		unit->restricted = true;
	value = value_of(line, "PrivateDevices");
	if (value && *value)
		unit->private_dev = is_true(value);
}

static bool read_file(struct doctor_unit *unit, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[2048];

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\r\n")] = '\0';
		doctor_unit_line(unit, line);
	}
	fclose(file);
	return true;
}

static void read_dropins(struct doctor_unit *unit, const char *name)
{
	struct dirent **entries;
	char path[1024];

	/* The weakest place first, so that a stronger one has the last word. */
	for (int i = ARRAY_SIZE(places) - 2; i >= 0; i--) {
		int n;

		snprintf(path, sizeof(path), "%s/%s.d", places[i], name);
		n = scandir(path, &entries, NULL, alphasort);
		for (int k = 0; k < n; k++) {
			const char *base = entries[k]->d_name;
			size_t len = strlen(base);

			snprintf(path, sizeof(path), "%s/%s.d/%s", places[i], name, base);
			if (len > 5 && !strcmp(base + len - 5, ".conf") && read_file(unit, path))
				unit->found = true;
			free(entries[k]);
		}
		if (n >= 0)
			free(entries);
	}
}

static bool read_fragment(struct doctor_unit *unit, const char *name)
{
	char path[1024];

	for (int i = 0; places[i]; i++) {
		snprintf(path, sizeof(path), "%s/%s", places[i], name);
		if (read_file(unit, path))
			return true;
	}
	return false;
}

/* openvpn-client@office.service comes from openvpn-client@.service. */
static bool template_of(const char *name, char *template, size_t size)
{
	const char *at = strchr(name, '@');
	const char *dot = strrchr(name, '.');

	if (!at || !dot || dot <= at + 1)
		return false;
	snprintf(template, size, "%.*s%s", (int)(at - name + 1), name, dot);
	return true;
}

static void read_unit(struct doctor_unit *unit, const char *name)
{
	char template[DOCTOR_NAME_MAX];
	bool instance = template_of(name, template, sizeof(template));

	unit->found = read_fragment(unit, name);
	if (!unit->found && instance)
		unit->found = read_fragment(unit, template);
	if (instance)
		read_dropins(unit, template);
	read_dropins(unit, name);
}

static void say_not_allowed(struct doctor *d, const struct doctor_unit *unit)
{
	const char *why = "may open only the devices that it lists, and this node is not there";
	char dir[DOCTOR_NAME_MAX + 32];
	char fix[DOCTOR_FIX_MAX];

	if (unit->private_dev)
		why = "has PrivateDevices=yes, so this node is not in its /dev";
	else if (unit->in_tree)
		why = "has DeviceAllow=" CONF_TUN_NODE ", which is in-tree tun's number, not ours";
	snprintf(dir, sizeof(dir), "/etc/systemd/system/%s.d", d->unit);
	snprintf(fix, sizeof(fix),
		 "mkdir -p %s && printf '[Service]\\n%sDeviceAllow=%s rw\\n' > %s/%s", dir,
		 unit->private_dev ? "PrivateDevices=no\\n" : "", CONF_NODE, dir,
		 "tun-alt.conf && systemctl daemon-reload");
	/* For the unit that this process is in, being able to open the node is the better proof. */
	doctor_say(d, d->unit_asked || d->open_error ? DOCTOR_FAIL : DOCTOR_WARN, "unit", fix,
		   "%s %s", d->unit, why);
}

void doctor_check_unit(struct doctor *d)
{
	struct doctor_unit unit = { 0 };

	if (!*d->unit) {
		doctor_say(d, DOCTOR_OK, "unit", NULL, "this process is in no systemd unit");
		return;
	}
	read_unit(&unit, d->unit);
	if (!unit.found && d->unit_asked)
		doctor_say(d, DOCTOR_FAIL, "unit", "systemctl list-unit-files",
			   "there is no unit file of %s", d->unit);
	else if ((unit.restricted && !unit.ours) || unit.private_dev)
		say_not_allowed(d, &unit);
	else
		doctor_say(d, DOCTOR_OK, "unit", NULL, "%s does not keep the node out", d->unit);
}
