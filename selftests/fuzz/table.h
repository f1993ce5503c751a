/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers that the tables are written with.
 */
#ifndef SELFTESTS_FUZZ_TABLE_H
#define SELFTESTS_FUZZ_TABLE_H

#include <asm/ioctls.h>
#include <linux/filter.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_tun.h>
#include <linux/if_tun_alt.h>
#include <linux/sockios.h>
#include <linux/virtio_net.h>

/* Not in every kernel's headers, and of ours */
#ifndef TUN_F_UDP_TUNNEL_GSO
#define TUN_F_UDP_TUNNEL_GSO		0x080
#define TUN_F_UDP_TUNNEL_GSO_CSUM	0x100
#endif
#ifndef IFF_BACKPRESSURE
#define IFF_BACKPRESSURE		0x0080
#endif

/* The size of the argument is part of a number, and these have another one in a 32-bit program. */
#define TUNATTACHFILTER32		_IOC(_IOC_WRITE, 'T', 213, 8)
#define TUNDETACHFILTER32		_IOC(_IOC_WRITE, 'T', 214, 8)
#define TUNGETFILTER32			_IOC(_IOC_READ, 'T', 219, 8)

#endif /* SELFTESTS_FUZZ_TABLE_H */
