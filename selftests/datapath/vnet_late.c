// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that wait in the ring while the program changes what it takes: none is read that
 * nothing describes any more. In-tree hands out segments as they are, and for a tunnel's warns
 * and fails the read. And readers that wait for a packet meanwhile.
 */
#include <pthread.h>

#include "kselftest_harness.h"
#include "bpf_test.h"
#include "message.h"
#include "task.h"
#include "vnet_taken.h"

#define ALL (TUN_F_CSUM | VNET_TSO | TUN_F_TSO_ECN)

static struct taken taken;

static const struct sender tso4 = {
	.type = SENDER_TUN, .family = AF_INET, .payload = 60000,
	.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 16 },
};

static const struct sender csum = {
	.type = SENDER_TUN, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 100,
	.hdr = { SENDER_CSUM, 0, 0, 0, 20, 6 },
};

static const struct sender whole = {
	.type = SENDER_TUN, .family = AF_INET, .payload = 100, .summed = true,
};

FIXTURE(vnet_late)
{
	struct tun_dev dev;
	int sock;
};

FIXTURE_SETUP(vnet_late)
{
	ASSERT_EQ(0, taken_device(&self->dev, SENDER_TUN, VNET_PLAIN, ALL));
	self->sock = taken_socket(self->dev.name);
	ASSERT_LE(0, self->sock);
}

FIXTURE_TEARDOWN(vnet_late)
{
	close(self->sock);
	close(self->dev.fd);
}

static int xmit(int sock, const char *device, const struct sender *sender)
{
	return taken_send(sock, device, sender, sender_frame(sender, NULL));
}

#define XMIT(sender) ASSERT_EQ(0, xmit(self->sock, self->dev.name, sender))
#define READ() taken_read(&taken, self->dev.fd, SENDER_TUN, VNET_PLAIN)

/* The packet behind what may be lost comes out as it is */
#define EXPECT_WHOLE() do {					\
	READ();							\
	EXPECT_EQ(152, taken.data_len);				\
	EXPECT_EQ(100, gso_check(sender_frame(&whole, NULL), taken.data, taken.data_len, 0));	\
} while (0)

TEST_F(vnet_late, segments_that_are_not_taken_any_more_are_not_read)
{
	XMIT(&tso4);
	XMIT(&whole);
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, 0));
	EXPECT_WHOLE();
}

TEST_F(vnet_late, segments_that_are_lost_count_as_dropped)
{
	long long drops = net_stat(self->dev.name, NET_XMITTED_DROPS);

	XMIT(&tso4);
	XMIT(&whole);
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, 0));
	READ();
	EXPECT_EQ(drops + 1, net_stat(self->dev.name, NET_XMITTED_DROPS));
}

/* Some part of the kernel has taken the packet out of the ring, and asks for it now */
TEST_F(vnet_late, segments_that_were_taken_out_before_are_einval)
{
	long long drops = net_stat(self->dev.name, NET_XMITTED_DROPS);
	int test = message_open();
	struct tun_test_message call;
	unsigned char room[100];

	ASSERT_LE(0, test);
	XMIT(&tso4);
	ASSERT_EQ(1, message_take(test, self->dev.fd));
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, 0));
	EXPECT_EQ(-EINVAL, message_receive_call(test, self->dev.fd, room, sizeof(room),
						MSG_DONTWAIT | MSG_TRUNC, &call));
	EXPECT_EQ(0, call.kept);
	EXPECT_EQ(drops + 1, net_stat(self->dev.name, NET_XMITTED_DROPS));
	EXPECT_EQ(0, message_close(test));
}

TEST_F(vnet_late, segments_of_the_other_version_stay)
{
	XMIT(&tso4);
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, TUN_F_CSUM | TUN_F_TSO4));
	READ();
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
	EXPECT_EQ(60052, taken.data_len);
}

TEST_F(vnet_late, segments_that_are_taken_again_are_read_in_one)
{
	XMIT(&tso4);
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, 0));
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, ALL));
	READ();
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
	EXPECT_EQ(60052, taken.data_len);
}

TEST_F(vnet_late, administrator_cannot_lose_what_the_program_takes)
{
	XMIT(&tso4);
	ASSERT_EQ(0, system("ethtool -K tun0 tso off > /dev/null"));
	READ();
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
	EXPECT_EQ(60052, taken.data_len);
}

TEST_F(vnet_late, checksum_that_is_not_taken_any_more_is_filled_in)
{
	static const struct vnet_hdr zero;

	XMIT(&csum);
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, 0));
	READ();
	EXPECT_EQ(0, memcmp(&zero, &taken.hdr, sizeof(zero)));
	EXPECT_EQ(100, gso_check(sender_frame(&csum, NULL), taken.data, taken.data_len, 0));
}

/* In front of the two bytes that the checksum goes to */
TEST_F(vnet_late, checksum_whose_place_was_cut_off_is_not_read)
{
	long long drops = net_stat(self->dev.name, NET_XMITTED_DROPS);
	int cut = bpf_test_answer(BPF_PROG_TYPE_SOCKET_FILTER,
				  csum.hdr.csum_start + csum.hdr.csum_offset);
	int none = -1;

	ASSERT_LE(0, cut);
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETFILTEREBPF, &cut));
	XMIT(&csum);
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETFILTEREBPF, &none));
	XMIT(&whole);
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, 0));
	EXPECT_WHOLE();
	EXPECT_EQ(drops + 1, net_stat(self->dev.name, NET_XMITTED_DROPS));
	close(cut);
}

