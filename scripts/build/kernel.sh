#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Configure and build a kernel: out/<base>/bzImage and out/<base>/config. A
# variant adds scripts/build/config/<base>-<variant>.config, and is built in
# out/<base>-<variant>; "unpatched" is one without hooks and overlay. Of two, as in
# "bench-unpatched", it has both.
#
# usage: kernel.sh BASE [VARIANT]
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || [ $# -eq 2 ] || usage
base=$1
variant=${2:-}
name=$base${variant:+-$variant}
need_base "$base"
out=$top/out/$name

# Two builds in one folder would break each other.
mkdir -p "$out"
exec 9>"$out/lock"
flock 9
case $variant in
*unpatched)
	scripts/build/prepare.sh "$base" unpatched
	tree=$top/out/$base-unpatched/linux
	;;
*)
	scripts/build/prepare.sh "$base"
	tree=$top/out/$base/linux
	;;
esac
build=$out/build
mkdir -p "$build"

kmake() {
	scripts/build/kmake.sh "$base" "$tree" "$build" "$@"
}

# KCSAN is to watch our own files, and the counter that they add to: others have
# races that are known, or not ours.
watched() {
	[ "$variant" = kcsan ] || return 0
	echo KCSAN_SANITIZE=n
	for file in mm/page_counter.c kernel/*.c mm/*.c; do
		file=${file##*/}
		echo "KCSAN_SANITIZE_${file%.c}.o=y"
	done
}

configure() {
	fragment=$out/fragment
	scripts/build/fragment.sh "$base" ${variant:+"$variant"} >"$fragment"
	# The same fragment gives the same configuration: leave it alone.
	if ! cmp -s "$fragment" "$build/fragment" ||
	   [ -n "$(find "$tree/init/Kconfig" -newer "$build/.config")" ]; then
		stage "$name: configuring"
		# Objects of another configuration would stay around.
		rm -rf "$build"
		mkdir -p "$build"
		log "$out/config.log" kmake allnoconfig KCONFIG_ALLCONFIG="$fragment"
		cp "$fragment" "$build/fragment"
	fi
	cp "$build/.config" "$out/config"
	scripts/build/config.sh "$fragment" "$out/config"
}

configure
stage "$name: building the kernel, log in ${out#"$top"/}/build.log"
# shellcheck disable=SC2046 # a list
log "$out/build.log" kmake -j "$(nproc)" $(watched) bzImage
scripts/build/warnings.sh "$base" "$tree" "$out/build.log"
cp "$build/arch/x86/boot/bzImage" "$out/bzImage"
