#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Boot what was built in out/<name> with parameters for its kernel, until the
# guest ends or TIMEOUT (seconds; 0: none) is over. TERMINAL=yes is for a guest
# whose programs write to the console.
#
# usage: boot.sh NAME PARAMETER...
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -ge 1 ] || usage
out=out/$1
shift
[ -f "$out/bzImage" ] || die "$out/bzImage is missing: make kernel"
accel=$(scripts/accel.sh "$out/bzImage" "$out/initramfs.cpio.gz")
# With a thread for each CPU, 2.6.26 now and then misses an edge of the serial
# port's interrupt, and what a program writes to its terminal stalls for good.
# Kernel messages do not need the interrupt.
[ "${TERMINAL:-}" != yes ] || [ "$accel" != tcg ] || accel=tcg,thread=single
exec timeout --foreground "${TIMEOUT:-1800}" scripts/qemu.sh "$accel" \
	"$out/bzImage" "$out/initramfs.cpio.gz" "$@"
