#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Do the figures repeat? Measure once more, and compare all that is counted in
# instructions, pages and bytes; not the runs with two CPUs, which take time.
#
# usage: check.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
results=out/bench/$1.tsv
[ -s "$results" ] || die "$results is missing: make bench BASE=$1"
work=$(mktemp -d)
trap 'mv "$work/results" "$results"; rm -rf "$work"' EXIT
cp "$results" "$work/results"

counted() {
	awk -F '\t' '$2 != "contention"' "$1"
}
counted "$results" >"$work/first"
RACES=0 scripts/bench/run.sh "$1"
counted "$results" >"$work/second"
diff "$work/first" "$work/second" >&2 || die "$1: other figures than before"
echo "$1: $(wc -l <"$work/first") lines of figures, the same twice"
