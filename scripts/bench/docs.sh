#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Copy what was measured from out/bench to Documentation/bench; with "check",
# only look if README.md has the tables that are there.
#
# usage: docs.sh [check]
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || [ "$*" = check ] || usage
docs=Documentation/bench

if [ $# -eq 0 ]; then
	for base in $bases; do
		[ -s "out/bench/$base.md" ] || continue
		cp "out/bench/$base.md" "out/bench/$base.tsv" \
			"out/bench/$base-depth.svg" \
			"out/bench/$base-siblings.svg" \
			"out/bench/cost-$base.md" "$docs"
	done
	exit
fi

checked=0
for table in "$docs"/cost-*.md; do
	[ -s "$table" ] || continue
	base=${table##*/cost-}
	base=${base%.md}
	sed -n "/^<!-- begin: cost $base -->\$/,/^<!-- end -->\$/p" README.md |
		sed '1d; $d' | cmp -s - "$table" ||
		die "README.md has other figures than $table: make readme"
	checked=$((checked + 1))
done
[ "$checked" -gt 0 ] || die "there is no table in $docs: make bench bench-docs"
echo "README.md has the figures of $docs"
