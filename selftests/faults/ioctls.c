// SPDX-License-Identifier: GPL-2.0
/*
 * Every ioctl on a device that is there, row by row: what fails says so and changes nothing that
 * the next call would notice.
 */
#include "kselftest_harness.h"
#include "world.h"

/* What the argument is */
enum argument {
	VALUE,
	INT,
	IFREQ,
	ADDRESS,
	NAMESPACE,
};

/**
 * struct row - an ioctl
 * @name: what it is called
 * @cmd: its number
 * @argument: kind of argument
 * @value: the argument of the call that is to fail
 * @other: of one before it, so that there is something to change; the same to leave that out
 * @asks: whether it copies or allocates anything at all
 * @errnos: what it may say
 * @only: the type of device that takes it, 0 for both
 * @absent: what it says where the kernel was built without it, or 0
 */
struct row {
	const char *name;
	unsigned long cmd;
	enum argument argument;
	unsigned long value;
	unsigned long other;
	bool asks;
	int errnos[FAULT_ERRNOS];
	int only;
	int absent;
};

#define ROW(name, ...) { #name, name, __VA_ARGS__ }

static const struct row rows[] = {
	ROW(TUNGETFEATURES, INT, 0, 0, true, { EFAULT }),
	ROW(TUNGETIFF, IFREQ, 0, 0, true, { EFAULT }),
	ROW(TUNSETPERSIST, VALUE, 1, 0, true),
	ROW(TUNSETOWNER, VALUE, 1000, 1001, true),
	ROW(TUNSETGROUP, VALUE, 1000, 1001, true),
	ROW(TUNSETNOCSUM, VALUE, 1, 1, false),
	ROW(TUNSETDEBUG, VALUE, 1, 0, false),
	ROW(TUNGETSNDBUF, INT, 0, 0, true, { EFAULT }),
	ROW(TUNSETSNDBUF, INT, 100000, 200000, true, { EFAULT }),
	ROW(TUNSETOFFLOAD, VALUE, TUN_F_CSUM | TUN_F_TSO4, 0, true),
	ROW(TUNGETVNETHDRSZ, INT, 0, 0, true, { EFAULT }),
	ROW(TUNSETVNETHDRSZ, INT, 10, 24, true, { EFAULT }),
	ROW(TUNGETVNETLE, INT, 0, 0, true, { EFAULT }),
	ROW(TUNSETVNETLE, INT, 1, 0, true, { EFAULT }),
	ROW(TUNGETVNETBE, INT, 0, 0, true, { EFAULT }, .absent = EINVAL),
	ROW(TUNSETVNETBE, INT, 1, 0, true, { EFAULT }, .absent = EINVAL),
	ROW(TUNSETCARRIER, INT, 1, 0, true, { EFAULT }),
	ROW(TUNGETDEVNETNS, NAMESPACE, 0, 0, true, { ENOMEM }),
	ROW(SIOCGSKNS, NAMESPACE, 0, 0, true, { ENOMEM }),
	ROW(SIOCGIFHWADDR, IFREQ, 0, 0, true, { EFAULT }),
	ROW(SIOCSIFHWADDR, ADDRESS, 1, 2, true, { EFAULT }, .only = IFF_TAP),
	ROW(FIONREAD, INT, 0, 0, true, { EFAULT }),
};

FIXTURE(ioctls)
{
	struct world world;
	struct world_dev dev;
};

FIXTURE_VARIANT(ioctls)
{
	int flags;
};

FIXTURE_VARIANT_ADD(ioctls, tun)
{
	.flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR,
};

FIXTURE_VARIANT_ADD(ioctls, tap)
{
	.flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR,
};

FIXTURE_SETUP(ioctls)
{
	ASSERT_EQ(0, world_setup(&self->world));
	ASSERT_EQ(0, world_dev(&self->dev, variant->flags));
}

