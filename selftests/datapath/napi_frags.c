// SPDX-License-Identifier: GPL-2.0
/*
 * IFF_NAPI_FRAGS: the first part of a written vector becomes the packet's head, each other part a
 * fragment of its own. Whatever is refused, the next frame finds the queue in order.
 */
#include <pthread.h>
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "napi.h"
#include "vnet.h"

#define PAGE 4096
#define MOST_PARTS 18	/* the head and as many fragments as a packet has room for */

FIXTURE(napi_frags)
{
	struct napi_test t;
};

FIXTURE_SETUP(napi_frags)
{
	ASSERT_EQ(0, napi_test_setup(&self->t, IFF_TAP | NAPI_FRAGS | IFF_NO_PI));
}

FIXTURE_TEARDOWN(napi_frags)
{
	napi_test_teardown(&self->t);
}

/* 16 bits say where a frame ends, and NET_SKB_PAD and NET_IP_ALIGN are free in front of it */
static size_t most_len(void)
{
	return 65535 - (machine_is("s390x") ? 32 + 2 : 64);
}

/* Cuts @len bytes at @data into @n parts of @size, the first one has what is left */
static void cut(struct iovec *iov, int n, unsigned char *data, size_t len, size_t size)
{
	size_t first = len - (n - 1) * size;

	iov[0] = (struct iovec){ data, first };
	for (int i = 1; i < n; i++)
		iov[i] = (struct iovec){ data + first + (i - 1) * size, size };
}

static int write_parts(struct napi_test *t, const struct iovec *iov, int n)
{
	ssize_t len = writev(t->dev.fd, iov, n);
	size_t want = 0;

	for (int i = 0; i < n; i++)
		want += iov[i].iov_len;
	return len < 0 ? -errno : (size_t)len == want ? 0 : -EMSGSIZE;
}

/* Writes the frame in @n parts */
static int write_cut(struct napi_test *t, int n, size_t size)
{
	struct iovec iov[MOST_PARTS + 8];

	cut(iov, n, t->packet.data, t->packet.len, size);
	return write_parts(t, iov, n);
}

/* A whole frame in three parts goes its way */
static bool usable(struct napi_test *t)
{
	napi_frame(t, 3000, 77);
	return !write_cut(t, 3, 1000) && napi_same(t);
}

TEST_F(napi_frags, frames_of_up_to_18_parts_are_received_byte_for_byte)
{
	static const size_t sizes[] = { 1, 60, 1000, 2048 };

	for (int i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (int n = 1; n <= MOST_PARTS; n++) {
			napi_frame(&self->t, 60 + (n - 1) * sizes[i], n);
			ASSERT_EQ(0, write_cut(&self->t, n, sizes[i]));
			ASSERT_TRUE(napi_same(&self->t)) {
				TH_LOG("%d parts of %zu", n, sizes[i]);
			}
		}
	}
}

TEST_F(napi_frags, frame_of_more_parts_is_emsgsize)
{
	for (int n = MOST_PARTS + 1; n <= MOST_PARTS + 8; n++) {
		napi_frame(&self->t, 6000, n);
		EXPECT_EQ(-EMSGSIZE, write_cut(&self->t, n, 100));
		EXPECT_TRUE(usable(&self->t));
	}
}

TEST_F(napi_frags, first_part_may_have_any_length)
{
	static const size_t firsts[] = { 0, 1, 13, 14, 15, 60, 128, PAGE, PAGE + 1, 20000, 60000 };

	for (int i = 0; i < ARRAY_SIZE(firsts); i++) {
		napi_frame(&self->t, firsts[i] + 4 * 1000, i);
		ASSERT_EQ(0, write_cut(&self->t, 5, 1000));
		EXPECT_TRUE(napi_same(&self->t)) {
			TH_LOG("first part of %zu", firsts[i]);
		}
	}
}

