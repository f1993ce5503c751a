#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sourced by the programs of this suite: upstream's own tests over the node under test.

HERE=$TUN_ALT_BUILD/selftests/upstream

# Runs a program in a network namespace of its own and with the node under test in the place of
# in-tree's. Were it not there, in-tree would be compared with itself.
over_node() { # PROGRAM ARGUMENT...
	# shellcheck disable=SC2016 # for the shell inside
	unshare -mn sh -c '
		mount --bind "$TUN_NODE" /dev/net/tun &&
			[ /dev/net/tun -ef "$TUN_NODE" ] && exec "$@"
		echo "Bail out! no $TUN_NODE in the place of /dev/net/tun"' sh "$@" 2>&1
}
