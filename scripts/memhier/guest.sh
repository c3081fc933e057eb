#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run memhier in a guest of a base, whose kernel is built: on v1, on v1 with
# memcg_hier=off, and on v2 if the base has one. Logs are in out/<base>-memhier.
#
# usage: guest.sh BASE [MODE]
#	MODE	v1, off or v2; each if none is named
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || [ $# -eq 2 ] || usage
base=$1
need_base "$base"
scripts/memhier/musl.sh
scripts/build/busybox.sh
name=$base-memhier
out=out/$name
mkdir -p "$out/build" "$out/extra"
cp "out/$base/bzImage" "$out/bzImage"
cp "out/memhier-musl/memhier" "$out/extra/memhier"
mkdir -p "$out/build/usr"
cp "out/$base/build/usr/gen_init_cpio" "$out/build/usr/"
scripts/build/initramfs.sh "$name" "$top/$out/extra"

: >"$out/total"
for mode in ${2:-v1 off v2}; do
	why=$(why_not "$base" "$mode")
	if [ -n "$why" ]; then
		skip_part "$out/total" "$base memhier on $mode" "$why"
		continue
	fi
	case $mode in
	v2) how=cgroup_no_v1=memory ;;
	off) how=memcg_hier=off ;;
	*) how= ;;
	esac
	stage "$base: memhier on $mode, log in $out/$mode.log"
	TIMEOUT=${TIMEOUT:-600} scripts/boot/boot.sh "$name" quiet loglevel=1 \
		memcg_run=/guest/memhier ${how:+"$how"} </dev/null 2>&1 |
		sed -u 's/\r//g' >"$out/$mode.log"
	sed -n '/^FAIL /,/^[^ ]* *$/p' "$out/$mode.log"
	grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$out/$mode.log" \
		>>"$out/total" || {
		echo "FAIL memhier on $mode: the guest did not end as it should:"
		tail -n 5 "$out/$mode.log"
		echo "0 passed, 1 failed, 0 skipped" >>"$out/total"
	}
done
scripts/check/sum.sh "$out/total"
