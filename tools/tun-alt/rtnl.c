// SPDX-License-Identifier: GPL-2.0
/* One request to rtnetlink, or to generic netlink, and its answer, over libmnl. */
#include "rtnl.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A dump's parts are as large as the reader's buffer, up to this. */
#define RTNL_BUFFER	32768

struct text {
	char *to;
	size_t size;
};

static int text_attr(const struct nlattr *attr, void *data)
{
	struct text *text = data;

	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
	    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
		snprintf(text->to, text->size, "%s", mnl_attr_get_str(attr));
	return MNL_CB_OK;
}

static void read_text(const struct nlmsghdr *nlh, char *to, size_t size)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);
	struct text text = { to, size };
	size_t offset = sizeof(*error);

	if (nlh->nlmsg_type != NLMSG_ERROR || !(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	/* Where the kernel was not told to cap it, the request comes back before the text. */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		offset += mnl_nlmsg_get_payload_len(nlh) >= sizeof(*error) ?
			  error->msg.nlmsg_len - sizeof(struct nlmsghdr) : 0;
	if (offset <= mnl_nlmsg_get_payload_len(nlh))
		mnl_attr_parse(nlh, offset, text_attr, &text);
}

static struct mnl_socket *open_socket(int bus)
{
	struct mnl_socket *nl = mnl_socket_open2(bus, SOCK_CLOEXEC);
	int on = 1;

	if (!nl)
		return NULL;
	/* Without these two only the texts are lost. */
	mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl, NETLINK_CAP_ACK, &on, sizeof(on));
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		int error = errno;

		mnl_socket_close(nl);
		errno = error;
		return NULL;
	}
	return nl;
}

/* A dump that failed says so at its end, where libmnl does not look; 0 or -errno */
static int dump_error(const void *buf, int len)
{
	const struct nlmsghdr *nlh = buf;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
		if (nlh->nlmsg_type == NLMSG_DONE &&
		    mnl_nlmsg_get_payload_len(nlh) >= sizeof(int))
			return *(const int *)mnl_nlmsg_get_payload(nlh);
	return 0;
}

static int receive(struct mnl_socket *nl, unsigned int seq, mnl_cb_t cb, void *data,
		   struct text text)
{
	unsigned int port = mnl_socket_get_portid(nl);
	char buf[RTNL_BUFFER];
	int ret = MNL_CB_OK;

	while (ret > MNL_CB_STOP) {
		ssize_t n = mnl_socket_recvfrom(nl, buf, sizeof(buf));

		if (n < 0)
			return -errno;
		if (n >= (ssize_t)MNL_NLMSG_HDRLEN)
			read_text((struct nlmsghdr *)buf, text.to, text.size);
		ret = mnl_cb_run(buf, n, seq, port, cb, data);
		if (ret == MNL_CB_STOP)
			return dump_error(buf, n);
	}
	return ret < 0 ? -errno : 0;
}

static int request(int bus, struct nlmsghdr *nlh, mnl_cb_t cb, void *data, struct text text)
{
	static unsigned int sequence;
	struct mnl_socket *nl = open_socket(bus);
	int ret;

	if (text.size)
		*text.to = '\0';
	if (!nl)
		return -errno;
	if (!sequence)
		sequence = time(NULL);
	nlh->nlmsg_seq = ++sequence;
	/* The acknowledgment ends the answer of a request that is no dump. */
	if (!(nlh->nlmsg_flags & NLM_F_DUMP))
		nlh->nlmsg_flags |= NLM_F_ACK;
	nlh->nlmsg_flags |= NLM_F_REQUEST;
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		ret = -errno;
	else
		ret = receive(nl, nlh->nlmsg_seq, cb, data, text);
	mnl_socket_close(nl);
	return ret;
}

int rtnl_request(struct nlmsghdr *nlh, mnl_cb_t cb, void *data, char *text, size_t text_size)
{
	return request(NETLINK_ROUTE, nlh, cb, data, (struct text){ text, text_size });
}

int genl_request(struct nlmsghdr *nlh, mnl_cb_t cb, void *data, char *text, size_t text_size)
{
	return request(NETLINK_GENERIC, nlh, cb, data, (struct text){ text, text_size });
}
