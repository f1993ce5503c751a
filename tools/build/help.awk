# SPDX-License-Identifier: GPL-2.0
#
# The targets of a Makefile and the comments behind them, in the groups that ##@ lines open.

/^##@ / {
	printf "%s%s\n", groups++ ? "\n" : "", substr($0, 5)
}
/^[a-z][a-z_.-]*:.*##/ {
	target = substr($0, 1, index($0, ":") - 1)
	sub(/.*##[ \t]*/, "")
	printf "  make %-22s %s\n", target, $0
}
