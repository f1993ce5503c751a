/* SPDX-License-Identifier: GPL-2.0 */
/* The driver's generic netlink family: one dump of queues and what comes back. */
#ifndef SELFTESTS_GENL_H
#define SELFTESTS_GENL_H

#include <stdbool.h>
#include <stdio.h>

#include <linux/genetlink.h>
#include <linux/tun_alt_netlink.h>

#include "rtnl.h"

struct genl_request {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	char attributes[256];
};

/**
 * struct genl_answer - what came back
 * @error: 0 or -errno
 * @text: what the kernel had to say to an error
 * @len: bytes in @data
 * @data: the messages that were data, one behind the other
 */
struct genl_answer {
	int error;
	char text[256];
	size_t len;
	char data[65536];
};

static inline void genl_start(struct genl_request *req, int type, int cmd, int version, int flags)
{
	memset(req, 0, sizeof(*req));
	req->nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	req->nlh.nlmsg_type = type;
	req->nlh.nlmsg_flags = NLM_F_REQUEST | flags;
	req->genl.cmd = cmd;
	req->genl.version = version;
}

static inline void genl_put(struct genl_request *req, unsigned short type, const void *data,
			    size_t len)
{
	struct rtattr *rta = (void *)((char *)req + NLMSG_ALIGN(req->nlh.nlmsg_len));

	if (NLMSG_ALIGN(req->nlh.nlmsg_len) + RTA_SPACE(len) > sizeof(*req))
		__builtin_trap();
	rta->rta_type = type;
	rta->rta_len = RTA_LENGTH(len);
	memcpy(RTA_DATA(rta), data, len);
	req->nlh.nlmsg_len = NLMSG_ALIGN(req->nlh.nlmsg_len) + RTA_ALIGN(rta->rta_len);
}

static inline struct rtattr *genl_attributes(const struct nlmsghdr *nlh)
{
	return (struct rtattr *)((char *)NLMSG_DATA(nlh) + GENL_HDRLEN);
}

static inline const struct rtattr *genl_find(const struct nlmsghdr *nlh, int type)
{
	return rtnl_find(genl_attributes(nlh), NLMSG_PAYLOAD(nlh, GENL_HDRLEN), type);
}

static inline const struct rtattr *genl_find_in(const struct rtattr *nest, int type)
{
	return nest ? rtnl_find(RTA_DATA(nest), RTA_PAYLOAD(nest), type) : NULL;
}

/* The number in an attribute of 2, 4 or 8 bytes; -1 if it is not there */
static inline long long genl_number(const struct rtattr *rta)
{
	__u64 value = 0;

	if (!rta || RTA_PAYLOAD(rta) > sizeof(value))
		return -1;
	memcpy(&value, RTA_DATA(rta), RTA_PAYLOAD(rta));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value >>= 8 * (sizeof(value) - RTA_PAYLOAD(rta));
#endif
	return value;
}

static inline const char *genl_text(const struct rtattr *rta)
{
	return rta ? RTA_DATA(rta) : "";
}

/* An error, and its text behind what it repeats of the request */
static inline void genl_error(const struct nlmsghdr *nlh, int error, size_t fixed,
			      struct genl_answer *answer)
{
	const struct rtattr *text;

	answer->error = error;
	if (!error || !(nlh->nlmsg_flags & NLM_F_ACK_TLVS) || nlh->nlmsg_len < NLMSG_LENGTH(fixed))
		return;
	text = rtnl_find((char *)NLMSG_DATA(nlh) + NLMSG_ALIGN(fixed),
			 NLMSG_PAYLOAD(nlh, fixed), NLMSGERR_ATTR_MSG);
	snprintf(answer->text, sizeof(answer->text), "%s", genl_text(text));
}

/* Takes one message; whether it was the last */
static inline bool genl_take(const struct nlmsghdr *nlh, struct genl_answer *answer)
{
	const int *error = NLMSG_DATA(nlh);

	if (nlh->nlmsg_type == NLMSG_ERROR) {
		genl_error(nlh, *error, sizeof(struct nlmsgerr), answer);
		return true;
	}
	if (nlh->nlmsg_type == NLMSG_DONE) {
		genl_error(nlh, *error, sizeof(int), answer);
		return true;
	}
	if (answer->len + NLMSG_ALIGN(nlh->nlmsg_len) > sizeof(answer->data))
		return true;
	memcpy(answer->data + answer->len, nlh, nlh->nlmsg_len);
	answer->len += NLMSG_ALIGN(nlh->nlmsg_len);
	/* An acknowledgment, or the end of a dump, is behind it. */
	return false;
}

static inline int genl_socket(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC), on = 1;

	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return fd;
}

/* Sends what is a dump or asks for an acknowledgment, and takes all of the answer; 0 or -errno */
static inline int genl_ask(int fd, const struct genl_request *req, struct genl_answer *answer)
{
	char buf[32768];
	bool last = false;
	ssize_t len;

	answer->len = 0;
	answer->error = 0;
	answer->text[0] = '\0';
	if (send(fd, req, req->nlh.nlmsg_len, 0) < 0)
		return -errno;
	while (!last) {
		len = recv(fd, buf, sizeof(buf), 0);
		if (len < 0)
			return -errno;
		for (struct nlmsghdr *nlh = (void *)buf; !last && NLMSG_OK(nlh, len);
		     nlh = NLMSG_NEXT(nlh, len))
			last = genl_take(nlh, answer);
	}
	return answer->error;
}

/* The number of a family; -errno */
static inline int genl_family(int fd, const char *name, struct genl_answer *answer)
{
	struct genl_request req;
	int ret;

	genl_start(&req, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, NLM_F_ACK);
	genl_put(&req, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	ret = genl_ask(fd, &req, answer);
	return ret ? ret : genl_number(genl_find((void *)answer->data, CTRL_ATTR_FAMILY_ID));
}

/* The queues of a device, or for 0 of all; 0 or -errno */
static inline int genl_queues(int fd, unsigned int ifindex, struct genl_answer *answer)
{
	struct genl_request req;
	int family = genl_family(fd, TUN_ALT_FAMILY_NAME, answer);

	if (family < 0)
		return family;
	genl_start(&req, family, TUN_ALT_CMD_QUEUE_GET, TUN_ALT_FAMILY_VERSION, NLM_F_DUMP);
	if (ifindex)
		genl_put(&req, TUN_ALT_A_QUEUE_IFINDEX, &ifindex, sizeof(ifindex));
	return genl_ask(fd, &req, answer);
}

/* The message of that number, NULL behind the last */
static inline const struct nlmsghdr *genl_at(const struct genl_answer *answer, unsigned int n)
{
	size_t len = answer->len;

	for (const struct nlmsghdr *nlh = (const void *)answer->data; NLMSG_OK(nlh, len);
	     nlh = NLMSG_NEXT(nlh, len))
		if (!n--)
			return nlh;
	return NULL;
}

/* How many packets of a queue died of a reason */
static inline long long genl_drops(const struct nlmsghdr *nlh, unsigned int reason)
{
	struct rtattr *at = genl_attributes(nlh);
	int len = NLMSG_PAYLOAD(nlh, GENL_HDRLEN);

	for (; RTA_OK(at, len); at = RTA_NEXT(at, len))
		if ((at->rta_type & NLA_TYPE_MASK) == TUN_ALT_A_QUEUE_DROP &&
		    genl_number(genl_find_in(at, TUN_ALT_A_DROP_REASON)) == reason)
			return genl_number(genl_find_in(at, TUN_ALT_A_DROP_PACKETS));
	return 0;
}

#endif /* SELFTESTS_GENL_H */
