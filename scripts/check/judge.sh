#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Judge the judge: each log in tests/judge must get the exit status that the
# first line of its .expect names, and every other line's text.
#
# usage: judge.sh
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || usage

judge() {
	awk -v complaint="$(complaint)" \
		-v list=tests/judge/list -f scripts/boot/judge.awk "tests/judge/$1.log" ||
		return 1
}

check() {
	status=0
	verdict=$(judge "$1") || status=1
	{
		read -r wanted
		[ "$status" = "$wanted" ] || {
			fail "judge $1" "exit status $status, not $wanted"
			return
		}
		while read -r text; do
			case $verdict in
			*"$text"*) ;;
			*)	fail "judge $1" "does not say: $text"
				return
				;;
			esac
		done
	} <"tests/judge/$1.expect"
	pass
}

for log in tests/judge/*.log; do
	check "$(basename "$log" .log)"
done
total
