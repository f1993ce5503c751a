// SPDX-License-Identifier: GPL-2.0
/* TUNSETIFF that makes a device */
#include "kselftest_harness.h"
#include "child.h"
#include "iff.h"

static const struct child_rights nobody = { .uid = 65534, .gid = 65534 };

FIXTURE(create)
{
	int fd;
};

FIXTURE_SETUP(create)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(create)
{
	close(self->fd);
}

/* ARPHRD_ number of the device, or -errno */
static int type_of(const char *name)
{
	struct ifreq ifr = {};
	int ret = net_ifreq(name, SIOCGIFHWADDR, &ifr);

	return ret ? ret : ifr.ifr_hwaddr.sa_family;
}

TEST_F(create, tun_is_a_device_without_link_layer)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(0xfffe, type_of("x0"));
	EXPECT_EQ(IFF_TUN, iff_get_flags(self->fd) & (IFF_TUN | IFF_TAP));
}

TEST_F(create, tap_is_an_ethernet_device)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TAP));
	EXPECT_EQ(1, type_of("x0"));
	EXPECT_EQ(IFF_TAP, iff_get_flags(self->fd) & (IFF_TUN | IFF_TAP));
}

TEST_F(create, tun_wins_over_tap)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN | IFF_TAP));
	EXPECT_EQ(0xfffe, type_of("x0"));
	EXPECT_EQ(IFF_TUN, iff_get_flags(self->fd) & (IFF_TUN | IFF_TAP));
}

TEST_F(create, neither_type_is_einval)
{
	static const int flags[] = { 0, IFF_NO_PI, IFF_MULTI_QUEUE, IFF_TUN_EXCL, IFF_UNASSIGNED };

	for (int i = 0; i < ARRAY_SIZE(flags); i++) {
		EXPECT_EQ(-EINVAL, iff_set(self->fd, "x0", flags[i]))
			TH_LOG("flags %#x", flags[i]);
	}
	EXPECT_EQ(0, rtnl_index("x0"));
}

TEST_F(create, descriptor_is_usable_after_a_refusal)
{
	ASSERT_EQ(-EINVAL, iff_set(self->fd, "x0", 0));
	ASSERT_EQ(-EINVAL, iff_set(self->fd, "/", IFF_TUN));
	EXPECT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
}

TEST_F(create, unassigned_flag_bits_are_ignored)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN | IFF_UNASSIGNED));
	EXPECT_EQ(0, iff_get_flags(self->fd) & IFF_UNASSIGNED);
}

TEST_F(create, excl_makes_a_device_of_a_free_name)
{
	EXPECT_EQ(0, iff_set(self->fd, "x0", IFF_TUN | IFF_TUN_EXCL));
	EXPECT_NE(0, if_nametoindex("x0"));
}

TEST_F(create, needs_the_capability)
{
	static const int flags[] = { IFF_TUN, IFF_TAP, IFF_TAP | IFF_MULTI_QUEUE, 0 };

	/* Before the type is looked at: 0 is refused for the same reason. */
	for (int i = 0; i < ARRAY_SIZE(flags); i++) {
		struct ifreq ifr = { .ifr_name = "x0", .ifr_flags = flags[i] };

		EXPECT_EQ(-EPERM,
			  child_ioctl(&nobody, self->fd, TUNSETIFF, (unsigned long)&ifr))
			TH_LOG("flags %#x", flags[i]);
	}
	EXPECT_EQ(0, rtnl_index("x0"));
}

TEST_F(create, the_capability_is_looked_at_before_the_name)
{
	struct ifreq ifr = { .ifr_name = "/", .ifr_flags = IFF_TUN };

	EXPECT_EQ(-EPERM, child_ioctl(&nobody, self->fd, TUNSETIFF, (unsigned long)&ifr));
}

TEST_F(create, root_without_the_capability_may_not)
{
	struct child_rights powerless = {};
	struct ifreq ifr = { .ifr_name = "x0", .ifr_flags = IFF_TUN };

	EXPECT_EQ(-EPERM, child_ioctl(&powerless, self->fd, TUNSETIFF, (unsigned long)&ifr));
}

TEST_F(create, another_user_with_the_capability_may)
{
	struct child_rights able = { .uid = 1000, .gid = 1000, .cap = true };
	struct ifreq ifr = { .ifr_name = "x0", .ifr_flags = IFF_TUN };

	EXPECT_EQ(0, child_ioctl(&able, self->fd, TUNSETIFF, (unsigned long)&ifr));
	EXPECT_NE(0, if_nametoindex("x0"));
}

TEST_F(create, bad_pointer_is_efault)
{
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNSETIFF, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNSETIFF, 0));
}

