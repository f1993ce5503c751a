#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Arguments: install|uninstall RELEASE, where RELEASE is the kernel that the module is for.
# Puts what belongs to the module in its places below DESTDIR, or takes it away again; kbuild
# has put the module itself there, and the tool's makefile the tool.

set -eu

action=$1 release=$2
top=$(cd "$(dirname "$0")/../.." && pwd -P)
root=${DESTDIR:-}
modules=$root/lib/modules/$release
manual=${PREFIX:-/usr/local}/share/man/man4

# SOURCE and TARGET of each file
files() {
	echo "tools/packaging/60-tun-alt.rules ${UDEVDIR:-/etc/udev/rules.d}/60-tun-alt.rules"
	echo "tools/packaging/tun-alt.conf ${MODLOADDIR:-/etc/modules-load.d}/tun-alt.conf"
	echo "Documentation/man/tun-alt.4 $manual/tun-alt.4"
}

# A root that only stages a package has no modules of the kernel: whoever installs that runs
# depmod.
index_modules() {
	if [ -e "$modules/modules.order" ]; then
		echo "  DEPMOD  $modules"
		PATH=$PATH:/usr/sbin:/sbin depmod -b "${root:-/}" "$release"
	fi
}

install_files() {
	local source target

	files | while read -r source target; do
		echo "  INSTALL $root$target"
		install -D -m 0644 "$top/$source" "$root$target"
	done
}

uninstall_files() {
	local source target

	# Kernels that compress their modules let kbuild do so as well.
	rm -fv "$modules"/updates/tun_alt.ko{,.gz,.xz,.zst}
	rmdir "$modules/updates" 2>/dev/null || true
	files | while read -r source target; do
		rm -fv "$root$target"
	done
}

"${action}_files"
index_modules
