// SPDX-License-Identifier: GPL-2.0
/*
 * The node under test beside in-tree tun, in one network namespace: the same frames with vnet
 * headers go to both, and they must be taken or refused by both, seen as the same by AF_PACKET, and
 * come out of the router's other end as the same. A known difference has its line in
 * refused_by_ours(), refused_by_in_tree() or passed_on_otherwise().
 *
 * VNET_FUZZ_SEED and VNET_FUZZ_COUNT in the environment take other cases, or more.
 */
#include "kselftest_harness.h"
#include "vnet_fuzz.h"

#define SEED 20090
#define COUNT 3000
#define REFERENCE "/dev/net/tun"
#define MOST_PIECES 9000	/* of 60000 bytes in segments of 8 */

/**
 * struct side - one of the two, with what became of its last packet
 * @path: its device, whose other end is the same for both
 * @seen: what AF_PACKET said, header first
 * @seen_len: its length, or -errno
 * @out: what came out of the router, packet behind packet
 * @out_len: its length
 * @pieces: how many packets that was
 */
struct side {
	struct vnet_path path;
	struct vnet_hdr hdr;
	unsigned char seen[PACKET_MAX];
	ssize_t seen_len;
	unsigned char out[1 << 20];
	size_t out_len;
	int pieces;
};

static struct side ours, theirs;
static struct fuzz fuzz;
/* Devices that are down: they judge the header and take nothing */
static struct side our_judge, their_judge;
/* Whether TCP's segments are of 8 bytes at least in-tree, as they are since 6.1.190 */
static bool least_segment_in_tree;

static int side_create(struct side *side, const char *node, int type)
{
	char previous[64];
	int ret;

	snprintf(previous, sizeof(previous), "%s", tun_node());
	setenv("TUN_NODE", node, 1);
	ret = tun_dev_create(&side->path.in, type | IFF_VNET_HDR, O_NONBLOCK);
	setenv("TUN_NODE", previous, 1);
	if (ret)
		return ret;
	if (vnet_path_ipv6(side->path.in.name))
		return -EIO;
	if (type & IFF_TAP && net_ip("link set %s address 02:00:00:00:00:01", side->path.in.name))
		return -EIO;
	net_mac(side->path.in.name, side->path.mac);
	return vnet_path_capture(&side->path);
}

/* Asks in-tree for segments of one byte; 0 or -errno */
static int find_least_segment(void)
{
	static const struct sender tiny = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1, 20, 16 },
	};
	static struct side asked;
	int ret = side_create(&asked, REFERENCE, SENDER_TUN);

	if (!ret)
		ret = sender_write(&tiny, asked.path.in.fd, sender_frame(&tiny, NULL));
	if (ret)
		return ret;
	asked.seen_len = vnet_path_captured(&asked.path, &asked.hdr, asked.seen,
					    sizeof(asked.seen));
	least_segment_in_tree = asked.hdr.gso_size == 8;
	close(asked.path.capture);
	close(asked.path.in.fd);
	return asked.seen_len < 0 ? asked.seen_len : 0;
}

/* Four devices of @type and the other end; 0 or -errno */
static int setup(int type)
{
	struct tun_dev out;
	int ret = tun_dev_netns();

	if (!ret)
		ret = find_least_segment();
	if (!ret)
		ret = side_create(&ours, tun_node(), type);
	if (!ret)
		ret = side_create(&theirs, REFERENCE, type);
	if (!ret)
		ret = side_create(&our_judge, tun_node(), type);
	if (!ret)
		ret = side_create(&their_judge, REFERENCE, type);
	if (!ret)
		ret = net_down(our_judge.path.in.name);
	if (!ret)
		ret = net_down(their_judge.path.in.name);
	if (!ret)
		ret = tun_dev_create(&out, SENDER_TUN, O_NONBLOCK);
	if (ret || vnet_path_ipv6(out.name) || net_set_mtu(out.name, 65535) ||
	    net_set_txqueuelen(out.name, MOST_PIECES))
		return ret ? ret : -EIO;
	ours.path.out = out;
	theirs.path.out = out;
	if (net_sysctl("ipv4/ip_forward", "1") || net_sysctl("ipv6/conf/all/forwarding", "1") ||
	    net_sysctl("ipv4/conf/all/rp_filter", "0"))
		return -EIO;
	return net_ip_batch("addr add 10.2.0.1/24 dev %s\naddr add fd00:2::1/64 dev %s nodad\n",
			    out.name, out.name) ? -EIO : 0;
}

/* What became of the packet that was written last */
static void side_look(struct side *side)
{
	ssize_t len;

	memset(&side->hdr, 0, sizeof(side->hdr));
	side->seen_len = vnet_path_captured(&side->path, &side->hdr, side->seen,
					    sizeof(side->seen));
	side->out_len = 0;
	side->pieces = 0;
	while (side->out_len + PACKET_MAX < sizeof(side->out)) {
		len = vnet_path_read(&side->path, side->out + side->out_len, PACKET_MAX, 0);
		if (len < 0)
			break;
		side->out_len += len;
		side->pieces++;
	}
}

