// SPDX-License-Identifier: GPL-2.0
/*
 * A module with planted faults: the guest's own tests load it to see that a splat, a
 * panic and a hang are noticed.
 */
#include <linux/bug.h>
#include <linux/module.h>
#include <linux/panic.h>
#include <linux/string.h>

static char *fault = "none";
module_param(fault, charp, 0);
MODULE_PARM_DESC(fault, "warn, oops, panic or none");

static int __init planted_init(void)
{
	WARN(!strcmp(fault, "warn"), "planted warning\n");
	if (!strcmp(fault, "oops"))
		WRITE_ONCE(*(int *)8, 1);
	if (!strcmp(fault, "panic"))
		panic("planted panic");
	return 0;
}
module_init(planted_init);

static void __exit planted_exit(void)
{
}
module_exit(planted_exit);

MODULE_DESCRIPTION("Planted faults for the tests of the test rig");
MODULE_LICENSE("GPL");
