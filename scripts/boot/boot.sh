#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Boot what was built in out/<name> with parameters for its kernel, until the
# guest ends or TIMEOUT (seconds; 0: none) is over.
#
# usage: boot.sh NAME PARAMETER...
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -ge 1 ] || usage
out=out/$1
shift
[ -f "$out/bzImage" ] || die "$out/bzImage is missing: make kernel"
accel=$(scripts/boot/accel.sh "$out/bzImage" "$out/initramfs.cpio.gz")
# One thread for both CPUs: they still interleave anywhere, and a busy host cannot
# starve one of them. With two, guests with 2.6.26 used to hang in the serial driver.
# 6.12 patches its own code while a guest with systemd runs on all CPUs, which
# threads of the emulator take badly.
case $out,$accel in
*/2.6.26*,tcg | *-clients,tcg) accel=tcg,thread=single ;;
esac
# At boot 2.6.26 wants to see five ticks of the timer within 40 ms of a delay
# loop, or it panics. On a busy host QEMU may bring them too late. A jiffy that
# is said to take more loops than it does makes the delay long enough.
case $out in
*/2.6.26*) set -- lpj=100000000 "$@" ;;
esac
exec timeout --foreground "${TIMEOUT:-1800}" scripts/boot/qemu.sh "$accel" \
	"$out/bzImage" "$out/initramfs.cpio.gz" "$@"
