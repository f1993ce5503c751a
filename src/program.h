/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF programs of the user's that look at packets: classic and extended ones, held the same way.
 */
#ifndef TUN_ALT_PROGRAM_H
#define TUN_ALT_PROGRAM_H

#include <linux/rcupdate.h>
#include <linux/types.h>

struct bpf_prog;
struct sk_buff;
struct sock;
struct tun_alt_refusal;

/**
 * struct tun_alt_program - a program in use, never changed once it was made
 * @rcu: to be freed by
 * @prog: the kernel's own form of it
 */
struct tun_alt_program {
	struct rcu_head rcu;
	struct bpf_prog *prog;
};

/**
 * struct tun_alt_fprog - a struct sock_fprog as TUNATTACHFILTER was given it
 * @length: instructions
 * @pointer: where they were in the memory of the caller; a number to tell TUNGETFILTER again, and
 *	no address of anything once the call is over
 */
struct tun_alt_fprog {
	u16 length;
	u64 pointer;
};

int tun_alt_program_compile(struct sock *sk, const struct tun_alt_fprog *given,
			    struct tun_alt_program **made, struct tun_alt_refusal *why);
int tun_alt_program_from_fd(int fd, struct tun_alt_program **made, struct tun_alt_refusal *why);
void tun_alt_program_free(struct tun_alt_program *program);
void tun_alt_program_replace(struct tun_alt_program __rcu **place,
			     struct tun_alt_program *program);
u32 tun_alt_program_run(const struct tun_alt_program *program, struct sk_buff *skb);

#endif /* TUN_ALT_PROGRAM_H */
