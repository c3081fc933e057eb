#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build the host tests with one mutant of the protocol and see one of them
# fail.  A mutant that does not apply or build proves nothing: not ok.
set -eu

if [ $# -ne 3 ]; then
	echo "usage: $0 PROTOCOL MUTANT.patch|none BUILD-DIRECTORY" >&2
	exit 2
fi

protocol=$1
patch=$2
mkdir -p "$3"
out=$(realpath "$3")
name=$(basename "$patch" .patch)

# What a mutant can be of: the protocol, or the verbs of 6.12.
cp "$protocol" "$out/res_counter_hier.c"
cp ../../mm/res_counter.c "$out/res_counter.c"
programs="unit property interleave"
if grep -q '^+++ b/mm/res_counter\.c' "$patch" 2> /dev/null; then
	programs="pages/unit pages/property pages/interleave"
fi
if [ "$patch" != none ] &&
   ! patch -s -F0 -p2 -d "$out" < "$patch" > "$out/patch.log" 2>&1; then
	echo "not ok: $name does not apply, see $out/patch.log"
	exit 1
fi

# The quickest to build and run first.
for program in $programs; do
	if ! make -s -C .. PROTOCOL="$out/res_counter_hier.c" OUT="$out" \
		VERBS="$out/res_counter.c" "$out/$program" > "$out/build.log" 2>&1; then
		echo "not ok: $name does not build, see $out/build.log"
		exit 1
	fi

	set -- "$out/$program"
	case $program in
	*property) set -- "$@" --sequences 1000 ;;
	*interleave) set -- "$@" 3 2 1 ;;
	esac
	if ! CK_DEFAULT_TIMEOUT=2 timeout 30 "$@" > "$out/$(basename "$program").log" 2>&1
	then
		echo "ok: $name is killed by $program"
		exit
	fi
done

# The protocol as it is must pass, or all the mutants died of something else.
if [ "$patch" = none ]; then
	echo "ok: the protocol as it is passes"
	exit
fi
echo "not ok: $name survives"
exit 1
