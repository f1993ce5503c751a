# SPDX-License-Identifier: GPL-2.0
#
# The output of a harness program's -l -> one line a test: TEST FULL_NAME. -l prints the
# variants and the tests of a fixture side by side, one of each a line.

function flush(	v, t, full) {
	for (v = 0; v < (variants ? variants : 1); v++)
		for (t = 0; t < tests; t++) {
			full = variants ? variant[v] "." test[t] : test[t]
			print full, fixture "." full
		}
	variants = tests = 0
}

/^# FIXTURE/ { next }
/^-----/ { flush(); next }
# A fixture without tests, as the one of plain tests may be
/^[^ ]/ && NF == 1 { next }
# A fixture's first line: FIXTURE [VARIANT] TEST
/^[^ ]/ {
	fixture = $1
	test[tests++] = $NF
	if (NF == 3)
		variant[variants++] = $2
	next
}
# Any other: [VARIANT] [TEST], the test in a column that no variant begins in
{
	match($0, /[^ ]/)
	if (RSTART < 40)
		variant[variants++] = $1
	if (RSTART >= 40 || NF == 2)
		test[tests++] = $NF
}
END { flush() }