TEST_F(vnet_late, size_that_changes_holds_for_what_waits)
{
	XMIT(&tso4);
	ASSERT_EQ(0, vnet_set_size(self->dev.fd, VNET_HASH));
	taken_read(&taken, self->dev.fd, SENDER_TUN, VNET_HASH);
	EXPECT_EQ(60052, taken.data_len);
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
}

/* A thread that sleeps in read() */
struct reader {
	int fd;
	pid_t tid;
	pthread_t thread;
};

static void *reader_main(void *arg)
{
	struct reader *reader = arg;

	task_began(&reader->tid);
	taken.len = read(reader->fd, taken.room, sizeof(taken.room));
	return NULL;
}

/* The thread runs and has nothing to read; 0 when it sleeps, or -errno */
static int reader_start(struct reader *reader, int fd)
{
	*reader = (struct reader) { .fd = fd };
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK))
		return -errno;
	if (pthread_create(&reader->thread, NULL, reader_main, reader))
		return -ENOMEM;
	return task_sleeps(&reader->tid) ? 0 : -ETIMEDOUT;
}

/* It has read something, with a header of @size; 0 or what pthread_timedjoin_np() says */
static int reader_end(struct reader *reader, int size)
{
	struct timespec until;
	int ret;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += NET_SOON_MS / 1000;
	ret = pthread_timedjoin_np(reader->thread, NULL, &until);
	memcpy(&taken.hdr, taken.room, VNET_PLAIN);
	taken.data = taken.room + size;
	taken.data_len = taken.len - size;
	return ret;
}

TEST_F(vnet_late, size_that_changes_holds_for_a_reader_that_sleeps)
{
	struct reader reader;

	ASSERT_EQ(0, reader_start(&reader, self->dev.fd));
	ASSERT_EQ(0, vnet_set_size(self->dev.fd, VNET_MERGE));
	XMIT(&whole);
	ASSERT_EQ(0, reader_end(&reader, VNET_MERGE));
	ASSERT_EQ(152, taken.data_len);
	EXPECT_EQ(100, gso_check(sender_frame(&whole, NULL), taken.data, taken.data_len, 0));
}

TEST_F(vnet_late, segments_that_are_taken_now_are_read_by_a_reader_that_slept)
{
	long long drops = net_stat(self->dev.name, NET_XMITTED_DROPS);
	struct reader reader;

	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, 0));
	ASSERT_EQ(0, reader_start(&reader, self->dev.fd));
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, TUN_F_CSUM | TUN_F_TSO4));
	XMIT(&tso4);
	ASSERT_EQ(0, reader_end(&reader, VNET_PLAIN));
	EXPECT_EQ(60052, taken.data_len);
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
	EXPECT_EQ(1448, taken.hdr.gso_size);
	EXPECT_EQ(drops, net_stat(self->dev.name, NET_XMITTED_DROPS));
}

/* The queue that is disabled loses what waits: nothing is left for a holder without headers */
TEST(nothing_waits_for_a_holder_without_headers)
{
	struct ifreq off = { .ifr_flags = IFF_DETACH_QUEUE };
	struct ifreq on = { .ifr_flags = IFF_ATTACH_QUEUE };
	int type = SENDER_TUN | IFF_MULTI_QUEUE;
	struct tun_dev dev;
	int other, sock;

	ASSERT_EQ(0, taken_device(&dev, type, VNET_PLAIN, ALL));
	sock = taken_socket(dev.name);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, xmit(sock, dev.name, &tso4));
	ASSERT_EQ(0, ioctl(dev.fd, TUNSETQUEUE, &off));
	other = tun_dev_queue(dev.name, type, O_NONBLOCK);
	ASSERT_LE(0, other);
	ASSERT_EQ(0, ioctl(dev.fd, TUNSETQUEUE, &on));
	EXPECT_EQ(-1, read(dev.fd, taken.room, sizeof(taken.room)));
	EXPECT_EQ(EAGAIN, errno);
	close(other);
	close(dev.fd);
}

/* The trap of programs: a device keeps its offloads for a holder who cannot be told of them */
TEST(holder_without_headers_reads_finished_packets)
{
	const struct gso_frame *frame;
	struct tun_dev dev;
	int sock;

	ASSERT_EQ(0, taken_device(&dev, SENDER_TUN, VNET_PLAIN, ALL));
	ASSERT_EQ(0, tun_ioctl(dev.fd, TUNSETPERSIST, 1));
	close(dev.fd);
	dev.fd = tun_dev_queue(dev.name, SENDER_TUN, O_NONBLOCK);
	ASSERT_LE(0, dev.fd);
	sock = taken_socket(dev.name);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, xmit(sock, dev.name, &tso4));
	frame = sender_frame(&tso4, NULL);
	taken_read(&taken, dev.fd, SENDER_TUN, 0);
	EXPECT_EQ(1500, taken.data_len);
	EXPECT_EQ(1448, gso_check(frame, taken.data, taken.data_len, 0));
	EXPECT_EQ(0, net_dellink(dev.name));
}

TEST_HARNESS_MAIN
