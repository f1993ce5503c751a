// SPDX-License-Identifier: GPL-2.0
/*
 * The program's side of the rings, and a program at the write ring that drops all that comes.
 */
#include "ring.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../src/ring.h"
#include "counter.h"
#include "device.h"
#include "net_test.h"
#include "rtnl.h"

/* Records that are written before the kernel is told, as many as a burst has frames */
#define BATCH BENCH_BURST_FRAMES
/* 512 packets of any size that the cases read */
#define BYTES (4 * 1024 * 1024)
/* Each with a packet that is lent */
#define BUFFERS BATCH

/**
 * struct bench_ring - both rings of a side
 * @fd: the queue's
 * @setup: where they are
 * @read: the program's side of what the stack sends
 * @write: and of what the program sends
 * @busy: which buffers the stack has; NULL without BENCH_LEND
 * @buffer: the first of them
 * @next: the one that is to be lent next
 */
struct bench_ring {
	int fd;
	struct tun_alt_ring_setup setup;
	struct tun_alt_ring_view read;
	struct tun_alt_ring_view write;
	__u32 *busy;
	unsigned char *buffer;
	unsigned int next;
};

static int ring_map(int fd, const struct tun_alt_ring_place *place, struct tun_alt_ring_view *view)
{
	void *at = mmap(NULL, place->length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, place->offset);

	if (at == MAP_FAILED)
		return -errno;
	view->shared = at;
	view->records = (char *)at + place->records;
	view->bytes = place->bytes;
	return 0;
}

/* The packet stays in each of them: who writes one by one does not make it anew either. */
static int ring_map_buffers(struct bench_ring *ring, const struct packet *p)
{
	const struct tun_alt_ring_place *place = &ring->setup.buffers;
	void *at;

	if (!place->bytes)
		return 0;
	at = mmap(NULL, place->length, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd,
		  place->offset);
	if (at == MAP_FAILED)
		return -errno;
	ring->busy = at;
	ring->buffer = (unsigned char *)at + place->records;
	for (int i = 0; i < BUFFERS; i++)
		memcpy(ring->buffer + i * TUN_ALT_BUFFER_BYTES, p->data, p->len);
	return 0;
}

int ring_begin(struct bench_side *side)
{
	struct bench_ring *ring;
	int ret;

	if (!(side->setup.flags & BENCH_RING) || !side->node)
		return 0;
	ring = calloc(1, sizeof(*ring));
	if (!ring)
		return -ENOMEM;
	side->ring = ring;
	ring->fd = side->fd[0];
	ring->setup = (struct tun_alt_ring_setup){
		.size = sizeof(ring->setup), .read.bytes = BYTES, .write.bytes = BYTES,
		.flags = side->setup.flags & BENCH_MERGE ? TUN_ALT_RING_GRO : 0,
		.buffers.bytes = side->setup.flags & BENCH_LEND ?
				 BUFFERS * TUN_ALT_BUFFER_BYTES : 0,
	};
	if (ioctl(ring->fd, TUN_ALT_RING_SETUP, &ring->setup))
		return -errno;
	ret = ring_map(ring->fd, &ring->setup.read, &ring->read);
	ret = ret ? ret : ring_map(ring->fd, &ring->setup.write, &ring->write);
	return ret ? ret : ring_map_buffers(ring, &side->packet);
}

void ring_end(struct bench_side *side)
{
	struct bench_ring *ring = side->ring;

	if (!ring)
		return;
	if (ring->read.shared)
		munmap(ring->read.shared, ring->setup.read.length);
	if (ring->write.shared)
		munmap(ring->write.shared, ring->setup.write.length);
	if (ring->busy)
		munmap(ring->busy, ring->setup.buffers.length);
	free(ring);
	side->ring = NULL;
}

/* Whether there was room */
static bool ring_add(struct tun_alt_ring_view *view, const void *data, size_t len, __u16 flags)
{
	struct tun_alt_record *record = tun_alt_ring_at(view, view->tail);
	__u32 span = tun_alt_ring_span(len);

	if (tun_alt_ring_reserve(view, span) <= 0)
		return false;
	*record = (struct tun_alt_record){ .len = len, .flags = flags };
	memcpy(record + 1, data, len);
	view->tail += span;
	return true;
}

void ring_put(struct bench_side *side, int at, const struct packet *p)
{
	struct bench_ring *ring = side->ring;
	unsigned int i = (ring->next + at) % BUFFERS;

	memcpy(ring->buffer + i * TUN_ALT_BUFFER_BYTES, p->data, p->len);
	side->packet.len = p->len;
}

/* Lends one that the stack has given back; whether there was one */
static bool ring_lend(struct bench_ring *ring, const struct packet *p)
{
	unsigned int i = ring->next % BUFFERS;
	const struct tun_alt_lent lent = { .start = i * TUN_ALT_BUFFER_BYTES, .len = p->len };

	if (__atomic_load_n(&ring->busy[i], __ATOMIC_ACQUIRE) ||
	    !ring_add(&ring->write, &lent, sizeof(lent),
		      TUN_ALT_RECORD_LENT | TUN_ALT_RECORD_CHECKED))
		return false;
	ring->next++;
	return true;
}