FIXTURE_TEARDOWN(ioctls)
{
	ioctl(self->dev.fd, TUNSETPERSIST, 0);
	close(self->dev.fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	world_teardown(&self->world);
}

static void address(struct ifreq *ifr, unsigned char last)
{
	const unsigned char mac[ETH_ALEN] = { 2, 0, 0, 0, 7, last };

	ifr->ifr_hwaddr.sa_family = ARPHRD_ETHER;
	memcpy(ifr->ifr_hwaddr.sa_data, mac, ETH_ALEN);
}

/* The room that the call's argument is in */
union room {
	int number;
	struct ifreq ifr;
};

static unsigned long argument(const struct row *row, unsigned long value, union room *room)
{
	memset(room, 0, sizeof(*room));
	switch (row->argument) {
	case INT:
		room->number = value;
		break;
	case ADDRESS:
		address(&room->ifr, value);
		break;
	case IFREQ:
		break;
	default:
		return value;
	}
	return (unsigned long)room;
}

/* A descriptor that was the answer is not needed. */
static int answer(const struct row *row, int ret)
{
	if (ret < 0 || row->argument != NAMESPACE)
		return ret;
	close(ret);
	return 0;
}

static int call(int fd, const struct row *row, unsigned long value)
{
	union room room;

	return answer(row, tun_ioctl(fd, row->cmd, argument(row, value, &room)));
}

/* The call itself, with nothing beside it */
static int faulted(struct fault *f, int fd, const struct row *row)
{
	union room room;
	unsigned long arg = argument(row, row->value, &room);

	return answer(row, fault_call(f, tun_ioctl(fd, row->cmd, arg)));
}

/* 1 if this device takes it, 0 if it is refused and is to be, or -errno */
static int taken(int fd, const struct row *row, int flags)
{
	int ret = call(fd, row, row->value);

	if (row->only && !(flags & row->only))
		return ret < 0 ? 0 : -EEXIST;
	if (row->absent && ret == -row->absent)
		return 0;
	return ret < 0 ? ret : 1;
}

TEST_F(ioctls, failed_ioctl_can_be_repeated)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		struct fault f = FAULT(0);
		int ret = taken(self->dev.fd, row, variant->flags);

		ASSERT_LE(0, ret)
			TH_LOG("%s", row->name);
		if (!ret)
			continue;
		memcpy(f.errnos, row->errnos, sizeof(f.errnos));
		while (fault_next(&f)) {
			if (row->other != row->value)
				ASSERT_EQ(0, call(self->dev.fd, row, row->other));
			if (faulted(&f, self->dev.fd, row))
				ASSERT_EQ(0, call(self->dev.fd, row, row->value))
					TH_LOG("%s, fault %d", row->name, f.n);
			ASSERT_EQ(0, world_passes(&self->world, &self->dev))
				TH_LOG("%s, fault %d", row->name, f.n);
		}
		if (row->asks) {
			fault_end(_metadata, &f, row->name);
			continue;
		}
		fault_tell(&f, row->name);
		EXPECT_EQ(0, f.injected);
	}
}

/* In an order of states that a device can be in only while it is down */
TEST_F(ioctls, type_of_link_is_the_old_or_the_new_one)
{
	struct fault f = FAULT(ENOMEM);
	struct ifreq ifr;
	int ret, old;

	ASSERT_EQ(0, net_ifreq(self->dev.name, SIOCGIFHWADDR, &ifr));
	old = ifr.ifr_hwaddr.sa_family;
	while (fault_next(&f)) {
		ASSERT_EQ(0, net_down(self->dev.name));
		ret = fault_call(&f, tun_ioctl(self->dev.fd, TUNSETLINK, ARPHRD_PPP));
		ASSERT_EQ(0, net_ifreq(self->dev.name, SIOCGIFHWADDR, &ifr));
		ASSERT_EQ(ret ? old : ARPHRD_PPP, ifr.ifr_hwaddr.sa_family);
		ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUNSETLINK, ARPHRD_PPP));
		ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUNSETLINK, old));
		ASSERT_EQ(0, net_up(self->dev.name));
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, "TUNSETLINK");
}

TEST_F(ioctls, index_of_the_next_device_is_noted_or_not)
{
	struct world_dev dev = { .flags = variant->flags };
	struct fault f = FAULT(EFAULT);
	int wanted = 4711, ret;

	while (fault_next(&f)) {
		dev.fd = tun_open(O_NONBLOCK);
		ASSERT_LE(0, dev.fd);
		ret = fault_call(&f, tun_ioctl(dev.fd, TUNSETIFINDEX, (unsigned long)&wanted));
		dev.name[0] = 0;
		ASSERT_EQ(0, world_set_iff(&dev));
		ASSERT_EQ(0, world_up(&dev));
		ASSERT_EQ(!ret, dev.index == wanted);
		ASSERT_EQ(0, world_passes(&self->world, &dev));
		close(dev.fd);
	}
	fault_end(_metadata, &f, "TUNSETIFINDEX");
}

/* EINVAL all the same: an unknown number of sockets has its ifreq read first */
TEST_F(ioctls, unknown_number_is_refused_as_ever)
{
	struct fault f = FAULT(EFAULT);
	struct ifreq ifr = {};

	while (fault_next(&f)) {
		fault_arm(&f);
		tun_ioctl(self->dev.fd, SIOCGIFMTU, (unsigned long)&ifr);
		fault_stop(&f);
		ASSERT_EQ(-EINVAL, tun_ioctl(self->dev.fd, SIOCGIFMTU, (unsigned long)&ifr));
		ASSERT_EQ(0, world_passes(&self->world, &self->dev));
	}
	fault_end(_metadata, &f, "SIOCGIFMTU");
}

#include "leak.h"

TEST_HARNESS_MAIN
