#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Fetch the sources of a base and unpack them: 2.6.26 as it was released, from
# kernel.org; 6.12 as Debian ships it.
#
# usage: fetch.sh BASE FOLDER
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 2 ] || usage
base=$1
folder=$2
mkdir -p "$cache"
work=$(mktemp -d "$cache/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT

release_tarball() {
	url=https://cdn.kernel.org/pub/linux/kernel/v2.6/linux-2.6.26.tar.bz2
	sha256=666488e2511393fdb901eaf1e67275bcc38ab37c930e8a9adb290a95c1721a2a
	/usr/lib/apt/apt-helper -o Acquire::Retries=1 \
		-o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 \
		download-file "$url" "$work/linux.tar.bz2" "SHA256:$sha256" \
		>"$work/log" 2>&1 || {
		why=$(sed -n 's/^E: //p' "$work/log" | head -n 1)
		die "no Linux 2.6.26: ${why:-cannot fetch $url}. If you have its sources: make ... KSRC=FOLDER"
	}
	echo "$work/linux.tar.bz2"
}

debian_tarball() {
	installed=/usr/src/linux-source-6.12.tar.xz
	if [ -f "$installed" ]; then
		echo "$installed"
		return
	fi
	(cd "$work" && "$top/scripts/source/apt.sh" download linux-source-6.12) \
		>"$work/log" 2>&1 || {
		why=$(sed -n 's/^E: //p' "$work/log" | head -n 1)
		die "no linux-source-6.12: ${why:-apt-get download failed}. If you have sources of 6.12: make ... KSRC=FOLDER"
	}
	dpkg-deb --fsys-tarfile "$work"/linux-source-6.12_*.deb |
		tar -xOf - "./usr/src/linux-source-6.12.tar.xz" >"$work/linux.tar.xz"
	echo "$work/linux.tar.xz"
}

stage "$base: fetching its sources into $cache"
case $base in
2.6.26)	tarball=$(release_tarball) ;;
6.12)	tarball=$(debian_tarball) ;;
esac
mkdir "$work/tree"
tar -C "$work/tree" --strip-components=1 -xf "$tarball"
mv "$work/tree" "$folder"
