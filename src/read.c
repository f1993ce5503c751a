// SPDX-License-Identifier: GPL-2.0
/*
 * Second hop, stack to program: a packet leaves a queue's ring and is copied out, headers first.
 */
#include "read.h"

#include <linux/if_tun.h>
#include <linux/sched/signal.h>
#include <linux/uio.h>

#include "backpressure.h"
#include "config.h"
#include "device.h"
#include "fifo.h"
#include "ip.h"
#include "offload.h"
#include "queue.h"
#include "rings.h"
#include "user.h"

/**
 * tun_alt_read_refuse() - raise a refusal and keep it on the descriptor
 * @q: the queue
 * @err: the errno for the caller, negative
 * @reason: what the call ran into
 * @first: the first number of the text
 * @second: the second one
 *
 * By itself, out of the way of the packets that are read.
 *
 * Context: Process context, takes the refusal's lock.
 * Return: @err.
 */
noinline_for_stack int tun_alt_read_refuse(struct tun_alt_queue *q, int err,
					   enum tun_alt_reason reason, u64 first, u64 second)
{
	struct tun_alt_refusal why;

	tun_alt_refuse_values(&why, err, reason, first, second);
	return tun_alt_queue_remember(q, &why);
}

/**
 * tun_alt_read_protocol() - what the packet information says of a packet
 * @entry: the packet
 * @l3: whether it has no Ethernet header
 *
 * Whoever redirected a frame here said nothing of its protocol; the frame does.
 *
 * Context: Any.
 * Return: its protocol.
 */
__be16 tun_alt_read_protocol(void *entry, bool l3)
{
	const struct xdp_frame *frame = tun_alt_fifo_frame(entry);
	const struct sk_buff *skb = entry;

	if (!frame)
		return skb->protocol;
	if (l3)
		return tun_alt_ip_protocol(tun_alt_ip_first(frame->data, frame->len));
	return frame->len < ETH_HLEN ? 0 : ((struct ethhdr *)frame->data)->h_proto;
}

/* Who asks for less than a packet gets its beginning and loses the rest: TUN_PKT_STRIP says so. */
static int read_put_pi(void *entry, bool l3, unsigned int total, struct iov_iter *to)
{
	struct tun_pi pi = { .proto = tun_alt_read_protocol(entry, l3) };

	if (iov_iter_count(to) < total)
		pi.flags |= TUN_PKT_STRIP;
	return tun_alt_user_put(&pi, sizeof(pi), to) ? 0 : -EFAULT;
}

/* The tag travels beside the packet; a program expects it where it stands on a wire. */
static int read_put_tagged(struct sk_buff *skb, struct iov_iter *to)
{
	const int before = offsetof(struct vlan_ethhdr, h_vlan_proto);
	struct {
		__be16 proto;
		__be16 tci;
	} tag = { skb->vlan_proto, htons(skb_vlan_tag_get(skb)) };
	int err;

	err = skb_copy_datagram_iter(skb, 0, to, before);
	if (err || !iov_iter_count(to))
		return err;
	if (copy_to_iter(&tag, sizeof(tag), to) != sizeof(tag))
		return iov_iter_count(to) ? -EFAULT : 0;
	if (!iov_iter_count(to))
		return 0;
	return skb_copy_datagram_iter(skb, before, to, skb->len - before);
}

/* What software has cut into segments is in fragments of what was one. */
static int read_put_fragments(const struct sk_buff *skb, size_t length, struct iov_iter *to)
{
	const struct skb_shared_info *shared = skb_shinfo(skb);
	size_t piece = min_t(size_t, length, skb_headlen(skb));
	const skb_frag_t *fragment = shared->frags;

	if (!tun_alt_user_put(skb->data, piece, to))
		return -EFAULT;
	for (length -= piece; length; length -= piece, fragment++) {
		piece = min_t(size_t, length, skb_frag_size(fragment));
		if (!tun_alt_user_put(skb_frag_address(fragment), piece, to))
			return -EFAULT;
	}
	return 0;
}

/**
 * tun_alt_read_put_rest() - copy a packet that is more than an skb's linear part
 * @entry: the packet
 * @length: bytes of it for which there is room
 * @to: where it goes
 *
 * Context: Process context, may sleep; any if @to is memory of the kernel's.
 * Return: 0 or -EFAULT.
 */