/* Buffers come back when the kernel is asked. */
static int lend_some(struct bench_ring *ring, const struct packet *p, int packets)
{
	int n = 0;

	if (!ring_lend(ring, p))
		ioctl(ring->fd, TUN_ALT_RING_KICK, 0);
	else
		n++;
	while (n < packets && ring_lend(ring, p))
		n++;
	return n;
}

/* How many there was room for; 0 if the sample is void */
static int write_some(struct bench_side *side, int packets, struct bench_sample *sample)
{
	struct bench_ring *ring = side->ring;
	int n = 0;

	if (ring->busy)
		n = lend_some(ring, &side->packet, packets);
	else
		while (n < packets && ring_add(&ring->write, side->packet.data, side->packet.len,
					       TUN_ALT_RECORD_CHECKED))
			n++;
	if (tun_alt_ring_submit(&ring->write, ring->write.tail) && n &&
	    ioctl(ring->fd, TUN_ALT_RING_KICK, 0) == n)
		return n;
	bench_broken(sample, "write ring: %d of %d packets taken", n, packets);
	return 0;
}

int ring_write(struct bench_side *side, int packets, struct bench_sample *sample)
{
	int n;

	for (int left = packets; left > 0; left -= n) {
		n = write_some(side, left < BATCH ? left : BATCH, sample);
		if (!n)
			return -1;
	}
	return 0;
}

int ring_write_at_once(struct bench_side *side, int packets, struct bench_sample *sample)
{
	return write_some(side, packets, sample) == packets ? 0 : -1;
}

int ring_take(struct bench_side *side, int most, size_t want, struct bench_sample *sample)
{
	struct tun_alt_ring_view *view = &side->ring->read;
	long long until = bench_now() + NET_SOON_MS * 1000000LL;
	struct tun_alt_record record = {};
	int n = 0;

	while (!n && bench_now() < until) {
		while (n < most && tun_alt_ring_peek(view) > 0) {
			if (!tun_alt_ring_read(view, &record) || record.len != want)
				break;
			n++;
		}
	}
	if (record.len != want)
		bench_broken(sample, "read ring: %u bytes, or nothing for seconds", record.len);
	tun_alt_ring_release(view);
	return *sample->broken ? 0 : n;
}

const unsigned char *ring_read(struct bench_side *side, int packets, size_t want,
			       struct bench_sample *sample)
{
	struct tun_alt_ring_view *view = &side->ring->read;
	const unsigned char *data = NULL;
	struct tun_alt_record record;

	for (int n = 0; n < packets; n++) {
		if (tun_alt_ring_peek(view) > 0)
			data = tun_alt_ring_read(view, &record);
		else
			data = NULL;
		if (data && record.len == want)
			continue;
		bench_broken(sample, "read ring: packet %d of %d is not there", n, packets);
		return NULL;
	}
	tun_alt_ring_release(view);
	return data;
}

/* A program that says XDP_DROP; its descriptor or -errno */
static int drop_program(void)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_DROP },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (unsigned long)code,
		.insn_cnt = sizeof(code) / sizeof(*code),
		.license = (unsigned long)"GPL",
	};
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	return fd < 0 ? -errno : fd;
}

static int drop_attach(const char *name)
{
	int program = drop_program(), fd, ret;
	struct rtnl_request req;
	struct rtattr *xdp;

	if (program < 0)
		return program;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	rtnl_link_request(&req, RTM_SETLINK, name);
	xdp = rtnl_put(&req, IFLA_XDP | NLA_F_NESTED, NULL, 0);
	rtnl_put(&req, IFLA_XDP_FD, &program, sizeof(program));
	rtnl_nest_end(&req, xdp);
	ret = rtnl_ask(fd, &req);
	close(fd);
	close(program);
	return ret;
}

/* Ours is dropped by the program, in front of the stack; the reference's by IP, right behind it. */
static int xdp_begin(struct bench_side *side)
{
	int ret = device_drop(side);

	if (ret || !(side->setup.flags & BENCH_RING))
		return ret;
	return drop_attach(side->name);
}

static void xdp_run(struct bench_side *side, struct bench_sample *sample)
{
	struct counter before = counter_now(side), now;
	long long start = bench_now();

	device_write(side, sample->count, sample);
	sample->amount = bench_now() - start;
	if (!side->ring) {
		counter_check(side, &before, sample->count, 0, sample->count, sample);
		return;
	}
	now = counter_now(side);
	if (now.dropped - before.dropped != sample->count || now.received != before.received)
		bench_broken(sample, "the program dropped %lld packets of %ld",
			     now.dropped - before.dropped, sample->count);
}

static const struct bench_config xdp_configs[] = {
	{ "nonblock", BENCH_NONBLOCK | BENCH_REFERENCE },
	{ "ring", BENCH_NONBLOCK | BENCH_RING },
	{ }
};

static const int sizes[] = { 64, 1500, 0 };

const struct bench_case bench_ring_xdp = {
	.figure = { "ring: write, dropped by XDP", BENCH_PER_PACKET },
	.sizes = sizes,
	.configs = xdp_configs,
	.count = 1024,
	.begin = xdp_begin,
	.run = xdp_run,
};
