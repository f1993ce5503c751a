// SPDX-License-Identifier: GPL-2.0
/* One queue, several descriptors: dup, fork, exec and SCM_RIGHTS */
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

static unsigned char room[2048];

FIXTURE(share)
{
	struct tun_dev dev;
	int sock;
};

FIXTURE_SETUP(share)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	self->sock = net_packet_socket(self->dev.name, ETH_P_IP);
	ASSERT_LE(0, self->sock);
	memset(room, 0x45, sizeof(room));
}

FIXTURE_TEARDOWN(share)
{
	close(self->sock);
	close(self->dev.fd);
}

static int xmit(FIXTURE_DATA(share) * self, int n)
{
	int ret = 0;

	while (n-- && !ret)
		ret = net_packet_send(self->sock, self->dev.name, ETH_P_IP, room, 64);
	return ret;
}

/* Waits for the child; its exit status, or -1 */
static int status_of(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

TEST_F(share, dup_reads_from_the_same_queue)
{
	int twin = dup(self->dev.fd);

	ASSERT_LE(0, twin);
	ASSERT_EQ(0, xmit(self, 2));
	EXPECT_EQ(64, read(twin, room, sizeof(room)));
	EXPECT_EQ(64, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(-1, read(twin, room, sizeof(room)));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(share, device_stays_until_the_last_dup_is_closed)
{
	int twin = dup(self->dev.fd);

	ASSERT_LE(0, twin);
	close(self->dev.fd);
	ASSERT_NE(0, if_nametoindex(self->dev.name));
	EXPECT_EQ(64, write(twin, room, 64));
	close(twin);
	EXPECT_EQ(0, rtnl_index(self->dev.name));
	self->dev.fd = open("/dev/null", O_RDONLY);
}

TEST_F(share, child_of_fork_has_the_queue)
{
	pid_t child;

	ASSERT_EQ(0, xmit(self, 1));
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		_exit(read(self->dev.fd, room, sizeof(room)) != 64);
	EXPECT_EQ(0, status_of(child));
	EXPECT_EQ(-1, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_NE(0, if_nametoindex(self->dev.name));
}

TEST_F(share, child_keeps_the_device_when_the_parent_closes)
{
	int pipes[2];
	pid_t child;

	ASSERT_EQ(0, pipe(pipes));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		close(pipes[1]);
		/* ends when the parent has closed its end */
		if (read(pipes[0], room, 1))
			_exit(1);
		_exit(write(self->dev.fd, room, 64) != 64);
	}
	close(self->dev.fd);
	EXPECT_NE(0, if_nametoindex(self->dev.name));
	close(pipes[0]);
	close(pipes[1]);
	EXPECT_EQ(0, status_of(child));
	EXPECT_EQ(0, rtnl_index(self->dev.name));
	self->dev.fd = open("/dev/null", O_RDONLY);
}

TEST_F(share, exec_passes_an_inheritable_descriptor_on)
{
	char cmd[64];

	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETFD, 0));
	ASSERT_EQ(0, xmit(self, 1));
	snprintf(cmd, sizeof(cmd), "head -c 64 <&%d | wc -c | grep -q 64", self->dev.fd);
	EXPECT_EQ(0, system(cmd));
}

static int send_fd(int sock, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = {};
	struct iovec iov = { "x", 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	return sendmsg(sock, &msg, 0) == 1 ? 0 : -errno;
}

static int receive_fd(int sock)
{
	char control[CMSG_SPACE(sizeof(int))] = {}, byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	int fd;

	if (recvmsg(sock, &msg, 0) != 1 || !CMSG_FIRSTHDR(&msg))
		return -1;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}

TEST_F(share, descriptor_passed_by_a_socket_carries_the_queue)
{
	int pair[2], fd;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	ASSERT_EQ(0, send_fd(pair[0], self->dev.fd));
	close(self->dev.fd);
	/* nobody has it but the message: the device stays */
	ASSERT_NE(0, if_nametoindex(self->dev.name));
	ASSERT_EQ(0, xmit(self, 1));
	fd = receive_fd(pair[1]);
	ASSERT_LE(0, fd);
	EXPECT_EQ(64, read(fd, room, sizeof(room)));
	self->dev.fd = fd;
}

TEST_F(share, message_that_is_never_received_frees_the_device)
{
	int pair[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	ASSERT_EQ(0, send_fd(pair[0], self->dev.fd));
	close(self->dev.fd);
	close(pair[0]);
	close(pair[1]);
	for (int i = 0; i < 500 && rtnl_index(self->dev.name); i++)
		net_sleep_ms(20);
	EXPECT_EQ(0, rtnl_index(self->dev.name));
	self->dev.fd = open("/dev/null", O_RDONLY);
}

TEST_F(share, descriptor_works_from_another_netns)
{
	pid_t child = fork();

	ASSERT_LE(0, child);
	if (!child) {
		if (tun_dev_netns() || rtnl_index(self->dev.name))
			_exit(1);
		_exit(write(self->dev.fd, room, 64) != 64);
	}
	EXPECT_EQ(0, status_of(child));
	EXPECT_EQ(POLLIN, net_poll(self->sock, POLLIN, NET_SOON_MS));
}

TEST_F(share, queues_in_several_processes_die_with_them)
{
	int flags = IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE;
	struct tun_dev multi;
	pid_t child[4];

	ASSERT_EQ(0, tun_dev_create(&multi, flags, O_NONBLOCK));
	for (int i = 0; i < 4; i++) {
		child[i] = fork();
		ASSERT_LE(0, child[i]);
		if (!child[i]) {
			close(multi.fd);
			_exit(tun_dev_queue(multi.name, flags, 0) < 0);
		}
	}
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(0, status_of(child[i]));
	ASSERT_NE(0, if_nametoindex(multi.name));
	close(multi.fd);
	EXPECT_EQ(0, rtnl_index(multi.name));
}

TEST_HARNESS_MAIN
