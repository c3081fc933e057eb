#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Copy a text, and put in what was measured on a base, by the names that "make bench"
# gives: where the text has "@KERNEL/OPERATION/DEPTH@", the instructions that it
# takes; with "%" before the last "@", how many more than at depth 1, in percent.
# An error if it was not measured.
#
# usage: fill.sh BASE <TEXT
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
for figures in "out/bench/$1.tsv" "Documentation/bench/$1.tsv"; do
	[ ! -s "$figures" ] || break
done
awk -v figures="$figures" -v base="$1" '
	BEGIN {
		FS = "\t"
		while ((getline <figures) > 0)
			if ($2 == "work")
				value[$1 "/" $3 "/" $4] = $6
	}
	function get(key) {
		if (key in value)
			return value[key]
		print "fill.sh: " key ": not measured on " base >"/dev/stderr"
		exit 1
	}
	function percent(key,	top) {
		top = key
		sub(/[0-9]+$/, "1", top)
		return sprintf("%.1f %%", (get(key) - get(top)) * 100 / get(top))
	}
	{
		while (match($0, /@[^@\/]+\/[^@\/]+\/[0-9]+%?@/)) {
			key = substr($0, RSTART + 1, RLENGTH - 2)
			$0 = substr($0, 1, RSTART - 1) \
				(sub(/%$/, "", key) ? percent(key) : sprintf("%.0f", get(key))) \
				substr($0, RSTART + RLENGTH)
		}
		print
	}'
