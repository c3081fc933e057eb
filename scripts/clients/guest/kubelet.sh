#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What a kubelet and runc do to groups with the cgroupfs driver, in their order:
# kubepods with its QoS groups, pods with and without limits, containers whose
# first process is there before the limit; then again and again the same values.
# The reserves are an administrator's.
#
# usage: kubelet.sh
set -eu
# shellcheck source=scripts/clients/guest/lib.sh
. ./lib.sh

pods=$cg/kubepods
sleeping=

# group PATH: all controllers that there are, from the top down
group() {
	mkdir -p "$cg/$1"
	path=$cg
	for part in $(dirname "$1" | tr / ' '); do
		[ "$part" != . ] || continue
		path=$path/$part
		tr ' ' '\n' <"$path/cgroup.controllers" | while read -r controller; do
			echo "+$controller" >"$path/cgroup.subtree_control"
		done
	done
}

# container PATH [MAX [LOW [HIGH]]]: attached first, limited after
container() {
	group "$1"
	within "$1" sleep 1000 &
	sleeping="$sleeping $!"
	wait_for 10 grep -q . "$cg/$1/cgroup.procs" || fail "$1" 'is empty'
	right "$1: memory.max" write "${2:-max}" "$cg/$1/memory.max"
	right "$1: memory.low" write "${3:-0}" "$cg/$1/memory.low"
	right "$1: memory.high" write "${4:-max}" "$cg/$1/memory.high"
}

# What the kubelet writes each time that it synchronises.
synchronise() {
	right 'kubepods: memory.max' write 160M $pods/memory.max
	right 'kubepods: memory.min' write 0 $pods/memory.min
	right 'burstable: memory.min' write 0 $pods/burstable/memory.min
	right 'burstable: memory.max' write max $pods/burstable/memory.max
	right 'besteffort: memory.max' write max $pods/besteffort/memory.max
	right 'guaranteed pod: memory.max' write 64M $pods/podg/memory.max
	right 'burstable pod: memory.max' write 96M $pods/burstable/podb/memory.max
}

group kubepods/burstable
group kubepods/besteffort
write 160M $pods/memory.max
group kubepods/podg
write 64M $pods/podg/memory.max
container kubepods/podg/main 64M
group kubepods/burstable/podb
write 96M $pods/burstable/podb/memory.max
container kubepods/burstable/podb/main 96M 16M 80M
container kubepods/burstable/podn/main
container kubepods/besteffort/pode/main

hole /var/tmp/kube.main 16
hole /var/tmp/kube.thrash 256
thrash_besteffort() {
	within kubepods/besteffort/pode/main sh -c "$thrash" /var/tmp/kube.thrash
}

within kubepods/podg/main cat /var/tmp/kube.main >/dev/null
loses 'a guaranteed pod beside one of best effort' \
	"$(lost kubepods/podg thrash_besteffort)"
hole /var/tmp/kube.main 16

right 'reserve of kubepods' write 128M $pods/memory.reserve
right 'reserve of the guaranteed pod' write 64M $pods/podg/memory.reserve
right 'reserve of its container' write 32M $pods/podg/main/memory.reserve
right 'reserve of the burstable ones' write 32M $pods/burstable/memory.reserve
within kubepods/podg/main cat /var/tmp/kube.main >/dev/null
loses_nothing 'a guaranteed pod beside one of best effort' \
	"$(lost kubepods/podg thrash_besteffort)"
synchronise
synchronise
equal 'kubepods after it' $((128 * mib)) "$(cat $pods/memory.reserve)"
equal 'the pod after it' $((64 * mib)) "$(cat $pods/podg/memory.reserve)"
equal 'the container after it' $((32 * mib)) \
	"$(cat $pods/podg/main/memory.reserve)"
equal 'the sum after it' $((96 * mib)) "$(cat $pods/memory.reserved)"

# A pod that is resized in place, and one that goes.
right 'a pod gets smaller' write 48M $pods/podg/memory.max
equal 'a pod gets smaller: its reserve' $((48 * mib)) \
	"$(cat $pods/podg/memory.reserve)"
write 1 $pods/podg/cgroup.kill
wait_for 10 grep -q 'populated 0' $pods/podg/cgroup.events || :
right 'a pod goes' rmdir $pods/podg/main $pods/podg
equal 'a pod goes: the sum' $((32 * mib)) "$(cat $pods/memory.reserved)"
container kubepods/podh/main 64M
right 'the next one has its room' write 64M $pods/podh/memory.reserve

write 1 $pods/cgroup.kill
wait_for 10 grep -q 'populated 0' $pods/cgroup.events || :
find $pods -depth -type d -exec rmdir {} +
equal 'all gone' gone "$([ -d $pods ] || echo gone)"
rm -f /var/tmp/kube.*
total
