// SPDX-License-Identifier: GPL-2.0
/* ethtool -S: what each queue carried, what died and why, and that it adds up to `ip -s link` */
#include <linux/filter.h>
#include <linux/virtio_net.h>
#include <pthread.h>
#include <sys/mman.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "statistics.h"
#include "tun_dev.h"

#define MANY (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE)
#define PRESS (IFF_TUN | IFF_NO_PI | IFF_BACKPRESSURE)
#define LEN 64
#define RING 4
/* Queues that are shown of those that a device may have */
#define QUEUES 16

static unsigned char room[2048];

FIXTURE(statistics)
{
	struct tun_dev dev;
	struct statistics all;
};

FIXTURE_SETUP(statistics)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, MANY, O_NONBLOCK));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, RING));
	memset(room, 0x42, LEN);
	ASSERT_EQ(0, statistics_get(self->dev.name, &self->all));
}

FIXTURE_TEARDOWN(statistics)
{
	statistics_free(&self->all);
	close(self->dev.fd);
}

/* So many packets to the stack; how many it took */
static unsigned int receive(int fd, unsigned int nr)
{
	unsigned char packet[LEN] = { 0x45 };
	unsigned int taken = 0;

	while (nr--)
		taken += write(fd, packet, LEN) == LEN;
	return taken;
}

static long long of(FIXTURE_DATA(statistics) * self, const char *name)
{
	return statistics_of(&self->all, name);
}

static int look(FIXTURE_DATA(statistics) * self)
{
	statistics_free(&self->all);
	return statistics_get(self->dev.name, &self->all);
}

TEST_F(statistics, full_ring_is_counted_by_queue_and_by_reason)
{
	ASSERT_EQ(0, net_packet_flood(self->dev.name, LEN, RING + 6));
	ASSERT_EQ(0, look(self));
	EXPECT_EQ(6, of(self, "queue0_drop_ring_full"));
	EXPECT_EQ(6, of(self, "drop_ring_full"));
	EXPECT_EQ(6, statistics_sum(&self->all, "drop_"));
	EXPECT_EQ(6, net_stat(self->dev.name, NET_XMITTED_DROPS));
	EXPECT_EQ(0, of(self, "queue0_read_packets"));
}

