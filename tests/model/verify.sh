#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Search all states of a model.  PROPERTY is "safety" (assertions, deadlocks)
# or the name of an ltl formula (under weak fairness).  Exit status: 0 it
# holds, 1 it is refuted, 2 the search says neither.
#
# usage: verify.sh MODEL PROPERTY UNITS RETRY BUILD-DIRECTORY
set -eu

if [ $# -ne 5 ]; then
	echo "usage: $0 MODEL PROPERTY UNITS RETRY BUILD-DIRECTORY" >&2
	exit 2
fi

model=$(realpath "$1")
property=$2
units=$3
retry=$4
mkdir -p "$5"
cd "$5"

if [ "$property" = safety ]; then
	set -- -DSAFETY -DNOCLAIM
	part=-DEVERYTHING
else
	set -- -DNFAIR=4
	part=-DLIVENESS
fi
if ! spin -DUNITS="$units" -DRETRY="$retry" "$part" -a "$model" > spin.log 2>&1 ||
   ! ${CC:-gcc} "${OPTIMIZE:--O2}" -w -DCOLLAPSE "$@" -o pan pan.c > build.log 2>&1; then
	cat spin.log build.log
	echo "not ok: $model does not build"
	exit 2
fi

if [ "$property" = safety ]; then
	set --
else
	set -- -a -f -N "$property"
fi
# pan says in its log what it found; a run that broke off has no such line.
./pan -m100000 -w22 "$@" > pan.log 2>&1 || true

states=$(awk '$2 == "states," && $3 ~ /^stored/ { print $1 }' pan.log)
errors=$(sed -n 's/.*, errors: \([0-9]*\)$/\1/p' pan.log)
cut=$(grep -c -e 'max search depth too small' -e 'Search not completed' \
	-e 'out of memory' pan.log || true)

# Only what tells a fault, or what nothing can end, may be out of reach.
unreached=
if [ "$property" = safety ]; then
	unreached=$(awk '
		/^unreached in/ { skip = / claim / }
		/, state [0-9]+, / && !skip && !/assert\(0\)/ && !/"-end-"/' \
		pan.log)
fi

name="$property, $units units, retry $retry"
case $errors,$cut,$unreached in
0,0,)
	echo "ok: $name: $states states, all searched, errors: 0"
	;;
[1-9]*)
	echo "refuted: $name: $(sed -n '/^pan:1:/{s/^pan:1: //p;q;}' pan.log)"
	exit 1
	;;
*)
	echo "not ok: $name: search incomplete, see $PWD/pan.log $unreached"
	exit 2
	;;
esac
