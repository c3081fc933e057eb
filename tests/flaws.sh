#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Put each flaw of the RFC back, alone, and see the host tests fail.  Prints
# which tests catch it.  A flaw that none catches is a failure, and so is one
# that does not apply or build any more.
#
# usage: flaws.sh PROTOCOL KERNEL-TREE BUILD-DIRECTORY
set -eu

if [ $# -ne 3 ]; then
	echo "usage: $0 PROTOCOL KERNEL-TREE BUILD-DIRECTORY" >&2
	exit 2
fi

protocol=$1
tree=$2
out=$3
passed=0
failed=0
skipped=0

# usage: catchers LOG
# The tests of one program that failed, in a line: the first few by name.
catchers() {
	sed -n \
		-e 's/^[a-z/]*\.c:[0-9]*:[EF]:[a-z]*:\([a-z0-9_]*\):.*/\1/p' \
		-e 's/^not ok: \(seed [0-9]*\), operation [0-9]*\(: .*\)/\1\2/p' \
		-e 's/^not ok: \([^"]*\), schedule [0-9]*$/"\1"/p' "$1" |
		sort -u | awk '
		NR > 1 && NR < 5 { printf ", " }
		NR < 5 { printf "%s", $0 }
		END { if (NR > 4) printf " and %d more", NR - 4 }'
}

# usage: build NAME DIRECTORY PROGRAM...
# The programs with the flaw in them.  A flaw is in one of two files.
build() {
	flaw=flaws/$1.patch
	dir=$2
	shift 2

	rm -rf "$dir"
	mkdir -p "$dir/kernel" "$dir/include/linux"
	cp "$protocol" "$dir/kernel/res_counter_hier.c"
	if [ -f "$tree/kernel/res_counter.c" ]; then
		cp "$tree/kernel/res_counter.c" "$dir/kernel/"
		cp "$tree/include/linux/res_counter.h" "$dir/include/linux/"
	fi
	patch -s -p1 -d "$dir" < "$flaw" || return 1
	for program; do
		make -s "$dir/$program" OUT="$dir" TREE="$dir" \
			PROTOCOL="$dir/kernel/res_counter_hier.c" \
			>> "$dir/build.log" 2>&1 || return 1
	done
}

# usage: try NAME PROGRAM...
try() {
	name=$1
	shift
	caught=

	if ! build "$name" "$out/$name" "$@"; then
		echo "not ok: $name does not apply or build: $out/$name"
		return 1
	fi
	echo "flaw $name:"
	for program; do
		log=$out/$name/$program.log
		bounds=
		[ "$program" != interleave ] || bounds='1 1 1'
		# shellcheck disable=SC2086 # three arguments or none
		if ! "$out/$name/$program" $bounds > "$log" 2>&1; then
			caught=yes
			echo "  $program: $(catchers "$log")"
		fi
	done
	if [ -z "$caught" ]; then
		echo "not ok: no host test catches $name"
		return 1
	fi
}

for flaw in flaws/*.patch; do
	set -- unit property interleave
	if grep -q '^+++ b/kernel/res_counter\.c' "$flaw"; then
		set -- write-2.6.26
		if [ ! -f "$tree/kernel/res_counter_hier.c" ]; then
			echo "skip: $flaw: no prepared kernel tree in $tree"
			skipped=$((skipped + 1))
			continue
		fi
	fi
	if try "$(basename "$flaw" .patch)" "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
done
echo "flaws caught: $passed of $((passed + failed + skipped))"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
