#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build the host tests of reserves with one mutant and see one of them fail.  A
# mutant "race-*" has to be killed by the interleavings, where it belongs.  One
# that does not apply or build proves nothing: not ok.
set -eu

if [ $# -ne 3 ]; then
	echo "usage: $0 ENGINE MUTANT.patch|none BUILD-DIRECTORY" >&2
	exit 2
fi

engine=$1
patch=$2
mkdir -p "$3"
out=$(realpath "$3")
name=$(basename "$patch" .patch)

cp "$engine" "$out/engine.c"
if [ "$patch" != none ] &&
   ! patch -s -F0 -p2 -d "$out" "$out/engine.c" < "$patch" \
	> "$out/patch.log" 2>&1; then
	echo "not ok: $name does not apply, see $out/patch.log"
	exit 1
fi

# The quickest to build and run first.
programs="unit property interleave interleave-short"
case $name in
race-*) programs="interleave interleave-short" ;;
esac
for program in $programs; do
	if ! make -s ENGINE="$out/engine.c" OUT="$out" "$out/$program" \
		> "$out/build.log" 2>&1; then
		echo "not ok: $name does not build, see $out/build.log"
		exit 1
	fi

	set -- "$out/$program"
	case $program in
	property) set -- "$@" --sequences 500 ;;
	interleave) set -- "$@" 2 2 0 ;;
	interleave-short) set -- "$@" 3 2 0 ;;
	esac
	if ! CK_DEFAULT_TIMEOUT=2 timeout 100 "$@" > "$out/$program.log" 2>&1
	then
		echo "ok: $name is killed by $program"
		exit
	fi
done

# The engine as it is must pass, or all the mutants died of something else.
if [ "$patch" = none ]; then
	echo "ok: the engine as it is passes"
	exit
fi
echo "not ok: $name survives"
exit 1
