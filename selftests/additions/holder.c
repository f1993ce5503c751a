// SPDX-License-Identifier: GPL-2.0
/* Whose a queue is, as the netlink family and TUN_ALT_GET_ERROR say, and to whom they say it */
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "genl.h"
#include "kselftest_harness.h"
#include "struct.h"

#define FLAGS (IFF_TUN | IFF_NO_PI)
#define NAME "a holder"
#define OTHER 12345

FIXTURE(holder)
{
	struct tun_dev dev;
	int genl;
	unsigned int ifindex;
	struct genl_answer answer;
	struct tun_alt_error told;
};

FIXTURE_SETUP(holder)
{
	prctl(PR_SET_NAME, NAME);
	ASSERT_EQ(0, tun_dev_setup(&self->dev, FLAGS, O_NONBLOCK));
	self->ifindex = rtnl_index(self->dev.name);
	self->genl = genl_socket();
	ASSERT_LE(0, self->genl);
}

FIXTURE_TEARDOWN(holder)
{
	close(self->genl);
	close(self->dev.fd);
}

/* Who holds, or used, the first queue; an attribute of TUN_ALT_A_HOLDER_x, or NULL */
static const struct rtattr *about(FIXTURE_DATA(holder) * self, int who, int what)
{
	if (genl_queues(self->genl, self->ifindex, &self->answer))
		return NULL;
	return genl_find_in(genl_find(genl_at(&self->answer, 0), who), what);
}

static long long pid_of(FIXTURE_DATA(holder) * self, int who)
{
	return genl_number(about(self, who, TUN_ALT_A_HOLDER_PID));
}

static const char *comm_of(FIXTURE_DATA(holder) * self, int who)
{
	return genl_text(about(self, who, TUN_ALT_A_HOLDER_COMM));
}

/* A child that does as it is told; its exit status, or -1 */
static int in_child(int (*fn)(FIXTURE_DATA(holder) * self), FIXTURE_DATA(holder) * self)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(fn(self));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

TEST_F(holder, who_attached_is_told)
{
	EXPECT_EQ(getpid(), pid_of(self, TUN_ALT_A_QUEUE_ATTACHED));
	EXPECT_STREQ(NAME, comm_of(self, TUN_ALT_A_QUEUE_ATTACHED));
	EXPECT_EQ(0, genl_number(about(self, TUN_ALT_A_QUEUE_ATTACHED, TUN_ALT_A_HOLDER_UID)));
}

TEST_F(holder, time_is_when_it_was_attached)
{
	struct timespec now;
	long long since;

	since = genl_number(about(self, TUN_ALT_A_QUEUE_ATTACHED, TUN_ALT_A_HOLDER_SINCE));
	clock_gettime(CLOCK_BOOTTIME, &now);
	EXPECT_LT(0, since);
	EXPECT_LE(since, now.tv_sec * 1000000000ll + now.tv_nsec);
}

TEST_F(holder, nobody_used_what_nobody_read_or_wrote)
{
	ASSERT_EQ(0, genl_queues(self->genl, self->ifindex, &self->answer));
	EXPECT_EQ(NULL, genl_find(genl_at(&self->answer, 0), TUN_ALT_A_QUEUE_USER));
	EXPECT_EQ(-1, read(self->dev.fd, &self->told, 1));
	EXPECT_EQ(getpid(), pid_of(self, TUN_ALT_A_QUEUE_USER));
}

static int write_one(FIXTURE_DATA(holder) * self)
{
	const char packet[64] = { 0x45 };

	prctl(PR_SET_NAME, "a child");
	if (write(self->dev.fd, packet, sizeof(packet)) != sizeof(packet))
		return 1;
	if (pid_of(self, TUN_ALT_A_QUEUE_USER) != getpid())
		return 2;
	if (strcmp(comm_of(self, TUN_ALT_A_QUEUE_USER), "a child"))
		return 3;
	return pid_of(self, TUN_ALT_A_QUEUE_ATTACHED) == getppid() ? 0 : 4;
}

TEST_F(holder, who_writes_is_told_beside_who_attached)
{
	EXPECT_EQ(0, in_child(write_one, self));
}

TEST_F(holder, process_that_has_exited_has_a_name_and_no_number)
{
	ASSERT_EQ(0, in_child(write_one, self));
	EXPECT_EQ(-1, pid_of(self, TUN_ALT_A_QUEUE_USER));
	EXPECT_STREQ("a child", comm_of(self, TUN_ALT_A_QUEUE_USER));
}

/* Whether a user without rights is told nothing but the user, of a queue that is not his */
static int ask_as_nobody(FIXTURE_DATA(holder) * self)
{
	if (setresuid(OTHER, OTHER, OTHER))
		return 1;
	close(self->genl);
	self->genl = genl_socket();
	if (pid_of(self, TUN_ALT_A_QUEUE_ATTACHED) != -1)
		return 2;
	if (*comm_of(self, TUN_ALT_A_QUEUE_ATTACHED))
		return 3;
	if (genl_number(about(self, TUN_ALT_A_QUEUE_ATTACHED, TUN_ALT_A_HOLDER_UID)))
		return 4;
	return 0;
}

TEST_F(holder, user_without_rights_learns_no_process)
{
	EXPECT_EQ(0, in_child(ask_as_nobody, self));
}

