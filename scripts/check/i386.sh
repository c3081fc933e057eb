#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Where a word is 32 bits: does the kernel build, and are limits right that a
# word cannot hold? Build for i386 with the small configuration of the variant
# "i386", and boot it with tests/i386/init.c for its only program.
#
# usage: i386.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
base=$1
need_base "$base"
name=$base-i386
out=$top/out/$name
console=$out/console.log

if [ "$base" != 2.6.26 ]; then
	skip "$base" "its hierarchy needs 64 bits: a reserve has no room in less"
	total
	exit
fi
scripts/build/kernel.sh "$base" i386
pass

log "$out/init.log" gcc -m32 -O2 -Wall -Wextra -Werror -std=gnu99 \
	-ffreestanding -fno-pie -fno-stack-protector -nostdlib -static -no-pie \
	-idirafter "/usr/include/$(gcc -print-multiarch)" \
	-o "$out/init" tests/i386/init.c
cat >"$out/initramfs.list" <<-END
	dir /cg 0755 0 0
	dir /dev 0755 0 0
	nod /dev/console 0600 0 0 c 5 1
	file /init $out/init 0755 0 0
END
"$out/build/usr/gen_init_cpio" "$out/initramfs.list" >"$out/initramfs.cpio"

# No accelerator: it is over in seconds, and is told from a kernel that hangs.
stage "$name: booting, log in ${console#"$top"/}"
timeout 180 scripts/boot/qemu.sh tcg,thread=single "$out/bzImage" \
	"$out/initramfs.cpio" </dev/null >"$console" 2>&1 || :
tr -d '\r' <"$console" | sed -n 's/^=== //p' >"$out/verdict"
while read -r line; do
	case $line in
	'ok: '*) pass ;;
	'not ok: '*) fail "$name" "${line#not ok: }" ;;
	esac
done <"$out/verdict"
[ "$(tail -n 1 "$out/verdict")" = 'i386 passed' ] ||
	fail "$name" "the guest did not get to the end, see $console"
if grep -E -f scripts/boot/complaints "$console" >&2; then
	fail "$name" "the kernel complains, see $console"
else
	pass
fi
total
