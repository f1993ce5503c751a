// SPDX-License-Identifier: GPL-2.0
/*
 * sendmsg() and recvmsg() of other parts of the kernel: memory that was lent comes back once,
 * whatever fails. tun_test_message.ko calls, and its own allocations are among those that fail.
 */
#include "kselftest_harness.h"
#include "message.h"
#include "world.h"

FIXTURE(message)
{
	struct world world;
	struct world_dev dev;
	struct packet p;
	unsigned char room[5000];
	int test;
};

FIXTURE_VARIANT(message)
{
	const char *name;
	int flags;
	int lend;
};

FIXTURE_VARIANT_ADD(message, copied)
{
	.name = "copied", .flags = IFF_TAP | IFF_NO_PI,
};

FIXTURE_VARIANT_ADD(message, lent)
{
	.name = "lent", .flags = IFF_TAP | IFF_NO_PI, .lend = TUN_TEST_MESSAGE_LEND,
};

FIXTURE_VARIANT_ADD(message, lent_to_tun)
{
	.name = "lent to TUN", .flags = IFF_TUN | IFF_NO_PI, .lend = TUN_TEST_MESSAGE_LEND,
};

FIXTURE_SETUP(message)
{
	self->test = message_open();
	ASSERT_LE(0, self->test);
	ASSERT_EQ(0, world_setup(&self->world));
	ASSERT_EQ(0, world_dev(&self->dev, variant->flags));
	world_frame(&self->p, variant->flags, 3000);
}

FIXTURE_TEARDOWN(message)
{
	close(self->dev.fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	world_teardown(&self->world);
	EXPECT_EQ(0, message_close(self->test));
}

/* What the module could not do, or what the driver said to it */
static int call_faulted(struct fault *f, int test, unsigned long cmd,
			struct tun_test_message *call)
{
	int ret;

	fault_arm(f);
	ret = fault_errno(ioctl(test, cmd, call));
	fault_stop(f);
	return fault_judge(f, ret ? ret : call->ret);
}

/* Of a call that was refused the lender may be told or not: nobody but him has the memory. */
static bool gives_back(int test)
{
	struct tun_test_message_loans loans = message_loans(test);

	for (int i = 0; i < 500 && loans.pinned; i++) {
		usleep(20000);
		loans = message_loans(test);
	}
	return !loans.pinned && !loans.told_twice;
}

/* A packet that went its way, of which the lender is told once */
static bool sends(FIXTURE_DATA(message) * self, int lend)
{
	__u32 before = message_loans(self->test).told;

	if (message_send_as(self->test, self->dev.fd, self->p.data, self->p.len, MSG_DONTWAIT,
			    lend) != (int)self->p.len)
		return false;
	if (!world_received(&self->world, self->dev.index, self->p.data, self->p.len))
		return false;
	for (int i = 0; i < 500 && lend && message_loans(self->test).told == before; i++)
		usleep(20000);
	return message_loans(self->test).told == before + !!lend;
}

TEST_F(message, failed_sendmsg_can_be_repeated_and_keeps_no_loan)
{
	struct tun_test_message call = {
		.fd = self->dev.fd, .data = (unsigned long)self->p.data, .length = self->p.len,
		.flags = MSG_DONTWAIT, .lend = variant->lend,
	};
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);

	while (fault_next(&f)) {
		call_faulted(&f, self->test, TUN_TEST_MESSAGE_SEND, &call);
		world_drain(&self->world, self->dev.fd);
		ASSERT_TRUE(gives_back(self->test))
			TH_LOG("fault %d", f.n);
		ASSERT_TRUE(sends(self, variant->lend))
			TH_LOG("fault %d", f.n);
		ASSERT_TRUE(gives_back(self->test))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, variant->name);
}

TEST_F(message, failed_recvmsg_can_be_repeated)
{
	struct tun_test_message call = {
		.fd = self->dev.fd, .data = (unsigned long)self->room,
		.length = sizeof(self->room), .flags = MSG_DONTWAIT,
	};
	struct fault f = FAULT(ENOMEM, EFAULT);

	while (fault_next(&f)) {
		ASSERT_EQ(0, world_send(&self->world, &self->dev, self->p.data, 1000));
		call_faulted(&f, self->test, TUN_TEST_MESSAGE_RECEIVE, &call);
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, variant->name);
}

#include "leak.h"

TEST_HARNESS_MAIN