noinline_for_stack int tun_alt_read_put_rest(void *entry, size_t length, struct iov_iter *to)
{
	const struct xdp_frame *frame = tun_alt_fifo_frame(entry);
	struct sk_buff *skb = entry;

	if (frame)
		return tun_alt_user_put(frame->data, length, to) ? 0 : -EFAULT;
	if (tun_alt_read_is_tagged(skb))
		return read_put_tagged(skb, to);
	/* Packets in packets, and memory that has to be mapped first, are for who knows them. */
	if (IS_ENABLED(CONFIG_HIGHMEM) || skb_has_frag_list(skb))
		return skb_copy_datagram_iter(skb, 0, to, length);
	return read_put_fragments(skb, length, to);
}

/**
 * tun_alt_read_put_headers() - copy the headers of the device
 * @config: what the device is set to
 * @entry: the packet that follows
 * @total: bytes of headers and packet
 * @to: where they go, with room for them
 *
 * Context: Process context, may sleep.
 * Return: 0 or -EFAULT.
 */
int tun_alt_read_put_headers(const struct tun_alt_config *config, void *entry, unsigned int total,
			     struct iov_iter *to)
{
	const struct sk_buff *skb = tun_alt_fifo_frame(entry) ? NULL : entry;

	if (!(config->flags & IFF_NO_PI) && read_put_pi(entry, config->flags & IFF_TUN, total, to))
		return -EFAULT;
	return config->vnet.size ? tun_alt_vnet_put(config->vnet, skb, to) : 0;
}

/*
 * As in-tree, a fault inside the payload does not show in the return value: the packet is gone,
 * and a program that was told so would not get it back. It is counted.
 */
static int read_put(struct tun_alt_queue *q, const struct tun_alt_config *config, void *entry,
		    unsigned int header, unsigned int length, struct iov_iter *to)
{
	size_t room = iov_iter_count(to);

	if (room < header)
		return tun_alt_read_refuse(q, -EINVAL, TUN_ALT_REFUSED_SHORT_HEADER, room, header);
	if (header && tun_alt_read_put_headers(config, entry, header + length, to))
		return tun_alt_read_refuse(q, -EFAULT, TUN_ALT_REFUSED_FAULT, 0, 0);
	if (tun_alt_read_put_payload(entry, length, to))
		tun_alt_queue_count_drop(q, config->attachment, TUN_ALT_DROP_READ_FAULT);
	else if (room < header + length)
		tun_alt_queue_count_drop(q, config->attachment, TUN_ALT_DROP_TRUNCATED);
	return 0;
}

/* What this makes room for is xmitted here, as soon as softirqs are on again. */
static void *read_consume_pressed(struct tun_alt_queue *q, const struct tun_alt_config *config)
{
	void *entry = NULL;

	spin_lock_bh(&q->fifo.consumer_lock);
	if (tun_alt_queue_still(q, config->attachment))
		entry = __ptr_ring_consume(&q->fifo);
	if (entry)
		tun_alt_backpressure_consumed(q, config->attachment, &entry, 1);
	spin_unlock_bh(&q->fifo.consumer_lock);
	return entry;
}

/*
 * The next packet of the device that the call began with. The file may have another device by now:
 * its packet has a length and headers that this call knows nothing of, and is for the next call.
 * The ring changes hands under its consumer lock after the attachment ended, so that who could see
 * such a packet sees that as well.
 */
static void *read_consume(struct tun_alt_queue *q, const struct tun_alt_config *config)
{
	void *entry = NULL;

	if (config->flags & TUN_ALT_IFF_BACKPRESSURE)
		return read_consume_pressed(q, config);
	spin_lock(&q->fifo.consumer_lock);
	if (tun_alt_queue_still(q, config->attachment))
		entry = __ptr_ring_consume(&q->fifo);
	/* Of a time when the device had the flag, as this call has not seen it. */
	if (entry && tun_alt_bql_is_charged(q, entry))
		tun_alt_backpressure_consumed(q, config->attachment, &entry, 1);
	spin_unlock(&q->fifo.consumer_lock);
	return entry;
}

