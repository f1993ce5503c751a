// SPDX-License-Identifier: GPL-2.0
/*
 * tun-alt: the TUN/TAP driver, rebuilt. Loading is a ladder and unloading its mirror.
 */
#include <linux/if_tun_alt.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/stringify.h>
#include <linux/tun_alt_netlink.h>
#include <net/genetlink.h>
#include <net/rtnetlink.h>

#include "chardev.h"
#include "link.h"
#include "netdev.h"
#include "netlink.h"
#include "teardown.h"

static int minor = TUN_ALT_MINOR;
module_param(minor, int, 0444);
MODULE_PARM_DESC(minor, "misc minor of /dev/net/tun-alt, -1 for a dynamic one (default "
			__stringify(TUN_ALT_MINOR) ")");

static int __init tun_alt_init(void)
{
	int err;

	err = tun_alt_teardown_init();
	if (err)
		return err;
	err = tun_alt_link_init();
	if (err)
		goto err_teardown;
	err = tun_alt_netdev_init();
	if (err)
		goto err_link;
	err = tun_alt_netlink_init();
	if (err)
		goto err_netdev;
	err = tun_alt_chardev_init(minor);
	if (err)
		goto err_netlink;
	return 0;

err_netlink:
	tun_alt_netlink_exit();
err_netdev:
	tun_alt_netdev_exit();
err_link:
	tun_alt_link_exit();
err_teardown:
	tun_alt_teardown_exit();
	return err;
}

static void __exit tun_alt_exit(void)
{
	tun_alt_chardev_exit();
	tun_alt_netlink_exit();
	tun_alt_netdev_exit();
	tun_alt_link_exit();
	tun_alt_teardown_exit();
	/* Callbacks of call_rcu() that the last devices left behind: they are our code. */
	rcu_barrier();
}

module_init(tun_alt_init);
module_exit(tun_alt_exit);

MODULE_DESCRIPTION("Universal TUN/TAP device driver, rebuilt");
MODULE_AUTHOR("The tun-alt developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(TUN_ALT_VERSION);
/* Opening the static node, or naming a link kind or the netlink family, loads the module. */
MODULE_ALIAS_MISCDEV(TUN_ALT_MINOR);
MODULE_ALIAS("devname:" TUN_ALT_NODE_NAME);
MODULE_ALIAS_RTNL_LINK(TUN_ALT_KIND_TUN);
MODULE_ALIAS_RTNL_LINK(TUN_ALT_KIND_TAP);
MODULE_ALIAS_GENL_FAMILY(TUN_ALT_FAMILY_NAME);
