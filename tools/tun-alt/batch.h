/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of a batch file. */
#ifndef TUN_ALT_CLI_BATCH_H
#define TUN_ALT_CLI_BATCH_H

/* Words that a line may have, and the NULL after them. */
#define BATCH_WORDS	64

/**
 * batch_split() - cut a line into words, in place
 * @line: the line; a # where a word would begin starts a comment
 * @argv: receives the words and a NULL
 * @max: entries in @argv
 *
 * Context: Any.
 * Return: count of words, -E2BIG if there are too many, -EINVAL if a quotation mark has no partner.
 */
int batch_split(char *line, char **argv, int max);

#endif
