/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The socket of a descriptor as the rest of the kernel sees it, through tun_test_message.ko. The
 * file is in the environment's TUN_TEST_MESSAGE_KO; it is loaded for one test at a time.
 */
#ifndef SELFTESTS_MESSAGE_H
#define SELFTESTS_MESSAGE_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/tun_test_message.h"
#include "module_file.h"

/* Loads the module; a descriptor of its node, or -errno */
static inline int message_open(void)
{
	int fd, ret = module_file_load(module_file("TUN_TEST_MESSAGE_KO"), "");

	if (ret)
		return ret;
	fd = open(TUN_TEST_MESSAGE_NODE, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Unloads it; -EAGAIN if somebody still has memory that was lent */
static inline int message_close(int test)
{
	close(test);
	return module_file_unload(TUN_TEST_MESSAGE_MODULE);
}

/* One call; what it returned. A fault of the test itself ends it. */
static inline int message_call(int test, unsigned long cmd, struct tun_test_message *call)
{
	if (ioctl(test, cmd, call)) {
		perror(TUN_TEST_MESSAGE_MODULE);
		abort();
	}
	return call->ret;
}

/* sendmsg() of memory that is lent with a control message of type @lend, 0 for none */
static inline int message_send_as(int test, int fd, const void *data, size_t length, int flags,
				  int lend)
{
	struct tun_test_message call = {
		.fd = fd, .data = (unsigned long)data, .length = length, .flags = flags,
		.lend = lend,
	};

	return message_call(test, TUN_TEST_MESSAGE_SEND, &call);
}

static inline int message_send(int test, int fd, const void *data, size_t length)
{
	return message_send_as(test, fd, data, length, MSG_DONTWAIT, 0);
}

static inline int message_lend(int test, int fd, const void *data, size_t length)
{
	return message_send_as(test, fd, data, length, MSG_DONTWAIT, TUN_TEST_MESSAGE_LEND);
}

static inline struct tun_test_message_loans message_loans(int test)
{
	struct tun_test_message_loans loans = {};

	if (ioctl(test, TUN_TEST_MESSAGE_LOANS, &loans))
		abort();
	return loans;
}

/* True when all that was lent has been given back within a time that is long enough, and once */
static inline int message_all_told(int test)
{
	struct tun_test_message_loans loans = message_loans(test);

	for (int i = 0; i < 500 && loans.told < loans.lent; i++) {
		usleep(20000);
		loans = message_loans(test);
	}
	return loans.told == loans.lent && !loans.told_twice && !loans.pinned;
}

/* recvmsg() with all its answers in @call */
static inline int message_receive_call(int test, int fd, void *data, size_t length, int flags,
				       struct tun_test_message *call)
{
	*call = (struct tun_test_message){
		.fd = fd, .data = (unsigned long)data, .length = length, .flags = flags,
	};
	return message_call(test, TUN_TEST_MESSAGE_RECEIVE, call);
}

static inline int message_receive(int test, int fd, void *data, size_t length, int flags)
{
	struct tun_test_message call;

	return message_receive_call(test, fd, data, length, flags, &call);
}

/* Takes a packet out of the ring for the next recvmsg(); 1, or 0 if there is none */
static inline int message_take(int test, int fd)
{
	struct tun_test_message call = { .fd = fd };

	return message_call(test, TUN_TEST_MESSAGE_TAKE, &call);
}

static inline int message_peek(int test, int fd)
{
	struct tun_test_message call = { .fd = fd };

	return message_call(test, TUN_TEST_MESSAGE_PEEK, &call);
}

#endif /* SELFTESTS_MESSAGE_H */
