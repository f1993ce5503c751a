// SPDX-License-Identifier: GPL-2.0
/*
 * Sends, receives and peeks through the socket of a TUN/TAP queue, which no program reaches, and
 * counts what becomes of memory that was lent. In-tree tun exports its socket and ring; ours are
 * members of the queue.
 */
#include <linux/bvec.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/if_tun.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/ptr_ring.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/wait.h>
#include <net/xdp.h>

#include "compat.h"
#include "queue.h"
#include "tun_test_message.h"

/* A packet is 64 KiB at most, some pages more than a packet has room for are wanted. */
#define MOST_PAGES	32

/* How long those who were lent memory may keep it once the program is gone */
#define SOON		(10 * HZ)

/**
 * struct loan - memory that a call reads from or writes to
 * @ubuf: what is told of the end of the loan
 * @list: in the list of its file, if it was lent
 * @pages: how many pages it has
 * @told: how often its end was told
 * @in_place: how often with the word that it was used where it is
 * @owed: the call succeeded, so that its end must be told
 * @vec: the pages
 */
struct loan {
	struct ubuf_info ubuf;
	struct list_head list;
	unsigned int pages;
	atomic_t told;
	atomic_t in_place;
	bool owed;
	struct bio_vec vec[MOST_PAGES];
};

/**
 * struct test - one open file of the node
 * @lock: one call at a time
 * @loans: all that was lent
 * @taken: a packet that was taken out of a ring, with a reference of ours if it is an skb
 */
struct test {
	struct mutex lock; /* one call at a time */
	struct list_head loans;
	void *taken;
};

/**
 * struct target - the queue under test
 * @file: its file, held
 * @socket: its socket
 * @ring: its ring
 */
struct target {
	struct file *file;
	struct socket *socket;
	struct ptr_ring *ring;
};

static DECLARE_WAIT_QUEUE_HEAD(told);

static void loan_told(struct sk_buff *skb, struct ubuf_info *ubuf, bool in_place)
{
	struct loan *loan = container_of(ubuf, struct loan, ubuf);

	if (in_place)
		atomic_inc(&loan->in_place);
	/* The loan may be freed from here on. */
	atomic_inc(&loan->told);
	wake_up(&told);
}

#ifdef TUN_ALT_HAVE_UBUF_OPS
static const struct ubuf_info_ops loan_ops = {
	.complete	= loan_told,
};
#endif

static void loan_free(struct loan *loan)
{
	while (loan->pages)
		__free_page(loan->vec[--loan->pages].bv_page);
	kfree(loan);
}

static struct loan *loan_alloc(unsigned int length)
{
	struct loan *loan = kzalloc_obj(*loan, GFP_KERNEL);
	struct page *page;

	if (!loan)
		return NULL;
#ifdef TUN_ALT_HAVE_UBUF_OPS
	loan->ubuf.ops = &loan_ops;
#else
	loan->ubuf.callback = loan_told;
#endif
	loan->ubuf.flags = SKBFL_ZEROCOPY_FRAG;
	refcount_set(&loan->ubuf.refcnt, 1);
	while (loan->pages < DIV_ROUND_UP(length, PAGE_SIZE)) {
		page = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!page) {
			loan_free(loan);
			return NULL;
		}
		loan->vec[loan->pages].bv_page = page;
		loan->vec[loan->pages++].bv_len = PAGE_SIZE;
	}
	return loan;
}

static unsigned int loan_pinned(const struct loan *loan)
{
	unsigned int i, pinned = 0;

	for (i = 0; i < loan->pages; i++)
		pinned += page_count(loan->vec[i].bv_page) > 1;
	return pinned;
}

static int loan_from_user(struct loan *loan, u64 data, unsigned int length)
{
	unsigned int at;

	for (at = 0; at < length; at += PAGE_SIZE)
		if (copy_from_user(page_address(loan->vec[at / PAGE_SIZE].bv_page),
				   u64_to_user_ptr(data + at),
				   min_t(unsigned int, length - at, PAGE_SIZE)))
			return -EFAULT;
	return 0;
}

