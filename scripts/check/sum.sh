#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Add up lines of "N passed, N failed, N skipped" and print the sum. Exit status
# 0 if something passed and nothing failed.
#
# usage: sum.sh FILE
set -eu

[ $# -eq 1 ] || { echo "usage: ${0##*/} FILE" >&2; exit 2; }
awk '
	/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ {
		passed += $1
		failed += $3
		skipped += $5
	}
	END {
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed || !passed
	}' "$1"
