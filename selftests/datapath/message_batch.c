// SPDX-License-Identifier: GPL-2.0
/*
 * sendmsg() with MSG_MORE, which a queue's in-kernel sender says when it has more: with ethtool -C
 * rx-frames, and always with IFF_NAPI, frames wait for those that come after them.
 */
#include "kselftest_harness.h"
#include "abi/ethtool.h"
#include "bpf_test.h"
#include "message.h"
#include "napi.h"

FIXTURE(message_batch)
{
	struct napi_test t;
	int test;
	unsigned int sent;
	unsigned int seen;
};

FIXTURE_VARIANT(message_batch)
{
	int flags;
};

FIXTURE_VARIANT_ADD(message_batch, tun) { .flags = IFF_TUN };
FIXTURE_VARIANT_ADD(message_batch, tap) { .flags = IFF_TAP };

FIXTURE_SETUP(message_batch)
{
	int flags = variant->flags | IFF_NO_PI | IFF_MULTI_QUEUE;

	self->test = message_open();
	ASSERT_LE(0, self->test);
	ASSERT_EQ(0, napi_test_setup(&self->t, flags));
	napi_frame(&self->t, 100, 1);
}

FIXTURE_TEARDOWN(message_batch)
{
	napi_test_teardown(&self->t);
	EXPECT_EQ(0, message_close(self->test));
}

static int set_frames(struct napi_test *t, unsigned int frames)
{
	struct ethtool_coalesce coalesce = {
		.cmd = ETHTOOL_SCOALESCE, .rx_max_coalesced_frames = frames,
	};

	return ethtool(t->dev.name, &coalesce);
}

/* Sends @n frames, all of them with @more (MSG_MORE or 0); 0 or -errno */
static int send_frames(FIXTURE_DATA(message_batch) * self, int n, int more)
{
	struct packet *p = &self->t.packet;

	for (int i = 0; i < n; i++) {
		ssize_t len;

		napi_mark(&self->t, 0, self->sent++);
		len = message_send_as(self->test, self->t.dev.fd, p->data, p->len,
				      MSG_DONTWAIT | more, 0);
		if (len != (ssize_t)p->len)
			return len < 0 ? len : -EMSGSIZE;
	}
	return 0;
}

/* Sends one that an XDP program drops, which is no refusal; 0 or -errno */
static int send_dropped(FIXTURE_DATA(message_batch) * self)
{
	int prog = bpf_test_answer(BPF_PROG_TYPE_XDP, XDP_DROP);
	int ret = bpf_test_xdp_attach(self->t.dev.name, prog, XDP_FLAGS_DRV_MODE);

	close(prog);
	if (ret)
		return ret;
	ret = send_frames(self, 1, 0);
	self->sent--;
	return ret ? ret : bpf_test_xdp_detach(self->t.dev.name, XDP_FLAGS_DRV_MODE);
}

/*
 * How many frames the stack has received since the last look, @want of which may take a while;
 * -EPROTO if not in their order
 */
static int seen(FIXTURE_DATA(message_batch) * self, int want)
{
	ssize_t len;
	int n = 0;

	while (n < want || !napi_nothing_received(&self->t)) {
		len = napi_received(&self->t);
		if (len != 100 || napi_number(&self->t, len) != (__u16)self->seen++)
			return -EPROTO;
		n++;
	}
	return n;
}

TEST_F(message_batch, without_rx_frames_every_frame_goes_up_at_once)
{
	for (int i = 0; i < 10; i++) {
		ASSERT_EQ(0, send_frames(self, 1, MSG_MORE));
		ASSERT_EQ(1, seen(self, 1));
	}
}

TEST_F(message_batch, frame_without_more_goes_up_at_once)
{
	ASSERT_EQ(0, set_frames(&self->t, 8));
	for (int i = 0; i < 10; i++) {
		ASSERT_EQ(0, send_frames(self, 1, 0));
		ASSERT_EQ(1, seen(self, 1));
	}
}

TEST_F(message_batch, frames_wait_for_the_one_without_more)
{
	ASSERT_EQ(0, set_frames(&self->t, 8));
	for (int i = 1; i <= 8; i++) {
		ASSERT_EQ(0, send_frames(self, i, MSG_MORE));
		EXPECT_EQ(0, seen(self, 0));
		ASSERT_EQ(0, send_frames(self, 1, 0));
		EXPECT_EQ(i + 1, seen(self, i + 1));
	}
}

