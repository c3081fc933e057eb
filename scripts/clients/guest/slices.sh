#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The example of README.md: two slices in one of 64M; one thrashes, the other
# loses nothing. First without a reserve, then with one. Prints the commands and
# what they say.
#
# usage: slices.sh
set -eu
# shellcheck source=scripts/clients/guest/lib.sh
. ./lib.sh

cd $cg
hole /var/tmp/24M 24
hole /var/tmp/256M 256

step() {
	printf '# %s\n' "$1"
	sh -c "$1"
}

b_thrashes() {
	step "grep '^file ' lab.slice/lab-a.slice/memory.stat"
	before=$(read_key lab.slice/lab-a.slice/memory.stat file)
	step 'systemd-run -q --wait --pipe --slice=lab-b cat /var/tmp/256M >/dev/null'
	step "grep '^file ' lab.slice/lab-a.slice/memory.stat"
	lost=$((before - $(read_key lab.slice/lab-a.slice/memory.stat file)))
}

step 'systemctl start lab-a.slice lab-b.slice'
step 'systemctl set-property --runtime lab.slice MemoryMax=64M'
step "systemd-run -q --unit=a --slice=lab-a sh -c 'cat /var/tmp/24M >/dev/null; exec sleep 1000'"
wait_for 60 cached lab.slice/lab-a.slice 24 || :
b_thrashes
echo
loses 'without a reserve' "$lost"
# As it was: the pages are read again, by whom they are charged to.
step 'systemctl stop a.service'
hole /var/tmp/24M 24
step 'echo 64M > lab.slice/memory.reserve'
step 'echo 32M > lab.slice/lab-a.slice/memory.reserve'
step "systemd-run -q --unit=a --slice=lab-a sh -c 'cat /var/tmp/24M >/dev/null; exec sleep 1000'"
wait_for 60 cached lab.slice/lab-a.slice 24 || :
b_thrashes
loses_nothing 'with a reserve' "$lost"
systemctl -q stop a.service lab.slice
rm -f /var/tmp/24M /var/tmp/256M
total
