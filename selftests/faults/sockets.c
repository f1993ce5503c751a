// SPDX-License-Identifier: GPL-2.0
/* The socket ioctls on a device: ethtool's, and those of before netlink */
#include <linux/ethtool.h>

#include "kselftest_harness.h"
#include "world.h"

FIXTURE(sockets)
{
	struct world world;
	struct world_dev dev;
	int sock;
};

FIXTURE_SETUP(sockets)
{
	ASSERT_EQ(0, world_setup(&self->world));
	self->sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ASSERT_LE(0, self->sock);
	self->world.before = world_settled();
	ASSERT_EQ(0, world_dev(&self->dev, IFF_TAP | IFF_NO_PI));
}

FIXTURE_TEARDOWN(sockets)
{
	close(self->dev.fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	close(self->sock);
	world_teardown(&self->world);
}

/* A call that can be made any number of times */
static void repeat(struct __test_metadata *_metadata, FIXTURE_DATA(sockets) * self,
		   unsigned long cmd, const struct ifreq *ifr, const char *what)
{
	struct fault f = FAULT(ENOMEM, EFAULT, ENOBUFS);
	struct ifreq room;

	while (fault_next(&f)) {
		room = *ifr;
		memcpy(room.ifr_name, self->dev.name, IFNAMSIZ);
		if (fault_call(&f, tun_ioctl(self->sock, cmd, (unsigned long)&room))) {
			room = *ifr;
			memcpy(room.ifr_name, self->dev.name, IFNAMSIZ);
			ASSERT_EQ(0, tun_ioctl(self->sock, cmd, (unsigned long)&room))
				TH_LOG("%s, fault %d", what, f.n);
		}
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("%s, fault %d", what, f.n);
	}
	fault_end(_metadata, &f, what);
}

TEST_F(sockets, failed_question_of_ethtool_can_be_repeated)
{
	static const struct {
		const char *name;
		unsigned int cmd;
	} rows[] = {
		{ "ETHTOOL_GDRVINFO", ETHTOOL_GDRVINFO },
		{ "ETHTOOL_GMSGLVL", ETHTOOL_GMSGLVL },
		{ "ETHTOOL_GLINK", ETHTOOL_GLINK },
		{ "ETHTOOL_GCHANNELS", ETHTOOL_GCHANNELS },
		{ "ETHTOOL_GCOALESCE", ETHTOOL_GCOALESCE },
		{ "ETHTOOL_GET_TS_INFO", ETHTOOL_GET_TS_INFO },
		{ "ETHTOOL_GSET", ETHTOOL_GSET },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		__u32 room[128] = { rows[i].cmd };
		struct ifreq ifr = { .ifr_data = (char *)room };

		repeat(_metadata, self, SIOCETHTOOL, &ifr, rows[i].name);
	}
}

TEST_F(sockets, failed_setting_of_ethtool_can_be_repeated)
{
	struct ethtool_coalesce coalesce = {
		.cmd = ETHTOOL_SCOALESCE, .rx_max_coalesced_frames = 8,
	};
	struct ethtool_value level = { .cmd = ETHTOOL_SMSGLVL, .data = 3 };
	struct ethtool_cmd link = { .cmd = ETHTOOL_SSET, .speed = 100, .duplex = DUPLEX_FULL };
	struct ifreq ifr = { .ifr_data = (char *)&coalesce };

	repeat(_metadata, self, SIOCETHTOOL, &ifr, "ETHTOOL_SCOALESCE");
	ifr.ifr_data = (char *)&level;
	repeat(_metadata, self, SIOCETHTOOL, &ifr, "ETHTOOL_SMSGLVL");
	ifr.ifr_data = (char *)&link;
	repeat(_metadata, self, SIOCETHTOOL, &ifr, "ETHTOOL_SSET");
}

/* Features change each time: one of two wishes is new. */
TEST_F(sockets, failed_wish_for_features_can_be_repeated)
{
	struct ethtool_value on = { .cmd = ETHTOOL_SGSO, .data = 1 };
	struct ethtool_value off = { .cmd = ETHTOOL_SGSO, .data = 0 };
	struct ifreq to = { .ifr_data = (char *)&on }, fro = { .ifr_data = (char *)&off };
	struct fault f = FAULT(ENOMEM, EFAULT);

	memcpy(to.ifr_name, self->dev.name, IFNAMSIZ);
	memcpy(fro.ifr_name, self->dev.name, IFNAMSIZ);
	while (fault_next(&f)) {
		ASSERT_EQ(0, tun_ioctl(self->sock, SIOCETHTOOL, (unsigned long)&fro));
		if (fault_call(&f, tun_ioctl(self->sock, SIOCETHTOOL, (unsigned long)&to)))
			ASSERT_EQ(0, tun_ioctl(self->sock, SIOCETHTOOL, (unsigned long)&to));
		ASSERT_EQ(0, world_passes(&self->world, &self->dev));
	}
	fault_end(_metadata, &f, "ETHTOOL_SGSO");
}

TEST_F(sockets, failed_question_of_old_can_be_repeated)
{
	static const struct {
		const char *name;
		unsigned long cmd;
	} rows[] = {
		{ "SIOCGIFHWADDR", SIOCGIFHWADDR }, { "SIOCGIFMTU", SIOCGIFMTU },
		{ "SIOCGIFTXQLEN", SIOCGIFTXQLEN }, { "SIOCGIFFLAGS", SIOCGIFFLAGS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		repeat(_metadata, self, rows[i].cmd, &(struct ifreq){}, rows[i].name);
}

#include "leak.h"

TEST_HARNESS_MAIN
