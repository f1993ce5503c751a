// SPDX-License-Identifier: GPL-2.0
/*
 * tun-alt-bench -a NODE -b NODE [-r ROUNDS] [-k tun|tap] [-z SIZE] [CASE]...
 *
 * Prints each sample as a line of JSON. A round of a configuration is a b b a, and once the
 * generator alone where the case has one. Everything happens in a network namespace of its own.
 */
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "net_test.h"

#define LARGE 9000

static const struct bench_case *const bench_cases[] = {
	&bench_write_drop, &bench_write_udp, &bench_write_tcp, &bench_forward, &bench_echo,
	&bench_read, &bench_xmit_read, &bench_uring_write, &bench_uring_read, &bench_burst_drop,
	&bench_burst_udp, &bench_burst_tcp, &bench_burst_read, &bench_burst_uring, &bench_wake,
	&bench_ring_read, &bench_ring_xmit_read, &bench_ring_drop, &bench_ring_udp, &bench_ring_xdp,
	&bench_lend_drop, &bench_lend_udp, &bench_lend_tcp,
	&bench_calls, &bench_vpn, &bench_memory, &bench_create, &bench_destroy, &bench_close,
	&bench_overload, NULL
};

/**
 * struct options - what the command line asks for
 * @node: of side a and of side b
 * @rounds: of each configuration
 * @clock: the cases that take time, else those that take instructions
 * @kind: "tun", "tap", NULL for both
 * @size: of packets, 0 for all that a case has
 */
static struct options {
	const char *node[2];
	int rounds;
	bool clock;
	const char *kind;
	int size;
} options = { .node = { "/dev/net/tun", "/dev/net/tun-alt" }, .rounds = 5 };

void bench_broken(struct bench_sample *sample, const char *format, ...)
{
	va_list args;

	if (*sample->broken)
		return;
	va_start(args, format);
	vsnprintf(sample->broken, sizeof(sample->broken), format, args);
	va_end(args);
}

static const char *kind_of(const struct bench_setup *setup)
{
	return setup->tap ? "tap" : "tun";
}

static void print_value(const struct bench_case *what, const struct bench_config *config,
			const struct bench_side *side, int round, const struct bench_figure *figure,
			struct bench_value value, const char *broken)
{
	const struct bench_setup *setup = &side->setup;

	printf("{\"case\": \"%s\", \"unit\": \"%s\", \"counts\": \"%s\", ", figure->name,
	       figure->unit, what->driver ? "driver" : "path");
	printf("\"kind\": \"%s\", \"size\": %d, \"queues\": %d, \"config\": \"%s\", ",
	       kind_of(setup), setup->size, setup->queues, config->name);
	printf("\"side\": \"%c\", \"round\": %d, \"count\": %ld, \"amount\": %lld, ",
	       "abg"[side->number], round, value.count, value.amount);
	printf("\"void\": \"%s\"}\n", broken);
}

/* A large packet takes as much as many small ones. */
static long count_of(const struct bench_case *what, const struct bench_side *side)
{
	return side->setup.size < LARGE ? what->count : what->count / 4;
}

static void sample_one(const struct bench_case *what, const struct bench_config *config,
		       struct bench_side *side, int round)
{
	struct bench_sample sample = { .count = count_of(what, side) };
	struct bench_value value;

	what->run(side, &sample);
	value = (struct bench_value){ sample.count, sample.amount };
	print_value(what, config, side, round, &what->figure, value, sample.broken);
	for (int i = 0; i < BENCH_EXTRA && what->extra[i].name; i++)
		print_value(what, config, side, round, &what->extra[i], sample.extra[i],
			    sample.broken);
	fflush(stdout);
}

/* What only one of the two can do, or the other has been asked in another way */
static bool is_asked_of(const struct bench_config *config, int side)
{
	if (side == 0)
		return !(config->flags & (BENCH_BURST | BENCH_SAID | BENCH_RING));
	return side > 1 || !(config->flags & BENCH_REFERENCE);
}

static void run_rounds(const struct bench_case *what, const struct bench_config *config,
		       struct bench_side *sides, int count)
{
	static const int order[] = { 0, 1, 1, 0 };
	struct bench_sample warm;

	for (int i = 0; i < count; i++) {
		if (!is_asked_of(config, i))
			continue;
		warm = (struct bench_sample){ .count = count_of(what, &sides[i]) };
		what->run(&sides[i], &warm);
	}
	for (int round = 0; round < options.rounds; round++) {
		for (int i = 0; i < 4; i++)
			if (is_asked_of(config, order[i]))
				sample_one(what, config, &sides[order[i]], 2 * round + i / 2);
		if (count > 2)
			sample_one(what, config, &sides[2], round);
	}
}

