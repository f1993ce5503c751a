// SPDX-License-Identifier: GPL-2.0
/*
 * Programs from nothing and programs from others.
 *
 * A call is worth little without a device, so that what is made from nothing begins with one. To
 * make and end it costs more than all other calls, so there are many of those. Most calls speak of
 * what earlier ones made, so that they meet.
 */
#include "fuzz.h"

#include <string.h>

/* xorshift64*: short, and good enough for what has no adversary */
__u64 fuzz_random(struct fuzz_random *random)
{
	__u64 x = random->state ? random->state : 88172645463325252ULL;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	random->state = x;
	return (x * 2685821657736338717ULL) >> 16;
}

/* Below @n, and the lower the likelier */
static unsigned int low(struct fuzz_random *random, unsigned int n)
{
	unsigned int i = 0;

	while (i < n - 1 && fuzz_once_in(random, 3))
		i++;
	return i;
}

static __u64 any_number(struct fuzz_random *random)
{
	__u64 value = fuzz_random(random);

	switch (fuzz_below(random, 4)) {
	case 0:
		return value & 0xff;
	case 1:
		return value & 0xffff;
	case 2:
		return 1ULL << (value % 32);
	default:
		return value & 0xffffffff;
	}
}

static __u64 some_bits(struct fuzz_random *random, const struct fuzz_set *set)
{
	unsigned int least = fuzz_below(random, 3);
	__u64 value = 0;

	/* Each of the bits in half of the values would leave few that the kernel takes. */
	for (unsigned int i = 0; i < set->n; i++)
		if (fuzz_once_in(random, 2 + least))
			value |= set->value[i];
	return fuzz_once_in(random, 40) ? value ^ any_number(random) : value;
}

/**
 * struct known - what there may be before a call, a bit each
 * @files: places with a descriptor
 * @names: names that a device was to get
 * @spaces: namespaces that something went to
 */
struct known {
	unsigned int files;
	unsigned int names;
	unsigned int spaces;
};

static void learn(struct known *known, enum fuzz_kind kind, __u64 value)
{
	switch (kind) {
	case FUZZ_TO:
		known->files |= 1U << value % FUZZ_FILES;
		break;
	case FUZZ_GONE:
		known->files &= ~(1U << value % FUZZ_FILES);
		break;
	case FUZZ_NEW_NAME:
		known->names |= 1U << value % FUZZ_NAMES;
		break;
	case FUZZ_NEW_SPACE:
		known->spaces |= 1U << value % FUZZ_SPACES;
		break;
	default:
		break;
	}
}

static void learn_call(struct known *known, const struct fuzz_call *call)
{
	const struct fuzz_arg *arg = fuzz_ops[call->op].arg;

	for (int k = 0; k < FUZZ_ARGS && arg[k].kind; k++)
		learn(known, arg[k].kind, call->arg[k]);
}

/* Behind the first calls of a program */
static struct known known_of(const struct fuzz_program *program, unsigned int calls)
{
	struct known known = { .spaces = 1 };

	for (unsigned int i = 0; i < calls; i++)
		learn_call(&known, &program->call[i]);
	return known;
}

/* One of @n, and mostly a known one */
static __u64 any_known(struct fuzz_random *random, unsigned int known, unsigned int n)
{
	__u64 value = fuzz_below(random, n);

	if (!known || fuzz_once_in(random, 16))
		return value;
	while (!(known & 1U << value))
		value = fuzz_below(random, n);
	return value;
}

