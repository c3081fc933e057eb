#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build out/busybox/busybox from Debian's source package: static, and against
# musl, for 2.6.26 cannot run programs linked with the glibc of today.
#
# usage: busybox.sh
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || usage
source=$cache/busybox
out=$top/out/busybox
fragment=$top/scripts/build/config/busybox.config
if [ -x "$out/busybox" ] && cmp -s "$fragment" "$out/fragment"; then
	exit 0
fi
mkdir -p "$out" "$cache"

fetch() {
	work=$(mktemp -d "$cache/fetch.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	(cd "$work" && "$top/scripts/source/apt.sh" source --download-only busybox)
	dpkg-source --no-check -x "$work"/busybox_*.dsc "$work/tree"
	mv "$work/tree" "$source"
}

# musl brings no kernel headers: those of the system, and nothing else of it.
link_headers() {
	include=/usr/include
	arch=$include/$(gcc -print-multiarch)
	mkdir -p "$out/headers"
	for folder in "$include/linux" "$include/asm-generic" "$include/mtd" \
		      "$arch/asm"; do
		ln -sfn "$folder" "$out/headers/${folder##*/}"
	done
}

build() {
	link_headers
	mkdir -p "$out/build"
	set -- make -C "$source" O="$out/build" CC=musl-gcc \
		CFLAGS="-idirafter $out/headers"
	# Nothing, then the fragment, then the details of what that asks for.
	"$@" allnoconfig
	sed 's/=.*/[ =]/' "$fragment" | grep ^CONFIG |
		grep -v -f - "$out/build/.config" >"$out/build/.config.no"
	cat "$out/build/.config.no" "$fragment" >"$out/build/.config"
	yes '' | "$@" oldconfig
	scripts/build/config.sh "$fragment" "$out/build/.config"
	"$@" -j "$(nproc)" busybox
}

[ -d "$source" ] || {
	stage "busybox: fetching its sources into $cache"
	log "$out/fetch.log" fetch
}
stage "busybox: building, log in out/busybox/build.log"
log "$out/build.log" build
cp "$out/build/busybox" "$out/busybox"
cp "$fragment" "$out/fragment"
