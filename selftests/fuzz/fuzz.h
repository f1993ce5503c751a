/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fuzzer: a program is a list of calls, a call is an operation of the table and its numbers.
 * Whatever the numbers are, the program can be run; so anything may be changed about it.
 */
#ifndef SELFTESTS_FUZZ_H
#define SELFTESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <linux/types.h>

#define FUZZ_CALLS 96
#define FUZZ_ARGS 10
#define FUZZ_THREADS 3

/* Descriptors of the node, names of devices and namespaces that a program can speak of */
#define FUZZ_FILES 6
#define FUZZ_NAMES 9
#define FUZZ_SPACES 3

/* A program as text is shorter than this. */
#define FUZZ_TEXT 32768

/**
 * enum fuzz_kind - what an argument is
 * @FUZZ_NONE: there is none
 * @FUZZ_FILE: a descriptor, by the place that an earlier call gave it
 * @FUZZ_TO: a place that a descriptor is put in
 * @FUZZ_GONE: a place that one is taken out of
 * @FUZZ_NAME: a device, by the number of its name
 * @FUZZ_NEW_NAME: the number of a name that a device gets
 * @FUZZ_SPACE: a network namespace, by its number
 * @FUZZ_NEW_SPACE: one that a device, or a descriptor to come, gets into
 * @FUZZ_POINTER: what the address is that goes to the kernel, see &enum world_pointer
 * @FUZZ_CHOICE: one of a set
 * @FUZZ_BITS: some of a set together
 * @FUZZ_NUMBER: one of a set, or any other number
 */
enum fuzz_kind {
	FUZZ_NONE,
	FUZZ_FILE,
	FUZZ_TO,
	FUZZ_GONE,
	FUZZ_NAME,
	FUZZ_NEW_NAME,
	FUZZ_SPACE,
	FUZZ_NEW_SPACE,
	FUZZ_POINTER,
	FUZZ_CHOICE,
	FUZZ_BITS,
	FUZZ_NUMBER,
};

/**
 * struct fuzz_set - values that mean something
 * @name: its name
 * @words: how the values are written in C, with commas between them
 * @value: the values
 * @n: how many
 */
struct fuzz_set {
	const char *name;
	const char *words;
	const __u64 *value;
	unsigned int n;
};

/**
 * struct fuzz_arg - an argument of an operation
 * @name: its name in the text
 * @kind: what it is
 * @set: its values, if it has any
 */
struct fuzz_arg {
	const char *name;
	enum fuzz_kind kind;
	const struct fuzz_set *set;
};

struct fuzz_task;

/**
 * struct fuzz_op - an operation
 * @name: its name in the text
 * @run: does it; 0 or more, or -errno
 * @weight: how often it is chosen, against the others
 * @request: the number, of an ioctl
 * @layout: what the argument of an ioctl is in syzkaller's language, NULL for what is none
 * @arg: its arguments
 */
struct fuzz_op {
	const char *name;
	long (*run)(struct fuzz_task *task, const struct fuzz_op *op, const __u64 *arg);
	unsigned int weight;
	unsigned int request;
	const char *layout;
	struct fuzz_arg arg[FUZZ_ARGS];
};

extern const struct fuzz_op fuzz_ops[];
extern const unsigned int fuzz_nr_ops;
extern const struct fuzz_set fuzz_sets[];
extern const unsigned int fuzz_nr_sets;

/* The operation of that name; -1 if there is none */
int fuzz_op_find(const char *name);

/**
 * struct fuzz_call - a call
 * @op: its operation
 * @thread: who does it
 * @arg: the numbers
 */
struct fuzz_call {
	unsigned int op;
	unsigned int thread;
	__u64 arg[FUZZ_ARGS];
};

/**
 * struct fuzz_program - what is run at a time
 * @calls: how many calls there are
 * @call: the calls; those before the first of another thread than 0 are done when the rest begins
 */
struct fuzz_program {
	unsigned int calls;
	struct fuzz_call call[FUZZ_CALLS];
};

/* Text of one line a call; its length */
size_t fuzz_print(const struct fuzz_program *program, char *text, size_t size);

/* And back; 0, or the number of the first line that is no call */
int fuzz_parse(const char *text, struct fuzz_program *program);

/* A file with such a text; 0, or -1 with a complaint on stderr */
int fuzz_load(const char *path, struct fuzz_program *program);

/**
 * struct fuzz_random - numbers that the seed decides
 * @state: where it is
 */
struct fuzz_random {
	__u64 state;
};

__u64 fuzz_random(struct fuzz_random *random);

/* Below @n, which is not 0 */
static inline unsigned int fuzz_below(struct fuzz_random *random, unsigned int n)
{
	return fuzz_random(random) % n;
}

/* Whether it is one of @n times */
static inline bool fuzz_once_in(struct fuzz_random *random, unsigned int n)
{
	return !fuzz_below(random, n);
}

/* A program from nothing */
void fuzz_generate(struct fuzz_random *random, struct fuzz_program *program);

/* Goes on with @program for a while */
void fuzz_extend(struct fuzz_random *random, struct fuzz_program *program);

/* Changes @program; @other is one to take calls from */
void fuzz_mutate(struct fuzz_random *random, struct fuzz_program *program,
		 const struct fuzz_program *other);

/**
 * struct fuzz_result - what came of a program
 * @edges: new ones
 * @last: the call behind the last one that brought any
 * @newest: place of one of them
 */
struct fuzz_result {
	unsigned int edges;
	unsigned int last;
	unsigned int newest;
};

/* Threads, namespaces and sockets; 0, or -1 with a complaint on stderr */
int fuzz_execute_setup(void);

/* Runs a program and tidies up behind it */
struct fuzz_result fuzz_execute(const struct fuzz_program *program);

/* How often each operation was called, and how often it succeeded */
void fuzz_count_print(FILE *to);

/* The table in syzkaller's description language */
void fuzz_syzkaller(FILE *to);

#endif /* SELFTESTS_FUZZ_H */