static __u64 any_arg(struct fuzz_random *random, const struct fuzz_arg *arg,
		     const struct known *known)
{
	switch (arg->kind) {
	case FUZZ_FILE:
		return any_known(random, known->files, FUZZ_FILES);
	case FUZZ_TO:
	case FUZZ_GONE:
		return fuzz_below(random, FUZZ_FILES);
	case FUZZ_NAME:
		return any_known(random, known->names, FUZZ_NAMES);
	case FUZZ_NEW_NAME:
		return low(random, FUZZ_NAMES);
	case FUZZ_SPACE:
		return any_known(random, known->spaces, FUZZ_SPACES);
	case FUZZ_NEW_SPACE:
		return fuzz_below(random, FUZZ_SPACES);
	case FUZZ_POINTER:
		return fuzz_once_in(random, 12) ? fuzz_below(random, 8) : 0;
	case FUZZ_CHOICE:
		return arg->set->value[fuzz_below(random, arg->set->n)];
	case FUZZ_BITS:
		return some_bits(random, arg->set);
	case FUZZ_NUMBER:
		if (fuzz_once_in(random, 8))
			return any_number(random);
		return arg->set->value[fuzz_below(random, arg->set->n)];
	default:
		return 0;
	}
}

static void fill_call(struct fuzz_random *random, struct fuzz_call *call,
		      const struct known *known)
{
	const struct fuzz_op *op = &fuzz_ops[call->op];

	for (int k = 0; k < FUZZ_ARGS; k++)
		call->arg[k] = any_arg(random, &op->arg[k], known);
}

static void any_call(struct fuzz_random *random, struct fuzz_call *call,
		     const struct known *known)
{
	static unsigned int total;
	static bool counted;
	unsigned int at;

	for (unsigned int i = 0; !counted && i < fuzz_nr_ops; i++)
		total += fuzz_ops[i].weight;
	counted = true;
	at = fuzz_below(random, total);
	for (call->op = 0; at >= fuzz_ops[call->op].weight; call->op++)
		at -= fuzz_ops[call->op].weight;
	call->thread = 0;
	fill_call(random, call, known);
}

/* A call that is @name, with the arguments that a device needs that is to work */
static struct fuzz_call *add_call(struct fuzz_program *program, const char *name)
{
	struct fuzz_call *call = &program->call[program->calls++];

	memset(call, 0, sizeof(*call));
	call->op = fuzz_op_find(name);
	return call;
}

/* Each argument by its name, so that the order in the table is the table's matter */
static void set_arg(struct fuzz_call *call, const char *name, __u64 value)
{
	const struct fuzz_op *op = &fuzz_ops[call->op];

	for (int k = 0; k < FUZZ_ARGS && op->arg[k].kind; k++)
		if (!strcmp(op->arg[k].name, name))
			call->arg[k] = value;
}

static __u64 device_flags(struct fuzz_random *random)
{
	/* IFF_TUN, IFF_TAP; NO_PI, VNET_HDR, MULTI_QUEUE, NAPI; TAP with NAPI and NAPI_FRAGS */
	static const __u64 type[] = { 1, 2, 2, 0x32 };
	static const __u64 rest[] = { 0x1000, 0x4000, 0x0100, 0x0010, 0x0080 };
	__u64 flags = type[fuzz_below(random, 4)];

	for (int i = 0; i < 5; i++)
		if (fuzz_once_in(random, 2))
			flags |= rest[i];
	return flags;
}

static void add_device(struct fuzz_random *random, struct fuzz_program *program)
{
	unsigned int queues = 1 + fuzz_below(random, 2);
	__u64 flags = device_flags(random), wait = fuzz_once_in(random, 8) ? 0 : 04000;
	struct fuzz_call *call;

	if (queues > 1)
		flags |= 0x0100;
	for (unsigned int i = 0; i < queues; i++) {
		call = add_call(program, "open");
		set_arg(call, "to", i);
		set_arg(call, "flags", wait);
		call = add_call(program, "TUNSETIFF");
		set_arg(call, "fd", i);
		set_arg(call, "value", flags);
	}
	if (!fuzz_once_in(random, 5)) {
		call = add_call(program, "link_flags");
		set_arg(call, "flags", 1);
		set_arg(call, "mask", 1);
	}
}

/* From the middle on calls may be several threads' */
static void spread(struct fuzz_random *random, struct fuzz_program *program)
{
	unsigned int threads = 2 + fuzz_below(random, FUZZ_THREADS - 1);
	unsigned int from = program->calls > 4 ? 4 : program->calls / 2;

	for (unsigned int i = from; i < program->calls; i++)
		program->call[i].thread = fuzz_below(random, threads);
}