/* As many as were asked for wait, the next one takes them along */
TEST_F(message_batch, frames_wait_until_one_more_than_rx_frames_are_there)
{
	static const int rows[] = { 1, 2, 8, 63, 64 };

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		ASSERT_EQ(0, set_frames(&self->t, rows[i]));
		for (int j = 0; j < 3; j++) {
			ASSERT_EQ(0, send_frames(self, rows[i], MSG_MORE));
			EXPECT_EQ(0, seen(self, 0)) {
				TH_LOG("rx-frames %d", rows[i]);
			}
			ASSERT_EQ(0, send_frames(self, 1, MSG_MORE));
			EXPECT_EQ(rows[i] + 1, seen(self, rows[i] + 1)) {
				TH_LOG("rx-frames %d", rows[i]);
			}
		}
	}
}

TEST_F(message_batch, frames_wait_for_64_at_most)
{
	ASSERT_EQ(0, set_frames(&self->t, 1000));
	ASSERT_EQ(0, send_frames(self, 64, MSG_MORE));
	EXPECT_EQ(0, seen(self, 0));
	ASSERT_EQ(0, send_frames(self, 1, MSG_MORE));
	EXPECT_EQ(65, seen(self, 65));
}

TEST_F(message_batch, frames_that_wait_are_counted_already)
{
	ASSERT_EQ(0, set_frames(&self->t, 8));
	ASSERT_EQ(0, send_frames(self, 5, MSG_MORE));
	EXPECT_EQ(5, napi_stat(&self->t, NET_RECEIVED_PACKETS));
	EXPECT_EQ(500, napi_stat(&self->t, NET_RECEIVED_BYTES));
}

TEST_F(message_batch, write_takes_along_what_waits)
{
	ASSERT_EQ(0, set_frames(&self->t, 8));
	ASSERT_EQ(0, send_frames(self, 5, MSG_MORE));
	napi_mark(&self->t, 0, self->sent++);
	ASSERT_EQ(0, napi_write(&self->t, self->t.dev.fd));
	EXPECT_EQ(6, seen(self, 6));
}

TEST_F(message_batch, refused_frame_leaves_what_waits)
{
	ASSERT_EQ(0, set_frames(&self->t, 8));
	ASSERT_EQ(0, send_frames(self, 5, MSG_MORE));
	EXPECT_EQ(-EINVAL, message_send_as(self->test, self->t.dev.fd, self->t.packet.data, 0,
					   MSG_DONTWAIT, 0));
	EXPECT_EQ(0, seen(self, 0));
	ASSERT_EQ(0, send_frames(self, 1, 0));
	EXPECT_EQ(6, seen(self, 6));
}

/* In-tree leaves them where they are, and its sender has nothing more to send */
TEST_F(message_batch, last_frame_that_xdp_drops_takes_along_what_waits)
{
	ASSERT_EQ(0, set_frames(&self->t, 8));
	ASSERT_EQ(0, send_frames(self, 5, MSG_MORE));
	ASSERT_EQ(0, send_dropped(self));
	EXPECT_EQ(5, seen(self, 5));
}

TEST_F(message_batch, smaller_rx_frames_let_nothing_stay)
{
	ASSERT_EQ(0, set_frames(&self->t, 8));
	ASSERT_EQ(0, send_frames(self, 5, MSG_MORE));
	ASSERT_EQ(0, set_frames(&self->t, 2));
	ASSERT_EQ(0, send_frames(self, 3, MSG_MORE));
	ASSERT_EQ(0, send_frames(self, 1, 0));
	EXPECT_EQ(9, seen(self, 9));
}

/* In-tree waits until there are exactly as many as it is told, which is never */
TEST_F(message_batch, smaller_rx_frames_count_for_what_waits)
{
	ASSERT_EQ(0, set_frames(&self->t, 8));
	ASSERT_EQ(0, send_frames(self, 5, MSG_MORE));
	ASSERT_EQ(0, set_frames(&self->t, 2));
	ASSERT_EQ(0, send_frames(self, 1, MSG_MORE));
	EXPECT_EQ(6, seen(self, 0));
}

