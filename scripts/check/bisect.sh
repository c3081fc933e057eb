#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Does the tree build after each patch of the exported series, with the feature
# on and off, and after the last one without memory groups as well? Do the two
# kernels after the last one boot and pass a selftest? That takes hours: when cut
# short, it goes on with what was not built yet.
#
# usage: bisect.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
base=$1
need_base "$base"
work=$top/out/$base-bisect
source=$(scripts/source/find.sh "$base")

apply() {
	patch -d "$work/linux" -p1 -F0 -f -s --no-backup-if-mismatch <"$1" ||
		die "$1 does not apply"
	sed -n '/^diff --git /,$p' "$1" >>"$work/changes"
}

# What is built with and without, and what runs on both after the last patch:
# without the feature it has to look as if it were switched off.
options='CONFIG_MEMCG_HIER CONFIG_MEMCG_RESERVE'
runs='y:test_model n:test_switch'

memcg=CONFIG_MEMCG
[ "$base" != 2.6.26 ] || memcg=CONFIG_CGROUP_MEM_RES_CTLR

# fragment y|n|no-memcg: with or without the options, which an early patch may not
# have yet, nor 2.6.26 all of them; or without memory groups
fragment() {
	scripts/build/fragment.sh "$base"
	case $1 in
	no-memcg) echo "$memcg=n" ;;
	*)
		for option in $options; do
			echo "$option=$1"
		done
		;;
	esac
}

build() {
	build=$work/$1/build
	mkdir -p "$build"
	fragment "$1" >"$work/fragment"
	log "$work/config-$1.log" scripts/build/kmake.sh "$base" "$work/linux" \
		"$build" allnoconfig KCONFIG_ALLCONFIG="$work/fragment"
	log "$work/build-$1.log" scripts/build/kmake.sh "$base" "$work/linux" \
		"$build" -j "$(nproc)" bzImage
	scripts/build/warnings.sh "$base" "$work/linux" "$work/build-$1.log"
}

# mark y|n: the file that is there if what the tree is now was built like that
mark() {
	{
		gcc --version
		fragment "$1"
		cat "$work/changes"
	} >"$work/state"
	echo "$work/built/$1-$(sha256sum "$work/state" | cut -d ' ' -f 1)"
}

stage "$base: copying $source"
mkdir -p "$work/built"
rm -rf "$work/linux" "$work/y" "$work/n" "$work/no-memcg"
mkdir "$work/linux"
tar -C "$source" --exclude=./.git -cf - . | tar -C "$work/linux" -xf -
sed -n 1,5p "$source/Makefile" >"$work/changes"
for patch in "out/$base/series-toolchain"/*.patch; do
	[ ! -f "$patch" ] || apply "$patch"
done

patches=0
# These two kernels are booted.
for last in "out/$base/series"/*.patch; do :; done
for patch in "out/$base/series"/*.patch; do
	case $patch in
	*/0000-cover-letter.patch)
		continue
		;;
	esac
	[ -f "$patch" ] || die "there is no series: make series BASE=$base"
	apply "$patch"
	patches=$((patches + 1))
	for on in y n; do
		mark=$(mark "$on")
		if [ -f "$mark" ] && [ "$patch" != "$last" ]; then
			stage "$base: with all =$on after ${patch##*/}: was built before"
			continue
		fi
		stage "$base: building with all =$on after ${patch##*/}"
		build "$on"
		: >"$mark"
	done
done
stage "$base: building without $memcg"
build no-memcg
! grep -q "^$memcg=y" "$work/no-memcg/build/.config" ||
	die "$memcg is still there in $work/no-memcg/build/.config"

scripts/build/busybox.sh
scripts/build/selftests.sh
for run in $runs; do
	on=${run%:*}
	name=$base-bisect/$on
	cp "out/$name/build/arch/x86/boot/bzImage" "out/$name/bzImage"
	scripts/build/initramfs.sh "$name"
	TEST=${run#*:} scripts/boot/kselftest.sh "$name"
done
echo "$patches patches: the tree builds after each, and boots after the last"
