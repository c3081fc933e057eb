#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# List the patches of a base in the order in which they apply: the fixes for
# today's tools, then (unless only those are asked for) the hooks.
#
# usage: patches.sh BASE [toolchain]
set -eu

[ $# -eq 1 ] || [ "$#,${2:-}" = 2,toolchain ] || {
	echo "usage: ${0##*/} BASE [toolchain]" >&2
	exit 2
}
cd "$(dirname "$0")/../.."

list() {
	[ ! -f "$1/series" ] || sed "/^#/d; s,^,$1/," "$1/series"
}

list "patches/$1/toolchain"
[ $# -eq 2 ] || list "patches/$1"
