// SPDX-License-Identifier: GPL-2.0
/*
 * Makes a function of the kernel fail, for the task that asks: fail_function does so for a list of
 * functions in which those that matter to a network driver are not. A probe at the function's entry
 * goes to another function instead, which returns what was asked for.
 *
 * And refuses, as a listener, what happens to a device.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kprobes.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "tun_test_fault.h"

static DEFINE_MUTEX(lock);
static struct tun_test_fault_function function;
static struct tun_test_fault_veto veto;
static struct task_struct *victim;
static atomic_t calls, fired;
static bool probing;

static noinline unsigned long function_fails(void)
{
	return function.value;
}

static int function_entry(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned int nth;

	if (current != victim)
		return 0;
	nth = atomic_inc_return(&calls);
	if (nth < function.nth || nth >= function.nth + function.within)
		return 0;
	atomic_inc(&fired);
	instruction_pointer_set(regs, (unsigned long)function_fails);
	return 1;
}
NOKPROBE_SYMBOL(function_entry);

/* A probe with one is not made a jump, which could go nowhere else. */
static void function_after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe function_probe;

static void function_stop(void)
{
	if (probing)
		unregister_kprobe(&function_probe);
	probing = false;
	victim = NULL;
}

static long function_start(const struct tun_test_fault_function __user *from)
{
	int err;

	function_stop();
	if (copy_from_user(&function, from, sizeof(function)))
		return -EFAULT;
	function.symbol[sizeof(function.symbol) - 1] = '\0';
	atomic_set(&calls, 0);
	atomic_set(&fired, 0);
	if (!function.symbol[0])
		return 0;
	function_probe = (struct kprobe){
		.symbol_name = function.symbol,
		.pre_handler = function_entry,
		.post_handler = function_after,
	};
	victim = current;
	err = register_kprobe(&function_probe);
	probing = !err;
	return err;
}

static const unsigned long veto_events[TUN_TEST_FAULT_EVENTS] = {
	[TUN_TEST_FAULT_POST_INIT]		= NETDEV_POST_INIT,
	[TUN_TEST_FAULT_REGISTER]		= NETDEV_REGISTER,
	[TUN_TEST_FAULT_PRE_UP]			= NETDEV_PRE_UP,
	[TUN_TEST_FAULT_PRE_TYPE_CHANGE]	= NETDEV_PRE_TYPE_CHANGE,
};

static int veto_event(struct notifier_block *block, unsigned long event, void *info)
{
	const struct net_device *dev = netdev_notifier_info_to_dev(info);

	if (!veto.name[0] || event != veto_events[veto.event] || strcmp(dev->name, veto.name))
		return NOTIFY_DONE;
	atomic_inc(&fired);
	return notifier_from_errno(-(int)veto.err);
}

static struct notifier_block veto_block = {
	.notifier_call	= veto_event,
	/* After all others: what they have done is to be undone. */
	.priority	= INT_MIN,
};

static long veto_start(const struct tun_test_fault_veto __user *from)
{
	struct tun_test_fault_veto next;

	if (copy_from_user(&next, from, sizeof(next)))
		return -EFAULT;
	if (next.event >= TUN_TEST_FAULT_EVENTS || next.err > MAX_ERRNO)
		return -EINVAL;
	next.name[sizeof(next.name) - 1] = '\0';
	rtnl_lock();
	veto = next;
	atomic_set(&fired, 0);
	rtnl_unlock();
	return 0;
}

#if defined(CONFIG_FAULT_INJECTION) && defined(CONFIG_KRETPROBES)
static unsigned int cleanup_nth;
static DECLARE_COMPLETION(cleanup_done);
static bool cleanup_fired;

/* One that was running when it was asked for is no answer: its return is not looked at. */
static int cleanup_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	unsigned int nth = READ_ONCE(cleanup_nth);

	if (!nth)
		return 1;
	WRITE_ONCE(current->fail_nth, nth);
	return 0;
}

static int cleanup_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	cleanup_fired = !current->fail_nth;
	WRITE_ONCE(current->fail_nth, 0);
	WRITE_ONCE(cleanup_nth, 0);
	complete(&cleanup_done);
	return 0;
}

static struct kretprobe cleanup_probe = {
	.kp.symbol_name	= "cleanup_net",
	.entry_handler	= cleanup_entry,
	.handler	= cleanup_return,
	.maxactive	= 1,
};

static long cleanup_start(unsigned int nth)
{
	reinit_completion(&cleanup_done);
	WRITE_ONCE(cleanup_nth, nth);
	return 0;
}

static long cleanup_judge(void)
{
	return wait_for_completion_timeout(&cleanup_done, 20 * HZ) ? cleanup_fired : -EAGAIN;
}

static int cleanup_init(void)
{
	return register_kretprobe(&cleanup_probe);
}

static void cleanup_exit(void)
{
	unregister_kretprobe(&cleanup_probe);
}
#else
static long cleanup_start(unsigned int nth)
{
	return -EOPNOTSUPP;
}

static long cleanup_judge(void)
{
	return -EOPNOTSUPP;
}

static int cleanup_init(void)
{
	return 0;
}

static void cleanup_exit(void)
{
}
#endif

static long fault_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	long ret = -ENOTTY;

	mutex_lock(&lock);
	switch (cmd) {
	case TUN_TEST_FAULT_FUNCTION:
		ret = function_start((void __user *)arg);
		break;
	case TUN_TEST_FAULT_VETO:
		ret = veto_start((void __user *)arg);
		break;
	case TUN_TEST_FAULT_FIRED:
		ret = atomic_read(&fired);
		break;
	case TUN_TEST_FAULT_CLEANUP:
		ret = cleanup_start(arg);
		break;
	case TUN_TEST_FAULT_CLEANED:
		ret = cleanup_judge();
		break;
	default:
		break;
	}
	mutex_unlock(&lock);
	return ret;
}

static int fault_release(struct inode *inode, struct file *file)
{
	mutex_lock(&lock);
	function_stop();
	rtnl_lock();
	veto.name[0] = '\0';
	rtnl_unlock();
	cleanup_start(0);
	mutex_unlock(&lock);
	return 0;
}

static const struct file_operations fault_fops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= fault_ioctl,
	.release	= fault_release,
};

static struct miscdevice fault_misc = {
	.minor		= MISC_DYNAMIC_MINOR,
	.name		= TUN_TEST_FAULT_MODULE,
	.mode		= 0600,
	.fops		= &fault_fops,
};

static int __init fault_init(void)
{
	int err;

	err = cleanup_init();
	if (err)
		return err;
	err = register_netdevice_notifier(&veto_block);
	if (err)
		goto err_cleanup;
	err = misc_register(&fault_misc);
	if (err)
		goto err_notifier;
	return 0;

err_notifier:
	unregister_netdevice_notifier(&veto_block);
err_cleanup:
	cleanup_exit();
	return err;
}

static void __exit fault_exit(void)
{
	misc_deregister(&fault_misc);
	unregister_netdevice_notifier(&veto_block);
	cleanup_exit();
}

module_init(fault_init);
module_exit(fault_exit);

MODULE_DESCRIPTION("Test module: functions and listeners that fail");
MODULE_AUTHOR("The tun-alt developers");
MODULE_LICENSE("GPL");
