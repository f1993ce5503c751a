/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ioctls of <linux/if_tun.h>.
 */
#ifndef TUN_ALT_IOCTL_H
#define TUN_ALT_IOCTL_H

struct file;

long tun_alt_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
#ifdef CONFIG_COMPAT
long tun_alt_compat_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
#endif

#endif /* TUN_ALT_IOCTL_H */
