#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Does the patched kernel behave as the unpatched one on v2, with memcg_hier=off
# and without? Build the kernel's own selftests of cgroups and of mm, and compare
# their verdicts. Both guests have to be built.
#
# usage: unchanged-v2.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
base=$1
need_base "$base"
out=out/$base-unchanged
# Those that a bare guest can run, and build without libraries.
cgroup='test_core test_kmem test_memcontrol'
mm='map_populate madv_populate mlock2-tests mrelease_test mremap_dontunmap
	mremap_test map_fixed_noreplace compaction_test mkdirty droppable'
kernels='unpatched off on'

# The kernel's own selftests, from the tree that is tested. Not against musl: a
# child that clone3() made would there raise() a signal in its parent.
# Not optimized, or what they allocate to no end is not allocated.
build_program() {
	program=${1#*/}
	source=$tests/$1.c
	shift
	log "$out/$program.build.log" gcc -static -pthread -D_GNU_SOURCE= \
		-I "$tests" -isystem "$build/usr/include" -o "$out/programs/$program" \
		"$source" "$@"
	echo "$program"
}

build() {
	mkdir -p "$out/programs"
	tree=$top/out/$base-unpatched/linux
	build=$top/out/$base-unpatched/build
	log "$out/headers.log" scripts/build/kmake.sh "$base" "$tree" "$build" headers
	tests=$tree/tools/testing/selftests
	helpers=$(find "$tests/cgroup" -name cgroup_util.c)
	for program in $cgroup; do
		build_program "cgroup/$program" -I "$tests/cgroup/lib/include" "$helpers"
	done >"$out/programs/list"
	for program in $mm; do
		build_program "mm/$program" "$tests"/mm/vm_util.c "$tests"/mm/*_settings.c
	done >>"$out/programs/list"
	scripts/build/initramfs.sh "$base-unpatched" "$out/programs"
}

# run ROUND: a file with case and verdict on each kernel
run() {
	for kernel in $kernels; do
		stage "$base: the kernel's selftests on v2, $kernel, round $1"
		console=$out/$kernel.v2.$1.log
		scripts/check/unchanged-boot.sh "$base" "$kernel" "$console" \
			cgroup_no_v1=memory memcg_run=/guest/v2-selftests
		awk -v complaint="$(complaint)" \
			-f scripts/check/verdicts.awk "$console" |
			LC_ALL=C sort -u >"$out/$kernel.v2.$1"
	done
	LC_ALL=C join -a 1 -a 2 -e none -o 0,1.2,2.2 \
		"$out/unpatched.v2.$1" "$out/off.v2.$1" |
		LC_ALL=C join -a 1 -a 2 -e none -o 0,1.2,1.3,2.2 \
		- "$out/on.v2.$1" >"$out/v2.$1"
}

# Cases with a verdict, in any round, that the unpatched kernel never gave
differing() {
	cat "$out"/v2.[1-9] | awk '
		{
			unpatched[$1, $2]
			patched[$1, $3]
			patched[$1, $4]
		}
		END {
			for (verdict in patched) {
				split(verdict, part, SUBSEP)
				if (!(verdict in unpatched))
					print part[1]
			}
		}'
}

# Did a case of a program pass on each kernel, in any round? Alike because nothing
# ran would tell nothing.
passed() {
	cat "$out"/v2.[1-9] | awk -v program="$1:" '
		index($1, program) == 1 {
			for (kernel = 2; kernel <= 4; kernel++)
				if ($kernel == "pass")
					on[kernel]
		}
		END { exit !(2 in on && 3 in on && 4 in on) }'
}

# What differs may be a matter of timing: so if something does, the unpatched
# kernel has 4 rounds to show such a verdict.
compare() {
	rm -f "$out"/v2.[1-9]
	for round in 1 2 3 4; do
		run $round
		differing >"$out/differing"
		[ -s "$out/differing" ] || break
	done
	printf '%-64s %-9s %-9s %s\n' 'case on v2' unpatched off on
	awk '{ printf "%-64s %-9s %-9s %s\n", $1, $2, $3, $4 }' "$out/v2.1"
	while read -r name unpatched off on; do
		if grep -qxF "$name" "$out/differing"; then
			fail "$name" "a verdict that the unpatched kernel never gave, see $out/v2.*"
		elif [ "$unpatched" = "$off" ] && [ "$unpatched" = "$on" ]; then
			pass
		else
			skip "$name" "flaky: differs between two runs of the unpatched kernel"
		fi
	done <"$out/v2.1"
	for program in $cgroup $mm; do
		passed "$program" || fail "$program" "no case passed on each kernel"
	done
}

build
compare
total
