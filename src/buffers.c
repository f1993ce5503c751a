// SPDX-License-Identifier: GPL-2.0
/*
 * A buffer is one piece of memory, and the fragments of packets are references to it. When there is
 * none but ours the stack is done with it, in whatever order that comes: the program is told then.
 *
 * What may be asked of each skb, to tell of its end, is asked too early: on its way to a socket it
 * would be copied. So nobody tells, and whoever kicks looks.
 *
 * The program's mappings have no part in the count: their pages have no owner but the mapping as a
 * whole, which is a user of the buffers. Nobody else can pin such a page.
 */
#include "buffers.h"

#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/refcount.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "compat.h"

#define BUFFERS_ORDER	get_order(TUN_ALT_BUFFER_BYTES)
#define BUFFERS_MOST	(TUN_ALT_RING_MOST / TUN_ALT_BUFFER_BYTES)

/**
 * struct tun_alt_buffers - memory that is lent; set before anybody else sees it, but for what says
 *	otherwise
 * @users: the ring, and each mapping
 * @nr: how many buffers
 * @busy: a page for the program to see, with a number for each buffer; written by who may change
 *	@lent, and by the program
 * @lent: those that the stack has had; guarded by the lock of the write ring
 * @buffer: their memory
 */
struct tun_alt_buffers {
	refcount_t users;
	unsigned int nr;
	u32 *busy;
	DECLARE_BITMAP(lent, BUFFERS_MOST);
	struct page *buffer[];
};

static void buffers_free(struct tun_alt_buffers *buffers)
{
	unsigned int i;

	for (i = 0; i < buffers->nr; i++)
		put_page(buffers->buffer[i]);
	free_page((unsigned long)buffers->busy);
	kfree(buffers);
}

/**
 * tun_alt_buffers_put() - no longer use buffers
 * @buffers: the buffers; packets that are in them stay
 *
 * Context: Process context.
 */
void tun_alt_buffers_put(struct tun_alt_buffers *buffers)
{
	if (refcount_dec_and_test(&buffers->users))
		buffers_free(buffers);
}

/**
 * tun_alt_buffers_alloc() - make buffers, charged to the caller
 * @bytes: of all of them, a multiple of %TUN_ALT_BUFFER_BYTES, at most %TUN_ALT_RING_MOST
 *
 * Context: Process context, may sleep.
 * Return: the buffers, for tun_alt_buffers_put() in the end; NULL without memory in such pieces.
 */
struct tun_alt_buffers *tun_alt_buffers_alloc(u32 bytes)
{
	/* RTNL is held: nobody is to wait for memory to be moved about. */
	const gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_COMP | __GFP_ZERO | __GFP_NOWARN |
			  __GFP_NORETRY;
	unsigned int nr = bytes / TUN_ALT_BUFFER_BYTES;
	struct tun_alt_buffers *buffers;

	BUILD_BUG_ON(BUFFERS_MOST * sizeof(*buffers->busy) > PAGE_SIZE);
	BUILD_BUG_ON(TUN_ALT_BUFFER_BYTES % PAGE_SIZE);
	buffers = kzalloc(struct_size(buffers, buffer, nr), GFP_KERNEL_ACCOUNT);
	if (!buffers)
		return NULL;
	refcount_set(&buffers->users, 1);
	buffers->busy = (u32 *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!buffers->busy)
		goto free;
	for (; buffers->nr < nr; buffers->nr++) {
		buffers->buffer[buffers->nr] = alloc_pages(gfp, BUFFERS_ORDER);
		if (!buffers->buffer[buffers->nr])
			goto free;
	}
	return buffers;
free:
	buffers_free(buffers);
	return NULL;
}

/**
 * tun_alt_buffers_bytes() - how large they are
 * @buffers: the buffers
 *
 * Context: Any.
 * Return: bytes of all of them.
 */
u32 tun_alt_buffers_bytes(const struct tun_alt_buffers *buffers)
{
	return buffers->nr * TUN_ALT_BUFFER_BYTES;
}

/**
 * tun_alt_buffers_busy() - how many are not back yet, as far as anybody has looked
 * @buffers: the buffers
 *
 * Context: Any.
 * Return: how many.
 */
unsigned int tun_alt_buffers_busy(const struct tun_alt_buffers *buffers)
{
	unsigned int i, n = 0;

	for (i = 0; i < BITS_TO_LONGS(buffers->nr); i++)
		n += hweight_long(READ_ONCE(buffers->lent[i]));
	return n;
}

/**
 * tun_alt_buffers_length() - how long the mapping is
 * @buffers: the buffers
 *
 * Context: Any.
 * Return: bytes: of a page that says which of them are busy, and theirs.
 */
u32 tun_alt_buffers_length(const struct tun_alt_buffers *buffers)
{
	return PAGE_SIZE + tun_alt_buffers_bytes(buffers);
}

static unsigned long buffers_pfn(const struct tun_alt_buffers *buffers, unsigned long page)
{
	const unsigned long pages = TUN_ALT_BUFFER_BYTES / PAGE_SIZE;

	if (!page)
		return virt_to_phys(buffers->busy) >> PAGE_SHIFT;
	return page_to_pfn(buffers->buffer[(page - 1) / pages]) + (page - 1) % pages;
}

