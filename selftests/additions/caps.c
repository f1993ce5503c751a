// SPDX-License-Identifier: GPL-2.0
/* TUN_ALT_GET_CAPS: what it says there is, there is, and nothing else */
#include "kselftest_harness.h"
#include "struct.h"

FIXTURE(caps)
{
	int fd;
	struct tun_alt_caps caps;
};

FIXTURE_SETUP(caps)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	self->caps = (struct tun_alt_caps){ .size = sizeof(self->caps) };
	ASSERT_EQ(0, tun_ioctl(self->fd, TUN_ALT_GET_CAPS, (unsigned long)&self->caps));
}

FIXTURE_TEARDOWN(caps)
{
	close(self->fd);
}

TEST_F(caps, structure_that_is_wrong_is_refused)
{
	const struct tun_alt_caps asked = { .size = sizeof(asked) };
	const char *bad = struct_refusals(self->fd, TUN_ALT_GET_CAPS, &asked, sizeof(asked));

	EXPECT_EQ(NULL, bad)
		TH_LOG("%s", bad);
}

TEST_F(caps, size_is_what_was_filled)
{
	struct {
		struct tun_alt_caps known;
		__u64 later;
	} asked = { .known.size = sizeof(asked) };

	ASSERT_EQ(0, tun_ioctl(self->fd, TUN_ALT_GET_CAPS, (unsigned long)&asked));
	EXPECT_EQ(sizeof(struct tun_alt_caps), asked.known.size);
	EXPECT_EQ(0, asked.later);
}

TEST_F(caps, memory_that_cannot_be_written_is_efault)
{
	const struct tun_alt_caps asked = { .size = sizeof(asked) };
	void *at = mmap(NULL, getpagesize(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);

	ASSERT_NE(MAP_FAILED, at);
	memcpy(at, &asked, sizeof(asked));
	ASSERT_EQ(0, mprotect(at, getpagesize(), PROT_READ));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUN_ALT_GET_CAPS, (unsigned long)at));
	munmap(at, getpagesize());
}

TEST_F(caps, flags_are_those_of_tungetfeatures)
{
	unsigned int features;

	ASSERT_EQ(0, tun_ioctl(self->fd, TUNGETFEATURES, (unsigned long)&features));
	EXPECT_EQ(features, self->caps.iff);
}

TEST_F(caps, all_offloads_are_taken_together_and_no_other_one)
{
	char name[IFNAMSIZ] = "";

	ASSERT_EQ(0, tun_dev_attach(self->fd, name, IFF_TUN | IFF_NO_PI | IFF_VNET_HDR));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETOFFLOAD, self->caps.offloads));
	for (unsigned int bit = 1; bit; bit <<= 1) {
		if (!(self->caps.offloads & bit)) {
			EXPECT_EQ(-EINVAL, tun_ioctl(self->fd, TUNSETOFFLOAD,
						     self->caps.offloads | bit))
				TH_LOG("offload 0x%x", bit);
		}
	}
}

TEST_F(caps, burst_has_each_flag_and_no_other_one)
{
	struct tun_alt_burst burst = { .size = sizeof(burst), .flags = self->caps.burst_flags };

	ASSERT_TRUE(self->caps.features & TUN_ALT_CAP_BURST);
	burst.max_frames = self->caps.max_frames;
	EXPECT_EQ(0, tun_ioctl(self->fd, TUN_ALT_SET_BURST, (unsigned long)&burst));
	burst.max_frames++;
	EXPECT_EQ(-EINVAL, tun_ioctl(self->fd, TUN_ALT_SET_BURST, (unsigned long)&burst));
	burst.max_frames = 0;
	for (unsigned int bit = 1; bit; bit <<= 1) {
		burst.flags = self->caps.burst_flags | bit;
		EXPECT_EQ(self->caps.burst_flags & bit ? 0 : -EINVAL,
			  tun_ioctl(self->fd, TUN_ALT_SET_BURST, (unsigned long)&burst))
			TH_LOG("flag 0x%x", bit);
	}
}

TEST_F(caps, device_has_as_many_queues)
{
	struct tun_alt_queues queues = { .size = sizeof(queues), .most = self->caps.max_queues };

	ASSERT_TRUE(self->caps.features & TUN_ALT_CAP_QUEUES);
	EXPECT_EQ(0, tun_ioctl(self->fd, TUN_ALT_SET_QUEUES, (unsigned long)&queues));
	queues.most++;
	EXPECT_EQ(-EINVAL, tun_ioctl(self->fd, TUN_ALT_SET_QUEUES, (unsigned long)&queues));
}

TEST_HARNESS_MAIN
