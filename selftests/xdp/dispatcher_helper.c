// SPDX-License-Identifier: GPL-2.0
/*
 * Takes all places of the kernel's XDP dispatcher, until the machine goes down: code that is
 * patched, on a PC, whenever a program gets or leaves a place there.
 *
 * While code is patched a breakpoint stands in it. QEMU 7.2 with a thread for each processor may
 * keep the breakpoint, if another processor translates that code as it is overwritten: that one
 * goes on to run into it, and the kernel, which knows of none, dies of an int3 in
 * bpf_dispatcher_xdp_func(). A processor of one's own has no such memory.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "bpf_test.h"
#include "rtnl.h"

/* BPF_DISPATCHER_MAX of <linux/bpf.h> */
#define PLACES 48

/* Each program has a device of its own, and so have all together a namespace. */
static int take(int sock, int n)
{
	char name[IFNAMSIZ];
	int ret;

	snprintf(name, sizeof(name), "place%d", n);
	ret = rtnl_add(sock, "dummy", name);
	if (!ret)
		ret = bpf_test_answer(BPF_PROG_TYPE_XDP, XDP_PASS);
	return ret < 0 ? ret : bpf_test_xdp_attach(name, ret, XDP_FLAGS_SKB_MODE);
}

int main(void)
{
	int sock, ret = unshare(CLONE_NEWNET) ? -errno : 0;

	sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	for (int i = 0; i < PLACES && !ret; i++)
		ret = take(sock, i);
	if (!ret && daemon(0, 0))
		ret = -errno;
	if (ret) {
		fprintf(stderr, "dispatcher_helper: %s\n", strerror(-ret));
		return 1;
	}
	for (;;)
		pause();
}
