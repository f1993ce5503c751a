// SPDX-License-Identifier: GPL-2.0
/* read(2): one packet per call, what a short buffer loses, PI, scatter, blocking */
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define SEED 7
#define UNTOUCHED 0xee

static unsigned char room[PACKET_MAX];

FIXTURE(read)
{
	struct tun_dev tun;
	struct tun_dev pi;
	int sock;
	int pi_sock;
};

FIXTURE_SETUP(read)
{
	ASSERT_EQ(0, tun_dev_setup(&self->tun, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, tun_dev_create(&self->pi, IFF_TUN, O_NONBLOCK));
	self->sock = net_packet_socket(self->tun.name, 0);
	ASSERT_LE(0, self->sock);
	self->pi_sock = net_packet_socket(self->pi.name, 0);
	ASSERT_LE(0, self->pi_sock);
	memset(room, UNTOUCHED, sizeof(room));
}

FIXTURE_TEARDOWN(read)
{
	close(self->sock);
	close(self->pi_sock);
	close(self->tun.fd);
	close(self->pi.fd);
}

/* A packet of the pattern; the IP version is not looked at on the way to the program */
static int xmit(int sock, const char *name, unsigned int proto, size_t len, unsigned int seed)
{
	static struct packet packet;

	packet_reset(&packet);
	packet_fill(&packet, len, seed);
	return net_packet_send(sock, name, proto, packet.data, packet.len);
}

#define XMIT(len, seed) ASSERT_EQ(0, xmit(self->sock, self->tun.name, ETH_P_IP, len, seed))
#define XMIT_PI(proto, len, seed) \
	ASSERT_EQ(0, xmit(self->pi_sock, self->pi.name, proto, len, seed))
#define EXPECT_EMPTY(fd) do {					\
	EXPECT_EQ(-1, read(fd, room, sizeof(room)));		\
	EXPECT_EQ(EAGAIN, errno);				\
} while (0)

TEST_F(read, empty_queue_is_eagain)
{
	EXPECT_EMPTY(self->tun.fd);
}

TEST_F(read, unattached_is_ebadfd)
{
	int fd = open(tun_node(), O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-1, read(fd, room, sizeof(room)));
	EXPECT_EQ(EBADFD, errno);
}

TEST_F(read, one_packet_per_call)
{
	static const size_t lens[] = { 60, 1, 1500, 777 };

	for (size_t i = 0; i < ARRAY_SIZE(lens); i++)
		XMIT(lens[i], i);
	for (size_t i = 0; i < ARRAY_SIZE(lens); i++) {
		EXPECT_EQ((ssize_t)lens[i], read(self->tun.fd, room, sizeof(room)));
		EXPECT_EQ(lens[i], packet_match(room, lens[i], i));
	}
	EXPECT_EMPTY(self->tun.fd);
}

TEST_F(read, nothing_is_written_behind_the_packet)
{
	XMIT(100, SEED);
	EXPECT_EQ(100, read(self->tun.fd, room, sizeof(room)));
	EXPECT_EQ(UNTOUCHED, room[100]);
}

TEST_F(read, short_buffer_loses_the_rest)
{
	XMIT(100, 1);
	XMIT(60, 2);
	EXPECT_EQ(40, read(self->tun.fd, room, 40));
	EXPECT_EQ(40, packet_match(room, 40, 1));
	EXPECT_EQ(UNTOUCHED, room[40]);
	EXPECT_EQ(60, read(self->tun.fd, room, sizeof(room)));
	EXPECT_EQ(60, packet_match(room, 60, 2));
	EXPECT_EMPTY(self->tun.fd);
}

TEST_F(read, exact_buffer_takes_all)
{
	XMIT(100, SEED);
	EXPECT_EQ(100, read(self->tun.fd, room, 100));
	EXPECT_EQ(100, packet_match(room, 100, SEED));
}

TEST_F(read, zero_length_returns_0_and_keeps_the_packet)
{
	EXPECT_EQ(0, read(self->tun.fd, room, 0));
	XMIT(80, SEED);
	EXPECT_EQ(0, read(self->tun.fd, room, 0));
	EXPECT_EQ(80, read(self->tun.fd, room, sizeof(room)));
}

TEST_F(read, one_byte_buffer_takes_one_byte)
{
	XMIT(80, SEED);
	EXPECT_EQ(1, read(self->tun.fd, room, 1));
	EXPECT_EQ(1, packet_match(room, 1, SEED));
	EXPECT_EMPTY(self->tun.fd);
}

TEST_F(read, pi_carries_the_protocol_and_no_flag)
{
	static const unsigned int protos[] = { ETH_P_IP, ETH_P_IPV6, ETH_P_MPLS_UC, 0x1234 };

	for (size_t i = 0; i < ARRAY_SIZE(protos); i++) {
		XMIT_PI(protos[i], 50, SEED);
		ASSERT_EQ(54, read(self->pi.fd, room, sizeof(room)));
		EXPECT_EQ(0, room[0] | room[1]);
		EXPECT_EQ(protos[i], packet_get16(room + 2));
		EXPECT_EQ(50, packet_match(room + 4, 50, SEED));
	}
}

