#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run apt-get on package lists of our own, made from the configured archives
# and their sources: few machines have a deb-src line, and no user but root
# may refresh the system's lists.
#
# usage: apt.sh [-s SUITE] ARGUMENT...
#	SUITE	the only one to look in, of the configured archive
set -eu
scripts=$(cd "$(dirname "$0")/.." && pwd)
here=$PWD
cd "$scripts/.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

suite=
if [ "${1:-}" = -s ]; then
	suite=${2:-}
	shift "$(($# < 2 ? 1 : 2))"
	[ -n "$suite" ] || usage
fi
[ $# -ge 1 ] || usage
state=$cache/apt${suite:+-$suite}
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

# Those of Debian; what others ship we do not need. A suite is where its releases
# are, not in the archive of security updates.
archives | grep -E '^deb (\[[^]]*\] )?[^ ]*[/.]debian[^ ]* .* main' |
	if [ -n "$suite" ]; then
		grep -vE -- '-security( |/)' | head -n 1 |
			sed -E "s,^(deb (\[[^]]*\] )?[^ ]+) .*,\1 $suite main,"
	else
		sed 'p; s/^deb /deb-src /'
	fi >"$state/sources.list"
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
