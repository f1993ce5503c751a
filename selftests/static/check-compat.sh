#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's version and its probed features are known to compat.h and features.mk alone,
# and the build never asks which kernel the machine runs.

. "$(dirname "$0")/lib.sh"

version='LINUX_VERSION|KERNEL_VERSION|UTS_RELEASE|UTS_VERSION|RHEL_'

driver() {
	tree_files Kbuild src include | grep -vE '^src/(compat\.h|features\.mk)$' |
		xargs -r grep -nHE "$version|TUN_ALT_HAVE_" || true
}

# In the two files that may know a feature, no version either: stable kernels carry backports.
probes() {
	tree_files src/compat.h src/features.mk |
		xargs -r grep -nHE "$version" || true
}

build() {
	local pattern='uname[[:space:]]+-[a-z]*r'

	tree_files Makefile Kbuild dkms.conf '*/Makefile' '*.mk' src tools/packaging |
		xargs -r grep -nHE "$pattern" || true
}

report "no version test, no feature test outside compat.h" driver probes build
