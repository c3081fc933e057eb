#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Fetch the sources of a base and unpack them: 2.6.26 as it was released, from
# kernel.org; 6.12 as Debian ships it; for "latest" the newest that Debian has
# for this release, or at all.
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

# The first line of why apt-get failed, or what is given.
why() {
	said=$(sed -n 's/^E: //p' "$work/log" | head -n 1)
	echo "${said:-$1}"
}

release_tarball() {
	url=https://cdn.kernel.org/pub/linux/kernel/v2.6/linux-2.6.26.tar.bz2
	sha256=666488e2511393fdb901eaf1e67275bcc38ab37c930e8a9adb290a95c1721a2a
	/usr/lib/apt/apt-helper -o Acquire::Retries=1 \
		-o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 \
		download-file "$url" "$work/linux.tar.bz2" "SHA256:$sha256" \
		>"$work/log" 2>&1 ||
		die "no Linux 2.6.26: $(why "cannot fetch $url"). If you have its sources: make ... KSRC=FOLDER"
	echo "$work/linux.tar.bz2"
}

# debian_tarball NUMBER [SUITE]: of the suites that are configured, if none is
# named
debian_tarball() {
	package=linux-source-$1
	(cd "$work" && "$top/scripts/source/apt.sh" ${2:+-s "$2"} \
		download "$package") >"$work/log" 2>&1 ||
		die "no $package: $(why "apt-get download failed"). If you have sources of $1: make ... KSRC=FOLDER"
	dpkg-deb --fsys-tarfile "$work/$package"_*.deb |
		tar -xOf - "./usr/src/$package.tar.xz" >"$work/linux.tar.xz"
	echo "$work/linux.tar.xz"
}

installed_or_debian_tarball() {
	installed=/usr/src/linux-source-$1.tar.xz
	if [ -f "$installed" ]; then
		echo "$installed"
	else
		debian_tarball "$1"
	fi
}

# The newest of a suite is what the package without a number stands for. Where
# the backports of this release have none that is newer than the other bases, as
# in Debian 12, those of Debian 13 have: it is only unpacked.
latest_tarball() {
	release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	for suite in "$release-backports" trixie-backports sid; do
		number=$(scripts/source/apt.sh -s "$suite" --print-uris \
			download linux-source 2>>"$work/log" |
			sed -n 's/.* linux-source_\([0-9]*\.[0-9]*\).*/\1/p')
		[ "$(base_of "$number")" = latest ] || continue
		stage "latest: Linux $number, from $suite"
		debian_tarball "$number" "$suite"
		return
	done
	die "no linux-source that is newer than 6.12: $(why "neither in backports nor in sid"). If you have such sources: make ... KSRC=FOLDER"
}

stage "$base: fetching its sources into $cache"
case $base in
2.6.26)	tarball=$(release_tarball) ;;
latest)	tarball=$(latest_tarball) ;;
*)	tarball=$(installed_or_debian_tarball "$base") ;;
esac
mkdir "$work/tree"
tar -C "$work/tree" --strip-components=1 -xf "$tarball"
mv "$work/tree" "$folder"
