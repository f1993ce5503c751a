// SPDX-License-Identifier: GPL-2.0
/* Counts the tracepoint xdp:xdp_exception, by the verdict that led there; 15 and above as 15 */
#include "bpf/maps.h"

SEC("raw_tp/xdp_exception")
int exception(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 action = ctx->args[2];

	count_add(action < MAPS_ENTRIES ? action : MAPS_ENTRIES - 1);
	return 0;
}
