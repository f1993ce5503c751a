// SPDX-License-Identifier: GPL-2.0
/* IFF_NAPI_FRAGS and io_uring, whose fixed buffers are pages and no vector of the program's */
#include "kselftest_harness.h"
#include "napi.h"
#include "uring.h"

#define PAGE 4096
/* More pages than a packet has room for */
#define BUFFER_LEN (32 * PAGE)

FIXTURE(napi_frags_uring)
{
	struct napi_test t;
	struct uring ring;
	unsigned char *buffer;
};

FIXTURE_SETUP(napi_frags_uring)
{
	struct iovec iov = { NULL, BUFFER_LEN };

	ASSERT_EQ(0, napi_test_setup(&self->t, IFF_TAP | NAPI_FRAGS | IFF_NO_PI));
	ASSERT_EQ(0, uring_init(&self->ring));
	self->buffer = mmap(NULL, BUFFER_LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	ASSERT_NE(MAP_FAILED, self->buffer);
	iov.iov_base = self->buffer;
	ASSERT_EQ(0, uring_buffers(&self->ring, &iov, 1));
}

FIXTURE_TEARDOWN(napi_frags_uring)
{
	uring_exit(&self->ring);
	napi_test_teardown(&self->t);
}

/* What a request of one kind came to: 0 if it wrote the whole frame, or -errno */
static int request(FIXTURE_DATA(napi_frags_uring) * self, int op, const void *addr,
		   unsigned int len, int want)
{
	int ret = uring_rw(&self->ring, op, self->t.dev.fd, addr, len, 0);

	if (!ret)
		ret = uring_result(&self->ring, NET_SOON_MS);
	return ret == want ? 0 : ret < 0 ? ret : -EMSGSIZE;
}

/* The frame from @at of the fixed buffer */
static int write_fixed(FIXTURE_DATA(napi_frags_uring) * self, size_t at)
{
	struct packet *p = &self->t.packet;

	memset(self->buffer, 0x5a, BUFFER_LEN);
	memcpy(self->buffer + at, p->data, p->len);
	return request(self, IORING_OP_WRITE_FIXED, self->buffer + at, p->len, p->len);
}

TEST_F(napi_frags_uring, plain_write_is_received)
{
	static const size_t lengths[] = { 60, PAGE, 3 * PAGE, 60000 };
	struct packet *p = &self->t.packet;

	for (int i = 0; i < ARRAY_SIZE(lengths); i++) {
		napi_frame(&self->t, lengths[i], i);
		ASSERT_EQ(0, request(self, IORING_OP_WRITE, p->data, p->len, p->len));
		EXPECT_TRUE(napi_same(&self->t));
	}
}

TEST_F(napi_frags_uring, vector_is_received)
{
	struct packet *p = &self->t.packet;
	struct iovec iov[3] = {
		{ p->data, 60 }, { p->data + 60, PAGE }, { p->data + 60 + PAGE, 1000 },
	};

	napi_frame(&self->t, 60 + PAGE + 1000, 1);
	ASSERT_EQ(0, request(self, IORING_OP_WRITEV, iov, 3, p->len));
	EXPECT_TRUE(napi_same(&self->t));
	iov[1].iov_len++;
	EXPECT_EQ(-EINVAL, request(self, IORING_OP_WRITEV, iov, 3, p->len + 1));
	iov[1].iov_len--;
	ASSERT_EQ(0, request(self, IORING_OP_WRITEV, iov, 3, p->len));
	EXPECT_TRUE(napi_same(&self->t));
}

TEST_F(napi_frags_uring, frame_at_the_end_of_a_fixed_buffer_is_received)
{
	static const size_t lengths[] = { 60, 1514, PAGE };

	for (int i = 0; i < ARRAY_SIZE(lengths); i++) {
		napi_frame(&self->t, lengths[i], i);
		ASSERT_EQ(0, write_fixed(self, BUFFER_LEN - lengths[i]));
		EXPECT_TRUE(napi_same(&self->t));
	}
}

TEST_F(napi_frags_uring, frame_over_pages_at_the_end_of_a_fixed_buffer_is_received)
{
	static const size_t lengths[] = { PAGE + 1, 3 * PAGE, 9000, 40000, 60000 };

	for (int i = 0; i < ARRAY_SIZE(lengths); i++) {
		napi_frame(&self->t, lengths[i], i);
		ASSERT_EQ(0, write_fixed(self, BUFFER_LEN - lengths[i]));
		EXPECT_TRUE(napi_same(&self->t)) {
			TH_LOG("length %zu", lengths[i]);
		}
	}
}

/* The pages behind the frame are not the frame's */
TEST_F(napi_frags_uring, frame_within_a_fixed_buffer_is_received)
{
	static const size_t at[] = { 0, 1, 1000, PAGE - 60, PAGE - 14, PAGE - 1, 9 * PAGE + 5 };

	for (int i = 0; i < ARRAY_SIZE(at); i++) {
		for (size_t len = 60; len < 10000; len += 3000) {
			napi_frame(&self->t, len, i);
			ASSERT_EQ(0, write_fixed(self, at[i])) {
				TH_LOG("%zu bytes at %zu", len, at[i]);
			}
			ASSERT_TRUE(napi_same(&self->t));
		}
	}
}

TEST_F(napi_frags_uring, fixed_and_plain_writes_take_turns)
{
	struct packet *p = &self->t.packet;

	for (int i = 0; i < 50; i++) {
		napi_frame(&self->t, 5000, i);
		ASSERT_EQ(0, write_fixed(self, BUFFER_LEN - 5000));
		ASSERT_TRUE(napi_same(&self->t));
		napi_frame(&self->t, 6000, i);
		ASSERT_EQ(0, request(self, IORING_OP_WRITE, p->data, p->len, p->len));
		ASSERT_TRUE(napi_same(&self->t));
		ASSERT_EQ(-EINVAL, request(self, IORING_OP_WRITE_FIXED, self->buffer, 13, 13));
	}
}

TEST_HARNESS_MAIN
