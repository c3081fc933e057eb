#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build the host tests of a room with one mutant and see one of them fail.  A
# mutant that does not apply or build proves nothing: not ok.  To be called in the
# room, whose mutants.sh says what mutants are of and what has to kill them.
#
# usage: mutant.sh MUTANT.patch|none BUILD-DIRECTORY
set -eu

if [ $# -ne 2 ]; then
	echo "usage: $0 MUTANT.patch|none BUILD-DIRECTORY" >&2
	exit 2
fi
# shellcheck source=tests/mutate/mutants.sh
. ./mutants.sh

patch=$1
mkdir -p "$2/src"
out=$(realpath "$2")
src=$out/src
name=$(basename "$patch" .patch)
file=

sources "$src"
if [ "$patch" != none ]; then
	file=$(sed -n 's,^+++ b/,,p' "$patch")
	if ! patch -s -F0 -p1 -d "$src" < "$patch" > "$out/patch.log" 2>&1; then
		echo "not ok: $name does not apply, see $out/patch.log"
		exit 1
	fi
fi

for program in $(programs "$name" "$file"); do
	if ! build "$src" "$out" "$program" > "$out/build.log" 2>&1; then
		echo "not ok: $name does not build, see $out/build.log"
		exit 1
	fi

	log=$out/$(echo "$program" | tr / -).log
	# shellcheck disable=SC2046 # an argument a word
	if ! CK_DEFAULT_TIMEOUT=2 timeout "$seconds" "$out/$program" \
		$(bounds "$program") > "$log" 2>&1; then
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
