# SPDX-License-Identifier: GPL-2.0
#
# Upstream's own tests on the two nodes, side by side, from lines of ktap.awk sorted by ID;
# nothing if none ran. Variables: k, ours and ref (names of the nodes), list (1: every test,
# else only those that differ).

BEGIN {
	FS = "\t"
	split("ok,XFAIL,SKIP,not ok", words, ",")
	word["pass"] = words[1]
	word["xfail"] = words[2]
	word["skip"] = words[3]
	word["fail"] = words[4]
}

function row(name, left, right, note) { printf "%-7s %-52s %-8s %-8s%s\n", k, name, left, right, note }

function flush_test(	left, right, differ) {
	if (test == "")
		return
	left = (ref in said) ? said[ref] : "-"
	right = (ours in said) ? said[ours] : "-"
	sum[ref, left]++
	sum[ours, right]++
	tests++
	differ = ref != "none" && left != right
	differing += differ
	if (list || differ)
		row(test, left, right, differ ? "  <- differs" : "")
	delete said
}

function sums(node,	text, w) {
	for (w = 1; w <= 4; w++)
		if ((node, words[w]) in sum)
			text = text ", " sum[node, words[w]] " " words[w]
	return node ": " (text == "" ? "nothing" : substr(text, 3))
}

function flush_program() {
	flush_test()
	if (program != "" && ref == "none")
		printf "%-7s %s: %d tests; %s\n", k, program, tests, sums(ours)
	else if (program != "")
		printf "%-7s %s: %d tests; %s; %s; %s\n", k, program, tests, sums(ref), sums(ours), \
			differing ? differing " differ" : "the same list"
	tests = differing = 0
	delete sum
}

$2 !~ /^upstream\// { next }
{
	name = substr($2, index($2, ".") + 1)
	of = substr($2, 1, index($2, ".") - 1)
}
of != program {
	flush_program()
	program = of
	test = ""
	row(program, ref, ours, "")
}
name != test {
	flush_test()
	test = name
}
{ said[$1] = word[$3] }
END { flush_program() }
