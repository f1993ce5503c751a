// SPDX-License-Identifier: GPL-2.0
/* ethtool -i -l -c -T, the link settings and the message level, by SIOCETHTOOL */
#include <linux/ethtool.h>
#include <linux/net_tstamp.h>

#include "kselftest_harness.h"
#include "abi.h"

FIXTURE(ethtool)
{
	int tun;
	int tap;
};

FIXTURE_SETUP(ethtool)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->tun = abi_attach("tun0", ABI_SINGLE);
	ASSERT_LE(0, self->tun);
	self->tap = abi_attach("tap0", IFF_TAP | IFF_MULTI_QUEUE);
	ASSERT_LE(0, self->tap);
}

FIXTURE_TEARDOWN(ethtool)
{
	close(self->tun);
	close(self->tap);
}

static int ethtool(const char *name, void *command)
{
	struct ifreq ifr = { .ifr_data = command };

	return net_ifreq(name, SIOCETHTOOL, &ifr);
}

TEST_F(ethtool, driver_names_itself_and_the_mode)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	ASSERT_EQ(0, ethtool("tun0", &info));
	EXPECT_STREQ(tun_is_alt() ? "tun_alt" : "tun", info.driver);
	EXPECT_STREQ("tun", info.bus_info);
	EXPECT_NE(0, info.version[0]);
	ASSERT_EQ(0, ethtool("tap0", &info));
	EXPECT_STREQ("tap", info.bus_info);
}

TEST_F(ethtool, channels_count_the_enabled_queues)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };
	int fd = abi_attach("tap0", IFF_TAP | IFF_MULTI_QUEUE);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ethtool("tap0", &channels));
	EXPECT_EQ(2, channels.combined_count);
	EXPECT_EQ(256, channels.max_combined);
	EXPECT_EQ(0, channels.rx_count + channels.tx_count + channels.other_count);
	ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, ethtool("tap0", &channels));
	EXPECT_EQ(1, channels.combined_count);
	ASSERT_EQ(0, ethtool("tun0", &channels));
	EXPECT_EQ(1, channels.combined_count);
	EXPECT_EQ(1, channels.max_combined);
	close(fd);
}

TEST_F(ethtool, channels_cannot_be_set)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_SCHANNELS, .combined_count = 2 };

	EXPECT_EQ(-EOPNOTSUPP, ethtool("tap0", &channels));
}

static int set_frames(const char *name, unsigned int frames)
{
	struct ethtool_coalesce coalesce = {
		.cmd = ETHTOOL_SCOALESCE, .rx_max_coalesced_frames = frames,
	};

	return ethtool(name, &coalesce);
}

static long long get_frames(const char *name)
{
	struct ethtool_coalesce coalesce = { .cmd = ETHTOOL_GCOALESCE };
	int ret = ethtool(name, &coalesce);

	return ret ? ret : (long long)coalesce.rx_max_coalesced_frames;
}

TEST_F(ethtool, coalescing_is_clipped_at_64)
{
	static const struct {
		unsigned int set;
		unsigned int get;
	} rows[] = { { 0, 0 }, { 1, 1 }, { 63, 63 }, { 64, 64 }, { 65, 64 }, { 0xffffffff, 64 } };

	EXPECT_EQ(0, get_frames("tun0"));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		EXPECT_EQ(0, set_frames("tun0", rows[i].set))
			TH_LOG("%u", rows[i].set);
		EXPECT_EQ(rows[i].get, get_frames("tun0"));
	}
	EXPECT_EQ(0, get_frames("tap0"));
}

TEST_F(ethtool, only_received_frames_can_be_coalesced)
{
	struct ethtool_coalesce usecs = { .cmd = ETHTOOL_SCOALESCE, .rx_coalesce_usecs = 1 };
	struct ethtool_coalesce tx = { .cmd = ETHTOOL_SCOALESCE, .tx_max_coalesced_frames = 1 };
	struct ethtool_coalesce adaptive = {
		.cmd = ETHTOOL_SCOALESCE, .use_adaptive_rx_coalesce = 1,
	};

	EXPECT_EQ(-EOPNOTSUPP, ethtool("tun0", &usecs));
	EXPECT_EQ(-EOPNOTSUPP, ethtool("tun0", &tx));
	EXPECT_EQ(-EOPNOTSUPP, ethtool("tun0", &adaptive));
	EXPECT_EQ(0, get_frames("tun0"));
}

TEST_F(ethtool, time_stamps_are_softwares)
{
	struct ethtool_ts_info info = { .cmd = ETHTOOL_GET_TS_INFO };

	ASSERT_EQ(0, ethtool("tun0", &info));
	EXPECT_EQ(SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE |
		  SOF_TIMESTAMPING_SOFTWARE, info.so_timestamping);
	EXPECT_EQ(-1, info.phc_index);
	EXPECT_EQ(0, info.tx_types);
	EXPECT_EQ(0, info.rx_filters);
}

/**
 * struct link - ETHTOOL_GLINKSETTINGS with room for its masks
 * @base: the fixed part
 * @masks: three of up to 127 words
 */
