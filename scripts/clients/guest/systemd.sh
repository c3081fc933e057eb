#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# systemd: slices, services and scopes with a reserve, over everything that
# systemd does to their groups.
#
# usage: systemd.sh
set -eu
# shellcheck source=scripts/clients/guest/lib.sh
. ./lib.sh

slice=$cg/tenant.slice
web=$slice/tenant-web.service
files=/var/tmp/systemd

reserves() {
	equal "$1: the slice's reserve" $((64 * mib)) "$(cat $slice/memory.reserve)"
	equal "$1: the service's reserve" $((24 * mib)) "$(cat $web/memory.reserve)"
	equal "$1: memory.reserved of the slice" $((24 * mib)) \
		"$(cat $slice/memory.reserved)"
}

limits() {
	equal "$1: MemoryMax of the slice" "$2" "$(cat $slice/memory.max)"
	equal "$1: MemoryMax of the service" $((48 * mib)) "$(cat $web/memory.max)"
}

# What systemd does again and again.
survives() {
	reserves 'at boot'
	limits 'at boot' $((128 * mib))
	right 'daemon-reload' systemctl daemon-reload
	reserves 'after daemon-reload'
	limits 'after daemon-reload' $((128 * mib))
	right 'daemon-reexec' systemctl daemon-reexec
	reserves 'after daemon-reexec'
	right 'set-property' \
		systemctl set-property --runtime tenant.slice MemoryMax=160M
	reserves 'after set-property'
	limits 'after set-property' $((160 * mib))
	right 'set-property' \
		systemctl set-property --runtime tenant.slice MemoryMax=128M
	right 'restart of the service' systemctl restart tenant-web.service
	reserves 'after restart of the service'
	right 'restart of the slice' systemctl restart tenant.slice
	right 'start of the service' systemctl start tenant-web.service
	reserves 'after restart of the slice'
	before=$(cat $cg/memory.reserved)
	right 'stop of the slice' systemctl stop tenant.slice
	equal 'after stop: memory.reserved of the root' $((before - 64 * mib)) \
		"$(cat $cg/memory.reserved)"
	right 'start of the service' systemctl start tenant-web.service
	reserves 'after start'
}

# A limit below the reserve is not refused: the reserve goes down.
limit_below() {
	right 'MemoryMax below the reserve' \
		systemctl set-property --runtime tenant-web.service MemoryMax=16M
	equal 'MemoryMax below the reserve: the limit' $((16 * mib)) \
		"$(cat $web/memory.max)"
	equal 'MemoryMax below the reserve: the reserve' $((16 * mib)) \
		"$(cat $web/memory.reserve)"
	right 'MemoryMax as before' \
		systemctl set-property --runtime tenant-web.service MemoryMax=48M
	right 'restart' systemctl restart tenant-web.service
	reserves 'after restart with the old limit'
}

# A service that holds 16M of page cache and some memory of its own, and is what
# the OOM killer likes best.
victim() {
	hole $files.victim 16
	# shellcheck disable=SC2016 # for the inner shell
	right 'start of a service' systemd-run -q --unit=victim \
		--slice=tenant.slice -p OOMScoreAdjust=1000 \
		--expand-environment=no \
		sh -c 'cat "$0" >/dev/null; exec perl -e "$1" 4 10000' \
		$files.victim "$hold"
	wait_for 30 cached tenant.slice/victim.service 16 ||
		fail 'a service' 'does not get its 16M cached'
}

gone() {
	systemctl -q stop victim.service neighbour.service 2>/dev/null || :
	systemctl -q reset-failed victim.service neighbour.service 2>/dev/null || :
	rm -f $files.*
}

# neighbour COMMAND...: a service beside it, until it ends
neighbour() {
	systemd-run -q --wait --unit=neighbour --slice=tenant.slice \
		--expand-environment=no "$@" 2>/dev/null
}

thrashes() {
	hole $files.thrash 192
	lost tenant.slice/victim.service neighbour sh -c "$thrash" $files.thrash
}

# The neighbour runs into the slice's limit.
eats() {
	neighbour perl -e "$hold" 160 10 || :
}

