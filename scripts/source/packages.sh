#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Install what is missing of the Debian packages that build and run a guest, and
# those named besides: as root, or through sudo; else name them in a line to
# paste.
#
# usage: packages.sh [PACKAGE...]
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

missing=
for package in bc bison bzip2 ca-certificates cpio dpkg-dev flex gcc git libc6-dev \
	       libelf-dev linux-libc-dev make musl-tools patch perl \
	       qemu-system-x86 xz-utils "$@"; do
	state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || :)
	[ "$state" = 'install ok installed' ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
	sudo=
elif sudo -n true 2>/dev/null || { [ -t 0 ] && sudo true; }; then
	sudo=sudo
else
	die "packages are missing; as root: apt-get install$missing"
fi

# shellcheck disable=SC2086 # a list of packages, and perhaps no sudo
install() {
	$sudo apt-get -q -y update
	$sudo env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y --no-install-recommends install $missing
}
stage "installing$missing"
mkdir -p out
log "$top/out/packages.log" install
