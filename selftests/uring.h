/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of io_uring as the tests of one descriptor need: requests one by one or several at once,
 * the result of the next one that completes, buffers that the kernel chooses from. No library, so
 * that the programs stay static.
 */
#ifndef SELFTESTS_URING_H
#define SELFTESTS_URING_H

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/io_uring.h>
#include <linux/time_types.h>

/* In no header before 6.7 */
#define URING_READ_MULTISHOT 49

#define URING_ENTRIES 64
#define URING_TIMED_OUT (-ETIMEDOUT)

/**
 * struct uring - one ring; requests are submitted as they are made
 * @fd: descriptor of io_uring_setup()
 * @p: what the kernel said at set-up
 * @rings: submission and completion ring, one mapping
 * @sqes: the submission entries
 * @size: bytes of @rings
 */
struct uring {
	int fd;
	struct io_uring_params p;
	unsigned char *rings;
	struct io_uring_sqe *sqes;
	size_t size;
};

static inline unsigned int *uring_word(struct uring *ring, unsigned int offset)
{
	return (unsigned int *)(ring->rings + offset);
}

/* With IORING_SETUP_ @flags; 0 or -errno */
static inline int uring_init_flags(struct uring *ring, unsigned int flags)
{
	int map = MAP_SHARED | MAP_POPULATE;
	int prot = PROT_READ | PROT_WRITE;
	size_t sq, cq;

	memset(ring, 0, sizeof(*ring));
	ring->p.flags = flags;
	ring->fd = syscall(__NR_io_uring_setup, URING_ENTRIES, &ring->p);
	if (ring->fd < 0)
		return -errno;
	/* IORING_FEAT_SINGLE_MMAP: since Linux 5.4 both rings are one mapping */
	sq = ring->p.sq_off.array + ring->p.sq_entries * sizeof(__u32);
	cq = ring->p.cq_off.cqes + ring->p.cq_entries * sizeof(struct io_uring_cqe);
	ring->size = sq > cq ? sq : cq;
	ring->rings = mmap(NULL, ring->size, prot, map, ring->fd, IORING_OFF_SQ_RING);
	ring->sqes = mmap(NULL, ring->p.sq_entries * sizeof(*ring->sqes), prot, map, ring->fd,
			  IORING_OFF_SQES);
	return ring->rings == MAP_FAILED || ring->sqes == MAP_FAILED ? -errno : 0;
}

static inline int uring_init(struct uring *ring)
{
	return uring_init_flags(ring, 0);
}

static inline void uring_exit(struct uring *ring)
{
	munmap(ring->rings, ring->size);
	munmap(ring->sqes, ring->p.sq_entries * sizeof(*ring->sqes));
	close(ring->fd);
}

/* Whether the kernel knows a request, IORING_OP_... */
static inline bool uring_knows(struct uring *ring, int op)
{
	struct {
		struct io_uring_probe head;
		struct io_uring_probe_op ops[256];
	} probe = {};

	if (syscall(__NR_io_uring_register, ring->fd, IORING_REGISTER_PROBE, &probe, 256))
		return false;
	return probe.ops[op].flags & IO_URING_OP_SUPPORTED;
}

/* The place of the next request, at most URING_ENTRIES of them before uring_enter() */
static inline void uring_add(struct uring *ring, const struct io_uring_sqe *sqe)
{
	unsigned int *tail = uring_word(ring, ring->p.sq_off.tail);
	unsigned int at = *tail & (ring->p.sq_entries - 1);

	ring->sqes[at] = *sqe;
	uring_word(ring, ring->p.sq_off.array)[at] = at;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
}

/* Hands @count requests to the kernel and waits for @wait completions; 0 or -errno */
static inline int uring_enter(struct uring *ring, unsigned int count, unsigned int wait)
{
	long ret = syscall(__NR_io_uring_enter, ring->fd, count, wait,
			   wait ? IORING_ENTER_GETEVENTS : 0, NULL, 0);

	return ret == count ? 0 : ret < 0 ? -errno : -EAGAIN;
}

/* Hands one request to the kernel; 0 or -errno */
static inline int uring_submit(struct uring *ring, const struct io_uring_sqe *sqe)
{
	uring_add(ring, sqe);
	return uring_enter(ring, 1, 0);
}

/* A request on a buffer: read, write, readv, writev, and the fixed ones (@index of the buffer) */
static inline int uring_rw(struct uring *ring, int op, int fd, const void *addr, unsigned int len,
			   unsigned int index)
{
	struct io_uring_sqe sqe = {
		.opcode = op,
		.fd = fd,
		.addr = (unsigned long)addr,
		.len = len,
		.buf_index = index,
		.user_data = op,
	};

	return uring_submit(ring, &sqe);
}

