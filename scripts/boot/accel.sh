#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print what to run guests with: "kvm" only if this kernel has been seen to
# boot with it here, for /dev/kvm alone promises nothing, else "tcg". The
# verdict is kept in out/accel.
#
# usage: accel.sh KERNEL INITRAMFS
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 2 ] || usage

boots() {
	DISK='' timeout 10 scripts/boot/qemu.sh kvm "$1" "$2" quiet memcg_run=probe \
		</dev/null 2>/dev/null | grep -q '^=== probe'
}

if [ ! -s out/accel ]; then
	if [ -w /dev/kvm ] && boots "$1" "$2"; then
		echo kvm >out/accel
	else
		echo tcg >out/accel
	fi
fi
cat out/accel
