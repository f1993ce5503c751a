// SPDX-License-Identifier: GPL-2.0
/* What native XDP on a TAP does with a frame that the program writes, verdict by verdict */
#include "kselftest_harness.h"
#include "bpf/verdict.h"
#include "bpf_test.h"
#include "packet.h"
#include "tun_dev.h"

#define TEST_TYPE 0x88b5
#define FRAME_LEN 100

FIXTURE(action)
{
	struct tun_dev tap;
	struct bpf_object *obj;
	int packets;
};

FIXTURE_SETUP(action)
{
	ASSERT_EQ(0, tun_dev_setup(&self->tap, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	self->packets = net_packet_socket(self->tap.name, TEST_TYPE);
	ASSERT_LE(0, self->packets);
	self->obj = bpf_test_load("verdict");
	ASSERT_NE(NULL, self->obj);
	ASSERT_EQ(0, bpf_test_xdp_attach(self->tap.name, bpf_test_prog(self->obj, "verdict"),
					 XDP_FLAGS_DRV_MODE));
}

FIXTURE_TEARDOWN(action)
{
	bpf_object__close(self->obj);
	close(self->packets);
	close(self->tap.fd);
}

static ssize_t write_frame(int fd)
{
	static struct packet packet;
	static const unsigned char mac[6] = { 2, 0, 0, 0, 0, 1 };

	packet_reset(&packet);
	packet_mac(&packet, mac, mac);
	packet_type(&packet, TEST_TYPE);
	packet_fill(&packet, FRAME_LEN - packet.len, 1);
	return write(fd, packet.data, packet.len);
}

TEST_F(action, pass_goes_to_the_stack)
{
	ASSERT_EQ(0, bpf_test_config(self->obj, VERDICT_ACTION, XDP_PASS));
	ASSERT_EQ(FRAME_LEN, write_frame(self->tap.fd));
	EXPECT_EQ(1, bpf_test_count(self->obj, VERDICT_RUNS));
	EXPECT_EQ(POLLIN, net_poll(self->packets, POLLIN, NET_SOON_MS));
}

TEST_F(action, drop_goes_nowhere_and_is_written)
{
	ASSERT_EQ(0, bpf_test_config(self->obj, VERDICT_ACTION, XDP_DROP));
	ASSERT_EQ(FRAME_LEN, write_frame(self->tap.fd));
	EXPECT_EQ(1, bpf_test_count(self->obj, VERDICT_RUNS));
	EXPECT_EQ(0, net_poll(self->packets, POLLIN, 0));
}

TEST_HARNESS_MAIN
