/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose a queue is: the process that attached it, and the one that last read or wrote it, which
 * need not be the same. Processes are held as struct pid, never as numbers, so that nobody is taken
 * for another one.
 */
#ifndef TUN_ALT_HOLDER_H
#define TUN_ALT_HOLDER_H

#include <linux/compiler.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>

struct pid_namespace;
struct user_namespace;

/**
 * struct tun_alt_holding - a process that has to do with a queue
 * @pid: the process, with a reference; NULL for nobody
 * @uid: its effective user when it came
 * @since: when that was, ns of CLOCK_BOOTTIME
 * @comm: its name then
 */
struct tun_alt_holding {
	struct pid *pid;
	kuid_t uid;
	u64 since;
	char comm[TASK_COMM_LEN];
};

/**
 * struct tun_alt_holder - who holds a queue
 * @lock: guards both; a leaf, process context
 * @attached: who attached it to the device that it has; @lock
 * @user: who read or wrote last, since then; @lock, but for a look at its @pid
 */
struct tun_alt_holder {
	spinlock_t lock; /* attached and user; a leaf */
	struct tun_alt_holding attached;
	struct tun_alt_holding user;
};

/**
 * struct tun_alt_asker - who wants to know
 * @pids: where it numbers processes
 * @users: where it numbers users
 * @uid: who it is
 * @admin: whether it has CAP_NET_ADMIN in the user namespace of the device's network namespace
 */
struct tun_alt_asker {
	struct pid_namespace *pids;
	struct user_namespace *users;
	kuid_t uid;
	bool admin;
};

void tun_alt_holder_attach(struct tun_alt_holder *holder);
void tun_alt_holder_change(struct tun_alt_holder *holder);
void tun_alt_holder_end(struct tun_alt_holder *holder);
void tun_alt_holder_get(struct tun_alt_holder *holder, struct tun_alt_holding *attached,
			struct tun_alt_holding *user);
void tun_alt_holding_put(struct tun_alt_holding *holding);
bool tun_alt_holding_is_shown(const struct tun_alt_holding *holding,
			      const struct tun_alt_asker *asker, pid_t *number);

/**
 * tun_alt_holder_use() - somebody reads or writes
 * @holder: of the queue
 *
 * Context: Process context, takes the holder's lock if it is another one than the last time.
 */
static inline void tun_alt_holder_use(struct tun_alt_holder *holder)
{
	if (unlikely(READ_ONCE(holder->user.pid) != task_tgid(current)))
		tun_alt_holder_change(holder);
}

#endif /* TUN_ALT_HOLDER_H */
