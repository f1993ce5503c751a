// SPDX-License-Identifier: GPL-2.0
/* ioctls that the driver does not know, and those that it knows on a device that is gone */
#include <sys/ioctl.h>

#include "kselftest_harness.h"
#include "state.h"

/* None of these reads its argument */
static const unsigned int unknown[] = {
	_IO('T', 199), _IO('T', 228), _IO('T', 255), _IOW('T', 250, int), _IOR('T', 250, int),
	_IO('T', 202), _IOW('T', 202, char), _IOWR('T', 202, int), _IOR('T', 202, int),
	0x5401 /* TCGETS */, 0x5413 /* TIOCGWINSZ */, _IO('x', 1), 0, 0x7fffffff, 0xffffffff,
};

/* Socket ioctls read a struct ifreq, whatever they are */
static const unsigned int unknown_socket[] = {
	SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCGIFINDEX, SIOCGIFMTU, SIOCSIFNAME, SIOCETHTOOL,
	0x8900, 0x89ff,
};

/* All of this part that need a device; those that read memory get some */
static const struct {
	const char *name;
	unsigned int cmd;
	int pointer;
} need_device[] = {
	{ "TUNSETNOCSUM", TUNSETNOCSUM }, { "TUNSETDEBUG", TUNSETDEBUG },
	{ "TUNSETPERSIST", TUNSETPERSIST }, { "TUNSETOWNER", TUNSETOWNER },
	{ "TUNSETLINK", TUNSETLINK }, { "TUNSETGROUP", TUNSETGROUP },
	{ "TUNGETIFF", TUNGETIFF, 1 }, { "TUNGETSNDBUF", TUNGETSNDBUF, 1 },
	{ "TUNSETSNDBUF", TUNSETSNDBUF, 1 }, { "TUNSETCARRIER", TUNSETCARRIER, 1 },
	{ "TUNGETDEVNETNS", TUNGETDEVNETNS }, { "SIOCGIFHWADDR", SIOCGIFHWADDR, 1 },
	{ "SIOCSIFHWADDR", SIOCSIFHWADDR, 1 }, { "TUNSETTXFILTER", TUNSETTXFILTER, 1 },
	{ "TUNATTACHFILTER", TUNATTACHFILTER, 1 }, { "TUNDETACHFILTER", TUNDETACHFILTER },
	{ "TUNGETFILTER", TUNGETFILTER, 1 }, { "TUNSETSTEERINGEBPF", TUNSETSTEERINGEBPF, 1 },
	{ "TUNSETFILTEREBPF", TUNSETFILTEREBPF, 1 },
};

/* The argument of a row of need_device */
#define ARGUMENT(i) (need_device[i].pointer ? (unsigned long)&self->ifr : 0)

FIXTURE(unknown)
{
	char name[IFNAMSIZ];
	struct ifreq ifr;
	int attached;
	int unattached;
};

FIXTURE_SETUP(unknown)
{
	ASSERT_EQ(0, tun_dev_netns());
	memset(&self->ifr, 0, sizeof(self->ifr));
	self->attached = state_attached(self->name, STATE_QUEUES);
	ASSERT_LE(0, self->attached);
	self->unattached = tun_open(0);
	ASSERT_LE(0, self->unattached);
}

FIXTURE_TEARDOWN(unknown)
{
	close(self->attached);
	close(self->unattached);
}

TEST_F(unknown, attached_is_einval)
{
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		EXPECT_EQ(-EINVAL, tun_ioctl(self->attached, unknown[i], tun_bad_pointer()))
			TH_LOG("ioctl 0x%x", unknown[i]);
	}
}

TEST_F(unknown, unattached_is_ebadfd)
{
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		EXPECT_EQ(-EBADFD, tun_ioctl(self->unattached, unknown[i], tun_bad_pointer()))
			TH_LOG("ioctl 0x%x", unknown[i]);
	}
}

TEST_F(unknown, disabled_queue_is_einval)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->attached, IFF_DETACH_QUEUE));
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		EXPECT_EQ(-EINVAL, tun_ioctl(self->attached, unknown[i], 0))
			TH_LOG("ioctl 0x%x", unknown[i]);
	}
}