running() {
	[ "$(systemctl is-active victim.service)" = active ]
}

neighbours() {
	victim
	loses 'beside a service that thrashes' "$(thrashes)"
	gone
	victim
	eats
	dies 'beside a service that eats' running
	gone
	victim
	right 'reserve of a running service' \
		write 32M $slice/victim.service/memory.reserve
	loses_nothing 'beside a service that thrashes' "$(thrashes)"
	equal 'the neighbour thrashed' success \
		"$(systemctl show -P Result neighbour.service)"
	eats
	lives 'beside a service that eats' running
	equal 'the service that eats' oom-kill \
		"$(systemctl show -P Result neighbour.service)"
	loses_nothing 'beside a service that eats' \
		$((16 * mib - $(read_key $slice/victim.service/memory.stat file)))
	gone
}

scopes() {
	systemd-run -q --scope --unit=job --slice=tenant.slice -p MemoryMax=60M \
		sleep 1000 &
	wait_for 30 [ -d $slice/job.scope ] || fail 'a scope' 'is not there'
	right 'reserve of a scope' write 16M $slice/job.scope/memory.reserve
	right 'daemon-reload' systemctl daemon-reload
	equal 'a scope: its limit' $((60 * mib)) "$(cat $slice/job.scope/memory.max)"
	equal 'a scope: its reserve' $((16 * mib)) \
		"$(cat $slice/job.scope/memory.reserve)"
	refused 'more than the slice has left' 'No space left on device' \
		write 41M $slice/job.scope/memory.reserve
	right 'stop of a scope' systemctl stop job.scope
	equal 'after stop of a scope: memory.reserved' $((24 * mib)) \
		"$(cat $slice/memory.reserved)"
}

# Whom a group is handed to does not own its reserve, only those below it.
delegated() {
	group=$1
	equal "$group: owner of cgroup.procs" tenant \
		"$(stat -c %U "$cg/$group/cgroup.procs")"
	equal "$group: owner of memory.reserve" root \
		"$(stat -c %U "$cg/$group/memory.reserve")"
	refused "$group: its own reserve, by who has it" 'Permission denied' \
		su tenant -s /bin/sh -c "/bin/echo 0 >$cg/$group/memory.reserve"
	right "$group: a group of his" \
		su tenant -s /bin/sh -c "mkdir $cg/$group/mine"
	equal "$group: owner of memory.reserve in it" tenant \
		"$(stat -c %U "$cg/$group/mine/memory.reserve")"
}

delegation() {
	right 'start with Delegate=' systemd-run -q --unit=delegated -p Type=exec \
		--slice=tenant.slice -p Delegate=yes -p User=tenant \
		-p DelegateSubgroup=init sleep 1000
	group=tenant.slice/delegated.service
	write 16M $cg/$group/memory.reserve
	write +memory $cg/$group/cgroup.subtree_control
	delegated $group
	right 'a reserve below a delegated one' su tenant -s /bin/sh -c \
		"/bin/echo 8M >$cg/$group/mine/memory.reserve"
	refused 'more below than is delegated' 'No space left on device' \
		su tenant -s /bin/sh -c "/bin/echo 32M >$cg/$group/mine/memory.reserve"
	right 'stop' systemctl stop delegated.service
	equal 'after stop: memory.reserved' $((24 * mib)) \
		"$(cat $slice/memory.reserved)"
	right 'the manager of a user' systemctl start user@1000.service
	delegated user.slice/user-1000.slice/user@1000.service
}

# Nothing of all this may be seen elsewhere.
view() {
	equal 'units that failed' '' \
		"$(systemctl --failed --plain --no-legend | cut -d ' ' -f 1)"
	right 'systemctl status' systemctl --no-pager status tenant.slice
	right 'systemd-cgtop' systemd-cgtop -b -n 1
	equal 'what systemd says of reserves' '' \
		"$(journalctl -b -q --no-pager -p warning -t systemd | grep -i reserve |
			head -n 1)"
}

survives
limit_below
neighbours
scopes
delegation
view
total
