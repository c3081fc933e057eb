#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run apt-get on package lists of our own, made from the configured archives
# and their sources: few machines have a deb-src line, and no user but root
# may refresh the system's lists.
#
# usage: apt.sh ARGUMENT...
set -eu
scripts=$(cd "$(dirname "$0")/.." && pwd)
here=$PWD
cd "$scripts/.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -ge 1 ] || usage
state=$cache/apt
mkdir -p "$state/lists/partial" "$state/archives/partial"

# Lines of "deb [options] URI suite components" from both of apt's formats.
archives() {
	for list in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
		[ -f "$list" ] || continue
		case $list in
		*.list)		sed -n 's/^[ \t]*deb[ \t]/deb /p' "$list" ;;
		*.sources)	awk -f scripts/source/deb822.awk "$list" ;;
		esac
	done
}

# Those of Debian; what others ship we do not need.
archives | grep -E '^deb (\[[^]]*\] )?[^ ]*[/.]debian[^ ]* .* main' |
	sed 'p; s/^deb /deb-src /' >"$state/sources.list"
[ -s "$state/sources.list" ] ||
	die "/etc/apt names no Debian archive: add one, as in sources.list(5)"

apt() {
	apt-get -q -y -o Dir::Etc::sourcelist="$state/sources.list" \
		-o Dir::Etc::sourceparts=- -o Dir::State::Lists="$state/lists" \
		-o Dir::Cache="$state" -o Acquire::Languages=none \
		-o APT::Sandbox::User="$(id -un)" "$@"
}

apt update || :	# an archive that does not answer may not be the one we need
cd "$here"
apt "$@"
