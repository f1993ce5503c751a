/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is left to do of a queue whose device goes, once nobody looks at it any more.
 */
#ifndef TUN_ALT_TEARDOWN_H
#define TUN_ALT_TEARDOWN_H

#include <linux/netdevice.h>
#include <linux/workqueue.h>

struct tun_alt_queue;

/**
 * struct tun_alt_teardown - the end of a queue's attachment, under way or not
 * @work: what does it, after a grace period
 * @dev: the device, held until then
 * @tracker: of that
 *
 * Written under RTNL while @work is not pending, else @work's own.
 */
struct tun_alt_teardown {
	struct rcu_work work;
	struct net_device *dev;
	netdevice_tracker tracker;
};

void tun_alt_teardown_written(struct tun_alt_queue *q);
void tun_alt_teardown_ring(struct tun_alt_queue *q);
void tun_alt_teardown_setup(struct tun_alt_queue *q);
void tun_alt_teardown_begin(struct tun_alt_queue *q, struct net_device *dev);
void tun_alt_teardown_wait(struct tun_alt_queue *q);
int tun_alt_teardown_init(void);
void tun_alt_teardown_exit(void);

#endif /* TUN_ALT_TEARDOWN_H */
