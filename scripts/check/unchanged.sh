#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Does the patched kernel behave as the unpatched one where it must? On v1 with
# memcg_hier=off, and on v2, with memcg_hier=off and without. Logs are in
# out/<base>-unchanged.
#
# usage: unchanged.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
base=$1
need_base "$base"
out=out/$base-unchanged
versions='v1 v2'
[ "$base" != 2.6.26 ] || versions=v1
clean=true

scripts/build/guest.sh "$base"
scripts/build/guest.sh "$base" unpatched
mkdir -p "$out"
: >"$out/total"
for version in $versions; do
	verdict=$out/$version.verdict
	"scripts/check/unchanged-$version.sh" "$base" >"$verdict" || clean=false
	cat "$verdict"
	tail -n 1 "$verdict" >>"$out/total"
done
scripts/check/sum.sh "$out/total" || clean=false
$clean