/* In-tree's next frame overtakes those that wait, and they wait for ever */
TEST_F(message_batch, rx_frames_off_let_nothing_stay)
{
	ASSERT_EQ(0, set_frames(&self->t, 8));
	ASSERT_EQ(0, send_frames(self, 5, MSG_MORE));
	ASSERT_EQ(0, set_frames(&self->t, 0));
	ASSERT_EQ(0, send_frames(self, 1, 0));
	EXPECT_EQ(6, seen(self, 0));
}

TEST_F(message_batch, queues_wait_each_for_itself)
{
	int second = tun_dev_queue(self->t.dev.name, self->t.flags, O_NONBLOCK);

	ASSERT_LE(0, second);
	ASSERT_EQ(0, set_frames(&self->t, 8));
	ASSERT_EQ(0, napi_tell(self->t.sock, SKF_AD_QUEUE, NAPI_MARK_LEN));
	ASSERT_EQ(0, send_frames(self, 5, MSG_MORE));
	ASSERT_EQ(0, napi_write(&self->t, second));
	EXPECT_EQ(NAPI_MARK_LEN + 2, napi_received(&self->t));
	EXPECT_TRUE(napi_nothing_received(&self->t));
	ASSERT_EQ(0, send_frames(self, 1, 0));
	for (int i = 0; i < 6; i++)
		EXPECT_EQ(NAPI_MARK_LEN + 1, napi_received(&self->t));
	close(second);
}

/* Nobody knows whom they were for by then */
TEST_F(message_batch, frames_that_wait_in_a_queue_that_is_disabled_are_gone)
{
	ASSERT_EQ(0, set_frames(&self->t, 8));
	for (int i = 0; i < 20; i++) {
		ASSERT_EQ(0, send_frames(self, 5, MSG_MORE));
		ASSERT_EQ(0, tun_dev_set_queue(self->t.dev.fd, IFF_DETACH_QUEUE));
		ASSERT_EQ(0, tun_dev_set_queue(self->t.dev.fd, IFF_ATTACH_QUEUE));
	}
	self->seen = self->sent;
	ASSERT_EQ(0, send_frames(self, 1, 0));
	EXPECT_EQ(1, seen(self, 1));
}

TEST_F(message_batch, frames_that_wait_go_up_when_the_device_is_up_again)
{
	ASSERT_EQ(0, set_frames(&self->t, 8));
	ASSERT_EQ(0, send_frames(self, 5, MSG_MORE));
	ASSERT_EQ(0, net_down(self->t.dev.name));
	EXPECT_EQ(-EIO, send_frames(self, 1, 0));
	self->sent--;
	ASSERT_EQ(0, net_up(self->t.dev.name));
	close(self->t.sock);
	self->t.sock = net_packet_socket(self->t.dev.name, ETH_P_ALL);
	ASSERT_EQ(0, send_frames(self, 1, 0));
	EXPECT_EQ(6, seen(self, 6));
}

TEST_F(message_batch, frames_that_wait_end_with_the_device)
{
	struct tun_dev *dev = &self->t.dev;

	for (int i = 0; i < 10; i++) {
		ASSERT_EQ(0, set_frames(&self->t, 8));
		ASSERT_EQ(0, send_frames(self, 5, MSG_MORE));
		ASSERT_EQ(0, net_dellink(dev->name));
		EXPECT_EQ(-EBADFD, send_frames(self, 1, 0));
		ASSERT_EQ(0, tun_dev_attach(dev->fd, dev->name, self->t.flags));
		ASSERT_EQ(0, net_up(dev->name));
	}
	close(self->t.sock);
	self->t.sock = net_packet_socket(dev->name, ETH_P_ALL);
	self->seen = self->sent;
	ASSERT_EQ(0, send_frames(self, 1, 0));
	EXPECT_EQ(1, seen(self, 1));
}

TEST_F(message_batch, frames_that_wait_end_with_their_queue)
{
	ASSERT_EQ(0, set_frames(&self->t, 8));
	for (int i = 0; i < 10; i++) {
		int fd = self->t.dev.fd;

		self->t.dev.fd = tun_dev_queue(self->t.dev.name, self->t.flags, O_NONBLOCK);
		ASSERT_LE(0, self->t.dev.fd);
		ASSERT_EQ(0, send_frames(self, 5, MSG_MORE));
		close(self->t.dev.fd);
		self->t.dev.fd = fd;
	}
	EXPECT_EQ(0, seen(self, 0));
	EXPECT_EQ(50, napi_stat(&self->t, NET_RECEIVED_PACKETS));
}

