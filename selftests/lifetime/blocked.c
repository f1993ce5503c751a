// SPDX-License-Identifier: GPL-2.0
/* Who sleeps in the driver when the device, the descriptor or the process goes away */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "bucket.h"
#include "slow_page.h"
#include "tun_dev.h"

#define READERS 4

/* A thread in one system call, on a buffer of the test's if it has one, and what came back */
struct sleeper {
	int fd;
	void *memory;
	ssize_t ret;
	int error;
	pthread_t thread;
};

FIXTURE(blocked)
{
	struct tun_dev dev;
};

FIXTURE_SETUP(blocked)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, 0));
}

FIXTURE_TEARDOWN(blocked)
{
	close(self->dev.fd);
}

static void *read_main(void *arg)
{
	struct sleeper *sleeper = arg;
	char room[2048];

	sleeper->ret = read(sleeper->fd, room, sizeof(room));
	sleeper->error = errno;
	return NULL;
}

static void *poll_main(void *arg)
{
	struct sleeper *sleeper = arg;

	sleeper->ret = net_poll(sleeper->fd, POLLIN, NET_SOON_MS);
	return NULL;
}

/* Starts the thread and gives it time to fall asleep */
static int start(struct sleeper *sleeper, int fd, void *(*body)(void *))
{
	int ret;

	sleeper->fd = fd;
	ret = pthread_create(&sleeper->thread, NULL, body, sleeper);
	net_sleep_ms(100);
	return ret;
}

static int ends_within(pthread_t thread, int seconds)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	ts.tv_sec += seconds;
	return !pthread_timedjoin_np(thread, NULL, &ts);
}

/* True when the thread ended in time */
static int ended(struct sleeper *sleeper)
{
	return ends_within(sleeper->thread, NET_SOON_MS / 1000);
}

