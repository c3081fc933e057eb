#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Does the patched kernel with memcg_hier=off behave as the unpatched one on v1?
# Compare the files of the memory hierarchy, and what they answer. Both guests
# have to be built.
#
# usage: unchanged-v1.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
base=$1
need_base "$base"
out=out/$base-unchanged

# The lines that a program in the guest sent to the log, led by a mark.
sent() {
	sed -n "s/^\(<[0-9]*>\)\{0,1\}\[ *[0-9.]*\] //; s/\r$//; s/^> $1//p" "$2"
}

compare() {
	for kernel in unpatched off; do
		stage "$base: v1 transcript, $kernel"
		scripts/check/unchanged-boot.sh "$base" "$kernel" \
			"$out/$kernel.v1.log" memcg_run=/guest/v1-transcript
		sent 'v1 ' "$out/$kernel.v1.log" >"$out/$kernel.v1"
		[ "$(tail -n 1 "$out/$kernel.v1")" = end ] || {
			fail "v1 $kernel" "no end, see $out/$kernel.v1.log"
			return
		}
	done
	if diff "$out/unpatched.v1" "$out/off.v1" >"$out/v1.diff"; then
		echo "v1: $(wc -l <"$out/unpatched.v1") answers, all the same"
		pass
	else
		cat "$out/v1.diff"
		fail v1 "off answers as the unpatched kernel does not"
	fi
}

mkdir -p "$out"
compare
total
