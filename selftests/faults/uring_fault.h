/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One request of io_uring with the next fault. It may be one of io_uring's own, which then says
 * EAGAIN and has not taken the request, or lets it complete with an error.
 */
#ifndef SELFTESTS_FAULTS_URING_FAULT_H
#define SELFTESTS_FAULTS_URING_FAULT_H

#include "fault.h"
#include "uring.h"

/* A readv or writev of @n pieces; what it answered */
static inline int uring_faulted(struct fault *f, struct uring *ring, int op, int fd,
				const struct iovec *iov, unsigned int n)
{
	int ret;

	fault_arm(f);
	ret = uring_rw(ring, op, fd, iov, n, 0);
	fault_stop(f);
	if (ret)
		(*uring_word(ring, ring->p.sq_off.tail))--;
	else
		ret = uring_result(ring, NET_SOON_MS);
	return fault_judge(f, ret);
}

#endif /* SELFTESTS_FAULTS_URING_FAULT_H */
