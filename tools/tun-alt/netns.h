/* SPDX-License-Identifier: GPL-2.0 */
/* Network namespaces by name, path or process. */
#ifndef TUN_ALT_CLI_NETNS_H
#define TUN_ALT_CLI_NETNS_H

#include "ui.h"

#define NETNS_DIR	"/run/netns"

/**
 * netns_open() - open a network namespace
 * @name: name below /run/netns, path with a slash, or process number
 *
 * Context: Any. Says on stderr what is wrong.
 * Return: a descriptor, or -1.
 */
int netns_open(const char *name);

/**
 * netns_enter() - move this process into a network namespace
 * @name: as for netns_open(), or NULL to stay
 * @home: where to come back to, for netns_leave(); NULL if never
 *
 * Context: Single thread. Says on stderr what is wrong.
 * Return: UI_OK or UI_KERNEL.
 */
enum ui_exit netns_enter(const char *name, int *home);

/**
 * netns_leave() - come back from netns_enter()
 * @home: what it stored
 *
 * Context: Single thread.
 */
void netns_leave(int home);

#endif
