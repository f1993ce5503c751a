// SPDX-License-Identifier: GPL-2.0
/*
 * The misc device and its file operations. What they do to packets and devices is done elsewhere.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "chardev.h"

#include <linux/fs.h>
#include <linux/if_tun_alt.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/socket.h>
#include <linux/uio.h>

#include "burst.h"
#include "compat.h"
#include "device.h"
#include "ioctl.h"
#include "message.h"
#include "queue.h"
#include "read.h"
#include "rings.h"
#include "socket.h"
#include "write.h"

static int chardev_open(struct inode *inode, struct file *file)
{
	struct tun_alt_queue *q;

	q = tun_alt_socket_alloc(current->nsproxy->net_ns);
	if (!q)
		return -ENOMEM;
	q->socket.ops = &tun_alt_message_ops;
	file->private_data = q;
	/* read_iter and write_iter heed IOCB_NOWAIT, on 6.1 as well. */
	file->f_mode |= FMODE_NOWAIT;
	return 0;
}

static int chardev_release(struct inode *inode, struct file *file)
{
	tun_alt_queue_release(file->private_data);
	return 0;
}

/* Bursts, unless a ring is in their place: out of the way of single packets */
static noinline ssize_t chardev_read_many(struct tun_alt_queue *q, u32 burst, struct iov_iter *to,
					  bool may_wait)
{
	if (burst & TUN_ALT_QUEUE_READ_RING)
		return tun_alt_read_refuse(q, -EBUSY, TUN_ALT_REFUSED_READ_RING, 0, 0);
	return tun_alt_burst_read(q, tun_alt_burst_mode(burst), to, may_wait);
}

static noinline ssize_t chardev_write_many(struct tun_alt_queue *q, u32 burst,
					   struct iov_iter *from, bool may_wait)
{
	if (burst & TUN_ALT_QUEUE_WRITE_RING)
		return tun_alt_read_refuse(q, -EBUSY, TUN_ALT_REFUSED_WRITE_RING, 0, 0);
	return tun_alt_burst_write(q, tun_alt_burst_mode(burst), from, may_wait);
}

/* One packet, or a burst of them. */
static ssize_t chardev_read_packets(struct file *file, struct iov_iter *to, bool may_wait)
{
	struct tun_alt_queue *q = file->private_data;
	u32 burst = READ_ONCE(q->burst);
	size_t room = iov_iter_count(to);

	tun_alt_holder_use(&q->holder);
	may_wait = may_wait && !(file->f_flags & O_NONBLOCK);
	if (burst & (TUN_ALT_BURST_READ | TUN_ALT_QUEUE_READ_RING))
		return chardev_read_many(q, burst, to, may_wait);
	/* What was cut is as long as what there was room for. */
	return min_t(ssize_t, tun_alt_read(q, to, may_wait, NULL), room);
}

static ssize_t chardev_write_packets(struct file *file, struct iov_iter *from, bool may_wait)
{
	struct tun_alt_queue *q = file->private_data;
	/* Pairs with the release in tun_alt_burst_set(). */
	u32 burst = smp_load_acquire(&q->burst);

	tun_alt_holder_use(&q->holder);
	may_wait = may_wait && !(file->f_flags & O_NONBLOCK);
	if (burst & (TUN_ALT_BURST_WRITE | TUN_ALT_QUEUE_WRITE_RING))
		return chardev_write_many(q, burst, from, may_wait);
	return tun_alt_write(q, from, may_wait ? 0 : MSG_DONTWAIT, NULL);
}

/*
 * read() and write() come by a way of their own, that spares them a kiocb; readv(), preadv2() and
 * io_uring by the general one. As in-tree, the file's position is the length of the last read.
 */
static ssize_t chardev_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct iov_iter to;
	ssize_t ret;

	iov_iter_ubuf(&to, ITER_DEST, buf, count);
	ret = chardev_read_packets(file, &to, true);
	if (ret > 0 && pos)
		*pos = ret;
	return ret;
}

static ssize_t chardev_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct iov_iter from;

	iov_iter_ubuf(&from, ITER_SOURCE, (char __user *)buf, count);
	return chardev_write_packets(file, &from, true);
}

static ssize_t chardev_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	ssize_t ret;

	ret = chardev_read_packets(iocb->ki_filp, to, !(iocb->ki_flags & IOCB_NOWAIT));
	if (ret > 0)
		iocb->ki_pos = ret;
	return ret;
}

static ssize_t chardev_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	return chardev_write_packets(iocb->ki_filp, from, !(iocb->ki_flags & IOCB_NOWAIT));
}

static bool chardev_writeable(struct tun_alt_queue *q, const struct net_device *dev)
{
	return READ_ONCE(dev->flags) & IFF_UP && tun_alt_socket_half_free(q);
}

/* Asks to be woken before it looks a second time: room, or a link up, in between is not missed. */
static bool chardev_may_write(struct tun_alt_queue *q, const struct net_device *dev)
{
	if (chardev_writeable(q, dev))
		return true;
	tun_alt_socket_ask_for_room(q);
	return chardev_writeable(q, dev);
}

/*
 * The wait queue is registered whether or not there is a device: an epoll set that got the
 * descriptor before TUNSETIFF hears of what follows (in-tree tun lets it sleep for ever).
 */
