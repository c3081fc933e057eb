#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the compilers can say of a prepared tree when asked to be strict: sparse
# of the C files that the series adds; of all bases but 2.6.26 also W=1 and clang,
# of every C file that it adds or changes. What is wrong with the base is not ours:
# the same is asked of the unpatched files, and only new complaints count.
#
# usage: strict.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
base=$1
need_base "$base"
scripts/source/packages.sh sparse
# What Debian 12 has for its clang is too old for a kernel of today.
llvm=
[ "$base" != latest ] || llvm=-19
[ "$base" = 2.6.26 ] ||
	scripts/source/packages.sh "clang$llvm" "lld$llvm" "llvm$llvm"
scripts/build/kernel.sh "$base"
scripts/build/prepare.sh "$base" unpatched
out=$top/out/$base-strict
mkdir -p "$out"

{
	scripts/build/overlay-files.sh "$base" | cut -f 2 |
		grep '^\(kernel\|mm\)/.*\.c$'
	for patch in $(scripts/build/patches.sh "$base" hooks); do
		sed -n 's,^+++ b/\(.*\.c\)$,\1,p' "$patch"
	done
} | sed 's/c$/o/' | LC_ALL=C sort -u >"$out/all"
source=$(scripts/source/find.sh "$base")
while read -r object; do
	[ -f "$source/${object%o}c" ] || echo "$object"
done <"$out/all" >"$out/added"
LC_ALL=C comm -23 "$out/all" "$out/added" >"$out/old"
# What another file includes is compiled with that.
while read -r object; do
	part=${object##*/}
	includer=$(cd "out/$base/linux" && grep -l -F \
		"#include \"${part%o}c\"" "${object%/*}"/*.c) || includer=$object
	echo "${includer%?}o"
done <"$out/added" | LC_ALL=C sort -u >"$out/compiled"

# compile INTO TREE OBJECTS ARGUMENT...: their complaints in $out/INTO, without
# line numbers. The configuration is that of the tests, less what the tree or
# the compiler does not have.
compile() {
	into=$1
	tree=$2
	objects=$3
	shift 3
	build=$out/build-$into
	rm -rf "$build"
	mkdir -p "$build"
	cp "out/$base/config" "$build/.config"
	yes '' | scripts/build/kmake.sh "$base" "$tree" "$build" "$@" oldconfig \
		>"$build.log" 2>&1
	# Not all of the base compiles: what matters is what is said of ours.
	xargs scripts/build/kmake.sh "$base" "$tree" "$build" "$@" -k \
		<"$objects" >>"$build.log" 2>&1 ||
		die "it does not build with $*, see $build.log"
	grep -E ':[0-9]+(:[0-9]+)?: (warning|error):' "$build.log" |
		sed -E "s,^($tree|\./|\.\./)*,,; s/:[0-9]+(:[0-9]+)?:/:/" |
		LC_ALL=C sort -u >"$out/$into" || :
}

# quiet WHAT FILE
quiet() {
	if [ -s "$2" ]; then
		fail "$base $1" "$(cat "$2")"
	else
		pass
	fi
}

stage "$base: sparse"
compile sparse "$top/out/$base/linux" "$out/compiled" C=2 CHECK=sparse
sed 's/o$/c/' "$out/added" | grep -F -f - "$out/sparse" >"$out/sparse.ours" || :
quiet sparse "$out/sparse.ours"

if [ "$base" != 2.6.26 ]; then
	for compiler in 'gcc W=1' "clang LLVM=${llvm:-1}"; do
		name=${compiler% *}
		flag=${compiler#* }
		stage "$base: $name $flag"
		set -- "$flag"
		[ "$name" = gcc ] || set -- "$flag" "CC=clang$llvm" "HOSTCC=clang$llvm"
		compile "$name" "$top/out/$base/linux" "$out/all" "$@"
		# The unpatched tree has none of what the series adds.
		compile "$name-old" "$top/out/$base-unpatched/linux" \
			"$out/old" "$@"
		LC_ALL=C comm -23 "$out/$name" "$out/$name-old" \
			>"$out/$name.new"
		quiet "$name $flag" "$out/$name.new"
	done
fi
total