static void insert_call(struct fuzz_random *random, struct fuzz_program *program,
			const struct fuzz_call *call)
{
	unsigned int at = fuzz_below(random, program->calls + 1);

	if (program->calls == FUZZ_CALLS)
		return;
	/* Behind what makes the device, mostly */
	if (at < 3 && program->calls > 3 && !fuzz_once_in(random, 4))
		at = program->calls;
	memmove(&program->call[at + 1], &program->call[at],
		(program->calls - at) * sizeof(*program->call));
	program->call[at] = *call;
	program->calls++;
}

static void remove_call(struct fuzz_random *random, struct fuzz_program *program)
{
	unsigned int at = fuzz_below(random, program->calls);

	if (program->calls < 2)
		return;
	program->calls--;
	memmove(&program->call[at], &program->call[at + 1],
		(program->calls - at) * sizeof(*program->call));
}

/* What there is no room for goes from anywhere. */
void fuzz_extend(struct fuzz_random *random, struct fuzz_program *program)
{
	unsigned int more = 8 + fuzz_below(random, 16);
	struct fuzz_call *call;
	struct known known;

	while (program->calls + more > FUZZ_CALLS)
		remove_call(random, program);
	known = known_of(program, program->calls);
	while (more--) {
		call = &program->call[program->calls++];
		any_call(random, call, &known);
		learn_call(&known, call);
	}
}

void fuzz_generate(struct fuzz_random *random, struct fuzz_program *program)
{
	program->calls = 0;
	if (!fuzz_once_in(random, 10))
		add_device(random, program);
	for (unsigned int more = 1 + fuzz_below(random, 3); more; more--)
		fuzz_extend(random, program);
	if (fuzz_once_in(random, 4))
		spread(random, program);
}

static void change_arg(struct fuzz_random *random, struct fuzz_program *program)
{
	unsigned int at = fuzz_below(random, program->calls);
	struct known known = known_of(program, at);
	struct fuzz_call *call = &program->call[at];
	const struct fuzz_op *op = &fuzz_ops[call->op];
	int n = 0, k;

	while (n < FUZZ_ARGS && op->arg[n].kind)
		n++;
	if (!n)
		return;
	k = fuzz_below(random, n);
	if (op->arg[k].kind >= FUZZ_BITS && fuzz_once_in(random, 4))
		call->arg[k] ^= 1ULL << fuzz_below(random, 17);
	else if (op->arg[k].kind == FUZZ_BITS && fuzz_once_in(random, 2))
		call->arg[k] ^= op->arg[k].set->value[fuzz_below(random, op->arg[k].set->n)];
	else
		call->arg[k] = any_arg(random, &op->arg[k], &known);
}

static void mutate_once(struct fuzz_random *random, struct fuzz_program *program,
			const struct fuzz_program *other)
{
	struct known known = known_of(program, program->calls);
	struct fuzz_call call;

	switch (fuzz_below(random, 14)) {
	case 0 ... 3:
		any_call(random, &call, &known);
		insert_call(random, program, &call);
		break;
	case 4 ... 7:
		change_arg(random, program);
		break;
	case 8:
		remove_call(random, program);
		break;
	case 9:
		call = program->call[fuzz_below(random, program->calls)];
		insert_call(random, program, &call);
		break;
	case 10:
		for (int i = 1 + fuzz_below(random, 4); i; i--)
			insert_call(random, program,
				    &other->call[fuzz_below(random, other->calls)]);
		break;
	case 11 ... 12:
		fuzz_extend(random, program);
		break;
	default:
		if (fuzz_once_in(random, 2))
			spread(random, program);
		else
			for (unsigned int i = 0; i < program->calls; i++)
				program->call[i].thread = 0;
	}
}

void fuzz_mutate(struct fuzz_random *random, struct fuzz_program *program,
		 const struct fuzz_program *other)
{
	do
		mutate_once(random, program, other);
	while (!fuzz_once_in(random, 3));
}
