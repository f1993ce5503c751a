/* SPDX-License-Identifier: GPL-2.0 */
/*
 * metadata.bpf.c and its test: what is where in the maps
 */
#ifndef SELFTESTS_BPF_METADATA_H
#define SELFTESTS_BPF_METADATA_H

enum metadata_config {
	METADATA_VALUE,
};

enum metadata_count {
	METADATA_REFUSED,	/* by bpf_xdp_adjust_meta() */
	METADATA_FRAMES,	/* that tc saw */
	METADATA_CARRIED,	/* of them, those with metadata */
	METADATA_READ,		/* what it was */
};

#endif /* SELFTESTS_BPF_METADATA_H */
