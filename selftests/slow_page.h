/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A page of memory that is not there until the test says so: whoever touches it sleeps, by
 * userfaultfd.
 */
#ifndef SELFTESTS_SLOW_PAGE_H
#define SELFTESTS_SLOW_PAGE_H

#include <sys/mman.h>
#include <sys/syscall.h>

#include <linux/userfaultfd.h>

#include "net_test.h"

#define SLOW_PAGE_SIZE 4096

/**
 * struct slow_page - the page
 * @faults: userfaultfd
 * @memory: where it is going to be
 */
struct slow_page {
	int faults;
	void *memory;
};

/* 0 or -errno */
static inline int slow_page_setup(struct slow_page *page)
{
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_api api = { .api = UFFD_API };

	page->faults = syscall(__NR_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (page->faults < 0)
		return -errno;
	page->memory = mmap(NULL, SLOW_PAGE_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page->memory == MAP_FAILED)
		return -errno;
	range.range.start = (unsigned long)page->memory;
	range.range.len = SLOW_PAGE_SIZE;
	if (ioctl(page->faults, UFFDIO_API, &api) || ioctl(page->faults, UFFDIO_REGISTER, &range))
		return -errno;
	return 0;
}

static inline void slow_page_teardown(struct slow_page *page)
{
	munmap(page->memory, SLOW_PAGE_SIZE);
	close(page->faults);
}

/* Waits until somebody sleeps for the page; 0 or -ETIMEDOUT */
static inline int slow_page_wanted(struct slow_page *page)
{
	return net_poll(page->faults, POLLIN, NET_SOON_MS) & POLLIN ? 0 : -ETIMEDOUT;
}

/* Delivers the page: @len bytes of @content, and zeros; 0 or -errno */
static inline int slow_page_deliver(struct slow_page *page, const void *content, size_t len)
{
	static char whole[SLOW_PAGE_SIZE];
	struct uffdio_copy copy = {
		.dst = (unsigned long)page->memory,
		.src = (unsigned long)whole,
		.len = SLOW_PAGE_SIZE,
	};

	memset(whole, 0, sizeof(whole));
	memcpy(whole, content, len);
	return ioctl(page->faults, UFFDIO_COPY, &copy) ? -errno : 0;
}

#endif /* SELFTESTS_SLOW_PAGE_H */
