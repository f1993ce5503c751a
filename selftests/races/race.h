/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What races: operations by several threads, on devices that are mended between the rounds.
 *
 * An iteration is a place of a round. Each place has a descriptor, and a device of its own or one
 * that it shares with the others. Most operations are done place by place, with a barrier in front
 * of each. The wide ones are done once a round and concern all places: the end of a namespace
 * takes all devices along at once, and costs as much as that of one.
 */
#ifndef SELFTESTS_RACES_RACE_H
#define SELFTESTS_RACES_RACE_H

#include <pthread.h>

#include "../tun_dev.h"
#include "random.h"

#define RACE_PLACES 8
#define RACE_THREADS 3
#define RACE_TRAFFIC 2
/* How often an operation is done in a place at most, and of how many of those it is known when */
#define RACE_TRIES 10000
#define RACE_STAMPS 8
/* Descriptors that an operation leaves for the leader to close, by place and thread */
#define RACE_SPARES (RACE_PLACES * RACE_THREADS)
/* Numbers that nobody else gets: all other descriptors are below */
#define RACE_FD 300
#define RACE_SPARE_FD (RACE_FD + RACE_PLACES)
#define RACE_DOOMED_FD (RACE_SPARE_FD + RACE_SPARES)
#define RACE_WITNESS_FD (RACE_DOOMED_FD + 1)
#define RACE_GROUP 77
#define RACE_TYPE 0x88b5
/* Packets that a ring has room for */
#define RACE_LENGTH 32
#define RACE_ERRNOS 160
/* Flags of a device that are counted */
#define RACE_FLAGS 6

/* Not in every kernel's headers */
#ifndef IFF_BACKPRESSURE
#define IFF_BACKPRESSURE 0x0080
#endif

enum race_op_number {
	OP_READ,
	OP_WRITE,
	OP_POLL,
	OP_CLOSE,
	OP_SETIFF,
	OP_SETQUEUE,
	OP_PERSIST,
	OP_TXQUEUELEN,
	OP_MTU,
	OP_XDP,
	OP_FILTER,
	OP_STEERING,
	OP_BURST,
	OP_RING,
	OP_UPDOWN,
	OP_LINK_DEL,
	OP_NETNS_MOVE,
	OP_NETNS_EXIT,
	OP_RMMOD,
	OP_HOTPLUG,
	OP_LOOK,
	RACE_OPS
};

/* What the leader sets up and mends */
enum race_kind {
	RACE_SHARED,	/* one device, and each place has a queue */
	RACE_OWN,	/* each place has a device */
	RACE_DOOMED,	/* likewise, in a namespace that ends with the next close */
};

struct race_place {
	char name[IFNAMSIZ];
	char sibling[IFNAMSIZ];	/* what calls by name are made on */
	unsigned int ifindex;	/* at home, 0 while it is elsewhere */
};

/* Sockets of one thread, in both namespaces */
struct race_door {
	int home;
	int away;
};

struct race_programs {
	int xdp[2];
	int steering[2];
	int filter[2];
};

struct race_arena {
	enum race_kind kind;
	int flags;	/* of its devices; traffic looks while the leader draws others */
	bool stale;	/* what is there was made with others */
	const char *qdisc;
	bool keep;	/* a shared device outlives the last close */
	bool moves;	/* devices are moved between namespaces */
	bool by_name;	/* calls are made on devices' names */
	bool reads;
	int home_ns;
	int away_ns;
	int holder;
	int packet;
	struct race_door door;
	struct race_programs programs;
	struct race_place places[RACE_PLACES];
	const char *trouble;	/* the step that failed in the leader's hands */
};

/* One doing of an operation, in ns */
struct race_stamp {
	__u64 begin, end;
};

struct race_tally {
	unsigned long done;
	unsigned long refused[RACE_ERRNOS];
	int strange;	/* an errno that is not documented for the operation */
};

struct race;

/* A thread that keeps devices busy, one on each processor */
struct race_traffic {
	struct race *race;
	pthread_t pthread;
	int number;
	int socket;
	struct race_random random;
	bool stop;
	unsigned long written, sent, read;	/* others look while it goes on */
};

/* What a thread has */
struct race_thread {
	struct race *race;
	const struct race_op *op;
	int number;
	pthread_t pthread;
	struct race_random random;
	struct race_door door;
	struct race_tally tally;
	struct race_stamp stamps[RACE_PLACES][RACE_STAMPS];
	int tries[RACE_PLACES];
	__u64 typical;	/* how long the operation takes, a running median */
	unsigned int begun;	/* the last round that it has begun with */
	unsigned int done;	/* and ended */
	unsigned long arrived;	/* places that it has come to, of all rounds */
	int first;		/* places of this round in which it was done once */
	int parity;
};

/**
 * struct race_op - an operation
 * @name: its name in those of the tests
 * @run: does it in a place; 0 or more, or -errno
 * @errnos: what it may be refused with, 0 at the end
 * @wide: concerns all places of a round at once
 * @once: a second time in the same place would find nothing to do
 */
struct race_op {
	const char *name;
	int (*run)(struct race_thread *thread, int place);
	int errnos[8];
	bool wide;
	bool once;
};

/* Kinds of devices, in an order that follows from the seed */
struct race_deck {
	struct race_random random;
	unsigned int drawn;
	unsigned int first, step, press, vnet;
	unsigned long iterations;
	unsigned long of[RACE_FLAGS];
};

/* What the threads of a test share */
struct race {
	struct race_arena arena;
	struct race_deck deck;
	struct race_thread threads[RACE_THREADS];
	int nr_threads;
	int nr_narrow;
	struct race_thread *wide;	/* one of those, if there is any */
	struct race_traffic traffic[RACE_TRAFFIC];
	__u64 seed;
	__u64 what;
	unsigned int go;	/* the round */
	int places;		/* of this round */
	int stop;
	unsigned long iterations;
	__u64 mending;		/* ns between the rounds */
	unsigned long overlapped;	/* any two operations were under way at once */
	unsigned long all_overlapped;
};

static inline __u64 race_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static inline void race_sleep_us(unsigned long us)
{
	struct timespec ts = { us / 1000000, us % 1000000 * 1000 };

	nanosleep(&ts, NULL);
}

/* Waits for what another thread is about to say, at first without a call, then with short sleeps */
#define race_wait(condition)						\
do {									\
	for (int race_tries = 0; !(condition); race_tries++)		\
		if (race_tries > 400)					\
			race_sleep_us(50);				\
		else if (race_tries > 200)				\
			sched_yield();					\
} while (0)

#define race_load(place) __atomic_load_n(&(place), __ATOMIC_ACQUIRE)
#define race_store(place, value) __atomic_store_n(&(place), value, __ATOMIC_RELEASE)

#endif /* SELFTESTS_RACES_RACE_H */