TEST_F(read, pi_says_strip_when_the_buffer_is_short)
{
	struct tun_pi *pi = (struct tun_pi *)room;

	XMIT_PI(ETH_P_IP, 50, SEED);
	ASSERT_EQ(53, read(self->pi.fd, room, 53));
	EXPECT_EQ(TUN_PKT_STRIP, pi->flags);
	EXPECT_EQ(49, packet_match(room + 4, 49, SEED));
	XMIT_PI(ETH_P_IP, 50, SEED);
	ASSERT_EQ(54, read(self->pi.fd, room, 54));
	EXPECT_EQ(0, pi->flags);
}

TEST_F(read, buffer_of_pi_alone_gets_pi_with_strip)
{
	struct tun_pi *pi = (struct tun_pi *)room;

	XMIT_PI(ETH_P_IPV6, 50, SEED);
	ASSERT_EQ(4, read(self->pi.fd, room, 4));
	EXPECT_EQ(TUN_PKT_STRIP, pi->flags);
	EXPECT_EQ(ETH_P_IPV6, packet_get16(room + 2));
	EXPECT_EMPTY(self->pi.fd);
}

TEST_F(read, buffer_shorter_than_pi_is_einval_and_loses_the_packet)
{
	for (size_t len = 1; len < 4; len++) {
		XMIT_PI(ETH_P_IP, 50, SEED);
		EXPECT_EQ(-1, read(self->pi.fd, room, len));
		EXPECT_EQ(EINVAL, errno);
		EXPECT_EMPTY(self->pi.fd);
	}
}

TEST_F(read, zero_length_with_pi_keeps_the_packet)
{
	XMIT_PI(ETH_P_IP, 50, SEED);
	EXPECT_EQ(0, read(self->pi.fd, room, 0));
	EXPECT_EQ(54, read(self->pi.fd, room, sizeof(room)));
}

TEST_F(read, readv_scatters_one_packet)
{
	struct iovec iov[] = {
		{ room, 3 }, { room + 100, 0 }, { room + 200, 40 }, { room + 300, 200 },
	};

	XMIT(90, SEED);
	XMIT(10, SEED);
	ASSERT_EQ(90, readv(self->tun.fd, iov, ARRAY_SIZE(iov)));
	EXPECT_EQ(3, packet_match(room, 3, SEED));
	EXPECT_EQ(40, packet_match(room + 200, 40, SEED + 3));
	EXPECT_EQ(47, packet_match(room + 300, 47, SEED + 43));
	EXPECT_EQ(UNTOUCHED, room[347]);
	EXPECT_EQ(10, readv(self->tun.fd, iov, ARRAY_SIZE(iov)));
}

TEST_F(read, readv_takes_pi_in_a_buffer_of_its_own)
{
	struct tun_pi pi = { .flags = 0xffff };
	struct iovec iov[] = { { &pi, sizeof(pi) }, { room, 1000 } };

	XMIT_PI(ETH_P_IPV6, 90, SEED);
	ASSERT_EQ(94, readv(self->pi.fd, iov, ARRAY_SIZE(iov)));
	EXPECT_EQ(0, pi.flags);
	EXPECT_EQ(htons(ETH_P_IPV6), pi.proto);
	EXPECT_EQ(90, packet_match(room, 90, SEED));
}

TEST_F(read, readv_splits_pi_over_two_buffers)
{
	struct iovec iov[] = { { room, 3 }, { room + 100, 30 } };

	XMIT_PI(ETH_P_IPV6, 90, SEED);
	ASSERT_EQ(33, readv(self->pi.fd, iov, ARRAY_SIZE(iov)));
	EXPECT_EQ(ETH_P_IPV6 >> 8, room[2]);
	EXPECT_EQ(ETH_P_IPV6 & 0xff, room[100]);
	EXPECT_EQ(29, packet_match(room + 101, 29, SEED));
}

TEST_F(read, pi_to_bad_memory_is_efault_and_loses_the_packet)
{
	void *bad = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, bad);
	XMIT_PI(ETH_P_IP, 50, SEED);
	EXPECT_EQ(-1, read(self->pi.fd, bad, 4096));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EMPTY(self->pi.fd);
}

TEST_F(read, pread_ignores_the_offset)
{
	XMIT(70, SEED);
	EXPECT_EQ(70, pread(self->tun.fd, room, sizeof(room), 4096));
	EXPECT_EQ(70, packet_match(room, 70, SEED));
}

