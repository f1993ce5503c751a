# SPDX-License-Identifier: GPL-2.0
#
# Prints what a program said about one test: the lines since the result before it.
# Variable: name (the test, as in an ID); "(program)" prints the end of the output.

{ line[n++] = $0 }
/^(not )?ok [0-9]+/ {
	found = $0
	sub(/^(not )?ok [0-9]+ *(- )?/, "", found)
	sub(/ *# *(SKIP|XFAIL|XPASS|TODO).*/, "", found)
	gsub(/ +/, "_", found)
	if (found == name || substr(found, index(found, ".") + 1) == name)
		for (i = 0; i < n; i++)
			print "    " line[i]
	n = 0
}
END {
	if (name == "(program)")
		for (i = n > 20 ? n - 20 : 0; i < n; i++)
			print "    " line[i]
}
