#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Look for bugs with a kernel that looks for them itself: the variant "debug"
# checks memory, locks and lists, and lets allocations fail on demand. Run the
# selftests on it, test_faults included, and the stress test for STRESS seconds
# of the guest's time, 300 if not given. The kernel log must stay clean, and
# the books right. Such a kernel is slow: programs get more time. Where the base
# has KCSAN, run those programs that race on the variant "kcsan", too, which
# watches our own files for data races; it waits where they read, so that times
# mean nothing.
#
# usage: debug.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
base=$1
stress=${STRESS:-300}
export TIMEOUT="${TIMEOUT:-3000}"

total=out/$base-debug/total
mkdir -p "${total%/*}"
: >"$total"
clean=true

# run NAME LOG PARAMETER...
run() {
	verdict=out/$1/$2.verdict
	scripts/boot/kselftest.sh "$@" MEMCG_TIMEOUT=2400 \
		MEMCG_HIER_DUMP=1 >"$verdict" ||
		clean=false
	cat "$verdict"
	tail -n 1 "$verdict" >>"$total"
}

unset TEST
scripts/build/guest.sh "$base" debug
run "$base-debug" selftests
export TEST=test_stress
run "$base-debug" stress "MEMCG_HIER_SECONDS=$stress"

if [ "$base" != 2.6.26 ]; then
	scripts/build/guest.sh "$base" kcsan
	for TEST in test_races test_stress test_reserve test_reserve_live \
		test_reserve_neighbours; do
		export TEST
		run "$base-kcsan" "$TEST" MEMCG_HIER_UNTIMED=1
	done
fi
scripts/check/sum.sh "$total" || clean=false
$clean
