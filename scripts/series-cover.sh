#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the cover letter of a series: subject, an empty line, text. What is the
# same for every base is in patches/cover-letter; a line "@base@" stands for
# patches/<base>/cover-letter and a line "@figures@" for what was measured.
#
# usage: series-cover.sh BASE
set -eu

[ $# -eq 1 ] || {
	echo "usage: ${0##*/} BASE" >&2
	exit 2
}
base=$1
cd "$(dirname "$0")/.."
figures=$(mktemp)
trap 'rm -f "$figures"' EXIT
scripts/series-figures.sh "$base" >"$figures"

sed -e "/^@base@\$/{r patches/$base/cover-letter" -e 'd}' \
    -e "/^@figures@\$/{r $figures" -e 'd}' patches/cover-letter
