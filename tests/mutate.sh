#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# All mutants of a room, side by side, and the count.  To be called in the room,
# once what they share is built, or they would all want to build it.
#
# usage: mutate.sh BUILD-DIRECTORY
set -eu

if [ $# -ne 1 ]; then
	echo "usage: $0 BUILD-DIRECTORY" >&2
	exit 2
fi

out=$1
rm -rf "$out"
mkdir -p "$out"

set -- none mutants/*.patch
# shellcheck disable=SC2016 # expanded by the inner shell
for mutant; do
	printf '%s\0' "$mutant" "$out/$(basename "$mutant" .patch)"
done | xargs -0 -n 2 -P "$(nproc)" \
	sh -c 'sh ../mutant.sh "$0" "$1" || :' > "$out/log"

sort "$out/log"
passed=$(grep -c '^ok: ' "$out/log" || true)
echo "mutants killed: $(grep -c ' is killed by ' "$out/log" || true)" \
	"of $(($# - 1))"
echo "$passed passed, $(($# - passed)) failed, 0 skipped"
[ "$passed" -eq $# ]
