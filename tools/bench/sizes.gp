# SPDX-License-Identifier: GPL-2.0
#
# gnuplot -c sizes.gp DATA CASES TITLE COMMENT OUT: what a packet costs, by its size. DATA has a
# block for each case: its name, then size, in-tree and ours.
data = ARG1
cases = ARG2 + 0

set terminal svg size 900,700 font "sans,11" background rgb "white"
set output ARG5
set datafile separator tab
set title ARG3 noenhanced
set xlabel "bytes of a packet\n" . ARG4 noenhanced
set ylabel "instructions for a packet"
set logscale xy
set xtics (64, 512, 1500, 9000, 65000)
set grid
set key below noenhanced

plot for [i = 0:cases - 1] data index i using 1:2 with linespoints linecolor i + 1 \
	pointtype i + 4 dashtype 2 title columnheader(1) . ", in-tree", \
	for [i = 0:cases - 1] data index i using 1:3 with linespoints linecolor i + 1 \
	pointtype i + 4 title columnheader(1) . ", tun-alt"
