#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Is a kernel with the feature configured out the unpatched one? Compare every function
# of every object file, instruction by instruction. The functions that may
# differ are in patches/BASE/off-exceptions, each with the reason; one that is
# there and does not differ is a failure too.
#
# usage: off.sh BASE PLAIN OFF
#	PLAIN	the unpatched base, built
#	OFF	the patched one, built with the same configuration and without
#		CONFIG_MEMCG_HIER and CONFIG_MEMCG_RESERVE
set -eu

if [ $# -ne 3 ]; then
	echo "usage: ${0##*/} BASE PLAIN OFF" >&2
	exit 2
fi
base=$1
plain=$2
off=$3
exceptions=$(dirname "$0")/../../patches/$base/off-exceptions

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Object, function and instruction on a line. Addresses are left out: they move
# with the size of what is before; so does where a jump seems to go whose target
# is not known before the kernel is linked. Of an object that is linked from others we
# have the parts; programs of the build and its own products are no kernel.
disassemble() {
	(cd "$1" && find . -name '*.o' ! -name 'built-in.o' ! -name '.*' \
		! -name 'vmlinux*' ! -path './scripts/*' ! -path './tools/*' \
		! -path './usr/*' ! -path './arch/x86/boot/*' |
		LC_ALL=C sort |
		while read -r object; do
			objdump -dr --no-show-raw-insn --no-addresses "$object" |
				awk -v object="${object#./}" '
				function put() {
					if (line != "")
						print object "\t" name "\t" line
					line = ""
				}
				/^<.*>:$/ {
					put()
					name = substr($0, 2, length($0) - 3)
					next
				}
				/^\t\t\t*R_/ { sub(/[ \t]*<[^>]*>$/, "", line); next }
				/^\t/ { put(); line = $0 }
				END { put() }'
		done)
}

# A difference of the two configurations would show everywhere.
settings() {
	grep '^CONFIG_' "$1/.config"
}
settings "$plain" >"$work/plain.config"
settings "$off" >"$work/off.config"
if ! diff "$work/plain.config" "$work/off.config" >&2; then
	echo "${0##*/}: $plain and $off are not configured alike" >&2
	exit 1
fi

disassemble "$plain" >"$work/plain"
disassemble "$off" >"$work/off"
functions=$(cut -f 1,2 "$work/off" | uniq | wc -l)
if [ "$functions" -eq 0 ]; then
	echo "${0##*/}: $off has no object files" >&2
	exit 1
fi
diff "$work/plain" "$work/off" |
	sed -n 's/^[<>] \([^\t]*\t[^\t]*\)\t.*/\1/p' | LC_ALL=C sort -u \
	>"$work/differ"
awk -F '\t' '!/^#/ && NF { print $1 "\t" $2 }' "$exceptions" |
	LC_ALL=C sort -u >"$work/may"

failed=0
if LC_ALL=C comm -23 "$work/differ" "$work/may" | grep . >"$work/new"; then
	sed 's/^/differs from the unpatched base: /' "$work/new" |
		head -n 20 >&2
	failed=1
fi
if LC_ALL=C comm -13 "$work/differ" "$work/may" | grep . >"$work/stale"; then
	sed 's/^/excepted, but does not differ: /' "$work/stale" >&2
	failed=1
fi
[ "$failed" -eq 0 ] || exit 1
echo "$functions functions, of which $(wc -l <"$work/may") differ as they must"
