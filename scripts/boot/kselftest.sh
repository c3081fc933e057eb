#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run the selftests in a guest, and judge its log: one boot with the hierarchy,
# one with memcg_hier=off, and one where v2 has the controller, as far as the
# base has these. TEST names a single program.
#
# usage: kselftest.sh NAME [LOG [PARAMETER...]]
#	NAME	what was built in out/<name>
#	LOG	what to call the logs in there, "selftests" if not given
#	PARAMETER	more for the kernel's command line
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -ge 1 ] || usage
name=$1
base=${name%%[-/]*}
out=out/$name
log=$out/${2:-selftests}
total=$log.total
shift $(($# < 2 ? 1 : 2))

# guest CONSOLE PARAMETER...: the verdict is the log's, for QEMU knows none
guest() {
	console=$1
	shift
	TIMEOUT=${TIMEOUT:-2400} scripts/boot/boot.sh "$name" memcg_run=selftests \
		printk.devkmsg=on loglevel=7 ${TEST:+"memcg_only=$TEST"} "$@" \
		</dev/null >"$console" 2>&1 || :
}

list=out/selftests/list
programs=$(cut -d ' ' -f 1 "$list" | LC_ALL=C sort -u)
[ -z "${TEST:-}" ] || echo "$programs" | grep -qxF -e "$TEST" ||
	die "TEST=$TEST: there is no such program; there are: $(echo "$programs" | paste -sd ' ')"

: >"$total"
for mode in '' off v2; do
	if [ -n "${TEST:-}" ] && ! grep -qxF -e "$TEST${mode:+ $mode}" "$list"; then
		continue
	fi
	why=$(why_not "$base" "${mode:-v1}")
	if [ -n "$why" ]; then
		skip_part "$total" "$name ${mode:-v1}" "$why"
		continue
	fi
	how=
	case $mode in
	off) how=memcg_hier=off ;;
	v2) how=cgroup_no_v1=memory ;;
	esac
	console=$log${mode:+-$mode}.log
	stage "$name: selftests${how:+ with $how}, log in $console"
	guest "$console" ${how:+"$how"} "$@"
	awk -v complaint="$(complaint)" \
		-v list="$list" -v mode="$mode" -v only="${TEST:-}" \
		-f scripts/boot/judge.awk "$console" >"$console.verdict" || :
	sed '$d' "$console.verdict"
	tail -n 1 "$console.verdict" >>"$total"
done
scripts/check/sum.sh "$total"
