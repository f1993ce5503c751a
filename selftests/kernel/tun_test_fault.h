/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program asks of tun_test_fault.ko: a function of the kernel that fails without having been
 * called, and a listener that says no to what happens to a device.
 */
#ifndef SELFTESTS_TUN_TEST_FAULT_H
#define SELFTESTS_TUN_TEST_FAULT_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define TUN_TEST_FAULT_MODULE	"tun_test_fault"
#define TUN_TEST_FAULT_NODE	"/dev/" TUN_TEST_FAULT_MODULE

/**
 * struct tun_test_fault_function - a function that is to fail
 * @symbol: its name; empty for none any more
 * @nth: which of its calls by the task that asks, from 1 on
 * @within: how many of its calls may still fail, from the @nth on
 * @value: what it returns then
 */
struct tun_test_fault_function {
	char symbol[64];
	__u32 nth;
	__u32 within;
	__s64 value;
};

/* Events of a device that a listener may refuse: NETDEV_* of the same name */
enum tun_test_fault_event {
	TUN_TEST_FAULT_POST_INIT,
	TUN_TEST_FAULT_REGISTER,
	TUN_TEST_FAULT_PRE_UP,
	TUN_TEST_FAULT_PRE_TYPE_CHANGE,
	TUN_TEST_FAULT_EVENTS,
};

/**
 * struct tun_test_fault_veto - an event that is refused
 * @name: of the device; empty for none any more
 * @event: an &enum tun_test_fault_event
 * @err: what the listener says, as an errno
 */
struct tun_test_fault_veto {
	char name[16];
	__u32 event;
	__u32 err;
};

/* How often the function failed, or the listener refused, since it was told to: what comes back */
#define TUN_TEST_FAULT_FUNCTION	_IOW('F', 1, struct tun_test_fault_function)
#define TUN_TEST_FAULT_VETO	_IOW('F', 2, struct tun_test_fault_veto)
#define TUN_TEST_FAULT_FIRED	_IO('F', 3)

/* From here on the task that runs the netns clean-up fails its n-th allocation; 0: not any more. */
#define TUN_TEST_FAULT_CLEANUP	_IO('F', 4)
/* 1: the last clean-up met its fault. 0: it needed fewer. EAGAIN: there was none yet. */
#define TUN_TEST_FAULT_CLEANED	_IO('F', 5)

#endif /* SELFTESTS_TUN_TEST_FAULT_H */