/* Takes the next completion if it is there */
static inline bool uring_take(struct uring *ring, struct io_uring_cqe *cqe)
{
	unsigned int *head = uring_word(ring, ring->p.cq_off.head);
	unsigned int *tail = uring_word(ring, ring->p.cq_off.tail);
	struct io_uring_cqe *cqes = (struct io_uring_cqe *)(ring->rings + ring->p.cq_off.cqes);

	if (__atomic_load_n(tail, __ATOMIC_ACQUIRE) == *head)
		return false;
	*cqe = cqes[*head & (ring->p.cq_entries - 1)];
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return true;
}

/* The next completion: 0, or URING_TIMED_OUT when none comes within @ms */
static inline int uring_completion(struct uring *ring, int ms, struct io_uring_cqe *cqe)
{
	struct __kernel_timespec ts = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000LL };
	struct io_uring_getevents_arg arg = { .ts = (unsigned long)&ts };
	unsigned int flags = IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;

	if (uring_take(ring, cqe))
		return 0;
	if (syscall(__NR_io_uring_enter, ring->fd, 0, 1, flags, &arg, sizeof(arg)) < 0 &&
	    errno != ETIME)
		return -errno;
	return uring_take(ring, cqe) ? 0 : URING_TIMED_OUT;
}

/* The result of the next request that completes, URING_TIMED_OUT when none does within @ms */
static inline int uring_result(struct uring *ring, int ms)
{
	struct io_uring_cqe cqe;
	int ret = uring_completion(ring, ms, &cqe);

	return ret ? ret : cqe.res;
}

/* Cancels by the user_data that uring_rw() gives, or by what @flags say; has user_data 0 itself */
static inline int uring_cancel(struct uring *ring, int op, int fd, unsigned int flags)
{
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_ASYNC_CANCEL,
		.addr = op,
		.fd = fd,
		.cancel_flags = flags,
	};

	return uring_submit(ring, &sqe);
}

/* Buffers for the fixed requests; 0 or -errno */
static inline int uring_buffers(struct uring *ring, const struct iovec *iov, unsigned int n)
{
	return syscall(__NR_io_uring_register, ring->fd, IORING_REGISTER_BUFFERS, iov, n) ?
	       -errno : 0;
}

/**
 * struct uring_pool - buffers that the kernel chooses from, in the order in which they are given
 * @free: those that it has, shared with it
 * @buffers: all of them
 * @count: how many, a power of two; at most 256
 * @len: bytes of each
 */
struct uring_pool {
	struct io_uring_buf_ring *free;
	unsigned char *buffers;
	unsigned int count;
	unsigned int len;
};

static inline unsigned char *uring_pool_buffer(const struct uring_pool *pool, int id)
{
	return pool->buffers + id * pool->len;
}

/* Gives the buffer to the kernel. */
static inline void uring_pool_give(struct uring_pool *pool, int id)
{
	unsigned short tail = pool->free->tail;
	struct io_uring_buf *buf = &pool->free->bufs[tail % pool->count];

	buf->addr = (unsigned long)uring_pool_buffer(pool, id);
	buf->len = pool->len;
	buf->bid = id;
	__atomic_store_n(&pool->free->tail, tail + 1, __ATOMIC_RELEASE);
}

/* The pool as @group of the ring, all of it given to the kernel; 0 or -errno */
static inline int uring_pool_init(struct uring_pool *pool, struct uring *ring, int group)
{
	int prot = PROT_READ | PROT_WRITE, map = MAP_PRIVATE | MAP_ANONYMOUS;
	struct io_uring_buf_reg reg = { .ring_entries = pool->count, .bgid = group };

	pool->free = mmap(NULL, pool->count * sizeof(struct io_uring_buf), prot, map, -1, 0);
	pool->buffers = mmap(NULL, pool->count * pool->len, prot, map, -1, 0);
	if (pool->free == MAP_FAILED || pool->buffers == MAP_FAILED)
		return -ENOMEM;
	reg.ring_addr = (unsigned long)pool->free;
	if (syscall(__NR_io_uring_register, ring->fd, IORING_REGISTER_PBUF_RING, &reg, 1))
		return -errno;
	for (unsigned int i = 0; i < pool->count; i++)
		uring_pool_give(pool, i);
	return 0;
}

static inline void uring_pool_exit(struct uring_pool *pool)
{
	munmap(pool->free, pool->count * sizeof(struct io_uring_buf));
	munmap(pool->buffers, pool->count * pool->len);
}

/* One request for all packets that come, each into a buffer of @group; 0 or -errno */
static inline int uring_read_multishot(struct uring *ring, int fd, int group)
{
	struct io_uring_sqe sqe = {
		.opcode = URING_READ_MULTISHOT,
		.flags = IOSQE_BUFFER_SELECT,
		.fd = fd,
		.buf_group = group,
		.user_data = URING_READ_MULTISHOT,
	};

	return uring_submit(ring, &sqe);
}

#endif
