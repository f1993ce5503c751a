// SPDX-License-Identifier: GPL-2.0
/* TUNSETOFFLOAD: which sets are taken, whose they are, and ethtool -k and -K beside it */
#include "kselftest_harness.h"
#include "features.h"
#include "state.h"
#include "vnet.h"

#define FLAGS (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE | IFF_VNET_HDR)

/* What the core calls them; the bit of each in the numbers below is its place */
static const char *const names[] = {
	"tx-checksum-ip-generic", "tx-tcp-segmentation", "tx-tcp6-segmentation",
	"tx-tcp-ecn-segmentation", "tx-udp-segmentation", "tx-udp_tnl-segmentation",
	"tx-udp_tnl-csum-segmentation", NULL,
};

enum {
	CSUM = 1, TSO4 = 2, TSO6 = 4, ECN = 8, USO = 0x10, TUNNEL = 0x20, TUNNEL_CSUM = 0x40,
};

FIXTURE(offload)
{
	char name[IFNAMSIZ];
	int fd;
};

FIXTURE_SETUP(offload)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = state_attached(self->name, FLAGS);
	ASSERT_LE(0, self->fd);
	/* so that it can tell of tunnels */
	ASSERT_EQ(0, vnet_set_size(self->fd, VNET_TUNNEL));
}

FIXTURE_TEARDOWN(offload)
{
	close(self->fd);
}

static int active(const char *name)
{
	return features_get(name, names, FEATURES_ACTIVE);
}

/* All that a device of this kernel can have */
static int offered(void)
{
	int all = CSUM | TSO4 | TSO6 | ECN | USO;

	return vnet_has_tunnels() ? all | TUNNEL | TUNNEL_CSUM : all;
}

/* The features that go with a set of offloads, or -EINVAL for a set that there is not */
static int rule(unsigned int set)
{
	unsigned int left = set & ~(TUN_F_CSUM | TUN_F_UFO);
	int features = CSUM;

	if (!set)
		return 0;
	if (!(set & TUN_F_CSUM))
		return -EINVAL;
	if (set & VNET_TSO) {
		left &= ~(VNET_TSO | TUN_F_TSO_ECN);
		features |= set & TUN_F_TSO4 ? TSO4 : 0;
		features |= set & TUN_F_TSO6 ? TSO6 : 0;
		features |= set & TUN_F_TSO_ECN ? ECN : 0;
	}
	if ((set & VNET_USO) == VNET_USO) {
		left &= ~VNET_USO;
		features |= USO;
	}
	if (vnet_has_tunnels() && set & TUN_F_UDP_TUNNEL_GSO && features != CSUM) {
		left &= ~VNET_TUNNEL_OFFLOADS;
		features |= TUNNEL;
		features |= set & TUN_F_UDP_TUNNEL_GSO_CSUM ? TUNNEL_CSUM : 0;
	}
	return left ? -EINVAL : features;
}

TEST_F(offload, new_device_has_none)
{
	EXPECT_EQ(0, active(self->name));
}

/* Every set of the bits that have a meaning; a refused one leaves what was */
static void try_sets(struct __test_metadata *_metadata, int fd, const char *name, bool with_uso)
{
	int before = 0;

	for (unsigned int set = 0; set < 0x200; set++) {
		int want = rule(set);
		int ret;

		if (!(set & VNET_USO) == with_uso)
			continue;
		ret = vnet_set_offload(fd, set);
		ASSERT_EQ(want < 0 ? want : 0, ret) TH_LOG("set 0x%x", set);
		if (want >= 0)
			before = want;
		ASSERT_EQ(before, active(name)) TH_LOG("set 0x%x", set);
	}
}

TEST_F(offload, each_set_is_taken_or_refused_by_the_rule)
{
	try_sets(_metadata, self->fd, self->name, false);
}

TEST_F(offload, each_set_with_uso_is_taken_or_refused_by_the_rule)
{
	try_sets(_metadata, self->fd, self->name, true);
}

TEST_F(offload, uso_is_taken_with_both_families)
{
	EXPECT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | VNET_USO));
	EXPECT_EQ(CSUM | USO, active(self->name));
}

TEST_F(offload, uso_of_one_family_is_einval)
{
	EXPECT_EQ(-EINVAL, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_USO4));
	EXPECT_EQ(-EINVAL, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_USO6));
}

TEST_F(offload, ufo_is_accepted_and_is_nothing)
{
	EXPECT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_UFO));
	EXPECT_EQ(CSUM, active(self->name));
}

TEST_F(offload, tunnel_offloads_are_einval_where_the_stack_has_none)
{
	int want = vnet_has_tunnels() ? 0 : -EINVAL;
	unsigned int set = TUN_F_CSUM | TUN_F_TSO4;

	EXPECT_EQ(want, vnet_set_offload(self->fd, set | TUN_F_UDP_TUNNEL_GSO));
	EXPECT_EQ(want, vnet_set_offload(self->fd, set | VNET_TUNNEL_OFFLOADS));
	EXPECT_EQ(-EINVAL, vnet_set_offload(self->fd, set | TUN_F_UDP_TUNNEL_GSO_CSUM));
}