static int loan_to_user(const struct loan *loan, u64 data, unsigned int length)
{
	unsigned int at;

	for (at = 0; at < length; at += PAGE_SIZE)
		if (copy_to_user(u64_to_user_ptr(data + at),
				 page_address(loan->vec[at / PAGE_SIZE].bv_page),
				 min_t(unsigned int, length - at, PAGE_SIZE)))
			return -EFAULT;
	return 0;
}

static int target_find(struct target *target)
{
	struct module *owner = target->file->f_op->owner;
	struct tun_alt_queue *q;

	target->socket = tun_get_socket(target->file);
	if (!IS_ERR(target->socket)) {
		target->ring = tun_get_tx_ring(target->file);
		return 0;
	}
	if (!owner || strcmp(module_name(owner), "tun_alt"))
		return -EINVAL;
	q = target->file->private_data;
	target->socket = &q->socket;
	target->ring = &q->fifo;
	return 0;
}

static int target_get(struct target *target, int fd)
{
	int err;

	target->file = fget(fd);
	if (!target->file)
		return -EBADF;
	err = target_find(target);
	if (err)
		fput(target->file);
	return err;
}

static int test_send(struct test *test, struct target *target, struct tun_test_message *call)
{
	struct msghdr message = { .msg_flags = call->flags };
	struct tun_msg_ctl control = { .type = call->lend };
	struct loan *loan;
	int err;

	if (call->lend == TUN_MSG_PTR)
		return -EOPNOTSUPP;
	loan = loan_alloc(call->length);
	if (!loan)
		return -ENOMEM;
	err = loan_from_user(loan, call->data, call->length);
	if (err) {
		loan_free(loan);
		return err;
	}
	iov_iter_bvec(&message.msg_iter, ITER_SOURCE, loan->vec, loan->pages, call->length);
	if (call->lend) {
		control.ptr = &loan->ubuf;
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		list_add(&loan->list, &test->loans);
	}
	call->ret = target->socket->ops->sendmsg(target->socket, &message, call->length);
	call->message_flags = message.msg_flags;
	loan->owed = call->ret >= 0;
	if (!call->lend)
		loan_free(loan);
	return 0;
}

/* What is left of a packet that was handed in, but for our own reference to it */
static unsigned int test_give_up(struct test *test, bool handed_in)
{
	struct sk_buff *skb = test->taken;
	unsigned int kept;

	test->taken = NULL;
	if (tun_is_xdp_frame(skb)) {
		if (!handed_in)
			xdp_return_frame(tun_ptr_to_xdp(skb));
		return 0;
	}
	kept = refcount_read(&skb->users) - 1;
	if (kept)
		kfree_skb(skb);
	kfree_skb(skb);
	return kept;
}

static int test_receive(struct test *test, struct target *target, struct tun_test_message *call)
{
	struct msghdr message = { .msg_control = test->taken };
	struct loan *loan = loan_alloc(call->length);
	int err = 0;

	if (!loan)
		return -ENOMEM;
	iov_iter_bvec(&message.msg_iter, ITER_DEST, loan->vec, loan->pages, call->length);
	call->ret = target->socket->ops->recvmsg(target->socket, &message, call->length,
						 call->flags);
	call->message_flags = message.msg_flags;
	if (test->taken)
		call->kept = test_give_up(test, true);
	if (call->ret > 0)
		err = loan_to_user(loan, call->data, min_t(unsigned int, call->ret, call->length));
	loan_free(loan);
	return err;
}

static int test_take(struct test *test, struct target *target, struct tun_test_message *call)
{
	if (test->taken)
		return -EBUSY;
	test->taken = ptr_ring_consume(target->ring);
	if (test->taken && !tun_is_xdp_frame(test->taken))
		skb_get(test->taken);
	call->ret = !!test->taken;
	return 0;
}

/* What a master does to its port */
static int test_headroom(struct tun_test_message *call)
{
	struct net_device *dev;

	rtnl_lock();
	dev = __dev_get_by_index(current->nsproxy->net_ns, call->length);
	if (dev)
		netdev_set_rx_headroom(dev, call->flags);
	rtnl_unlock();
	return dev ? 0 : -ENODEV;
}

