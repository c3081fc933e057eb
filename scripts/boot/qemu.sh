#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run QEMU on a kernel and an initramfs, with the guest's serial console on
# standard input and output, until the guest ends. In the environment: CPUS, how
# many it has, 2 if not given; and DISK, images of disks, the first of which is the
# guest's root instead: what the guest writes there is forgotten.
#
# usage: qemu.sh ACCEL KERNEL INITRAMFS PARAMETER...
set -eu

[ $# -ge 3 ] || {
	echo "usage: ${0##*/} ACCEL KERNEL INITRAMFS PARAMETER..." >&2
	exit 2
}
accel=$1
kernel=$2
initramfs=$3
cpus=${CPUS:-2}
shift 3

append="console=ttyS0 no_timer_check panic=1 reboot=t $*"
if [ -n "${DISK:-}" ]; then
	append="$append root=/dev/vda rw"
	set --
	for disk in $DISK; do
		set -- "$@" -drive "file=$disk,if=virtio,format=raw,snapshot=on"
	done
else
	set -- -initrd "$initramfs"
fi
# A socket for each CPU: in the table that a kernel without ACPI reads, the
# firmware lists only the first CPU of a socket. no_timer_check: on a busy host
# the emulated timer can be too late for the kernel's test of it, which panics.
# panic=1: for 2.6.26 a negative number means never.
exec qemu-system-x86_64 -accel "$accel" -m 2G \
	-smp "$cpus,sockets=$cpus,cores=1,threads=1" -nodefaults -no-user-config \
	-display none -no-reboot -chardev stdio,id=console,signal=off \
	-serial chardev:console -kernel "$kernel" -append "$append" "$@"
