#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make out/bench/initramfs.cpio.gz: the program in bench/, static and against
# musl, as the first and only one of a machine, and an empty ext2 image.
#
# usage: guest.sh
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || usage
out=$top/out/bench
root=$out/root
PATH=$PATH:/usr/sbin:/sbin
rm -rf "$root"
mkdir -p "$root"
log "$out/build.log" musl-gcc -static -O2 -std=gnu11 -Wall -Wextra -Werror \
	-Wno-missing-field-initializers -o "$root/init" bench/*.c
# Sparse files need no room; 128-byte inodes are what 2.6.26 knows.
log "$out/mke2fs.log" mke2fs -q -F -t ext2 -b 4096 -I 128 -N 64 \
	-O ^resize_inode,^dir_index,^ext_attr \
	-U 00000000-0000-0000-0000-000000000001 "$root/disk.img" 1M
(cd "$root" && printf '%s\n' . ./init ./disk.img |
	cpio -o -H newc -R 0:0 --reproducible --quiet) |
	gzip -n -1 >"$out/initramfs.cpio.gz"
