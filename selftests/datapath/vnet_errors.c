// SPDX-License-Identifier: GPL-2.0
/* What refuses a write besides a vnet header's own rules: lengths, memory, order; and who counts */
#include <limits.h>
#include <sys/mman.h>

#include "kselftest_harness.h"
#include "vnet_sender.h"

FIXTURE(vnet_errors)
{
	struct vnet_path tun;
	struct vnet_path tap;
	unsigned char *bad;
};

/* Both devices without addresses, and a page with another behind it that cannot be read */
FIXTURE_SETUP(vnet_errors)
{
	ASSERT_EQ(0, vnet_path_bare(&self->tun, SENDER_TUN, VNET_PLAIN));
	ASSERT_EQ(0, tun_dev_create(&self->tap.in, SENDER_TAP | IFF_VNET_HDR, O_NONBLOCK));
	self->bad = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->bad);
	ASSERT_EQ(0, mprotect(self->bad + 4096, 4096, PROT_NONE));
}

FIXTURE_TEARDOWN(vnet_errors)
{
	close(self->tun.in.fd);
	close(self->tun.capture);
	close(self->tap.in.fd);
}

static const struct sender plain = {
	.type = SENDER_TUN, .family = AF_INET, .payload = 100, .summed = true,
};

static const struct sender refused = {
	.type = SENDER_TUN, .family = AF_INET, .payload = 5000,
	.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 0, 20, 16 },
};

static int try(const struct sender *sender, const struct vnet_path *path)
{
	return sender_write(sender, path->in.fd, sender_frame(sender, path->mac));
}

#define EXPECT_WRITE_ERROR(error, fd, data, len) do {		\
	EXPECT_EQ(-1, write(fd, data, len));			\
	EXPECT_EQ(error, errno);				\
} while (0)

TEST_F(vnet_errors, any_other_gso_type_is_einval)
{
	struct sender sender = refused;

	sender.hdr.gso_size = 1000;
	for (int type = 1; type < 256; type++) {
		int base = type & ~SENDER_ECN;

		if (base == SENDER_TSO4 || base == SENDER_UFO || base == SENDER_TSO6 ||
		    base == SENDER_USO)
			continue;
		sender.hdr.gso_type = type;
		EXPECT_EQ(-EINVAL, try(&sender, &self->tun)) TH_LOG("type 0x%x", type);
	}
}

