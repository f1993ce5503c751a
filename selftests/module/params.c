// SPDX-License-Identifier: GPL-2.0
/* The parameter minor=, what its refusals say in the log, and the module's aliases */
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "kselftest_harness.h"
#include "../tun_dev.h"
#include "module.h"

FIXTURE(params)
{
	int log;
};

FIXTURE_SETUP(params)
{
	ASSERT_EQ(0, module_is_loaded() ? module_unload() : 0);
	ASSERT_EQ(0, tun_dev_netns());
	self->log = module_log();
	ASSERT_LE(0, self->log);
}

FIXTURE_TEARDOWN(params)
{
	close(self->log);
	ASSERT_EQ(0, module_reset());
}

/* The minor of the node, -1 when there is none */
static int node_minor(void)
{
	struct stat st;

	return stat(tun_node(), &st) ? -1 : (int)minor(st.st_rdev);
}

/* True when the loaded module makes a device through its node */
static int node_works(void)
{
	struct tun_dev dev;

	if (tun_dev_create(&dev, IFF_TUN, 0))
		return 0;
	close(dev.fd);
	return 1;
}

TEST_F(params, minor_is_250_and_the_mode_0666)
{
	struct stat st;

	ASSERT_EQ(0, module_load(""));
	EXPECT_EQ(250, node_minor());
	ASSERT_EQ(0, stat(tun_node(), &st));
	EXPECT_EQ(10, major(st.st_rdev));
	EXPECT_EQ(S_IFCHR | 0666, st.st_mode);
	EXPECT_TRUE(node_works());
}

TEST_F(params, minor_can_be_another)
{
	ASSERT_EQ(0, module_load("minor=251"));
	EXPECT_EQ(251, node_minor());
	EXPECT_TRUE(node_works());
}

TEST_F(params, minor_can_be_any_that_is_free)
{
	ASSERT_EQ(0, module_load("minor=-1"));
	EXPECT_LE(0, node_minor());
	EXPECT_NE(250, node_minor());
	EXPECT_TRUE(node_works());
}

TEST_F(params, minor_is_shown_in_sysfs)
{
	char value[16] = "";
	FILE *f;

	ASSERT_EQ(0, module_load("minor=252"));
	f = fopen("/sys/module/" MODULE_NAME "/parameters/minor", "r");
	ASSERT_NE(NULL, f);
	EXPECT_NE(NULL, fgets(value, sizeof(value), f));
	fclose(f);
	EXPECT_STREQ("252\n", value);
}

TEST_F(params, taken_minor_is_refused_and_the_log_names_the_taker)
{
	static const char *const words[] = { MODULE_NAME, "238", "vhost-net", "minor=", NULL };

	ASSERT_EQ(0, system("modprobe vhost_net"));
	EXPECT_EQ(-EBUSY, module_load("minor=238"));
	EXPECT_EQ(0, system("rmmod vhost_net"));
	EXPECT_FALSE(module_is_loaded());
	EXPECT_EQ(-1, node_minor());
	EXPECT_TRUE(module_log_has(self->log, words));
	EXPECT_EQ(0, module_load(""));
}

TEST_F(params, impossible_minor_is_einval_and_the_log_says_what_is_possible)
{
	static const char *const bad[] = { "minor=-2", "minor=255", "minor=256", "minor=99999" };
	static const char *const words[] = { MODULE_NAME, "minor", "-1", NULL };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-EINVAL, module_load(bad[i]));
		EXPECT_TRUE(module_log_has(self->log, words));
	}
	EXPECT_EQ(-EINVAL, module_load("minor=many"));
	EXPECT_FALSE(module_is_loaded());
}

TEST_F(params, failed_load_leaves_no_link_kind_behind)
{
	EXPECT_EQ(-EINVAL, module_load("minor=-2"));
	for (int i = 0; i < 20; i++)
		ASSERT_EQ(-EINVAL, module_load("minor=-2"));
	EXPECT_EQ(0, module_load(""));
	EXPECT_TRUE(node_works());
}

TEST_F(params, file_has_the_aliases_that_load_it)
{
	static const char *const aliases[] = {
		"devname:net/tun-alt", "char-major-10-250", "rtnl-link-tunalt", "rtnl-link-tapalt",
	};
	char cmd[512];

	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++) {
		snprintf(cmd, sizeof(cmd), "modinfo -F alias '%s' | grep -qx '%s'", module_path(),
			 aliases[i]);
		EXPECT_EQ(0, system(cmd)) {
			TH_LOG("%s", aliases[i]);
		}
	}
}

TEST_HARNESS_MAIN
