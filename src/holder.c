// SPDX-License-Identifier: GPL-2.0
/*
 * Who holds a queue, and who may know.
 */
#include "holder.h"

#include <linux/cred.h>
#include <linux/ktime.h>
#include <linux/pid_namespace.h>
#include <linux/timekeeping.h>

static void holding_of_current(struct tun_alt_holding *holding)
{
	holding->pid = get_pid(task_tgid(current));
	holding->uid = current_euid();
	holding->since = ktime_get_boottime_ns();
	get_task_comm(holding->comm, current->group_leader);
}

/* The old one is the caller's to put. */
static void holding_replace(struct tun_alt_holding *holding, struct tun_alt_holding *by)
{
	struct pid *old = holding->pid;

	holding->uid = by->uid;
	holding->since = by->since;
	memcpy(holding->comm, by->comm, sizeof(by->comm));
	WRITE_ONCE(holding->pid, by->pid);
	by->pid = old;
}

/**
 * tun_alt_holder_attach() - the calling process attaches a queue to a device
 * @holder: of the queue
 *
 * Whoever used it before did so with another device.
 *
 * Context: Process context, takes the holder's lock.
 */
void tun_alt_holder_attach(struct tun_alt_holder *holder)
{
	struct tun_alt_holding attached, user = { };

	holding_of_current(&attached);
	spin_lock(&holder->lock);
	holding_replace(&holder->attached, &attached);
	holding_replace(&holder->user, &user);
	spin_unlock(&holder->lock);
	tun_alt_holding_put(&attached);
	tun_alt_holding_put(&user);
}

/**
 * tun_alt_holder_change() - another process reads or writes than the last time
 * @holder: of the queue
 *
 * Context: Process context, takes the holder's lock.
 */
void tun_alt_holder_change(struct tun_alt_holder *holder)
{
	struct tun_alt_holding user;

	holding_of_current(&user);
	spin_lock(&holder->lock);
	holding_replace(&holder->user, &user);
	spin_unlock(&holder->lock);
	tun_alt_holding_put(&user);
}

/**
 * tun_alt_holder_end() - the queue goes
 * @holder: of the queue
 *
 * Context: Process context; nobody asks any more.
 */
void tun_alt_holder_end(struct tun_alt_holder *holder)
{
	tun_alt_holding_put(&holder->attached);
	tun_alt_holding_put(&holder->user);
}

/**
 * tun_alt_holder_get() - who holds a queue
 * @holder: of the queue
 * @attached: gets who attached it, or nobody
 * @user: gets who read or wrote last, or nobody; NULL if the caller does not want to know
 *
 * Context: Process context, takes the holder's lock. tun_alt_holding_put() is due for both.
 */
void tun_alt_holder_get(struct tun_alt_holder *holder, struct tun_alt_holding *attached,
			struct tun_alt_holding *user)
{
	spin_lock(&holder->lock);
	*attached = holder->attached;
	get_pid(attached->pid);
	if (user) {
		*user = holder->user;
		get_pid(user->pid);
	}
	spin_unlock(&holder->lock);
}

/**
 * tun_alt_holding_put() - done with who it was
 * @holding: who; nobody on return
 *
 * Context: Any.
 */
void tun_alt_holding_put(struct tun_alt_holding *holding)
{
	put_pid(holding->pid);
	holding->pid = NULL;
}

/**
 * tun_alt_holding_is_shown() - whether somebody may know which process it is
 * @holding: the process, not nobody
 * @asker: who asks
 * @number: gets its number as the asker counts, 0 if it has exited: the number may be another's
 *
 * Only of processes that there are where the asker is, and only its own or if it administers the
 * network of the device.
 *
 * Context: Any.
 * Return: whether so.
 */
bool tun_alt_holding_is_shown(const struct tun_alt_holding *holding,
			      const struct tun_alt_asker *asker, pid_t *number)
{
	*number = pid_nr_ns(holding->pid, asker->pids);
	if (!*number || (!asker->admin && !uid_eq(asker->uid, holding->uid)))
		return false;
	rcu_read_lock();
	if (!pid_task(holding->pid, PIDTYPE_TGID))
		*number = 0;
	rcu_read_unlock();
	return true;
}
