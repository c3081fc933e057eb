#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build the host tests of reserves with one mutant, of the engine or of the verbs
# of v1, and see one of them fail.  A mutant "*race-*" has to be killed by the
# interleavings, where it belongs.  One that does not apply or build proves
# nothing: not ok.
set -eu

if [ $# -ne 4 ]; then
	echo "usage: $0 ENGINE VERBS MUTANT.patch|none BUILD-DIRECTORY" >&2
	exit 2
fi

engine=$1
verbs=$2
patch=$3
mkdir -p "$4"
out=$(realpath "$4")
name=$(basename "$patch" .patch)

cp "$engine" "$out/engine.c"
cp "$verbs" "$out/verbs.c"
changed=engine.c
case $name in
verbs-*) changed=verbs.c ;;
esac
if [ "$patch" != none ] &&
   ! patch -s -F0 -p2 -d "$out" "$out/$changed" < "$patch" \
	> "$out/patch.log" 2>&1; then
	echo "not ok: $name does not apply, see $out/patch.log"
	exit 1
fi

# The quickest to build and run first.
case $name in
verbs-race-*) programs=limits ;;
verbs-*) programs="verbs limits" ;;
race-*) programs="interleave interleave-short" ;;
*) programs="unit property interleave interleave-short" ;;
esac
[ "$patch" != none ] || programs="$programs verbs limits"
for program in $programs; do
	if ! make -s ENGINE="$out/engine.c" VERBS="$out/verbs.c" OUT="$out" \
		"$out/$program" \
		> "$out/build.log" 2>&1; then
		echo "not ok: $name does not build, see $out/build.log"
		exit 1
	fi

	set -- "$out/$program"
	case $program in
	property) set -- "$@" --sequences 500 ;;
	interleave | limits) set -- "$@" 2 2 0 ;;
	interleave-short) set -- "$@" 3 2 0 ;;
	esac
	if ! CK_DEFAULT_TIMEOUT=2 timeout 100 "$@" > "$out/$program.log" 2>&1
	then
		# All as it is must pass, or mutants died of something else.
		if [ "$patch" = none ]; then
			echo "not ok: $program fails without a mutant"
			exit 1
		fi
		echo "ok: $name is killed by $program"
		exit
	fi
done

if [ "$patch" = none ]; then
	echo "ok: all as it is passes"
	exit
fi
echo "not ok: $name survives"
exit 1
