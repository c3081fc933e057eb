#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the cover letter of a series: subject, an empty line, text. What is the
# same for most bases is in patches/cover-letter; a base whose series is about
# memory.reserve first has a patches/<base>/cover-frame. In these a line "@base@"
# stands for patches/<base>/cover-letter, "@figures@" for what was measured,
# "@exceptions@" for the functions that differ with the feature configured out;
# single figures are as in scripts/export/fill.sh.
#
# usage: cover.sh BASE
set -eu

[ $# -eq 1 ] || {
	echo "usage: ${0##*/} BASE" >&2
	exit 2
}
base=$1
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
scripts/export/figures.sh "$base" >"$work/figures" 2>/dev/null ||
	echo "Not measured yet on $base." >"$work/figures"
awk -F '\t' '
	!/^#/ && NF { n++; print " - " $2 "():\n   " $3 }
	END { if (!n) print " - none" }' \
	"patches/$base/off-exceptions" >"$work/exceptions"

frame=patches/$base/cover-frame
[ -f "$frame" ] || frame=patches/cover-letter

sed -e "/^@base@\$/{r patches/$base/cover-letter" -e 'd}' \
    -e "/^@figures@\$/{r $work/figures" -e 'd}' \
    -e "/^@exceptions@\$/{r $work/exceptions" -e 'd}' "$frame" |
	scripts/export/fill.sh "$base"
