// SPDX-License-Identifier: GPL-2.0
/* TUN_ALT_GET_ERROR: no errno without a text, and the text is that of the last refusal */
#include "kselftest_harness.h"
#include "struct.h"

FIXTURE(error)
{
	int fd;
	struct tun_alt_error told;
};

FIXTURE_SETUP(error)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(error)
{
	close(self->fd);
}

static const char *text(struct tun_alt_error *told, int fd)
{
	*told = (struct tun_alt_error){ .size = sizeof(*told) };
	memset(told->text, 0xaa, sizeof(told->text));
	return tun_ioctl(fd, TUN_ALT_GET_ERROR, (unsigned long)told) ? "" : told->text;
}

/* Whether the last call was refused with that errno, and that word is in the text */
static bool is_told(FIXTURE_DATA(error) * self, int ret, int err, const char *word)
{
	return ret == -err && strstr(text(&self->told, self->fd), word) &&
	       self->told.error == (__u32)err;
}

static int set_iff(int fd, const char *name, int flags)
{
	struct ifreq ifr = { .ifr_flags = flags };

	snprintf(ifr.ifr_name, IFNAMSIZ, "%s", name);
	return tun_ioctl(fd, TUNSETIFF, (unsigned long)&ifr);
}

TEST_F(error, nothing_was_refused_at_first)
{
	EXPECT_STREQ("nothing was refused", text(&self->told, self->fd));
	EXPECT_EQ(0, self->told.error);
	EXPECT_EQ(sizeof(self->told), self->told.size);
}

TEST_F(error, structure_that_is_wrong_is_refused)
{
	struct tun_alt_error known = { .size = sizeof(known) };

	EXPECT_EQ(NULL, struct_refusals(self->fd, TUN_ALT_GET_ERROR, &known, sizeof(known)));
}

TEST_F(error, one_errno_has_a_text_for_each_cause)
{
	int fd = self->fd;

	EXPECT_TRUE(is_told(self, set_iff(fd, "t0", 0), EINVAL, "neither IFF_TUN nor IFF_TAP"))
		TH_LOG("%s", self->told.text);
	EXPECT_TRUE(is_told(self, set_iff(fd, "t0", IFF_TUN | IFF_NAPI_FRAGS), EINVAL,
			    "IFF_NAPI_FRAGS"))
		TH_LOG("%s", self->told.text);
	EXPECT_TRUE(is_told(self, tun_ioctl(fd, TUNSETIFINDEX, 0), EFAULT, "memory"))
		TH_LOG("%s", self->told.text);
	ASSERT_EQ(0, set_iff(fd, "t0", IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE));
	EXPECT_TRUE(is_told(self, set_iff(fd, "t1", IFF_TUN), EEXIST, "has a device already"))
		TH_LOG("%s", self->told.text);
	EXPECT_TRUE(is_told(self, tun_ioctl(fd, 0x5499, 0), EINVAL, "no ioctl"))
		TH_LOG("%s", self->told.text);
	EXPECT_TRUE(is_told(self, tun_ioctl(fd, TUNSETOFFLOAD, 0x40000000), EINVAL, "offload"))
		TH_LOG("%s", self->told.text);
}

TEST_F(error, number_in_a_text_is_that_of_the_call)
{
	int one = tun_open(O_NONBLOCK);

	ASSERT_LE(0, one);
	ASSERT_EQ(0, set_iff(one, "t0", IFF_TUN | IFF_NO_PI));
	EXPECT_TRUE(is_told(self, set_iff(self->fd, "t0", IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE),
			    EINVAL, "the device has 0, the call asks for 1"))
		TH_LOG("%s", self->told.text);
	EXPECT_TRUE(is_told(self, set_iff(self->fd, "t0", IFF_TUN | IFF_NO_PI), EBUSY, "held by"))
		TH_LOG("%s", self->told.text);
	close(one);
}

