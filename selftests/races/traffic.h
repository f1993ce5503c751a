/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the operations race under: a thread on each processor that writes, reads, and sends to the
 * devices as the stack would. Each works a fifth of the time, in short bursts: on two processors
 * that are emulated, traffic without a pause would leave the operations nothing.
 */
#ifndef SELFTESTS_RACES_TRAFFIC_H
#define SELFTESTS_RACES_TRAFFIC_H

#include "operations.h"
#include "race.h"

#define RACE_BURST 4

/* On a processor of one's own, if it is there. One that goes unbinds: so this is done often. */
static inline void race_pin(int number)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(number % 2, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static inline void race_traffic_burst(struct race_traffic *traffic)
{
	struct race_arena *arena = &traffic->race->arena;
	int place = race_below(&traffic->random, RACE_PLACES);
	int flags = race_load(arena->flags);
	unsigned char frame[200] = {};
	unsigned int ifindex;
	char room[2048];

	race_frame(flags, frame, sizeof(frame));
	ifindex = race_load(arena->places[place].ifindex);
	for (int i = 0; i < RACE_BURST; i++) {
		if (race_frame_write(RACE_FD + place, flags, frame, sizeof(frame)) > 0)
			race_store(traffic->written, traffic->written + 1);
		if (ifindex && race_send(traffic->socket, ifindex, flags, frame,
					 sizeof(frame), 0))
			race_store(traffic->sent, traffic->sent + 1);
		if (read(RACE_FD + place, room, sizeof(room)) > 0)
			race_store(traffic->read, traffic->read + 1);
	}
}

/*
 * Through the qdisc: PACKET_QDISC_BYPASS divides by the number of queues before it looks whether
 * the device is up, and the core sets that to 0 on the way out (seen to panic 6.1).
 */
static inline void *race_traffic_main(void *arg)
{
	struct race_traffic *traffic = arg;
	__u64 begin, busy;

	while (!race_load(traffic->stop)) {
		race_pin(traffic->number);
		begin = race_now();
		race_traffic_burst(traffic);
		busy = (race_now() - begin) / 1000;
		race_sleep_us(busy < 12500 ? 100 + 4 * busy : 50000);
	}
	return NULL;
}

static inline int race_traffic_start(struct race *race)
{
	struct race_traffic *traffic = race->traffic;

	for (int i = 0; i < RACE_TRAFFIC; i++) {
		traffic[i] = (struct race_traffic){
			.race = race, .number = i,
			.random = race_random(race->seed, race->what, 1000 + i),
		};
		traffic[i].socket = net_packet_socket("lo", 0);
		if (traffic[i].socket < 0 ||
		    pthread_create(&traffic[i].pthread, NULL, race_traffic_main, &traffic[i]))
			return -EIO;
	}
	return 0;
}

/* In a mended arena: until both have something behind them, or will never have */
static inline void race_traffic_await(struct race_traffic *traffic)
{
	for (int i = 0; i < RACE_TRAFFIC; i++)
		for (int ms = 0; ms < NET_SOON_MS && !race_load(traffic[i].written); ms++)
			net_sleep_ms(1);
}

static inline void race_traffic_stop(struct race_traffic *traffic)
{
	for (int i = 0; i < RACE_TRAFFIC; i++) {
		race_store(traffic[i].stop, true);
		pthread_join(traffic[i].pthread, NULL);
		close(traffic[i].socket);
	}
}

#endif /* SELFTESTS_RACES_TRAFFIC_H */
