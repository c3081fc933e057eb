#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build the host tests with one mutant and see one of them fail.  A mutant that
# does not apply or build proves nothing: not ok.
set -eu

if [ $# -ne 2 ]; then
	echo "usage: $0 MUTANT.patch|none BUILD-DIRECTORY" >&2
	exit 2
fi

patch=$1
obj=../../out/host/obj
mkdir -p "$2/src/kernel" "$2/src/mm"
out=$(realpath "$2")
src=$out/src
name=$(basename "$patch" .patch)

# What a mutant can be of: the protocol; the verbs of 2.6.26, as the patches add
# them; the removal of 2.6.26.
cp ../../kernel/res_counter_hier.c "$src/kernel/"
cp "$obj/base-2.6.26.c" "$src/kernel/res_counter.c"
cp ../../mm/memcg_hier_re*.c "$src/mm/"
if [ "$patch" != none ] &&
   ! patch -s -F0 -p1 -d "$src" < "$patch" > "$out/patch.log" 2>&1; then
	echo "not ok: $name does not apply, see $out/patch.log"
	exit 1
fi

# The quickest to build and run first.
case $(sed -n 's,^+++ b/,,p' "$patch" 2> /dev/null) in
kernel/res_counter.c)
	programs="base-2.6.26/unit base-2.6.26/property base-2.6.26/interleave" ;;
mm/memcg_hier_re*.c)
	programs=remove/interleave ;;
*)
	programs="unit property interleave" ;;
esac

for program in $programs; do
	if ! make -s -C .. PROTOCOL="$src/kernel/res_counter_hier.c" OUT="$out" \
		MM="$src/mm" \
		BASE_VERBS="$src/kernel/res_counter.c" "$out/$program" \
		> "$out/build.log" 2>&1; then
		echo "not ok: $name does not build, see $out/build.log"
		exit 1
	fi

	set -- "$out/$program"
	case $program in
	*property) set -- "$@" --sequences 1000 ;;
	remove/*) set -- "$@" 2 2 1 ;;
	*interleave) set -- "$@" 3 2 1 ;;
	esac
	log=$out/$(echo "$program" | tr / -).log
	if ! CK_DEFAULT_TIMEOUT=2 timeout 60 "$@" > "$log" 2>&1; then
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