/* Fragments of IPv6 have a random number in common */
static bool out_is_random(void)
{
	return (fuzz.sender.hdr.gso_type & ~SENDER_ECN) == SENDER_UFO;
}

static bool sides_agree(void)
{
	/* how much of it is linear is each driver's own matter */
	ours.hdr.hdr_len = theirs.hdr.hdr_len;
	if (ours.seen_len != theirs.seen_len || ours.pieces != theirs.pieces ||
	    ours.out_len != theirs.out_len || memcmp(&ours.hdr, &theirs.hdr, VNET_PLAIN))
		return false;
	if (ours.seen_len > 0 && memcmp(ours.seen, theirs.seen, ours.seen_len))
		return false;
	return out_is_random() || !memcmp(ours.out, theirs.out, ours.out_len);
}

/* Where the IP header is and which, by tags on a TAP, by PI or the version on a TUN; 0: no IP */
static int find_l3(size_t *l3)
{
	const unsigned char *data = fuzz.frame.packet.data;
	size_t len = fuzz.frame.packet.len - fuzz.sender.cut;
	int type;

	*l3 = 0;
	if (fuzz.type & IFF_TUN && !(fuzz.type & IFF_NO_PI) && fuzz.proto)
		return fuzz.proto;
	if (fuzz.type & IFF_TUN)
		return data[0] >> 4 == 4 ? ETH_P_IP : data[0] >> 4 == 6 ? ETH_P_IPV6 : 0;
	type = packet_get16(data + 12);
	*l3 = ETH_HLEN;
	for (int i = 0; (type == ETH_P_8021Q || type == ETH_P_8021AD) && i < 8; i++) {
		if (*l3 + 4 > len)
			break;
		type = packet_get16(data + *l3 + 2);
		*l3 += 4;
	}
	return type;
}

/* Whether the checksum begins before the IP header ends, as far as one looks for that */
static bool csum_in_l3(void)
{
	bool v6 = (fuzz.sender.hdr.gso_type & 0x1f) == SENDER_TSO6;
	size_t l3;
	int type = find_l3(&l3);

	if (!(fuzz.sender.hdr.flags & SENDER_CSUM))
		return false;
	if (type != ETH_P_IP && type != ETH_P_IPV6)
		l3 = 0;
	return fuzz.sender.hdr.csum_start < l3 + (v6 || type == ETH_P_IPV6 ? 40 : 20);
}

/* The hint of the headers is longer than the frame, and not than the frame and what is skipped */
static bool hint_in_the_header(void)
{
	size_t len = fuzz.frame.packet.len - fuzz.sender.cut;

	return fuzz.sender.size > VNET_PLAIN && fuzz.sender.hdr.hdr_len > len;
}

/* Why ours refuses what in-tree takes; NULL if it may not */
static const char *refused_by_ours(void)
{
	const struct vnet_hdr *hdr = &fuzz.sender.hdr;

	if (csum_in_l3())
		return "in-tree does not count from the IP header";
	if (hint_in_the_header() && vnet_kernel_is(6, 15))
		return "in-tree takes the rest of the header for a part of the frame";
	if (hdr->gso_type && !(hdr->flags & SENDER_CSUM) && !vnet_kernel_is(7, 3))
		return "before 7.3, nobody looks what the segments are of";
	return NULL;
}

/* Why in-tree refuses what ours takes */
static const char *refused_by_in_tree(void)
{
	if (!vnet_kernel_is(6, 2) && fuzz.sender.hdr.gso_type == SENDER_USO)
		return "6.1's tun knows no USO";
	/*
	 * 14 bytes of Ethernet and the IP header of the tunnel: vnet_tunnel_read shows it, as
	 * tunnel_over_*_can_be_written_to_another_tun
	 */
	if (fuzz.type & IFF_TUN && fuzz.sender.hdr.gso_type & 0x60 &&
	    fuzz.sender.hdr.outer_th < 14 + (fuzz.sender.hdr.gso_type & 0x20 ? 20 : 40))
		return "7.3 counts an Ethernet header in front of a tunnel on TUN as well";
	return NULL;
}

