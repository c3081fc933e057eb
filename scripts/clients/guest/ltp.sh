#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The first process of a guest whose second disk is LTP: run its tests of the memory
# controller, on v1 or v2 as the kernel's command line has hierarchy= (it is in the
# environment), those that ltp= names with commas between them, or all.
#
# usage: ltp.sh
set -eu

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mkdir -p /opt/ltp /dev/shm
mount /dev/vdb /opt/ltp
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /run
case ${hierarchy:-} in
v1)
	mount -t tmpfs tmpfs /sys/fs/cgroup
	mkdir /sys/fs/cgroup/memory
	mount -t cgroup -o memory memory /sys/fs/cgroup/memory
	names='memcg_|cgroup_fj_function_memory'
	;;
v2)
	mount -t cgroup2 -o nsdelegate cgroup2 /sys/fs/cgroup
	names='memcontrol|cgroup_core|cgroup_fj_function_memory'
	;;
*)
	echo "hierarchy=v1 or v2"
	exit 2
	;;
esac

# memcg_stress wants most of the memory for half an hour.
tests=${ltp:-$(grep -E "^($names)" /opt/ltp/runtest/controllers |
	sed 's/[[:space:]].*//; /^memcg_stress$/d')}

export LTPROOT=/opt/ltp PATH="$PATH:/usr/sbin:/sbin:/opt/ltp/testcases/bin" \
	TMPDIR=/var/tmp HOME=/root LTP_COLORIZE_OUTPUT=n LTP_TIMEOUT_MUL=4
dd if=/dev/zero of=/var/tmp/swap bs=1M count=256 status=none
chmod 600 /var/tmp/swap
mkswap /var/tmp/swap >/dev/null
swapon /var/tmp/swap

for name in $(echo "$tests" | tr , ' '); do
	command=$(sed -n "s/^${name}[[:space:]]\{1,\}//p" /opt/ltp/runtest/controllers)
	echo "=== begin $name"
	timeout 900 sh -c "$command" </dev/null 2>&1 && status=0 || status=$?
	echo "=== end $name $status"
done
echo "=== done"
sync
reboot -f
