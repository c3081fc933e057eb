#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Prepare the kernel tree that is built, out/<base>/linux: a copy of the base
# with its patches and the overlay; for the variant "unpatched" only with the
# fixes for today's tools, in out/<base>-unpatched/linux. Files that come out
# as they were stay untouched, so that a rebuild is quick.
#
# usage: prepare.sh BASE [unpatched]
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || [ "$#,${2:-}" = 2,unpatched ] || usage
base=$1
need_base "$base"
out=$top/out/$base${2:+-$2}
tree=$out/linux
source=$(scripts/source/find.sh "$base")
identity="$source $(scripts/source/release.sh "$source")"

mkdir -p "$out"
if [ "$(cat "$out/source" 2>/dev/null)" != "$identity" ]; then
	stage "$base: copying $source"
	rm -rf "$tree" "$out/source" "$out/changed"
	mkdir "$tree"
	tar -C "$source" --exclude=./.git -cf - . | tar -C "$tree" -xf -
	: >"$out/changed"
	echo "$identity" >"$out/source"
fi

# What is to change is made beside the tree ...
work=$(mktemp -d "$out/prepare.XXXXXX")
trap 'rm -rf "$work"' EXIT
scripts/build/patch-tree.sh "$base" "$source" "$work/new" ${2:+"$2"}
(cd "$work/new" && find . -type f) | LC_ALL=C sort >"$work/changed"

# ... and what was changed before, but is not now, gets back as it was ...
while read -r path; do
	[ ! -e "$work/new/$path" ] || continue
	if [ -e "$source/$path" ]; then
		cp "$source/$path" "$tree/$path"
	else
		rm -f "$tree/$path"
	fi
done <"$out/changed"

# ... before the new is put in place.
while read -r path; do
	cmp -s "$work/new/$path" "$tree/$path" || {
		mkdir -p "$(dirname "$tree/$path")"
		cp "$work/new/$path" "$tree/$path"
	}
done <"$work/changed"
mv "$work/changed" "$out/changed"
