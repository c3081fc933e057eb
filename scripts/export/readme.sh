#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Put what the tools say now into README.md, between the lines
# "<!-- begin: WHAT ARGUMENT -->" and "<!-- end -->":
#	walkthrough BASE	what "make run" plays
#	cost BASE		what "make bench" has measured
#	neighbours BASE		the same, of a group that thrashes, here and in mainline
#	memhier BASE		what "make guest-memhier" has played on v2; its picture
#				goes to Documentation/memhier.svg
#	slices BASE		what "make check-clients" has played with two slices
# What cannot be had now stays as it is; and all but the BLOCKs, if some are named.
#
# usage: readme.sh [BLOCK...]
#	BLOCK	as in "cost 6.12"
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# As it is on the console, less a message of the kernel's among it.
walkthrough() {
	scripts/boot/run.sh "$1" </dev/null >"$work/console" || return
	echo '```'
	tr -d '\r' <"$work/console" | sed -n '/^# mkdir/,$p' |
		sed 's/\[ *[0-9]*\.[0-9]*\] .*//'
	echo '```'
}

cost() {
	scripts/export/figures.sh "$1"
}

neighbours() {
	for tables in "out/bench/$1.md" "Documentation/bench/$1.md"; do
		[ -s "$tables" ] || continue
		sed -n '/^### Neighbours/,/^### Two/p' "$tables" |
			grep -E '^\| what|^\|--|\| (hardwall|mainline-v1) \|'
		return
	done
	return 1
}

# From one mark in the guest's log to the next.
marked() {
	sed -n "/^=== $2\$/,/^=== $3\$/p" "out/$1-memhier/v2.log" | sed '1d; $d'
}

memhier() {
	[ -s "out/$1-memhier/v2.log" ] || return
	marked "$1" svg end >Documentation/memhier.svg
	echo '```'
	marked "$1" readme svg | sed '$d'
	echo '```'
}

# The clients' guest is of one base only.
slices() {
	[ -s "out/clients/console.log" ] || return
	tr -d '\r' <out/clients/console.log |
		sed -n '/^=== begin slices$/,/^=== end slices 0$/s/^> //p' |
		sed '/ passed, .* failed, /d' >"$work/slices"
	[ -s "$work/slices" ] || return
	echo '```'
	cat "$work/slices"
	echo '```'
}

block() {
	case $1 in
	'memhier '* | 'walkthrough '* | 'cost '* | 'neighbours '* | 'slices '*)
		"${1% *}" "${1#* }" ;;
	*) die "README.md: <!-- begin: $1 -->: there is no such block" ;;
	esac
}

[ $# -eq 0 ] || named=$(printf '%s\n' "$@")
asked_for() {
	[ -z "${named:-}" ] || echo "$named" | grep -qxF "$1"
}

while IFS= read -r line; do
	case $line in
	'<!-- begin: '*)
		what=${line#'<!-- begin: '}
		what=${what%' -->'}
		old=$work/old
		: >"$old"
		while IFS= read -r within && [ "$within" != '<!-- end -->' ]; do
			printf '%s\n' "$within" >>"$old"
		done
		echo "$line"
		if ! asked_for "$what"; then
			cat "$old"
		elif block "$what" </dev/null >"$work/new"; then
			cat "$work/new"
		else
			cat "$old"
			echo "${0##*/}: $what: left as it was" >&2
		fi
		echo '<!-- end -->'
		;;
	*)
		printf '%s\n' "$line"
		;;
	esac
done <README.md >"$work/README.md"
cat "$work/README.md" >README.md