static void print_case(struct __test_metadata *_metadata, unsigned int i, int our_verdict,
		       int their_verdict)
{
	const struct vnet_hdr *hdr = &fuzz.sender.hdr;
	const struct gso_frame *frame = &fuzz.frame;

	TH_LOG("case %u: ours %d, in-tree's %d", i, our_verdict, their_verdict);
	TH_LOG("header %u: flags %x type %x len %u size %u start %u offset %u outer %u inner %u",
	       fuzz.sender.size, hdr->flags, hdr->gso_type, hdr->hdr_len, hdr->gso_size,
	       hdr->csum_start, hdr->csum_offset, hdr->outer_th, hdr->inner_nh);
	TH_LOG("frame of %zu less %zu: tags %d family %d in %d proto %d l3 %zu l4 %zu pi 0x%x",
	       frame->packet.len, fuzz.sender.cut, frame->tags, frame->family,
	       frame->tunnel.family, frame->proto, frame->l3, frame->l4, fuzz.proto);
	TH_LOG("seen as flags 0x%x type 0x%x size %u start %u, and 0x%x 0x%x %u %u",
	       ours.hdr.flags, ours.hdr.gso_type, ours.hdr.gso_size, ours.hdr.csum_start,
	       theirs.hdr.flags, theirs.hdr.gso_type, theirs.hdr.gso_size, theirs.hdr.csum_start);
	TH_LOG("seen %zd and %zd, out %d of %zu and %d of %zu", ours.seen_len, theirs.seen_len,
	       ours.pieces, ours.out_len, theirs.pieces, theirs.out_len);
}

static int verdict(struct side *side)
{
	int ret = vnet_set_size(side->path.in.fd, fuzz.sender.size);

	return ret ? ret : fuzz_write(&fuzz, side->path.in.fd);
}

static int judged(struct side *side)
{
	int ret = verdict(side);

	return ret == -EIO ? 0 : ret;
}

static bool segments_too_small(void)
{
	int type = fuzz.sender.hdr.gso_type & ~SENDER_ECN;

	return fuzz.sender.hdr.gso_size < 8 && (type == SENDER_TSO4 || type == SENDER_TSO6);
}

/* Why what both take may become something else; NULL if it may not */
static const char *passed_on_otherwise(void)
{
	const struct vnet_hdr *hdr = &fuzz.sender.hdr;

	if (!least_segment_in_tree && segments_too_small())
		return "before 6.1.190, in-tree makes segments as small as it is told";
	if (!hdr->gso_type || hdr->flags & SENDER_CSUM)
		return NULL;
	if (!vnet_kernel_is(7, 3))
		return "before 7.3, nobody looks where the segments' headers end";
	if (!(fuzz.type & IFF_NO_PI) && !fuzz.proto)
		return "looking for the headers, in-tree finds the protocol that PI did not tell";
	return NULL;
}

/* Both take it: they pass the same on. What only in-tree takes is for nobody's stack */
static bool both_pass_on(int *our_verdict, int *their_verdict)
{
	if (!tun_is_alt() && refused_by_ours())
		return true;
	*our_verdict = verdict(&ours);
	side_look(&ours);
	*their_verdict = verdict(&theirs);
	side_look(&theirs);
	return !*our_verdict && !*their_verdict && (passed_on_otherwise() || sides_agree());
}

/* One case; false when the two differ and nothing explains it */
static bool try_case(struct __test_metadata *_metadata, unsigned int i)
{
	int our_verdict = judged(&our_judge), their_verdict = judged(&their_judge);
	bool good;

	if (!our_verdict && !their_verdict)
		good = both_pass_on(&our_verdict, &their_verdict);
	else if (our_verdict == -EINVAL && !their_verdict)
		good = refused_by_ours();
	else if (!our_verdict && their_verdict == -EINVAL)
		good = refused_by_in_tree();
	else
		good = our_verdict == their_verdict;
	if (!good)
		print_case(_metadata, i, our_verdict, their_verdict);
	return good;
}

static unsigned int number(const char *name, unsigned int otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 0) : otherwise;
}

static void run(struct __test_metadata *_metadata, int type)
{
	unsigned int count = number("VNET_FUZZ_COUNT", scaled(COUNT));
	unsigned int seed = number("VNET_FUZZ_SEED", SEED);
	unsigned int wrong = 0;

	ASSERT_EQ(0, setup(type));
	fuzz.type = type;
	fuzz.state = seed * 0x9e3779b97f4a7c15ULL + type;
	TH_LOG("VNET_FUZZ_SEED=%u VNET_FUZZ_COUNT=%u", seed, count);
	for (unsigned int i = 0; i < count && wrong < 5; i++) {
		fuzz_next(&fuzz, ours.path.mac);
		wrong += !try_case(_metadata, i);
	}
	EXPECT_EQ(0, wrong);
}

TEST(packets_are_judged_as_in_tree)
{
	run(_metadata, SENDER_TUN);
}

TEST(packets_behind_pi_are_judged_as_in_tree)
{
	run(_metadata, IFF_TUN);
}

TEST(frames_are_judged_as_in_tree)
{
	run(_metadata, SENDER_TAP);
}

TEST(frames_behind_pi_are_judged_as_in_tree)
{
	run(_metadata, IFF_TAP);
}

TEST_HARNESS_MAIN
