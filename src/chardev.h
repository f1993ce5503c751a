/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The node.
 */
#ifndef TUN_ALT_CHARDEV_H
#define TUN_ALT_CHARDEV_H

int tun_alt_chardev_init(int minor);
void tun_alt_chardev_exit(void);

#endif /* TUN_ALT_CHARDEV_H */
