/* SPDX-License-Identifier: GPL-2.0 */
/* The verbs: one file each, one table. */
#ifndef TUN_ALT_CLI_CMD_H
#define TUN_ALT_CLI_CMD_H

#include <stdbool.h>

/**
 * struct cmd - one verb
 * @name: the verb
 * @run: does it with the NULL-terminated words after the verb; returns the exit status
 * @batch: may stand in a batch file
 * @summary: what it does, in one line
 * @usage: its words, one or more lines
 */
struct cmd {
	const char *name;
	int (*run)(char **argv);
	bool batch;
	const char *summary;
	const char *usage;
};

/* The table ends with a row without a name. */
extern const struct cmd cmd_table[];

int cmd_add(char **argv);
int cmd_del(char **argv);
int cmd_show(char **argv);
int cmd_set(char **argv);
int cmd_stats(char **argv);
int cmd_drops(char **argv);
int cmd_run(char **argv);
int cmd_doctor(char **argv);
int cmd_help(char **argv);
int cmd_version(char **argv);

/**
 * cmd_find() - the verb that a word means
 * @word: a verb, an alias, or a prefix of one verb alone
 *
 * Context: Any. Says on stderr what is wrong, and which verb is nearest.
 * Return: the verb, or NULL.
 */
const struct cmd *cmd_find(const char *word);

/**
 * cmd_execute() - do one command line
 * @argv: verb and words, NULL-terminated; empty means `show`
 *
 * Context: Any.
 * Return: exit status.
 */
int cmd_execute(char **argv);

/**
 * cmd_batch() - do the command lines of a file
 * @path: the file, "-" for stdin
 *
 * Context: Any.
 * Return: exit status: the worst of the lines' if -force, else the first that is not 0.
 */
int cmd_batch(const char *path);

#endif
