#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# clang-tidy in the place of a compiler: arguments as for clang, with one C file among them. With it
# runs clang's static analyzer, which follows paths through a file.

set -eu

# Judged by reading code, or wrong about the kernel's own macros, which it takes for our text:
checks=(
	'-*'
	'clang-analyzer-*' 'linuxkernel-*' 'bugprone-*'
	# Wants memcpy_s() for memcpy().
	-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling
	# netdev_tx_t takes NET_XMIT_DROP too: dev_xmit_complete() of linux/netdevice.h.
	-clang-analyzer-optin.core.EnumCastOutOfRange
	# Names, and the order of parameters, are for reviewers.
	-bugprone-easily-swappable-parameters -bugprone-reserved-identifier
	# WARN_ONCE() assigns in a condition, READ_ONCE() takes sizeof a pointer, kfree_rcu() casts.
	-bugprone-assignment-in-if-condition -bugprone-sizeof-expression
	-bugprone-casting-through-void -bugprone-multi-level-implicit-pointer-conversion
	# 3 * HZ is an int, u16 = u32 a habit of C, and strcmp() a condition.
	-bugprone-implicit-widening-of-multiplication-result -bugprone-narrowing-conversions
	-bugprone-suspicious-string-compare
)

args=() file=
for arg; do
	case $arg in
	*.c) file=$arg ;;
	# It compiles nothing, and the list of files that it read is the compiler's to write.
	-Wp,-MMD,* | -MMD | -MP | -c | -o | *.o) ;;
	*) args+=("$arg") ;;
	esac
done

exec clang-tidy-19 --quiet --checks="$(IFS=,; echo "${checks[*]}")" "$file" -- "${args[@]}"
