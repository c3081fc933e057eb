#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Lines and branches of an object that the unit tests, and property tests if it
# has some, reach.
# What they do not reach has to be in the file of exceptions, and all that is
# in there has to be out of reach: "line" or "branch", a tab, the line of C,
# a tab, the reason.
#
# usage: coverage.sh BUILD-DIRECTORY OBJECT EXCEPTIONS
set -eu

if [ $# -ne 3 ]; then
	echo "usage: $0 BUILD-DIRECTORY OBJECT EXCEPTIONS" >&2
	exit 2
fi

build=$1
object=$2
exceptions=$3

rm -f "$build"/*.gcda "$build"/*.gcov
"$build/unit" > /dev/null
[ ! -x "$build/property" ] || "$build/property" > /dev/null
gcov -b -c -t "$build/$object.o" > "$build/$object.gcov"

grep -v '^#' "$exceptions" > "$build/exceptions" || true
awk -v object="$object" -v exceptions="$build/exceptions" -F '\t' '
	function missed(kind, line) {
		gsub(/^[ \t]+|[ \t]+$/, "", line)
		if ((kind "\t" line) in reason) {
			used[kind "\t" line] = 1
			return
		}
		printf "not ok: %s not reached: %s\n", kind, line
		bad++
	}
	BEGIN {
		while ((getline < exceptions) > 0)
			reason[$1 "\t" $2] = $3
	}
	# count:number:text, or "branch  N taken N" after the line it is of.
	/^ *[^:]+: *[0-9]+:/ {
		split($0, field, ":")
		source = $0
		sub(/^[^:]*:[^:]*:/, "", source)
		count = field[1]
		if (count ~ /-/)
			next
		if (field[2] + 0 == 0)
			next
		lines++
		if (count ~ /#|=/)
			missed("line", source)
		else
			lines_hit++
	}
	/^branch / {
		branches++
		if ($0 ~ /taken [1-9]/)
			branches_hit++
		else
			missed("branch", source)
	}
	END {
		for (key in reason) {
			if (key in used) {
				printf "exception: %s (%s)\n", key, reason[key]
				excepted++
			} else {
				printf "not ok: stale exception: %s\n", key
				bad++
			}
		}
		if (!lines || !branches) {
			print "not ok: gcov reports no lines or no branches"
			bad++
		}
		printf "coverage: %s: %d of %d lines, %d of %d branches, %d exceptions\n",
			object, lines_hit, lines, branches_hit, branches, excepted
		printf "%d passed, %d failed, 0 skipped\n", !bad, bad
		exit bad > 0
	}' "$build/$object.gcov"