TEST_F(offload, bits_without_a_meaning_are_einval)
{
	ASSERT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_TSO4));
	for (int bit = 9; bit < 64; bit++) {
		EXPECT_EQ(-EINVAL, vnet_set_offload(self->fd, 1UL << bit)) TH_LOG("bit %d", bit);
		EXPECT_EQ(-EINVAL, vnet_set_offload(self->fd, TUN_F_CSUM | 1UL << bit))
			TH_LOG("bit %d and checksums", bit);
	}
	EXPECT_EQ(-EINVAL, vnet_set_offload(self->fd, ~0UL));
	EXPECT_EQ(CSUM | TSO4, active(self->name));
}

TEST_F(offload, set_replaces_the_one_before)
{
	ASSERT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | VNET_TSO | TUN_F_TSO_ECN));
	EXPECT_EQ(CSUM | TSO4 | TSO6 | ECN, active(self->name));
	ASSERT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_TSO6));
	EXPECT_EQ(CSUM | TSO6, active(self->name));
	ASSERT_EQ(0, vnet_set_offload(self->fd, 0));
	EXPECT_EQ(0, active(self->name));
}

TEST_F(offload, all_at_once_are_taken)
{
	ASSERT_EQ(0, vnet_set_offload(self->fd, vnet_all_offloads()));
	EXPECT_EQ(offered(), active(self->name));
}

TEST_F(offload, needs_no_capability)
{
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM));
}

TEST_F(offload, set_works_on_a_device_that_is_up)
{
	ASSERT_EQ(0, net_up(self->name));
	EXPECT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_TSO4));
	EXPECT_EQ(CSUM | TSO4, active(self->name));
}

TEST_F(offload, any_queue_sets_it_for_the_device)
{
	int second = tun_dev_queue(self->name, FLAGS, O_NONBLOCK);

	ASSERT_LE(0, second);
	ASSERT_EQ(0, vnet_set_offload(second, TUN_F_CSUM));
	EXPECT_EQ(CSUM, active(self->name));
	ASSERT_EQ(0, tun_dev_set_queue(second, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, vnet_set_offload(second, TUN_F_CSUM | TUN_F_TSO6));
	EXPECT_EQ(CSUM | TSO6, active(self->name));
	close(second);
	EXPECT_EQ(CSUM | TSO6, active(self->name));
}

TEST_F(offload, tap_has_the_same)
{
	char name[IFNAMSIZ];
	int fd = state_attached(name, IFF_TAP | IFF_VNET_HDR);

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, active(name));
	ASSERT_EQ(0, vnet_set_offload(fd, TUN_F_CSUM | VNET_TSO | TUN_F_TSO_ECN));
	EXPECT_EQ(CSUM | TSO4 | TSO6 | ECN, active(name));
	EXPECT_EQ(-EINVAL, vnet_set_offload(fd, VNET_TSO));
	EXPECT_EQ(CSUM | TSO4 | TSO6 | ECN, active(name));
	close(fd);
}

TEST_F(offload, set_survives_disabling_and_enabling_the_queue)
{
	ASSERT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_TSO4));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(CSUM | TSO4, active(self->name));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(CSUM | TSO4, active(self->name));
}

TEST_F(offload, persistent_device_keeps_it_for_the_next_holder)
{
	ASSERT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_TSO4));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	close(self->fd);
	EXPECT_EQ(CSUM | TSO4, active(self->name));
	self->fd = tun_dev_queue(self->name, FLAGS, O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(CSUM | TSO4, active(self->name));
	EXPECT_EQ(0, net_dellink(self->name));
}

static int attach_again(int fd, char *name, int flags)
{
	tun_ioctl(fd, TUNSETPERSIST, 1);
	close(fd);
	return tun_dev_queue(name, flags, O_NONBLOCK);
}

/* In-tree hands such a holder 64 KiB of segments that it takes for one packet */
TEST_F(offload, holder_without_a_header_is_offered_none)
{
	ASSERT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_TSO4));
	self->fd = attach_again(self->fd, self->name, FLAGS & ~IFF_VNET_HDR);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, active(self->name));
	EXPECT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_TSO6));
	EXPECT_EQ(0, active(self->name));
	EXPECT_EQ(0, net_dellink(self->name));
}

TEST_F(offload, holder_without_a_header_may_set_it_for_the_next)
{
	ASSERT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_TSO4));
	self->fd = attach_again(self->fd, self->name, FLAGS & ~IFF_VNET_HDR);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(-EINVAL, vnet_set_offload(self->fd, TUN_F_TSO6));
	EXPECT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_TSO6));
	self->fd = attach_again(self->fd, self->name, FLAGS);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(CSUM | TSO6, active(self->name));
	EXPECT_EQ(0, net_dellink(self->name));
}

