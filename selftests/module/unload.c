// SPDX-License-Identifier: GPL-2.0
/* rmmod: refused while anything can still call into the module, possible right after */
#include "kselftest_harness.h"
#include "../bpf_test.h"
#include "../bucket.h"
#include "../classic.h"
#include "../mac_filter.h"
#include "../packet.h"
#include "../tun_dev.h"
#include "module.h"

static unsigned char room[2048];

FIXTURE(unload)
{
	struct tun_dev dev;
};

FIXTURE_SETUP(unload)
{
	ASSERT_EQ(0, module_reset());
	ASSERT_EQ(0, tun_dev_netns());
	memset(room, 0x45, sizeof(room));
}

FIXTURE_TEARDOWN(unload)
{
	ASSERT_EQ(0, module_reset());
}

TEST_F(unload, idle_module_goes_and_its_node_with_it)
{
	EXPECT_EQ(0, module_users());
	ASSERT_EQ(0, module_unload());
	EXPECT_FALSE(module_is_loaded());
	EXPECT_EQ(-1, open(tun_node(), O_RDWR));
	EXPECT_EQ(ENOENT, errno);
	ASSERT_EQ(0, module_load(""));
	EXPECT_EQ(0, access(tun_node(), R_OK | W_OK));
}

TEST_F(unload, open_descriptor_refuses)
{
	int fd = open(tun_node(), O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EAGAIN, module_unload());
	close(fd);
	EXPECT_EQ(0, module_unload());
}

TEST_F(unload, attached_device_refuses)
{
	ASSERT_EQ(0, tun_dev_create(&self->dev, IFF_TUN, 0));
	EXPECT_EQ(-EAGAIN, module_unload());
	close(self->dev.fd);
	EXPECT_EQ(0, module_unload());
}

TEST_F(unload, persistent_device_refuses_after_its_descriptor_is_closed)
{
	ASSERT_EQ(0, tun_dev_create(&self->dev, IFF_TAP, 0));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETPERSIST, 1));
	close(self->dev.fd);
	EXPECT_EQ(-EAGAIN, module_unload());
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(0, module_unload());
}

TEST_F(unload, device_that_is_persistent_no_more_lets_go)
{
	ASSERT_EQ(0, tun_dev_create(&self->dev, IFF_TAP, 0));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETPERSIST, 1));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETPERSIST, 1));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETPERSIST, 0));
	close(self->dev.fd);
	EXPECT_EQ(0, module_unload());
}

/* The last program goes after a grace period: its end is still to come when the module is to go */
TEST_F(unload, programs_of_the_last_device_let_go)
{
	struct bpf_object *object = bpf_test_load("answer");
	static struct mac_filter filter;
	int prog, none = -1;

	ASSERT_NE(NULL, object);
	prog = bpf_test_prog(object, "answer");
	mac_filter_add_many(&filter, 0, 1, mac_filter_unicast);
	ASSERT_EQ(0, tun_dev_create(&self->dev, IFF_TAP | IFF_NO_PI, 0));
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETFILTEREBPF, &prog));
		ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETSTEERINGEBPF, &prog));
		ASSERT_EQ(0, classic_attach_says(self->dev.fd, CLASSIC_ALL));
		ASSERT_EQ(1, mac_filter_set(self->dev.fd, &filter));
	}
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETSTEERINGEBPF, &none));
	EXPECT_EQ(-EAGAIN, module_unload());
	close(self->dev.fd);
	EXPECT_EQ(0, module_unload());
	bpf_object__close(object);
}

TEST_F(unload, descriptor_of_a_deleted_device_refuses)
{
	ASSERT_EQ(0, tun_dev_create(&self->dev, IFF_TUN, 0));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(-EAGAIN, module_unload());
	close(self->dev.fd);
	EXPECT_EQ(0, module_unload());
}

TEST_F(unload, persistent_device_of_a_dead_netns_lets_go)
{
	ASSERT_EQ(0, tun_dev_create(&self->dev, IFF_TUN, 0));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETPERSIST, 1));
	close(self->dev.fd);
	ASSERT_EQ(0, tun_dev_netns());
	/* the clean-up of the old one is a work item */
	for (int i = 0; i < 500 && module_users(); i++)
		net_sleep_ms(20);
	EXPECT_EQ(0, module_unload());
}

TEST_F(unload, packets_in_socket_queues_do_not_need_the_module)
{
	static struct packet packet;
	struct packet_flow flow = packet_flow("10.1.0.2", "10.1.0.1", 1000, 2000);
	int udp, raw;

	ASSERT_EQ(0, tun_dev_create(&self->dev, IFF_TUN | IFF_NO_PI, 0));
	ASSERT_EQ(0, net_addr4(self->dev.name, "10.1.0.1", "255.255.255.0"));
	udp = net_udp_socket("10.1.0.1", 2000);
	ASSERT_LE(0, udp);
	raw = net_packet_socket(self->dev.name, ETH_P_IP);
	ASSERT_LE(0, raw);
	packet_udp(&packet, &flow, 100, 3);
	for (int i = 0; i < 10; i++)
		ASSERT_EQ(128, write(self->dev.fd, packet.data, packet.len));
	close(self->dev.fd);
	EXPECT_EQ(0, module_unload());
	EXPECT_EQ(100, recv(udp, room, sizeof(room), 0));
	EXPECT_EQ(100, packet_match(room, 100, 3));
	close(udp);
	close(raw);
}

/* A packet that is charged to the descriptor's socket sits in a token bucket */
TEST_F(unload, packet_in_a_qdisc_refuses_until_it_is_freed)
{
	ASSERT_EQ(0, tun_dev_create(&self->dev, IFF_TAP | IFF_NO_PI, 0));
	ASSERT_EQ(0, bucket_setup(self->dev.name));
	for (int i = 0; i < 10; i++)
		ASSERT_EQ(BUCKET_FRAME_LEN, write(self->dev.fd, bucket_frame, BUCKET_FRAME_LEN));
	close(self->dev.fd);
	ASSERT_EQ(0, rtnl_index(self->dev.name));
	EXPECT_EQ(-EAGAIN, module_unload());
	ASSERT_EQ(0, bucket_let_go());
	EXPECT_EQ(0, module_unload());
}

TEST_HARNESS_MAIN
