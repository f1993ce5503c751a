// SPDX-License-Identifier: GPL-2.0
/*
 * Large frames that the kernel uses where they are: buffers, and which of them are free.
 */
#include "handle.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Buffers that are looked at for a frame, before it is copied */
#define TRIES 8

/**
 * struct lending - buffers of a handle; the sender's
 * @busy: the kernel's number for each, at the beginning of the mapping
 * @memory: the first
 * @nr: how many
 * @next: the one to try first
 * @now: the first of those that are reserved
 * @place: for each, behind the last record of the write ring that names it
 */
struct lending {
	uint32_t *busy;
	unsigned char *memory;
	uint32_t nr;
	uint32_t next;
	uint32_t now;
	uint32_t place[];
};

int lend_begin(struct tunalt *t)
{
	const struct tun_alt_ring_place *where = &t->setup.buffers;
	uint32_t nr = where->bytes / TUN_ALT_BUFFER_BYTES;
	struct lending *lending;
	void *at;
	int ret;

	if (!nr)
		return 0;
	lending = calloc(1, sizeof(*lending) + nr * sizeof(lending->place[0]));
	if (!lending)
		return -ENOMEM;
	at = mmap(NULL, where->length, PROT_READ | PROT_WRITE, MAP_SHARED, t->fd, where->offset);
	if (at == MAP_FAILED) {
		ret = -errno;
		free(lending);
		return ret;
	}
	lending->busy = at;
	lending->memory = (unsigned char *)at + where->records;
	lending->nr = nr;
	t->lending = lending;
	return 0;
}

void lend_end(struct tunalt *t)
{
	if (!t->lending)
		return;
	munmap(t->lending->busy, t->setup.buffers.length);
	free(t->lending);
	t->lending = NULL;
}

/* Whether the kernel has taken all records up to a place, as far as the view knows */
static bool is_taken(const struct tun_alt_ring_view *view, uint32_t place)
{
	return place - view->head - 1 >= view->tail - view->head;
}

/*
 * What the kernel says of a buffer counts from when it has taken the record: it says so before it
 * moves @head.
 */
static bool is_free(struct tunalt *t, uint32_t i)
{
	struct lending *lending = t->lending;

	if (!is_taken(&t->write, lending->place[i]) &&
	    (!tun_alt_ring_look(&t->write) || !is_taken(&t->write, lending->place[i])))
		return false;
	return !__atomic_load_n(&lending->busy[i], __ATOMIC_ACQUIRE);
}

/* How many buffers a frame needs, side by side */
static uint32_t span(size_t len)
{
	return (len + TUN_ALT_BUFFER_BYTES - 1) / TUN_ALT_BUFFER_BYTES;
}

static bool are_free(struct tunalt *t, uint32_t first, uint32_t nr)
{
	if (first + nr > t->lending->nr)
		return false;
	for (uint32_t i = first; i < first + nr; i++)
		if (!is_free(t, i))
			return false;
	return true;
}

void *lend_reserve(struct tunalt *t, size_t len)
{
	struct lending *lending = t->lending;
	uint32_t nr = span(len);

	if (!lending || len <= TUN_ALT_BUFFER_COPIED)
		return NULL;
	for (int i = 0; i < TRIES; i++) {
		uint32_t first = lending->next % lending->nr;

		if (are_free(t, first, nr)) {
			lending->now = first;
			return lending->memory + (size_t)first * TUN_ALT_BUFFER_BYTES;
		}
		lending->next = first + 1;
	}
	return NULL;
}

struct tun_alt_lent lend_submit(struct tunalt *t, size_t len, uint32_t place)
{
	struct lending *lending = t->lending;
	uint32_t end = lending->now + span(len);

	for (uint32_t i = lending->now; i < end; i++)
		lending->place[i] = place;
	lending->next = end;
	return (struct tun_alt_lent){ lending->now * TUN_ALT_BUFFER_BYTES, len };
}
