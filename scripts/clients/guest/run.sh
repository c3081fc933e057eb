#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run the clients that the kernel's command line names in clients=, with commas
# between them, one after the other, each in a group that no test touches. What
# they print goes to the console, led by "> ".
#
# usage: run.sh
set -eu

names=$(tr ' ' '\n' </proc/cmdline | sed -n 's/^clients=//p' | tr , ' ')
seconds=$(tr ' ' '\n' </proc/cmdline | sed -n 's/^clients_seconds=//p')
export CLIENTS_SECONDS="${seconds:-60}"
for name in $names; do
	case $name in
	crun | runc) set -- ./oci.sh "$name" ;;
	*) set -- "./$name.sh" ;;
	esac
	# Not behind what else is on the line: systemd sets up its console.
	printf '\n=== begin %s\n' "$name"
	{
		timeout 900 sh "$@" 2>&1 </dev/null && status=0 || status=$?
		echo "=== end $name $status"
	} | sed '/^===/! s/^/> /'
done
echo "=== log"
dmesg | grep -E -f complaints | sed 's/^/> /'
echo "=== done"
