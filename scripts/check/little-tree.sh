#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make a little tree of a base: the files that its patches change, and what names
# the release.
#
# usage: little-tree.sh BASE SOURCE TREE
#	SOURCE	its sources; only read
#	TREE	what is there is lost
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 3 ] || usage
source=$2
tree=$3
rm -rf "$tree"
mkdir "$tree"
cp "$source/Makefile" "$tree"
for patch in $(scripts/build/patches.sh "$1"); do
	sed -n 's,^--- a/,,p' "$patch"
done | sort -u | while read -r path; do
	[ -f "$source/$path" ] || continue
	mkdir -p "$(dirname "$tree/$path")"
	cp "$source/$path" "$tree/$path"
done
