#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# List the files that the overlay adds to a kernel tree, one a line: the path
# in this repository, and the path in the tree of that base, which is another
# where patches/<base>/overlay-map says so. They are what the "Overlay:" lines
# of the base's patches name, or what is under PATH.
#
# usage: overlay-files.sh BASE [PATH...]
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -ge 1 ] || usage
base=$1
shift
[ -d "patches/$base" ] || usage

if [ $# -eq 0 ]; then
	# shellcheck disable=SC2046 # a path a word
	set -- $(scripts/build/patches.sh "$base" |
		xargs sed -n 's/^Overlay: *//p')
	[ $# -ge 1 ] || exit 0
fi

map=patches/$base/overlay-map
[ -f "$map" ] || map=/dev/null

files "$@" | LC_ALL=C sort | awk -v map="$map" '
	BEGIN {
		while ((getline line < map) > 0)
			if (line !~ /^#/ && split(line, f, " ") == 2)
				to[f[1]] = f[2]
	}
	# Figures and the tool are of the project, not of the kernel.
	/^Documentation\/(bench\/|memhier\.svg)|^tools\/memhier\// { next }
	{ print $0 "\t" ($0 in to ? to[$0] : $0) }'
