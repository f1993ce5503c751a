# SPDX-License-Identifier: GPL-2.0
#
# What the kernel that we build for looks like, found in its headers and never in its version:
# stable series carry backports. A feature is two extended regular expressions over one header,
#
#	NAME-header, NAME-old and NAME-new
#
# and a word in tun-alt-probes. The new shape defines TUN_ALT_HAVE_NAME, the old one defines nothing,
# and a header in which neither is found ends the build: a kernel that nobody has looked at is an
# error, not a guess. So the old shape, too, is something that only kernels with it have, in another
# header where NAME-old-header names one. Macros need no probe; compat.h tests them by name.

tun-alt-probes := LLTX_BIT F_OWNER_ALLOCATE MAC_SOCKADDR_STORAGE BPF_NET_CONTEXT XDP_FEATURES \
	UBUF_OPS RX_QUEUE_INSIDE RPS_INSIDE REG_STATE_BITS VM_FLAGS_MOD STAT_OPS \
	GENL_INFO_DUMP DEV_BY_INDEX

# dev->lltx became a bit of its own when NETIF_F_LLTX left the feature word.
LLTX_BIT-header := linux/netdevice.h
LLTX_BIT-old := NETIF_F_LLTX
LLTX_BIT-new := lltx:1

# struct fown_struct is allocated by need, and SIGIO's owner with it.
F_OWNER_ALLOCATE-header := linux/fs.h
F_OWNER_ALLOCATE-old := struct fown_struct[[:space:]]+f_owner;
F_OWNER_ALLOCATE-new := int file_f_owner_allocate

# dev_set_mac_address_user() takes a sockaddr_storage.
MAC_SOCKADDR_STORAGE-header := linux/netdevice.h
MAC_SOCKADDR_STORAGE-old := int dev_set_mac_address_user.struct net_device .dev, struct sockaddr .sa
MAC_SOCKADDR_STORAGE-new := int dev_set_mac_address_user.struct net_device .dev, struct sockaddr_storage

# What a program leaves for xdp_do_redirect() is in the task and no more on the processor.
BPF_NET_CONTEXT-header := linux/filter.h
BPF_NET_CONTEXT-old := DECLARE_PER_CPU.struct bpf_redirect_info, bpf_redirect_info
BPF_NET_CONTEXT-new := struct bpf_net_context .bpf_net_ctx_set

# Devices say which parts of XDP they have, since 6.3. What had no word of it in 6.1 and 6.2 is
# known by what left the same header in 6.9.
XDP_FEATURES-header := linux/netdevice.h
XDP_FEATURES-old := ^struct rps_map \{
XDP_FEATURES-new := xdp_features_t[[:space:]]+xdp_features

# Who lends memory for a packet is told by an operation of its kind.
UBUF_OPS-header := linux/skbuff.h
UBUF_OPS-old := void .\*callback..struct sk_buff ., struct ubuf_info
UBUF_OPS-new := struct ubuf_info_ops \{

# The other way round: struct netdev_rx_queue has left for a header of its own.
RX_QUEUE_INSIDE-header := linux/netdevice.h
RX_QUEUE_INSIDE-old-header := net/netdev_rx_queue.h
RX_QUEUE_INSIDE-old := ^struct netdev_rx_queue \{
RX_QUEUE_INSIDE-new := ^struct netdev_rx_queue \{

# And so have the helpers of receive packet steering.
RPS_INSIDE-header := net/sock.h
RPS_INSIDE-old-header := net/rps.h
RPS_INSIDE-old := ^static inline void sock_rps_record_flow_hash
RPS_INSIDE-new := ^static inline void sock_rps_record_flow_hash

# Where a device is in its life was a field of bits, which nobody can read once and whole.
REG_STATE_BITS-header := linux/netdevice.h
REG_STATE_BITS-old := u8[[:space:]]+reg_state;
REG_STATE_BITS-new := \} reg_state:8;

# The flags of a mapping are changed by a function, since 6.3.
VM_FLAGS_MOD-header := linux/mm.h
VM_FLAGS_MOD-old-header := linux/mm_types.h
VM_FLAGS_MOD-old := ^[[:space:]]unsigned long vm_flags;
VM_FLAGS_MOD-new := ^static inline void vm_flags_mod

# The core asks devices for the counters of queues, and takes those that we have since 6.10. As
# XDP_FEATURES for older ones; 6.9 alone has neither.
STAT_OPS-header := net/netdev_queues.h
STAT_OPS-old-header := linux/netdevice.h
STAT_OPS-old := ^struct rps_dev_flow \{
STAT_OPS-new := u64 hw_drops;

# A dump of generic netlink has the same description of the request as any other call.
GENL_INFO_DUMP-header := net/genetlink.h
GENL_INFO_DUMP-old := void \*[[:space:]]+userhdr;
GENL_INFO_DUMP-new := ^genl_info_dump\(

# Devices by index are in an xarray, beside the table of old, since 6.6. As XDP_FEATURES for older
# ones.
DEV_BY_INDEX-header := net/net_namespace.h
DEV_BY_INDEX-old-header := linux/netdevice.h
DEV_BY_INDEX-old := ^struct rps_sock_flow_table \{
DEV_BY_INDEX-new := struct xarray[[:space:]]+dev_by_index;

tun-alt-header = $(srctree)/include/$(or $($(1)-$(2)-header),$($(1)-header))
tun-alt-has = $(shell grep -Eqs '$($(1)-$(2))' $(call tun-alt-header,$(1),$(2)) && echo y)
tun-alt-lost = <$($(1)-header)> of this kernel has neither known shape of $(1); \
	the probes and src/compat.h need the new one
tun-alt-shape = $(if $(call tun-alt-has,$(1),new),new,$(if $(call tun-alt-has,$(1),old),old, \
	$(error tun-alt: $(tun-alt-lost))))

tun-alt-table := $(foreach p,$(tun-alt-probes),$(p)=$(call tun-alt-shape,$(p)))
tun-alt-features := $(patsubst %=new,-DTUN_ALT_HAVE_%,$(filter %=new,$(tun-alt-table)))
