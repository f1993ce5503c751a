# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What shell tests that start programs share: an end to all of them, and patience.

end_jobs() {
	local job
	for job in $(jobs -p); do kill "$job" 2> /dev/null; done
	wait
}

wait_for() { # COMMAND...
	local tries
	for tries in {1..200}; do
		"$@" && return 0
		sleep 0.1
	done
	echo "# $tries times not: $*"
	return 1
}
