#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each check of `make check` goes red for a fault that is planted for it, and names it. The
# faults go into a scratch copy of the tree, with a module of one empty file so that a build
# takes seconds. Argument: part of the names of the tests to run (default: all);
# with -a in front also those for `make analyze`, which are slow.
set -u

. "$KTAP_HELPERS"

top=${TUN_ALT_TOP:-$(realpath "$(dirname "$0")/../..")}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
tree=$tmp/tree
said=$tmp/said
# In two parts, so that nobody takes it for this file's own.
licence='SPDX-License''-Identifier'
unset TUN_ALT_CHECK_OUT

# Test, check, and the finding that must be among those that the check prints. The test's name
# is that of the function that plants the fault.
tests() {
	cat <<-'EOF'
		checkpatch_reads_sources	checkpatch	src/main\.c:.*ERROR:SPACING
		checkpatch_is_strict	checkpatch	src/main\.c:.*CHECK:LINE_SPACING
		checkpatch_reads_scripts	checkpatch	tools/planted\.sh:.*LONG_LINE
		checkpatch_reads_kbuild	checkpatch	Kbuild:.*TRAILING_WHITESPACE
		gcc_warns_on_6_1	compile 6.1 gcc	src/main\.c:.*Wmissing-prototypes
		gcc_warns_on_6_12	compile 6.12 gcc	src/main\.c:.*Wmissing-prototypes
		clang_warns_on_6_1	compile 6.1 clang	src/main\.c:.*Wself-assign
		clang_warns_on_6_12	compile 6.12 clang	src/main\.c:.*Wself-assign
		gcc_is_no_clang	compile 6.12 clang	asked for clang, built by GCC
		sparse_knows_endianness	sparse 6.12	src/main\.c:.*restricted __be16
		header_needs_its_includes	headers	src/flow\.h:.*sk_buff
		upward_include_is_seen	includes	src/flow\.h:.*includes upwards: device\.h
		room_without_storey_is_seen	includes	src/attic\.c:.*no storey
		own_header_comes_first	includes	src/flow\.c:.*before its own flow\.h
		queue_and_device_stay_apart	includes	src/queue\.h:.*stay apart
		program_sees_nothing_of_the_driver	includes	tools/planted\.c:.*src
		uapi_includes_uapi_only	includes	if_tun_alt\.h:.*UAPI
		version_test_is_seen	compat	src/main\.c:.*KERNEL_VERSION
		version_test_in_compat_is_seen	compat	src/compat\.h:.*LINUX_VERSION_CODE
		feature_test_in_a_room_is_seen	compat	src/main\.c:.*TUN_ALT_HAVE_
		asking_for_the_running_kernel_is_seen	compat	Makefile:.*uname -r
		long_file_is_seen	size	src/main\.c:.*451 lines
		long_function_is_seen	size	src/main\.c:planted has 61 lines
		long_shell_function_is_seen	size	tools/planted\.sh:planted has 61 lines
		cap_that_is_exceeded_is_seen	size	more than its cap of 455
		needless_cap_is_seen	size	src/main\.c needs no cap
		cap_without_reason_is_seen	size	\.ci/caps:.*reason
		missing_kernel_doc_is_seen	kerneldoc	tun_alt_planted.. has no kernel-doc
		missing_context_is_seen	kerneldoc	tun_alt_planted.. says no Context:
		missing_return_is_seen	kerneldoc	tun_alt_planted.. says no Return:
		undescribed_parameter_is_seen	kerneldoc	src/main\.c:.*nobody
		global_name_needs_the_prefix	symbols	global symbol planted
		rx_in_a_name_is_seen	symbols	tun_alt_rx_planted
		shell_syntax_error_is_seen	shell	tools/planted\.sh:.*syntax error
		shellcheck_warning_is_seen	shell	tools/planted\.sh:.*SC2164
		example_that_does_not_compile_is_seen	manual	tun-alt\.4: line .*undeclared
		wide_line_of_the_manual_is_seen	manual	tun-alt\.4: wider than 80
		ioctl_without_a_word_is_seen	manual	tun-alt\.4: the ioctl TUNPLANTED
		ioctl_outside_the_table_is_seen	manual	ioctls\.rst: the ioctl TUNPLANTED
		errno_without_a_word_is_seen	manual	tun-alt\.4: the errno EXFULL
		reason_that_is_not_told_of_is_seen	drops	reasons\.c: ring_full: not as
		reason_under_another_name_is_seen	drops	src/drop\.c: ring_fool: not as
		column_that_is_not_the_drivers_is_seen	drops	observability\.rst: a column
		row_without_a_test_is_seen	coverage	coverage\.rst:.*row 8\.7 has no test
		row_of_an_unplanned_test_is_seen	coverage	8\.7: .*\.renamed is not in
		missing_licence_is_seen	tree	tools/planted:1: no SPDX line
		path_of_one_machine_is_seen	tree	src/main\.c:
		unfinished_work_is_seen	tree	src/main\.c:
		version_of_dkms_is_compared	tree	PACKAGE_VERSION is not
		failing_unit_test_is_seen	unit	not ok 1 planted
		overflow_in_a_unit_test_is_seen	unit	heap-buffer-overflow
	EOF
}

