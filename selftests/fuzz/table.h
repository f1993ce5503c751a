/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The grammar: what ioctls there are, what each takes, and which numbers mean something. The
 * fuzzer's calls and dev_net_tun_alt.txt are both made of it; selftests/host/fuzz.sh holds it
 * against the driver's own table.
 */
#ifndef SELFTESTS_FUZZ_TABLE_H
#define SELFTESTS_FUZZ_TABLE_H

#include <asm/ioctls.h>
#include <linux/filter.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_tun.h>
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

/* S(name, values) */
#define FUZZ_SETS(S)									\
	S(nothing, 0)									\
	S(switched, 0, 1)								\
	S(iff, IFF_TUN, IFF_TAP, IFF_NO_PI, IFF_VNET_HDR, IFF_MULTI_QUEUE, IFF_NAPI,	\
	  IFF_NAPI_FRAGS, IFF_NO_CARRIER, IFF_PERSIST, IFF_NOFILTER, IFF_TUN_EXCL,	\
	  IFF_ONE_QUEUE, IFF_BACKPRESSURE)						\
	S(queue_action, IFF_ATTACH_QUEUE, IFF_DETACH_QUEUE)				\
	S(offload, TUN_F_CSUM, TUN_F_TSO4, TUN_F_TSO6, TUN_F_TSO_ECN, TUN_F_UFO,	\
	  TUN_F_USO4, TUN_F_USO6, TUN_F_UDP_TUNNEL_GSO, TUN_F_UDP_TUNNEL_GSO_CSUM)	\
	S(sndbuf, 1, 2, 512, 2304, 4096, 65536, 0x7fffffff, 0, -1)			\
	S(vnet_size, 10, 12, 20, 24, 64, 4096, 9, 0, -1)				\
	S(identity, 0, 1, 1000, 65534, 0xffffffff)					\
	S(link_type, ARPHRD_ETHER, ARPHRD_NONE, ARPHRD_PPP, ARPHRD_IP6GRE,		\
	  ARPHRD_IEEE802154, ARPHRD_LOOPBACK, ARPHRD_VOID, 0x10001)			\
	S(messages, 0, 1, 0x7fff, -1)							\
	S(ifindex, 0, 1, 1001, 1002, 0x7fffffff, -1)					\
	S(family, ARPHRD_ETHER, ARPHRD_NONE, ARPHRD_LOOPBACK, 0)			\
	S(address, 0x020000000001, 0x020000000002, 0x010000000001, 0, 0xffffffffffff)	\
	S(filter_flags, 0, TUN_FLT_ALLMULTI)						\
	S(filter_count, 0, 1, 2, 8, 9, 64, 65535)					\
	S(classic, 0, 1, 2, 3, 4, 5, 6)							\
	S(program, 0, 1, 2, 3, 4, 5, 6, 7, 8)						\
	S(request, TUNSETIFF, TUNGETIFF, TUNSETTXFILTER, TUNATTACHFILTER, SIOCGIFNAME,	\
	  SIOCSIFFLAGS, SIOCETHTOOL, TCGETS, FIONBIO, FIOASYNC, FIOCLEX,			\
	  0x400454ff, 0x800454ff, 0, -1)

/* X(request, kind of argument, its values), in the order of the driver's table */
#define FUZZ_IOCTLS(X)					\
	X(TUNGETFEATURES, INT_OUT, nothing)		\
	X(TUNSETIFF, IFREQ, iff)			\
	X(TUNGETIFF, IFREQ_OUT, nothing)		\
	X(TUNSETQUEUE, IFREQ_IN, queue_action)		\
	X(TUNSETIFINDEX, INT_IN, ifindex)		\
	X(TUNSETPERSIST, VALUE, switched)		\
	X(TUNSETOWNER, VALUE, identity)			\
	X(TUNSETGROUP, VALUE, identity)			\
	X(TUNSETLINK, VALUE, link_type)			\
	X(TUNSETNOCSUM, VALUE, switched)		\
	X(TUNSETDEBUG, VALUE, messages)			\
	X(TUNGETSNDBUF, INT_OUT, nothing)		\
	X(TUNSETSNDBUF, INT_IN, sndbuf)			\
	X(TUNSETOFFLOAD, FLAGS, offload)		\
	X(TUNGETVNETHDRSZ, INT_OUT, nothing)		\
	X(TUNSETVNETHDRSZ, INT_IN, vnet_size)		\
	X(TUNGETVNETLE, INT_OUT, nothing)		\
	X(TUNSETVNETLE, INT_IN, switched)		\
	X(TUNGETVNETBE, INT_OUT, nothing)		\
	X(TUNSETVNETBE, INT_IN, switched)		\
	X(TUNSETCARRIER, INT_IN, switched)		\
	X(TUNGETDEVNETNS, VALUE, nothing)		\
	X(SIOCGSKNS, VALUE, nothing)			\
	X(SIOCGIFHWADDR, IFREQ_OUT, nothing)		\
	X(SIOCSIFHWADDR, ADDRESS, address)		\
	X(TUNSETTXFILTER, FILTER, filter_count)		\
	X(TUNATTACHFILTER, FPROG, classic)		\
	X(TUNDETACHFILTER, VALUE, nothing)		\
	X(TUNGETFILTER, FPROG_OUT, nothing)		\
	X(TUNSETSTEERINGEBPF, PROGRAM, program)		\
	X(TUNSETFILTEREBPF, PROGRAM, program)		\
	X(FIONREAD, INT_OUT, nothing)			\
	X(TUNATTACHFILTER32, FPROG32, classic)		\
	X(TUNDETACHFILTER32, VALUE, nothing)		\
	X(TUNGETFILTER32, FPROG_OUT, nothing)

#endif /* SELFTESTS_FUZZ_TABLE_H */
