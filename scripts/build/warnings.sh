#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Refuse a build in which the compiler warned of a file that the series adds or
# changes. Such a file is touched, or the next build would skip it and find nothing.
#
# usage: warnings.sh BASE TREE LOG
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 3 ] || usage
base=$1
tree=$2
log=$3

{
	scripts/build/overlay-files.sh "$base" | cut -f 2
	for patch in $(scripts/build/patches.sh "$base" hooks); do
		sed -n 's,^+++ b/,,p' "$patch"
	done
} | grep '\.[chS]$' | sort -u >"$log.ours"
trap 'rm -f "$log.ours"' EXIT
grep -E ':[0-9]+:[0-9]+: (warning|error):' "$log" |
	grep -F -f "$log.ours" >"$log.warnings" || {
	rm -f "$log.warnings"
	exit 0
}
cat "$log.warnings" >&2
while read -r path; do
	! grep -qF "$path" "$log.warnings" || touch "$tree/$path"
done <"$log.ours"
die "warnings in our own files, see $log"