# The same for the checks of `make analyze`
analyses() {
	cat <<-'EOF'
		null_dereference_is_seen	analyzer 6.12	src/main\.c:.*NullDereference
		unlooked_error_pointer_is_seen	analyzer 6.12	src/main\.c:.*must-check-errs
		leak_is_seen	analyzer tools	planted\.c:.*Malloc
		double_free_is_seen	fanalyzer	planted\.c:.*double-free
		needless_test_is_seen	coccinelle rest	src/main\.c:.*NULL check before
		dereference_of_null_is_seen	coccinelle misc	src/main\.c:.*NULL but dereferenced
	EOF
}

main_c() {
	cat >>src/main.c
}

planted_sh() {
	printf '#!/bin/bash\n# %s\n' "$licence: GPL-2.0" >tools/planted.sh
	cat >>tools/planted.sh
}

# A source or header of its own with one line in it
file() {
	printf '// %s\n%s\n' "$licence: GPL-2.0" "$2" >"$1"
}

lines() {
	local i

	for ((i = 0; i < $1; i++)); do
		printf '\tfoo();\n'
	done
}

checkpatch_reads_sources() { echo 'static int planted=1;' | main_c; }
checkpatch_is_strict() { printf 'static int planted;\n\n\nstatic int other;\n' | main_c; }
checkpatch_reads_scripts() { printf 'echo %0120d\n' 0 | planted_sh; }
checkpatch_reads_kbuild() { printf 'planted := y \n' >>Kbuild; }
gcc_warns_on_6_1() { printf 'int tun_alt_planted(void)\n{\n\treturn 0;\n}\n' | main_c; }
gcc_warns_on_6_12() { gcc_warns_on_6_1; }
clang_warns_on_6_1() {
	printf 'int tun_alt_x(int a);\nint tun_alt_x(int a)\n{\n\ta = a;\n\treturn a;\n}\n' | main_c
}
clang_warns_on_6_12() { clang_warns_on_6_1; }
gcc_is_no_clang() { export TUN_ALT_CLANG=gcc; }
sparse_knows_endianness() {
	printf '__be16 tun_alt_x(u16 a);\n__be16 tun_alt_x(u16 a)\n{\n\treturn a;\n}\n' | main_c
}
header_needs_its_includes() {
	file src/flow.h 'static inline int f(struct sk_buff *a) { return a->len; }'
}
upward_include_is_seen() {
	file src/device.h ''
	file src/flow.h '#include "device.h"'
}
room_without_storey_is_seen() { file src/attic.c ''; }
own_header_comes_first() {
	file src/flow.h ''
	file src/flow.c '#include <linux/types.h>'
}
queue_and_device_stay_apart() {
	file src/device.h ''
	file src/queue.h '#include "device.h"'
}
program_sees_nothing_of_the_driver() { file tools/planted.c '#include "../src/device.h"'; }
uapi_includes_uapi_only() { echo '#include <linux/netdevice.h>' >>include/uapi/linux/if_tun_alt.h; }
version_test_is_seen() { echo '#if X > KERNEL_VERSION(6, 1, 0)' | main_c; }
version_test_in_compat_is_seen() { echo '#if LINUX_VERSION_CODE > 1' >>src/compat.h; }
feature_test_in_a_room_is_seen() { echo '#ifdef TUN_ALT_HAVE_IT' | main_c; }
asking_for_the_running_kernel_is_seen() { echo 'release := $(shell uname -r)' >>Makefile; }
long_file_is_seen() { lines $((451 - $(wc -l <src/main.c))) | main_c; }
long_function_is_seen() {
	{
		printf 'static int planted(void)\n{\n'
		lines 58
		echo '}'
	} | main_c
}
long_shell_function_is_seen() {
	{
		echo 'planted() {'
		lines 59
		echo '}'
	} | planted_sh
}
cap_that_is_exceeded_is_seen() {
	lines 460 | main_c
	echo 'src/main.c 455 a reason' >>.ci/caps
}
needless_cap_is_seen() { echo 'src/main.c 500 a reason' >>.ci/caps; }
cap_without_reason_is_seen() { echo 'src/main.c 500' >>.ci/caps; }
missing_kernel_doc_is_seen() { gcc_warns_on_6_1; }
documented() {
	printf '/**\n * tun_alt_planted() - planted\n%b */\n' "$1" | main_c
	gcc_warns_on_6_1
}
missing_context_is_seen() { documented ' *\n * Return: 0\n'; }
missing_return_is_seen() { documented ' *\n * Context: any\n'; }
undescribed_parameter_is_seen() {
	documented ' * @nobody: is not there\n *\n * Context: any\n * Return: 0\n'
}
global_name_needs_the_prefix() { printf 'int planted;\n' | main_c; }
rx_in_a_name_is_seen() { printf 'int tun_alt_rx_planted;\n' | main_c; }
shell_syntax_error_is_seen() { echo 'if true; then' | planted_sh; }
shellcheck_warning_is_seen() { echo 'cd /nowhere' | planted_sh; }
manual=Documentation/man/tun-alt.4
example_that_does_not_compile_is_seen() { sed -i 's/int fd;/int fe;/' "$manual"; }
wide_line_of_the_manual_is_seen() { printf '.nf\n%090d\n.fi\n' 0 >>"$manual"; }
ioctl_without_a_word_is_seen() { printf '\tROW(TUNPLANTED, VALUE, ANY, planted),\n' | main_c; }
ioctl_outside_the_table_is_seen() { ioctl_without_a_word_is_seen; }
errno_without_a_word_is_seen() { echo 'return tun_alt_refuse(why, -EXFULL, 0);' | main_c; }
reason_that_is_not_told_of_is_seen() { sed -i '/DROP_RING_FULL\]/d' tools/tun-alt/reasons.c; }
reason_under_another_name_is_seen() { sed -i 's/"ring_full"/"ring_fool"/' src/drop.c; }
column_that_is_not_the_drivers_is_seen() {
	sed -i '/^8  ring_full/s/tx_/rx_/' Documentation/architecture/observability.rst
}
row_without_a_test_is_seen() {
	sed -i 's/^\( *8\.7 |[^|]*|\)[^|]*|/\1 |/' Documentation/uapi/coverage.rst
}
row_of_an_unplanned_test_is_seen() {
	sed -i 's/^\( *8\.7 |[^|]*| [^ ]*\) /\1.renamed /' Documentation/uapi/coverage.rst
}
missing_licence_is_seen() { echo 'nobody' >tools/planted; }
path_of_one_machine_is_seen() { printf '/* see %s%s */\n' /ro ot/notes | main_c; }
unfinished_work_is_seen() { printf '/* FI%s: later */\n' XME | main_c; }
version_of_dkms_is_compared() { sed -i 's/^PACKAGE_VERSION=.*/PACKAGE_VERSION="9"/' dkms.conf; }
unit_test() {
	file selftests/unit/planted.c "#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
	volatile char *p = calloc(1, argc);
	(void)argv;
	$1
	puts(\"ok 2 other\");
	free((void *)p);
	return 0;
}"
}
failing_unit_test_is_seen() {
	unit_test 'puts("not ok 1 planted"); p[0] = 1; fflush(stdout); exit(1);'
}
overflow_in_a_unit_test_is_seen() { unit_test 'p[argc] = 1;'; }
static_function() {
	printf 'struct planted { int *p; };\nint tun_alt_x(struct planted *a);\n' | main_c
	printf 'int tun_alt_x(struct planted *a)\n{\n%b}\n' "$1" | main_c
}
null_dereference_is_seen() { static_function '\tif (a->p)\n\t\treturn 0;\n\treturn *a->p;\n'; }
unlooked_error_pointer_is_seen() {
	printf '#include <linux/err.h>\n' | main_c
	static_function '\tERR_PTR(-ENOMEM);\n\treturn !a;\n'
}
needless_test_is_seen() {
	printf '#include <linux/slab.h>\n' | main_c
	static_function '\tif (a)\n\t\tkfree(a);\n\treturn 0;\n'
}
dereference_of_null_is_seen() { static_function '\tif (!a)\n\t\treturn *a->p;\n\treturn 0;\n'; }
planted_tool() {
	mkdir -p tools/tun-alt
	[ -e tools/tun-alt/Makefile ] || cp -r "$top"/tools/tun-alt/* tools/tun-alt
	file tools/tun-alt/planted.c "#include <stdlib.h>
int main(int argc, char **argv)
{
	char *p = malloc(argc);
	(void)argv;
	$1
	return !p;
}"
}
leak_is_seen() { planted_tool ''; }
double_free_is_seen() { planted_tool 'free(p); free(p);'; }

copy_tree() {
	mkdir "$tree"
	(cd "$top" && git ls-files -co --exclude-standard -z -- Makefile Kbuild dkms.conf \
		.gitignore .ci include src/compat.h src/features.mk src/drop.[ch] selftests/static \
		selftests/unit/Makefile selftests/plan selftests/coverage.awk "$manual" \
		Documentation/uapi/{ioctls,coverage}.rst tools/packaging \
		Documentation/architecture/observability.rst \
		Documentation/netlink/specs/tun-alt.yaml tools/tun-alt/reasons.[ch] |
		xargs -0 cp --parents -t "$tree")
	cd "$tree" || exit
	sed -i '/TUN_ALT_TESTS/,/^endif/d' Kbuild
	sed -i '/^tun_alt-/d; s/^obj-m .*/&\ntun_alt-y := src\/main.o/' Kbuild
	file src/main.c '#include <linux/module.h>'
	printf '\nMODULE_LICENSE("GPL");\nMODULE_DESCRIPTION("none");\n' | main_c
	git init -q
	git add -A
	git -c user.name=planted -c user.email=planted@localhost commit -q -m planted
	# What is clean is not read again for each fault.
	selftests/static/run.sh checkpatch >"$said" 2>&1 || sed 's/^/# /' "$said"
}

# What was planted before goes, what was built stays.
restore() {
	unset TUN_ALT_CLANG
	git checkout -q .
	git clean -fdq
}

goes_red() {
	restore
	"$1" || return
	! selftests/static/run.sh "$2" >"$said" 2>&1 &&
		grep -q '^not ok 1' "$said" && grep -qE "$3" "$said"
}

ktap_print_header
slow=:
if [ "${1:-}" = -a ]; then
	slow=analyses
	shift
fi
mapfile -t run < <({ tests; $slow; } | grep -e "${1:-}")
ktap_set_plan ${#run[@]}
copy_tree
for row in "${run[@]}"; do
	IFS=$'\t' read -r name check finding <<<"$row"
	if goes_red "$name" "$check" "$finding"; then
		ktap_test_pass "$name"
	else
		sed 's/^/# /' "$said"
		ktap_test_fail "$name"
	fi
done
ktap_finished
