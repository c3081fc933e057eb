#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Write out/bench/<base>.md from what was measured: whether the targets were
# met, and the tables; and out/bench/cost-<base>.md, the one table for the
# README and the cover letter. An error if a target was missed.
#
# usage: report.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
results=out/bench/$1.tsv
[ -s "$results" ] || die "$results is missing: make bench BASE=$1"
# "latest" is another one each time.
linux=$1
[ "$1" != latest ] || linux=$(sed 's/.* //' "out/$1/source")
awk -v base="$1" -f scripts/bench/cost.awk "$results" \
	>"out/bench/cost-$1.md"
missed=0
{
	echo "## Linux $linux"
	echo
	awk -v base="$1" -f scripts/bench/targets.awk "$results" || missed=$?
	[ "$missed" -ne 2 ] || die "$results is not complete: make bench BASE=$1"
	echo
	awk -v linux="$linux" -f scripts/bench/tables.awk "$results"
} >"out/bench/$1.md"
exit "$missed"
