// SPDX-License-Identifier: GPL-2.0
/* Our node is everybody's by itself; in-tree's needs a udev rule for that */
#include <sys/stat.h>

#include "kselftest_harness.h"
#include "tun_dev.h"

TEST(mode_is_0666)
{
	struct stat st;

	ASSERT_EQ(0, stat(tun_node(), &st));
	EXPECT_EQ(S_IFCHR | 0666, st.st_mode);
}

TEST(unprivileged_user_opens_it)
{
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_LE(0, tun_open(0));
}

TEST(unprivileged_user_creates_no_device)
{
	char name[IFNAMSIZ] = "";

	ASSERT_EQ(0, tun_dev_netns());
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(-EPERM, tun_dev_attach(tun_open(0), name, IFF_TUN));
}

TEST(unprivileged_user_attaches_to_a_device_of_his)
{
	struct tun_dev dev;

	ASSERT_EQ(0, tun_dev_setup(&dev, IFF_TUN | IFF_NO_PI, 0));
	ASSERT_EQ(0, tun_ioctl(dev.fd, TUNSETOWNER, 65534));
	ASSERT_EQ(0, tun_ioctl(dev.fd, TUNSETPERSIST, 1));
	close(dev.fd);
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_LE(0, tun_dev_queue(dev.name, IFF_TUN | IFF_NO_PI, 0));
	ASSERT_EQ(0, seteuid(0));
	EXPECT_EQ(0, net_dellink(dev.name));
}

TEST_HARNESS_MAIN
