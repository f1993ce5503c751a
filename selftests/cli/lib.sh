# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the shell tests of the command line tool. A test is a function test_NAME that fails by a
# command that fails. A program of tests runs in a network and a mount namespace of its own, and
# whatever devices, namespaces and mounts a test leaves are removed before the next: a process for
# each would cost more than the test, where a machine is emulated. For the same reason the shell
# itself looks at the output.
#
# TUN_ALT is the tool. While a test is written, it may be the tool that is built for in-tree tun
# (make -C tools/tun-alt REFERENCE=1): but for what only our driver has, all must pass there.

set -eu -o pipefail

here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
top=${here%/selftests/cli}
build=${BUILD:-$top/build}
helpers=$build/selftests/cli/helpers
cli=${TUN_ALT:-$build/tun-alt}
tmp=/run/tun-alt-cli-test

case $cli in
*-reference) node=/dev/net/tun kind_tun=tun kind_tap=tun module=tun misc=tun ;;
*) node=/dev/net/tun-alt kind_tun=tunalt kind_tap=tapalt module=tun_alt misc=tun-alt ;;
esac
export cli node kind_tun kind_tap module misc

out='' err=''

fail() {
	echo "FAILED: $*"
	return 1
}

# expect STATUS COMMAND...: output goes to $out and $err.
expect() {
	local want=$1 rc=0
	shift
	"$@" > "$tmp/out" 2> "$tmp/err" < /dev/null || rc=$?
	out=$(< "$tmp/out")
	err=$(< "$tmp/err")
	[ "$rc" = "$want" ] || fail "status $rc, not $want, of: $* -- $out $err"
}

# refuses COMMAND...: whatever its status, it is not 0.
refuses() {
	if "$@"; then
		fail "status 0 of: $*"
	fi
}

is() { # GOT WANT
	[ "$1" = "$2" ] || fail "\"$1\" is not \"$2\""
}

has() { # TEXT PART...
	local text=$1 part
	shift
	for part; do
		case $text in
		*"$part"*) ;;
		*) fail "\"$part\" is not in: $text" ;;
		esac
	done
}

has_not() { # TEXT PART
	case $1 in
	*"$2"*) fail "\"$2\" is in: $1" ;;
	esac
}

# value KEY: a number, word, string or array of the compact JSON in $out, the first with this key.
value() {
	local re="\"$1\":(\\[[^]]*\\]|\"[^\"]*\"|[a-z0-9-]+)"
	[[ $out =~ $re ]] || fail "no \"$1\" in: $out"
	echo "${BASH_REMATCH[1]}"
}

# file NAME: its content; without a process.
file() {
	local content
	IFS= read -r -d '' content < "$1" || :
	echo "${content%$'\n'}"
}

# golden NAME: compares $out with golden/NAME. What differs from run to run is made equal first, and
# the names of the kinds, so that the reference can be compared as well.
golden() {
	normalise <<< "$out" > "$tmp/golden"
	if [ "${UPDATE_GOLDEN:-0}" = 1 ]; then
		cp "$tmp/golden" "$here/golden/$1"
	fi
	diff -u "$here/golden/$1" "$tmp/golden" || fail "output differs from golden/$1"
}

normalise() {
	sed -E -e 's/ifindex [0-9]+/ifindex N/g' -e 's/("ifindex": ?)[0-9]+/\1"N"/g' \
		-e 's/(address |"address": ?"| )([0-9a-f]{2}:){5}[0-9a-f]{2}/\1MAC/g' \
		-e "s/kind ($kind_tun|$kind_tap) /kind KIND /g" \
		-e "s/(\"info_kind\": ?)\"($kind_tun|$kind_tap)\"/\1\"KIND\"/g"
}

# hold NAME FLAGS [QUEUES]: a program that keeps the device until `release`, or the test's end.
hold() {
	local line
	coproc HOLD { exec "$helpers/hold" "$node" "$@" 2>&1; }
	read -r -t 60 line <&"${HOLD[0]}"
	is "$line" "held $1"
}

release() {
	local pid=$HOLD_PID
	eval "exec ${HOLD[1]}>&-"
	wait "$pid" || :
}

# Major and minor of a node, in decimal.
numbers_of() {
	local hex
	read -r -a hex < <(stat -Lc '0x%t 0x%T' "$1")
	echo "$((hex[0])) $((hex[1]))"
}

# A process without CAP_NET_ADMIN.
no_net_admin() {
	setpriv --bounding-set -net_admin --inh-caps -net_admin "$@"
}

as_user() { # UID COMMAND...
	local uid=$1
	shift
	setpriv --reuid "$uid" --regid "$uid" --clear-groups "$@"
}

mount_points() {
	local fields
	mounts=()
	while read -r -a fields; do
		mounts+=("${fields[4]}")
	done < /proc/self/mountinfo
}

# Newer mounts stand further down.
undo_mounts() {
	local first=$1 i
	local -a late=()
	mount_points
	for ((i = ${#mounts[@]} - 1; i >= first; i--)); do
		late+=("${mounts[i]}")
	done
	[ "${#late[@]}" = 0 ] || umount -l "${late[@]}"
}

undo_devices() {
	local path
	for path in /run/netns/*; do
		[ ! -e "$path" ] || ip netns del "${path##*/}"
	done
	for path in /sys/class/net/*; do
		[ "${path##*/}" = lo ] || echo "link del dev ${path##*/}"
	done > "$tmp/undo"
	[ ! -s "$tmp/undo" ] || ip -force -batch "$tmp/undo" > /dev/null 2>&1 || :
}

# The names of the tests, in the order of the file.
test_names() {
	local line
	while read -r line; do
		case $line in
		'test_'*'() {'*)
			line=${line#test_}
			echo "${line%%(*}"
			;;
		esac
	done < "$0"
}

# A command of a condition does not fail its shell, so the status is looked at afterwards.
run_one() { # NAME
	local rc
	set +e
	(
		# The trace of a function must not be taken for what a program says.
		exec 19>&1
		BASH_XTRACEFD=19
		set -e -x
		"test_$1"
	) > "$tmp/log" 2>&1 < /dev/null
	rc=$?
	set -e
	if [ "$rc" = 0 ]; then
		ktap_test_pass "$1"
	else
		tail -n 40 "$tmp/log" | sed 's/^/# /'
		ktap_test_fail "$1"
	fi
}

run_all() {
	local names name before
	# shellcheck source=/dev/null
	. "${KTAP_HELPERS:?}"
	read -r -d '' -a names < <(test_names) || :
	mount -t sysfs none /sys
	mount -t tmpfs none /run
	mkdir "$tmp"
	mount_points
	before=${#mounts[@]}
	ktap_print_header
	ktap_set_plan "${#names[@]}"
	for name in "${names[@]}"; do
		case $name in *${ONLY:-}*) ;; *) continue ;; esac
		run_one "$name"
		undo_mounts "$before"
		undo_devices
	done
	ktap_finished
}

# The last line of each test program.
main() {
	if [ "${1:-}" = --inside ]; then
		run_all
	fi
	[ -x "$cli" ] || make -s -C "$top/tools/tun-alt" >&2
	[ -x "$helpers/hold" ] || make -s -C "$here/helpers" >&2
	exec unshare --net --mount --propagation private -- bash "$0" --inside
}
