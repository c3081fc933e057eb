#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make out/memhier-deb/memhier_*.deb, let lintian look at it, and run what is in
# it. With --count it closes with "N passed, N failed, N skipped".
#
# usage: deb.sh [--count]
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || [ "$*" = --count ] || usage
scripts/source/packages.sh build-essential debhelper libinih-dev libncurses-dev libsmartcols-dev \
	lintian pkg-config >&2
out=$top/out/memhier-deb
rm -rf "$out"
mkdir -p "$out/memhier"
find tools/memhier -maxdepth 1 -type f -exec cp -t "$out/memhier" {} +
cp -r tools/memhier/debian "$out/memhier/debian"

build() {
	cd "$out/memhier"
	dpkg-buildpackage -us -uc -b
}

stage "memhier: building the package, log in out/memhier-deb/build.log"
log "$out/build.log" build
pass
deb=$(find "$out" -maxdepth 1 -name 'memhier_*.deb')
if lintian --fail-on error,warning,info --tag-display-limit 0 \
	   --allow-root "$deb" >"$out/lintian.log" 2>&1; then
	pass
else
	cat "$out/lintian.log"
	fail memhier "lintian"
fi
dpkg-deb -x "$deb" "$out/root"
if "$out/root/usr/sbin/memhier" --version | grep -q '^memhier [0-9]'; then
	pass
else
	fail memhier "what is in the package does not run"
fi
ls "$out"/*.deb >&2
total
