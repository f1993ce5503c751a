// SPDX-License-Identifier: GPL-2.0
/*
 * What is sent to a device, as a file for tcpdump and wireshark.
 *
 *	dump NAME ADDRESS COUNT > FILE
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <tunalt.h>

/* https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap: raw IP, times in nanoseconds */
#define PCAP_NANOSECONDS 0xa1b23c4d
#define LINKTYPE_RAW 101

static void put_head(void)
{
	const uint32_t magic = PCAP_NANOSECONDS;
	const uint16_t version[] = { 2, 4 };
	const uint32_t rest[] = { 0, 0, TUNALT_FRAME_MOST, LINKTYPE_RAW };

	fwrite(&magic, sizeof(magic), 1, stdout);
	fwrite(version, sizeof(version), 1, stdout);
	fwrite(rest, sizeof(rest), 1, stdout);
}

static void put(const struct tunalt_frame *frame)
{
	struct timespec now;
	uint32_t head[4];

	clock_gettime(CLOCK_REALTIME, &now);
	head[0] = now.tv_sec;
	head[1] = now.tv_nsec;
	head[2] = frame->len;
	head[3] = frame->len;
	fwrite(head, sizeof(head), 1, stdout);
	fwrite(frame->data, frame->len, 1, stdout);
}

/* So many frames; 0, or what failed */
static int dump(struct tunalt *t, int left)
{
	struct tunalt_frame frame;
	int ret = 0;

	while (ret >= 0 && left > 0) {
		ret = tunalt_wait(t, TUNALT_IN, -1);
		if (ret > 0)
			ret = tunalt_next(t, &frame);
		if (ret <= 0)
			continue;
		put(&frame);
		left--;
		ret = tunalt_release(t);
	}
	return ret;
}

int main(int argc, char **argv)
{
	struct tunalt_config config = { .size = sizeof(config), .flags = TUNALT_UP };
	struct tunalt *t;
	int ret;

	if (argc < 4) {
		fprintf(stderr, "dump NAME ADDRESS COUNT\n");
		return 2;
	}
	config.name = argv[1];
	config.addresses = (const char *const []){ argv[2], NULL };
	ret = tunalt_open(&t, &config);
	if (ret) {
		fprintf(stderr, "dump: %s: %s\n", config.step, config.reason);
		return 1;
	}
	put_head();
	ret = dump(t, atoi(argv[3]));
	if (ret)
		fprintf(stderr, "dump: %s: %s\n", tunalt_name(t), tunalt_strerror(t, ret));
	if (fflush(stdout) || ferror(stdout)) {
		perror("dump: standard output");
		ret = 1;
	}
	tunalt_close(t);
	return !!ret;
}
