#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Add up the verdicts of the steps, and what they went through; a step with no
# log did not even build.
#
# usage: summary.sh LOG-DIRECTORY STEP...
set -eu

if [ $# -lt 2 ]; then
	echo "usage: $0 LOG-DIRECTORY STEP..." >&2
	exit 2
fi

logs=$1
shift
for step; do
	if [ ! -f "$logs/$step" ]; then
		echo "not ok: step $step did not run" >&2
		echo "0 passed, 1 failed, 0 skipped"
	else
		cat "$logs/$step"
	fi
done | awk '
	/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ {
		passed += $1
		failed += $3
		skipped += $5
	}
	/^[0-9]+ schedules, / { schedules += $1 }
	/ states, all searched, / {
		sub(/ states, all searched, .*/, "")
		sub(/^.*: /, "")
		states += $0
	}
	/^[0-9]+ operations, / { operations += $1 }
	/^mutants killed: / || /^coverage: / || /^flaws caught: / {
		figures = figures $0 "\n"
	}
	END {
		print "== all host tests"
		printf "schedules: %d, random operations: %d\n", schedules,
			operations
		printf "states of the model: %d\n%s", states, figures
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed > 0
	}'
