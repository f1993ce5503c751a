#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# clang in the place of the gcc that a distribution's kernel was configured with: drops the
# options that only gcc has. What is not in this list and unknown to clang stays an error, to
# be looked at.

set -eu

args=()
for arg; do
	case $arg in
	-fconserve-stack | -mrecord-mcount | -mskip-rax-setup | -mpreferred-stack-boundary=* | \
		-mindirect-branch* | -mfunction-return=* | -fno-allow-store-data-races | \
		-fno-var-tracking* | -fplugin* | -fmin-function-alignment=* | \
		-fsanitize=bounds-strict) ;;
	-Werror) ;;
	*) args+=("$arg") ;;
	esac
done

# What the kernel's own makefiles add for clang, which they do not take this compiler for.
args+=(-Wno-gnu -Wno-enum-enum-conversion -Wno-unknown-warning-option)

exec "${TUN_ALT_CLANG:-clang-19}" "${args[@]}"
