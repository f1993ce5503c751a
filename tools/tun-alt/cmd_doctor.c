// SPDX-License-Identifier: GPL-2.0
/* Verb `doctor`. */
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "doctor.h"
#include "kernel.h"
#include "ui.h"

static void (*const checks[])(struct doctor *d) = {
	doctor_check_module,
	doctor_check_minor,
	doctor_check_signature,
	doctor_check_node,
	doctor_check_mode,
	doctor_check_open,
	doctor_check_apparmor,
	doctor_check_selinux,
	doctor_check_unit,
	doctor_check_capability,
	doctor_check_create,
	doctor_check_in_tree,
};

static const struct {
	const char *word;
	enum ui_color color;
} looks[] = {
	[DOCTOR_OK] = { "ok", UI_COLOR_GOOD },
	[DOCTOR_WARN] = { "warn", UI_COLOR_WARN },
	[DOCTOR_FAIL] = { "FAIL", UI_COLOR_BAD },
};

static void say_json(struct json_object *array, const char *const *texts)
{
	static const char *const keys[] = { "check", "status", "text", "fix" };
	struct json_object *o = json_object_new_object();

	for (int i = 0; i < 4; i++)
		if (texts[i])
			json_object_object_add(o, keys[i], json_object_new_string(texts[i]));
	json_object_array_add(array, o);
}

void doctor_say(struct doctor *d, enum doctor_status status, const char *check, const char *fix,
		const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (status == DOCTOR_FAIL)
		d->failed++;
	if (d->json) {
		say_json(d->json, (const char *const []){ check, looks[status].word, text, fix });
		return;
	}
	printf("%s%-4s%s  %-11s %s\n", ui_on(looks[status].color), looks[status].word, ui_off(),
	       check, text);
	if (fix)
		printf("      mend it:    %s\n", fix);
}

static enum ui_exit parse(struct doctor *d, char **argv)
{
	while (*argv) {
		if (strcmp(*argv, "--unit") && strcmp(*argv, "unit")) {
			ui_error("\"doctor\" takes no \"%s\"", *argv);
			ui_hint("its only option is --unit UNIT");
			return UI_USAGE;
		}
		if (!argv[1] || !*argv[1] || strchr(argv[1], '/')) {
			ui_error("\"--unit\" needs the name of a systemd unit");
			return UI_USAGE;
		}
		snprintf(d->unit, sizeof(d->unit), "%s%s", argv[1],
			 strchr(argv[1], '.') ? "" : ".service");
		d->unit_asked = true;
		argv += 2;
	}
	return UI_OK;
}

int cmd_doctor(char **argv)
{
	struct doctor d = { .fd = -1 };

	if (parse(&d, argv))
		return UI_USAGE;
	if (ui.json)
		d.json = json_object_new_array();
	doctor_gather(&d);
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		checks[i](&d);
	if (d.fd >= 0)
		close(d.fd);
	if (d.json)
		ui_json(d.json);
	return d.failed ? UI_KERNEL : UI_OK;
}
