#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs the tests in guests and compares in-tree tun's results with ours. Arguments:
#
#   T=PATTERN  part of, or a glob over, SUITE/PROGRAM or SUITE/PROGRAM.TEST (default: all)
#   K=KERNELS  6.1, 6.12, newest or all of these (default); kasan, kasan-newest, kcsan: ours alone;
#              rt; on s390x and arm64 only programs that need nothing of the host
#   DEV=NODE   only this node, nothing is compared
#   plan       runs nothing: writes selftests/plan from the last results
#
# The last line is "N passed, N failed, N skipped", over every kernel.
set -euo pipefail

. "$(dirname "$0")/qemu/lib.sh"
. "$(dirname "$0")/qemu/machine.sh"
. "$(dirname "$0")/run-lib.sh"

T='' K=all DEV=''
# GCOV=1 in the environment: with a module that counts its lines (make coverage)
VARIANT=${GCOV:+-gcov}
ALT=/dev/net/tun-alt
TUN=/dev/net/tun
BUILD=$TOP/build
RESULTS=$BUILD/results
NEWEST=$CACHE/source/newest
# An emulated guest of two processors keeps less than one of the host busy.
JOBS=${JOBS:-$(($(nproc) + 1))}

parse() {
	local arg
	for arg; do
		case $arg in
		T=*) T=${arg#T=} ;;
		K=*) K=${arg#K=} ;;
		DEV=*) DEV=${arg#DEV=} ;;
		*) die "usage: [T=PATTERN] [K=KERNEL,...|all] [DEV=NODE]" ;;
		esac
	done
	[ -n "$K" ] && [ "$K" != all ] || K=$KERNELS
	K=${K//,/ }
	SELECTED=$(regex_of "$T")
	# Whatever T names, a kernel that looks for faults shows that it is awake.
	[ -z "$T" ] || [ -z "$(debug_of "$K")" ] || SELECTED+='|^detectors/'
	# What a test program of the guest or of the host finds in its environment
	TEST_ENV=("TUN_ALT_TOP=$TOP" "TUN_ALT_BUILD=$BUILD" "TUN_ALT=$BUILD/tun-alt"
		"KTAP_HELPERS=$NEWEST/tools/testing/selftests/kselftest/ktap_helpers.sh")
}

# Nothing of what runs here has a node, or a kernel that is not of the matrix.
runs_host() {
	local k
	[ -z "$DEV" ] || return
	for k in $K; do
		[[ " $KERNELS " != *" $k "* ]] || { [ -n "$(host_programs)" ]; return; }
	done
	return 1
}

# Seconds: a kernel that looks for faults takes its time, and so do another machine and races, of
# which a stock kernel has the most.
boot_timeout() { # K BOOT
	if [[ $2 == races* ]]; then
		echo 10800
	elif is_debug "$1" || is_machine "$1"; then
		echo 5400
	else
		echo 1500
	fi
}

# What a test finds in its environment if it is set here
HANDED_ON="TUN_TEST_SEED TUN_TEST_SOAK FAULT_FIRST FAULT_VERBOSE"

# What the guests run, made on the host. Quiet when nothing changed.
prepare() {
	local k host=''
	"$TOP/selftests/deps.sh" build guest test
	for k in $K; do
		! is_machine "$k" || "$TOP/selftests/deps.sh" machines
	done
	# Whatever K is, what runs here builds for the kernels that `make check` builds for.
	! runs_host || host="6.1 6.12"
	# shellcheck disable=SC2086 # lists of words
	"$TOP/selftests/qemu/kernels.sh" $K $host source
	! uses_pc || build_for_pc
	for k in $K; do
		! is_machine "$k" || build_machine_tests "$k"
		# On in-tree's node as well: some tests load a module of ours.
		"$TOP/selftests/qemu/build.sh" "$k" ${GCOV:+GCOV=1}
	done
}

# Which tests a program has is known here by asking it.
uses_pc() {
	local k
	[[ $T != *.* ]] || return 0
	for k in $K; do
		is_machine "$k" || return 0
	done
	return 1
}

build_for_pc() {
	build_tests
	make --no-print-directory -s -C "$TOP/selftests/upstream" "SOURCES=$CACHE/source" \
		"OUTPUT=$BUILD/selftests/upstream"
	make --no-print-directory -s -C "$TOP/tools/tun-alt" "BUILD=$BUILD"
	make --no-print-directory -s -C "$TOP/tools/libtunalt" all examples "BUILD=$BUILD"
	make --no-print-directory -s -C "$TOP/selftests/cli/helpers"
}

# What T may select of what runs in guests, and what shell tests call
build_tests() {
	local make=(make --no-print-directory -s -C "$TOP/selftests" -j"$(nproc)"
		"OUTPUT=$BUILD/selftests" "SOURCE=$NEWEST") targets
	mapfile -t targets < <(grep -vE '[.]sh$' <<< "$CANDIDATES" | sed "s,^.,$BUILD/selftests/&,")
	"${make[@]}" helpers "${targets[@]}"
}