/* A socket of root's makes nobody root */
static int ask_as_nobody_by_roots(FIXTURE_DATA(holder) * self)
{
	if (setresuid(OTHER, OTHER, OTHER))
		return 1;
	return pid_of(self, TUN_ALT_A_QUEUE_ATTACHED) == -1 ? 0 : 2;
}

TEST_F(holder, socket_that_was_handed_down_gives_no_rights)
{
	EXPECT_EQ(0, in_child(ask_as_nobody_by_roots, self));
}

/* Who is the same user may know, without any rights */
static int ask_as_same_user(FIXTURE_DATA(holder) * self)
{
	const char packet[64] = { 0x45 };

	if (setresuid(OTHER, OTHER, OTHER))
		return 1;
	close(self->genl);
	self->genl = genl_socket();
	if (write(self->dev.fd, packet, sizeof(packet)) != sizeof(packet))
		return 2;
	return pid_of(self, TUN_ALT_A_QUEUE_USER) == getpid() ? 0 : 3;
}

TEST_F(holder, same_user_may_know)
{
	EXPECT_EQ(0, in_child(ask_as_same_user, self));
}

static int ask(FIXTURE_DATA(holder) * self)
{
	/* The holder's process is not one of this namespace. */
	return pid_of(self, TUN_ALT_A_QUEUE_ATTACHED) == -1 &&
	       !*comm_of(self, TUN_ALT_A_QUEUE_ATTACHED) ? 0 : 1;
}

static int ask_in_pid_namespace(FIXTURE_DATA(holder) * self)
{
	if (unshare(CLONE_NEWPID))
		return 2;
	return in_child(ask, self);
}

TEST_F(holder, process_of_an_outer_namespace_is_not_told)
{
	EXPECT_EQ(0, in_child(ask_in_pid_namespace, self));
}

static const char *refused_text(FIXTURE_DATA(holder) * self, int fd)
{
	struct ifreq ifr = { .ifr_flags = FLAGS };

	snprintf(ifr.ifr_name, IFNAMSIZ, "%s", self->dev.name);
	if (tun_ioctl(fd, TUNSETIFF, (unsigned long)&ifr) != -EBUSY)
		return "";
	self->told = (struct tun_alt_error){ .size = sizeof(self->told) };
	tun_ioctl(fd, TUN_ALT_GET_ERROR, (unsigned long)&self->told);
	return self->told.text;
}

TEST_F(holder, text_of_a_refusal_names_who_holds_the_device)
{
	int fd = tun_open(O_NONBLOCK);
	char want[64];

	ASSERT_LE(0, fd);
	snprintf(want, sizeof(want), "held by %s (pid %d)", NAME, getpid());
	EXPECT_NE(NULL, strstr(refused_text(self, fd), want))
		TH_LOG("%s", self->told.text);
	close(fd);
}

TEST_F(holder, control_characters_of_a_name_are_escaped)
{
	int fd = tun_open(O_NONBLOCK), other = tun_open(O_NONBLOCK);
	struct ifreq ifr = { .ifr_flags = FLAGS };

	ASSERT_LE(0, fd);
	ASSERT_LE(0, other);
	prctl(PR_SET_NAME, "\033[2J\nroot");
	ASSERT_EQ(0, tun_ioctl(other, TUNSETIFF, (unsigned long)&ifr));
	snprintf(self->dev.name, sizeof(self->dev.name), "%s", ifr.ifr_name);
	EXPECT_NE(NULL, strstr(refused_text(self, fd), "[2J"));
	EXPECT_EQ(NULL, strpbrk(self->told.text, "\033\n"))
		TH_LOG("%s", self->told.text);
	close(other);
	close(fd);
}

static int read_refusal_as_nobody(FIXTURE_DATA(holder) * self)
{
	int fd = tun_open(O_NONBLOCK);

	if (tun_ioctl(self->dev.fd, TUNSETOWNER, OTHER) || setresuid(OTHER, OTHER, OTHER))
		return 1;
	return strstr(refused_text(self, fd), "held by another process") ? 0 : 2;
}

TEST_F(holder, text_of_a_refusal_names_nobody_to_who_may_not_know)
{
	EXPECT_EQ(0, in_child(read_refusal_as_nobody, self));
}

static int read_refusal(FIXTURE_DATA(holder) * self)
{
	self->told = (struct tun_alt_error){ .size = sizeof(self->told) };
	if (tun_ioctl(self->genl, TUN_ALT_GET_ERROR, (unsigned long)&self->told))
		return 1;
	return strstr(self->told.text, "held by another process") ? 0 : 2;
}

static int read_refusal_of_root(FIXTURE_DATA(holder) * self)
{
	return setresuid(OTHER, OTHER, OTHER) ? 3 : read_refusal(self);
}

TEST_F(holder, text_is_for_who_asks_and_not_for_who_was_refused)
{
	int fd = tun_open(O_NONBLOCK);

	ASSERT_LE(0, fd);
	ASSERT_NE(NULL, strstr(refused_text(self, fd), NAME));
	close(self->genl);
	self->genl = fd;
	EXPECT_EQ(0, in_child(read_refusal_of_root, self));
	EXPECT_NE(0, in_child(read_refusal, self));
}

TEST_HARNESS_MAIN
