#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print what the hierarchy costs on a base: the table that "make bench" wrote,
# or else the one in the documents.
#
# usage: figures.sh BASE
set -eu

[ $# -eq 1 ] || {
	echo "usage: ${0##*/} BASE" >&2
	exit 2
}
cd "$(dirname "$0")/../.."
for table in "out/bench/cost-$1.md" "Documentation/bench/cost-$1.md"; do
	[ -s "$table" ] || continue
	cat "$table"
	exit
done
echo "${0##*/}: not measured on $1: make bench BASE=$1" >&2
exit 1
