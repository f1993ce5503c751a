// SPDX-License-Identifier: GPL-2.0
/* tun-alt(8): options, then one verb or a batch of them. */
#include <stdio.h>

#include "cmd.h"
#include "netns.h"
#include "options.h"
#include "ui.h"

int main(int argc, char **argv)
{
	struct options options;
	char **words = argv + (argc > 0);

	if (options_parse(&options, &words))
		return UI_USAGE;
	if (options.version)
		return cmd_version(words);
	if (options.help)
		return cmd_help(words);
	if (netns_enter(options.netns, NULL))
		return UI_KERNEL;
	if (!options.batch)
		return cmd_execute(words);
	if (*words) {
		ui_error("with -batch the commands come from the file, not from \"%s\"", *words);
		return UI_USAGE;
	}
	return cmd_batch(options.batch);
}