TEST_F(blocked, reader_gets_efault_when_the_device_goes_and_ebadfd_after)
{
	struct sleeper reader;
	char room[100];

	ASSERT_EQ(0, start(&reader, self->dev.fd, read_main));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	ASSERT_TRUE(ended(&reader));
	EXPECT_EQ(-1, reader.ret);
	EXPECT_EQ(EFAULT, reader.error);
	EXPECT_EQ(-1, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(EBADFD, errno);
}

TEST_F(blocked, every_reader_wakes_when_the_device_goes)
{
	struct sleeper readers[READERS];

	for (int i = 0; i < READERS; i++)
		ASSERT_EQ(0, start(&readers[i], self->dev.fd, read_main));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	for (int i = 0; i < READERS; i++) {
		ASSERT_TRUE(ended(&readers[i]));
		EXPECT_EQ(-1, readers[i].ret);
		EXPECT_EQ(EFAULT, readers[i].error);
	}
}

TEST_F(blocked, poller_gets_an_error_when_the_device_goes)
{
	struct sleeper poller;

	ASSERT_EQ(0, start(&poller, self->dev.fd, poll_main));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	ASSERT_TRUE(ended(&poller));
	EXPECT_EQ(POLLERR, poller.ret);
}

TEST_F(blocked, reader_of_a_disabled_queue_wakes_when_the_device_goes)
{
	struct ifreq detach = { .ifr_flags = IFF_DETACH_QUEUE };
	struct sleeper reader;
	struct tun_dev multi;

	ASSERT_EQ(0, tun_dev_create(&multi, IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE, 0));
	ASSERT_EQ(0, ioctl(multi.fd, TUNSETQUEUE, &detach));
	ASSERT_EQ(0, start(&reader, multi.fd, read_main));
	ASSERT_EQ(0, net_dellink(multi.name));
	ASSERT_TRUE(ended(&reader));
	EXPECT_EQ(-1, reader.ret);
	EXPECT_EQ(EFAULT, reader.error);
}

TEST_F(blocked, poller_of_a_link_that_goes_down_sleeps_on)
{
	struct sleeper poller;

	ASSERT_EQ(0, start(&poller, self->dev.fd, poll_main));
	ASSERT_EQ(0, net_down(self->dev.name));
	net_sleep_ms(NET_NEVER_MS);
	EXPECT_EQ(EBUSY, pthread_tryjoin_np(poller.thread, NULL));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	ASSERT_TRUE(ended(&poller));
	EXPECT_EQ(POLLERR, poller.ret);
}

TEST_F(blocked, reader_of_a_link_that_goes_down_and_up_sleeps_on)
{
	struct sleeper reader;
	char packet[64] = { 0x45 };
	int sock = net_packet_socket(self->dev.name, 0);

	ASSERT_LE(0, sock);
	ASSERT_EQ(0, start(&reader, self->dev.fd, read_main));
	ASSERT_EQ(0, net_down(self->dev.name));
	net_sleep_ms(NET_NEVER_MS);
	EXPECT_EQ(EBUSY, pthread_tryjoin_np(reader.thread, NULL));
	ASSERT_EQ(0, net_up(self->dev.name));
	ASSERT_EQ(0, net_packet_send(sock, self->dev.name, ETH_P_IP, packet, sizeof(packet)));
	ASSERT_TRUE(ended(&reader));
	EXPECT_EQ((ssize_t)sizeof(packet), reader.ret);
}

/* The sleeping call holds the file: the device stays until it is over */
TEST_F(blocked, closing_the_descriptor_leaves_the_reader_its_device)
{
	struct sleeper reader;
	char packet[64] = { 0x45 };
	int sock = net_packet_socket(self->dev.name, 0);

	ASSERT_LE(0, sock);
	ASSERT_EQ(0, start(&reader, self->dev.fd, read_main));
	ASSERT_EQ(0, close(self->dev.fd));
	ASSERT_NE(0, if_nametoindex(self->dev.name));
	ASSERT_EQ(0, net_packet_send(sock, self->dev.name, ETH_P_IP, packet, 64));
	ASSERT_TRUE(ended(&reader));
	EXPECT_EQ(64, reader.ret);
	EXPECT_EQ(0, rtnl_index(self->dev.name));
	self->dev.fd = open("/dev/null", O_RDONLY);
}

TEST_F(blocked, device_goes_with_a_killed_reader)
{
	pid_t child;
	int status;

	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		char room[100];

		_exit(read(self->dev.fd, room, sizeof(room)) < 0);
	}
	ASSERT_EQ(0, close(self->dev.fd));
	net_sleep_ms(100);
	ASSERT_NE(0, if_nametoindex(self->dev.name));
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(0, rtnl_index(self->dev.name));
	self->dev.fd = open("/dev/null", O_RDONLY);
}

/* A writer asleep for send buffer: the frames that fill it sit in a token bucket */
FIXTURE(full)
{
	struct tun_dev dev;
};

FIXTURE_SETUP(full)
{
	int size = 4000;

	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, bucket_setup(self->dev.name));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETSNDBUF, &size));
	for (int i = 0; i < 100; i++)
		if (write(self->dev.fd, bucket_frame, BUCKET_FRAME_LEN) < 0)
			break;
	ASSERT_EQ(0, net_poll(self->dev.fd, POLLOUT, 0));
	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETFL, 0));
}

FIXTURE_TEARDOWN(full)
{
	EXPECT_EQ(0, bucket_remove());
	close(self->dev.fd);
}

static void *write_main(void *arg)
{
	struct sleeper *sleeper = arg;

	sleeper->ret = write(sleeper->fd, bucket_frame, BUCKET_FRAME_LEN);
	sleeper->error = errno;
	return NULL;
}

/* A deletion that may have to wait */
struct deletion {
	char *name;
	int ret;
	pthread_t thread;
};

static void *delete_main(void *arg)
{
	struct deletion *deletion = arg;

	deletion->ret = net_dellink(deletion->name);
	return NULL;
}

static int delete(struct deletion *deletion, char *name)
{
	deletion->name = name;
	return pthread_create(&deletion->thread, NULL, delete_main, deletion);
}

/* Of its own accord: in-tree's thread may end only when something else does */
static int ends_now(pthread_t thread)
{
	return ends_within(thread, 4);
}