TEST_F(napi_frags, header_may_be_in_many_parts)
{
	napi_frame(&self->t, 1014, 3);
	for (int n = 2; n <= 15; n++) {
		struct iovec iov[16];

		/* n - 1 bytes in parts of their own, then the rest */
		for (int i = 0; i < n - 1; i++)
			iov[i] = (struct iovec){ self->t.packet.data + i, 1 };
		iov[n - 1] = (struct iovec){ self->t.packet.data + n - 1, 1014 - (n - 1) };
		ASSERT_EQ(0, write_parts(&self->t, iov, n));
		EXPECT_TRUE(napi_same(&self->t)) {
			TH_LOG("%d parts", n);
		}
	}
}

TEST_F(napi_frags, short_frame_in_parts_is_einval)
{
	napi_frame(&self->t, 60, 1);
	for (int len = 1; len < ETH_HLEN; len++) {
		struct iovec iov[2] = {
			{ self->t.packet.data, len / 2 },
			{ self->t.packet.data + len / 2, len - len / 2 },
		};

		EXPECT_EQ(-EINVAL, write_parts(&self->t, iov, 2));
	}
	EXPECT_TRUE(usable(&self->t));
}

TEST_F(napi_frags, frame_of_a_header_alone_is_received)
{
	napi_frame(&self->t, ETH_HLEN, 1);
	ASSERT_EQ(0, write_cut(&self->t, 1, 0));
	EXPECT_TRUE(napi_same(&self->t));
	ASSERT_EQ(0, write_cut(&self->t, 3, 3));
	EXPECT_TRUE(napi_same(&self->t));
}

/* Where the first part is of no length, that is no fragment */
TEST_F(napi_frags, part_of_no_length_is_einval)
{
	struct iovec iov[5];

	for (int i = 1; i < 5; i++) {
		napi_frame(&self->t, 5000, i);
		cut(iov, 5, self->t.packet.data, 5000, 1000);
		iov[i].iov_len = 0;
		EXPECT_EQ(-EINVAL, write_parts(&self->t, iov, 5));
		EXPECT_TRUE(usable(&self->t));
	}
}

TEST_F(napi_frags, part_longer_than_a_page_is_einval)
{
	struct iovec iov[5];

	for (int i = 1; i < 5; i++) {
		napi_frame(&self->t, 5 * PAGE, i);
		cut(iov, 5, self->t.packet.data, 5 * PAGE, PAGE);
		EXPECT_EQ(0, write_parts(&self->t, iov, 5));
		EXPECT_TRUE(napi_same(&self->t));
		iov[i].iov_len++;
		EXPECT_EQ(-EINVAL, write_parts(&self->t, iov, 5));
		EXPECT_TRUE(usable(&self->t));
	}
}

TEST_F(napi_frags, longest_frame_is_received)
{
	napi_frame(&self->t, most_len(), 1);
	EXPECT_EQ(0, write_cut(&self->t, 1, 0));
	EXPECT_TRUE(napi_same(&self->t));
	EXPECT_EQ(0, write_cut(&self->t, 16, PAGE));
	EXPECT_TRUE(napi_same(&self->t));
	EXPECT_EQ(0, write_cut(&self->t, MOST_PARTS, 100));
	EXPECT_TRUE(napi_same(&self->t));
}

TEST_F(napi_frags, longer_frame_is_emsgsize)
{
	const size_t lengths[] = { most_len() + 1, 65535, 65536, 65999 };

	for (int i = 0; i < ARRAY_SIZE(lengths); i++) {
		napi_frame(&self->t, lengths[i], 1);
		EXPECT_EQ(-EMSGSIZE, write_cut(&self->t, 1, 0));
		EXPECT_EQ(-EMSGSIZE, write_cut(&self->t, 17, 3000));
		/* too long is said before that a part is */
		EXPECT_EQ(-EMSGSIZE, write_cut(&self->t, 5, 2 * PAGE));
		EXPECT_TRUE(usable(&self->t));
	}
}

