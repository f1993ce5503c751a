#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# dkms.conf with the real dkms, against the 6.1 headers that are installed here. What
# dkms keeps (its tree, the signing key) goes to a tmpfs that ends with the test.
set -u

. "$KTAP_HELPERS"

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
VERSION=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$TUN_ALT_TOP/dkms.conf")
RELEASE=$(cd /lib/modules && ls -d 6.1.0-*-amd64/build 2> /dev/null | sort -V | tail -n 1)
RELEASE=${RELEASE%/build}

copy_sources() {
	local to=$WORK/src/tun-alt-$VERSION
	mkdir -p "$to"
	(cd "$TUN_ALT_TOP" && cp -r Kbuild Makefile dkms.conf src include "$to")
	find "$to" \( -name '*.o' -o -name '*.cmd' \) -delete
}

build() {
	copy_sources
	# Debug information is a third of the build and not what is looked at.
	# shellcheck disable=SC2016 # expanded by the inner shell
	KCFLAGS=-g0 unshare -m sh -euc 'mount -t tmpfs dkms /var/lib/dkms
		dkms --sourcetree "$1" add -m tun-alt -v "$2"
		dkms --sourcetree "$1" build -m tun-alt -v "$2" -k "$3" || {
			cat /var/lib/dkms/tun-alt/"$2"/build/make.log; exit 1; }
		cp /var/lib/dkms/tun-alt/"$2"/"$3"/x86_64/module/tun_alt.ko* "$4"
	' sh "$WORK/src" "$VERSION" "$RELEASE" "$WORK" > "$WORK/log" 2>&1
}

for_that_kernel() {
	modinfo -F vermagic "$WORK"/tun_alt.ko* | grep -q "^$RELEASE "
}

version_of_kbuild() {
	[ "$VERSION" = "$(sed -n 's/^TUN_ALT_VERSION *:= *//p' "$TUN_ALT_TOP/Kbuild")" ]
}

ktap_print_header
ktap_set_plan 3
ktap_test_result dkms_conf_has_the_version_of_kbuild version_of_kbuild
ktap_test_result dkms_builds_against_installed_headers build
sed 's/^/# /' "$WORK/log"
ktap_test_result the_module_is_for_that_kernel for_that_kernel
ktap_finished