/* In-tree loses every packet while the header is too short to tell of tunnels */
TEST_F(offload, tunnels_wait_for_a_header_that_can_tell_of_them)
{
	unsigned int set = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_UDP_TUNNEL_GSO;

	if (!vnet_has_tunnels())
		SKIP(return, "kernel without GSO in tunnels of a program");
	ASSERT_EQ(0, vnet_set_size(self->fd, VNET_TUNNEL - 1));
	ASSERT_EQ(0, vnet_set_offload(self->fd, set));
	EXPECT_EQ(CSUM | TSO4, active(self->name));
	ASSERT_EQ(0, vnet_set_size(self->fd, VNET_TUNNEL));
	EXPECT_EQ(CSUM | TSO4 | TUNNEL, active(self->name));
	ASSERT_EQ(0, vnet_set_size(self->fd, VNET_PLAIN));
	EXPECT_EQ(CSUM | TSO4, active(self->name));
}

TEST_F(offload, new_device_on_a_used_descriptor_has_none)
{
	ASSERT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_TSO4));
	ASSERT_EQ(0, net_dellink(self->name));
	ASSERT_EQ(0, tun_dev_attach(self->fd, self->name, FLAGS));
	EXPECT_EQ(0, active(self->name));
}

TEST(unattached_is_ebadfd)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, vnet_set_offload(tun_open(0), 0));
	EXPECT_EQ(-EBADFD, vnet_set_offload(tun_open(0), TUN_F_CSUM));
	EXPECT_EQ(-EBADFD, vnet_set_offload(tun_open(0), ~0UL));
}

TEST(deleted_device_is_ebadfd)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, vnet_set_offload(state_deleted(), TUN_F_CSUM));
}

TEST_F(offload, new_device_offers_them_and_wishes_for_them)
{
	EXPECT_EQ(offered(), features_get(self->name, names, FEATURES_AVAILABLE));
	EXPECT_EQ(offered(), features_get(self->name, names, FEATURES_REQUESTED));
	EXPECT_EQ(0, active(self->name));
}

TEST_F(offload, scatter_and_tags_need_no_leave_of_the_program)
{
	static const char *const own[] = {
		"tx-scatter-gather", "tx-scatter-gather-fraglist", "tx-vlan-hw-insert",
		"tx-vlan-stag-hw-insert", NULL,
	};

	EXPECT_EQ(0xf, features_get(self->name, own, FEATURES_ACTIVE));
	ASSERT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM));
	ASSERT_EQ(0, vnet_set_offload(self->fd, 0));
	EXPECT_EQ(0xf, features_get(self->name, own, FEATURES_ACTIVE));
}

TEST_F(offload, administrator_cannot_have_more_than_the_program_takes)
{
	for (int i = 0; names[i]; i++)
		features_set(self->name, names[i], true);
	EXPECT_EQ(0, active(self->name));
	ASSERT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_TSO4));
	for (int i = 0; names[i]; i++)
		features_set(self->name, names[i], true);
	EXPECT_EQ(CSUM | TSO4, active(self->name));
}

TEST_F(offload, administrator_may_have_less_and_take_it_back)
{
	ASSERT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | VNET_TSO));
	ASSERT_LE(0, features_set(self->name, "tx-tcp-segmentation", false));
	EXPECT_EQ(CSUM | TSO6, active(self->name));
	ASSERT_LE(0, features_set(self->name, "tx-tcp-segmentation", true));
	EXPECT_EQ(CSUM | TSO4 | TSO6, active(self->name));
}

TEST_F(offload, set_undoes_what_the_administrator_did)
{
	ASSERT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | VNET_TSO));
	ASSERT_LE(0, features_set(self->name, "tx-checksum-ip-generic", false));
	EXPECT_EQ(0, active(self->name));
	ASSERT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | VNET_TSO));
	EXPECT_EQ(CSUM | TSO4 | TSO6, active(self->name));
}

TEST_F(offload, wish_is_what_was_set_last)
{
	ASSERT_EQ(0, vnet_set_offload(self->fd, TUN_F_CSUM | TUN_F_TSO4));
	EXPECT_EQ(CSUM | TSO4, features_get(self->name, names, FEATURES_REQUESTED));
	ASSERT_EQ(0, vnet_set_offload(self->fd, 0));
	EXPECT_EQ(0, features_get(self->name, names, FEATURES_REQUESTED));
}

TEST_F(offload, vlan_device_has_the_same)
{
	const int some = CSUM | TSO4 | TSO6;
	char name[IFNAMSIZ] = "under";
	int fd = tun_dev_queue(name, IFF_TAP | IFF_VNET_HDR, O_NONBLOCK);

	ASSERT_LE(0, fd);
	if (net_ip("link add link under name v5 type vlan id 5 2>/dev/null"))
		SKIP(return, "kernel without 8021q");
	EXPECT_EQ(0, active("v5") & some);
	ASSERT_EQ(0, vnet_set_offload(fd, TUN_F_CSUM | VNET_TSO));
	EXPECT_EQ(some, active("v5") & some);
	ASSERT_EQ(0, vnet_set_offload(fd, 0));
	EXPECT_EQ(0, active("v5") & some);
	close(fd);
}

TEST_HARNESS_MAIN
