/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Faults on purpose, in a build with -DTUN_ALT_DEBUG alone: they show that the tests would notice.
 */
#ifndef TUN_ALT_DEBUG_H
#define TUN_ALT_DEBUG_H

struct tun_alt_call;

#ifdef TUN_ALT_DEBUG
int tun_alt_debug_errno(unsigned int cmd, int err);
void tun_alt_debug_planted(const struct tun_alt_call *call, int err);
#else
static inline int tun_alt_debug_errno(unsigned int cmd, int err)
{
	return err;
}

static inline void tun_alt_debug_planted(const struct tun_alt_call *call, int err)
{
}
#endif

#endif /* TUN_ALT_DEBUG_H */
