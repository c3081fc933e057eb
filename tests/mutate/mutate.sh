#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# All mutants, side by side, and the count.
set -eu

if [ $# -ne 1 ]; then
	echo "usage: $0 BUILD-DIRECTORY" >&2
	exit 2
fi

out=$1
rm -rf "$out"
mkdir -p "$out"

# What all mutants share is built once, before they all want to build it.
if ! make -s -C .. all > "$out/build.log" 2>&1; then
	cat "$out/build.log"
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
fi

set -- none mutants/*.patch
# shellcheck disable=SC2016 # expanded by the inner shell
for mutant; do
	printf '%s\0' "$mutant" "$out/$(basename "$mutant" .patch)"
done | xargs -0 -n 2 -P "$(nproc)" \
	sh -c 'sh mutant.sh "$0" "$1" || :' > "$out/log"

sort "$out/log"
passed=$(grep -c '^ok: ' "$out/log" || true)
echo "mutants killed: $(grep -c ' is killed by ' "$out/log" || true)" \
	"of $(($# - 1))"
echo "$passed passed, $(($# - passed)) failed, 0 skipped"
[ "$passed" -eq $# ]