TEST_F(napi_frags, bad_memory_in_any_part_is_efault)
{
	struct iovec iov[MOST_PARTS];

	for (int i = 0; i < MOST_PARTS; i++) {
		napi_frame(&self->t, 9000, i);
		cut(iov, MOST_PARTS, self->t.packet.data, 9000, 500);
		iov[i].iov_base = (void *)tun_bad_pointer();
		EXPECT_EQ(-EFAULT, write_parts(&self->t, iov, MOST_PARTS));
		EXPECT_TRUE(usable(&self->t));
	}
}

/* What is wrong with the parts is said before their memory is looked at */
TEST_F(napi_frags, parts_are_judged_before_their_memory)
{
	struct iovec iov[MOST_PARTS + 1];

	napi_frame(&self->t, 9500, 1);
	cut(iov, MOST_PARTS + 1, self->t.packet.data, 9500, 500);
	iov[0].iov_base = (void *)tun_bad_pointer();
	EXPECT_EQ(-EMSGSIZE, write_parts(&self->t, iov, MOST_PARTS + 1));
	iov[5].iov_len = 0;
	EXPECT_EQ(-EINVAL, write_parts(&self->t, iov, 8));
	EXPECT_TRUE(usable(&self->t));
}

TEST_F(napi_frags, refusals_are_received_drops)
{
	struct iovec iov[3];

	napi_frame(&self->t, 6000, 1);
	EXPECT_EQ(-EMSGSIZE, write_cut(&self->t, MOST_PARTS + 1, 100));
	EXPECT_EQ(1, napi_stat(&self->t, NET_RECEIVED_DROPS));
	cut(iov, 3, self->t.packet.data, 6000, 1000);
	iov[1].iov_len = 0;
	EXPECT_EQ(-EINVAL, write_parts(&self->t, iov, 3));
	EXPECT_EQ(2, napi_stat(&self->t, NET_RECEIVED_DROPS));
	iov[1].iov_len = PAGE + 1;
	EXPECT_EQ(-EINVAL, write_parts(&self->t, iov, 3));
	EXPECT_EQ(3, napi_stat(&self->t, NET_RECEIVED_DROPS));
	iov[1] = (struct iovec){ (void *)tun_bad_pointer(), 1000 };
	EXPECT_EQ(-EFAULT, write_parts(&self->t, iov, 3));
	EXPECT_EQ(4, napi_stat(&self->t, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, napi_stat(&self->t, NET_RECEIVED_PACKETS));
}

TEST_F(napi_frags, device_that_is_down_is_eio_for_frames_in_parts)
{
	napi_frame(&self->t, 6000, 1);
	ASSERT_EQ(0, net_down(self->t.dev.name));
	for (int i = 0; i < 20; i++)
		EXPECT_EQ(-EIO, write_cut(&self->t, 6, 1000));
	EXPECT_EQ(20, napi_stat(&self->t, NET_RECEIVED_DROPS));
	ASSERT_EQ(0, net_up(self->t.dev.name));
	EXPECT_EQ(0, write_cut(&self->t, 6, 1000));
	EXPECT_EQ(1, napi_stat(&self->t, NET_RECEIVED_PACKETS));
	EXPECT_EQ(6000, napi_stat(&self->t, NET_RECEIVED_BYTES));
}

#define WRITERS 3
#define EACH scaled(150)

/* One of several threads that write to one queue, some frames of which are refused */
struct writer {
	pthread_t thread;
	struct napi_test t;
	int number;
	int failed;
};

static struct writer writers[WRITERS];

static void *writer_main(void *arg)
{
	struct writer *writer = arg;

	for (int i = 0; i < EACH; i++) {
		napi_frame(&writer->t, 6000, writer->number);
		napi_mark(&writer->t, writer->number, i);
		writer->failed |= write_cut(&writer->t, 6, 1000);
		if (write_cut(&writer->t, MOST_PARTS + 1, 10) != -EMSGSIZE ||
		    write_cut(&writer->t, 2, PAGE + 1) != -EINVAL)
			writer->failed = -EPROTO;
	}
	return NULL;
}

TEST_F(napi_frags, writers_at_once_mix_nothing_up)
{
	int next[WRITERS] = {};
	ssize_t len;
	int who;

	for (int i = 0; i < WRITERS; i++) {
		writers[i].t.dev = self->t.dev;
		writers[i].t.flags = self->t.flags;
		writers[i].number = i;
		ASSERT_EQ(0, pthread_create(&writers[i].thread, NULL, writer_main, &writers[i]));
	}
	for (int i = 0; i < WRITERS; i++) {
		ASSERT_EQ(0, pthread_join(writers[i].thread, NULL));
		EXPECT_EQ(0, writers[i].failed);
	}
	for (int i = 0; i < WRITERS * EACH; i++) {
		len = napi_received(&self->t);
		ASSERT_EQ(6000, len);
		who = napi_sender(&self->t, len);
		ASSERT_GT(WRITERS, who);
		ASSERT_EQ(next[who]++, napi_number(&self->t, len));
		ASSERT_EQ(5900, packet_match(self->t.room + ETH_HLEN, 5900, who));
	}
}

FIXTURE(napi_frags_vnet)
{
	struct napi_test t;
};

FIXTURE_SETUP(napi_frags_vnet)
{
	ASSERT_EQ(0, napi_test_setup(&self->t, IFF_TAP | NAPI_FRAGS | IFF_VNET_HDR));
}

FIXTURE_TEARDOWN(napi_frags_vnet)
{
	napi_test_teardown(&self->t);
}

/* PI and vnet header, in one part or in two of their own, count as no part of the frame */
TEST_F(napi_frags_vnet, headers_in_front_may_have_parts_of_their_own)
{
	struct iovec iov[MOST_PARTS + 2];
	struct packet *p = &self->t.packet;

	napi_frame(&self->t, 9000, 1);
	iov[0] = (struct iovec){ p->data, 14 };
	cut(iov + 1, MOST_PARTS, p->data + 14, 9000, 500);
	ASSERT_EQ(0, write_parts(&self->t, iov, MOST_PARTS + 1));
	EXPECT_TRUE(napi_same(&self->t));
	iov[0] = (struct iovec){ p->data, 4 };
	iov[1] = (struct iovec){ p->data + 4, 10 };
	cut(iov + 2, MOST_PARTS, p->data + 14, 9000, 500);
	ASSERT_EQ(0, write_parts(&self->t, iov, MOST_PARTS + 2));
	EXPECT_TRUE(napi_same(&self->t));
}

TEST_F(napi_frags_vnet, headers_in_front_may_begin_the_first_part)
{
	napi_frame(&self->t, 9000, 1);
	ASSERT_EQ(0, write_cut(&self->t, MOST_PARTS, 500));
	EXPECT_TRUE(napi_same(&self->t));
	napi_frame(&self->t, 9000, 1);
	EXPECT_EQ(-EMSGSIZE, write_cut(&self->t, MOST_PARTS + 1, 470));
	EXPECT_EQ(0, write_cut(&self->t, MOST_PARTS, 500));
	EXPECT_TRUE(napi_same(&self->t));
}

TEST_F(napi_frags_vnet, bad_vnet_header_is_einval_and_the_next_frame_is_received)
{
	for (int i = 0; i < 20; i++) {
		napi_frame(&self->t, 3000, i);
		self->t.packet.data[5] = 0x77;
		EXPECT_EQ(-EINVAL, write_cut(&self->t, 3, 1000));
		self->t.packet.data[5] = 0;
		EXPECT_EQ(0, write_cut(&self->t, 3, 1000));
		EXPECT_TRUE(napi_same(&self->t));
	}
}

TEST_HARNESS_MAIN