TEST_F(unknown, deleted_device_is_ebadfd)
{
	ASSERT_EQ(0, net_dellink(self->name));
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		EXPECT_EQ(-EBADFD, tun_ioctl(self->attached, unknown[i], 0))
			TH_LOG("ioctl 0x%x", unknown[i]);
	}
}

TEST_F(unknown, socket_ioctl_with_bad_memory_is_efault_in_any_state)
{
	for (size_t i = 0; i < ARRAY_SIZE(unknown_socket); i++) {
		EXPECT_EQ(-EFAULT,
			  tun_ioctl(self->unattached, unknown_socket[i], tun_bad_pointer()))
			TH_LOG("ioctl 0x%x", unknown_socket[i]);
		EXPECT_EQ(-EFAULT, tun_ioctl(self->attached, unknown_socket[i], tun_bad_pointer()))
			TH_LOG("ioctl 0x%x", unknown_socket[i]);
	}
}

TEST_F(unknown, socket_ioctl_attached_is_einval)
{
	for (size_t i = 0; i < ARRAY_SIZE(unknown_socket); i++) {
		EXPECT_EQ(-EINVAL, tun_ioctl(self->attached, unknown_socket[i],
					     (unsigned long)&self->ifr))
			TH_LOG("ioctl 0x%x", unknown_socket[i]);
	}
}

TEST_F(unknown, socket_ioctl_unattached_is_ebadfd)
{
	for (size_t i = 0; i < ARRAY_SIZE(unknown_socket); i++) {
		EXPECT_EQ(-EBADFD, tun_ioctl(self->unattached, unknown_socket[i],
					     (unsigned long)&self->ifr))
			TH_LOG("ioctl 0x%x", unknown_socket[i]);
	}
}

TEST_F(unknown, terminal_it_is_not)
{
	EXPECT_EQ(0, isatty(self->attached));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(unknown, every_ioctl_that_needs_a_device_is_ebadfd_after_its_deletion)
{
	ASSERT_EQ(0, net_dellink(self->name));
	for (size_t i = 0; i < ARRAY_SIZE(need_device); i++) {
		EXPECT_EQ(-EBADFD, tun_ioctl(self->attached, need_device[i].cmd, ARGUMENT(i)))
			TH_LOG("%s", need_device[i].name);
	}
}

TEST_F(unknown, every_ioctl_that_needs_a_device_is_ebadfd_unattached)
{
	for (size_t i = 0; i < ARRAY_SIZE(need_device); i++) {
		EXPECT_EQ(-EBADFD, tun_ioctl(self->unattached, need_device[i].cmd, ARGUMENT(i)))
			TH_LOG("%s", need_device[i].name);
	}
}

TEST_F(unknown, those_that_need_no_device_work_after_its_deletion)
{
	unsigned int number = 0;

	ASSERT_EQ(0, net_dellink(self->name));
	EXPECT_EQ(0, tun_ioctl(self->attached, TUNGETFEATURES, (unsigned long)&number));
	EXPECT_EQ(IFF_TUN | IFF_TAP, number & (IFF_TUN | IFF_TAP));
	number = 77;
	EXPECT_EQ(0, tun_ioctl(self->attached, TUNSETIFINDEX, (unsigned long)&number));
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(self->attached, IFF_DETACH_QUEUE));
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(self->attached, IFF_ATTACH_QUEUE));
	EXPECT_EQ(0, tun_dev_attach(self->attached, self->name, IFF_TUN));
	EXPECT_EQ(77, if_nametoindex(self->name));
}

TEST_F(unknown, nothing_is_changed_by_any)
{
	struct ifreq before = {}, after = {};

	ASSERT_EQ(0, tun_ioctl(self->attached, TUNGETIFF, (unsigned long)&before));
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		tun_ioctl(self->attached, unknown[i], tun_bad_pointer());
	for (size_t i = 0; i < ARRAY_SIZE(unknown_socket); i++)
		tun_ioctl(self->attached, unknown_socket[i], (unsigned long)&self->ifr);
	ASSERT_EQ(0, tun_ioctl(self->attached, TUNGETIFF, (unsigned long)&after));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

TEST_HARNESS_MAIN
