#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Clone this repository into a minimal Debian with no more than git and make,
# and run commands there as a user would: as root, as a user with sudo, and as
# one without, who must be told in a line what to install. Needs root and
# debootstrap. A 2.6.26 tree in the cache is there too; ONLINE=1 leaves it out.
#
# usage: fresh.sh [SUITE [USER [COMMAND...]]]
#	SUITE	bookworm or trixie; both if none is named
#	USER	root, user or plain; each if none is named
#	COMMAND	instead of "make run", "make check", and installing memhier and
#		looking at a tree with it
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ "$(id -u)" -eq 0 ] || die "only root can make another Debian here"
suites=${1:-bookworm trixie}
users=${2:-root user plain}
[ $# -lt 2 ] || shift 2
memhier='sudo apt-get -q -y install ./out/memhier-deb/memhier_*.deb &&
	mkdir out/tree && touch out/tree/memory.stat &&
	/usr/sbin/memhier tree --root out/tree'
command=${*:-make run && make check && $memhier}
fresh=$top/out/fresh
mkdir -p "$fresh"

# The Debian itself is made once for each state of this script; each run gets a
# copy.
minimal() {
	suite=$1
	base=$fresh/$suite
	if [ -n "$(find "$base" -prune -newer scripts/check/fresh.sh 2>/dev/null)" ]; then
		return 0
	fi
	rm -rf "$base"
	scripts/source/debootstrap.sh "$suite" "$base.part" git make sudo
	chroot "$base.part" useradd -m -s /bin/sh user
	chroot "$base.part" useradd -m -s /bin/sh plain
	echo 'user ALL=(ALL) NOPASSWD: ALL' >"$base.part/etc/sudoers.d/user"
	touch "$base.part"
	mv "$base.part" "$base"
}

leave() {
	for mounted in dev/pts proc; do
		! mountpoint -q "$root/$mounted" || umount -l "$root/$mounted"
	done
	rm -rf --one-file-system "$root"
}

try() {
	suite=$1 user=$2
	root=$fresh/$suite-$user
	home=/root
	[ "$user" = root ] || home=/home/$user
	rm -rf "$root"
	cp -a "$fresh/$suite" "$root"
	trap leave EXIT
	mount -t proc proc "$root/proc"
	# Terminals of its own, for tests that type.
	mount -t devpts -o ptmxmode=0666 devpts "$root/dev/pts"
	cp /etc/resolv.conf "$root/etc/"
	git clone -q --no-hardlinks "$top" "$root$home/memcg-hier"
	mkdir -p "$root$home/.cache/memcg-hier"
	[ -n "${ONLINE:-}" ] || [ ! -d "$cache/linux-2.6.26" ] ||
		cp -a "$cache/linux-2.6.26" "$root$home/.cache/memcg-hier/"
	chroot "$root" chown -R "$user:" "$home"
	console=$fresh/$suite-$user.log
	stage "$suite as $user: $command, log in ${console#"$top"/}"
	status=0
	chroot "$root" su - "$user" -c "cd memcg-hier && $command" \
		</dev/null >"$console" 2>&1 || status=$?
	if [ "$user" = plain ]; then
		told=$(grep -c 'apt-get install' "$console" || :)
		if [ $status -ne 0 ] && [ "$told" -eq 1 ]; then
			pass
		else
			fail "$suite as $user" "status $status, $told lines to paste, see $console"
		fi
	elif [ $status -eq 0 ]; then
		pass
	else
		tail -n 20 "$console"
		fail "$suite as $user" "see $console"
	fi
	leave
	trap - EXIT
}

for suite in $suites; do
	minimal "$suite"
	for user in $users; do
		try "$suite" "$user"
	done
done
total
