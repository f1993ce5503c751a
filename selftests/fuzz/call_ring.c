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
#define WAY_BUFFERS	0x8

/* And what one of ring_poke says; bits 0 and 3 are the same */
#define POKE_RECORD	0x2
#define POKE_ADD	0x4

#define PAGE 4096

/* Of what kind the memory is, as &struct world_file.ring counts */
enum kind {
	KIND_READ,
	KIND_WRITE,
	KIND_BUFFERS,
};

/* Where it is in the file, as TUN_ALT_RING_SETUP says of any */
static const off_t offsets[] = { 0, 0x40000000, 0x20000000 };

/**
 * struct map - memory that the fuzzer sees
 * @file: the place of the descriptor that it was made of
 * @kind: what it is
 * @length: of all
 * @view: the ring, of which each caller takes a copy; or buffers, which are no ring
 */
struct map {
	unsigned int file;
	enum kind kind;
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
static bool find(__u64 place, enum kind kind, struct map *found)
{
	bool there = false;

	pthread_mutex_lock(&rings.lock);
	for (unsigned int i = 0; i < rings.n; i++)
		if (rings.map[i].file == place % FUZZ_FILES && rings.map[i].kind == kind) {
			*found = rings.map[i];
			there = true;
		}
	pthread_mutex_unlock(&rings.lock);
	if (there && kind != KIND_BUFFERS) {
		found->view.tail = found->view.shared->tail & -TUN_ALT_RECORD_ALIGN;
		found->view.head = found->view.shared->head & -TUN_ALT_RECORD_ALIGN;
		found->view.told = kind == KIND_WRITE ? found->view.tail : found->view.head;
	}
	return there;
}

static enum kind kind_of(__u64 way)
{
	if (way & WAY_BUFFERS)
		return KIND_BUFFERS;
	return way & WAY_WRITE ? KIND_WRITE : KIND_READ;
}

/* fd, read, write, buffers, flags, more, pointer, compat */
WORLD_OP(call_ring_setup)
{
	struct tun_alt_ring_setup *setup = (struct tun_alt_ring_setup *)task->room;
	size_t size = sizeof(*setup) + (int)arg[5];
	struct world_file *file = &world.file[arg[0] % FUZZ_FILES];
	long ret;

	memset(task->room, 0, 3 * PAGE);
	*setup = (struct tun_alt_ring_setup){
		.size = size, .flags = arg[4], .read.bytes = arg[1], .write.bytes = arg[2],
		.buffers.bytes = arg[3],
	};
	ret = world_ioctl(arg[0], op->request,
			  world_pointer(task, arg[6], setup, size & (PAGE - 1)), arg[7]);
	for (unsigned int i = 0; i < 3 && !ret; i++)
		file->ring[i] = arg[1 + i];
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
	enum kind kind = kind_of(arg[1]);
	__u32 bytes = world.file[at].ring[kind];
	size_t length = PAGE + (size_t)bytes;
	bool kept = false;
	void *area;
	long ret = 0;

	if (kind != KIND_BUFFERS)
		length += TUN_ALT_RING_SLACK;
	area = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, world_fd(arg[0]),
		    offsets[kind]);
	if (area == MAP_FAILED)
		return -errno;
	if (arg[1] & WAY_FORK)
		ret = fork_and_look(area);
	pthread_mutex_lock(&rings.lock);
	if (rings.n < MOST_MAPS && !(arg[1] & WAY_GONE)) {
		rings.map[rings.n++] = (struct map){
			.file = at, .kind = kind, .length = length,
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

	if (!find(arg[0], KIND_WRITE, &map))
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

/* Whether there was room for the record */
static bool lend_one(struct map *map, struct tun_alt_lent lent)
{
	struct tun_alt_record *record = tun_alt_ring_at(&map->view, map->view.tail);

	if (tun_alt_ring_reserve(&map->view, tun_alt_ring_span(sizeof(lent))) <= 0)
		return false;
	memcpy(record + 1, &lent, sizeof(lent));
	*record = (struct tun_alt_record){ .len = sizeof(lent), .flags = TUN_ALT_RECORD_LENT };
	map->view.tail += tun_alt_ring_span(sizeof(lent));
	return true;
}

/* fd, frame, payload, says, field, number, poke, at, lie, times: whoever has a buffer still */
WORLD_OP(call_ring_lend)
{
	struct map map, buffers;
	__u32 at = arg[7];
	size_t len;

	if (!find(arg[0], KIND_WRITE, &map) || !find(arg[0], KIND_BUFFERS, &buffers))
		return -ENOENT;
	len = world_frame(task, arg, task->room);
	for (unsigned int i = 0; i <= arg[9] % 16; i++) {
		if (at < buffers.length - PAGE && len <= buffers.length - PAGE - at)
			memcpy((char *)buffers.view.shared + PAGE + at, task->room, len);
		if (!lend_one(&map, (struct tun_alt_lent){ at, len + (int)arg[8] }))
			break;
		at += TUN_ALT_BUFFER_BYTES / 2;
	}
	tun_alt_ring_submit(&map.view, map.view.tail);
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

	if (!find(arg[0], KIND_READ, &map))
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

	if (!find(arg[0], kind_of(arg[1]), &map))
		return -ENOENT;
	at = arg[2];
	if (arg[1] & POKE_RECORD && map.kind != KIND_BUFFERS)
		at += PAGE + (map.view.tail & (map.view.bytes - 1));
	word = (__u32 *)((char *)map.view.shared + (at % map.length & -sizeof(*word)));
	for (unsigned int i = 0; i <= arg[4] % 16; i++) {
		__atomic_store_n(word, arg[3] + (arg[1] & POKE_ADD ? *word : 0), __ATOMIC_RELAXED);
		if (arg[4] > 3)
			usleep(1);
	}
	return 0;
}
