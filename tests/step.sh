#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run the commands of one step of the host tests and keep what they print.
# Each closes with a line "N passed, N failed, N skipped"; one that does not,
# or that fails without saying so, counts as a failure.
#
# usage: step.sh LOG COMMAND...
set -eu

if [ $# -lt 2 ]; then
	echo "usage: $0 LOG COMMAND..." >&2
	exit 2
fi

log=$1
shift
mkdir -p "$(dirname "$log")"
: > "$log.part"
start=$(date +%s)

for command; do
	status=0
	sh -c "$command" > "$log.one" 2>&1 || status=$?
	cat "$log.one" >> "$log.part"
	verdict=$(tail -n 1 "$log.one" |
		grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' || true)
	case $status,$verdict in
	*,)
		echo "not ok: no verdict (exit status $status): $command"
		echo "0 passed, 1 failed, 0 skipped"
		;;
	0,*) ;;
	*", 0 failed,"*)
		echo "not ok: exit status $status: $command"
		echo "0 passed, 1 failed, 0 skipped"
		;;
	esac >> "$log.part"
done

rm "$log.one"
mv "$log.part" "$log"
echo "== $(basename "$log"), $(($(date +%s) - start)) s"
cat "$log"
