#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make a minimal Debian in a folder, from the archive that this machine uses, or
# that MIRROR names. Needs root.
#
# usage: debootstrap.sh SUITE FOLDER [PACKAGE...]
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -ge 2 ] || usage
[ "$(id -u)" -eq 0 ] || die "only root can make another Debian here"
suite=$1
folder=$2
shift 2
packages=ca-certificates
for package; do
	packages=$packages,$package
done

scripts/source/packages.sh debootstrap
# shellcheck disable=SC2016 # for apt to expand
mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' |
	grep -m 1 '/debian/*$')}
mirror=${mirror%/}
stage "$suite: debootstrap, log in $folder.log"
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
log "$folder.log" debootstrap --variant=minbase --include="$packages" \
	"$suite" "$folder" "$mirror"
cat >"$folder/etc/apt/sources.list" <<EOF
deb $mirror $suite main
deb $mirror-security $suite-security main
EOF
