#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Containers with a reserve, by an OCI runtime: crun or runc.
#
# usage: oci.sh RUNTIME
set -eu
# shellcheck source=scripts/clients/guest/lib.sh
. ./lib.sh

[ $# -eq 1 ] || usage
runtime=$1
command -v "$runtime" >/dev/null || {
	skip "$runtime" 'it is not there'
	total
	exit
}
above=oci-$runtime
parent=$cg/$above
work=/run/$above
files=/var/tmp/oci
mkdir -p "$work"
# The driver of groups that the runtime has by default; later that of systemd.
driver=

runtime() {
	# shellcheck disable=SC2086 # nothing, or an option
	"$runtime" $driver "$@"
}

# bundle NAME GROUP RESOURCES COMMAND...: this very system for its root. With
# systemd crun would make a group of its own below the scope, which the scope's
# reserve does not cover: the annotation is for that.
bundle() {
	name=$1 group=$2 resources=$3
	shift 3
	folder=$work/$name
	mkdir -p "$folder/upper" "$folder/work" "$folder/rootfs"
	mountpoint -q "$folder/rootfs" || mount -t overlay overlay -o \
		"lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" \
		"$folder/rootfs"
	args=
	for arg; do
		arg=$(printf '%s' "$arg" | sed 's/["\\]/\\&/g')
		args="$args${args:+, }\"$arg\""
	done
	cat >"$folder/config.json" <<-END
	{
		"ociVersion": "1.0.2",
		"root": { "path": "rootfs" },
		"process": {
			"cwd": "/", "user": { "uid": 0, "gid": 0 },
			"env": [ "PATH=/bin:/usr/bin" ],
			"args": [ $args ], "oomScoreAdj": ${oom:-0}
		},
		"mounts": [
			{ "destination": "/proc", "type": "proc", "source": "proc" },
			{ "destination": "/dev", "type": "tmpfs", "source": "tmpfs" }
		],
		"annotations": { "run.oci.systemd.subgroup": "" },
		"linux": {
			"cgroupsPath": "$group",
			"namespaces": [
				{ "type": "pid" }, { "type": "mount" },
				{ "type": "ipc" }, { "type": "uts" }
			],
			"resources": { $resources }
		}
	}
	END
}

# start NAME: in the background
start() {
	runtime run -d --bundle "$work/$1" "$1" </dev/null >"$work/$1.log" 2>&1 || {
		tail -n 1 "$work/$1.log"
		return 1
	}
}

finish() {
	for name; do
		runtime delete -f "$name" >/dev/null 2>&1 || :
		! mountpoint -q "$work/$name/rootfs" || umount "$work/$name/rootfs"
		rm -rf "${work:?}/$name"
	done
}

running() {
	runtime state "$1" 2>/dev/null | grep -q '"running"'
}

stopped() {
	! running "$1"
}

# A container that holds 16M of page cache and some memory of its own, and is what
# the OOM killer likes best.
# victim GROUP RESOURCES
victim() {
	finish victim
	hole $files.victim 16
	oom=1000
	# shellcheck disable=SC2016 # for the inner shell
	bundle victim "$1" "$2" sh -c \
		'cat /var/tmp/oci.victim >/dev/null; exec perl -e "$0" 4 10000' "$hold"
	oom=0
	right 'run' start victim
}

# neighbour COMMAND...: a container beside it, until it ends
neighbour() {
	bundle neighbour "/$above/neighbour" '"memory": {}' "$@"
	start neighbour || :
	wait_for 300 stopped neighbour
	finish neighbour
}

thrashes() {
	hole $files.thrash 160
	lost "$above/victim" neighbour \
		sh -c "set -e; $thrash; echo thrashed" $files.thrash
}

eats() {
	neighbour perl -e "$hold" 160 10
}

cached_victim() {
	wait_for 30 cached "$above/victim" 16 ||
		fail 'a container' 'does not get its 16M cached'
}

# Without a reserve, so that the rest proves something.
victim "/$above/victim" '"memory": { "limit": 50331648 }'
write 96M "$parent/memory.max"
cached_victim
loses 'beside a container that thrashes' "$(thrashes)"
eats
dies 'beside a container that eats' running victim
finish victim

mkdir -p "$parent"
write +memory "$parent/cgroup.subtree_control"
right 'limit above' write 96M "$parent/memory.max"
right 'reserve above' write 64M "$parent/memory.reserve"
victim "/$above/victim" '"memory": { "limit": 50331648 },
	"unified": { "memory.reserve": "33554432" }'
equal 'the limit' $((48 * mib)) "$(cat "$parent/victim/memory.max")"
equal 'the reserve' $((32 * mib)) "$(cat "$parent/victim/memory.reserve")"
cached_victim
loses_nothing 'beside a container that thrashes' "$(thrashes)"
equal 'the neighbour thrashed' thrashed "$(tail -n 1 "$work/neighbour.log")"
kills=$(read_key "$parent/memory.events" oom_kill)
eats
lives 'beside a container that eats' running victim
if [ "$(read_key "$parent/memory.events" oom_kill)" -gt "$kills" ]; then
	pass
else
	fail 'a container that eats' 'was not killed'
fi
loses_nothing 'beside a container that eats' \
	$((16 * mib - $(read_key "$parent/victim/memory.stat" file)))

echo '{ "unified": { "memory.reserve": "41943040" } }' >"$work/update.json"
right 'update of the reserve' runtime update -r "$work/update.json" victim
equal 'update: the reserve' $((40 * mib)) "$(cat "$parent/victim/memory.reserve")"
right 'update of the limit' runtime update --memory 20971520 victim
equal 'update of the limit: the limit' $((20 * mib)) \
	"$(cat "$parent/victim/memory.max")"
equal 'update of the limit: the reserve' $((20 * mib)) \
	"$(cat "$parent/victim/memory.reserve")"

bundle big "/$above/big" '"unified": { "memory.reserve": "67108864" }' sleep 1000
refused 'more than there is' 'o space left on device' start big
finish big
equal 'what was refused: memory.reserved' $((20 * mib)) \
	"$(cat "$parent/memory.reserved")"
# crun leaves the group of a container that it could not start.
[ ! -d "$parent/big" ] || rmdir "$parent/big"
finish victim
equal 'after delete: memory.reserved' 0 "$(cat "$parent/memory.reserved")"
right 'rmdir' rmdir "$parent"

driver=--systemd-cgroup
right 'a slice' systemctl start tenant.slice
if runtime --help 2>&1 | grep -q systemd-cgroup; then
	victim "tenant.slice:$runtime:victim" '"memory": { "limit": 50331648 },
		"unified": { "memory.reserve": "16777216" }'
	scope=$cg/tenant.slice/$runtime-victim.scope
	equal 'with systemd: the limit' $((48 * mib)) "$(cat "$scope/memory.max")"
	equal 'with systemd: the reserve' $((16 * mib)) \
		"$(cat "$scope/memory.reserve")"
	right 'daemon-reload' systemctl daemon-reload
	equal 'with systemd, after daemon-reload: the reserve' $((16 * mib)) \
		"$(cat "$scope/memory.reserve")"
	finish victim
fi
rm -rf "$work" $files.*
total
