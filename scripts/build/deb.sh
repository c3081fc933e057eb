#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make Debian packages of a kernel with the feature in out/<base>-deb-<config>,
# and boot the kernel that is in them.
#
# usage: deb.sh BASE CONFIG
#	CONFIG	debian: Debian's own configuration for amd64, an hour and a half;
#		small: that of the tests
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 2 ] || usage
base=$1
config=$2
[ "$base" = 6.12 ] || die "BASE=$base: only 6.12 can make packages of itself"
name=$base-deb-$config
out=$top/out/$name
build=$out/build

case $config in
small) packages='' ;;
debian) packages="linux-config-$base" ;;
*) die "CONFIG=$config: there is no such; there are: debian small" ;;
esac
# shellcheck disable=SC2086 # a list
scripts/source/packages.sh debhelper kmod libssl-dev openssl python3 rsync $packages
scripts/build/prepare.sh "$base"

kmake() {
	scripts/build/kmake.sh "$base" "$top/out/$base/linux" "$build" "$@"
}

configure() {
	case $config in
	small)
		scripts/build/fragment.sh "$base" >"$out/fragment"
		kmake allnoconfig KCONFIG_ALLCONFIG="$out/fragment"
		;;
	debian)
		# Debian's keys are not ours; what makes the build slower and
		# the packages larger, and not the kernel better, is left out.
		xzcat "/usr/src/linux-config-$base/config.amd64_none_amd64.xz" \
			>"$build/.config"
		cat >>"$build/.config" <<-END
			CONFIG_MEMCG_V1=y
			CONFIG_MEMCG_HIER=y
			CONFIG_SYSTEM_TRUSTED_KEYS=""
			CONFIG_DEBUG_INFO_NONE=y
		END
		kmake olddefconfig
		;;
	esac
	grep -qx CONFIG_MEMCG_HIER=y "$build/.config" ||
		die "the configuration lacks CONFIG_MEMCG_HIER=y"
}

# What was built stays, so that hours of it that were cut short go on.
rm -rf "$out"/image "$out"/*.deb
mkdir -p "$build"
stage "$name: configuring"
log "$out/config.log" configure
stage "$name: building the packages, log in out/$name/build.log"
log "$out/build.log" kmake -j "$(nproc)" LOCALVERSION=-memcg-hier bindeb-pkg
ls "$out"/*.deb

# What boots is what the package has.
image=$(find "$out" -maxdepth 1 -name 'linux-image-*.deb' ! -name '*-dbg_*')
[ -f "$image" ] || die "no linux-image package in out/$name"
dpkg-deb -x "$image" "$out/image"
cp "$out"/image/boot/vmlinuz-* "$out/bzImage"
scripts/build/busybox.sh
scripts/build/selftests.sh
scripts/build/initramfs.sh "$name"
TEST=${TEST:-test_model} scripts/boot/kselftest.sh "$name"
