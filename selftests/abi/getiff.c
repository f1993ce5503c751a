// SPDX-License-Identifier: GPL-2.0
/* TUNGETIFF */
#include "kselftest_harness.h"
#include "child.h"
#include "iff.h"

FIXTURE(getiff)
{
	int fd;
};

FIXTURE_SETUP(getiff)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(getiff)
{
	close(self->fd);
}

static int get(int fd, struct ifreq *ifr)
{
	memset(ifr, 0xff, sizeof(*ifr));
	return tun_ioctl(fd, TUNGETIFF, (unsigned long)ifr);
}

/* The name of the device, or "" */
static const char *name_of(int fd)
{
	static char name[IFNAMSIZ];
	struct ifreq ifr;

	name[0] = 0;
	if (!get(fd, &ifr))
		snprintf(name, sizeof(name), "%s", ifr.ifr_name);
	return name;
}

TEST_F(getiff, shows_type_and_flags)
{
	/* Without a classic filter the bit of IFF_NO_PI says IFF_NOFILTER: it is always there. */
	static const struct {
		int set;
		int get;
	} rows[] = {
		{ IFF_TUN, IFF_TUN },
		{ IFF_TAP, IFF_TAP },
		{ IFF_TUN | IFF_TAP, IFF_TUN },
		{ IFF_TUN | IFF_NO_PI, IFF_TUN },
		{ IFF_TUN | IFF_ONE_QUEUE, IFF_TUN | IFF_ONE_QUEUE },
		{ IFF_TAP | IFF_MULTI_QUEUE, IFF_TAP | IFF_MULTI_QUEUE },
		{ IFF_TAP | IFF_NO_CARRIER, IFF_TAP },
		{ IFF_TAP | IFF_TUN_EXCL, IFF_TAP },
		{ IFF_TAP | IFF_PERSIST, IFF_TAP },
		{ IFF_TAP | IFF_UNASSIGNED, IFF_TAP },
		{ IFF_TAP | IFF_ATTACH_QUEUE | IFF_DETACH_QUEUE, IFF_TAP },
	};

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		int fd = iff_open("x0", rows[i].set);

		ASSERT_LE(0, fd);
		EXPECT_EQ(rows[i].get | IFF_NOFILTER, iff_get_flags(fd))
			TH_LOG("flags %#x", rows[i].set);
		close(fd);
	}
}

TEST_F(getiff, shows_persistence)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	EXPECT_EQ(IFF_TUN | IFF_PERSIST | IFF_NOFILTER, iff_get_flags(self->fd));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 0));
	EXPECT_EQ(IFF_TUN | IFF_NOFILTER, iff_get_flags(self->fd));
}

TEST_F(getiff, shows_a_disabled_queue_to_its_descriptor_only)
{
	int flags = IFF_TAP | IFF_MULTI_QUEUE;
	int other;

	ASSERT_EQ(0, iff_set(self->fd, "x0", flags));
	other = iff_open("x0", flags);
	ASSERT_LE(0, other);
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(flags | IFF_DETACH_QUEUE | IFF_NOFILTER, iff_get_flags(self->fd));
	EXPECT_EQ(flags | IFF_NOFILTER, iff_get_flags(other));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(flags | IFF_NOFILTER, iff_get_flags(self->fd));
	close(other);
}

TEST_F(getiff, shows_the_name)
{
	ASSERT_EQ(0, iff_set(self->fd, "x%d", IFF_TUN));
	EXPECT_STREQ("x0", name_of(self->fd));
}

TEST_F(getiff, shows_a_name_of_fifteen_bytes)
{
	ASSERT_EQ(0, iff_set(self->fd, "123456789012345", IFF_TUN));
	EXPECT_STREQ("123456789012345", name_of(self->fd));
}

TEST_F(getiff, shows_the_new_name_after_a_rename)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	ASSERT_EQ(0, net_ip("link set dev x0 name longer0"));
	EXPECT_STREQ("longer0", name_of(self->fd));
	ASSERT_EQ(0, net_ip("link set dev longer0 name y"));
	EXPECT_STREQ("y", name_of(self->fd));
}

TEST_F(getiff, alternative_name_is_not_shown)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	ASSERT_EQ(0, net_ip("link property add dev x0 altname other"));
	EXPECT_STREQ("x0", name_of(self->fd));
}

TEST_F(getiff, all_other_bytes_are_zero)
{
	static const char zeros[sizeof(struct ifreq)];
	struct ifreq ifr;
	char *rest = (char *)&ifr.ifr_flags + sizeof(ifr.ifr_flags);

	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	ASSERT_EQ(0, get(self->fd, &ifr));
	EXPECT_EQ(0, memcmp(ifr.ifr_name + 2, zeros, IFNAMSIZ - 2));
	EXPECT_EQ(0, memcmp(rest, zeros, (char *)(&ifr + 1) - rest));
}

TEST_F(getiff, old_longer_name_does_not_show_through)
{
	static const char zeros[IFNAMSIZ];
	struct ifreq ifr;

	ASSERT_EQ(0, iff_set(self->fd, "123456789012345", IFF_TUN));
	ASSERT_EQ(0, net_ip("link set dev 123456789012345 name y"));
	ASSERT_EQ(0, get(self->fd, &ifr));
	EXPECT_STREQ("y", ifr.ifr_name);
	EXPECT_EQ(0, memcmp(ifr.ifr_name + 1, zeros, IFNAMSIZ - 1));
}

TEST_F(getiff, unattached_is_ebadfd)
{
	struct ifreq ifr;

	EXPECT_EQ(-EBADFD, get(self->fd, &ifr));
}

TEST_F(getiff, unattached_is_ebadfd_before_efault)
{
	EXPECT_EQ(-EBADFD, tun_ioctl(self->fd, TUNGETIFF, tun_bad_pointer()));
}

TEST_F(getiff, deleted_device_is_ebadfd)
{
	struct ifreq ifr;

	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	ASSERT_EQ(0, net_dellink("x0"));
	EXPECT_EQ(-EBADFD, get(self->fd, &ifr));
}

TEST_F(getiff, bad_pointer_is_efault)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNGETIFF, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNGETIFF, 0));
}

TEST_F(getiff, nobody_may_ask_if_he_has_the_descriptor)
{
	struct child_rights nobody = { .uid = 65534, .gid = 65534 };
	struct ifreq ifr;

	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(0, child_ioctl(&nobody, self->fd, TUNGETIFF, (unsigned long)&ifr));
}

TEST_HARNESS_MAIN
