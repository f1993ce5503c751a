// SPDX-License-Identifier: GPL-2.0
/*
 * Loading by need, as on a machine where `make install` ran: opening the static node,
 * naming a link kind. A module directory of our module alone is laid over the kernel's.
 */
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>

#include "kselftest_harness.h"
#include "../tun_dev.h"
#include "module.h"

#define TREE "/run/tun-alt-modules"

FIXTURE(autoload)
{
	char modules[256];
};

/* Runs a command of a literal format and its values; its status */
#define RUN(...)						\
({								\
	char run_cmd[1024];					\
								\
	snprintf(run_cmd, sizeof(run_cmd), __VA_ARGS__);	\
	system(run_cmd);					\
})

/* A tree that depmod and modprobe take, laid over /lib/modules/RELEASE; 0 when it is there */
static int lay_tree(const char *release, const char *modules)
{
	char tree[256];

	snprintf(tree, sizeof(tree), TREE "/lib/modules/%.128s", release);
	if (RUN("rm -rf " TREE " && mkdir -p %s/updates", tree))
		return -1;
	if (RUN("cp '%s' %s/updates/", module_path(), tree))
		return -2;
	if (RUN("cp %s/modules.builtin* %s/modules.order %s/", modules, modules, tree))
		return -3;
	if (RUN("depmod -b " TREE " %s", release))
		return -4;
	return mount(tree, modules, NULL, MS_BIND, NULL);
}

FIXTURE_SETUP(autoload)
{
	struct utsname uts;

	ASSERT_EQ(0, uname(&uts));
	snprintf(self->modules, sizeof(self->modules), "/lib/modules/%s", uts.release);
	ASSERT_EQ(0, module_is_loaded() ? module_unload() : 0);
	ASSERT_EQ(0, tun_dev_netns());
	ASSERT_EQ(0, lay_tree(uts.release, self->modules));
}

FIXTURE_TEARDOWN(autoload)
{
	EXPECT_EQ(0, umount(self->modules));
	ASSERT_EQ(0, module_reset());
}

TEST_F(autoload, opening_the_static_node_loads_the_module)
{
	int fd;

	ASSERT_EQ(0, mknod(tun_node(), S_IFCHR | 0666, makedev(10, 250)));
	ASSERT_FALSE(module_is_loaded());
	fd = open(tun_node(), O_RDWR);
	EXPECT_LE(0, fd);
	EXPECT_TRUE(module_is_loaded());
	close(fd);
	ASSERT_EQ(0, module_unload());
	/* once more: the node is no part of the module */
	fd = open(tun_node(), O_RDWR);
	EXPECT_LE(0, fd);
	close(fd);
	unlink(tun_node());
}

TEST_F(autoload, static_node_is_in_depmods_list)
{
	char cmd[512];

	snprintf(cmd, sizeof(cmd), "grep -qx 'tun_alt net/tun-alt c10:250' %s/modules.devname",
		 self->modules);
	EXPECT_EQ(0, system(cmd));
	EXPECT_EQ(0, system("kmod static-nodes | grep -q net/tun-alt"));
}

TEST_F(autoload, naming_a_link_kind_loads_the_module)
{
	static const char *const kinds[] = { "tunalt", "tapalt" };

	for (int i = 0; i < 2; i++) {
		ASSERT_FALSE(module_is_loaded());
		/* creating is refused, with a text; the kind is known */
		EXPECT_NE(0, net_ip("link add x0 type %s 2>/dev/null", kinds[i]));
		EXPECT_TRUE(module_is_loaded());
		ASSERT_EQ(0, module_unload());
	}
}

TEST_HARNESS_MAIN
