#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Without network and without a tree: one clear line for each base, which says
# how to give one.
#
# usage: check-fetch.sh
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || usage
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset KSRC

# Nothing listens on that port; a proxy there is as good as no network.
offline() {
	env XDG_CACHE_HOME="$work" http_proxy=http://127.0.0.1:9 \
		https_proxy=http://127.0.0.1:9 scripts/source.sh "$1" 2>&1 |
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
total
