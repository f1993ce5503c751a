// SPDX-License-Identifier: GPL-2.0
/* `run`: become a user and keep one capability. */
#include "kernel.h"
#include "run.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "values.h"

#define NET_ADMIN	BIT(CAP_NET_ADMIN)

enum ui_exit run_find_user(const char *text, struct run_user *user)
{
	struct passwd *pw;
	u32 uid;

	memset(user, 0, sizeof(*user));
	if (values_user(text, &uid))
		return UI_USAGE;
	pw = getpwuid(uid);
	if (!pw) {
		ui_error("user %u has no entry in the user database, so no group is known", uid);
		return UI_USAGE;
	}
	user->uid = uid;
	user->gid = pw->pw_gid;
	snprintf(user->name, sizeof(user->name), "%s", pw->pw_name);
	snprintf(user->home, sizeof(user->home), "%s", pw->pw_dir);
	return UI_OK;
}

/* glibc has no wrapper for these, and libcap is no dependency of this tool. */
static int get_caps(struct __user_cap_data_struct *data)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };

	return syscall(SYS_capget, &header, data);
}

static int set_caps(struct __user_cap_data_struct *data)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };

	return syscall(SYS_capset, &header, data);
}

/* Ambient capabilities must be permitted and inheritable; setuid() left them permitted only. */
static enum ui_exit raise_net_admin(void)
{
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	data[0].effective = NET_ADMIN;
	data[0].permitted = NET_ADMIN;
	data[0].inheritable = NET_ADMIN;
	if (set_caps(data) ||
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0)) {
		ui_error("cannot keep CAP_NET_ADMIN for the program: %s", strerror(errno));
		return UI_KERNEL;
	}
	return UI_OK;
}

static enum ui_exit refuse(const struct run_user *user, const char *what)
{
	int error = errno;

	ui_error("cannot become user %s: %s: %s", user->name, what, strerror(error));
	if (error == EPERM)
		ui_hint("only root can: use sudo, or leave --user out");
	return UI_KERNEL;
}

static void set_environment(const struct run_user *user)
{
	setenv("HOME", user->home, 1);
	setenv("USER", user->name, 1);
	setenv("LOGNAME", user->name, 1);
}

enum ui_exit run_become(const struct run_user *user, bool keep_net_admin)
{
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (get_caps(data))
		return refuse(user, "capget");
	if (keep_net_admin && !(data[0].permitted & NET_ADMIN)) {
		ui_warn("there is no CAP_NET_ADMIN here: %s can only use devices that are its own",
			user->name);
		keep_net_admin = false;
	}
	if (setgid(user->gid))
		return refuse(user, "setgid");
	if (initgroups(user->name, user->gid))
		return refuse(user, "initgroups");
	if (keep_net_admin && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
		return refuse(user, "PR_SET_KEEPCAPS");
	if (setuid(user->uid))
		return refuse(user, "setuid");
	set_environment(user);
	/* Root has them all anyway. */
	if (!keep_net_admin || !user->uid)
		return UI_OK;
	return raise_net_admin();
}
