#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Do the patches of a base apply to its pristine sources, with no fuzz, and is
# the prepared tree what they make of it? Are its structures nobody else's? Is
# it told in full where a patch does not apply?
#
# usage: patches.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
base=$1
need_base "$base"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source=$(scripts/source/find.sh "$base")
touch "$work/start"

applies() {
	if ! why=$(scripts/build/patch-tree.sh "$base" "$source" "$work/new" 2>&1); then
		fail "$base patches" "$why"
		return
	fi
	scripts/build/prepare.sh "$base"
	differing=$(cd "$work/new" && find . -type f ! -exec \
		cmp -s {} "$top/out/$base/linux/{}" \; -print)
	if [ -n "$differing" ]; then
		fail "$base patches" "out/$base/linux has another $differing"
	else
		pass
	fi
}

# A header such as <linux/memcontrol.h> is everywhere: a structure in it must not
# have the name of one that some driver keeps for itself. Those that the base
# itself has in there are its own affair.
structures() {
	find "$1/include" -name '*.h' -exec \
		sed -n 's/^\(struct [a-z0-9_]* {\)$/\1/p' {} + | sort -u
}

unique() {
	scripts/check/little-tree.sh "$base" "$source" "$work/tree"
	structures "$work/tree" >"$work/old"
	structures "$work/new" | comm -23 - "$work/old" >"$work/structures"
	[ -s "$work/structures" ] || {
		skip "$base structures" "the headers get none that is new"
		return
	}
	# What runs in user space does not get the headers.
	(cd "$top/out/$base/linux" && grep -rFx --include='*.[ch]' \
		--exclude-dir=Documentation --exclude-dir=samples \
		--exclude-dir=tools -f "$work/structures" .) |
		sort -u >"$work/defined"
	sed 's/.*://' "$work/defined" | sort >"$work/names"
	if ! sort -u "$work/names" | cmp -s - "$work/structures"; then
		fail "$base structures" "not all are found in out/$base/linux"
	elif twice=$(uniq -d "$work/names" | grep .); then
		fail "$base structures" "more than one is a $twice
$(grep -Ff - "$work/defined" <<-END
			$twice
		END
		)"
	else
		pass
	fi
}

# The sources of a base may move on: that has to be said in a line, with the names
# of patch and file, and the release that it is about. The first patch, which no
# other can come before.
conflict() {
	scripts/check/little-tree.sh "$base" "$source" "$work/tree"
	patch=$(scripts/build/patches.sh "$base" | head -n 1)
	file=$(sed -n 's,^--- a/,,p' "$patch" | head -n 1)
	: >"$work/tree/$file"
	told empty
	# Without that it is no kernel tree.
	[ "$file" != Makefile ] || return 0
	rm -r "$work/tree/$file" "$work/broken"
	told gone
}

# told HOW: that the file is so
told() {
	if why=$(scripts/build/patch-tree.sh "$base" "$work/tree" "$work/broken" 2>&1); then
		fail "$base conflict" "nobody noticed that $file is $1"
		return
	fi
	case $why in
	*"$patch"*"Linux $(scripts/source/release.sh "$work/tree")"*"$file"*) pass ;;
	*) fail "$base conflict" "$file is $1: not told in full: $why" ;;
	esac
}

applies
unique
conflict
if [ -n "$(find "$source" -newer "$work/start" -print -quit)" ]; then
	fail "$base source" "$source was written to"
else
	pass
fi
total
