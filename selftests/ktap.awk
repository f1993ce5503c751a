# SPDX-License-Identifier: GPL-2.0
#
# One program's KTAP -> one line a test: NODE ID STATUS REASON, separated by tabs.
# Variables: node, prog. A test's ID is the program and the test's name without the
# fixture that the harness puts before it. What is wrong with the program as a whole
# is reported as a test of its own, "(program)".

function put(name, status, reason) {
	gsub(/ +/, "_", name)
	print node "\t" prog "." name "\t" status "\t" reason
}

BEGIN { exited = "none" }

/^# Starting [0-9]+ tests? from/ { harness = 1 }
/^1\.\.[0-9]+/ {
	planned = substr($1, 4)
	if (sub(/^1\.\.0 +# SKIP */, ""))
		put("(program)", "skip", $0)
}
/^(not )?ok [0-9]+/ {
	status = $1 == "ok" ? "pass" : "fail"
	sub(/^(not )?ok [0-9]+ *(- )?/, "")
	reason = ""
	if (match($0, / *# *(SKIP|XFAIL|XPASS|TODO)/)) {
		reason = substr($0, RSTART + RLENGTH + 1)
		status = substr($0, RSTART, RLENGTH) ~ /XFAIL/ ? "xfail" : "skip"
		$0 = substr($0, 1, RSTART - 1)
	}
	if (harness)
		sub(/^[^.]*\./, "")
	sub(/ +$/, "")
	count++
	failed += status == "fail"
	put($0, status, reason)
}
/^Bail out!/ { bailed = 1; put("(program)", "fail", $0) }
/^# tun-alt-exit: / { exited = $3 }

END {
	if (bailed)
		exit
	if (exited == "none")
		put("(program)", "fail", "did not finish: the guest went away")
	else if (exited == 124 || exited == 137)
		put("(program)", "fail", "timed out")
	else if (exited == "leak")
		put("(program)", "fail", "left users of the module behind")
	else if (count + 0 != planned + 0)
		put("(program)", "fail", "planned " planned + 0 " tests, reported " count + 0)
	else if (exited != 0 && exited != 4 && !failed)
		put("(program)", "fail", "exit status " exited " although no test failed")
}
