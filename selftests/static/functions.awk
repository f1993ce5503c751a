# SPDX-License-Identifier: GPL-2.0
#
# The functions of C and shell files in kernel style -> FILE NAME FIRST_LINE LINES KIND, tab between.
# KIND is what stands in front of the name, "test" for a test of the harness, "shell" for a shell
# function. A function begins at its first line and ends at the brace in the first column.

function begin() {
	start = FNR
	name = ""
}

FNR == 1 {
	start = 0
	shell = FILENAME !~ /\.[ch]$/
}

shell && /^[A-Za-z_][A-Za-z0-9_]*\(\)/ {
	name = substr($0, 1, index($0, "(") - 1)
	start = FNR
	kind = "shell"
	open = 1
	if (/\}[ \t]*$/)
		open = 0
	next
}
shell && open && /^[})]/ {
	print FILENAME "\t" name "\t" start "\t" FNR - start + 1 "\t" kind
	open = 0
}
shell {
	next
}

# A signature: a line that begins with a word, up to the brace. Anything else ends the attempt.
!open && !start && /^[A-Za-z_]/ && !/[;:]$/ {
	begin()
}
!open && start && name == "" && /\(/ {
	kind = $0
	sub(/\(.*/, "", kind)
	name = kind
	sub(/.*[^A-Za-z0-9_]/, "", name)
	kind = substr(kind, 1, length(kind) - length(name))
	if (name ~ /^(TEST|TEST_F|TEST_SIGNAL|TEST_F_SIGNAL|TEST_F_TIMEOUT|FIXTURE_SETUP|FIXTURE_TEARDOWN|FIXTURE_TEARDOWN_PARENT)$/) {
		kind = "test"
		name = $0
		sub(/^[^(]*\(/, "", name)
		sub(/\).*/, "", name)
		gsub(/, */, ".", name)
	}
}
!open && start && /^\{/ {
	open = 1
	next
}
!open && start && (/;[ \t]*$/ || /^$/ || /^[#}\/]/) {
	start = 0
}
open && /^\}/ {
	if (name != "" && !/;/)
		print FILENAME "\t" name "\t" start "\t" FNR - start + 1 "\t" kind
	open = start = 0
}