/* In-tree, the deletion waits for the writer, and the writer for the bucket */
TEST_F(full, writer_fails_at_once_when_the_device_goes)
{
	struct deletion deletion;
	struct sleeper writer;
	int now;

	ASSERT_EQ(0, start(&writer, self->dev.fd, write_main));
	ASSERT_EQ(0, delete(&deletion, self->dev.name));
	now = ends_now(writer.thread);
	EXPECT_TRUE(now);
	ASSERT_EQ(0, bucket_let_go());
	ASSERT_TRUE(now || ended(&writer));
	ASSERT_EQ(0, pthread_join(deletion.thread, NULL));
	EXPECT_EQ(0, deletion.ret);
	EXPECT_EQ(-1, writer.ret);
	EXPECT_EQ(EIO, writer.error);
	EXPECT_EQ(-1, write(self->dev.fd, bucket_frame, BUCKET_FRAME_LEN));
	EXPECT_EQ(EBADFD, errno);
}

TEST_F(full, closing_with_frames_in_flight_is_clean)
{
	ASSERT_EQ(0, close(self->dev.fd));
	EXPECT_EQ(0, rtnl_index(self->dev.name));
	/* the frames outlive descriptor and device, and give their memory back to the socket now */
	EXPECT_EQ(0, bucket_let_go());
	self->dev.fd = open(tun_node(), O_RDWR);
	EXPECT_LE(0, self->dev.fd);
}

/* A call whose buffer userfaultfd does not deliver */
FIXTURE(slow)
{
	struct tun_dev dev;
	struct slow_page page;
};

FIXTURE_SETUP(slow)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, 0));
	ASSERT_EQ(0, slow_page_setup(&self->page));
}

FIXTURE_TEARDOWN(slow)
{
	slow_page_teardown(&self->page);
	close(self->dev.fd);
}

static void *write_slow_main(void *arg)
{
	struct sleeper *call = arg;

	call->ret = write(call->fd, call->memory, 64);
	call->error = errno;
	return NULL;
}

static void *read_slow_main(void *arg)
{
	struct sleeper *call = arg;

	call->ret = read(call->fd, call->memory, SLOW_PAGE_SIZE);
	call->error = errno;
	return NULL;
}

/* Deletes the device under the call; 1 if that did not take the page to be there */
static int delete_under(struct sleeper *call, void *(*body)(void *), struct slow_page *page,
			char *name)
{
	const char packet[64] = { 0x45 };
	struct deletion deletion;
	int now;

	call->memory = page->memory;
	if (pthread_create(&call->thread, NULL, body, call) || slow_page_wanted(page))
		return -EAGAIN;
	if (delete(&deletion, name))
		return -EAGAIN;
	now = ends_now(deletion.thread);
	if (slow_page_deliver(page, packet, sizeof(packet)))
		return -EFAULT;
	if (!now)
		pthread_join(deletion.thread, NULL);
	pthread_join(call->thread, NULL);
	return deletion.ret ? deletion.ret : now;
}

TEST_F(slow, memory_of_a_writer_does_not_hold_the_device)
{
	struct sleeper call = { .fd = self->dev.fd };

	EXPECT_EQ(1, delete_under(&call, write_slow_main, &self->page, self->dev.name));
	EXPECT_EQ(-1, call.ret);
	EXPECT_EQ(EIO, call.error);
}

TEST_F(slow, memory_of_a_reader_does_not_hold_the_device)
{
	struct sleeper call = { .fd = self->dev.fd };
	int sock = net_packet_socket(self->dev.name, 0);
	char packet[64] = { 0x45 };

	ASSERT_LE(0, sock);
	ASSERT_EQ(0, net_packet_send(sock, self->dev.name, ETH_P_IP, packet, 64));
	/* the socket holds the device until it hears of the end */
	close(sock);
	EXPECT_EQ(1, delete_under(&call, read_slow_main, &self->page, self->dev.name));
	EXPECT_EQ(64, call.ret);
}

TEST_HARNESS_MAIN