FIXTURE(message_batch_napi)
{
	FIXTURE_DATA(message_batch) batch;
};

FIXTURE_VARIANT(message_batch_napi)
{
	int flags;
};

FIXTURE_VARIANT_ADD(message_batch_napi, tun_napi) { .flags = IFF_TUN };
FIXTURE_VARIANT_ADD(message_batch_napi, tap_napi) { .flags = IFF_TAP };

FIXTURE_SETUP(message_batch_napi)
{
	int flags = variant->flags | IFF_NAPI | IFF_NO_PI | IFF_MULTI_QUEUE;

	self->batch.test = message_open();
	ASSERT_LE(0, self->batch.test);
	ASSERT_EQ(0, napi_test_setup(&self->batch.t, flags));
	napi_frame(&self->batch.t, 100, 1);
}

FIXTURE_TEARDOWN(message_batch_napi)
{
	napi_test_teardown(&self->batch.t);
	EXPECT_EQ(0, message_close(self->batch.test));
}

/* Whatever rx-frames says */
TEST_F(message_batch_napi, frames_wait_for_the_one_without_more)
{
	for (int i = 0; i <= NAPI_WEIGHT; i++) {
		ASSERT_EQ(0, set_frames(&self->batch.t, i % 3));
		ASSERT_EQ(0, send_frames(&self->batch, i, MSG_MORE));
		EXPECT_EQ(0, seen(&self->batch, 0));
		ASSERT_EQ(0, send_frames(&self->batch, 1, 0));
		EXPECT_EQ(i + 1, seen(&self->batch, i + 1));
	}
}

TEST_F(message_batch_napi, last_frame_that_xdp_drops_takes_along_what_waits)
{
	ASSERT_EQ(0, send_frames(&self->batch, 5, MSG_MORE));
	ASSERT_EQ(0, send_dropped(&self->batch));
	EXPECT_EQ(5, seen(&self->batch, 5));
}

TEST_F(message_batch_napi, frames_wait_until_there_are_more_than_64)
{
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, send_frames(&self->batch, NAPI_WEIGHT, MSG_MORE));
		EXPECT_EQ(0, seen(&self->batch, 0));
		ASSERT_EQ(0, send_frames(&self->batch, 1, MSG_MORE));
		EXPECT_EQ(NAPI_WEIGHT + 1, seen(&self->batch, NAPI_WEIGHT + 1));
	}
}

TEST_F(message_batch_napi, frames_that_wait_in_a_queue_that_is_disabled_are_gone)
{
	FIXTURE_DATA(message_batch) * batch = &self->batch;

	for (int i = 0; i < 20; i++) {
		ASSERT_EQ(0, send_frames(batch, 5, MSG_MORE));
		ASSERT_EQ(0, tun_dev_set_queue(batch->t.dev.fd, IFF_DETACH_QUEUE));
		EXPECT_EQ(-EBUSY, send_frames(batch, 1, 0));
		ASSERT_EQ(0, tun_dev_set_queue(batch->t.dev.fd, IFF_ATTACH_QUEUE));
	}
	batch->seen = batch->sent;
	ASSERT_EQ(0, send_frames(batch, 1, 0));
	EXPECT_EQ(1, seen(batch, 1));
}

TEST_F(message_batch_napi, frames_that_wait_end_with_the_device)
{
	FIXTURE_DATA(message_batch) * batch = &self->batch;
	struct tun_dev *dev = &batch->t.dev;

	for (int i = 0; i < 10; i++) {
		ASSERT_EQ(0, send_frames(batch, 5, MSG_MORE));
		ASSERT_EQ(0, net_dellink(dev->name));
		EXPECT_EQ(-EBADFD, send_frames(batch, 1, 0));
		ASSERT_EQ(0, tun_dev_attach(dev->fd, dev->name, batch->t.flags));
		ASSERT_EQ(0, net_up(dev->name));
	}
	close(batch->t.sock);
	batch->t.sock = net_packet_socket(dev->name, ETH_P_ALL);
	batch->seen = batch->sent;
	ASSERT_EQ(0, send_frames(batch, 1, 0));
	EXPECT_EQ(1, seen(batch, 1));
}

TEST_HARNESS_MAIN
