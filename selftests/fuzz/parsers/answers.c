// SPDX-License-Identifier: GPL-2.0
/*
 * Answers of rtnetlink, as the tool reads them.
 *
 * Reached: link_parse() with all of its attributes, and read_text() of rtnl.c, which looks for the
 * kernel's words in a refusal.
 */
#include <stdlib.h>

#include "../../unit/cli_unit.h"
#include "input.h"
#include "link.c"
#include "rtnl.c"

static void check_link(const struct link *link)
{
	if (strnlen(link->name, sizeof(link->name)) == sizeof(link->name) ||
	    strnlen(link->kind, sizeof(link->kind)) == sizeof(link->kind) ||
	    link->address_len > sizeof(link->address))
		abort();
}

/* What libmnl hands on is a header, and as many bytes as it says, up to four of them filled up. */
int parse_input(const unsigned char *data, size_t size)
{
	struct nlmsghdr *nlh;
	char text[LINK_TEXT_MAX] = "";
	struct link link;

	if (size < MNL_NLMSG_HDRLEN || size > 65536)
		return 0;
	nlh = calloc(1, MNL_ALIGN(size));
	if (!nlh)
		abort();
	memcpy(nlh, data, size);
	nlh->nlmsg_len = size;
	link_parse(nlh, &link);
	check_link(&link);
	read_text(nlh, text, sizeof(text));
	if (strnlen(text, sizeof(text)) == sizeof(text))
		abort();
	free(nlh);
	return 0;
}