TEST_F(error, refusals_of_read_and_write_are_told)
{
	char room[64] = {};

	EXPECT_EQ(-1, read(self->fd, room, sizeof(room)));
	EXPECT_EQ(EBADFD, errno);
	EXPECT_NE(NULL, strstr(text(&self->told, self->fd), "no device"));
	ASSERT_EQ(0, set_iff(self->fd, "t0", IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_up("t0"));
	room[0] = 0x10;
	EXPECT_EQ(-1, write(self->fd, room, sizeof(room)));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_NE(NULL, strstr(text(&self->told, self->fd), "neither IPv4 nor IPv6"))
		TH_LOG("%s", self->told.text);
	EXPECT_EQ(EINVAL, self->told.error);
}

TEST_F(error, call_that_works_leaves_the_last_refusal)
{
	EXPECT_EQ(-EINVAL, set_iff(self->fd, "t0", 0));
	ASSERT_EQ(0, set_iff(self->fd, "t0", IFF_TUN));
	EXPECT_NE(NULL, strstr(text(&self->told, self->fd), "neither"));
	EXPECT_EQ(EINVAL, self->told.error);
}

TEST_F(error, each_descriptor_has_its_own)
{
	int other = tun_open(O_NONBLOCK);

	ASSERT_LE(0, other);
	EXPECT_EQ(-EINVAL, set_iff(other, "t0", 0));
	EXPECT_STREQ("nothing was refused", text(&self->told, self->fd));
	close(other);
}

TEST_F(error, text_ends_with_a_zero_and_nothing_else_is_behind_it)
{
	size_t len;

	EXPECT_EQ(-EINVAL, set_iff(self->fd, "t0", 0));
	len = strlen(text(&self->told, self->fd));
	ASSERT_GT(sizeof(self->told.text), len);
	for (; len < sizeof(self->told.text); len++)
		ASSERT_EQ(0, self->told.text[len]);
}

/* All that there are, without a device and with an argument of no use: each that fails says why. */
TEST_F(error, every_ioctl_that_fails_says_why)
{
	static const unsigned int commands[] = {
		TUNSETIFF, TUNGETIFF, TUNSETQUEUE, TUNSETIFINDEX, TUNSETPERSIST, TUNSETOWNER,
		TUNSETGROUP, TUNSETLINK, TUNSETNOCSUM, TUNSETDEBUG, TUNGETSNDBUF, TUNSETSNDBUF,
		TUNSETOFFLOAD, TUNGETVNETHDRSZ, TUNSETVNETHDRSZ, TUNGETVNETLE, TUNSETVNETLE,
		TUNGETVNETBE, TUNSETVNETBE, TUNSETCARRIER, TUNGETDEVNETNS, SIOCGIFHWADDR,
		SIOCSIFHWADDR, TUNSETTXFILTER, TUNATTACHFILTER, TUNDETACHFILTER, TUNGETFILTER,
		TUNSETSTEERINGEBPF, TUNSETFILTEREBPF, FIONREAD, TUN_ALT_SET_BURST,
		TUN_ALT_GET_CAPS, TUN_ALT_SET_QUEUES, TUN_ALT_SET_OPTIONS, TUN_ALT_READ_ARRAY,
		TUN_ALT_WRITE_ARRAY, TUN_ALT_RING_SETUP, TUN_ALT_RING_DETACH, TUN_ALT_RING_KICK,
		TUN_ALT_GET_ERROR,
	};
	int ret;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		ret = tun_ioctl(self->fd, commands[i], 1);
		ASSERT_GT(0, ret)
			TH_LOG("ioctl 0x%x", commands[i]);
		ASSERT_LT(0, strlen(text(&self->told, self->fd)));
		EXPECT_EQ(-ret, (int)self->told.error)
			TH_LOG("ioctl 0x%x: %s", commands[i], self->told.text);
		EXPECT_EQ(NULL, strstr(self->told.text, "nothing was refused"));
	}
}

TEST_HARNESS_MAIN
