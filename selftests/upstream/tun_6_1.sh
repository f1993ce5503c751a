#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Linux 6.1's own tools/testing/selftests/net/tun.c, on every kernel.
set -u

. ./lib.sh

# With the line that names the harness, the tests would lose the names of their fixtures.
over_node "$HERE/tun_6_1" | sed '/^# Starting /d'
exit "${PIPESTATUS[0]}"
