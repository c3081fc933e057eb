#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run checks side by side, and count: "ok:" passes, all else fails.
#
# usage: check.sh LOG-DIRECTORY COMMAND...
set -eu

if [ $# -lt 2 ]; then
	echo "usage: $0 LOG-DIRECTORY COMMAND..." >&2
	exit 2
fi

logs=$1
shift
if ! command -v spin > /dev/null; then
	echo "skip: no spin: apt-get install spin"
	echo "0 passed, 0 failed, $# skipped"
	exit 0
fi

rm -rf "$logs"
mkdir -p "$logs"
i=100
# shellcheck disable=SC2016 # expanded by the inner shell
for command; do
	i=$((i + 1))
	printf '%s\0' "$i" "$command"
done | xargs -0 -n 2 -P "$(nproc)" \
	sh -c 'sh -c "$2" > "$0/$1" 2>&1 || :' "$logs"

cat "$logs"/*
passed=$(cat "$logs"/* | grep -c '^ok: ' || true)
failed=$(($# - passed))
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
