#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Do LTP's tests of the memory controller end as on the unpatched kernel, on v1 with
# memcg_hier=off, and on v2 with no reserve? They run on the Debian of
# scripts/clients/check.sh. Debian has no LTP: build and install it, and give in
# LTP the folder where it is. Needs root.
#
# usage: ltp.sh
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || usage
if [ -z "${LTP:-}" ]; then
	skip ltp "it is no package of Debian: LTP=folder, where \"make install\" put it"
	total
	exit
fi
for file in runtest/controllers testcases/bin/memcontrol01; do
	[ -e "$LTP/$file" ] || die "LTP=$LTP: there is no $file in it"
done
[ "$(id -u)" -eq 0 ] || die "only root can make another Debian here"
PATH=$PATH:/usr/sbin:/sbin
out=out/ltp
mkdir -p "$out"

# run HIERARCHY KERNEL ROUND [TEST...]: a file of tests and how they ended
run() {
	hierarchy=$1 kernel=$2 name=$1.$2.$3
	shift 3
	stage "ltp: $hierarchy, $kernel; log in $out/$name.log"
	image=out/6.12-clients/bzImage
	[ "$kernel" = patched ] || image=out/6.12-clients-unpatched/bzImage
	set -- "hierarchy=$hierarchy" ${1:+"ltp=$(echo "$*" | tr ' ' ,)"}
	[ "$hierarchy$kernel" != v1patched ] || set -- "$@" memcg_hier=off
	accel=$(scripts/boot/accel.sh "$image" out/6.12-clients/initramfs.cpio.gz)
	DISK='out/clients/disk.img out/ltp/ltp.img' timeout --foreground \
		"${TIMEOUT:-7200}" scripts/boot/qemu.sh "$accel" "$image" none \
		init=/clients/ltp.sh quiet loglevel=5 "$@" \
		</dev/null >"$out/$name.log" 2>&1 || :
	tr -d '\r' <"$out/$name.log" | sed -n 's/^=== end //p' >"$out/$name"
	tr -d '\r' <"$out/$name.log" | grep -q '^=== done$' || {
		fail "$hierarchy $kernel" "did not come to its end, see $out/$name.log"
		return 1
	}
}

# Tests that ended, in any round, as they never did on the unpatched kernel
differing() {
	cat "$out/$1".unpatched.? | LC_ALL=C sort -u >"$out/$1.unpatched"
	cat "$out/$1".patched.? | LC_ALL=C sort -u |
		LC_ALL=C comm -23 - "$out/$1.unpatched" | sed 's/ .*//' | uniq
}

# Some end now and then otherwise: the unpatched kernel has 4 rounds to show it.
compare() {
	rm -f "$out/$1".*
	run "$1" unpatched 1 && run "$1" patched 1 || return 0
	differ=$(differing "$1")
	for round in 2 3 4; do
		[ -n "$differ" ] || break
		# shellcheck disable=SC2086 # a list
		run "$1" unpatched "$round" $differ || return 0
		differ=$(differing "$1")
	done
	while read -r name status; do
		case " $(echo "$differ" | tr '\n' ' ') " in
		*" $name "*)
			fail "$1 $name" "exit status $status, which the unpatched kernel never gave"
			;;
		*)
			# 32: what it needs is not there, on both
			if [ "$status" -eq 32 ]; then
				skip "$1 $name" "cannot run here, on neither kernel"
			else
				echo "$1 $name: exit status $status, on the unpatched kernel, too"
				pass
			fi
			;;
		esac
	done <"$out/$1.patched.1"
}

scripts/build/guest.sh 6.12 clients
scripts/build/kernel.sh 6.12 clients-unpatched
scripts/clients/image.sh
log "$out/mke2fs.log" mke2fs -q -F -t ext2 -d "$LTP" "$out/ltp.img" 2G
compare v1
compare v2
total