# The same for a machine that is not a PC, as far as the plan lets it run there.
build_machine_tests() { # K
	local targets
	mapfile -t targets < <(boots_of_programs "$1" | sed "s,^.* ,$BUILD/$1-tests/selftests/,")
	[ ${#targets[@]} = 0 ] || machine_make "$1" "OUTPUT=$BUILD/$1-tests/selftests" \
		"SOURCE=$NEWEST" "${targets[@]}"
}

# One boot: its programs are in OUT/list.
boot() { # K NAME
	local k=$1 name=$2 log=$BUILD/log/$1-$2.log args=(-m tun) rc=0 var
	local built=$BUILD/$k$VARIANT
	[ "$DEV" = "$TUN" ] || args+=(-m "$built/tun_alt.ko")
	! grep -q "^@splat $name " "$TOP/selftests/plan" || args+=(-s)
	for var in "${TEST_ENV[@]}" "TUN_ALT_KERNEL=$k" "TUN_ALT_KO=$built/tun_alt.ko" \
		"TUN_TEST_MESSAGE_KO=$built/selftests/kernel/tun_test_message.ko" \
		"TUN_TEST_FAULT_KO=$built/selftests/kernel/tun_test_fault.ko" \
		"TUN_TEST_DIVISOR=$(divisor_of "$k")"; do
		args+=(-e "$var")
	done
	for var in $HANDED_ON; do
		[ -z "${!var:-}" ] || args+=(-e "$var=${!var}")
	done
	! is_machine "$k" || args+=(-e "TUN_ALT_BUILD=$BUILD/$k-tests")
	"$TOP/selftests/qemu/guest.sh" -k "$k" -c "$(cpus_of "$k" "$name")" "${args[@]}" \
		-t "$(boot_timeout "$k" "$name")" -L "$log" \
		-o "$RESULTS/$k/boot-$name" -- "$TOP/selftests/in-guest.sh" \
		< /dev/null 2>&1 | prefix "$k" || rc=$?
	judge_boot "$name" "$rc" "$log" >> "$RESULTS/$k/verdicts"
	[ "$k" != kcsan ] || judge_kcsan "$name" >> "$RESULTS/$k/verdicts"
}

# Without a single watchpoint while the programs ran KCSAN has looked at nothing of theirs.
judge_kcsan() { # BOOT
	local n
	n=$(cat "$RESULTS/kcsan/boot-$1/watchpoints" 2> /dev/null)
	[ "${n:-0}" -gt 0 ] || printf 'F\t-\tboot/%s\tKCSAN set no watchpoint\n' "$1"
}

# A kernel that complained or died is a failure of its own, unless the plan says that
# in-tree's known bug shows in this boot.
judge_boot() { # NAME STATUS LOG
	local want splats
	want=$(sed -n "s/^@splat $1 //p" "$TOP/selftests/plan")
	splats=$(awk -v marker='tun-alt-guest: start' -v allow="$TOP/selftests/qemu/kcsan.allow" \
		-f "$TOP/selftests/qemu/splat.awk" "$3") || true
	if [ -n "$want" ] && [ -n "$splats" ] && [[ $2 =~ ^(0|126)$ ]] &&
		! grep -qvE "$want" <<< "$splats"; then
		printf 'P\t-\tboot/%s\tthe expected report showed\n' "$1"
	elif [ -n "$want" ] && [ -z "$splats" ]; then
		printf 'F\t-\tboot/%s\tthe expected report did not show\n' "$1"
	elif [ "$2" != 0 ]; then
		printf 'F\t-\tboot/%s\tguest.sh ended with %s, see above (%s)\n' "$1" "$2" "$3"
	fi
}

# The lists of what a kernel's guests run. Prints "K BOOT" for each that runs anything.
plan_kernel() { # K
	local k=$1 dir=$RESULTS/$1 name
	rm -rf "$dir"
	mkdir -p "$dir"
	: > "$dir/verdicts"
	for name in main $(boots); do
		mkdir -p "$dir/boot-$name/"{tun,tun-alt}/{abi,datapath,lifetime,xdp,upstream} \
			"$dir/boot-$name/tun-alt/"{additions,burst,cli,detectors,faults,fuzz,ring} \
			"$dir/boot-$name/tun-alt/"{leaks,library,module,races}
	done
	guest_programs "$k" "$dir"
	for name in main $(boots); do
		[ ! -s "$dir/boot-$name/list" ] || echo "$k $name"
	done
}

# Tests of the rig itself, of the demo and of the packaging: they run here, and boot
# guests of their own if they need any. Prints "host PROGRAM" for each.
plan_host() {
	local dir=$RESULTS/host
	rm -rf "$dir"
	mkdir -p "$dir"/boot-host/host/{host,demo}
	: > "$dir/verdicts"
	host_programs | sed 's/^/host /'
}

# In a shell of its own
run_host() { # PROGRAM
	local prog=$1 ktap=$RESULTS/host/boot-host/host/${1%.sh}.ktap rc=0
	SECONDS=0
	cd "$TOP/selftests/${prog%/*}"
	env "${TEST_ENV[@]}" timeout -k 5 600 "$TOP/selftests/$prog" < /dev/null > "$ktap" 2>&1 &
	# It has a process group of its own, and hands on what it is told.
	trap 'kill '$!'; exit 143' INT TERM
	wait $! || rc=$?
	trap - INT TERM
	printf '\n# tun-alt-exit: %d\n' "$rc" >> "$ktap"
	printf '%-43s %3d ok, %d not ok, %d s\n' "$prog" "$(grep -c '^ok ' "$ktap")" \
		"$(grep -c '^not ok ' "$ktap")" "$SECONDS" | prefix host
}

# All jobs, the longest first, so that none is left to run alone at the end: the main boot
# of each kernel, what the plan calls long, other boots, and what is left of what runs here.
plan_jobs() {
	local k
	{
		for k in $K; do plan_kernel "$k"; done
		! runs_host || plan_host
	} | awk -v plan="$TOP/selftests/plan" '
		BEGIN {
			while ((getline < plan) > 0)
				for (i = 2; $1 == "@long" && i <= NF; i++)
					long[$i ".sh"] = 1
		}
		{ print $2 == "main" ? 1 : $2 in long ? 2 : $1 == "host" ? 4 : 3, $0 }' |
		sort -s -n -k1,1 | cut -d ' ' -f 2-
}

run_job() { # K BOOT, or: host PROGRAM
	if [ "$1" = host ]; then run_host "$2"; else boot "$@"; fi
}

# Waits until one of the jobs ends.
reap() {
	local pid job rc=0
	wait -n -p pid "${!RUNNING[@]}" || rc=$?
	job=${RUNNING[$pid]}
	unset "RUNNING[$pid]"
	[ "$rc" = 0 ] || printf 'F\t-\tboot/%s\tits run broke off (%d)\n' "${job#* }" "$rc" \
		>> "$RESULTS/${job%% *}/verdicts"
}

# A process group for each job, so that an interrupted run leaves no guest behind.
run_jobs() { # JOB...
	local job
	declare -gA RUNNING=()
	set -m
	trap 'for k in $(jobs -p); do kill -- "-$k" 2> /dev/null; done; die interrupted' INT TERM
	for job; do
		[ ${#RUNNING[@]} -lt "$JOBS" ] || reap
		# shellcheck disable=SC2086 # two words
		run_job $job &
		RUNNING[$!]=$job
	done
	while [ ${#RUNNING[@]} -gt 0 ]; do reap; done
}

# Holds the results against plan and differences, and prints what failed.
finish() { # K DIR
	local ours=tun-alt ref=tun whole=1 file=$TOP/Documentation/uapi/differences.rst
	[ "$1" != host ] || ours=host
	! is_debug "$1" || ref=none
	[ -z "$DEV" ] || ours=$(basename "$DEV") ref=none whole=0
	[ "$1" = host ] || not_run_here "$1"
	collect "$2" > "$2/results"
	awk -v k="$1" -v like="$(matrix_of "$1")" -v t="$T" -v selected="$SELECTED" \
		-v whole="$whole" \
		-v ours="$ours" -v ref="$ref" \
		-f "$TOP/selftests/compare.awk" file=differences "$file" \
		file=plan "$TOP/selftests/plan" file=results "$2/results" |
		sort -t "$(printf '\t')" -k3,3 -k2,2 >> "$2/verdicts"
	sort -t "$(printf '\t')" -k2,2 "$2/results" |
		awk -v k="$1" -v ours="$ours" -v ref="$ref" -v list="${T:+1}" \
			-f "$TOP/selftests/upstream/beside.awk"
	report "$1" "$2" > "$2/report"
	sed '$d' "$2/report"
}

# In selftests/plan are the names of all tests.
nothing_runs() {
	local k
	for k in $K; do not_run_here "$k"; done
	die "no test of selftests/plan that matches '$T' runs on $K"
}

main() {
	local job jobs kernels
	if [ "${1:-}" = plan ]; then
		write_plan
		return
	fi
	parse "$@"
	CANDIDATES=$(candidates)
	[ -n "$CANDIDATES" ] || die "no test matches '$T'"
	prepare
	mkdir -p "$RESULTS"
	rm -f "$RESULTS/partial"
	[[ $T != *.* ]] || touch "$RESULTS/partial"
	mapfile -t jobs < <(plan_jobs)
	[ ${#jobs[@]} -gt 0 ] || nothing_runs
	run_jobs "${jobs[@]}"
	mapfile -t kernels < <(printf '%s\n' "${jobs[@]%% *}" | sort -uV)
	for job in "${kernels[@]}"; do
		finish "$job" "$RESULTS/$job"
	done
	if [ -z "$T$DEV" ] && [ "$K" = "$KERNELS" ]; then
		judge_coverage "${kernels[@]}"
		kernels+=(coverage)
	fi
	summary "${kernels[@]}"
}

main "$@"
