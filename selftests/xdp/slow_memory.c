// SPDX-License-Identifier: GPL-2.0
/*
 * A program that goes while a frame is being copied from memory that takes its time. It is attached
 * in native mode where a TUN has that, which in-tree's has not.
 */
#include <pthread.h>
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "slow_page.h"
#include "xdp.h"

/**
 * struct writer - a frame whose memory is not there yet, behind packet information that is
 * @fd: the descriptor
 * @pi: the packet information
 * @page: where the frame is going to be
 * @ret: what the call gave
 * @error: errno
 */
struct writer {
	int fd;
	struct packet pi;
	struct slow_page page;
	ssize_t ret;
	int error;
};

static unsigned char frame[XDP_TEST_LEN];
static unsigned char room[PACKET_MAX];
static struct writer writer;

FIXTURE(slow_memory)
{
	struct xdp_test x;
};

FIXTURE_SETUP(slow_memory)
{
	int prog;

	ASSERT_EQ(0, tun_dev_netns());
	ASSERT_EQ(0, xdp_test_create(&self->x, IFF_TUN, O_NONBLOCK));
	prog = bpf_test_prog(self->x.obj, "verdict");
	ASSERT_EQ(0, bpf_test_xdp_attach(self->x.dev.name, prog, 0));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	ASSERT_EQ(0, slow_page_setup(&writer.page));
}

FIXTURE_TEARDOWN(slow_memory)
{
	slow_page_teardown(&writer.page);
	xdp_test_teardown(&self->x);
}

static void *write_main(void *data)
{
	struct iovec parts[] = {
		{ writer.pi.data, writer.pi.len }, { writer.page.memory, sizeof(frame) },
	};

	writer.ret = writev(writer.fd, parts, ARRAY_SIZE(parts));
	writer.error = errno;
	return data;
}

/* It was there as the write began. What it would have overruled, had it run, holds. */
TEST_F(slow_memory, program_that_goes_meanwhile_leaves_the_protocol_alone)
{
	unsigned int proto = 0;
	pthread_t thread;

	writer.fd = self->x.dev.fd;
	packet_reset(&writer.pi);
	packet_pi(&writer.pi, 0, ETH_P_MPLS_UC);
	/* of neither version of IP */
	memset(frame, 0x11, sizeof(frame));
	ASSERT_EQ(0, pthread_create(&thread, NULL, write_main, NULL));
	ASSERT_EQ(0, slow_page_wanted(&writer.page));
	ASSERT_EQ(0, bpf_test_xdp_detach(self->x.dev.name, 0));
	ASSERT_EQ(0, slow_page_deliver(&writer.page, frame, sizeof(frame)));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(XDP_TEST_LEN + 4, writer.ret) TH_LOG("errno %d", writer.error);
	EXPECT_EQ(0, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(XDP_TEST_LEN, xdp_test_received(&self->x, room, sizeof(room), &proto));
	EXPECT_EQ(ETH_P_MPLS_UC, proto);
	EXPECT_EQ(0, memcmp(frame, room, XDP_TEST_LEN));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_HARNESS_MAIN
