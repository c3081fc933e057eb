#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Is the exported series the tree that we build? "git am" of it on pristine
# sources must give, file by file, the prepared tree: nothing lost, nothing
# that no patch brings.
#
# usage: series.sh BASE TREE PREPARED OUT
#	TREE		pristine sources of BASE; only read
#	PREPARED	the tree that is built; only read
#	OUT		where series.sh has put series/ and series-toolchain/
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 4 ] || usage
base=$1
tree=$(cd "$2" && pwd)
prepared=$(cd "$3" && pwd)
out=$(cd "$4" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

set --
for patch in "$out"/series-toolchain/*.patch "$out"/series/*.patch; do
	[ ! -f "$patch" ] || set -- "$@" "$patch"
done
[ $# -gt 0 ] || die "$out has no series: make series BASE=$base"

# A whole tree in git takes minutes. Only what a patch touches can change.
git -c init.defaultBranch=am init -q "$work/tree"
cd "$work/tree"
git config user.name check-series
git config user.email check-series@localhost
git config commit.gpgSign false
sed -n 's,^--- a/,,p' "$@" | LC_ALL=C sort -u >"$work/touched"
while read -r path; do
	# Else an earlier patch of the series brings it.
	[ -f "$tree/$path" ] || continue
	mkdir -p "$(dirname "$path")"
	cp "$tree/$path" "$path"
done <"$work/touched"
git add --force --all
git commit -q --allow-empty -m base
git branch base
# The cover letter is for readers: it is empty.
git am -q --empty=drop --whitespace=error "$@" || die "the series does not apply to $tree"

# Everything that the series leaves behind is in the prepared tree ...
git ls-files >"$work/files"
while read -r path; do
	cmp -s "$path" "$prepared/$path" ||
		die "$path: the series and the tree that is built differ"
done <"$work/files"
while read -r path; do
	[ -e "$path" ] || [ ! -e "$prepared/$path" ] ||
		die "$path: the series removes it, the tree that is built has it"
done <"$work/touched"

# ... everything else there is as it was, or was built there ...
LC_ALL=C diff -rq --no-dereference "$tree" "$prepared" >"$work/diff" || :
sed -n 's,^Files .* and \(.*\) differ$,\1,p' "$work/diff" |
	while read -r path; do
		path=${path#"$prepared"/}
		grep -qxF "$path" "$work/touched" ||
			die "$path: differs from $base, but in no patch"
	done
if grep "^Only in $tree" "$work/diff" >"$work/missing"; then
	die "the tree that is built lacks: $(head -n 1 "$work/missing")"
fi

# ... and every file here at a kernel path comes with the series of some base.
for any in "$top"/patches/*/; do
	"$top/scripts/build/overlay-files.sh" "$(basename "$any")"
done | cut -f 1 >"$work/brought"
"$top/scripts/build/overlay-files.sh" "$base" kernel include mm Documentation tools |
	cut -f 1 | while read -r path; do
		grep -qxF "$path" "$work/brought" ||
			die "$path: in no patch's Overlay: line"
	done

patches=$(git rev-list --count base..HEAD)
[ "$patches" -eq $(($# - 1)) ] || die "of $# files git am takes $patches"
echo "$patches patches give the tree that is built, $(wc -l <"$work/files") files compared"
