// SPDX-License-Identifier: GPL-2.0
/* tc tells whose socket a frame came from */
#include <linux/pkt_cls.h>

#include "bpf/maps.h"
#include "bpf/uid.h"

SEC("tc")
int whose(struct __sk_buff *skb)
{
	count_set(UID_LAST, bpf_get_socket_uid(skb));
	count_add(UID_FRAMES);
	return TC_ACT_OK;
}
