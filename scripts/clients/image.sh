#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Make out/clients/disk.img: a Debian 13 with systemd and clients of cgroups,
# memhier from its package, and the tests in scripts/clients. The Debian itself is
# kept, and made anew if its list of packages changes. Needs root.
#
# usage: image.sh
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || usage
out=$top/out/clients
debian=$out/debian
PATH=$PATH:/usr/sbin:/sbin
packages='systemd-sysv dbus libpam-systemd crun runc cgroup-tools stress-ng procps psmisc bc
	libinih1 libncursesw6 libsmartcols1'

scripts/source/packages.sh e2fsprogs
scripts/memhier/deb.sh
if [ "$(cat "$out/packages" 2>/dev/null)" != "$packages" ]; then
	rm -rf --one-file-system "$debian"
	# shellcheck disable=SC2086 # a list
	scripts/source/debootstrap.sh trixie "$debian" $packages
	rm -rf "$debian"/var/cache/apt/archives/*.deb
	chroot "$debian" useradd -u 1000 tenant
	echo "$packages" >"$out/packages"
fi

# A name and an identity of its own, so that the boot is not its first; no login;
# and our units beside those of Debian.
units=$debian/etc/systemd/system
rm -f "$debian"/memhier_*.deb
cp out/memhier-deb/memhier_*.deb "$debian/"
log "$out/dpkg.log" chroot "$debian" sh -c 'dpkg -i /memhier_*.deb'
echo guest >"$debian/etc/hostname"
echo 00000000000000000000000000000001 >"$debian/etc/machine-id"
rm -f "$debian/etc/resolv.conf"
rm -rf "$debian/clients"
cp -R scripts/clients/guest "$debian/clients"
cp scripts/common.sh scripts/boot/complaints "$debian/clients/"
cp scripts/clients/guest/memhier.conf "$debian/etc/memhier.conf"
cp scripts/clients/guest/etc/* "$units/"
for unit in serial-getty@.service getty@.service systemd-timesyncd.service \
	    e2scrub_reap.service apt-daily.timer apt-daily-upgrade.timer; do
	ln -sf /dev/null "$units/$unit"
done
chroot "$debian" systemctl -q enable clients.service tenant-web.service \
	memhier.service
stage "clients: the disk"
rm -f "$out/disk.img"
log "$out/mke2fs.log" mke2fs -q -F -t ext2 -d "$debian" "$out/disk.img" 2G
