#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make out/<name>/initramfs.cpio.gz: BusyBox, scripts/boot/guest/ and the programs in
# out/selftests, and below /extra the files of a folder, if one is given. Needs
# no root: the kernel's gen_init_cpio makes device nodes from a list.
#
# usage: initramfs.sh NAME [FOLDER]
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || [ $# -eq 2 ] || usage
out=$top/out/$1
extra=${2:-}

programs() {
	echo "dir $1 0755 0 0"
	for file in "$2"/*; do
		[ ! -f "$file" ] ||
			echo "file $1/${file##*/} $(realpath "$file") 0755 0 0"
	done
}

contents() {
	for folder in bin cg dev etc mnt proc root sys; do
		echo "dir /$folder 0755 0 0"
	done
	echo "dir /tmp 1777 0 0"
	echo "nod /dev/console 0600 0 0 c 5 1"
	echo "nod /dev/tty 0666 0 0 c 5 0"
	echo "nod /dev/ttyS0 0600 0 0 c 4 64"
	echo "nod /dev/null 0666 0 0 c 1 3"
	echo "nod /dev/zero 0666 0 0 c 1 5"
	echo "nod /dev/random 0666 0 0 c 1 8"
	echo "nod /dev/urandom 0666 0 0 c 1 9"
	echo "nod /dev/kmsg 0600 0 0 c 1 11"
	for n in 0 1 2 3; do
		echo "nod /dev/ram$n 0600 0 0 b 1 $n"
	done
	echo "file /bin/busybox $top/out/busybox/busybox 0755 0 0"
	echo "slink /bin/sh busybox 0777 0 0"
	echo "slink /init /guest/init 0777 0 0"
	programs /guest "$top/scripts/boot/guest"
	programs /tests "$top/out/selftests"
	[ -z "$extra" ] || programs /extra "$extra"
}

contents >"$out/initramfs.list"
"$out/build/usr/gen_init_cpio" "$out/initramfs.list" >"$out/initramfs.cpio"
gzip -1 -c "$out/initramfs.cpio" >"$out/initramfs.cpio.gz"
rm "$out/initramfs.cpio"