TEST_F(statistics, what_was_carried_is_counted_each_way)
{
	ASSERT_EQ(0, net_packet_flood(self->dev.name, LEN, 3));
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(LEN, read(self->dev.fd, room, sizeof(room)));
	ASSERT_EQ(5, receive(self->dev.fd, 5));
	ASSERT_EQ(0, look(self));
	EXPECT_EQ(3, of(self, "queue0_read_packets"));
	EXPECT_EQ(3 * LEN, of(self, "queue0_read_bytes"));
	EXPECT_EQ(5, of(self, "queue0_received_packets"));
	EXPECT_EQ(5 * LEN, of(self, "queue0_received_bytes"));
	EXPECT_EQ(3, net_stat(self->dev.name, NET_XMITTED_PACKETS));
	EXPECT_EQ(3 * LEN, net_stat(self->dev.name, NET_XMITTED_BYTES));
	EXPECT_EQ(5, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
	EXPECT_EQ(5 * LEN, net_stat(self->dev.name, NET_RECEIVED_BYTES));
	EXPECT_EQ(0, statistics_sum(&self->all, "drop_"));
}

TEST_F(statistics, each_queue_has_the_same_rows)
{
	int other = tun_dev_queue(self->dev.name, MANY, O_NONBLOCK);
	unsigned int drops = 0, first = 0, second = 0, all = self->all.n;
	char name[2 * ETH_GSTRING_LEN];

	ASSERT_LE(0, other);
	ASSERT_EQ(0, look(self));
	/* as many as with one queue: who asked how many there are has room for them */
	EXPECT_EQ(all, self->all.n);
	for (unsigned int i = 0; i < self->all.n; i++) {
		drops += !strncmp(self->all.name[i], "drop_", 5);
		first += !strncmp(self->all.name[i], "queue0_", 7);
		if (strncmp(self->all.name[i], "queue1_", 7))
			continue;
		second++;
		snprintf(name, sizeof(name), "queue0_%s", self->all.name[i] + 7);
		EXPECT_EQ(0, of(self, name))
			TH_LOG("%s", name);
	}
	EXPECT_LT(20, drops);
	EXPECT_EQ(drops + 6, first);
	EXPECT_EQ(first, second);
	EXPECT_EQ(self->all.n, drops + QUEUES * first);
	close(other);
}

static int set_classic(int fd)
{
	struct sock_filter code = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { .len = 1, .filter = &code };

	return tun_ioctl(fd, TUNATTACHFILTER, (unsigned long)&program);
}

/* One of each reason that is easily had, on a TAP device */
static int provoke(FIXTURE_DATA(statistics) * self)
{
	void *nowhere = mmap(NULL, LEN, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = self->dev.fd, ret;

	ret = net_packet_flood(self->dev.name, LEN, RING + 2);
	tun_dev_drain(fd);
	ret = ret ? : set_classic(fd);
	net_packet_flood(self->dev.name, LEN, 3);
	ret = ret ? : tun_ioctl(fd, TUNDETACHFILTER, 0);
	ret = ret ? : net_packet_flood(self->dev.name, LEN, 1);
	/* half of a packet; nothing, which is not counted; too little; what cannot be read */
	if (read(fd, room, LEN / 2) != LEN / 2 || write(fd, room, 0) >= 0 ||
	    write(fd, room, 13) >= 0 || write(fd, nowhere, LEN) >= 0)
		return -EPROTO;
	ret = ret ? : net_down(self->dev.name);
	return ret ? : -receive(fd, 5);
}

TEST_F(statistics, drops_by_reason_add_up_to_those_of_the_link)
{
	close(self->dev.fd);
	ASSERT_EQ(0, tun_dev_create(&self->dev, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, RING));
	ASSERT_EQ(0, provoke(self));
	ASSERT_EQ(0, look(self));
	EXPECT_EQ(2, of(self, "drop_ring_full"));
	EXPECT_EQ(3, of(self, "drop_socket_filter"));
	EXPECT_EQ(1, of(self, "drop_truncated"));
	EXPECT_EQ(1, of(self, "drop_short_write"));
	EXPECT_EQ(1, of(self, "drop_write_fault"));
	EXPECT_EQ(5, of(self, "drop_device_down"));
	EXPECT_EQ(13, statistics_sum(&self->all, "drop_"));
	EXPECT_EQ(13, statistics_sum(&self->all, "queue0_drop_"));
	/* as in-tree, who is told of it by an errno, or by a length, is not in the link's */
	EXPECT_EQ(5, net_stat(self->dev.name, NET_XMITTED_DROPS));
	EXPECT_EQ(6, net_stat(self->dev.name, NET_RECEIVED_DROPS));
}

TEST_F(statistics, vnet_header_is_counted_by_what_it_asked_for)
{
	struct {
		struct virtio_net_hdr header;
		unsigned char packet[LEN];
	} frame = { .packet = { 0x45 } };
	int fd = tun_open(O_NONBLOCK);
	char name[IFNAMSIZ] = "";

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, tun_dev_attach(fd, name, IFF_TUN | IFF_NO_PI | IFF_VNET_HDR));
	ASSERT_EQ(0, net_up(name));
	frame.header.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	frame.header.csum_start = 4;
	EXPECT_EQ(-1, write(fd, &frame, sizeof(frame)));
	frame.header.csum_start = LEN;
	EXPECT_EQ(-1, write(fd, &frame, sizeof(frame)));
	frame.header = (struct virtio_net_hdr){ .gso_type = VIRTIO_NET_HDR_GSO_TCPV4 };
	EXPECT_EQ(-1, write(fd, &frame, sizeof(frame)));
	EXPECT_EQ(-1, write(fd, &frame, sizeof(frame)));
	EXPECT_EQ(1, statistic(name, "queue0_drop_vnet_checksum"));
	EXPECT_EQ(2, statistic(name, "queue0_drop_vnet_segments"));
	EXPECT_EQ(1, statistic(name, "queue0_drop_vnet_length"));
	EXPECT_EQ(0, statistic(name, "queue0_drop_vnet_tunnel"));
	EXPECT_EQ(3, net_stat(name, NET_RECEIVED_FRAME_ERRORS));
	close(fd);
}

TEST_F(statistics, queue_that_leaves_leaves_its_counts_to_the_device)
{
	int other = tun_dev_queue(self->dev.name, MANY, O_NONBLOCK);

	ASSERT_LE(0, other);
	ASSERT_EQ(5, receive(other, 5));
	ASSERT_EQ(-1, write(other, "", 1));
	ASSERT_EQ(2, receive(self->dev.fd, 2));
	close(other);
	ASSERT_EQ(0, look(self));
	EXPECT_EQ(2, of(self, "queue0_received_packets"));
	EXPECT_EQ(0, of(self, "queue1_received_packets"));
	EXPECT_EQ(7, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
	EXPECT_EQ(7 * LEN, net_stat(self->dev.name, NET_RECEIVED_BYTES));
	EXPECT_EQ(1, of(self, "drop_bad_frame"));
	EXPECT_EQ(0, of(self, "queue0_drop_bad_frame"));
	EXPECT_EQ(1, net_stat(self->dev.name, NET_RECEIVED_DROPS));
}

TEST_F(statistics, queue_begins_at_zero_with_its_next_device)
{
	char name[IFNAMSIZ] = "";

	ASSERT_EQ(5, receive(self->dev.fd, 5));
	ASSERT_EQ(0, net_packet_flood(self->dev.name, LEN, RING + 1));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	ASSERT_EQ(0, tun_dev_attach(self->dev.fd, name, MANY));
	ASSERT_EQ(0, net_up(name));
	EXPECT_EQ(0, statistic(name, "queue0_received_packets"));
	EXPECT_EQ(0, statistic(name, "queue0_drop_ring_full"));
	EXPECT_EQ(0, net_stat(name, NET_RECEIVED_PACKETS));
	ASSERT_EQ(1, receive(self->dev.fd, 1));
	EXPECT_EQ(1, statistic(name, "queue0_received_packets"));
	EXPECT_EQ(1, net_stat(name, NET_RECEIVED_PACKETS));
}

TEST_F(statistics, disabled_queue_goes_on_counting)
{
	int other = tun_dev_queue(self->dev.name, MANY, O_NONBLOCK);

	ASSERT_LE(0, other);
	ASSERT_EQ(5, receive(other, 5));
	ASSERT_EQ(0, tun_dev_set_queue(other, IFF_DETACH_QUEUE));
	EXPECT_EQ(0, statistic(self->dev.name, "queue1_received_packets"));
	EXPECT_EQ(5, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
	ASSERT_EQ(2, receive(other, 2));
	EXPECT_EQ(7, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
	ASSERT_EQ(0, tun_dev_set_queue(other, IFF_ATTACH_QUEUE));
	EXPECT_EQ(7, statistic(self->dev.name, "queue1_received_packets"));
	close(other);
}

TEST_F(statistics, stops_and_wakes_take_turns)
{
	struct tun_dev dev = { };
	const char *name = dev.name;
	unsigned int seen;
	char cmd[128];
	int fd, sock;

	ASSERT_EQ(0, tun_dev_create(&dev, PRESS, O_NONBLOCK));
	fd = dev.fd;
	ASSERT_EQ(0, net_set_txqueuelen(name, RING));
	snprintf(cmd, sizeof(cmd), "tc qdisc replace dev %s root pfifo limit 100", name);
	ASSERT_EQ(0, system(cmd));
	sock = net_packet_socket(name, 0);
	ASSERT_LE(0, sock);
	seen = statistic(name, "queue0_stops");
	EXPECT_EQ(seen, statistic(name, "queue0_wakes"));
	for (int i = 0; i < 3 * RING; i++)
		ASSERT_EQ(0, net_packet_send(sock, name, 0x88b5, room, LEN));
	EXPECT_EQ(seen + 1, statistic(name, "queue0_stops"));
	EXPECT_EQ(seen, statistic(name, "queue0_wakes"));
	for (int i = 0; i < 3 * RING; i++)
		ASSERT_EQ(LEN, tun_dev_read(fd, room, sizeof(room)));
	EXPECT_LE(seen + 1, statistic(name, "queue0_wakes"));
	EXPECT_EQ(statistic(name, "queue0_stops"), statistic(name, "queue0_wakes"));
	EXPECT_EQ(0, statistic(name, "drop_ring_full"));
	close(sock);
	close(fd);
}

struct comer {
	const char *name;
	bool stop;
	unsigned long written;
	int err;
};

/* A queue that comes, writes and goes, again and again */
static void *come_and_go(void *arg)
{
	struct comer *comer = arg;
	char name[IFNAMSIZ];
	int fd;

	while (!__atomic_load_n(&comer->stop, __ATOMIC_RELAXED) && !comer->err) {
		snprintf(name, sizeof(name), "%s", comer->name);
		fd = tun_dev_queue(name, MANY, O_NONBLOCK);
		if (fd < 0) {
			comer->err = fd;
			break;
		}
		comer->written += receive(fd, 20);
		close(fd);
	}
	return NULL;
}

TEST_F(statistics, counts_of_queues_that_come_and_go_never_run_backwards)
{
	struct comer comer = { .name = self->dev.name };
	long long now, last = 0, begin = net_stat(self->dev.name, NET_RECEIVED_PACKETS);
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, come_and_go, &comer));
	for (int i = 0; i < 200; i++) {
		now = net_stat(self->dev.name, NET_RECEIVED_PACKETS);
		EXPECT_LE(last, now);
		last = now;
	}
	__atomic_store_n(&comer.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, comer.err);
	EXPECT_LT(0, comer.written);
	EXPECT_EQ(begin + (long long)comer.written,
		  net_stat(self->dev.name, NET_RECEIVED_PACKETS));
}

TEST_HARNESS_MAIN
