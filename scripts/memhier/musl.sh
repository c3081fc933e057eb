#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build memhier for guests, static and against musl, in out/memhier-musl: no
# glibc of today starts on 2.6.26. libsmartcols and ncurses are built for that
# from Debian's sources; of libinih the static library is taken as it is, since
# it needs nothing but what any C library has.
#
# usage: musl.sh
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || usage
scripts/source/packages.sh libinih-dev
out=$top/out/memhier-musl
mkdir -p "$out"

# sources PACKAGE: its upstream sources, in $out/PACKAGE
sources() {
	[ ! -f "$out/$1.done" ] || return 0
	rm -rf "$out/source" "${out:?}/$1"
	mkdir -p "$out/source" "$out/$1"
	(cd "$out/source" && "$top/scripts/source/apt.sh" --download-only source "$1")
	tar -x -f "$(find "$out/source" -name '*.orig.tar.?z')" \
		--strip-components=1 -C "$out/$1"
	touch "$out/$1.done"
}

ncurses() {
	sources ncurses
	mkdir -p "$out/ncurses/build"
	cd "$out/ncurses/build"
	../configure CC=musl-gcc CFLAGS=-O2 --without-cxx --without-cxx-binding \
		--without-ada --without-manpages --without-progs \
		--without-tests --without-shared --without-debug \
		--enable-widec --disable-db-install --disable-database \
		--disable-home-terminfo --without-gpm \
		--with-fallbacks=linux,vt100,xterm,xterm-256color,screen
	make -j "$(nproc)" libs
}

# It looks at terminals with what the kernel's headers have, which musl lacks.
smartcols() {
	sources util-linux
	cd "$out/util-linux"
	./configure CC=musl-gcc \
		CFLAGS="-O2 -idirafter /usr/include -idirafter /usr/include/$(gcc -print-multiarch)" \
		--disable-all-programs --enable-libsmartcols --disable-shared \
		--disable-nls --without-ncursesw --without-ncurses \
		--without-tinfo --without-systemd --without-udev \
		--without-python
	make -j "$(nproc)" libsmartcols.la
}

if [ ! -f "$out/ncurses/build/lib/libncursesw.a" ]; then
	stage "memhier: ncurses against musl"
	log "$out/ncurses.log" ncurses
fi
if [ ! -f "$out/util-linux/.libs/libsmartcols.a" ]; then
	stage "memhier: libsmartcols against musl"
	log "$out/smartcols.log" smartcols
fi
# The header of libinih needs none of glibc's; what Debian 13 has of it opens files
# by a name that musl has no more, of a function that musl has.
mkdir -p "$out/include"
cp /usr/include/ini.h "$out/include/"
tool() {
	make -C tools/memhier OUT="$out/tool" CC=musl-gcc \
		CFLAGS='-std=gnu11 -O2 -Wall -Wextra' LDFLAGS='-static -Wl,--defsym=fopen64=fopen' \
		INCLUDES="-I$out/include -I$out/ncurses/build/include -I$out/util-linux/libsmartcols/src" \
		LIBS="$out/util-linux/.libs/libsmartcols.a $out/ncurses/build/lib/libncursesw.a $(gcc -print-file-name=libinih.a)"
}
log "$out/tool.log" tool
cp "$out/tool/memhier" "$out/memhier"
