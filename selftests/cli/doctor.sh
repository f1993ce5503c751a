#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `doctor`: each thing that can keep the driver from being used is made, must be named, and the
# command that doctor prints must mend it.

. "${0%/*}/lib.sh"

# finding CHECK FIELD: from the JSON of the last doctor.
finding() {
	local line text
	local object="\\{\"check\":\"$1\",[^}]*\\}"
	local string="\"$2\":\"(([^\"\\\\]|\\\\.)*)\""
	[[ $out =~ $object ]] || fail "no check $1 in: $out"
	line=${BASH_REMATCH[0]}
	[[ $line =~ $string ]] || return 0
	text=${BASH_REMATCH[1]//\\\"/\"}
	echo "${text//\\\\/\\}"
}

# sick CHECK STATUS: doctor must find this; leaves its command in $fix.
sick() {
	local rc=2
	[ "$2" = FAIL ] || rc=0
	expect "$rc" "$cli" -j doctor
	is "$(finding "$1" status)" "$2"
	fix=$(finding "$1" fix)
	[ -n "$fix" ]
}

healthy() {
	expect 0 "$cli" -j doctor "$@"
	has_not "$out" FAIL
}

own_dev_net() {
	number=$(numbers_of "$node")
	mount -t tmpfs -o mode=0755,dev none /dev/net
}

test_healthy_machine_is_all_ok_with_status_0() {
	healthy
	is "$(jq -r '[.[].check] | join(" ")' <<< "$out")" \
		"module minor signature node mode open AppArmor SELinux unit capability create in-tree tun"
	is "$(jq -r '[.[].status] | unique | join(",")' <<< "$out")" ok
}

test_text_is_a_line_for_each_check() {
	expect 0 "$cli" doctor
	is "$(grep -c '^ok    ' <<< "$out")" 12
	has "$out" "module      $module" "node        $node exists"
}

test_leaves_no_device_behind() {
	"$cli" doctor
	is "$("$cli" show)" ""
}

test_missing_node() {
	own_dev_net
	sick node FAIL
	has "$(finding node text)" "$node"
	eval "$fix"
	healthy
}

test_node_with_the_number_of_another_device() {
	own_dev_net
	mknod -m 0666 "$node" c 10 222
	sick node FAIL
	has "$(finding node text)" "10:222" "${number/ /:}"
	eval "$fix"
	healthy
}

test_node_that_is_a_file() {
	own_dev_net
	touch "$node"
	sick node FAIL
	has "$(finding node text)" "not a device node"
	eval "$fix"
	healthy
}

test_mode_that_keeps_users_out() {
	own_dev_net
	# shellcheck disable=SC2086 # two numbers
	mknod -m 0600 "$node" c $number
	sick mode warn
	is "$fix" "chmod 0666 $node"
	expect 2 as_user 1000 "$cli" -j doctor
	is "$(finding mode status) $(finding open status)" "FAIL FAIL"
	eval "$fix"
	healthy
}

test_file_system_that_is_mounted_nodev() {
	own_dev_net
	# shellcheck disable=SC2086 # two numbers
	mknod -m 0666 "$node" c $number
	mount -o remount,nodev /dev/net
	sick mode FAIL
	has "$(finding mode text)" nodev
	is "$(finding open status)" FAIL
	is "$(finding open fix)" "$fix"
	eval "$fix"
	healthy
}

# As a container has it: the usual devices, and none of ours.
enter_cgroup() { # RULE...
	mount -t cgroup2 none /sys/fs/cgroup
	mkdir "/sys/fs/cgroup/cli-test.$$"
	"$helpers/device_cgroup" "/sys/fs/cgroup/cli-test.$$" "$@"
	echo "$BASHPID" > "/sys/fs/cgroup/cli-test.$$/cgroup.procs"
	trap leave_cgroup EXIT
}

leave_cgroup() {
	echo "$BASHPID" > /sys/fs/cgroup/cgroup.procs
	rmdir "/sys/fs/cgroup/cli-test.$$"
}

test_device_cgroup_of_a_container_is_named() {
	enter_cgroup 1:\* 5:\* 136:\*
	sick open FAIL
	has "$(finding open text)" "device cgroup" "/cli-test.$$" EPERM \
		"$(numbers_of "$node" | tr ' ' :)"
	# The node itself is all right, so nothing else may be blamed.
	is "$(finding node status) $(finding mode status)" "ok ok"
	expect 2 "$cli" add mode tun
	has "$err" "device cgroup"
	has "$fix" cgroup.procs
	# The shell of this test is not the one that $$ names.
	eval "${fix//\$\$/$BASHPID}"
	healthy
}

test_device_cgroup_that_allows_our_number_is_healthy() {
	enter_cgroup 1:\* 5:\* "$(numbers_of "$node" | tr ' ' :)"
	healthy
}

test_no_capability() {
	expect 2 no_net_admin "$cli" -j doctor
	is "$(finding capability status) $(finding create status)" "FAIL FAIL"
	has "$(finding capability text)" CAP_NET_ADMIN
	[ -n "$(finding capability fix)" ]
}

test_ordinary_user_is_told_to_have_a_device_made() {
	expect 2 setpriv --reuid nobody --regid nogroup --clear-groups "$cli" -j doctor
	is "$(finding capability fix)" "sudo tun-alt add dev vpn0 mode tun user nobody"
}

test_network_namespace_of_another_user_namespace() {
	expect 2 unshare --user --map-root-user "$cli" -j doctor
	is "$(finding capability status)" FAIL
	has "$(finding capability text)" "user namespace above"
	fix=$(finding capability fix)
	# COMMAND stands for what shall run.
	# shellcheck disable=SC2086 # several words
	out=$(unshare --user --map-root-user ${fix/COMMAND/$cli -j doctor})
	is "$(finding create status)" ok
}

a_unit() { # NAME LINE...
	mount -t tmpfs none /etc/systemd/system
	{
		printf '[Service]\n'
		printf '%s\n' "${@:2}"
	} > "/etc/systemd/system/$1"
}

# A systemctl that does nothing: there is no systemd in the guest.
no_systemctl() {
	# shellcheck disable=SC2317 # called by the command that doctor prints
	systemctl() { :; }
}

test_unit_whose_device_allow_names_in_tree_tun() {
	a_unit cli-test@.service 'DeviceAllow=/dev/null rw' 'DeviceAllow=/dev/net/tun rw'
	expect 2 "$cli" -j doctor --unit cli-test@office
	is "$(finding unit status)" FAIL
	has "$(finding unit text)" "cli-test@office.service" "DeviceAllow=/dev/net/tun" "in-tree"
	no_systemctl
	eval "$(finding unit fix)"
	healthy --unit cli-test@office
	has "$(finding unit text)" "does not keep the node out"
}

test_unit_with_private_devices() {
	a_unit cli-test.service 'PrivateDevices=yes'
	expect 2 "$cli" -j doctor --unit cli-test.service
	has "$(finding unit text)" PrivateDevices
	no_systemctl
	eval "$(finding unit fix)"
	healthy --unit cli-test
}

test_unit_without_rules_is_healthy() {
	a_unit cli-test.service 'ExecStart=/bin/true'
	healthy --unit cli-test
}

test_unit_that_is_not_there() {
	expect 2 "$cli" -j doctor --unit no-such-unit
	has "$(finding unit text)" "no unit file of no-such-unit.service"
	expect 1 "$cli" doctor --unit
	expect 1 "$cli" doctor --unit a/b
	expect 1 "$cli" doctor frobnicate
}

test_unit_of_this_process_is_looked_at() {
	a_unit cli-test.service 'DeviceAllow=/dev/net/tun rw'
	mount -t cgroup2 none /sys/fs/cgroup
	mkdir "/sys/fs/cgroup/cli-test.$$" /sys/fs/cgroup/cli-test.service
	trap 'leave_cgroup; rmdir /sys/fs/cgroup/cli-test.service' EXIT
	echo "$BASHPID" > /sys/fs/cgroup/cli-test.service/cgroup.procs
	# It can open the node all the same: that is worth a warning.
	sick unit warn
	has "$(finding unit text)" "cli-test.service"
}

test_minor_that_is_taken_and_module_that_is_not_there() {
	grep -v " $misc$" /proc/misc > "$tmp/misc"
	echo "250 squatter" >> "$tmp/misc"
	mount --bind "$tmp/misc" /proc/misc
	expect 2 "$cli" -j doctor
	is "$(finding module status) $(finding minor status)" "FAIL FAIL"
	has "$(finding minor text)" 250 squatter
	is "$(finding minor fix)" "modprobe tun_alt minor=243"
	[ -n "$(finding module fix)" ]
}

test_installed_module_that_is_not_loaded() {
	grep -v " $misc$" /proc/misc > "$tmp/misc"
	mount --bind "$tmp/misc" /proc/misc
	mount -t tmpfs none /lib/modules
	mkdir "/lib/modules/$(uname -r)"
	expect 2 "$cli" -j doctor
	has "$(finding module fix)" "$(uname -r)"
	echo "updates/$module.ko.xz:" > "/lib/modules/$(uname -r)/modules.dep"
	expect 2 "$cli" -j doctor
	is "$(finding module fix)" "modprobe $module"
}

fake_secure_boot() {
	mount -t tmpfs none /sys/firmware
	mkdir -p /sys/firmware/efi/efivars
	printf '\6\0\0\0\1' > \
		/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
}

test_secure_boot_and_lockdown_want_a_signature() {
	fake_secure_boot
	healthy
	has "$(finding signature text)" "took the module"
	grep -v " $misc$" /proc/misc > "$tmp/misc"
	mount --bind "$tmp/misc" /proc/misc
	expect 2 "$cli" -j doctor
	is "$(finding signature status)" warn
	has "$(finding signature text)" "Secure Boot"
	# not there without CONFIG_SECURITYFS
	[ -d /sys/kernel/security ] || mount -t tmpfs none /sys/kernel
	mkdir -p /sys/kernel/security
	mount -t tmpfs none /sys/kernel/security
	echo "none [integrity] confidentiality" > /sys/kernel/security/lockdown
	expect 2 "$cli" -j doctor
	is "$(finding signature status)" FAIL
	has "$(finding signature text)" lockdown
	has "$(finding signature fix)" mokutil
}

test_signed_module_is_healthy() {
	fake_secure_boot
	grep -v " $misc$" /proc/misc > "$tmp/misc"
	mount --bind "$tmp/misc" /proc/misc
	mount -t tmpfs none /lib/modules
	mkdir "/lib/modules/$(uname -r)"
	echo "$module.ko:" > "/lib/modules/$(uname -r)/modules.dep"
	printf 'ELF~Module signature appended~\n' > "/lib/modules/$(uname -r)/$module.ko"
	expect 2 "$cli" -j doctor
	is "$(finding signature status)" ok
	has "$(finding signature text)" "is signed"
}

test_apparmor_profile_that_names_in_tree_tun_alone() {
	[ -d /sys/module/apparmor/parameters ] || mount -t tmpfs none /sys/module
	mkdir -p /sys/module/apparmor/parameters
	echo Y > "$tmp/enabled"
	[ -e /sys/module/apparmor/parameters/enabled ] ||
		touch /sys/module/apparmor/parameters/enabled
	mount --bind "$tmp/enabled" /sys/module/apparmor/parameters/enabled
	mkdir -p /etc/apparmor.d
	mount -t tmpfs none /etc/apparmor.d
	mkdir /etc/apparmor.d/local
	printf '#/dev/net/tun-alt rw,\n  /dev/net/tun rw,\n' > /etc/apparmor.d/usr.sbin.vpn
	expect 0 "$cli" -j doctor
	is "$(finding AppArmor status)" warn
	has "$(finding AppArmor text)" usr.sbin.vpn "tun-alt run"
	# shellcheck disable=SC2317 # called by the command that doctor prints
	apparmor_parser() { :; }
	eval "$(finding AppArmor fix)"
	healthy
	is "$(finding AppArmor status)" ok
}

test_in_tree_tun_beside_is_told_and_no_fault() {
	healthy
	if [[ $(file /proc/misc) =~ ' tun'($'\n'|$) ]]; then
		has "$(finding 'in-tree tun' text)" "has /dev/net/tun" "tun-alt run"
	else
		has "$(finding 'in-tree tun' text)" "not there"
	fi
}

main "$@"
