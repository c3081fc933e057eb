#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run the checks that take no hours of the base named, or of every base that can
# be had as long as there is time; and those that need no base. Each part ends
# with its own "N passed, N failed, N skipped"; the sum is the last line. With
# DEBUG in the environment, on a debug build, too: of the bases that it names, or
# with DEBUG=1 of each.
#
# usage: all.sh [BASE]
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -le 1 ] || usage
[ $# -eq 0 ] || need_base "$1"
logs=out/check
# In minutes. A base takes some 20 on two cores, and continuous integration has 90
# for all: a base that begins just before this is done in time.
last_begins=60
rm -rf "$logs"
mkdir -p "$logs"

# part NAME COMMAND...: one that fails without a count of failures counts as one
what=
part() {
	part=$logs/$1
	what=$1
	shift
	stage "check $what, log in $part"
	status=0
	("$@") >"$part" || status=$?
	grep -E '^(FAIL|skip|not ok) ' "$part" || :
	count=$(tail -n 1 "$part" | grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$') ||
		count=
	case $status,$count in
	*,'' | [!0]*,*' 0 failed, '*)
		echo "FAIL $what: exit status $status, see $part"
		count='0 passed, 1 failed, 0 skipped'
		;;
	esac
	echo "$what: $count"
	echo "$count" >>"$logs/total"
}

# Something built: one check passed.
builds() {
	"$@" && pass && total
}

# not_asked COMMAND: that would do it
not_asked() {
	skip "$what" "takes long, and was not asked for: $1"
	total
}

is_late() {
	[ "$(($(date +%s) - START))" -ge "$((last_begins * 60))" ]
}

base_checks() {
	if ! why=$(scripts/source/find.sh "$1" 2>&1 >/dev/null); then
		skip_part "$logs/total" "$1" "$(echo "$why" | tail -n 1)"
		return
	fi
	part "$1-patches" scripts/check/patches.sh "$1"
	part "$1-series" scripts/check/export.sh "$1"
	part "$1-build" builds scripts/build/guest.sh "$1"
	[ -f "out/$1/initramfs.cpio.gz" ] || return 0
	host_checks
	part "$1-selftests" scripts/boot/kselftest.sh "$1"
	part "$1-memhier" scripts/memhier/guest.sh "$1"
	part "$1-i386" scripts/check/i386.sh "$1"
	case " ${DEBUG:-} " in
	*" 1 "* | *" $1 "*)
		part "$1-debug" env STRESS="${STRESS:-60}" \
			scripts/check/debug.sh "$1"
		;;
	*)	part "$1-debug" not_asked "make check-debug BASE=$1" ;;
	esac
}

# Beside the first guest, which often waits; and not before a base has been
# prepared, since they test what was made of its counter, too.
host=
host_checks() {
	[ -z "$host" ] || return 0
	part host make -s -C tests check &
	host=$!
}

scripts/source/packages.sh shellcheck check clang libclang-rt-dev python3-docutils spin tmux \
	libinih-dev libncurses-dev libsmartcols-dev pkg-config
part lint scripts/check/lint.sh
part judge scripts/check/judge.sh
part fetch scripts/check/fetch.sh
part memhier make -s -C tools/memhier check
part memhier-deb scripts/memhier/deb.sh --count
for base in ${1:-$bases}; do
	if [ $# -eq 0 ] && is_late; then
		skip_part "$logs/total" "$base" \
			"$last_begins minutes are over: make check BASE=$base"
	else
		base_checks "$base"
	fi
done
# With the tools of the 6.12 tree, if it was prepared.
part memhier-style scripts/memhier/style.sh
host_checks
wait "$host"
scripts/check/sum.sh "$logs/total"
