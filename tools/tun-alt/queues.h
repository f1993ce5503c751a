/* SPDX-License-Identifier: GPL-2.0 */
/* Queues as the driver's generic netlink family shows them. */
#ifndef TUN_ALT_CLI_QUEUES_H
#define TUN_ALT_CLI_QUEUES_H

#include <linux/if.h>
#include <stdbool.h>
#include <stddef.h>

#include "kernel.h"

/* More reasons than a driver of today has. */
#define QUEUES_REASONS	64

/* Longest name of a reason, with its end. */
#define QUEUES_NAME	32

/**
 * struct queue_process - a process that has to do with a queue
 * @there: there is one
 * @pid: its number, 0 if it is not for us to know or has exited
 * @comm: its name, empty if that is not for us to know
 * @uid: its user
 * @since: when it came, ns of CLOCK_BOOTTIME
 */
struct queue_process {
	bool there;
	u32 pid;
	char comm[QUEUES_NAME];
	u32 uid;
	u64 since;
};

/**
 * struct queue_drop - packets that died of the same
 * @reason: &enum tun_alt_drop
 * @name: its name
 * @packets: how many
 */
struct queue_drop {
	u32 reason;
	char name[QUEUES_NAME];
	u64 packets;
};

/**
 * struct queue - one queue, or what is left of a device without its queues
 * @ifindex: the device
 * @ifname: its name
 * @state: &enum tun_alt_netlink_state
 * @id: index of an enabled queue
 * @serial: no other queue has had it
 * @attached: who attached it
 * @user: who read or wrote last
 * @read_packets: packets that the program has read
 * @read_bytes: their bytes
 * @received_packets: packets that the stack has got
 * @received_bytes: their bytes
 * @stops: how often the stack was asked to wait
 * @wakes: how often it was asked to go on
 * @length: packets that there is room for
 * @waiting: packets that are there
 * @drops: how many of @drop there are
 * @drop: what died, by reason
 */
struct queue {
	int ifindex;
	char ifname[IFNAMSIZ];
	u32 state;
	u32 id;
	u64 serial;
	struct queue_process attached;
	struct queue_process user;
	u64 read_packets;
	u64 read_bytes;
	u64 received_packets;
	u64 received_bytes;
	u64 stops;
	u64 wakes;
	u32 length;
	u32 waiting;
	size_t drops;
	struct queue_drop drop[QUEUES_REASONS];
};

/**
 * struct queues - queues of a device, or of all
 * @queue: device by device in the order of their indexes; the last of each is what is left of it
 * @count: how many
 */
struct queues {
	struct queue *queue;
	size_t count;
};

/**
 * queues_get() - read the queues of a device, or of all
 * @ifindex: the device, 0 for all
 * @queues: result, to be given to queues_free() whatever comes back
 *
 * Context: In the network namespace that is meant. Says on stderr what is wrong.
 * Return: 0, or a negative errno.
 */
int queues_get(int ifindex, struct queues *queues);

/**
 * queues_free() - done with queues
 * @queues: the queues
 *
 * Context: Any.
 */
void queues_free(struct queues *queues);

/**
 * queues_drops() - packets that died in a queue of one reason
 * @queue: the queue
 * @reason: &enum tun_alt_drop
 *
 * Context: Any.
 * Return: how many.
 */
u64 queues_drops(const struct queue *queue, u32 reason);

#endif
