// SPDX-License-Identifier: GPL-2.0
/* The node as a file: open modes, fdinfo, and what other files can do and it cannot */
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "kselftest_harness.h"
#include "state.h"

FIXTURE(node)
{
	char name[IFNAMSIZ];
	int fd;
};

FIXTURE_SETUP(node)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	self->name[0] = 0;
}

FIXTURE_TEARDOWN(node)
{
	close(self->fd);
}

#define ATTACH() tun_dev_attach(self->fd, self->name, IFF_TUN | IFF_NO_PI)

/* The text after "iff:" and a tab in the fdinfo of @fd; NULL if there is no such line */
static const char *iff_line(int fd)
{
	static char line[128];
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "iff:\t", 5))
			continue;
		fclose(f);
		line[strcspn(line, "\n")] = 0;
		return line + 5;
	}
	if (f)
		fclose(f);
	return NULL;
}

TEST_F(node, is_a_character_device_of_the_misc_major)
{
	struct stat st;

	ASSERT_EQ(0, fstat(self->fd, &st));
	EXPECT_TRUE(S_ISCHR(st.st_mode));
	EXPECT_EQ(10, major(st.st_rdev));
	EXPECT_EQ(tun_is_alt() ? TUN_ALT_MINOR : 200, minor(st.st_rdev));
}

TEST_F(node, fdinfo_of_an_unattached_descriptor_has_no_name)
{
	ASSERT_NE(NULL, iff_line(self->fd));
	EXPECT_STREQ("", iff_line(self->fd));
}

TEST_F(node, fdinfo_names_the_device)
{
	ASSERT_EQ(0, ATTACH());
	ASSERT_NE(NULL, iff_line(self->fd));
	EXPECT_STREQ(self->name, iff_line(self->fd));
}

TEST_F(node, fdinfo_follows_a_new_name)
{
	struct ifreq ifr = {};

	ASSERT_EQ(0, ATTACH());
	snprintf(ifr.ifr_newname, IFNAMSIZ, "another");
	ASSERT_EQ(0, net_ifreq(self->name, SIOCSIFNAME, &ifr));
	EXPECT_STREQ("another", iff_line(self->fd));
}

TEST_F(node, fdinfo_loses_the_name_with_the_device)
{
	ASSERT_EQ(0, ATTACH());
	ASSERT_EQ(0, net_dellink(self->name));
	EXPECT_STREQ("", iff_line(self->fd));
}

TEST_F(node, fdinfo_of_a_disabled_queue_names_the_device)
{
	char name[IFNAMSIZ];
	int fd = state_disabled(name);

	ASSERT_LE(0, fd);
	EXPECT_STREQ(name, iff_line(fd));
}

TEST_F(node, lseek_is_espipe)
{
	static const int whences[] = { SEEK_SET, SEEK_CUR, SEEK_END };

	ASSERT_EQ(0, ATTACH());
	for (size_t i = 0; i < ARRAY_SIZE(whences); i++) {
		EXPECT_EQ(-1, lseek(self->fd, 0, whences[i])) TH_LOG("whence %d", whences[i]);
		EXPECT_EQ(ESPIPE, errno);
	}
}

TEST_F(node, mmap_is_enodev)
{
	static const int flags[] = { MAP_SHARED, MAP_PRIVATE };

	ASSERT_EQ(0, ATTACH());
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ, flags[i], self->fd, 0));
		EXPECT_EQ(ENODEV, errno);
	}
}

TEST_F(node, splice_is_einval_both_ways)
{
	int ends[2];

	ASSERT_EQ(0, ATTACH());
	ASSERT_EQ(0, net_up(self->name));
	ASSERT_EQ(0, pipe(ends));
	EXPECT_EQ(-1, splice(self->fd, NULL, ends[1], NULL, 4096, SPLICE_F_NONBLOCK));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_EQ(20, write(ends[1], "E45678901234567890ab", 20));
	EXPECT_EQ(-1, splice(ends[0], NULL, self->fd, NULL, 20, SPLICE_F_NONBLOCK));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(node, opened_for_reading_attaches_and_does_not_write)
{
	int fd = open(tun_node(), O_RDONLY | O_NONBLOCK);
	char room[64] = "E";

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, tun_dev_attach(fd, self->name, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_up(self->name));
	EXPECT_EQ(-1, write(fd, room, 20));
	EXPECT_EQ(EBADF, errno);
	EXPECT_EQ(-1, read(fd, room, sizeof(room)));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(node, opened_for_writing_attaches_and_does_not_read)
{
	int fd = open(tun_node(), O_WRONLY | O_NONBLOCK);
	char room[64] = "E";

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, tun_dev_attach(fd, self->name, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_up(self->name));
	EXPECT_EQ(20, write(fd, room, 20));
	EXPECT_EQ(-1, read(fd, room, sizeof(room)));
	EXPECT_EQ(EBADF, errno);
}

TEST_F(node, every_open_is_a_descriptor_of_its_own)
{
	char name[IFNAMSIZ] = "";
	int fd = tun_open(0);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ATTACH());
	EXPECT_EQ(-EBADFD, tun_ioctl(fd, TUNSETPERSIST, 0));
	ASSERT_EQ(0, tun_dev_attach(fd, name, IFF_TUN));
	EXPECT_STRNE(self->name, name);
}

TEST_F(node, duplicate_is_the_same_queue)
{
	int fd = dup(self->fd);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ATTACH());
	EXPECT_STREQ(self->name, iff_line(fd));
	close(self->fd);
	EXPECT_NE(0, if_nametoindex(self->name));
	close(fd);
	EXPECT_EQ(0, rtnl_index(self->name));
	self->fd = -1;
}

TEST_F(node, unattached_read_and_write_are_ebadfd)
{
	char room[64] = "E";

	EXPECT_EQ(-1, read(self->fd, room, sizeof(room)));
	EXPECT_EQ(EBADFD, errno);
	EXPECT_EQ(-1, write(self->fd, room, 20));
	EXPECT_EQ(EBADFD, errno);
}

TEST_HARNESS_MAIN
