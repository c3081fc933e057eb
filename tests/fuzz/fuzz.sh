#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run fuzz targets for so many seconds each.  What is found on the way stays
# in the build directory; corpus/ is only read.
#
# usage: fuzz.sh CLANG BUILD-DIRECTORY SECONDS TARGET...
set -eu

if [ $# -lt 4 ]; then
	echo "usage: $0 CLANG BUILD-DIRECTORY SECONDS TARGET..." >&2
	exit 2
fi

clang=$1
out=$2
seconds=$3
shift 3

mkdir -p "$out"
if ! echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
	"$clang" -x c -fsanitize=fuzzer,address - -o "$out/try" 2> /dev/null
then
	echo "skip: $clang has no libFuzzer: apt-get install clang libclang-rt-dev"
	echo "0 passed, 0 failed, $# skipped"
	exit 0
fi
if ! ${MAKE:-make} -s CLANG="$clang" OUT="$out" all; then
	echo "not ok: the fuzz targets do not build"
	echo "0 passed, $# failed, 0 skipped"
	exit 1
fi

passed=0
failed=0
for target; do
	mkdir -p "$out/found/$target"
	if "$out/$target" -max_total_time="$seconds" -print_final_stats=1 \
		-timeout=5 -max_len=192 -artifact_prefix="$out/$target-" \
		"$out/found/$target" "corpus/$target" \
		> "$out/$target.log" 2>&1; then
		passed=$((passed + 1))
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' \
			"$out/$target.log")
		echo "ok: $target: $runs inputs in $seconds s"
	else
		failed=$((failed + 1))
		tail -n 30 "$out/$target.log"
		echo "not ok: $target: the input is in $out/$target-*"
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
