#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# How much of a processor does it take to read 10,000 groups? memhier tree, and
# what one would do instead: find with cat. The groups are folders of a tmpfs,
# with as many files as the memory controller has. Also memhier plan of 10,000
# new groups, and memhier top of 1,000. Where root can make groups of this
# machine's own, the same beside systemd-cgls, which reads nothing else; they are
# empty, and gone at the end. Ends with an error if a target is missed.
#
# usage: bench.sh
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || usage
memhier=$top/out/memhier/memhier
scripts/source/packages.sh time
[ -x "$memhier" ] || die "out/memhier/memhier is missing: make memhier"
work=$(mktemp -d /dev/shm/memhier-bench-XXXXXX)
real=
leave() {
	rm -rf "$work"
	[ -z "$real" ] || find "$real" -depth -type d -exec rmdir '{}' +
}
trap leave EXIT

# group FOLDER
group() {
	mkdir "$1"
	for file in memory.max memory.reserve memory.current memory.reserved \
		    memory.peak memory.stat memory.events memory.pressure \
		    memory.low memory.min memory.high memory.swap.max \
		    memory.swap.current memory.numa_stat memory.oom.group \
		    cgroup.procs cgroup.threads cgroup.events cgroup.stat \
		    cgroup.type cgroup.controllers cgroup.subtree_control; do
		echo 4096 >"$1/$file"
	done
}

# tree FOLDER TENANTS: 100 groups for each tenant, itself one of them
tree() {
	mkdir "$1"
	echo 1099511627776 >"$1/memory.reserve"
	: >"$1/memory.stat"
	group "$1/tenant-1"
	group "$1/tenant-1/service-1"
	for b in $(seq 2 99); do
		cp -r "$1/tenant-1/service-1" "$1/tenant-1/service-$b"
	done
	for a in $(seq 2 "$2"); do
		cp -r "$1/tenant-1" "$1/tenant-$a"
	done
}

# real_group FOLDER: on v2 groups in it have the files of the memory controller
real_group() {
	mkdir "$1" 2>/dev/null || return 1
	[ ! -f "$1/cgroup.subtree_control" ] ||
		echo +memory >"$1/cgroup.subtree_control" 2>/dev/null
}

# Sets real if it can. 10,000 groups, as above.
real_groups() {
	command -v systemd-cgls >/dev/null || return 0
	for mount in /sys/fs/cgroup/memory /sys/fs/cgroup; do
		real_group "$mount/memhier-bench" || continue
		real=$mount/memhier-bench
		break
	done
	[ -n "$real" ] || return 0
	for a in $(seq 100); do
		real_group "$real/tenant-$a"
		for b in $(seq 99); do
			mkdir "$real/tenant-$a/service-$b"
		done
	done
}

# seconds COMMAND...: of processor time, the least of five
seconds() {
	for run in 1 2 3 4 5; do
		: "$run"
		# shellcheck disable=SC2016 # for perl
		perl -e '
			my $status = system(@ARGV);
			my (undef, undef, $user, $sys) = times;
			open my $out, ">&=3";
			printf $out "%.3f\n", $user + $sys;
			exit($status != 0)' "$@" >/dev/null
	done 3>"$work/times"
	sort -n "$work/times" | head -n 1
}

stage "making 10,000 groups"
tree "$work/big" 100
tree "$work/small" 10
ours=$(seconds "$memhier" tree --root "$work/big")
json=$(seconds "$memhier" tree --json --root "$work/big")
find=$(seconds find "$work/big" '(' -name memory.max -o -name memory.reserve \
	-o -name memory.current ')' -exec cat '{}' +)
memory=$(/usr/bin/time -f %M "$memhier" tree --root "$work/big" 2>&1 >/dev/null)
for group in $(seq 10000); do
	printf '[group-%s]\nlimit = 1M\nreserve = 1M\n' "$group"
done >"$work/conf"
plan=$(seconds "$memhier" plan --root "$work/big" "$work/conf")
once=$(seconds "$memhier" top --root "$work/small" --batch -n 1)

awk -v ours="$ours" -v json="$json" -v find="$find" -v memory="$memory" \
    -v once="$once" -v plan="$plan" 'BEGIN {
	print "| what | processor time | beside find |"
	print "|---|--:|--:|"
	printf "| find -exec cat {} +, three files of 10,000 groups | %.3f s | 1.00 |\n", find
	printf "| memhier tree of 10,000 groups | %.3f s | %.2f |\n", ours, ours / find
	printf "| memhier tree --json of 10,000 groups | %.3f s | %.2f |\n", json, json / find
	printf "| memhier plan of 10,000 new groups | %.3f s | %.2f |\n", plan, plan / find
	print ""
	printf "memhier tree takes %.1f MB. memhier top of 1,000 groups takes %.2f %% of a\n", memory / 1024, 100 * once / 3
	print "processor at its usual interval of 3 s."
	exit ours >= 0.3 || memory >= 50 * 1024 || once / 3 >= 0.02 || plan >= 1
}'
real_groups
if [ -z "$real" ]; then
	echo
	echo "Skipped: systemd-cgls, which needs to be here, and groups that root can make."
	exit 0
fi
ours=$(seconds "$memhier" tree --root "$real")
cgls=$(seconds systemd-cgls --all "$real")
find=$(seconds find "$real" '(' -name memory.max -o -name memory.current \
	-o -name memory.limit_in_bytes -o -name memory.usage_in_bytes ')' \
	-exec cat '{}' +)
awk -v ours="$ours" -v cgls="$cgls" -v find="$find" 'BEGIN {
	print ""
	print "10,000 groups of this machine:"
	print ""
	print "| what | processor time | beside systemd-cgls |"
	print "|---|--:|--:|"
	printf "| systemd-cgls --all, names only | %.3f s | 1.00 |\n", cgls
	printf "| find -exec cat {} +, two files | %.3f s | %.2f |\n", find, find / cgls
	printf "| memhier tree | %.3f s | %.2f |\n", ours, ours / cgls
	exit ours >= 0.3
}'
