#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What a maintainer's tools say of an exported series: checkpatch --strict of
# every patch, kernel-doc of the files that it adds or changes, the ABI files'
# form, if it has any, and the document's reST and width.
#
# usage: style.sh BASE TREE OUT TOOLS
#	TREE	pristine sources of BASE
#	OUT	where series.sh has put series/
#	TOOLS	a tree whose tools are used: 6.12 or newer
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 4 ] || usage
base=$1
tree=$(cd "$2" && pwd)
out=$(cd "$3" && pwd)
tools=$(cd "$4" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

wrong() {
	echo "${0##*/}: $*" >&2
	failed=1
}

# Types that do not fit a base are listed with the reason; a Signed-off-by
# line is the exporter's to give.
ignore=$(awk '!/^#/ && NF { printf ",%s", $1 }' \
	"patches/$base/checkpatch-ignore")

patches=0
for patch in "$out"/series/*.patch; do
	[ "${patch##*/}" != 0000-cover-letter.patch ] || continue
	"$tools/scripts/checkpatch.pl" --no-tree --strict --terse \
		--show-types --no-summary \
		--ignore "MISSING_SIGN_OFF$ignore" "$patch" >&2 ||
		wrong "checkpatch: ${patch##*/}"
	patches=$((patches + 1))
done

# kernel-doc of the trees before and after; new complaints are ours.
git -c init.defaultBranch=style init -q "$work/tree"
cd "$work/tree"
sed -n 's,^--- a/,,p' "$out"/series/*.patch | LC_ALL=C sort -u |
	while read -r path; do
		# Else an earlier patch of the series brings it.
		[ -f "$tree/$path" ] || continue
		mkdir -p "$(dirname "$path")"
		cp "$tree/$path" "$path"
	done
complaints() {
	find . -name '*.[ch]' ! -path './tools/*' |
		LC_ALL=C sort |
		xargs -r "$tools/scripts/kernel-doc" -none 2>&1 |
		sed 's/:[0-9]*:/:/' | LC_ALL=C sort
}
complaints >"$work/before"
for patch in "$out"/series/*.patch; do
	case $patch in
	*/0000-cover-letter.patch) ;;
	*) git apply --whitespace=nowarn "$patch" ;;
	esac
done
complaints >"$work/after"
if LC_ALL=C comm -13 "$work/before" "$work/after" | grep . >&2; then
	wrong "kernel-doc has new complaints"
fi

if [ -d Documentation/ABI/testing ]; then
	abi=$tools/scripts/get_abi.pl
	[ -f "$abi" ] || abi=$tools/tools/docs/get_abi.py
	PYTHONDONTWRITEBYTECODE=1 "$abi" --dir Documentation/ABI/testing validate \
		>"$work/abi" 2>&1 || echo "${abi##*/} failed" >>"$work/abi"
	[ ! -s "$work/abi" ] || {
		cat "$work/abi" >&2
		wrong "Documentation/ABI: not in the form that ${abi##*/} reads"
	}
fi

document=$top/Documentation/controllers/memory_hierarchy.txt
python3 -m docutils --strict --writer=null "$document" >&2 ||
	wrong "memory_hierarchy.txt is not good reST"
if expand "$document" | grep -n '.\{81\}' >&2; then
	wrong "memory_hierarchy.txt has lines of more than 80 columns"
fi

[ "$failed" -eq 0 ] || exit 1
echo "$patches patches: checkpatch, kernel-doc, ABI and reST are clean"