/* Nobody asked for it, but it is there to be seen: the position is the last length */
TEST_F(read, position_is_the_length_of_the_last_packet)
{
	char path[64], line[64] = "";
	FILE *f;

	XMIT(70, SEED);
	XMIT(33, SEED);
	EXPECT_EQ(70, read(self->tun.fd, room, sizeof(room)));
	EXPECT_EQ(33, read(self->tun.fd, room, sizeof(room)));
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", self->tun.fd);
	f = fopen(path, "r");
	ASSERT_NE(NULL, f);
	ASSERT_NE(NULL, fgets(line, sizeof(line), f));
	fclose(f);
	EXPECT_STREQ("pos:\t33\n", line);
}

TEST_F(read, lseek_is_espipe)
{
	EXPECT_EQ(-1, lseek(self->tun.fd, 0, SEEK_CUR));
	EXPECT_EQ(ESPIPE, errno);
}

TEST_F(read, splice_and_sendfile_are_einval)
{
	int pipes[2];

	ASSERT_EQ(0, pipe(pipes));
	XMIT(70, SEED);
	EXPECT_EQ(-1, splice(self->tun.fd, NULL, pipes[1], NULL, 100, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, sendfile(pipes[1], self->tun.fd, NULL, 100));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(70, read(self->tun.fd, room, sizeof(room)));
}

TEST_F(read, packets_stay_readable_after_link_down)
{
	XMIT(70, SEED);
	ASSERT_EQ(0, net_down(self->tun.name));
	EXPECT_EQ(70, read(self->tun.fd, room, sizeof(room)));
	EXPECT_EMPTY(self->tun.fd);
}

TEST_F(read, tap_gives_the_whole_frame)
{
	struct tun_dev tap;
	int sock;

	ASSERT_EQ(0, tun_dev_create(&tap, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	sock = net_packet_socket(tap.name, 0);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, xmit(sock, tap.name, 0x88b5, 64, SEED));
	EXPECT_EQ(64, read(tap.fd, room, sizeof(room)));
	EXPECT_EQ(64, packet_match(room, 64, SEED));
}

TEST_F(read, tap_pi_carries_the_protocol)
{
	struct tun_dev tap;
	int sock;

	ASSERT_EQ(0, tun_dev_create(&tap, IFF_TAP, O_NONBLOCK));
	sock = net_packet_socket(tap.name, 0);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, xmit(sock, tap.name, 0x88b5, 64, SEED));
	EXPECT_EQ(68, read(tap.fd, room, sizeof(room)));
	EXPECT_EQ(0x88b5, packet_get16(room + 2));
	EXPECT_EQ(64, packet_match(room + 4, 64, SEED));
}

/* What a thread in a blocking read() came back with */
struct reader {
	int fd;
	ssize_t ret;
	int error;
};

static void *reader_main(void *arg)
{
	struct reader *reader = arg;

	reader->ret = read(reader->fd, room, sizeof(room));
	reader->error = errno;
	return NULL;
}

static void set_blocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

TEST_F(read, blocks_until_the_stack_xmits)
{
	struct reader reader = { .fd = self->tun.fd };
	pthread_t thread;

	set_blocking(self->tun.fd);
	ASSERT_EQ(0, pthread_create(&thread, NULL, reader_main, &reader));
	net_sleep_ms(NET_NEVER_MS);
	EXPECT_EQ(EBUSY, pthread_tryjoin_np(thread, NULL));
	XMIT(70, SEED);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(70, reader.ret);
	EXPECT_EQ(70, packet_match(room, 70, SEED));
}

static void on_signal(int signal)
{
	(void)signal;
}

static void catch_signal(int flags)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = flags };

	sigaction(SIGUSR1, &action, NULL);
}

TEST_F(read, signal_interrupts_a_blocked_read)
{
	struct reader reader = { .fd = self->tun.fd };
	pthread_t thread;
	int i;

	catch_signal(0);
	set_blocking(self->tun.fd);
	ASSERT_EQ(0, pthread_create(&thread, NULL, reader_main, &reader));
	for (i = 0; i < 100 && pthread_tryjoin_np(thread, NULL); i++) {
		net_sleep_ms(20);
		pthread_kill(thread, SIGUSR1);
	}
	ASSERT_GT(100, i);
	EXPECT_EQ(-1, reader.ret);
	EXPECT_EQ(EINTR, reader.error);
}

TEST_F(read, restarting_signal_leaves_it_blocked)
{
	struct reader reader = { .fd = self->tun.fd };
	pthread_t thread;

	catch_signal(SA_RESTART);
	set_blocking(self->tun.fd);
	ASSERT_EQ(0, pthread_create(&thread, NULL, reader_main, &reader));
	for (int i = 0; i < 10; i++) {
		net_sleep_ms(20);
		ASSERT_EQ(0, pthread_kill(thread, SIGUSR1));
	}
	XMIT(70, SEED);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(70, reader.ret);
}

TEST_HARNESS_MAIN
