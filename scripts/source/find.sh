#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Find the sources of a base, or fetch them into the cache, and print where
# they are. First choice is the tree that KSRC names.
#
# usage: find.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
base=$1
need_base "$base"

case $base in
2.6.26)	cached=$cache/linux-2.6.26 ;;
*)	cached=$cache/linux-source-$base ;;
esac

# Is the tree of the base, and has nobody built or patched in it?
judge() {
	release=$(scripts/source/release.sh "$1") || exit 1
	[ "$(base_of "$release")" = "$base" ] ||
		die "$1 is Linux $release, not $base"
	if [ -e "$1/.config" ] || [ -e "$1/include/config" ]; then
		die "$1 has been built in: give a pristine tree"
	fi
	scripts/source/pristine.sh "$base" "$1"
}

if [ -n "${KSRC:-}" ]; then
	judge "$KSRC"
	cd "$KSRC"
	pwd
	exit
fi
[ -d "$cached" ] || scripts/source/fetch.sh "$base" "$cached"
judge "$cached"
echo "$cached"
