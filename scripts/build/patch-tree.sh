#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make the files of a base that differ once its patches are applied and the
# overlay is added; without the hooks and the overlay if "unpatched". A patch
# that applies only with fuzz is refused.
#
# usage: patch-tree.sh BASE SOURCE FOLDER [unpatched]
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 3 ] || [ "$#,${4:-}" = 4,unpatched ] || usage
base=$1
source=$2
folder=$3
mkdir -p "$folder"
list=$(scripts/build/patches.sh "$base" ${4:+toolchain})

for patch in $list; do
	sed -n 's,^--- a/,,p' "$patch"
done | sort -u | while read -r path; do
	[ -f "$source/$path" ] || continue
	mkdir -p "$(dirname "$folder/$path")"
	cp "$source/$path" "$folder/$path"
done

# The line of what patch says on stdin that names the file.
what_is_wrong() {
	awk '
		/^\|--- / { file = $2; sub(/^a\//, "", file) }
		/^No file to patch/ { print file ": there is no such file"; named = 1; exit }
		/ saving rejects to file / { print; named = 1; exit }
		!first { first = $0 }
		END { if (!named) print first }'
}

for patch in $list; do
	said=$(patch -d "$folder" -p1 -F0 -f -s --no-backup-if-mismatch \
		<"$patch" 2>&1) ||
		die "$patch does not apply to Linux $(scripts/source/release.sh "$source"): $(echo "$said" | what_is_wrong)"
done

[ $# -eq 3 ] || exit 0
scripts/build/overlay-files.sh "$base" | while IFS="$(printf '\t')" read -r from to; do
	mkdir -p "$(dirname "$folder/$to")"
	cp "$from" "$folder/$to"
done