/*
 * Whether there is anything to wake up for: a packet, which @entry then gets, or the end of the
 * device.
 */
static bool read_take(struct tun_alt_queue *q, const struct tun_alt_config *config, void **entry)
{
	*entry = NULL;
	if (!tun_alt_queue_still(q, config->attachment))
		return true;
	*entry = read_consume(q, config);
	return *entry || !tun_alt_queue_still(q, config->attachment) || tun_alt_rings_reads(q);
}

/* What the device was set to while the call slept holds for the packet that ended the sleep. */
static void read_look_again(struct tun_alt_queue *q, struct tun_alt_config *config)
{
	struct tun_alt_config now;

	if (tun_alt_queue_config(q, &now) && now.attachment == config->attachment)
		*config = now;
}

/**
 * tun_alt_read_wait() - wait for a packet
 * @q: the queue
 * @config: what its device is set to; what it is set to now, if a packet came
 * @entry: gets the packet
 *
 * Context: Process context, sleeps.
 * Return: 0; -ERESTARTSYS; -EFAULT if the device went; -EBUSY if a read ring is in the place of the
 * fifo now.
 */
noinline_for_stack int tun_alt_read_wait(struct tun_alt_queue *q, struct tun_alt_config *config,
					 void **entry)
{
	int err;

	err = wait_event_interruptible(q->readers, read_take(q, config, entry));
	if (err)
		return err;
	if (!*entry && tun_alt_queue_still(q, config->attachment))
		return tun_alt_read_refuse(q, -EBUSY, TUN_ALT_REFUSED_READ_RING, 0, 0);
	if (!*entry)
		return tun_alt_read_refuse(q, -EFAULT, TUN_ALT_REFUSED_DEVICE_GONE, 0, 0);
	read_look_again(q, config);
	return 0;
}

/**
 * tun_alt_read_finish() - what was copied is the program's: count it, and give its memory back
 * @q: the queue
 * @attachment: &struct tun_alt_config.attachment of the call
 * @entry: the packets, consumed
 * @nr: how many
 * @bytes: of all of them
 *
 * Counters are a processor's own, as is the memory that an skb goes back to. Those of a device that
 * went while they were copied nobody can ask for.
 *
 * Context: Process context.
 */
void tun_alt_read_finish(struct tun_alt_queue *q, u32 attachment, void **entry, unsigned int nr,
			 unsigned int bytes)
{
	unsigned int i;

	local_bh_disable();
	if (likely(tun_alt_queue_still(q, attachment))) {
		/* Where preemption is what softirqs run with, it stays on above. */
		preempt_disable();
		tun_alt_count_read(q->traffic, nr, bytes);
		preempt_enable();
	}
	for (i = 0; i < nr; i++)
		tun_alt_fifo_free(entry[i]);
	local_bh_enable();
}

/**
 * tun_alt_read_drop() - the end of a packet that was taken out of the ring and that nobody gets
 * @q: the queue
 * @attachment: &struct tun_alt_config.attachment of the call
 * @entry: the packet
 * @reason: why
 *
 * Context: Process context.
 */
void tun_alt_read_drop(struct tun_alt_queue *q, u32 attachment, void *entry,
		       enum tun_alt_drop reason)
{
	rcu_read_lock();
	tun_alt_fifo_drop(tun_alt_queue_drops(q, attachment), entry, reason);
	rcu_read_unlock();
}

/**
 * tun_alt_read_make_fit() - see that the program can make use of a packet that asks something of it
 * @q: the queue
 * @config: what its device is set to
 * @skb: the packet, which dies and is counted if it cannot
 *
 * Context: Process context.
 * Return: 0, or an error.
 */
noinline_for_stack int tun_alt_read_make_fit(struct tun_alt_queue *q,
					     const struct tun_alt_config *config,
					     struct sk_buff *skb)
{
	int err;

	err = tun_alt_offload_make_fit(config->offload, config->vnet.size, skb);
	if (err)
		tun_alt_read_drop(q, config->attachment, skb, TUN_ALT_DROP_OFFLOAD);
	return err;
}

/*
 * The next packet that fits. Writers whose frames an XDP program sends back may find it more of the
 * others than it can drop in its turn.
 */
