// SPDX-License-Identifier: GPL-2.0
/* tun_flags, owner and group below /sys/class/net: `ip tuntap` reads them */
#include <sys/mount.h>
#include <sys/stat.h>

#include "kselftest_harness.h"
#include "abi.h"

FIXTURE(sysfs)
{
	int fd;
	char line[64];
};

/* sysfs shows the network namespace of whoever mounted it */
FIXTURE_SETUP(sysfs)
{
	ASSERT_EQ(0, tun_dev_netns());
	ASSERT_EQ(0, unshare(CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	ASSERT_EQ(0, mount("sysfs", "/sys", "sysfs", 0, NULL));
	self->fd = abi_attach("t0", ABI_SINGLE);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(sysfs)
{
	close(self->fd);
}

/* All of a file of the device; "" if it cannot be read */
static char *file_of(const char *name, const char *file, char *line, size_t len)
{
	char path[128];
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", name, file);
	fd = open(path, O_RDONLY);
	if (fd >= 0) {
		n = read(fd, line, len - 1);
		close(fd);
	}
	line[n < 0 ? 0 : n] = 0;
	return line;
}

#define FILE_OF(name, file) file_of(name, file, self->line, sizeof(self->line))

TEST_F(sysfs, flags_are_hexadecimal)
{
	static const struct {
		int flags;
		const char *text;
	} rows[] = {
		{ IFF_TUN, "0x1\n" },
		{ IFF_TAP, "0x2\n" },
		{ IFF_TUN | IFF_NO_PI, "0x1001\n" },
		{ IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE, "0x1102\n" },
		{ IFF_TUN | IFF_ONE_QUEUE | IFF_TUN_EXCL, "0x2001\n" },
		{ IFF_TUN | IFF_NO_CARRIER, "0x1\n" },
		{ IFF_TUN | 0x60c, "0x1\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int fd = abi_attach("row", rows[i].flags);

		ASSERT_LE(0, fd);
		EXPECT_STREQ(rows[i].text, FILE_OF("row", "tun_flags"));
		close(fd);
	}
}

TEST_F(sysfs, flags_show_persistence)
{
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 1));
	EXPECT_STREQ("0x1801\n", FILE_OF("t0", "tun_flags"));
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 0));
	EXPECT_STREQ("0x1001\n", FILE_OF("t0", "tun_flags"));
}

TEST_F(sysfs, owner_and_group_start_as_minus_one)
{
	EXPECT_STREQ("-1\n", FILE_OF("t0", "owner"));
	EXPECT_STREQ("-1\n", FILE_OF("t0", "group"));
}

TEST_F(sysfs, owner_and_group_are_decimal)
{
	ASSERT_EQ(0, ioctl(self->fd, TUNSETOWNER, 1000));
	ASSERT_EQ(0, ioctl(self->fd, TUNSETGROUP, 4000000000u));
	EXPECT_STREQ("1000\n", FILE_OF("t0", "owner"));
	EXPECT_STREQ("4000000000\n", FILE_OF("t0", "group"));
}

TEST_F(sysfs, files_cannot_be_written)
{
	EXPECT_EQ(0, access("/sys/class/net/t0/tun_flags", R_OK));
	for (const char *file = "tun_flags\0owner\0group\0"; *file; file += strlen(file) + 1) {
		char path[64];
		struct stat st;

		snprintf(path, sizeof(path), "/sys/class/net/t0/%s", file);
		ASSERT_EQ(0, stat(path, &st));
		EXPECT_EQ(0444, st.st_mode & 07777)
			TH_LOG("%s", file);
	}
}

TEST_F(sysfs, address_is_said_to_be_random_on_a_tap)
{
	int fd = abi_attach("tap", IFF_TAP);

	ASSERT_LE(0, fd);
	EXPECT_STREQ("1\n", FILE_OF("tap", "addr_assign_type"));
	EXPECT_STREQ("0\n", FILE_OF("t0", "addr_assign_type"));
	close(fd);
}

TEST_F(sysfs, each_queue_that_is_enabled_has_a_directory)
{
	int first = abi_attach("many", ABI_MULTI);
	int second = abi_attach("many", ABI_MULTI);

	if (!net_has_receive_queues())
		SKIP(return, "this kernel is without CONFIG_RPS");
	ASSERT_LE(0, first);
	ASSERT_LE(0, second);
	EXPECT_EQ(0, access("/sys/class/net/many/queues/tx-1", F_OK));
	EXPECT_EQ(0, access("/sys/class/net/many/queues/rx-1", F_OK));
	EXPECT_EQ(-1, access("/sys/class/net/many/queues/tx-2", F_OK));
	ASSERT_EQ(0, tun_dev_set_queue(second, IFF_DETACH_QUEUE));
	EXPECT_EQ(-1, access("/sys/class/net/many/queues/tx-1", F_OK));
	close(first);
	close(second);
}

TEST_HARNESS_MAIN
