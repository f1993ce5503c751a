/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program asks of tun_test_message.ko: calls of the socket behind a descriptor of either
 * node, as another part of the kernel would make them.
 */
#ifndef SELFTESTS_TUN_TEST_MESSAGE_H
#define SELFTESTS_TUN_TEST_MESSAGE_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define TUN_TEST_MESSAGE_MODULE	"tun_test_message"
#define TUN_TEST_MESSAGE_NODE	"/dev/" TUN_TEST_MESSAGE_MODULE

/* What struct tun_msg_ctl calls a control message that lends memory. */
#define TUN_TEST_MESSAGE_LEND	1

/**
 * struct tun_test_message - one call
 * @data: the program's memory: what to send, or where what was received goes
 * @fd: a descriptor of the node under test
 * @length: bytes at @data
 * @flags: MSG_DONTWAIT and so on
 * @lend: to send: type of the control message with which the memory is lent, 0 to have it copied
 * @ret: what the call returned
 * @message_flags: what it left in msg_flags
 * @kept: to receive: references to the packet that was handed in which the call did not put
 * @unused: 0
 */
struct tun_test_message {
	__u64 data;
	__s32 fd;
	__u32 length;
	__u32 flags;
	__u32 lend;
	__s32 ret;
	__u32 message_flags;
	__u32 kept;
	__u32 unused;
};

/**
 * struct tun_test_message_loans - all that was lent through this descriptor of the module's node
 * @lent: calls that lent memory, refused ones included
 * @told: how often somebody said that such memory is no longer in use
 * @told_twice: loans of which that was said more than once
 * @in_place: how often it was said that the memory was used where it is
 * @pinned: pages that somebody but the module holds
 * @most_pages: how many pages of memory a packet has room for
 */
struct tun_test_message_loans {
	__u32 lent;
	__u32 told;
	__u32 told_twice;
	__u32 in_place;
	__u32 pinned;
	__u32 most_pages;
};

/* sendmsg() and recvmsg(); the packet of TAKE, if there is one, is handed in to the latter. */
#define TUN_TEST_MESSAGE_SEND		_IOWR('T', 1, struct tun_test_message)
#define TUN_TEST_MESSAGE_RECEIVE	_IOWR('T', 2, struct tun_test_message)
/* Takes a packet out of the ring; @ret is 1, or 0 if it is empty. */
#define TUN_TEST_MESSAGE_TAKE		_IOWR('T', 3, struct tun_test_message)
/* peek_len() */
#define TUN_TEST_MESSAGE_PEEK		_IOWR('T', 4, struct tun_test_message)
/* ndo_set_rx_headroom() of the interface of index @length in this netns, with @flags bytes */
#define TUN_TEST_MESSAGE_HEADROOM	_IOWR('T', 6, struct tun_test_message)
#define TUN_TEST_MESSAGE_LOANS		_IOR('T', 5, struct tun_test_message_loans)

#endif /* SELFTESTS_TUN_TEST_MESSAGE_H */
