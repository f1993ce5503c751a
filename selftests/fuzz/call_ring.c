// SPDX-License-Identifier: GPL-2.0
/*
 * Rings, and a program that keeps to none of their rules: what another thread writes, reads and
 * moves in them is not its own, and all of it may be overwritten at any time.
 */
#include "world.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/if_tun_alt.h>

#include "../../src/ring.h"

/* Mappings of a program; what is beyond goes at once */
#define MOST_MAPS 8

/* What a way of ring_map asks for */
#define WAY_WRITE	0x1
#define WAY_GONE	0x2
#define WAY_FORK	0x4

/* And what one of ring_poke says; bit 0 is the same */
#define POKE_RECORD	0x2
#define POKE_ADD	0x4

/* Where a write ring is in the file, as TUN_ALT_RING_SETUP says of any */
#define PAGE 4096
#define OFFSET_WRITE 0x40000000L

/**
 * struct map - a ring that the fuzzer sees
 * @file: the place of the descriptor that it was made of
 * @write: whether it is a write ring
 * @length: of all
 * @view: the ring; each caller takes a copy
 */
struct map {
	unsigned int file;
	bool write;
	size_t length;
	struct tun_alt_ring_view view;
};

/* Mappings are added by any thread, and go when none works. */
static struct {
	pthread_mutex_t lock;
	struct map map[MOST_MAPS];
	unsigned int n;
} rings = { .lock = PTHREAD_MUTEX_INITIALIZER };

void world_unmap(void)
{
	while (rings.n) {
		rings.n--;
		munmap(rings.map[rings.n].view.shared, rings.map[rings.n].length);
	}
}

/* The newest of its kind of a place, as far as its numbers tell; false if there is none */
static bool find(__u64 place, bool write, struct map *found)
{
	bool there = false;

	pthread_mutex_lock(&rings.lock);
	for (unsigned int i = 0; i < rings.n; i++)
		if (rings.map[i].file == place % FUZZ_FILES && rings.map[i].write == write) {
			*found = rings.map[i];
			there = true;
		}
	pthread_mutex_unlock(&rings.lock);
	if (there) {
		found->view.tail = found->view.shared->tail & -TUN_ALT_RECORD_ALIGN;
		found->view.head = found->view.shared->head & -TUN_ALT_RECORD_ALIGN;
		found->view.told = write ? found->view.tail : found->view.head;
	}
	return there;
}

/* fd, read, write, flags, more, pointer, compat */
WORLD_OP(call_ring_setup)
{
	struct tun_alt_ring_setup *setup = (struct tun_alt_ring_setup *)task->room;
	size_t size = sizeof(*setup) + (int)arg[4];
	struct world_file *file = &world.file[arg[0] % FUZZ_FILES];
	long ret;

	memset(task->room, 0, 3 * PAGE);
	*setup = (struct tun_alt_ring_setup){
		.size = size, .flags = arg[3], .read.bytes = arg[1], .write.bytes = arg[2],
	};
	ret = world_ioctl(arg[0], op->request,
			  world_pointer(task, arg[5], setup, size & (PAGE - 1)), arg[6]);
	if (!ret) {
		file->ring[0] = arg[1];
		file->ring[1] = arg[2];
	}
	return ret;
}

/* A child has not got the mapping: it dies of a look, if the kernel is right. */
static int fork_and_look(const __u32 *shared)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		alarm(1);
		_exit(__atomic_load_n(shared, __ATOMIC_RELAXED) & 1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	return WIFSIGNALED(status) ? 0 : -EEXIST;
}

/* fd, way */
WORLD_OP(call_ring_map)
{
	unsigned int at = arg[0] % FUZZ_FILES;
	bool write = arg[1] & WAY_WRITE;
	__u32 bytes = world.file[at].ring[write];
	size_t length = PAGE + (size_t)bytes + TUN_ALT_RING_SLACK;
	void *area = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, world_fd(arg[0]),
			  write ? OFFSET_WRITE : 0);
	bool kept = false;
	long ret = 0;

	if (area == MAP_FAILED)
		return -errno;
	if (arg[1] & WAY_FORK)
		ret = fork_and_look(area);
	pthread_mutex_lock(&rings.lock);
	if (rings.n < MOST_MAPS && !(arg[1] & WAY_GONE)) {
		rings.map[rings.n++] = (struct map){
			.file = at, .write = write, .length = length,
			.view = { .shared = area, .records = (char *)area + PAGE, .bytes = bytes },
		};
		kept = true;
	}
	pthread_mutex_unlock(&rings.lock);
	if (!kept)
		munmap(area, length);
	return ret;
}

/* fd, frame, payload, says, field, number, poke, lie, times, kick */
WORLD_OP(call_ring_write)
{
	struct tun_alt_record *record;
	__u32 len, span;
	struct map map;

	if (!find(arg[0], true, &map))
		return -ENOENT;
	for (unsigned int i = 0; i <= arg[8] % 16; i++) {
		len = world_frame(task, arg, task->room);
		if (len > TUN_ALT_RING_SLACK - sizeof(*record))
			len = TUN_ALT_RING_SLACK - sizeof(*record);
		span = tun_alt_ring_span(len);
		if (tun_alt_ring_reserve(&map.view, span) <= 0)
			break;
		record = tun_alt_ring_at(&map.view, map.view.tail);
		memcpy(record + 1, task->room, len);
		*record = (struct tun_alt_record){ .len = len, .flags = arg[9] >> 1 };
		/* The kernel is told of more, of less, or of a place between two. */
		if (i == arg[8] % 16)
			record->len += (int)arg[7];
		map.view.tail += span + (arg[7] == 1);
	}
	if (!tun_alt_ring_submit(&map.view, map.view.tail) && !(arg[9] & 1))
		return 0;
	return world_ioctl(arg[0], TUN_ALT_RING_KICK, NULL, 0);
}

/* fd, want */
WORLD_OP(call_ring_read)
{
	struct tun_alt_record record;
	unsigned int n = 0;
	const void *data;
	struct map map;
	__u32 len;

	if (!find(arg[0], false, &map))
		return -ENOENT;
	while (n < 100 && tun_alt_ring_peek(&map.view) > 0) {
		data = tun_alt_ring_read(&map.view, &record);
		if (!data)
			return -EBADMSG;
		len = record.len < PAGE ? record.len : PAGE;
		memcpy(task->room, data, len);
		n++;
	}
	if (tun_alt_ring_release(&map.view))
		world_ioctl(arg[0], TUN_ALT_RING_KICK, NULL, 0);
	if (arg[1])
		tun_alt_ring_want_records(&map.view);
	return n;
}

/* fd, way, at, number, times: words of the ring's head, or of the records behind it */
WORLD_OP(call_ring_poke)
{
	struct map map;
	__u32 *word;
	size_t at;

	if (!find(arg[0], arg[1] & WAY_WRITE, &map))
		return -ENOENT;
	at = arg[2];
	if (arg[1] & POKE_RECORD)
		at += PAGE + (map.view.tail & (map.view.bytes - 1));
	word = (__u32 *)((char *)map.view.shared + (at % map.length & -sizeof(*word)));
	for (unsigned int i = 0; i <= arg[4] % 16; i++) {
		__atomic_store_n(word, arg[3] + (arg[1] & POKE_ADD ? *word : 0), __ATOMIC_RELAXED);
		if (arg[4] > 3)
			usleep(1);
	}
	return 0;
}
