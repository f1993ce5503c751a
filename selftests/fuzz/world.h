/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the calls of a program work on: descriptors, namespaces with a socket of each sort in them,
 * BPF programs, and for each thread memory to give to the kernel.
 */
#ifndef SELFTESTS_FUZZ_WORLD_H
#define SELFTESTS_FUZZ_WORLD_H

#include <net/if.h>

#include "cover.h"
#include "fuzz.h"

/* The longest frame with its headers, and what an ioctl may be given */
#define WORLD_ROOM 0x40000

#define WORLD_PROGRAMS 9

/**
 * struct world_file - a descriptor of the node
 * @fd: it, or -1
 * @flags: what TUNSETIFF was told last
 * @vnet: what TUNSETVNETHDRSZ was told last
 * @burst: what TUN_ALT_SET_BURST was told last
 * @ring: bytes of the read ring, of the write ring and of the buffers that TUN_ALT_RING_SETUP was
 *	told last
 */
struct world_file {
	int fd;
	__u32 flags;
	int vnet;
	__u32 burst;
	__u32 ring[3];
};

/**
 * struct world_space - a network namespace
 * @ns: its descriptor
 * @link: a socket of rtnetlink
 * @ioctl: a socket for ioctls on devices
 * @packet: a packet socket that goes past the queueing discipline, with a vnet header
 * @queued: one that does not, without a vnet header
 */
struct world_space {
	int ns;
	int link;
	int ioctl;
	int packet;
	int queued;
};

/**
 * struct world - all of it
 * @file: the descriptors
 * @space: the namespaces, the first that in which the fuzzer was started
 * @xdp: XDP programs, -1 for what is none
 * @socket: programs for steering and filtering, likewise
 * @compat: whether there is a way in for 32-bit programs
 */
struct world {
	struct world_file file[FUZZ_FILES];
	struct world_space space[FUZZ_SPACES];
	int xdp[WORLD_PROGRAMS];
	int socket[WORLD_PROGRAMS];
	bool compat;
};

extern struct world world;

struct uring;

/**
 * struct fuzz_task - a thread
 * @cover: its KCOV
 * @room: %WORLD_ROOM bytes below 4 GiB
 * @edge: the end of a page behind which there is nothing
 * @rest: a page that can be read alone
 * @pipe: for splice()
 * @ring: its io_uring, or NULL
 * @away: whether it is somebody else, or in another namespace than the first
 */
struct fuzz_task {
	struct cover cover;
	unsigned char *room;
	unsigned char *edge;
	unsigned char *rest;
	int pipe[2];
	struct uring *ring;
	bool away;
};

/**
 * enum world_pointer - what an address is
 * @POINTER_GOOD: it can be read and written
 * @POINTER_NULL: it is NULL
 * @POINTER_BAD: no process has it
 * @POINTER_HALF: the second half of what is there is missing
 * @POINTER_READ: it can be read alone
 * @POINTER_KERNEL: it is the kernel's
 * @POINTER_SHORT: the last byte is missing
 * @POINTER_KINDS: how many there are
 */
enum world_pointer {
	POINTER_GOOD,
	POINTER_NULL,
	POINTER_BAD,
	POINTER_HALF,
	POINTER_READ,
	POINTER_KERNEL,
	POINTER_SHORT,
	POINTER_KINDS,
};

/* ioctl() on the descriptor of a place, by the door of 32-bit programs if @compat; or -errno */
long world_ioctl(__u64 place, unsigned int request, const void *arg, __u64 compat);

/* A frame as write() takes it, for fd, frame, payload, says, field, value, poke; its length */
size_t world_frame(const struct fuzz_task *task, const __u64 *arg, unsigned char *room);

int world_setup(void);
int world_setup_task(struct fuzz_task *task);

/* Closes and deletes what a program left. The calling thread is back in the first namespace */
void world_tidy(void);

/* Nobody sees a ring any more */
void world_unmap(void);

/* A namespace in the place of @at's; 0 or -errno */
int world_new_space(unsigned int at);

/* An address of the kind for @len bytes of @data, which is in @task->room */
void *world_pointer(struct fuzz_task *task, __u64 kind, const void *data, size_t len);

/* The descriptor in a place, -1 if there is none */
int world_fd(__u64 place);

/* Puts @fd into a place, and closes what was there */
void world_put(__u64 place, int fd, __u32 flags, int vnet);

/* A device's name; may be one that no device can have */
const char *world_name(__u64 number);

/* The index of a device in a namespace, 0 if there is none */
int world_index(__u64 space, __u64 name);

/* One request to rtnetlink: @nlh and its answer's error; 0 or -errno */
int world_netlink(__u64 space, void *request);

/* What is in bpf.c: loads the programs */
int world_load_programs(void);

/* The operations; what each does is said in table.c, by its arguments */
#define WORLD_OP(name) \
	long name(struct fuzz_task *task, const struct fuzz_op *op, const __u64 *arg)

WORLD_OP(call_value);
WORLD_OP(call_int_in);
WORLD_OP(call_ifreq);
WORLD_OP(call_address);
WORLD_OP(call_filter);
WORLD_OP(call_fprog);
WORLD_OP(call_fprog_out);
WORLD_OP(call_program);
WORLD_OP(call_struct);
WORLD_OP(call_array);
WORLD_OP(call_ring_setup);
WORLD_OP(call_ring_map);
WORLD_OP(call_ring_write);
WORLD_OP(call_ring_lend);
WORLD_OP(call_ring_read);
WORLD_OP(call_ring_poke);
WORLD_OP(call_any_ioctl);
WORLD_OP(call_open);
WORLD_OP(call_close);
WORLD_OP(call_dup);
WORLD_OP(call_read);
WORLD_OP(call_write);
WORLD_OP(call_poll);
WORLD_OP(call_fcntl);
WORLD_OP(call_mmap);
WORLD_OP(call_look);
WORLD_OP(call_splice);
WORLD_OP(call_uring);
WORLD_OP(call_setns);
WORLD_OP(call_new_space);
WORLD_OP(call_user);
WORLD_OP(call_link_flags);
WORLD_OP(call_link_set);
WORLD_OP(call_link_name);
WORLD_OP(call_link_move);
WORLD_OP(call_link_del);
WORLD_OP(call_link_get);
WORLD_OP(call_link_new);
WORLD_OP(call_link_xdp);
WORLD_OP(call_ethtool);
WORLD_OP(call_send);
WORLD_OP(call_sysfs);
WORLD_OP(call_sleep);

#endif /* SELFTESTS_FUZZ_WORLD_H */
