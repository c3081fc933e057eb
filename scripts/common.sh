# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What every script here needs; read with ". scripts/common.sh" after
# changing to the top folder.

# shellcheck disable=SC2034 # top and cache are for those who read this
top=$PWD
cache=${XDG_CACHE_HOME:-$HOME/.cache}/memcg-hier
bases='2.6.26 6.12 latest'
START=${START:-$(date +%s)}
export START

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# Print the usage line at the top of the script and give up.
usage() {
	sed -n 's/^# usage: /usage: /p' "$0" >&2
	exit 2
}

# What is under way, and how long it is since make was called.
stage() {
	printf '[%4d s] %s\n' "$(($(date +%s) - START))" "$*" >&2
}

# files PATH...: those of the repository, one a line. Built ones lie in the same
# folders: ask git, where there is git.
files() {
	if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git ls-files --cached --others --exclude-standard -- "$@"
	else
		for path; do
			[ ! -e "$path" ] || find "$path" -type f
		done
	fi
}

# What a kernel says when something is wrong, for the scripts of awk that judge
complaint() {
	paste -sd '|' scripts/boot/complaints
}

need_base() {
	case " $bases " in
	*" $1 "*) ;;
	*) die "BASE=$1: there is no such base; there are: $bases" ;;
	esac
}

# base_of RELEASE: the base whose sources those of a Linux release are. "latest"
# has no number of its own: it is any that is newer than those of the others.
base_of() {
	case $1 in
	2.6.26) echo 2.6.26 ;;
	6.12 | 6.12.*) echo 6.12 ;;
	*)
		[ "$(printf '6.13\n%s\n' "$1" | sort -V | head -n 1)" != 6.13 ] ||
			echo latest
		;;
	esac
}

# why_not BASE MODE: why a guest of the base cannot be run as that, where it
# cannot; MODE is v1, off (v1 with memcg_hier=off) or v2
why_not() {
	case $2,$1 in
	v2,2.6.26) echo "Linux 2.6.26 has no v2" ;;
	esac
}

# skip_part FILE WHAT WHY: a part that does not run, in the list of counts FILE
skip_part() {
	skip "$2" "$3"
	echo "0 passed, 0 failed, 1 skipped" >>"$1"
}

# log FILE COMMAND...: run it with all that it prints in a file, whose name and
# last lines are shown if it fails. Not behind "if" or "||": a function would
# go on after an error there.
log() {
	log=$1
	shift
	set +e
	(
		set -e
		"$@"
	) >"$log" 2>&1
	status=$?
	set -e
	[ $status -eq 0 ] || {
		tail -n 20 "$log" >&2
		die "$1 failed; all of it is in $log"
	}
}

# The checks' count. A failure names the place and what is wrong; a skip says
# why. total closes a script that checks.
passed=0 failed=0 skipped=0

pass() {
	passed=$((passed + 1))
}

fail() {
	failed=$((failed + 1))
	echo "FAIL $1: $2"
}

skip() {
	skipped=$((skipped + 1))
	echo "skip $1: $2"
}

total() {
	echo "$passed passed, $failed failed, $skipped skipped"
	[ $failed -eq 0 ]
}
