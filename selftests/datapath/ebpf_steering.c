// SPDX-License-Identifier: GPL-2.0
/* TUNSETSTEERINGEBPF: which queue a packet goes to when a program says so */
#include "kselftest_harness.h"
#include "bpf/answer.h"
#include "bpf_test.h"
#include "probe.h"

#define QUEUES 4
#define LENGTH 100
#define LOCAL "10.1.0.1"
#define PEER "10.1.0.2"
#define LOCAL_PORT 2000
#define PEER_PORT 5000

static struct probe probe;

FIXTURE(ebpf_steering)
{
	struct bpf_object *object;
	int fd[QUEUES];
};

FIXTURE_VARIANT(ebpf_steering)
{
	int flags;
};

FIXTURE_VARIANT_ADD(ebpf_steering, tun) { .flags = IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE };
FIXTURE_VARIANT_ADD(ebpf_steering, tap) { .flags = IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE };

/* TUNSETSTEERINGEBPF of a program of the object, or of none; 0 or -errno */
static int set(const struct bpf_object *object, const char *name)
{
	int prog = name ? bpf_test_prog(object, name) : -1;

	return tun_ioctl(probe.dev.fd, TUNSETSTEERINGEBPF, (unsigned long)&prog);
}

FIXTURE_SETUP(ebpf_steering)
{
	self->object = bpf_test_load("answer");
	ASSERT_NE(NULL, self->object);
	ASSERT_EQ(0, probe_setup(&probe, variant->flags));
	self->fd[0] = probe.dev.fd;
	for (int i = 1; i < QUEUES; i++) {
		self->fd[i] = tun_dev_queue(probe.dev.name, variant->flags, O_NONBLOCK);
		ASSERT_LE(0, self->fd[i]);
	}
	ASSERT_EQ(0, set(self->object, "answer"));
}

FIXTURE_TEARDOWN(ebpf_steering)
{
	for (int i = 1; i < QUEUES; i++)
		close(self->fd[i]);
	probe_teardown(&probe);
	bpf_object__close(self->object);
}

/* Where a packet of @len bytes comes out: the index of the descriptor, or -errno */
static int where(const int *fd, size_t len)
{
	int ret = probe_send(&probe, len);

	if (ret)
		return ret;
	for (int i = 0; i < QUEUES; i++)
		if (probe_read(&probe, fd[i]) == (ssize_t)len)
			return i;
	return -ENODATA;
}

/* The same when the program says @says */
static int where_when(const FIXTURE_DATA(ebpf_steering) * self, unsigned int says)
{
	int ret = bpf_test_config(self->object, ANSWER_VALUE, says);

	return ret ? ret : where(self->fd, LENGTH);
}

TEST_F(ebpf_steering, answer_is_the_queue)
{
	for (int round = 0; round < 3; round++)
		for (int i = 0; i < QUEUES; i++)
			EXPECT_EQ(i, where_when(self, i));
}

TEST_F(ebpf_steering, larger_answer_counts_modulo_the_queues)
{
	static const unsigned int says[] = {
		QUEUES, QUEUES + 1, 255, 256, 0x10002, 0x7fffffff, 0x80000001, 0xffffffff,
	};

	for (size_t i = 0; i < ARRAY_SIZE(says); i++) {
		EXPECT_EQ((int)(says[i] % QUEUES), where_when(self, says[i]))
			TH_LOG("says %#x", says[i]);
	}
}

TEST_F(ebpf_steering, disabled_queue_does_not_count)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->fd[3], IFF_DETACH_QUEUE));
	EXPECT_EQ(0, where_when(self, 3));
	EXPECT_EQ(1, where_when(self, 4));
	EXPECT_EQ(2, where_when(self, 5));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd[3], IFF_ATTACH_QUEUE));
	EXPECT_EQ(3, where_when(self, 3));
}

/* The last queue takes the place of the one that went, whoever chooses */
TEST_F(ebpf_steering, queue_that_moved_is_found_by_its_new_number)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->fd[1], IFF_DETACH_QUEUE));
	EXPECT_EQ(3, where_when(self, 1));
	EXPECT_EQ(2, where_when(self, 2));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd[1], IFF_ATTACH_QUEUE));
	EXPECT_EQ(1, where_when(self, 3));
}

TEST_F(ebpf_steering, only_queue_gets_all)
{
	for (int i = 1; i < QUEUES; i++)
		ASSERT_EQ(0, tun_dev_set_queue(self->fd[i], IFF_DETACH_QUEUE));
	for (int i = 0; i < QUEUES; i++)
		EXPECT_EQ(0, where_when(self, i));
}

TEST_F(ebpf_steering, no_queue_drops)
{
	for (int i = 0; i < QUEUES; i++)
		ASSERT_EQ(0, tun_dev_set_queue(self->fd[i], IFF_DETACH_QUEUE));
	EXPECT_EQ(-ENOBUFS, where_when(self, 1));
}

