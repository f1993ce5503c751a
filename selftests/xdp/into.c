// SPDX-License-Identifier: GPL-2.0
/* Frames that the XDP program of a veth redirects into the device under test */
#include <pthread.h>

#include "kselftest_harness.h"
#include "bpf/bulk.h"
#include "xdp.h"

static struct packet packet, frame;
static unsigned char room[PACKET_MAX];

FIXTURE(into)
{
	struct tun_dev dev;
	struct bpf_object *obj;
	int sock;
};

FIXTURE_VARIANT(into)
{
	int flags;
};

FIXTURE_VARIANT_ADD(into, tap) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(into, tun) { .flags = IFF_TUN };

FIXTURE_SETUP(into)
{
	struct packet_flow flow = packet_flow("10.1.0.2", "10.1.0.1", 0, 0);

	ASSERT_EQ(0, tun_dev_setup(&self->dev, variant->flags | IFF_NO_PI, O_NONBLOCK));
	self->obj = bpf_test_load("verdict");
	ASSERT_NE(NULL, self->obj);
	/* a device without native XDP takes no frames: nothing to wait for */
	ASSERT_EQ(0, bpf_test_xdp_attach(self->dev.name, bpf_test_prog(self->obj, "verdict"),
					 XDP_FLAGS_DRV_MODE));
	ASSERT_EQ(0, bpf_test_xdp_detach(self->dev.name, XDP_FLAGS_DRV_MODE));
	ASSERT_EQ(0, net_ip("link add v0 type veth peer name v1"));
	ASSERT_EQ(0, net_up("v0"));
	ASSERT_EQ(0, net_up("v1"));
	ASSERT_EQ(0, bpf_test_xdp_attach("v1", bpf_test_prog(self->obj, "verdict"),
					 XDP_FLAGS_DRV_MODE));
	ASSERT_TRUE(net_passes("v0"));
	ASSERT_EQ(0, bpf_test_config(self->obj, VERDICT_ACTION, XDP_REDIRECT));
	ASSERT_EQ(0, bpf_test_config(self->obj, VERDICT_TARGET, if_nametoindex(self->dev.name)));
	/* a TUN gets what is behind the Ethernet header */
	ASSERT_EQ(0, bpf_test_config(self->obj, VERDICT_HEAD,
				     variant->flags == IFF_TUN ? ETH_HLEN : 0));
	self->sock = net_packet_socket("v0", 0);
	xdp_test_frame(&packet, true, ETH_HLEN);
	packet_ipv4(&packet, &flow, XDP_TEST_PROTO, 60);
	packet_fill(&packet, 60, XDP_TEST_SEED);
	packet_reset(&frame);
	if (variant->flags == IFF_TAP)
		packet_append(&frame, packet.data, packet.len);
	else
		packet_append(&frame, packet.data + ETH_HLEN, packet.len - ETH_HLEN);
}

FIXTURE_TEARDOWN(into)
{
	bpf_object__close(self->obj);
	close(self->sock);
	close(self->dev.fd);
}

#define SEND() net_packet_send(self->sock, "v0", XDP_TEST_TYPE, packet.data, packet.len)

/* veth works in the background; true when the program has seen @frames of them */
static bool redirected(struct bpf_object *obj, int frames)
{
	for (int i = 0; i < NET_SOON_MS / 20; i++) {
		if (bpf_test_count(obj, VERDICT_RUNS) >= frames)
			return true;
		net_sleep_ms(20);
	}
	return false;
}

TEST_F(into, frame_of_a_veth_is_read)
{
	ASSERT_EQ(0, SEND());
	ASSERT_EQ((ssize_t)frame.len, tun_dev_read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(frame.data, room, frame.len));
	EXPECT_EQ(1, net_stat(self->dev.name, NET_XMITTED_PACKETS));
}

TEST_F(into, frames_come_in_order)
{
	for (int i = 0; i < 100; i++) {
		packet.data[packet.len - 1] = i;
		ASSERT_EQ(0, SEND());
	}
	for (int i = 0; i < 100; i++) {
		ASSERT_EQ((ssize_t)frame.len, tun_dev_read(self->dev.fd, room, sizeof(room)));
		ASSERT_EQ(i, room[frame.len - 1]);
	}
}

TEST_F(into, no_frame_waits_for_the_next_one)
{
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, SEND());
		ASSERT_EQ((ssize_t)frame.len, tun_dev_read(self->dev.fd, room, sizeof(room)));
	}
}

