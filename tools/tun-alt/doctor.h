/* SPDX-License-Identifier: GPL-2.0 */
/*
 * `doctor`: facts are gathered once, then each check says one line about them. A line that is not
 * "ok" carries the one command that mends it.
 */
#ifndef TUN_ALT_CLI_DOCTOR_H
#define TUN_ALT_CLI_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>

#include "kernel.h"

enum doctor_status {
	DOCTOR_OK,
	DOCTOR_WARN,
	DOCTOR_FAIL,
};

#define DOCTOR_FIX_MAX	1024
#define DOCTOR_NAME_MAX	128

/* The misc minors that devices.txt leaves to local use. */
#define DOCTOR_MINOR_FIRST	243
#define DOCTOR_MINOR_LAST	254

struct json_object;

/**
 * struct doctor - facts about this machine, and what was found
 * @unit: value of --unit, or the unit of this process, or empty
 * @unit_asked: --unit was given
 * @container: what this process is in, such as docker, or empty
 * @cgroup: path of this process's device cgroup
 * @release: kernel release
 * @loaded: the module is there
 * @misc_minor: minor of the driver in /proc/misc, -1 if it is not there
 * @in_tree: in-tree tun is in /proc/misc
 * @minor_taker: who has the driver's own minor in /proc/misc, empty if nobody
 * @minor_free: a local minor that nobody has, -1 if there is none
 * @node: stat() of the node
 * @node_error: errno of that stat()
 * @fd: the node, -1 if it cannot be opened
 * @open_error: errno of that open()
 * @failed: count of lines that say FAIL
 * @json: receives the lines, NULL for text
 */
struct doctor {
	char unit[DOCTOR_NAME_MAX];
	bool unit_asked;
	char container[DOCTOR_NAME_MAX];
	char cgroup[DOCTOR_NAME_MAX * 2];
	char release[DOCTOR_NAME_MAX];
	bool loaded;
	int misc_minor;
	bool in_tree;
	char minor_taker[DOCTOR_NAME_MAX];
	int minor_free;
	struct stat node;
	int node_error;
	int fd;
	int open_error;
	int failed;
	struct json_object *json;
};

/**
 * struct doctor_unit - what a unit says about devices
 * @found: a file of the unit was found
 * @restricted: only the devices that it lists may be opened
 * @in_tree: the list has in-tree tun's node
 * @ours: the list has this driver's node
 * @private_dev: it gets a /dev without this node
 */
struct doctor_unit {
	bool found;
	bool restricted;
	bool in_tree;
	bool ours;
	bool private_dev;
};

/**
 * doctor_gather() - fill in the facts
 * @d: with @unit set if one was asked for
 *
 * Opening the node is the first thing done, because it may load the module.
 *
 * Context: In the network namespace that is meant.
 */
void doctor_gather(struct doctor *d);

/**
 * doctor_say() - one line
 * @d: the doctor
 * @status: ok, warn or FAIL
 * @check: name of the check
 * @fix: the command that mends it, NULL if none is needed
 * @fmt: what was found
 *
 * Context: Any.
 */
__printf(5, 6)
void doctor_say(struct doctor *d, enum doctor_status status, const char *check, const char *fix,
		const char *fmt, ...);

/**
 * doctor_read() - first line of a file
 * @path: the file
 * @to: result, without the newline; empty if it cannot be read
 * @size: bytes in @to
 *
 * Context: Any.
 * Return: true if the file could be read.
 */
bool doctor_read(const char *path, char *to, size_t size);

/**
 * doctor_misc() - read the lines of /proc/misc
 * @d: receives misc_minor, in_tree, minor_taker and minor_free
 * @file: the opened file
 *
 * Context: Any.
 */
void doctor_misc(struct doctor *d, FILE *file);

/**
 * doctor_unit_line() - read one line of a unit file
 * @unit: what the lines before said
 * @line: the line, without the newline
 *
 * Context: Any.
 */
void doctor_unit_line(struct doctor_unit *unit, const char *line);

void doctor_check_module(struct doctor *d);
void doctor_check_minor(struct doctor *d);
void doctor_check_signature(struct doctor *d);
void doctor_check_in_tree(struct doctor *d);
void doctor_check_node(struct doctor *d);
void doctor_check_mode(struct doctor *d);
void doctor_check_open(struct doctor *d);
void doctor_check_capability(struct doctor *d);
void doctor_check_create(struct doctor *d);
void doctor_check_apparmor(struct doctor *d);
void doctor_check_selinux(struct doctor *d);
void doctor_check_unit(struct doctor *d);

#endif
