#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# stress-ng at its limit for CLIENTS_SECONDS beside a group that reads nothing
# and has to keep what it has; the books after.
#
# usage: stress-ng.sh
set -eu
# shellcheck source=scripts/clients/guest/lib.sh
. ./lib.sh

command -v stress-ng >/dev/null || {
	skip stress-ng 'it is not there'
	total
	exit
}

parent=$cg/stress
mkdir $parent
write +memory $parent/cgroup.subtree_control
mkdir $parent/job $parent/quiet
write 128M $parent/memory.max
write 96M $parent/memory.reserve
write 64M $parent/job/memory.max
write 64M $parent/job/memory.reserve
write 32M $parent/quiet/memory.reserve
hole /var/tmp/stress.quiet 16
within stress/quiet cat /var/tmp/stress.quiet >/dev/null

# Page cache and anonymous memory, more than there is; a worker that the OOM
# killer takes comes again.
stress() {
	within stress/job stress-ng --quiet --temp-path /var/tmp \
		--vm 2 --vm-bytes 48M --hdd 1 --hdd-bytes 64M --fork 1 \
		--timeout "$CLIENTS_SECONDS"
}

loses_nothing 'beside stress-ng' "$(lost stress/quiet stress)"
for group in stress stress/job; do
	if [ "$(cat $cg/$group/memory.peak)" -le "$(cat $cg/$group/memory.max)" ]; then
		pass
	else
		fail "$group" "its peak of $(cat $cg/$group/memory.peak) is above its limit"
	fi
done
if [ "$(read_key $parent/job/memory.events max)" -gt 0 ]; then
	pass
else
	fail 'stress-ng' 'never came to its limit'
fi
equal 'OOM kills above the job' \
	"$(read_key $parent/job/memory.events oom_kill)" \
	"$(read_key $parent/memory.events oom_kill)"

# All that the parent is charged is the two reserves, and a little of its own
# for the two groups.
own=$(($(cat $parent/memory.current) - 96 * mib))
if [ $own -ge 0 ] && [ $own -le $((2 * mib)) ]; then
	pass
else
	fail 'the books of the parent' "$own bytes besides the reserves"
fi
rm -f /var/tmp/stress.*
right 'rmdir' rmdir $parent/job $parent/quiet $parent
total