static int test_call(struct test *test, unsigned int cmd, struct tun_test_message *call)
{
	struct target target;
	int err;

	if (call->length > MOST_PAGES * PAGE_SIZE)
		return -EMSGSIZE;
	err = target_get(&target, call->fd);
	if (err)
		return err;
	switch (cmd) {
	case TUN_TEST_MESSAGE_SEND:
		err = test_send(test, &target, call);
		break;
	case TUN_TEST_MESSAGE_RECEIVE:
		err = test_receive(test, &target, call);
		break;
	case TUN_TEST_MESSAGE_TAKE:
		err = test_take(test, &target, call);
		break;
	case TUN_TEST_MESSAGE_PEEK:
		call->ret = target.socket->ops->peek_len(target.socket);
		break;
	case TUN_TEST_MESSAGE_HEADROOM:
		err = test_headroom(call);
		break;
	default:
		err = -ENOTTY;
	}
	fput(target.file);
	return err;
}

static int test_loans(struct test *test, void __user *to)
{
	struct tun_test_message_loans loans = { .most_pages = MAX_SKB_FRAGS };
	struct loan *loan;

	list_for_each_entry(loan, &test->loans, list) {
		loans.lent++;
		loans.told += atomic_read(&loan->told);
		loans.told_twice += atomic_read(&loan->told) > 1;
		loans.in_place += atomic_read(&loan->in_place);
		loans.pinned += loan_pinned(loan);
	}
	return copy_to_user(to, &loans, sizeof(loans)) ? -EFAULT : 0;
}

static long test_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct test *test = file->private_data;
	void __user *user = (void __user *)arg;
	struct tun_test_message call;
	long ret;

	if (cmd != TUN_TEST_MESSAGE_LOANS && copy_from_user(&call, user, sizeof(call)))
		return -EFAULT;
	if (mutex_lock_interruptible(&test->lock))
		return -EINTR;
	if (cmd == TUN_TEST_MESSAGE_LOANS)
		ret = test_loans(test, user);
	else
		ret = test_call(test, cmd, &call);
	mutex_unlock(&test->lock);
	if (!ret && cmd != TUN_TEST_MESSAGE_LOANS && copy_to_user(user, &call, sizeof(call)))
		ret = -EFAULT;
	return ret;
}

static int test_open(struct inode *inode, struct file *file)
{
	struct test *test = kzalloc_obj(*test, GFP_KERNEL);

	if (!test)
		return -ENOMEM;
	mutex_init(&test->lock);
	INIT_LIST_HEAD(&test->loans);
	file->private_data = test;
	return 0;
}

/*
 * A loan that nobody gives back stays, and the module with it: the test finds that it cannot be
 * unloaded.
 */
static int test_release(struct inode *inode, struct file *file)
{
	struct test *test = file->private_data;
	struct loan *loan, *next;

	if (test->taken)
		test_give_up(test, false);
	list_for_each_entry_safe(loan, next, &test->loans, list) {
		if (loan->owed && !wait_event_timeout(told, atomic_read(&loan->told), SOON))
			__module_get(THIS_MODULE);
		else
			loan_free(loan);
	}
	kfree(test);
	return 0;
}

static const struct file_operations test_fops = {
	.owner		= THIS_MODULE,
	.open		= test_open,
	.release	= test_release,
	.unlocked_ioctl	= test_ioctl,
};

static struct miscdevice test_misc = {
	.minor		= MISC_DYNAMIC_MINOR,
	.name		= TUN_TEST_MESSAGE_MODULE,
	.fops		= &test_fops,
	.mode		= 0600,
};

static int __init test_init(void)
{
	return misc_register(&test_misc);
}
module_init(test_init);

static void __exit test_exit(void)
{
	misc_deregister(&test_misc);
	/* Who told of a loan's end in a softirq may be on its way out of loan_told(). */
	synchronize_rcu();
}
module_exit(test_exit);

MODULE_DESCRIPTION("Calls of a TUN/TAP queue's socket for the tests of tun-alt");
MODULE_LICENSE("GPL");
