#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Call make for a kernel tree with the compiler and flags that its base needs,
# for x86_64, or for i386 where the configuration in BUILD is to be one of that.
#
# usage: kmake.sh BASE TREE BUILD ARGUMENT...
set -eu

if [ $# -lt 3 ]; then
	echo "usage: ${0##*/} BASE TREE BUILD ARGUMENT..." >&2
	exit 2
fi
base=$1
tree=$2
build=$3
shift 3

arch=x86_64
case $build in
*-i386/build) arch=i386 ;;
esac
cc=gcc
! command -v ccache >/dev/null || cc='ccache gcc'
host=gcc
if [ "$base" = 2.6.26 ]; then
	# In CC, because arch/x86/boot/compressed sets the flags anew: with
	# SSE there the decompressor dies before its first message.
	cc="$cc -std=gnu89 -fno-pie -no-pie -fcf-protection=none"
	cc="$cc -fno-stack-protector -mno-sse -mno-mmx -mno-sse2 -mno-3dnow"
	cc="$cc -mno-avx"
	host='gcc -std=gnu89 -fcommon'
fi
exec make -C "$tree" O="$build" ARCH="$arch" CC="$cc" HOSTCC="$host" "$@"
