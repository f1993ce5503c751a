#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every row of Documentation/uapi/coverage.rst has a test, which the plan has, and no test has
# more than three rows. Whether the tests were ok is judged by `make test`.

. "$(dirname "$0")/lib.sh"

table=Documentation/uapi/coverage.rst

check() {
	awk -v mode=check -f selftests/coverage.awk file=plan selftests/plan file=coverage "$table"
}

report "$(grep -c '^   [0-9U][0-9.]*[a-z]* |' "$table") rows have their tests" check
