#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Where sources come from. Without network and without a tree: one clear line
# for each base, which says how to give one. With KSRC: the base is what the
# tree is; one that is no base, or another, or not pristine, is refused in a line.
#
# usage: fetch.sh
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || usage
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset KSRC

# Nothing listens on that port; a proxy there is as good as no network.
offline() {
	env XDG_CACHE_HOME="$work" http_proxy=http://127.0.0.1:9 \
		https_proxy=http://127.0.0.1:9 scripts/source/find.sh "$1" 2>&1 |
		grep -v '^\[.* s\] '
}

for base in $bases; do
	if [ "$base" = 6.12 ] && [ -f /usr/src/linux-source-6.12.tar.xz ]; then
		skip "offline $base" "linux-source-6.12 is installed here"
		continue
	fi
	said=$(offline "$base")
	if [ "$(echo "$said" | wc -l)" -ne 1 ]; then
		fail "offline $base" "not one line: $said"
	else
		case $said in
		*KSRC=*) pass ;;
		*) fail "offline $base" "does not name KSRC: $said" ;;
		esac
	fi
done

# tree VERSION PATCHLEVEL SUBLEVEL: no more of a kernel than its version
tree() {
	rm -rf "$work/tree"
	mkdir "$work/tree"
	printf 'VERSION = %s\nPATCHLEVEL = %s\nSUBLEVEL = %s\nEXTRAVERSION =\n' \
		"$@" >"$work/tree/Makefile"
}

# says WHAT PATTERN SCRIPT...: all that it prints is a line like that
says() {
	what=$1 pattern=$2
	shift 2
	said=$(KSRC=$work/tree "$@" 2>&1) || :
	if [ "$(echo "$said" | wc -l)" -eq 1 ] &&
	   echo "$said" | grep -Eq "$pattern"; then
		pass
	else
		fail "$what" "says: $said"
	fi
}

# refused BASE: a tree of its release, once somebody was at work in it
refused() {
	touch "$work/tree/.config"
	says "$1 that was built in" 'tree has been built in' \
		scripts/source/find.sh "$1"
	rm "$work/tree/.config"
	ours=$(scripts/build/overlay-files.sh "$1" | cut -f 2 | grep -m 1 '\.c$')
	mkdir -p "$work/tree/$(dirname "$ours")"
	touch "$work/tree/$ours"
	says "$1 that was patched" "tree is not pristine: it has $ours already\$" \
		scripts/source/find.sh "$1"
}

tree 2 6 26
says "KSRC of 2.6.26" '^2\.6\.26$' scripts/source/base.sh
says "2.6.26 for 6.12" 'tree is Linux 2\.6\.26, not 6\.12$' \
	scripts/source/find.sh 6.12
says "2.6.26 without a file" 'tree is not pristine: .* is not that of Linux 2\.6\.26$' \
	scripts/source/find.sh 2.6.26
refused 2.6.26
tree 6 12 90
says "KSRC of 6.12" '^6\.12$' scripts/source/base.sh
says "6.12 that is pristine" '^/.*/tree$' scripts/source/find.sh 6.12
says "6.12 for 2.6.26" 'tree is Linux 6\.12\.90, not 2\.6\.26$' \
	scripts/source/find.sh 2.6.26
says "6.12 for latest" 'tree is Linux 6\.12\.90, not latest$' \
	scripts/source/find.sh latest
refused 6.12
tree 7 3 4
says "KSRC of 7.3" '^latest$' scripts/source/base.sh
says "7.3 that is pristine" '^/.*/tree$' scripts/source/find.sh latest
says "7.3 for 6.12" 'tree is Linux 7\.3\.4, not 6\.12$' \
	scripts/source/find.sh 6.12
refused latest
tree 2 6 27
says "KSRC of 2.6.27" 'Linux 2\.6\.27; the bases are' scripts/source/base.sh
rm -r "$work/tree"
says "KSRC of nothing" 'tree: not a kernel tree$' scripts/source/base.sh
says "nothing for 6.12" 'tree: not a kernel tree$' scripts/source/find.sh 6.12

# Of 2.6.26 each file is known.
if [ -d "$cache/linux-2.6.26" ]; then
	scripts/check/little-tree.sh 2.6.26 "$cache/linux-2.6.26" "$work/tree"
	says "2.6.26 that is pristine" '^/.*/tree$' scripts/source/find.sh 2.6.26
	echo >>"$work/tree/mm/memcontrol.c"
	says "2.6.26 that was changed" \
		'not pristine: mm/memcontrol\.c is not that of Linux 2\.6\.26$' \
		scripts/source/find.sh 2.6.26
else
	skip "2.6.26 that is pristine" "its sources are not at hand"
fi
total
