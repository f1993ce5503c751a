// SPDX-License-Identifier: GPL-2.0
/* Verb `run`: become a program that finds this driver at /dev/net/tun. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "conf.h"
#include "netns.h"
#include "node.h"
#include "run.h"
#include "ui.h"

/* As a shell: the program is missing, or cannot be executed. */
#define EXIT_NO_EXEC	126
#define EXIT_NOT_FOUND	127

/**
 * struct run_plan - parsed words of `run`
 * @user: value of --user
 * @netns: value of --netns
 * @no_caps: --no-caps was given
 * @command: the program and its arguments
 */
struct run_plan {
	const char *user;
	const char *netns;
	bool no_caps;
	char **command;
};

static enum ui_exit parse(struct run_plan *plan, char **argv)
{
	memset(plan, 0, sizeof(*plan));
	for (; *argv && **argv == '-' && strcmp(*argv, "--"); argv++) {
		const char **value = NULL;

		if (!strcmp(*argv, "--no-caps"))
			plan->no_caps = true;
		else if (!strcmp(*argv, "--user"))
			value = &plan->user;
		else if (!strcmp(*argv, "--netns"))
			value = &plan->netns;
		else
			goto err_option;
		if (value && !argv[1])
			goto err_value;
		if (value)
			*value = *++argv;
	}
	if (*argv && !strcmp(*argv, "--"))
		argv++;
	plan->command = argv;
	if (*argv)
		return UI_OK;
	ui_error("the program to run is missing");
	ui_hint("as in: tun-alt run -- openvpn --config client.conf");
	return UI_USAGE;

err_option:
	ui_error("\"run\" has no option \"%s\"", *argv);
	ui_hint("its options are --user, --netns and --no-caps; -- ends them");
	return UI_USAGE;

err_value:
	ui_error("option \"%s\" needs a value", *argv);
	return UI_USAGE;
}

/* Opening the node loads the module; a program would only say that /dev/net/tun does not work. */
static enum ui_exit check_node(void)
{
	int fd = node_open();

	if (fd < 0)
		return UI_KERNEL;
	close(fd);
	return UI_OK;
}

static enum ui_exit prepare(const struct run_plan *plan, const struct run_user *user)
{
	enum ui_exit ret;

	ret = check_node();
	if (!ret)
		ret = netns_enter(plan->netns, NULL);
	if (!ret)
		ret = run_mount_private();
	if (!ret)
		ret = run_mount_node();
	if (!ret && plan->netns)
		ret = run_mount_netns(plan->netns);
	if (!ret && plan->user)
		ret = run_become(user, !plan->no_caps);
	return ret;
}

int cmd_run(char **argv)
{
	struct run_user user;
	struct run_plan plan;
	enum ui_exit ret;
	int error;

	ret = parse(&plan, argv);
	if (!ret && plan.user)
		ret = run_find_user(plan.user, &user);
	if (!ret)
		ret = prepare(&plan, &user);
	if (ret)
		return ret;
	fflush(stdout);
	execvp(plan.command[0], plan.command);
	error = errno;
	ui_error("cannot execute %s: %s", plan.command[0], strerror(error));
	return error == ENOENT ? EXIT_NOT_FOUND : EXIT_NO_EXEC;
}