static void *read_one(void *arg)
{
	return (void *)read(*(int *)arg, room, sizeof(room));
}

TEST_F(into, blocked_reader_is_woken)
{
	int flags = fcntl(self->dev.fd, F_GETFL) & ~O_NONBLOCK;
	pthread_t reader;
	void *ret = NULL;

	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETFL, flags));
	ASSERT_EQ(0, pthread_create(&reader, NULL, read_one, &self->dev.fd));
	net_sleep_ms(NET_NEVER_MS);
	ASSERT_EQ(0, SEND());
	ASSERT_EQ(0, pthread_join(reader, &ret));
	EXPECT_EQ((ssize_t)frame.len, (ssize_t)ret);
	EXPECT_EQ(0, memcmp(frame.data, room, frame.len));
}

/* Two bulks from no device at all, the second of which ends in the program of the target */
static int send_two_bulks(struct bpf_object *obj, const char *to)
{
	struct bpf_devmap_val target = { .ifindex = if_nametoindex(to) };
	struct bpf_test_run_opts run = {
		.sz = sizeof(run), .data_in = frame.data, .data_size_in = frame.len,
		.repeat = 2 * BULK_SIZE, .batch_size = 2 * BULK_SIZE,
		.flags = BPF_F_TEST_XDP_LIVE_FRAMES,
	};
	__u32 at = 0;
	int ret;

	target.bpf_prog.fd = bpf_test_prog(obj, "first_bulk");
	ret = bpf_map_update_elem(bpf_test_map(obj, "device"), &at, &target, BPF_ANY);
	return ret ? ret : bpf_prog_test_run_opts(bpf_test_prog(obj, "to_device"), &run);
}

/* In-tree waits to be told that no more comes, which nobody says of frames that are dropped */
TEST_F(into, bulk_that_nothing_follows_wakes_the_reader)
{
	int flags = fcntl(self->dev.fd, F_GETFL);
	struct bpf_object *bulk = bpf_test_load("bulk");
	void *ret = NULL;
	pthread_t reader;
	int woken;

	ASSERT_NE(NULL, bulk);
	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETFL, flags & ~O_NONBLOCK));
	ASSERT_EQ(0, pthread_create(&reader, NULL, read_one, &self->dev.fd));
	net_sleep_ms(NET_NEVER_MS);
	ASSERT_EQ(0, send_two_bulks(bulk, self->dev.name));
	EXPECT_EQ(BULK_SIZE, bpf_test_count(bulk, BULK_SEEN));
	for (int i = 0; (woken = !pthread_tryjoin_np(reader, &ret)) == 0 && i < 100; i++)
		net_sleep_ms(20);
	EXPECT_TRUE(woken);
	if (!woken) {
		ASSERT_EQ(0, SEND());
		ASSERT_EQ(0, pthread_join(reader, &ret));
	}
	EXPECT_EQ((ssize_t)frame.len, (ssize_t)ret);
	EXPECT_EQ(0, memcmp(frame.data, room, frame.len));
	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETFL, flags));
	EXPECT_EQ(BULK_SIZE - 1, tun_dev_drain(self->dev.fd));
	bpf_object__close(bulk);
}

TEST_F(into, full_ring_counts_xmit_drops)
{
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 2));
	for (int i = 0; i < 5; i++) {
		ASSERT_EQ(0, SEND());
		ASSERT_TRUE(redirected(self->obj, i + 1));
	}
	for (int i = 0; i < NET_SOON_MS / 20; i++) {
		if (net_stat(self->dev.name, NET_XMITTED_DROPS) == 3)
			break;
		net_sleep_ms(20);
	}
	EXPECT_EQ(3, net_stat(self->dev.name, NET_XMITTED_DROPS));
	EXPECT_EQ(2, tun_dev_drain(self->dev.fd));
}

TEST_F(into, frames_in_the_ring_go_with_the_device)
{
	for (int i = 0; i < 10; i++) {
		ASSERT_EQ(0, SEND());
		ASSERT_TRUE(redirected(self->obj, i + 1));
	}
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(-1, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(EBADFD, errno);
	/* a program that still aims there drops */
	ASSERT_EQ(0, SEND());
	EXPECT_TRUE(redirected(self->obj, 11));
}

TEST_HARNESS_MAIN
