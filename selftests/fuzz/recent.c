// SPDX-License-Identifier: GPL-2.0
/*
 * A ring of records of the length of a program's text, each with the number of its program.
 */
#include "recent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int recent_fd = -1;
static int log_fd = -1;
static unsigned long number;

int recent_open(const char *path)
{
	recent_fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (recent_fd < 0)
		fprintf(stderr, "fuzz: %s: %s\n", path, strerror(errno));
	return recent_fd < 0 ? -1 : 0;
}

/* What is behind the end of the text is an older program's: the 0 parts them. */
void recent_note(const struct fuzz_program *program)
{
	static char text[FUZZ_TEXT];
	size_t len;

	if (recent_fd < 0)
		return;
	number++;
	len = snprintf(text, sizeof(text), "# %lu\n", number);
	len += fuzz_print(program, text + len, sizeof(text) - len);
	if (len >= sizeof(text))
		len = sizeof(text) - 1;
	if (pwrite(recent_fd, text, len + 1, number % RECENT_PROGRAMS * FUZZ_TEXT) < 0)
		perror("fuzz: the last programs");
}

int recent_print(const char *path, unsigned int back)
{
	static char text[RECENT_PROGRAMS][FUZZ_TEXT];
	unsigned long newest = 0;
	FILE *file = fopen(path, "r");

	if (file) {
		if (!fread(text, 1, sizeof(text), file))
			newest = 0;
		fclose(file);
	}
	for (int i = 0; i < RECENT_PROGRAMS; i++)
		if (*text[i] == '#' && strtoul(text[i] + 1, NULL, 10) > newest)
			newest = strtoul(text[i] + 1, NULL, 10);
	if (newest <= back || back >= RECENT_PROGRAMS)
		return 1;
	fputs(text[(newest - back) % RECENT_PROGRAMS], stdout);
	return 0;
}

void recent_watch(void)
{
	log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_fd >= 0)
		lseek(log_fd, 0, SEEK_END);
}

/* As selftests/qemu/splat.awk, which has the last word, but for what is a word of ours. */
static bool is_splat(const char *line)
{
	static const char *const words[] = {
		"cut here", "BUG:", "WARNING:", "Oops", "general protection fault", "KASAN:",
		"UBSAN:", "refcount_t:", "possible circular", "possible recursive",
		"inconsistent lock", "suspicious RCU", "scheduling while atomic",
		"blocked for more than", "unregister_netdevice: waiting", "unreferenced object",
		"ref_tracker:", "sysfs: cannot create duplicate",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strstr(line, words[i]))
			return true;
	return false;
}

bool recent_splat(void)
{
	char line[2048];
	ssize_t len;

	while (log_fd >= 0) {
		len = read(log_fd, line, sizeof(line) - 1);
		/* What was overwritten before it was read */
		if (len < 0 && errno == EPIPE)
			continue;
		if (len <= 0)
			break;
		line[len] = '\0';
		if (!is_splat(line))
			continue;
		fprintf(stderr, "fuzz: the kernel says:%s", strchr(line, ';'));
		return true;
	}
	return false;
}
