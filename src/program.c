// SPDX-License-Identifier: GPL-2.0
/*
 * Where BPF programs come from, how they are swapped, run and freed.
 */
#include "program.h"

#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/kernel.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "compat.h"
#include "refusal.h"

/*
 * A socket may hold so much memory for programs and no more (net.core.optmem_max). In-tree keeps a
 * copy for each queue's socket; here is one for all, so that the limit is asked and nothing stays
 * charged.
 */
static bool program_fits(struct sock *sk, const struct bpf_prog *prog)
{
	int size = bpf_prog_size(prog->len);
	void *trial = sock_kmalloc(sk, size, GFP_KERNEL | __GFP_NOWARN);

	if (trial)
		sock_kfree_s(sk, trial, size);
	return trial;
}

static int program_wrap(struct bpf_prog *prog, struct tun_alt_program **made,
			struct tun_alt_refusal *why)
{
	struct tun_alt_program *program;

	program = kzalloc_obj(*program, GFP_KERNEL_ACCOUNT);
	if (!program) {
		bpf_prog_destroy(prog);
		return tun_alt_refuse(why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
	}
	program->prog = prog;
	*made = program;
	return 0;
}

/**
 * tun_alt_program_compile() - make a program of classic BPF
 * @sk: the socket whose limit of memory holds
 * @given: where its instructions are, in the memory of the caller
 * @made: gets the program
 * @why: gets the reason of a refusal
 *
 * Context: Process context, may sleep; reads user memory, so that no lock is held.
 * Return: 0; -EFAULT; -EINVAL for what is no program; -ENOMEM, also for one that is too large.
 */
int tun_alt_program_compile(struct sock *sk, const struct tun_alt_fprog *given,
			    struct tun_alt_program **made, struct tun_alt_refusal *why)
{
	struct sock_fprog fprog = {
		.len = given->length, .filter = u64_to_user_ptr(given->pointer),
	};
	struct bpf_prog *prog;
	int err;

	err = bpf_prog_create_from_user(&prog, &fprog, NULL, false);
	if (err)
		return tun_alt_refuse_values(why, err, TUN_ALT_REFUSED_PROGRAM, -err, 0);
	if (!program_fits(sk, prog)) {
		bpf_prog_destroy(prog);
		return tun_alt_refuse_values(why, -ENOMEM, TUN_ALT_REFUSED_PROGRAM_SIZE,
					     given->length, 0);
	}
	return program_wrap(prog, made, why);
}

/**
 * tun_alt_program_from_fd() - make a program of an eBPF program's descriptor
 * @fd: the descriptor, or -1
 * @made: gets the program, or NULL for -1
 * @why: gets the reason of a refusal
 *
 * Context: Process context, may sleep.
 * Return: 0; -EBADF for no descriptor; -EINVAL for that of something else than a program of the
 * type of socket filters; -ENOMEM.
 */
int tun_alt_program_from_fd(int fd, struct tun_alt_program **made, struct tun_alt_refusal *why)
{
	struct bpf_prog *prog;

	*made = NULL;
	if (fd == -1)
		return 0;
	prog = bpf_prog_get_type(fd, BPF_PROG_TYPE_SOCKET_FILTER);
	if (IS_ERR(prog))
		return tun_alt_refuse_values(why, PTR_ERR(prog), TUN_ALT_REFUSED_PROGRAM_FD,
					     -PTR_ERR(prog), 0);
	return program_wrap(prog, made, why);
}

/**
 * tun_alt_program_free() - free a program
 * @program: the program, or NULL; nobody can reach it any more
 *
 * Context: Process context or softirq.
 */
void tun_alt_program_free(struct tun_alt_program *program)
{
	if (!program)
		return;
	bpf_prog_destroy(program->prog);
	kfree(program);
}

static void program_free_rcu(struct rcu_head *rcu)
{
	tun_alt_program_free(container_of(rcu, struct tun_alt_program, rcu));
}

/**
 * tun_alt_program_replace() - put another program into the place of one
 * @place: where the data path looks
 * @program: the new one, or NULL for none
 *
 * Context: Process context, RTNL held. The old program goes after a grace period, for which the
 * module's exit waits.
 */
void tun_alt_program_replace(struct tun_alt_program __rcu **place, struct tun_alt_program *program)
{
	struct tun_alt_program *old;

	old = rcu_replace_pointer(*place, program, lockdep_rtnl_is_held());
	if (old)
		call_rcu(&old->rcu, program_free_rcu);
}

/**
 * tun_alt_program_run() - ask a program about a packet
 * @program: the program
 * @skb: the packet; its control block is cleared where the program uses it
 *
 * Context: RCU read-side section.
 * Return: the program's answer.
 */
u32 tun_alt_program_run(const struct tun_alt_program *program, struct sk_buff *skb)
{
	return bpf_prog_run_clear_cb(program->prog, skb);
}
