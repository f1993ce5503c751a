# SPDX-License-Identifier: GPL-2.0
#
# gnuplot -c ratios.gp DATA ROWS TITLE COMMENT OUT: a bar for each row of a table, how many times
# cheaper ours is than in-tree. DATA has the name and the ratio of each row.
data = ARG1
rows = ARG2 + 0

set terminal svg size 900,(90 + 16 * rows) font "sans,11" background rgb "white"
set output ARG5
set datafile separator tab
set title ARG3 noenhanced
set xlabel "in-tree tun's cost / tun-alt's cost\n" . ARG4 noenhanced
set logscale x 2
set yrange [rows - 0.5:-0.5]
set ytics noenhanced scale 0
set grid xtics
set style fill solid
unset key
set arrow 1 from 1, graph 0 to 1, graph 1 nohead front

# A bar from 1 to the ratio: to the right what is cheaper, to the left what is not
plot data using 2:0:(1):2:($0 - 0.35):($0 + 0.35):($2 < 1 ? 0xc0504d : 0x4f81bd):ytic(1) \
	with boxxyerror linecolor rgb variable
