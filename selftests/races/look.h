/* SPDX-License-Identifier: GPL-2.0 */
/* Somebody looks at the counters: of all queues, and of a device. */
#ifndef SELFTESTS_RACES_LOOK_H
#define SELFTESTS_RACES_LOOK_H

#include <stdlib.h>

#include "genl.h"
#include "statistics.h"

/* The family's number, which is asked for once; -ENOENT if the node is another driver's */
static inline int race_look_family(int fd, struct genl_answer *answer)
{
	static int family;
	int ret = __atomic_load_n(&family, __ATOMIC_RELAXED);

	if (!ret) {
		ret = genl_family(fd, TUN_ALT_FAMILY_NAME, answer);
		__atomic_store_n(&family, ret, __ATOMIC_RELAXED);
	}
	return ret;
}

/* All queues of the namespace; 0 or -errno */
static inline int race_look_queues(void)
{
	struct genl_answer *answer = malloc(sizeof(*answer));
	int fd = genl_socket(), ret = -ENOMEM;
	struct genl_request req;

	if (answer)
		ret = race_look_family(fd, answer);
	if (ret > 0) {
		genl_start(&req, ret, TUN_ALT_CMD_QUEUE_GET, TUN_ALT_FAMILY_VERSION, NLM_F_DUMP);
		ret = genl_ask(fd, &req, answer);
	}
	close(fd);
	free(answer);
	return ret;
}

/* A device's counters by name. How many there are may change between names and values. */
static inline int race_look_device(const char *name)
{
	struct statistics all;
	int ret = statistics_get(name, &all);

	statistics_free(&all);
	return ret == -EPROTO ? 0 : ret;
}

#endif /* SELFTESTS_RACES_LOOK_H */
