#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the bases that are measured and whose sources are at hand or can be had.
#
# usage: bases.sh
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || usage
found=
for base in $bases; do
	if why=$(scripts/source/find.sh "$base" 2>&1 >/dev/null); then
		found="$found $base"
	else
		echo "$why" | tail -n 1 >&2
	fi
done
[ -n "$found" ] || die "no base to measure"
echo "$found"
