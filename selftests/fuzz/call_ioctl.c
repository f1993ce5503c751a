// SPDX-License-Identifier: GPL-2.0
/*
 * ioctl() on the node, by kind of argument, by both doors.
 */
#include "world.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>

#include "table.h"

/* The number of ioctl() among the calls of a 32-bit program */
#define IOCTL32 54

/* What a structure has in it there that is one of pointers */
struct fprog32 {
	__u16 len;
	__u32 filter;
};

static long ioctl32(int fd, unsigned int request, unsigned long arg)
{
	long ret = IOCTL32;

	asm volatile("int $0x80" : "+a" (ret) : "b" ((long)fd), "c" ((long)request), "d" (arg) :
		     "memory", "r8", "r9", "r10", "r11");
	return (int)ret;
}

long world_ioctl(__u64 place, unsigned int request, const void *arg, __u64 compat)
{
	long ret;

	if (compat & 1 && world.compat)
		return ioctl32(world_fd(place), request, (unsigned long)arg);
	ret = ioctl(world_fd(place), request, arg);
	return ret < 0 ? -errno : ret;
}

/* fd, value, compat */
WORLD_OP(call_value)
{
	long ret = world_ioctl(arg[0], op->request, (void *)arg[1], arg[2]);

	/* These two answer with a descriptor. */
	if (ret > 2 && (op->request == TUNGETDEVNETNS || op->request == SIOCGSKNS)) {
		close(ret);
		ret = 0;
	}
	return ret;
}

/* fd, value, pointer, compat */
WORLD_OP(call_int_in)
{
	int *value = (int *)task->room;
	long ret;

	*value = arg[1];
	ret = world_ioctl(arg[0], op->request, world_pointer(task, arg[2], value, sizeof(*value)),
			  arg[3]);
	if (!ret && op->request == TUNSETVNETHDRSZ)
		world.file[arg[0] % FUZZ_FILES].vnet = arg[1];
	return ret;
}

/* fd, name, value, pointer, compat */
WORLD_OP(call_ifreq)
{
	struct ifreq *ifr = (struct ifreq *)task->room;
	struct world_file *file = &world.file[arg[0] % FUZZ_FILES];
	long ret;

	memset(ifr, 0, sizeof(*ifr));
	/* A name that is too long has no end. */
	memcpy(ifr->ifr_name, world_name(arg[1]), strnlen(world_name(arg[1]), IFNAMSIZ));
	ifr->ifr_flags = arg[2];
	ret = world_ioctl(arg[0], op->request, world_pointer(task, arg[3], ifr, sizeof(*ifr)),
			  arg[4]);
	if (!ret && op->request == TUNSETIFF)
		file->flags = (unsigned short)arg[2];
	return ret;
}

/* fd, family, value, pointer, compat */
WORLD_OP(call_address)
{
	struct ifreq *ifr = (struct ifreq *)task->room;

	memset(ifr, 0, sizeof(*ifr));
	ifr->ifr_hwaddr.sa_family = arg[1];
	for (int i = 0; i < 6; i++)
		ifr->ifr_hwaddr.sa_data[i] = arg[2] >> (40 - 8 * i);
	return world_ioctl(arg[0], op->request, world_pointer(task, arg[3], ifr, sizeof(*ifr)),
			  arg[4]);
}

/* fd, flags, value, seed, pointer, compat */
WORLD_OP(call_filter)
{
	struct tun_filter *filter = (struct tun_filter *)task->room;
	size_t count = arg[2] & 0xffff;
	size_t kept = count < 64 ? count : 64;

	filter->flags = arg[1];
	filter->count = count;
	for (size_t i = 0; i < kept; i++) {
		memset(filter->addr[i], (arg[3] >> (i % 8)) + i, 6);
		filter->addr[i][0] = arg[3] >> (i % 32) & 1 ? 0x01 : 0x02;
	}
	return world_ioctl(arg[0], op->request,
			  world_pointer(task, arg[4], filter, sizeof(*filter) + kept * 6), arg[5]);
}

/* Programs by number; how many instructions */
static unsigned short classic(struct sock_filter *code, __u64 number)
{
	static const struct sock_filter last[] = {
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 20),
		BPF_STMT(BPF_RET | BPF_A, 0),
		BPF_STMT(0xffff, 0),
		BPF_STMT(BPF_LD | BPF_IMM, 7),
		BPF_STMT(BPF_RET | BPF_K, 1),
	};
	unsigned short n = 0;

	if (number & 2)
		code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0);
	code[n++] = last[number % (sizeof(last) / sizeof(*last))];
	return n;
}

/* fd, value, length, inner pointer, pointer, compat */
WORLD_OP(call_fprog)
{
	struct sock_filter *code = (struct sock_filter *)(task->room + 64);
	struct sock_fprog *native = (struct sock_fprog *)task->room;
	struct fprog32 *compat = (struct fprog32 *)task->room;
	unsigned short len = classic(code, arg[1]);
	size_t size = sizeof(*native);
	void *inner;

	/* Half a structure and half of what it points to have one place. */
	inner = world_pointer(task, arg[4] ? 0 : arg[3], code, len * sizeof(*code));
	len = arg[2] ? arg[2] : len;
	if (op->request == TUNATTACHFILTER32) {
		*compat = (struct fprog32){ len, (unsigned long)inner };
		size = sizeof(*compat);
	} else {
		*native = (struct sock_fprog){ len, inner };
	}
	return world_ioctl(arg[0], op->request, world_pointer(task, arg[4], native, size), arg[5]);
}

/* fd, value, pointer, compat */
WORLD_OP(call_fprog_out)
{
	memset(task->room, arg[1], sizeof(struct sock_fprog));
	return world_ioctl(arg[0], op->request,
			  world_pointer(task, arg[2], task->room, sizeof(struct sock_fprog)),
			  arg[3]);
}

/* fd, value, pointer, compat: programs of the right type, then what is none */
WORLD_OP(call_program)
{
	int *value = (int *)task->room;

	*value = world.socket[arg[1] % WORLD_PROGRAMS];
	return world_ioctl(arg[0], op->request, world_pointer(task, arg[2], value, sizeof(*value)),
			  arg[3]);
}

/* fd, request, value, pointer, compat: what no row is for, and rows with what is not theirs */
WORLD_OP(call_any_ioctl)
{
	void *data = task->room;

	memset(data, arg[2], 256);
	data = world_pointer(task, arg[3], data, 256);
	return world_ioctl(arg[0], arg[1], arg[2] & 1 ? data : (void *)arg[2], arg[4]);
}
