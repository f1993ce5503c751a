// SPDX-License-Identifier: GPL-2.0
/* Verbs `help` and `version`. */
#include <stddef.h>
#include <json-c/json.h>
#include <stdio.h>

#include "cmd.h"
#include "ui.h"

static const char options_text[] =
	"Options:\n"
	"  -n NETNS   work in that network namespace\n"
	"  -b FILE    take the commands from a file, - for stdin; -force goes on after an error\n"
	"  -j  -p     print JSON; indented\n"
	"  -s  -d     print counters; print all that is known\n"
	"  -br -o     print a table; print one line for each device\n"
	"  -c[=WHEN]  colours: auto, always, never\n"
	"  -V  -h     print the version; print this\n";

static void print_all(void)
{
	printf("Usage: tun-alt [ OPTIONS ] [ VERB ... ]\n\nVerbs (alone, tun-alt shows):\n");
	for (const struct cmd *cmd = cmd_table; cmd->name; cmd++)
		printf("  %-10s %s\n", cmd->name, cmd->summary);
	printf("\n%s\nThe words of `ip tuntap` work unchanged. See tun-alt(8).\n", options_text);
}

int cmd_help(char **argv)
{
	const struct cmd *cmd;

	if (!*argv) {
		print_all();
		return ui_flush();
	}
	cmd = cmd_find(*argv);
	if (!cmd)
		return UI_USAGE;
	printf("Usage: tun-alt %s\n%s: %s. See tun-alt(8).\n", cmd->usage, cmd->name, cmd->summary);
	return ui_flush();
}

int cmd_version(char **argv)
{
	if (*argv) {
		ui_error("\"version\" takes no words");
		return UI_USAGE;
	}
	if (ui.json) {
		struct json_object *o = json_object_new_object();
		struct json_object *a = json_object_new_array();

		json_object_object_add(o, "version", json_object_new_string(TUN_ALT_VERSION));
		json_object_array_add(a, o);
		ui_json(a);
	} else {
		printf("tun-alt " TUN_ALT_VERSION "\n");
	}
	return ui_flush();
}