/* It cannot be asked for, but older programs send it */
TEST_F(vnet_errors, ufo_is_taken)
{
	struct sender sender = plain;

	sender.proto = IPPROTO_UDP;
	sender.payload = 5000;
	sender.hdr.gso_type = SENDER_UFO;
	sender.hdr.gso_size = 1400;
	EXPECT_EQ(0, try(&sender, &self->tun));
	sender.type = SENDER_TAP;
	EXPECT_EQ(0, try(&sender, &self->tap));
	EXPECT_EQ(1, net_stat(self->tun.in.name, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, net_stat(self->tun.in.name, NET_RECEIVED_FRAME_ERRORS));
	EXPECT_EQ(1, net_stat(self->tap.in.name, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, net_stat(self->tap.in.name, NET_RECEIVED_FRAME_ERRORS));
}

TEST_F(vnet_errors, write_shorter_than_the_header_is_einval)
{
	static const int sizes[] = { 10, 11, 12, 20, 24, 4096, INT_MAX };
	static unsigned char zeros[4096];

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		int step = sizes[i] > 100 ? 97 : 1;

		ASSERT_EQ(0, vnet_set_size(self->tun.in.fd, sizes[i]));
		ASSERT_EQ(0, vnet_set_size(self->tap.in.fd, sizes[i]));
		for (int len = 1; len < sizes[i] && len < 4096; len += step) {
			EXPECT_WRITE_ERROR(EINVAL, self->tun.in.fd, zeros, len);
			EXPECT_WRITE_ERROR(EINVAL, self->tap.in.fd, zeros, len);
		}
	}
}

TEST_F(vnet_errors, header_without_a_packet_is_einval)
{
	static unsigned char zeros[64];

	EXPECT_WRITE_ERROR(EINVAL, self->tun.in.fd, zeros, VNET_PLAIN);
	for (int len = 0; len < 14; len++)
		EXPECT_WRITE_ERROR(EINVAL, self->tap.in.fd, zeros, VNET_PLAIN + len);
	EXPECT_EQ(VNET_PLAIN + 14, write(self->tap.in.fd, zeros, VNET_PLAIN + 14));
}

TEST_F(vnet_errors, short_header_behind_pi_is_einval)
{
	static unsigned char zeros[64];
	struct tun_dev pi;

	ASSERT_EQ(0, tun_dev_create(&pi, IFF_TUN | IFF_VNET_HDR, O_NONBLOCK));
	for (int len = 1; len < 4 + VNET_PLAIN; len++)
		EXPECT_WRITE_ERROR(EINVAL, pi.fd, zeros, len);
	EXPECT_EQ(4 + VNET_PLAIN, write(pi.fd, zeros, 4 + VNET_PLAIN));
	close(pi.fd);
}

TEST_F(vnet_errors, header_in_bad_memory_is_efault)
{
	EXPECT_WRITE_ERROR(EFAULT, self->tun.in.fd, self->bad + 4096, 100);
	EXPECT_WRITE_ERROR(EFAULT, self->tun.in.fd, self->bad + 4096 - 9, 100);
	EXPECT_WRITE_ERROR(EFAULT, self->tap.in.fd, self->bad + 4096 - 9, 100);
}

TEST_F(vnet_errors, packet_in_bad_memory_is_efault)
{
	EXPECT_WRITE_ERROR(EFAULT, self->tun.in.fd, self->bad + 4096 - VNET_PLAIN, 100);
	self->bad[4095] = 0x45;
	EXPECT_WRITE_ERROR(EFAULT, self->tun.in.fd, self->bad + 4096 - VNET_PLAIN - 1, 100);
	EXPECT_WRITE_ERROR(EFAULT, self->tap.in.fd, self->bad + 4096 - VNET_PLAIN - 1, 100);
}

/* What of the header has no meaning is not even read */
TEST_F(vnet_errors, rest_of_a_header_may_be_in_bad_memory)
{
	const struct gso_frame *frame = sender_frame(&plain, NULL);
	struct iovec iov[] = {
		{ self->bad, VNET_PLAIN }, { self->bad + 4096, VNET_HASH - VNET_PLAIN },
		{ (void *)frame->packet.data, frame->packet.len },
	};

	ASSERT_EQ(0, vnet_set_size(self->tun.in.fd, VNET_HASH));
	EXPECT_EQ((ssize_t)(VNET_HASH + frame->packet.len), writev(self->tun.in.fd, iov, 3));
}

TEST_F(vnet_errors, short_header_is_einval_even_from_bad_memory)
{
	EXPECT_WRITE_ERROR(EINVAL, self->tun.in.fd, self->bad + 4096, VNET_PLAIN - 1);
}

TEST_F(vnet_errors, refused_header_comes_before_eio)
{
	ASSERT_EQ(0, net_down(self->tun.in.name));
	EXPECT_EQ(-EINVAL, try(&refused, &self->tun));
	EXPECT_EQ(-EIO, try(&plain, &self->tun));
}

TEST_F(vnet_errors, refused_header_counts_as_a_frame_error_and_nothing_else)
{
	for (int i = 0; i < 5; i++)
		EXPECT_EQ(-EINVAL, try(&refused, &self->tun));
	EXPECT_EQ(5, net_stat(self->tun.in.name, NET_RECEIVED_FRAME_ERRORS));
	EXPECT_EQ(0, net_stat(self->tun.in.name, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, net_stat(self->tun.in.name, NET_RECEIVED_BYTES));
}

/* In-tree counts there as well, and shows it nowhere */
TEST_F(vnet_errors, frame_errors_of_a_tap_are_shown)
{
	struct sender sender = refused;

	sender.type = SENDER_TAP;
	sender.hdr.csum_start = 34;
	self->tap.mac[0] = 2;
	EXPECT_EQ(-EINVAL, try(&sender, &self->tap));
	EXPECT_EQ(1, net_stat(self->tap.in.name, NET_RECEIVED_FRAME_ERRORS));
}

/* A packet of neither version is no matter of its header */
TEST_F(vnet_errors, packet_of_no_version_is_no_frame_error)
{
	static struct gso_frame frame;

	frame = *sender_frame(&refused, NULL);
	frame.packet.data[0] = 0x55;
	EXPECT_EQ(-EINVAL, sender_write(&refused, self->tun.in.fd, &frame));
	EXPECT_EQ(0, net_stat(self->tun.in.name, NET_RECEIVED_FRAME_ERRORS));
}

TEST_F(vnet_errors, received_bytes_are_without_the_header)
{
	struct sender sender = plain;

	ASSERT_EQ(0, vnet_set_size(self->tun.in.fd, VNET_MOST));
	sender.size = VNET_MOST;
	ASSERT_EQ(0, try(&sender, &self->tun));
	EXPECT_EQ(1, net_stat(self->tun.in.name, NET_RECEIVED_PACKETS));
	EXPECT_EQ(152, net_stat(self->tun.in.name, NET_RECEIVED_BYTES));
}

TEST_F(vnet_errors, size_that_changes_holds_for_the_next_write)
{
	struct sender sender = plain;

	ASSERT_EQ(0, try(&sender, &self->tun));
	ASSERT_EQ(0, vnet_set_size(self->tun.in.fd, VNET_MERGE));
	/* the first two bytes of the packet are part of the header now */
	EXPECT_EQ(-EINVAL, try(&sender, &self->tun));
	sender.size = VNET_MERGE;
	EXPECT_EQ(0, try(&sender, &self->tun));
}

TEST_F(vnet_errors, disabled_queue_takes_headers_too)
{
	struct sender sender = plain;
	struct ifreq ifr = { .ifr_flags = IFF_DETACH_QUEUE };
	struct vnet_path multi = {};

	ASSERT_EQ(0, tun_dev_create(&multi.in, SENDER_TUN | IFF_VNET_HDR | IFF_MULTI_QUEUE,
				    O_NONBLOCK));
	ASSERT_EQ(0, ioctl(multi.in.fd, TUNSETQUEUE, &ifr));
	EXPECT_EQ(0, try(&sender, &multi));
	EXPECT_EQ(-EINVAL, try(&refused, &multi));
	close(multi.in.fd);
}

TEST_HARNESS_MAIN
