#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run the selftests in a guest, and judge its log: one boot with the hierarchy
# and one with memcg_hier=off. TEST names a single program.
#
# usage: kselftest.sh NAME [LOG [PARAMETER...]]
#	NAME	what was built in out/<name>
#	LOG	what to call the logs in there, "selftests" if not given
#	PARAMETER	more for the kernel's command line
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -ge 1 ] || usage
name=$1
out=out/$name
log=$out/${2:-selftests}
total=$log.total
shift $(($# < 2 ? 1 : 2))

# guest CONSOLE PARAMETER...: the verdict is the log's, for QEMU knows none
guest() {
	console=$1
	shift
	TIMEOUT=${TIMEOUT:-2400} scripts/boot.sh "$name" memcg_run=selftests \
		printk.devkmsg=on loglevel=7 ${TEST:+"memcg_only=$TEST"} "$@" \
		</dev/null >"$console" 2>&1 || :
}

: >"$total"
for off in '' off; do
	if [ -n "${TEST:-}" ] && ! grep -qx "$TEST${off:+ off}" out/selftests/list; then
		continue
	fi
	console=$log${off:+-off}.log
	stage "$name: selftests${off:+ with memcg_hier=off}, log in $console"
	guest "$console" ${off:+memcg_hier=off} "$@"
	awk -v list=out/selftests/list -v off="$off" -v only="${TEST:-}" \
		-f scripts/judge.awk "$console" >"$console.verdict" || :
	sed '$d' "$console.verdict"
	tail -n 1 "$console.verdict" >>"$total"
done
scripts/sum.sh "$total"
