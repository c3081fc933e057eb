#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# memhier, installed from its package: its units, the files that it makes for
# slices, and its reading of all that systemd has set up.
#
# usage: memhier.sh
set -eu
# shellcheck source=scripts/clients/guest/lib.sh
. ./lib.sh

# declared WHEN: what /etc/memhier.conf has
declared() {
	equal "$1: the reserve of batch" $((64 * mib)) "$(cat $cg/batch/memory.reserve)"
	equal "$1: a part of it" $((16 * mib)) "$(cat $cg/batch/a/memory.reserve)"
	equal "$1: the rest of it" $((48 * mib)) "$(cat $cg/batch/b/memory.reserve)"
}

# came_up UNIT: microseconds after boot
came_up() {
	systemctl show -P ActiveEnterTimestampMonotonic "$1"
}

at_boot() {
	equal 'memhier.service' active "$(systemctl is-active memhier.service)"
	declared 'at boot'
	equal 'at boot: owner' tenant "$(stat -c %U $cg/batch/a/cgroup.procs)"
	right 'at boot: before ordinary services' \
		[ "$(came_up memhier.service)" -le "$(came_up sysinit.target)" ]
	right 'daemon-reexec' systemctl daemon-reexec
	declared 'after daemon-reexec'
	write 8M $cg/batch/b/memory.reserve
	right 'restart' systemctl restart memhier.service
	declared 'after restart'
}

# All that is there, systemd's own, too.
whole_tree() {
	right 'check' memhier check
	right 'save' sh -c 'memhier save >/run/saved.conf'
	equal 'plan of what was saved' 'Nothing to do: all is as declared.' \
		"$(memhier plan /run/saved.conf)"
}

# Each file that "memhier systemd" names on standard input, as it prints it
install() {
	while IFS= read -r line; do
		case $line in
		"# /"*)
			file=${line#??}
			mkdir -p "${file%/*}"
			: >"$file"
			;;
		*) printf '%s\n' "$line" >>"$file" ;;
		esac
	done
}

kept() {
	[ "$(cat $cg/kept.slice/memory.reserve)" = $((32 * mib)) ] &&
		[ "$(cat $cg/kept.slice/kept-a.slice/memory.reserve)" = $((8 * mib)) ]
}

# The slice above and the one in it stop and start, with no numbers of their own.
slices() {
	right 'start of a slice' systemctl start kept-a.slice
	right 'set-property' systemctl set-property --runtime kept.slice MemoryMax=40M
	write 32M $cg/kept.slice/memory.reserve
	write 8M $cg/kept.slice/kept-a.slice/memory.reserve
	memhier systemd kept.slice >/run/kept
	memhier systemd kept-a.slice >>/run/kept
	right 'stop of the slice' systemctl stop kept.slice
	right 'revert' systemctl revert kept.slice
	install </run/kept
	right 'daemon-reload' systemctl daemon-reload
	right 'start again' systemctl start kept-a.slice
	right 'start again: the reserves' wait_for 30 kept
	equal 'start again: the limit' $((40 * mib)) "$(cat $cg/kept.slice/memory.max)"
	equal 'start again: MemoryMin' $((32 * mib)) "$(cat $cg/kept.slice/memory.min)"
	right 'stop at last' systemctl stop kept.slice
}

runs() {
	[ "$(systemctl show -P SubState "$1")" = running ]
}

has_grown() {
	[ "$(cat $cg/batch/a/memory.reserve)" -gt $((16 * mib)) ]
}

# A group that reads more than it has, beside one that wants nothing.
balance() {
	write 16M $cg/batch/a/memory.max
	hole /var/tmp/batch 24
	# shellcheck disable=SC2016 # for the shell in there
	within batch/a sh -c 'while [ -e "$0" ]; do cat "$0"; done' /var/tmp/batch \
		>/dev/null 2>&1 &
	reader=$!
	right 'balance' systemctl start memhier-balance@batch.service
	right 'balance: the group that is short' wait_for 240 has_grown
	rm /var/tmp/batch
	wait $reader || :
	right 'balance: stop' systemctl stop memhier-balance@batch.service
	equal 'balance: result' success \
		"$(systemctl show -P Result memhier-balance@batch.service)"
	right 'balance: what it says' sh -c \
		'journalctl -b -q --no-pager -u memhier-balance@batch.service | grep -q "moved "'
}

# It waits for its group, whose name systemd escapes.
balance_later() {
	unit=memhier-balance@$(systemd-escape --path /later/a-b).service
	right 'balance of what is not there' systemctl start "$unit"
	right 'balance of what is not there: waits' wait_for 30 waits "$unit"
	mkdir $cg/later
	write +memory $cg/later/cgroup.subtree_control
	mkdir $cg/later/a-b
	write +memory $cg/later/a-b/cgroup.subtree_control
	mkdir $cg/later/a-b/c
	right 'balance of what comes later' wait_for 60 stays "$unit"
	right 'balance of what comes later: stop' systemctl stop "$unit"
	rmdir $cg/later/a-b/c $cg/later/a-b $cg/later
}

waits() {
	[ "$(systemctl show -P SubState "$1")" = auto-restart ]
}

stays() {
	runs "$1" && sleep 7 && runs "$1"
}

at_boot
whole_tree
slices
balance
balance_later
right 'check at the end' memhier check
equal 'units that failed' '' \
	"$(systemctl --failed --plain --no-legend | cut -d ' ' -f 1)"
total
