#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Boot a kernel that is to be compared, with the userland of the unpatched one:
# all that differs is the kernel. What its console says goes to a file.
#
# usage: unchanged-boot.sh BASE KERNEL LOG PARAMETER...
#	KERNEL	unpatched; off: the patched one with memcg_hier=off; or on
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -ge 3 ] || usage
image=out/$1/bzImage
initramfs=out/$1-unpatched/initramfs.cpio.gz
off=
case $2 in
unpatched) image=out/$1-unpatched/bzImage ;;
off) off=memcg_hier=off ;;
on) ;;
*) usage ;;
esac
console=$3
shift 3
timeout --foreground "${TIMEOUT:-1800}" scripts/boot/qemu.sh \
	"$(scripts/boot/accel.sh "$image" "$initramfs")" "$image" \
	"$initramfs" printk.devkmsg=on loglevel=7 ${off:+"$off"} "$@" \
	</dev/null >"$console" 2>&1 || :
