#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Put each flaw of the RFC back, alone, and see the host tests fail.  Prints
# which tests catch it.  A flaw that none catches is a failure, and so is one
# that does not apply or build any more.
set -eu

if [ $# -ne 2 ]; then
	echo "usage: $0 PROTOCOL BUILD-DIRECTORY" >&2
	exit 2
fi

protocol=$1
out=$2
passed=0
failed=0

# The tests of one program that failed, in a line: the first few by name.
catchers() {
	sed -n \
		-e 's/^unit\/[a-z]*\.c:[0-9]*:[EF]:[a-z]*:\([a-z0-9_]*\):.*/\1/p' \
		-e 's/^not ok: \(seed [0-9]*\), operation [0-9]*\(: .*\)/\1\2/p' \
		-e 's/^not ok: \([^"]*\), schedule [0-9]*$/"\1"/p' "$1" |
		sort -u | awk '
		NR > 1 && NR < 5 { printf ", " }
		NR < 5 { printf "%s", $0 }
		END { if (NR > 4) printf " and %d more", NR - 4 }'
}

# usage: try NAME
try() {
	name=$1
	dir=$out/$name
	caught=

	rm -rf "$dir"
	mkdir -p "$dir"
	cp "$protocol" "$dir/res_counter_hier.c"
	if ! patch -s -p2 -d "$dir" < "flaws/$name.patch" ||
	   ! make -s all PROTOCOL="$dir/res_counter_hier.c" OUT="$dir" \
		> "$dir/build.log" 2>&1; then
		echo "not ok: $name does not apply or build: $dir"
		return 1
	fi

	echo "flaw $name:"
	for program in unit property interleave; do
		set -- "$dir/$program"
		if [ "$program" = interleave ]; then
			set -- "$@" 2 2 1
		fi
		if ! "$@" > "$dir/$program.log" 2>&1; then
			caught=yes
			echo "  $program: $(catchers "$dir/$program.log")"
		fi
	done
	if [ -z "$caught" ]; then
		echo "not ok: no host test catches $name"
		return 1
	fi
}

for flaw in flaws/*.patch; do
	if try "$(basename "$flaw" .patch)"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
