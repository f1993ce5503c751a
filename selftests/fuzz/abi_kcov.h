/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the linker puts in the place of calls of the C library, and where the calls went.
 */
#ifndef SELFTESTS_FUZZ_ABI_KCOV_H
#define SELFTESTS_FUZZ_ABI_KCOV_H

#include <pthread.h>
#include <stdnoreturn.h>

noreturn void __real__exit(int status);
noreturn void __wrap__exit(int status);

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
			  void *(*routine)(void *arg), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
			  void *(*routine)(void *arg), void *arg);

#endif /* SELFTESTS_FUZZ_ABI_KCOV_H */
