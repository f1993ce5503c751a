// SPDX-License-Identifier: GPL-2.0
/*
 * Segments of a TCP connection that a NAPI polls together go up as one packet. A packet socket
 * with PACKET_VNET_HDR sees what became of them.
 *
 * What polls together is certain in two ways: frames that MSG_MORE holds back, and frames for a
 * thread on the same processor that a writer of a higher class does not let run.
 */
#include <dirent.h>
#include <sched.h>

#include "kselftest_harness.h"
#include "abi/iff.h"
#include "abi/features.h"
#include "gro.h"
#include "message.h"

#define SEGMENTS 10

FIXTURE(gro)
{
	struct gro_test g;
	int test;
};

FIXTURE_VARIANT(gro)
{
	int flags;
	int family;
};

FIXTURE_VARIANT_ADD(gro, tun_v4) { .flags = IFF_TUN | IFF_NAPI, .family = AF_INET };
FIXTURE_VARIANT_ADD(gro, tun_v6) { .flags = IFF_TUN | IFF_NAPI, .family = AF_INET6 };
FIXTURE_VARIANT_ADD(gro, tap_v4) { .flags = IFF_TAP | IFF_NAPI, .family = AF_INET };
FIXTURE_VARIANT_ADD(gro, tap_v6) { .flags = IFF_TAP | IFF_NAPI, .family = AF_INET6 };

FIXTURE_SETUP(gro)
{
	self->test = message_open();
	ASSERT_LE(0, self->test);
	ASSERT_EQ(0, gro_test_setup(&self->g, variant->flags));
}

FIXTURE_TEARDOWN(gro)
{
	napi_test_teardown(&self->g.t);
	EXPECT_EQ(0, message_close(self->test));
}

static int send_segment(FIXTURE_DATA(gro) * self, int more)
{
	ssize_t len = message_send_as(self->test, self->g.t.dev.fd, self->g.t.packet.data,
				      self->g.t.packet.len, MSG_DONTWAIT | more, 0);

	return len == (ssize_t)self->g.t.packet.len ? 0 : len < 0 ? len : -EMSGSIZE;
}

/* SEGMENTS of them in one poll */
static int send_together(FIXTURE_DATA(gro) * self, int family)
{
	for (int i = 0; i < SEGMENTS; i++) {
		int ret;

		gro_segment(&self->g, family, 1000, i, GRO_MSS);
		ret = send_segment(self, i + 1 < SEGMENTS ? MSG_MORE : 0);
		if (ret)
			return ret;
	}
	return 0;
}

TEST_F(gro, segments_of_one_poll_are_merged)
{
	ASSERT_EQ(0, send_together(self, variant->family));
	EXPECT_TRUE(gro_all_merged(&self->g, variant->family, SEGMENTS));
}

TEST_F(gro, short_segment_is_the_last_that_is_merged)
{
	for (int i = 0; i < 4; i++) {
		gro_segment(&self->g, variant->family, 1000, i, i == 2 ? GRO_MSS / 2 : GRO_MSS);
		ASSERT_EQ(0, send_segment(self, i < 3 ? MSG_MORE : 0));
	}
	EXPECT_EQ(2 * GRO_MSS + GRO_MSS / 2, gro_merged(&self->g, variant->family, 0));
	EXPECT_EQ(GRO_MSS, gro_merged(&self->g, variant->family, 3));
}

TEST_F(gro, segments_of_two_flows_are_merged_each_with_its_own)
{
	int ports[2] = { 0, 0 };

	for (int i = 0; i < 2 * SEGMENTS; i++) {
		gro_segment(&self->g, variant->family, 1000 + i % 2, i / 2, GRO_MSS);
		ASSERT_EQ(0, send_segment(self, i + 1 < 2 * SEGMENTS ? MSG_MORE : 0));
	}
	for (int i = 0; i < 2; i++) {
		unsigned char *tcp = self->g.t.room + sizeof(struct virtio_net_hdr) +
				     self->g.hdr_len - GRO_TCP_LEN;

		ASSERT_EQ(SEGMENTS * GRO_MSS, gro_merged(&self->g, variant->family, 0));
		ports[i] = packet_get16(tcp);
	}
	EXPECT_EQ(2001, ports[0] + ports[1]);
	EXPECT_TRUE(napi_nothing_received(&self->g.t));
}

TEST_F(gro, segment_that_is_missing_parts_what_is_merged)
{
	for (int i = 0; i < SEGMENTS; i++) {
		gro_segment(&self->g, variant->family, 1000, i, GRO_MSS);
		if (i != 3)
			ASSERT_EQ(0, send_segment(self, i + 1 < SEGMENTS ? MSG_MORE : 0));
	}
	EXPECT_EQ(3 * GRO_MSS, gro_merged(&self->g, variant->family, 0));
	EXPECT_EQ((SEGMENTS - 4) * GRO_MSS, gro_merged(&self->g, variant->family, 4));
}

TEST_F(gro, segment_with_a_wrong_checksum_is_not_merged)
{
	for (int i = 0; i < 3; i++) {
		gro_segment(&self->g, variant->family, 1000, i, GRO_MSS);
		if (i == 1)
			self->g.t.packet.data[self->g.hdr_len - 3] ^= 1;
		ASSERT_EQ(0, send_segment(self, i < 2 ? MSG_MORE : 0));
	}
	/* It does not wait for the others, and goes up before them */
	EXPECT_EQ(GRO_MSS, gro_merged(&self->g, variant->family, 1));
	EXPECT_EQ(GRO_MSS, gro_merged(&self->g, variant->family, 0));
	EXPECT_EQ(GRO_MSS, gro_merged(&self->g, variant->family, 2));
}

