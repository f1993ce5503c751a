# SPDX-License-Identifier: GPL-2.0
#
# Reads a guest's serial log and prints every line after the marker that no healthy
# kernel prints. Variables: marker, allow (file of reviewed KCSAN titles).
# Exit status 1 if there was one.

function splat(line) {
	print line
	found = 1
}

# A KCSAN report counts if one of its frames is ours, or if nobody reviewed it.
function end_of_kcsan() {
	if (title != "" && (ours || !(title in reviewed)))
		splat(title)
	title = ""
}

BEGIN {
	while (allow != "" && (getline line < allow) > 0)
		if (line !~ /^#/)
			reviewed[line] = 1
	bad = "------------\\[ cut here \\]|BUG:|WARNING:|kernel BUG at|Oops|general protection fault"
	bad = bad "|Kernel panic|KASAN:|UBSAN:|KFENCE:|refcount_t:|possible (circular|recursive) locking"
	bad = bad "|inconsistent lock|suspicious RCU|scheduling while atomic|blocked for more than"
	bad = bad "|unregister_netdevice: waiting|rcu.*stall|unreferenced object|ref_tracker:"
	bad = bad "|page allocation failure|bad: scheduling from the idle|sysfs: cannot create duplicate"
	bad = bad "|hw csum failure|BUG [^ ]+ \\("
	# A detector that is off, and lines that nobody has seen
	bad = bad "|trying to register non-static key|lockdep is turned off|turning off the locking"
	bad = bad "|ODEBUG.* disabled|Memory leak detector disabled|printk messages dropped"
}

{ sub(/\r$/, ""); sub(/^\[[ 0-9.]*\] ?/, "") }
index($0, marker) { after = 1; next }
!after { next }
/BUG: KCSAN:/ { title = $0; ours = 0; next }
title != "" {
	if (/\[tun_alt\]/)
		ours = 1
	if (/^=====/)
		end_of_kcsan()
	# Its own lines have frames, which are indented, and numbers in them.
	else if (/^[^ ]/ && $0 ~ bad)
		splat($0)
	next
}
# The tests of faults/ have memory refused: where one that counts references gets none, it says so.
/^tun-alt-test: / { refused = /: faults\// }
refused && /ref_tracker: memory allocation failure/ { next }
$0 ~ bad { splat($0) }

END {
	end_of_kcsan()
	if (!after)
		splat("the start of the guest is not in its log")
	exit found
}
