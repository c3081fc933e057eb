#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# See the model refuted with a fault of broken/ in it: a check of the check.
#
# usage: broken.sh broken/NAME.patch BUILD-DIRECTORY
set -eu

if [ $# -ne 2 ]; then
	echo "usage: $0 broken/NAME.patch BUILD-DIRECTORY" >&2
	exit 2
fi

fault=$1
out=$2
name=$(basename "$fault" .patch)

field() {
	sed -n "s/^$1: //p" "$fault"
}

units=$(field Units)
model=$(sed -n 's,^+++ b/,,p' "$fault")
rm -rf "$out"
mkdir -p "$out"
cp "$model" "$out"
if ! patch -s -F0 -p1 -d "$out" < "$fault"; then
	echo "not ok: broken model $name: the patch does not apply"
	exit 1
fi

# A fault is found within a second: it does not pay to optimise.
status=0
OPTIMIZE=-O0 sh verify.sh "$out/$model" "$(field Refutes)" "${units:-1}" "$(field Retry)" \
	"$out" > "$out/verdict" || status=$?
if [ "$status" -ne 1 ]; then
	echo "not ok: broken model $name is not refuted: $(cat "$out/verdict")"
	exit 1
fi
echo "ok: broken model $name is refuted"
