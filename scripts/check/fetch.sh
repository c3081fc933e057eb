#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Where sources come from. Without network and without a tree: one clear line
# for each base, which says how to give one. With KSRC: the base is what the
# tree is; one that is no base, or not pristine, is refused in a line.
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

tree 2 6 26
says "KSRC of 2.6.26" '^2\.6\.26$' scripts/source/base.sh
says "2.6.26 for 6.12" 'tree is Linux 2\.6\.26, not 6\.12$' \
	scripts/source/find.sh 6.12
says "2.6.26 that is not pristine" 'tree is not pristine' \
	scripts/source/find.sh 2.6.26
touch "$work/tree/.config"
says "2.6.26 that was built in" 'tree has been built in' \
	scripts/source/find.sh 2.6.26
tree 6 12 90
says "KSRC of 6.12" '^6\.12$' scripts/source/base.sh
says "6.12 for latest" 'tree is Linux 6\.12\.90, not latest$' \
	scripts/source/find.sh latest
tree 7 3 4
says "KSRC of 7.3" '^latest$' scripts/source/base.sh
says "7.3 for 6.12" 'tree is Linux 7\.3\.4, not 6\.12$' \
	scripts/source/find.sh 6.12
tree 2 6 27
says "KSRC of 2.6.27" 'Linux 2\.6\.27; the bases are' scripts/source/base.sh
rm -r "$work/tree"
says "KSRC of nothing" 'tree: not a kernel tree$' scripts/source/base.sh
total