/* The sides of one configuration, from nothing to nothing */
static int run_config(const struct bench_case *what, const struct bench_config *config,
		      struct bench_setup setup)
{
	static struct bench_side sides[BENCH_SIDES];
	int count = what->driver ? 3 : 2;
	int made = 0, ret = 0;

	setup.flags = config->flags;
	memset(sides, 0, sizeof(sides));
	while (made < count && !ret) {
		struct bench_side *side = &sides[made];

		side->node = made < 2 ? options.node[made] : NULL;
		side->number = made++;
		side->setup = setup;
		side->sock = -1;
		memset(side->fd, -1, sizeof(side->fd));
		memset(side->source, -1, sizeof(side->source));
		if (is_asked_of(config, side->number))
			ret = what->begin(side);
	}
	if (ret == -EOPNOTSUPP)
		fprintf(stderr, "bench: %s, %s, %s: not on this kernel\n", what->figure.name,
			config->name, kind_of(&setup));
	else if (ret)
		fprintf(stderr, "bench: %s, %s, %s, %d bytes: %s: %s\n", what->figure.name,
			config->name, kind_of(&setup), setup.size,
			sides[made - 1].node ? : "dummy", strerror(-ret));
	else
		run_rounds(what, config, sides, count);
	while (made) {
		if (what->end)
			what->end(&sides[made - 1]);
		device_end(&sides[--made]);
	}
	return ret == -EOPNOTSUPP ? 0 : ret;
}

static int run_queues(const struct bench_case *what, struct bench_setup setup)
{
	static const int one[] = { 1, 0 };
	const struct bench_config *config;
	const int *queues = what->queues ? what->queues : one;
	int ret = 0;

	for (; *queues; queues++) {
		setup.queues = *queues;
		for (config = what->configs; config->name; config++)
			ret |= run_config(what, config, setup);
	}
	return ret;
}

static int run_case(const struct bench_case *what)
{
	struct bench_setup setup = {};
	const int *size;
	int ret = 0;

	for (int tap = 0; tap < 2; tap++) {
		setup.tap = tap;
		if (tap && what->tun_only)
			continue;
		if (options.kind && strcmp(options.kind, kind_of(&setup)))
			continue;
		if (!what->sizes)
			ret |= run_queues(what, setup);
		for (size = what->sizes; size && *size; size++) {
			setup.size = *size;
			if (!options.size || options.size == *size)
				ret |= run_queues(what, setup);
		}
	}
	return ret;
}

static bool is_asked(const char *name, char **names)
{
	if (!*names)
		return true;
	while (*names)
		if (!strcmp(*names++, name))
			return true;
	return false;
}

BENCH_ATTRIBUTE(noreturn)
static void usage(void)
{
	fprintf(stderr, "tun-alt-bench [-a NODE] [-b NODE] [-c] [-r ROUNDS] [-k tun|tap] ");
	fprintf(stderr, "[-z SIZE] [CASE]...\n");
	for (int i = 0; bench_cases[i]; i++)
		fprintf(stderr, "  %s\n", bench_cases[i]->figure.name);
	exit(2);
}

static bool is_case(const char *name)
{
	for (int i = 0; bench_cases[i]; i++)
		if (!strcmp(bench_cases[i]->figure.name, name))
			return true;
	return false;
}

static void parse(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "a:b:cr:k:z:")) != -1) {
		switch (opt) {
		case 'a':
			options.node[0] = optarg;
			break;
		case 'b':
			options.node[1] = optarg;
			break;
		case 'c':
			options.clock = true;
			break;
		case 'r':
			options.rounds = atoi(optarg);
			break;
		case 'k':
			options.kind = optarg;
			break;
		case 'z':
			options.size = atoi(optarg);
			break;
		default:
			usage();
		}
	}
	if (options.rounds < 1 || options.size < 0 ||
	    (options.kind && strcmp(options.kind, "tun") && strcmp(options.kind, "tap")))
		usage();
	for (char **name = argv + optind; *name; name++)
		if (!is_case(*name))
			usage();
}

int main(int argc, char **argv)
{
	int ret = 0;

	parse(argc, argv);
	if (unshare(CLONE_NEWNET) || net_quiet() || net_set_up("lo", 1)) {
		perror("bench: a network namespace");
		return 1;
	}
	for (int i = 0; bench_cases[i]; i++)
		if (bench_cases[i]->clock == options.clock &&
		    is_asked(bench_cases[i]->figure.name, argv + optind))
			ret |= run_case(bench_cases[i]);
	return ret ? 1 : 0;
}
