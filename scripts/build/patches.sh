#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# List the patches of a base in the order in which they apply: the fixes for
# today's tools, then the hooks; or only the ones, or only the others.
#
# usage: patches.sh BASE [toolchain|hooks]
set -eu

usage() {
	echo "usage: ${0##*/} BASE [toolchain|hooks]" >&2
	exit 2
}

case $#,${2:-} in
1, | 2,toolchain | 2,hooks) ;;
*) usage ;;
esac
cd "$(dirname "$0")/../.."

list() {
	[ ! -f "$1/series" ] || sed "/^#/d; s,^,$1/," "$1/series"
}

[ "${2:-}" = hooks ] || list "patches/$1/toolchain"
[ "${2:-}" = toolchain ] || list "patches/$1"