TEST_F(ebpf_steering, program_sees_the_packet_from_its_first_byte)
{
	ASSERT_EQ(0, set(self->object, "answer_byte"));
	for (int i = 0; i < QUEUES; i++) {
		probe.frame[0] = 0x40 | i;
		EXPECT_EQ(i, where(self->fd, LENGTH));
	}
	ASSERT_EQ(0, bpf_test_config(self->object, ANSWER_AT, LENGTH - 1));
	probe.frame[LENGTH - 1] = 2;
	EXPECT_EQ(2, where(self->fd, LENGTH));
	EXPECT_EQ(LENGTH, bpf_test_count(self->object, ANSWER_LEN));
}

TEST_F(ebpf_steering, program_finds_its_control_block_empty)
{
	ASSERT_EQ(0, set(self->object, "answer_control_block"));
	for (int i = 0; i < QUEUES; i++) {
		EXPECT_EQ(i, where_when(self, i));
		EXPECT_EQ(0, bpf_test_count(self->object, ANSWER_CB));
	}
}

TEST_F(ebpf_steering, another_program_takes_its_place)
{
	ASSERT_EQ(1, where_when(self, 1));
	probe.frame[0] = 0x42;
	ASSERT_EQ(0, set(self->object, "answer_byte"));
	EXPECT_EQ(2, where(self->fd, LENGTH));
}

TEST_F(ebpf_steering, call_that_fails_changes_nothing)
{
	ASSERT_EQ(-EINVAL, set(self->object, "answer_tc"));
	EXPECT_EQ(2, where_when(self, 2));
}

/* The program writes a packet of flow @port to queue @queue */
static int teach(const int *fd, int queue, __u16 port)
{
	struct packet_flow flow = packet_flow(PEER, LOCAL, port, LOCAL_PORT);
	static struct packet packet;

	packet_reset(&packet);
	if (probe.tap) {
		packet_mac(&packet, probe.frame, probe.frame + ETH_ALEN);
		packet_type(&packet, ETH_P_IP);
	}
	packet_udp(&packet, &flow, 20, 0);
	return write(fd[queue], packet.data, packet.len) == (ssize_t)packet.len ? 0 : -errno;
}

TEST_F(ebpf_steering, flow_that_was_learnt_waits_for_the_end_of_the_program)
{
	size_t len = probe_flow(&probe, PEER_PORT, LENGTH);

	ASSERT_EQ(0, set(self->object, NULL));
	for (int i = 0; i < QUEUES; i++) {
		ASSERT_EQ(0, teach(self->fd, i, PEER_PORT));
		ASSERT_EQ(i, where(self->fd, len));
		ASSERT_EQ(0, set(self->object, "answer"));
		ASSERT_EQ(0, bpf_test_config(self->object, ANSWER_VALUE, i + 1));
		EXPECT_EQ((i + 1) % QUEUES, where(self->fd, len));
		ASSERT_EQ(0, set(self->object, NULL));
		EXPECT_EQ(i, where(self->fd, len));
	}
}

TEST_F(ebpf_steering, no_flow_is_learnt_from_what_is_written_under_a_program)
{
	size_t len = probe_flow(&probe, PEER_PORT, LENGTH);
	int hashed;

	ASSERT_EQ(0, set(self->object, NULL));
	hashed = where(self->fd, len);
	ASSERT_LE(0, hashed);
	ASSERT_EQ(0, set(self->object, "answer"));
	ASSERT_EQ(0, teach(self->fd, (hashed + 1) % QUEUES, PEER_PORT));
	ASSERT_EQ(0, set(self->object, NULL));
	EXPECT_EQ(hashed, where(self->fd, len));
	ASSERT_EQ(0, teach(self->fd, (hashed + 1) % QUEUES, PEER_PORT));
	EXPECT_EQ((hashed + 1) % QUEUES, where(self->fd, len));
}

TEST_F(ebpf_steering, packets_of_a_socket_are_steered)
{
	int udp;

	ASSERT_EQ(0, net_addr4(probe.dev.name, LOCAL, "255.255.255.0"));
	if (probe.tap) {
		ASSERT_EQ(0, net_ip("neigh add " PEER " lladdr 02:00:00:00:00:02 dev %s",
				    probe.dev.name));
	}
	udp = net_udp_socket(LOCAL, LOCAL_PORT);
	ASSERT_LE(0, udp);
	for (int i = 0; i < QUEUES; i++) {
		ASSERT_EQ(0, bpf_test_config(self->object, ANSWER_VALUE, i));
		ASSERT_EQ(0, net_udp_send(udp, PEER, PEER_PORT, "x", 1));
		EXPECT_LT(0, tun_dev_read(self->fd[i], probe.room, sizeof(probe.room)));
	}
	close(udp);
}

TEST_F(ebpf_steering, next_holder_of_a_persistent_device_has_it)
{
	ASSERT_EQ(0, ioctl(self->fd[0], TUNSETPERSIST, 1));
	for (int i = 0; i < QUEUES; i++)
		close(self->fd[i]);
	for (int i = 0; i < QUEUES; i++) {
		self->fd[i] = tun_dev_queue(probe.dev.name, variant->flags, O_NONBLOCK);
		ASSERT_LE(0, self->fd[i]);
	}
	probe.dev.fd = self->fd[0];
	ASSERT_EQ(0, ioctl(self->fd[0], TUNSETPERSIST, 0));
	for (int i = 0; i < QUEUES; i++)
		EXPECT_EQ(i, where_when(self, i));
}

TEST_HARNESS_MAIN