static int read_next(struct tun_alt_queue *q, struct tun_alt_config *config, bool may_wait,
		     void **entry)
{
	int err;

	for (;;) {
		*entry = read_consume(q, config);
		if (!*entry) {
			err = may_wait ? tun_alt_read_wait(q, config, entry) : -EAGAIN;
			if (err)
				return err;
		}
		if (!tun_alt_read_fit(q, config, *entry))
			return 0;
		cond_resched();
	}
}

static int read_given(struct tun_alt_queue *q, const struct tun_alt_config *config, void *entry)
{
	if (!tun_alt_read_fit(q, config, entry))
		return 0;
	return tun_alt_read_refuse(q, -EINVAL, TUN_ALT_REFUSED_OFFLOAD_GONE, 0, 0);
}

static ssize_t read_out(struct tun_alt_queue *q, const struct tun_alt_config *config, void *entry,
			struct iov_iter *to)
{
	unsigned int header = tun_alt_read_header_length(config->flags, config->vnet);
	unsigned int length = tun_alt_read_frame_length(entry);
	int err = read_put(q, config, entry, header, length, to);

	if (err) {
		tun_alt_read_drop(q, config->attachment, entry,
				  err == -EINVAL ? TUN_ALT_DROP_SHORT_READ :
						   TUN_ALT_DROP_READ_FAULT);
		return err;
	}
	tun_alt_read_finish(q, config->attachment, &entry, 1, length);
	return header + length;
}

/**
 * tun_alt_read() - read one packet
 * @q: the queue
 * @to: where the packet goes; what does not fit is lost
 * @may_wait: whether to wait for one
 * @entry: the packet, if the caller took it out of the ring already, or NULL; consumed
 *
 * Context: Process context, may sleep.
 * Return: the packet's length, headers included, and more than the room in @to if it was cut;
 * 0 for an empty @to, with no packet taken out of the ring; -EBADFD without a device; -EAGAIN;
 * -ERESTARTSYS; -EINVAL if @to is shorter than the headers, with the packet lost; -EFAULT for bad
 * memory below the headers, or when the device went since the call began.
 */
ssize_t tun_alt_read(struct tun_alt_queue *q, struct iov_iter *to, bool may_wait, void *entry)
{
	struct tun_alt_config config;
	int err = 0;

	if (!tun_alt_queue_config(q, &config)) {
		if (entry)
			tun_alt_fifo_drop(NULL, entry, TUN_ALT_DROP_READ_QUEUE_GONE);
		return tun_alt_read_refuse(q, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED, 0, 0);
	}
	if (!iov_iter_count(to)) {
		if (entry)
			tun_alt_read_drop(q, config.attachment, entry, TUN_ALT_DROP_SHORT_READ);
		return 0;
	}
	if (entry)
		err = read_given(q, &config, entry);
	else
		err = read_next(q, &config, may_wait, &entry);
	return err ? err : read_out(q, &config, entry, to);
}

static int read_peek_length(void *entry)
{
	return entry ? tun_alt_read_frame_length(entry) : -1;
}

/**
 * tun_alt_read_peek() - the length of the next packet, without headers
 * @q: the queue
 *
 * Context: Process context, takes the ring's consumer lock.
 * Return: bytes, or 0 if there is no packet or no device.
 */
int tun_alt_read_peek(struct tun_alt_queue *q)
{
	int length = PTR_RING_PEEK_CALL(&q->fifo, read_peek_length);

	return max(length, 0);
}

/**
 * tun_alt_read_length() - what the next read() would return, given room enough
 * @q: the queue
 * @tun: its device
 *
 * Context: Process context, takes the ring's consumer lock.
 * Return: the length in bytes, headers included, or 0 if there is no packet.
 */
int tun_alt_read_length(struct tun_alt_queue *q, const struct tun_alt_dev *tun)
{
	int length = PTR_RING_PEEK_CALL(&q->fifo, read_peek_length);

	if (length < 0)
		return 0;
	length += tun_alt_read_header_length(READ_ONCE(tun->flags), tun_alt_dev_vnet_shape(tun));
	return min_t(unsigned int, length, INT_MAX);
}
