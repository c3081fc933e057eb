#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the release of a kernel tree, as 2.6.26 or 6.12.90.
#
# usage: release.sh TREE
set -eu

[ $# -eq 1 ] || { echo "usage: ${0##*/} TREE" >&2; exit 2; }
[ -f "$1/Makefile" ] || {
	echo "${0##*/}: $1: not a kernel tree" >&2
	exit 1
}
awk -F ' *= *' '
	/^VERSION|^PATCHLEVEL|^SUBLEVEL|^EXTRAVERSION/ && !($1 in v) {
		sub(/[ \t]+$/, "", $2)
		v[$1] = $2
	}
	END {
		print v["VERSION"] "." v["PATCHLEVEL"] "." \
			v["SUBLEVEL"] v["EXTRAVERSION"]
	}' "$1/Makefile"