struct link {
	struct ethtool_link_settings base;
	unsigned int masks[3 * 127];
};

/* The first call asks for the kernel's size of a mask, the second for the settings */
static int get_link(const char *name, struct link *link)
{
	int ret;

	memset(link, 0, sizeof(*link));
	link->base.cmd = ETHTOOL_GLINKSETTINGS;
	ret = ethtool(name, link);
	if (ret)
		return ret;
	link->base.link_mode_masks_nwords = -link->base.link_mode_masks_nwords;
	link->base.cmd = ETHTOOL_GLINKSETTINGS;
	return ethtool(name, link);
}

TEST_F(ethtool, link_is_full_duplex_twisted_pair_without_negotiation)
{
	struct link link;

	ASSERT_EQ(0, get_link("tun0", &link));
	EXPECT_EQ(DUPLEX_FULL, link.base.duplex);
	EXPECT_EQ(PORT_TP, link.base.port);
	EXPECT_EQ(AUTONEG_DISABLE, link.base.autoneg);
	EXPECT_EQ(0, link.base.phy_address);
}

TEST_F(ethtool, link_has_10_gigabit)
{
	struct link link;

	ASSERT_EQ(0, get_link("tun0", &link));
	EXPECT_EQ(10000, link.base.speed);
	ASSERT_EQ(0, get_link("tap0", &link));
	EXPECT_EQ(10000, link.base.speed);
}

TEST_F(ethtool, link_is_what_was_set)
{
	struct link link;

	ASSERT_EQ(0, get_link("tap0", &link));
	link.base.cmd = ETHTOOL_SLINKSETTINGS;
	link.base.speed = 12345;
	link.base.duplex = DUPLEX_HALF;
	link.base.port = PORT_FIBRE;
	link.base.autoneg = AUTONEG_ENABLE;
	ASSERT_EQ(0, ethtool("tap0", &link));
	ASSERT_EQ(0, get_link("tap0", &link));
	EXPECT_EQ(12345, link.base.speed);
	EXPECT_EQ(DUPLEX_HALF, link.base.duplex);
	EXPECT_EQ(PORT_FIBRE, link.base.port);
	EXPECT_EQ(AUTONEG_ENABLE, link.base.autoneg);
}

static long long get_value(const char *name, unsigned int command)
{
	struct ethtool_value value = { .cmd = command };
	int ret = ethtool(name, &value);

	return ret ? ret : (long long)value.data;
}

TEST_F(ethtool, link_is_there_with_the_carrier)
{
	int off = 0;

	ASSERT_EQ(0, net_up("tun0"));
	ASSERT_TRUE(net_running_is("tun0", 1));
	EXPECT_EQ(1, get_value("tun0", ETHTOOL_GLINK));
	ASSERT_EQ(0, ioctl(self->tun, TUNSETCARRIER, &off));
	EXPECT_EQ(0, get_value("tun0", ETHTOOL_GLINK));
}

TEST_F(ethtool, message_level_can_be_set)
{
	struct ethtool_value value = { .cmd = ETHTOOL_SMSGLVL, .data = 0x7 };

	EXPECT_EQ(0, get_value("tun0", ETHTOOL_GMSGLVL));
	ASSERT_EQ(0, ethtool("tun0", &value));
	EXPECT_EQ(7, get_value("tun0", ETHTOOL_GMSGLVL));
	EXPECT_EQ(0, get_value("tap0", ETHTOOL_GMSGLVL));
}

TEST_F(ethtool, ring_is_as_long_as_txqueuelen)
{
	struct ethtool_ringparam ring = { .cmd = ETHTOOL_GRINGPARAM };

	ASSERT_EQ(0, net_set_txqueuelen("tun0", 77));
	ASSERT_EQ(0, ethtool("tun0", &ring));
	EXPECT_EQ(77, ring.tx_pending);
	EXPECT_EQ(77, ring.tx_max_pending);
	EXPECT_EQ(0, ring.rx_pending);
	ring = (struct ethtool_ringparam){ .cmd = ETHTOOL_SRINGPARAM, .tx_pending = 10 };
	EXPECT_EQ(-EOPNOTSUPP, ethtool("tun0", &ring));
}

TEST_F(ethtool, counters_have_names)
{
	struct {
		struct ethtool_sset_info info;
		__u32 count;
	} set = { .info = { .cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1 << ETH_SS_STATS } };

	ASSERT_EQ(0, ethtool("tun0", &set));
	EXPECT_LT(0, set.count);
}

TEST_F(ethtool, what_a_card_has_is_eopnotsupp)
{
	static const unsigned int commands[] = {
		ETHTOOL_GPAUSEPARAM, ETHTOOL_GEEPROM, ETHTOOL_GREGS, ETHTOOL_NWAY_RST,
		ETHTOOL_GWOL, ETHTOOL_PHYS_ID,
	};

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		EXPECT_EQ(-EOPNOTSUPP, get_value("tun0", commands[i]))
			TH_LOG("command %#x", commands[i]);
	}
}

TEST_HARNESS_MAIN