TEST_F(gro, segments_written_apart_are_not_merged)
{
	for (int i = 0; i < SEGMENTS; i++) {
		gro_segment(&self->g, variant->family, 1000, i, GRO_MSS);
		ASSERT_EQ(0, napi_write(&self->g.t, self->g.t.dev.fd));
		ASSERT_EQ(GRO_MSS, gro_merged(&self->g, variant->family, i));
	}
}

TEST_F(gro, nothing_is_merged_where_gro_is_off)
{
	ASSERT_EQ(0, features_set(self->g.t.dev.name, "rx-gro", false));
	ASSERT_EQ(0, send_together(self, variant->family));
	for (int i = 0; i < SEGMENTS; i++)
		EXPECT_EQ(GRO_MSS, gro_merged(&self->g, variant->family, i));
	ASSERT_EQ(0, features_set(self->g.t.dev.name, "rx-gro", true));
	ASSERT_EQ(0, send_together(self, variant->family));
	EXPECT_EQ(SEGMENTS * GRO_MSS, gro_merged(&self->g, variant->family, 0));
}

/* The thread that polls for the device @name; its number, or -ESRCH */
static int napi_thread(const char *name)
{
	char path[64], want[64], comm[64];
	struct dirent *entry;
	DIR *proc = opendir("/proc");
	int pid = -ESRCH, fd;

	snprintf(want, sizeof(want), "napi/%s-", name);
	while (proc && pid < 0 && (entry = readdir(proc))) {
		snprintf(path, sizeof(path), "/proc/%d/comm", atoi(entry->d_name));
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		memset(comm, 0, sizeof(comm));
		if (read(fd, comm, sizeof(comm) - 1) > 0 && !strncmp(comm, want, strlen(want)))
			pid = atoi(entry->d_name);
		close(fd);
	}
	if (proc)
		closedir(proc);
	return pid;
}

/* A thread receives, and while this process runs, on the same processor, it does not */
static int thread_that_waits(const char *name)
{
	struct sched_param first = { .sched_priority = 1 };
	cpu_set_t cpu;
	char path[128];
	int fd, ret, thread;

	if (iff_sysfs())
		return -errno;
	snprintf(path, sizeof(path), "/sys/class/net/%s/threaded", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	ret = write(fd, "1", 1);
	close(fd);
	if (ret != 1)
		return -EIO;
	thread = napi_thread(name);
	if (thread < 0)
		return thread;
	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	if (sched_setaffinity(thread, sizeof(cpu), &cpu) ||
	    sched_setaffinity(0, sizeof(cpu), &cpu) || sched_setscheduler(0, SCHED_FIFO, &first))
		return -errno;
	return 0;
}

/* Writes all, and receives all; how many packets they became, or -errno */
static int write_apart(FIXTURE_DATA(gro) * self, int family)
{
	ssize_t len, seen = 0;
	int n = 0;

	for (int i = 0; i < SEGMENTS; i++) {
		int ret;

		gro_segment(&self->g, family, 1000, i, GRO_MSS);
		ret = napi_write(&self->g.t, self->g.t.dev.fd);
		if (ret)
			return ret;
	}
	for (; seen < SEGMENTS * GRO_MSS; n++) {
		len = gro_merged(&self->g, family, seen / GRO_MSS);
		if (len < 0)
			return len;
		seen += len;
	}
	return n;
}

/* The host may hold up the guest in between, and the thread gets its share: not 20 times */
TEST_F(gro, segments_written_while_a_thread_waits_are_merged)
{
	int n = 0;

	ASSERT_EQ(0, thread_that_waits(self->g.t.dev.name));
	for (int i = 0; i < 20 && n != 1; i++) {
		n = write_apart(self, variant->family);
		ASSERT_LT(0, n);
	}
	EXPECT_EQ(1, n);
	EXPECT_TRUE(napi_nothing_received(&self->g.t));
}

/* Queues without, and those that hand over each frame for itself */
FIXTURE(gro_apart)
{
	FIXTURE_DATA(gro) gro;
};

FIXTURE_VARIANT(gro_apart)
{
	int flags;
};

FIXTURE_VARIANT_ADD(gro_apart, tun) { .flags = IFF_TUN };
FIXTURE_VARIANT_ADD(gro_apart, tap) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(gro_apart, tap_frags) { .flags = IFF_TAP | NAPI_FRAGS };

FIXTURE_SETUP(gro_apart)
{
	self->gro.test = message_open();
	ASSERT_LE(0, self->gro.test);
	ASSERT_EQ(0, gro_test_setup(&self->gro.g, variant->flags));
}

FIXTURE_TEARDOWN(gro_apart)
{
	napi_test_teardown(&self->gro.g.t);
	EXPECT_EQ(0, message_close(self->gro.test));
}

TEST_F(gro_apart, nothing_is_merged)
{
	struct ethtool_coalesce coalesce = {
		.cmd = ETHTOOL_SCOALESCE, .rx_max_coalesced_frames = 64,
	};

	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, send_together(&self->gro, AF_INET));
		for (int j = 0; j < SEGMENTS; j++)
			ASSERT_EQ(GRO_MSS, gro_merged(&self->gro.g, AF_INET, j));
		/* held back and handed over together, but not to a NAPI */
		ASSERT_EQ(0, ethtool(self->gro.g.t.dev.name, &coalesce));
	}
}

TEST_HARNESS_MAIN
