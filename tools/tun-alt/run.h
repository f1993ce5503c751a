/* SPDX-License-Identifier: GPL-2.0 */
/* What `run` does to this process before it becomes the program. */
#ifndef TUN_ALT_CLI_RUN_H
#define TUN_ALT_CLI_RUN_H

#include <stdbool.h>
#include <sys/types.h>

#include "ui.h"

/**
 * struct run_user - whom the program shall run as
 * @name: login name, for its groups and its environment
 * @home: home directory
 * @uid: user
 * @gid: login group
 */
struct run_user {
	char name[64];
	char home[256];
	uid_t uid;
	gid_t gid;
};

/**
 * run_find_user() - look a user up
 * @text: name or number
 * @user: result
 *
 * Context: Before the mount namespace changes. Says on stderr what is wrong.
 * Return: UI_OK or UI_USAGE.
 */
enum ui_exit run_find_user(const char *text, struct run_user *user);

/**
 * run_become() - turn into a user for good
 * @user: from run_find_user()
 * @keep_net_admin: keep CAP_NET_ADMIN over the exec, as an ambient capability
 *
 * Context: Single thread. Says on stderr what is wrong.
 * Return: UI_OK or UI_KERNEL.
 */
enum ui_exit run_become(const struct run_user *user, bool keep_net_admin);

/**
 * run_mount_private() - give this process its own view of the file system
 *
 * Without CAP_SYS_ADMIN a user namespace of its own is made, in which the user stays who he is.
 *
 * Context: Single thread. Says on stderr what is wrong.
 * Return: UI_OK or UI_KERNEL.
 */
enum ui_exit run_mount_private(void);

/**
 * run_mount_node() - put the driver's node in the place of /dev/net/tun
 *
 * Context: After run_mount_private(). Says on stderr what is wrong.
 * Return: UI_OK or UI_KERNEL.
 */
enum ui_exit run_mount_node(void);

/**
 * run_mount_netns() - show the network namespace that was entered in /sys, and its files in /etc
 * @name: its name below /run/netns, or a path or a process number, which have no files in /etc
 *
 * Context: After run_mount_private() and netns_enter().
 * Return: UI_OK or UI_KERNEL.
 */
enum ui_exit run_mount_netns(const char *name);

#endif
