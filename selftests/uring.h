/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of io_uring as the tests of one descriptor need: requests one by one, the
 * result of the next one that completes. No library, so that the programs stay static.
 */
#ifndef SELFTESTS_URING_H
#define SELFTESTS_URING_H

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/io_uring.h>
#include <linux/time_types.h>

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

/* 0 or -errno */
static inline int uring_init(struct uring *ring)
{
	int map = MAP_SHARED | MAP_POPULATE;
	int prot = PROT_READ | PROT_WRITE;
	size_t sq, cq;

	memset(ring, 0, sizeof(*ring));
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

static inline void uring_exit(struct uring *ring)
{
	munmap(ring->rings, ring->size);
	munmap(ring->sqes, ring->p.sq_entries * sizeof(*ring->sqes));
	close(ring->fd);
}

/* Hands one request to the kernel; 0 or -errno */
static inline int uring_submit(struct uring *ring, const struct io_uring_sqe *sqe)
{
	unsigned int *tail = uring_word(ring, ring->p.sq_off.tail);
	unsigned int at = *tail & (ring->p.sq_entries - 1);

	ring->sqes[at] = *sqe;
	uring_word(ring, ring->p.sq_off.array)[at] = at;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	return syscall(__NR_io_uring_enter, ring->fd, 1, 0, 0, NULL, 0) == 1 ? 0 : -errno;
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

/* The next completion: 0, or URING_TIMED_OUT when none comes within @ms */
static inline int uring_completion(struct uring *ring, int ms, struct io_uring_cqe *cqe)
{
	struct __kernel_timespec ts = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000LL };
	struct io_uring_getevents_arg arg = { .ts = (unsigned long)&ts };
	unsigned int flags = IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;
	unsigned int *head = uring_word(ring, ring->p.cq_off.head);
	unsigned int *tail = uring_word(ring, ring->p.cq_off.tail);
	struct io_uring_cqe *cqes;
	int ret;

	if (__atomic_load_n(tail, __ATOMIC_ACQUIRE) == *head) {
		ret = syscall(__NR_io_uring_enter, ring->fd, 0, 1, flags, &arg, sizeof(arg));
		if (ret < 0 && errno != ETIME)
			return -errno;
		if (__atomic_load_n(tail, __ATOMIC_ACQUIRE) == *head)
			return URING_TIMED_OUT;
	}
	cqes = (struct io_uring_cqe *)(ring->rings + ring->p.cq_off.cqes);
	*cqe = cqes[*head & (ring->p.cq_entries - 1)];
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return 0;
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

#endif
