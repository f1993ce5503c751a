// SPDX-License-Identifier: GPL-2.0
/* A security module that counts what it is asked, and refuses what the test says */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "bpf/lsm.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LSM_CONFIGS);
	__type(key, __u32);
	__type(value, __u64);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LSM_HOOKS);
	__type(key, __u32);
	__type(value, __u64);
} count SEC(".maps");

static __u64 configured(__u32 at)
{
	__u64 *value = bpf_map_lookup_elem(&config, &at);

	return value ? *value : 0;
}

static void add(__u32 hook)
{
	__u64 *value = bpf_map_lookup_elem(&count, &hook);

	if (value)
		__sync_fetch_and_add(value, 1);
}

static int judge(__u32 hook)
{
	if (bpf_get_current_pid_tgid() >> 32 != configured(LSM_PROCESS))
		return 0;
	add(hook);
	return configured(LSM_DENIED) & 1 << hook ? -LSM_ERRNO : 0;
}

SEC("lsm/tun_dev_create")
int tun_dev_create(unsigned long long *ctx)
{
	return judge(LSM_CREATE);
}

SEC("lsm/tun_dev_alloc_security")
int tun_dev_alloc_security(unsigned long long *ctx)
{
	return judge(LSM_ALLOC);
}

SEC("lsm/tun_dev_attach")
int tun_dev_attach(unsigned long long *ctx)
{
	return judge(LSM_ATTACH);
}

SEC("lsm/tun_dev_open")
int tun_dev_open(unsigned long long *ctx)
{
	return judge(LSM_OPEN);
}

SEC("lsm/tun_dev_attach_queue")
int tun_dev_attach_queue(unsigned long long *ctx)
{
	return judge(LSM_ATTACH_QUEUE);
}

/* Whose process it is that a device ends in is chance */
SEC("lsm/tun_dev_free_security")
int tun_dev_free_security(unsigned long long *ctx)
{
	add(LSM_FREE);
	return 0;
}

SEC("lsm/socket_sock_rcv_skb")
int socket_sock_rcv_skb(unsigned long long *ctx)
{
	return judge(LSM_FILTER);
}

char _license[] SEC("license") = "GPL";
