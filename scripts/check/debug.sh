#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Look for bugs with a kernel that looks for them itself: the variant "debug"
# checks memory, locks and lists, and lets allocations fail on demand. Run the
# selftests on it, test_faults included, and the stress test for STRESS seconds
# of the guest's time, 300 if not given. The kernel log must stay clean, and
# the books right. Such a kernel is slow: programs get more time.
#
# usage: debug.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
base=$1
name=$base-debug
stress=${STRESS:-300}
export TIMEOUT="${TIMEOUT:-3000}"

scripts/build/guest.sh "$base" debug

total=out/$name/total
: >"$total"
clean=true

# run LOG PARAMETER...
run() {
	verdict=out/$name/$1.verdict
	scripts/boot/kselftest.sh "$name" "$@" MEMCG_TIMEOUT=2400 \
		MEMCG_HIER_DUMP=1 >"$verdict" ||
		clean=false
	cat "$verdict"
	tail -n 1 "$verdict" >>"$total"
}

unset TEST
run selftests
if has_hier "$base"; then
	export TEST=test_stress
	run stress "MEMCG_HIER_SECONDS=$stress"
fi
scripts/check/sum.sh "$total" || clean=false
$clean