TEST_F(create, bad_pointer_is_efault_before_eperm)
{
	EXPECT_EQ(-EFAULT, child_ioctl(&nobody, self->fd, TUNSETIFF, tun_bad_pointer()));
}

TEST_F(create, bad_pointer_is_efault_before_eexist)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNSETIFF, tun_bad_pointer()));
}

TEST_F(create, answer_that_cannot_be_written_leaves_the_device)
{
	struct ifreq *ifr = iff_read_only("x0", IFF_TUN);

	ASSERT_NE(NULL, ifr);
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNSETIFF, (unsigned long)ifr));
	EXPECT_NE(0, if_nametoindex("x0"));
	EXPECT_EQ(IFF_TUN, iff_get_flags(self->fd) & IFF_TUN);
	EXPECT_EQ(-EEXIST, iff_set(self->fd, "x1", IFF_TUN));
}

TEST_F(create, name_comes_back)
{
	struct ifreq ifr = { .ifr_name = "x%d", .ifr_flags = IFF_TAP };

	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETIFF, (unsigned long)&ifr));
	EXPECT_STREQ("x0", ifr.ifr_name);
}

TEST_F(create, flags_come_back_as_given)
{
	int flags = IFF_TUN | IFF_TAP | IFF_TUN_EXCL | IFF_UNASSIGNED;
	struct ifreq ifr = { .ifr_name = "x0", .ifr_flags = flags };

	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETIFF, (unsigned long)&ifr));
	EXPECT_EQ(flags, (unsigned short)ifr.ifr_flags);
}

TEST_F(create, refusal_writes_nothing_back)
{
	struct ifreq ifr = { .ifr_name = "%s", .ifr_flags = IFF_TUN };
	struct ifreq before = ifr;

	ASSERT_EQ(-EINVAL, tun_ioctl(self->fd, TUNSETIFF, (unsigned long)&ifr));
	EXPECT_EQ(0, memcmp(&ifr, &before, sizeof(ifr)));
}

TEST_F(create, second_tunsetiff_is_eexist)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(-EEXIST, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(-EEXIST, iff_set(self->fd, "x1", IFF_TAP));
	EXPECT_EQ(0, rtnl_index("x1"));
}

TEST_F(create, second_tunsetiff_is_eexist_before_any_look_at_it)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(-EEXIST, iff_set(self->fd, "/", 0));
	EXPECT_EQ(-EEXIST, iff_set(self->fd, "lo", IFF_TUN | IFF_TUN_EXCL));
}

TEST_F(create, second_tunsetiff_is_eexist_for_nobody_too)
{
	struct ifreq ifr = { .ifr_name = "x1", .ifr_flags = IFF_TUN };

	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(-EEXIST, child_ioctl(&nobody, self->fd, TUNSETIFF, (unsigned long)&ifr));
}

TEST_F(create, disabled_queue_counts_as_attached)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TAP | IFF_MULTI_QUEUE));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(-EEXIST, iff_set(self->fd, "x0", IFF_TAP | IFF_MULTI_QUEUE));
}

TEST_F(create, device_goes_with_its_descriptor)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	close(self->fd);
	self->fd = -1;
	EXPECT_EQ(0, rtnl_index("x0"));
}

TEST_F(create, new_device_is_down_and_has_carrier)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(0, net_flags("x0") & IFF_UP);
	ASSERT_EQ(0, net_up("x0"));
	EXPECT_EQ(1, iff_carrier("x0"));
}

TEST_F(create, no_carrier_makes_a_device_without)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN | IFF_NO_CARRIER));
	ASSERT_EQ(0, net_up("x0"));
	EXPECT_EQ(0, iff_carrier("x0"));
}

TEST_F(create, descriptor_survives_a_refusal_of_the_core)
{
	char room[64];

	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, iff_set_ifindex(self->fd, if_nametoindex("lo")));
		ASSERT_EQ(-EBUSY, iff_set(self->fd, "x0", IFF_TUN));
		EXPECT_EQ(-1, read(self->fd, room, sizeof(room)));
		EXPECT_EQ(EBADFD, errno);
		EXPECT_EQ(0, rtnl_index("x0"));
	}
	ASSERT_EQ(0, iff_set_ifindex(self->fd, 0));
	EXPECT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
}

TEST_F(create, wished_index_is_used_once)
{
	ASSERT_EQ(0, iff_set_ifindex(self->fd, 1000));
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(1000, (int)if_nametoindex("x0"));
	ASSERT_EQ(0, net_dellink("x0"));
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_NE(1000, (int)if_nametoindex("x0"));
}

TEST_HARNESS_MAIN
