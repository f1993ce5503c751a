// SPDX-License-Identifier: GPL-2.0
/*
 * The table as a description for syzkaller: selftests/fuzz/dev_net_tun_alt.txt.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* What an ioctl's argument is there, by the kind of it in table.h; %s is its set */
static const struct layout {
	const char *kind;
	const char *text;
} layouts[] = {
	{ "VALUE", "flags[tun_alt_%s]" },
	{ "FLAGS", "flags[tun_alt_%s]" },
	{ "INT_IN", "ptr[in, flags[tun_alt_%s, int32]]" },
	{ "INT_OUT", "ptr[out, int32]" },
	{ "IFREQ", "ptr[inout, tun_alt_ifreq[flags[tun_alt_%s, int16]]]" },
	{ "IFREQ_IN", "ptr[in, tun_alt_ifreq[flags[tun_alt_%s, int16]]]" },
	{ "IFREQ_OUT", "ptr[out, tun_alt_ifreq[int16]]" },
	{ "ADDRESS", "ptr[in, tun_alt_ifreq_address]" },
	{ "FILTER", "ptr[in, tun_alt_filter]" },
	{ "FPROG", "ptr[in, sock_fprog]" },
	{ "FPROG32", "ptr[in, tun_alt_fprog32]" },
	{ "FPROG_OUT", "ptr[out, array[int8, 16]]" },
	{ "PROGRAM", "ptr[in, fd_bpf_prog]" },
	{ "STRUCT", "ptr[inout, tun_alt_struct[flags[tun_alt_%s, int32]]]" },
	{ "ARRAY", "ptr[in, tun_alt_array]" },
	{ "RINGS", "ptr[inout, tun_alt_ring_setup]" },
};

static const char head[] =
	"#\n"
	"# /dev/net/tun-alt for syzkaller, made by `fuzz --syzkaller` of selftests/fuzz/table.h.\n"
	"\n"
	"include <uapi/linux/if_tun.h>\n"
	"include <uapi/linux/if_tun_alt.h>\n"
	"include <uapi/linux/sockios.h>\n"
	"include <uapi/linux/if_arp.h>\n"
	"include <uapi/linux/filter.h>\n"
	"include <uapi/asm/ioctls.h>\n"
	"\n"
	"resource fd_tun_alt[fd]\n"
	"\n"
	"openat$tun_alt(fd const[AT_FDCWD], file ptr[in, string[\"/dev/net/tun-alt\"]], flags flags[open_flags], mode const[0]) fd_tun_alt\n"
	"write$tun_alt(fd fd_tun_alt, buf buffer[in], count len[buf])\n"
	"read$tun_alt(fd fd_tun_alt, buf buffer[out], count len[buf])\n"
	"\n";

static const char tail[] =
	"\n"
	"type tun_alt_ifreq[VALUE] {\n"
	"	name	devname\n"
	"	flags	VALUE\n"
	"	pad	array[const[0, int8], 22]\n"
	"}\n"
	"\n"
	"tun_alt_ifreq_address {\n"
	"	name	devname\n"
	"	family	flags[tun_alt_family, int16]\n"
	"	mac	mac_addr\n"
	"	pad	array[const[0, int8], 16]\n"
	"}\n"
	"\n"
	"tun_alt_filter {\n"
	"	flags	flags[tun_alt_filter_flags, int16]\n"
	"	count	len[addr, int16]\n"
	"	addr	array[mac_addr]\n"
	"}\n"
	"\n"
	"type tun_alt_struct[VALUE] {\n"
	"	size	len[parent, int32]\n"
	"	value	VALUE\n"
	"	rest	array[int32, 0:8]\n"
	"}\n"
	"\n"
	"tun_alt_slot {\n"
	"	addr	ptr64[inout, array[int8]]\n"
	"	len	len[addr, int32]\n"
	"	flags	flags[tun_alt_slot_flags, int16]\n"
	"	pad	const[0, int16]\n"
	"}\n"
	"\n"
	"tun_alt_array {\n"
	"	size	len[parent, int32]\n"
	"	nr	len[slots, int32]\n"
	"	slots	ptr64[inout, array[tun_alt_slot]]\n"
	"	flags	flags[tun_alt_array, int32]\n"
	"	pad	const[0, int32]\n"
	"}\n"
	"\n"
	"tun_alt_ring_place {\n"
	"	offset	const[0, int64]\n"
	"	length	const[0, int32]\n"
	"	records	const[0, int32]\n"
	"	bytes	flags[tun_alt_ring_bytes, int32]\n"
	"	pad	const[0, int32]\n"
	"}\n"
	"\n"
	"tun_alt_ring_setup {\n"
	"	size	len[parent, int32]\n"
	"	flags	flags[tun_alt_ring, int32]\n"
	"	read	tun_alt_ring_place\n"
	"	write	tun_alt_ring_place\n"
	"	buffers	tun_alt_ring_place\n"
	"	header	const[0, int32]\n"
	"	pad	const[0, int32]\n"
	"}\n"
	"\n"
	"tun_alt_fprog32 {\n"
	"	len	int16\n"
	"	filter	int32\n"
	"}\n";

/* A number of ours has no name there. */
static void print_request(const struct fuzz_op *op, FILE *to)
{
	if (strstr(op->name, "32"))
		fprintf(to, "0x%x", op->request);
	else
		fputs(op->name, to);
}

static void print_ioctl(const struct fuzz_op *op, FILE *to)
{
	const char *set = strchr(op->layout, ':') + 1;
	size_t len = set - 1 - op->layout;

	fprintf(to, "ioctl$tun_alt_%s(fd fd_tun_alt, cmd const[", op->name);
	print_request(op, to);
	fputs("], arg ", to);
	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++) {
		const char *text = layouts[i].text, *at = strstr(text, "%s");

		if (strlen(layouts[i].kind) != len || strncmp(layouts[i].kind, op->layout, len))
			continue;
		if (at)
			fprintf(to, "%.*s%s%s", (int)(at - text), text, set, at + 2);
		else
			fputs(text, to);
	}
	fputs(")\n", to);
}

static bool set_is_used(const struct fuzz_set *set)
{
	if (!strcmp(set->name, "family") || !strcmp(set->name, "filter_flags") ||
	    !strcmp(set->name, "slot_flags") || !strcmp(set->name, "ring_bytes"))
		return true;
	for (unsigned int i = 0; i < fuzz_nr_ops; i++) {
		const char *layout = fuzz_ops[i].layout;

		if (layout && !strcmp(strchr(layout, ':') + 1, set->name) &&
		    !strstr(layout, "OUT") && strncmp(layout, "ADDRESS", 7) &&
		    strncmp(layout, "FILTER", 6) && strncmp(layout, "FPROG", 5) &&
		    strncmp(layout, "PROGRAM", 7))
			return true;
	}
	return false;
}

void fuzz_syzkaller(FILE *to)
{
	/* In two parts, so that nobody takes it for this file's own. */
	fprintf(to, "# %s-License-Identifier: GPL-2.0\n", "SPDX");
	fputs(head, to);
	for (unsigned int i = 0; i < fuzz_nr_ops; i++)
		if (fuzz_ops[i].layout)
			print_ioctl(&fuzz_ops[i], to);
	fputs("\n", to);
	for (unsigned int i = 0; i < fuzz_nr_sets; i++)
		if (set_is_used(&fuzz_sets[i]))
			fprintf(to, "tun_alt_%s = %s\n", fuzz_sets[i].name, fuzz_sets[i].words);
	fputs(tail, to);
}
