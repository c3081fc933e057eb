#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Refuse a tree that differs from the release where we patch it. A patch
# names, in its "index" lines, what it was made against; where a base moves
# with Debian's updates that says nothing, and that the patches apply must do.
#
# usage: pristine.sh BASE TREE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 2 ] || usage
base=$1
tree=$2

scripts/build/overlay-files.sh "$base" | cut -f 2 | while read -r path; do
	[ ! -e "$tree/$path" ] ||
		die "$tree is not pristine: it has $path already"
done

[ "$base" = 2.6.26 ] || exit 0

# Of a file that several patches change, the first says what it was; all
# zeroes if it was not there.
# shellcheck disable=SC2016 # awk's, not ours
scripts/build/patches.sh "$base" | xargs awk '
	/^diff --git / { path = substr($3, 3) }
	/^index / && !(path in seen) {
		seen[path] = 1
		sub(/\.\..*/, "", $2)
		print $2, path
	}' | while read -r blob path; do
		if [ -e "$tree/$path" ]; then
			is=$(git hash-object "$tree/$path")
		else
			is=0000000000000000000000000000000000000000
		fi
		case $is in
		"$blob"*) ;;
		*) die "$tree is not pristine: $path is not that of Linux $base" ;;
		esac
	done
