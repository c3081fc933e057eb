#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Measure what the hierarchy costs: build what is missing of the kernels of each
# base, run them, and write out/bench/<base>.tsv, .md and .svg. Ends with an
# error if a target is missed.
#
# usage: all.sh BASE...
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -ge 1 ] || usage
scripts/source/packages.sh gnuplot-nox e2fsprogs
scripts/bench/guest.sh
missed=0
for base; do
	bench=
	[ "$base" = 2.6.26 ] || bench=bench
	scripts/build/kernel.sh "$base" ${bench:+"$bench"}
	scripts/build/kernel.sh "$base" "${bench:+$bench-}unpatched"
	[ -z "$bench" ] || scripts/build/kernel.sh "$base" bench-off
	scripts/bench/run.sh "$base"
	scripts/bench/plots.sh "$base"
	scripts/bench/report.sh "$base" || missed=1
	cat "out/bench/$base.md"
done
exit "$missed"
