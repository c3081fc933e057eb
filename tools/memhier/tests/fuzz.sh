#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run fuzz targets for so many seconds each. What is found on the way stays in
# the build directory.
#
# usage: fuzz.sh BUILD-DIRECTORY SECONDS TARGET...
set -eu

[ $# -ge 3 ] || { echo "usage: ${0##*/} BUILD-DIRECTORY SECONDS TARGET..." >&2; exit 2; }
out=$1
seconds=$2
shift 2
passed=0 failed=0
for target; do
	mkdir -p "$out/found/$target"
	if "$out/fuzz-$target" -max_total_time="$seconds" -print_final_stats=1 \
		-timeout=5 -max_len=1000 -close_fd_mask=3 \
		-artifact_prefix="$out/fuzz-$target-" -dict=fuzz.dict \
		"$out/found/$target" >"$out/fuzz-$target.log" 2>&1; then
		passed=$((passed + 1))
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' \
			"$out/fuzz-$target.log")
		echo "ok: $target: $runs inputs in $seconds s"
	else
		failed=$((failed + 1))
		tail -n 30 "$out/fuzz-$target.log"
		echo "not ok: $target: the input is in $out/fuzz-$target-*"
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
