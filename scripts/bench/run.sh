#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Measure all kernels of a base, and write out/bench/<base>.tsv: a line for each
# figure, with the kernel before what bench/clock.c prints.
#
# usage: run.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
base=$1
need_base "$base"
races=${RACES:-10}
out=out/bench
results=$out/$base.tsv
mkdir -p "$out/log"

# Kernel, what was built in out/, parameters. On v2: mainline; with the first patches
# alone, which stand apart; the whole series with no reserve, with all of each
# limit reserved, and with so little that every charge goes above it.
kernels() {
	if [ "$base" = 2.6.26 ]; then
		echo "hardwall $base"
		echo "off $base memcg_hier=off"
		echo "unpatched $base-unpatched"
		return
	fi
	echo "hardwall $base-bench"
	echo "off $base-bench memcg_hier=off"
	echo "mainline-v1 $base-bench-unpatched"
	echo "mainline-v2 $base-bench-unpatched hierarchy=v2"
	echo "first-v2 $base-bench-off hierarchy=v2"
	echo "none-v2 $base-bench hierarchy=v2"
	echo "within-v2 $base-bench hierarchy=v2 share=1"
	echo "above-v2 $base-bench hierarchy=v2 share=1024"
}

# Behind a hardwall removed groups are a matter of v1, and of these bases.
dead() {
	case $base-$1 in
	2.6.26-* | *-v2) ;;
	*) echo ,dead ;;
	esac
}

# measure MODE LOG KERNEL NAME PARAMETER...
measure() {
	mode=$1 log=$2 kernel=$3 name=$4
	shift 4
	scripts/bench/boot.sh "$mode" "$name" "$out/log/$log" "$@" |
		sed "s/^/$kernel	/"
}

# The pipe hides what fails in it, but not that nothing comes out.
whole() {
	[ "$(awk -F '\t' '{ print $1 }' "$1" | sort -u | wc -l)" -eq "$2" ] ||
		die "$base: not every kernel was measured"
}

count=$(kernels | wc -l)
number=0
kernels | while read -r kernel name parameters; do
	number=$((number + 1))
	stage "$base: $kernel ($number of $count)"
	# shellcheck disable=SC2086 # a list of parameters
	measure count "$base-$kernel" "$kernel" "$name" \
		"bench=work,scale,isolation$(dead "$kernel")" $parameters
done >"$results.new"
whole "$results.new" "$count"

# The two that are compared where CPUs race, in turn.
run=0
while [ "$run" -lt "$races" ]; do
	run=$((run + 1))
	stage "$base: two CPUs, run $run of $races"
	kernels | grep -E '^(hardwall|unpatched|mainline-v1) ' |
	while read -r kernel name parameters; do
		# shellcheck disable=SC2086
		measure race "$base-$kernel-race" "$kernel" "$name" \
			bench=contention $parameters
	done
done | awk -F '\t' '$2 == "contention"' >"$results.race"
[ "$(wc -l <"$results.race")" -eq $((2 * races)) ] ||
	die "$base: a run with two CPUs failed"

awk -F '\t' '$2 != "contention"' "$results.new" >"$results"
cat "$results.race" >>"$results"
rm "$results.new" "$results.race"
