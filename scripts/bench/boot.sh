#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Boot a kernel with the program that measures, and print its results. MODE is
# "count" for one CPU whose TSC counts instructions, or "race" for two CPUs that
# run in parallel.
#
# usage: boot.sh MODE NAME LOG PARAMETER...
#	NAME	what was built in out/<name>
#	LOG	all that the guest prints
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -ge 3 ] || usage
mode=$1
name=$2
log=$3
shift 3
parameters="console=ttyS0 no_timer_check panic=-1 reboot=t quiet $*"
case $mode in
count)	# The same start: no time of day, no seed, no addresses by chance.
	parameters="$parameters norandmaps nokaslr"
	set -- -accel tcg -icount shift=0,sleep=off -smp 1 \
		-rtc base=2008-07-13,clock=vm -seed 1
	;;
race)	# What an idle CPU takes to wake up is the emulator's.
	parameters="$parameters idle=poll"
	set -- -accel tcg,thread=multi -smp 2,sockets=2,cores=1,threads=1
	;;
*)	usage ;;
esac

timeout "${TIMEOUT:-600}" qemu-system-x86_64 "$@" -m 1G \
	-nodefaults -no-user-config -display none -no-reboot -chardev stdio,id=console,signal=off \
	-serial chardev:console -kernel "out/$name/bzImage" \
	-initrd out/bench/initramfs.cpio.gz -append "$parameters" \
	</dev/null >"$log" 2>&1 || :
tr -d '\r' <"$log" | grep -q '^done$' ||
	die "the guest did not get to the end: $(grep -a '^error' "$log" ||
		tail -n 1 "$log"); see $log"
tr -d '\r' <"$log" |
	grep -E '^(clock|work|scale|dead|isolation|contention)	'