static void buffers_vm_open(struct vm_area_struct *vma)
{
	struct tun_alt_buffers *buffers = vma->vm_private_data;

	refcount_inc(&buffers->users);
}

static void buffers_vm_close(struct vm_area_struct *vma)
{
	tun_alt_buffers_put(vma->vm_private_data);
}

/* Whatever part of the mapping is left begins at the page that its offset says. */
static vm_fault_t buffers_vm_fault(struct vm_fault *fault)
{
	struct vm_area_struct *vma = fault->vma;
	const struct tun_alt_buffers *buffers = vma->vm_private_data;
	unsigned long page = fault->pgoff - (TUN_ALT_BUFFERS_OFFSET >> PAGE_SHIFT);

	if (page >= tun_alt_buffers_length(buffers) / PAGE_SIZE)
		return VM_FAULT_SIGBUS;
	return vmf_insert_pfn(vma, fault->address, buffers_pfn(buffers, page));
}

static const struct vm_operations_struct buffers_vm_ops = {
	.open = buffers_vm_open,
	.close = buffers_vm_close,
	.fault = buffers_vm_fault,
};

/**
 * tun_alt_buffers_map() - mmap()
 * @buffers: the buffers
 * @vma: where all of them are to be seen, shared
 *
 * Context: Process context, mmap_lock is held.
 * Return: 0, or -EINVAL for another length or a private mapping.
 */
int tun_alt_buffers_map(struct tun_alt_buffers *buffers, struct vm_area_struct *vma)
{
	if (!(vma->vm_flags & VM_SHARED) ||
	    vma->vm_end - vma->vm_start != tun_alt_buffers_length(buffers))
		return -EINVAL;
	tun_alt_change_vm_flags(vma, VM_PFNMAP | VM_IO | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP,
				VM_MAYEXEC);
	refcount_inc(&buffers->users);
	vma->vm_private_data = buffers;
	vma->vm_ops = &buffers_vm_ops;
	return 0;
}

/**
 * tun_alt_buffers_find() - where a frame is
 * @frame: the frame, as the program has said
 * @parts: gets its parts in order, up to %TUN_ALT_BUFFERS_SPAN of them
 *
 * Context: Any.
 * Return: how many parts, 0 for a frame that is empty, too long, or elsewhere.
 */
unsigned int tun_alt_buffers_find(const struct tun_alt_buffer_frame *frame, struct kvec *parts)
{
	const struct tun_alt_buffers *buffers = frame->buffers;
	u32 bytes = tun_alt_buffers_bytes(buffers);
	u32 start = frame->start, left = frame->length;
	unsigned int n, i;
	u32 offset;

	if (left > TUN_ALT_RING_SLACK || left > bytes || start > bytes - left)
		return 0;
	for (n = 0; left; n++) {
		i = array_index_nospec(start / TUN_ALT_BUFFER_BYTES, buffers->nr);
		offset = start % TUN_ALT_BUFFER_BYTES;
		parts[n].iov_base = page_address(buffers->buffer[i]) + offset;
		parts[n].iov_len = min_t(u32, left, TUN_ALT_BUFFER_BYTES - offset);
		start += parts[n].iov_len;
		left -= parts[n].iov_len;
	}
	return n;
}

/**
 * tun_alt_buffers_lend() - have an skb use the end of a frame where it is
 * @frame: the frame, which tun_alt_buffers_find() has found
 * @skb: has its beginning, and no fragments; gets them
 * @length: bytes of the end
 *
 * Context: The lock of the write ring is held.
 */
void tun_alt_buffers_lend(const struct tun_alt_buffer_frame *frame, struct sk_buff *skb,
			  u32 length)
{
	struct tun_alt_buffers *buffers = frame->buffers;
	u32 start = frame->start + frame->length - length;
	struct kvec parts[TUN_ALT_BUFFERS_SPAN];
	struct tun_alt_buffer_frame end = {
		.buffers = buffers, .start = start, .length = length,
	};
	unsigned int first = start / TUN_ALT_BUFFER_BYTES;
	unsigned int n = tun_alt_buffers_find(&end, parts), i;

	for (i = 0; i < n; i++) {
		struct page *page = virt_to_head_page(parts[i].iov_base);

		get_page(page);
		skb_fill_page_desc(skb, i, page, parts[i].iov_base - page_address(page),
				   parts[i].iov_len);
		set_bit(first + i, buffers->lent);
		WRITE_ONCE(buffers->busy[first + i], 1);
	}
	/* Whoever is to sum it up, or to send it on, is not to take it for what stays as it is. */
	skb_shinfo(skb)->flags |= SKBFL_SHARED_FRAG;
	skb->len += length;
	skb->data_len += length;
	skb->truesize += length;
}

/**
 * tun_alt_buffers_reap() - tell the program which buffers it has back
 * @buffers: the buffers
 *
 * Context: The lock of the write ring is held.
 */
void tun_alt_buffers_reap(struct tun_alt_buffers *buffers)
{
	unsigned int i;

	for_each_set_bit(i, buffers->lent, buffers->nr) {
		if (page_ref_count(buffers->buffer[i]) != 1)
			continue;
		clear_bit(i, buffers->lent);
		/* (L) Behind all that was read there; the program acquires it before it writes. */
		smp_store_release(&buffers->busy[i], 0);
	}
}