static __poll_t chardev_poll(struct file *file, poll_table *wait)
{
	struct tun_alt_queue *q = file->private_data;
	struct tun_alt_dev *tun;
	__poll_t mask = 0;

	poll_wait(file, tun_alt_queue_wait(q), wait);
	if (!(tun_alt_queue_attachment(q) & 1))
		tun_alt_socket_ask_for_room(q);
	rcu_read_lock();
	tun = tun_alt_queue_dev(q, tun_alt_queue_attachment(q));
	if (!tun) {
		mask = EPOLLERR;
		goto unlock;
	}
	if (!ptr_ring_empty(&q->fifo))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (chardev_may_write(q, tun->dev))
		mask |= EPOLLOUT | EPOLLWRNORM;
	if (READ_ONCE(q->burst) & TUN_ALT_QUEUE_RINGS)
		mask = tun_alt_rings_poll(q, mask);
	if (!tun_alt_is_registered(tun->dev))
		mask = EPOLLERR;
unlock:
	rcu_read_unlock();
	return mask;
}

static int chardev_mmap(struct file *file, struct vm_area_struct *vma)
{
	return tun_alt_rings_map(file->private_data, vma);
}

static int chardev_fasync(int fd, struct file *file, int on)
{
	struct tun_alt_queue *q = file->private_data;
	int err;

	if (on) {
		err = tun_alt_prepare_owner(file);
		if (err)
			return err;
	}
	err = fasync_helper(fd, file, on, &q->fasync);
	if (err < 0)
		return err;
	if (on)
		__f_setown(file, task_tgid(current), PIDTYPE_TGID, 0);
	return 0;
}

static void chardev_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct tun_alt_queue *q = file->private_data;
	struct ifreq ifr = { };
	struct tun_alt_dev *tun;

	rtnl_lock();
	tun = rtnl_dereference(q->tun);
	if (tun)
		tun_alt_dev_get_iff(tun, &ifr);
	seq_printf(m, "iff:\t%s\n", ifr.ifr_name);
	if (tun)
		tun_alt_rings_show_info(q, m);
	rtnl_unlock();
}

static const struct file_operations chardev_fops = {
	.owner		= THIS_MODULE,
	.open		= chardev_open,
	.release	= chardev_release,
	.read		= chardev_read,
	.write		= chardev_write,
	.read_iter	= chardev_read_iter,
	.write_iter	= chardev_write_iter,
	.poll		= chardev_poll,
	.mmap		= chardev_mmap,
	.unlocked_ioctl	= tun_alt_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl	= tun_alt_compat_ioctl,
#endif
	.fasync		= chardev_fasync,
	.show_fdinfo	= chardev_show_fdinfo,
};

static struct miscdevice chardev_misc = {
	.name		= "tun-alt",
	.nodename	= TUN_ALT_NODE_NAME,
	.mode		= 0666,
	.fops		= &chardev_fops,
};

/*
 * Who has a minor, from the one place that says it: the misc core keeps its list to itself. A
 * line of /proc/misc is "NNN name".
 */
static bool chardev_find_holder(int minor, char *name, size_t size)
{
	struct file *file = filp_open("/proc/misc", O_RDONLY, 0);
	char *table, *line, *cursor;
	ssize_t length;
	loff_t pos = 0;
	bool found = false;
	int number;

	if (IS_ERR(file))
		return false;
	table = kzalloc(PAGE_SIZE, GFP_KERNEL);
	if (!table)
		goto out;
	length = kernel_read(file, table, PAGE_SIZE - 1, &pos);
	cursor = length > 0 ? table : NULL;
	while (!found && (line = strsep(&cursor, "\n"))) {
		char *space = strchr(skip_spaces(line), ' ');

		if (!space)
			continue;
		*space = '\0';
		found = !kstrtoint(skip_spaces(line), 10, &number) && number == minor;
		if (found)
			strscpy(name, space + 1, size);
	}
	kfree(table);
out:
	filp_close(file, NULL);
	return found;
}

/**
 * tun_alt_chardev_init() - register the node
 * @minor: its misc minor, -1 for any that is free
 *
 * Context: Process context, may sleep.
 * Return: 0; -EINVAL for a minor that is none; -EBUSY for one that is taken, with a line in the log
 * that names the taker.
 */
int tun_alt_chardev_init(int minor)
{
	char holder[32] = "another driver";
	int err;

	if (minor < -1 || minor >= MISC_DYNAMIC_MINOR) {
		pr_err("minor=%d is no misc minor: give 0 to %d, or -1 for any that is free\n",
		       minor, MISC_DYNAMIC_MINOR - 1);
		return -EINVAL;
	}
	chardev_misc.minor = minor == -1 ? MISC_DYNAMIC_MINOR : minor;
	err = misc_register(&chardev_misc);
	if (err == -EBUSY && minor != -1) {
		chardev_find_holder(minor, holder, sizeof(holder));
		pr_err("misc minor %d is taken by %s (see /proc/misc); load with minor=N, N free in 243..254, or minor=-1\n",
		       minor, holder);
	}
	return err;
}

/**
 * tun_alt_chardev_exit() - take the node away
 *
 * Context: Process context; no file is open, or the module could not be unloaded.
 */
void tun_alt_chardev_exit(void)
{
	misc_deregister(&chardev_misc);
}
