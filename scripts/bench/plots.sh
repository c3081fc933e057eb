#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Draw out/bench/<base>-depth.svg and <base>-siblings.svg: cost against depth
# and against the number of siblings, a line for each kernel.
#
# usage: plots.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
base=$1
results=out/bench/$base.tsv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kernels=$(cut -f 1 "$results" | uniq | awk '!seen[$0]++')

# points TABLE OP COLUMN: a file for each kernel, and what plots them
points() {
	plot=
	for kernel in $kernels; do
		file=$work/$1-$(echo "$2" | tr -c 'a-z\n' _)-$kernel
		awk -F '\t' -v kernel="$kernel" -v table="$1" -v op="$2" \
			-v column="$3" '$1 == kernel && $2 == table && $3 == op {
				print $column, $6 }' "$results" >"$file"
		plot="$plot${plot:+, }'$file' with linespoints title '$kernel'"
	done
	echo "set title '$2'; plot $plot"
}

draw() {
	printf '%s\n' "set terminal svg size 1000,$1 font 'sans,12' background 'white'" \
		"set output '$2'" "set logscale x" "set xtics ($3)" \
		"set xlabel '$4'" "set ylabel 'instructions'" \
		"set yrange [0:*]" "set key bottom left" \
		"set multiplot layout $5 title 'Linux $base'"
	cat
	echo "unset multiplot"
}

{
	for op in fault unmap 'cache read' 'cache truncate'; do
		points work "$op" 4
	done
} | draw 800 "out/bench/$base-depth.svg" '1, 2, 4, 8, 16, 32' depth 2,2 |
	gnuplot
{
	for op in grow shrink; do
		points scale "$op" 5
	done
} | draw 400 "out/bench/$base-siblings.svg" '1, 10, 100, 1000' siblings 1,2 |
	gnuplot
