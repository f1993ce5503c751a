// SPDX-License-Identifier: GPL-2.0
/* The table of verbs, and how a word becomes one of them. */
#include "cmd.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"
#include "ui.h"
#include "values.h"

const struct cmd cmd_table[] = {
	{ "add", cmd_add, true, "make a persistent device and print its name",
	  "add [ dev ] [ NAME ] mode { tun | tap } [ user USER ] [ group GROUP ]\n"
	  "    [ pi ] [ one_queue ] [ vnet_hdr ] [ multi_queue ] [ queues N ]\n"
	  "    [ mtu N ] [ address MAC ] [ txqueuelen N ] [ carrier { on | off } ]\n"
	  "    [ netns NETNS ]\n" },
	{ "del", cmd_del, true, "delete a device",
	  "del [ dev ] NAME [ mode { tun | tap } ] [ netns NETNS ]\n" },
	{ "show", cmd_show, true, "list devices, or one of them",
	  "show [ dev ] [ NAME ] [ mode { tun | tap } ] [ netns NETNS ]\n" },
	{ "set", cmd_set, true, "change a device",
	  "set [ dev ] NAME [ up | down ] [ mtu N ] [ address MAC ] [ txqueuelen N ]\n"
	  "    [ carrier { on | off } ] [ user USER ] [ group GROUP ]\n"
	  "    [ persist { on | off } ] [ name NEWNAME ] [ netns NETNS ]\n" },
	{ "stats", cmd_stats, true, "what each queue has carried, and whose it is",
	  "stats [ dev ] [ NAME ] [ netns NETNS ]\n" },
	{ "drops", cmd_drops, true, "which packets died, where and why, and in whose queue",
	  "drops [ dev ] [ NAME ] [ interval SECONDS ] [ netns NETNS ]\n" },
	{ "run", cmd_run, false, "run a program that shall use this driver as /dev/net/tun",
	  "run [ --user USER ] [ --no-caps ] [ --netns NETNS ] -- COMMAND [ ARGUMENT ... ]\n" },
	{ "doctor", cmd_doctor, true, "say why the driver cannot be used here, and what mends it",
	  "doctor [ --unit UNIT ]\n" },
	{ "help", cmd_help, true, "explain a verb",
	  "help [ VERB ]\n" },
	{ "version", cmd_version, true, "print the version",
	  "version\n" },
	{ NULL, NULL, false, NULL, NULL },
};

/* Other words for verbs: those of `ip tuntap`. */
static const struct {
	const char *alias;
	const char *name;
} aliases[] = {
	{ "delete", "del" },
	{ "list", "show" },
	{ "lst", "show" },
};

static const char *resolve_alias(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (!strcmp(aliases[i].alias, word))
			return aliases[i].name;
	return word;
}

static void refuse(const char *word)
{
	const char *names[ARRAY_SIZE(cmd_table)];
	const char *near;
	size_t n = 0;

	for (const struct cmd *cmd = cmd_table; cmd->name; cmd++)
		names[n++] = cmd->name;
	names[n] = NULL;
	near = values_nearest(word, names);
	ui_error("there is no verb \"%s\"", word);
	if (near)
		ui_hint("perhaps \"%s\" was meant; `tun-alt help` lists the verbs", near);
	else
		ui_hint("`tun-alt help` lists the verbs");
}

const struct cmd *cmd_find(const char *word)
{
	const char *name = resolve_alias(word);
	const struct cmd *found = NULL;

	for (const struct cmd *cmd = cmd_table; cmd->name; cmd++)
		if (!strcmp(cmd->name, name))
			return cmd;
	for (const struct cmd *cmd = cmd_table; *word && cmd->name; cmd++) {
		if (strncmp(cmd->name, word, strlen(word)))
			continue;
		if (found) {
			ui_error("\"%s\" may mean \"%s\" or \"%s\"", word, found->name, cmd->name);
			return NULL;
		}
		found = cmd;
	}
	if (!found)
		refuse(word);
	return found;
}

int cmd_execute(char **argv)
{
	const struct cmd *cmd;
	int ret;

	if (!*argv)
		return cmd_show(argv);
	cmd = cmd_find(*argv);
	if (!cmd)
		return UI_USAGE;
	if (ui.batch && !cmd->batch) {
		ui_error("\"%s\" cannot stand in a batch file: it does not come back", cmd->name);
		return UI_USAGE;
	}
	ret = cmd->run(argv + 1);
	/* Whoever gave a verb alone wants to know what goes with it. */
	if (ret == UI_USAGE && !argv[1] && !ui.batch)
		fprintf(stderr, "Usage: tun-alt %s", cmd->usage);
	return ret ? ret : (int)ui_flush();
}
