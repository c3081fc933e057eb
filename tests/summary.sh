#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Add up the verdicts of the steps; a step with no log did not even build.
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
	END {
		print "== all host tests"
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed > 0
	}'
