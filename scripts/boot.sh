#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Boot what was built in out/<name> with parameters for its kernel, until the
# guest ends or TIMEOUT (seconds; 0: none) is over.
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
exec timeout --foreground "${TIMEOUT:-1800}" scripts/qemu.sh \
	"$(scripts/accel.sh "$out/bzImage" "$out/initramfs.cpio.gz")" \
	"$out/bzImage" "$out/initramfs.cpio.gz" "$@"
