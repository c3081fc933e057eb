#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The tool as it is called: exit statuses, messages and output, over folders
# that look like a hierarchy.
#
# usage: cli.sh MEMHIER
set -eu

[ $# -eq 1 ] || { echo "usage: ${0##*/} MEMHIER" >&2; exit 2; }
memhier=$(realpath "$1")
tool=$(realpath "$(dirname "$0")/..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C.UTF-8
unset NO_COLOR
passed=0 failed=0 skipped=0

# expect WHAT STATUS TEXT COMMAND...: TEXT has to be in what it prints
expect() {
	what=$1 wanted=$2 text=$3
	shift 3
	status=0
	"$@" >out 2>err </dev/null || status=$?
	if [ $status -ne "$wanted" ]; then
		echo "not ok: $what: exit status $status"
	elif ! cat out err | grep -qF -e "$text"; then
		echo "not ok: $what: \"$text\" is missing"
	else
		passed=$((passed + 1))
		return 0
	fi
	cat out err
	failed=$((failed + 1))
}

# The whole standard output of the last command.
shows() {
	if diff -u "$work/wanted" out; then
		passed=$((passed + 1))
	else
		echo "not ok: $1"
		failed=$((failed + 1))
	fi
}

# completes LINE WANTED PIECE...: what TAB makes of the last piece of LINE, of
# which bash has broken it at "=", ":" and "@"
completes() {
	line=$1
	printf '%b' "$2" >wanted
	shift 2
	PATH=$(dirname "$memhier"):$PATH bash -c '
		. "$0"
		COMP_LINE=$1 COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
		replaced=${!#}
		_memhier memhier "${replaced#=}"
		printf "%s\n" "${COMPREPLY[@]}"' "$tool/memhier.bash" "$line" "$@" >out 2>err
	shows "TAB behind: $line"
}

# parses WHAT CODE: python3 runs CODE, and reads the last output from its input
parses() {
	if ! command -v python3 >/dev/null; then
		echo "skipped: $1: python3 is not here"
		skipped=$((skipped + 1))
	elif python3 -c "$2" <out; then
		passed=$((passed + 1))
	else
		echo "not ok: $1"
		failed=$((failed + 1))
	fi
}

# v2 PATH MAX RESERVE CURRENT RESERVED
v2() {
	mkdir -p "$root/$1"
	echo "$2" >"$root/$1/memory.max"
	echo "$3" >"$root/$1/memory.reserve"
	echo "$4" >"$root/$1/memory.current"
	echo "$5" >"$root/$1/memory.reserved"
}

# v1 PATH LIMIT USAGE SECURITY
v1() {
	mkdir -p "$root/$1"
	echo "$2" >"$root/$1/memory.limit_in_bytes"
	echo "$2" >"$root/$1/memory.borrow"
	echo "$3" >"$root/$1/memory.usage_in_bytes"
	echo "$4" >"$root/$1/memory.security"
	echo "$3" >"$root/$1/memory.max_usage_in_bytes"
	echo 0 >"$root/$1/memory.failcnt"
}

# What this user's memhier locks.
lock=v2
[ "$(id -u)" -ne 0 ] || lock=$memhier.lock

M=1048576
root=$work/v2
v2 . max $((1024 * M)) 0 $((512 * M))
rm "$root/memory.max" "$root/memory.current"
touch "$root/memory.stat"
v2 t $((512 * M)) $((512 * M)) $((300 * M)) $((256 * M))
v2 t/a $((256 * M)) $((256 * M)) $((100 * M)) 0
v2 'b c' max 0 $((10 * M)) 0

expect "tree" 0 "RESERVE" "$memhier" tree --root v2
expect "tree --raw" 0 "t/a" "$memhier" tree --root v2 --raw -b -o group,limit,reserve,usage,own,lent,idle,room
cat >wanted <<EOF2
GROUP LIMIT RESERVE USAGE OWN LENT IDLE ROOM
/ $(sed -n '2s/^[^ ]* \([0-9]*\) .*/\1/p' out) $((1024 * M)) $((522 * M)) 0 $((522 * M)) $((368 * M)) $(sed -n '2s/.* //p' out)
b\\x20c max 0 $((10 * M)) $((10 * M)) 0 0 max
t $((512 * M)) $((512 * M)) $((300 * M)) $((44 * M)) $((256 * M)) $((368 * M)) $((212 * M))
t/a $((256 * M)) $((256 * M)) $((100 * M)) $((100 * M)) 0 $((156 * M)) $((156 * M))
EOF2
shows "tree --raw: the columns"
# The root's row adds up.
sed -n 2p out >row
read -r _ limit _ _ own lent _ room <row
if [ $((limit)) -eq $((own + lent + room)) ]; then
	passed=$((passed + 1))
else
	echo "not ok: the root's row does not add up: $(cat row)"
	failed=$((failed + 1))
fi
expect "tree --depth" 0 "" "$memhier" tree --root v2 --depth 0 --raw -o group
printf 'GROUP\n/\n' >wanted
shows "tree --depth 0"
expect "tree --noheadings" 0 "" "$memhier" tree --root v2 --noheadings --depth 0 --raw -o group
echo / >wanted
shows "tree --noheadings"
expect "tree -n" 0 "" "$memhier" tree --root v2 -n --depth 0 -o group
shows "tree -n"
expect "tree --sort" 0 "" "$memhier" tree --root v2 --raw -o group --sort usage
printf 'GROUP\n/\nt\nt/a\nb\\x20c\n' >wanted
shows "tree --sort"
for group in e b g a/h a d c f; do
	mkdir -p "equal/$group"
	echo 0 >"equal/$group/memory.current"
done
touch equal/memory.stat
printf '%s\n' GROUP / a a/h b c d e f g >wanted
expect "tree --sort group" 0 "" "$memhier" tree --root equal --raw -o group --sort group
shows "tree --sort group"
expect "tree --sort: equal ones" 0 "" "$memhier" tree --root equal --raw -o group --sort usage
shows "tree --sort: equal ones"
expect "tree --json" 0 '"group": "t/a"' "$memhier" tree --root v2 --json
parses "tree --json is JSON" 'import json, sys; json.load(sys.stdin)'
for group in "$(printf 'bad\377')" 'bad\xff' 'bad\x5cxff' 'a\x2db.slice' 'q"q' "$(printf 'n\nl')" 'ä'; do
	mkdir -p "any/$group"
	echo 0 >"any/$group/memory.current"
done
touch any/memory.stat
expect "tree --json: any bytes" 0 '"group": "bad\\xff"' "$memhier" tree --root any --json -o group
names_are_there='
import os, sys
wanted = sorted(os.fsencode(name) for name in os.listdir("any") if name != "memory.stat")
got = sorted(re.sub(rb"\\x(%s)" % escaped, lambda m: bytes.fromhex(m[1].decode()), name) for name in got)
sys.exit(got != wanted and "%r is not %r" % (got, wanted))'
parses "tree --json: the names" 'import json, re, sys
got = [child["group"].encode() for child in json.load(sys.stdin)["groups"][0]["children"]]
escaped = b"[89a-f][0-9a-f]|5c"'"$names_are_there"
expect "tree --raw: any bytes" 0 'bad\xff' "$memhier" tree --root any --raw -o group
parses "tree --raw: the names" 'import re, sys
got = sys.stdin.buffer.read().split(b"\n")[2:-1]
escaped = b"[0-9a-f]{2}"'"$names_are_there"
# The root has neither file; a peak of 0 beside its usage would be wrong.
echo 'max 3' >v2/t/memory.events.local
echo $((400 * M)) >v2/t/memory.peak
expect "tree: what the kernel does not tell" 0 "" "$memhier" tree --root v2 --raw -b -o group,peak,fails --depth 1
printf '%s\n' 'GROUP PEAK FAILS' '/ - -' 'b\x20c - -' "t $((400 * M)) 3" >wanted
shows "tree: what the kernel does not tell"
expect "tree --json: what the kernel does not tell" 0 "" "$memhier" tree --root v2 --json -o peak,fails --depth 0
parses "tree --json: what is not told is null" 'import json, sys
sys.exit(json.load(sys.stdin)["groups"] != [{"peak": None, "fails": None}])'
expect "top: what the kernel does not tell" 0 "       -      -  /" "$memhier" top --root v2 --batch -n 1
rm v2/t/memory.events.local v2/t/memory.peak
expect "tree of a group" 0 "a" "$memhier" tree --root v2 /t/
expect "tree of no group" 2 "there is no group no" "$memhier" tree --root v2 no
expect "tree of .." 2 "is no group of" "$memhier" tree --root v2 ../..
expect "tree of two" 2 "one group at most" "$memhier" tree --root v2 a b
expect "no column" 2 'there is no column "foo"' "$memhier" tree --root v2 -o foo
expect "a column twice" 2 "-o: LIMIT is there twice: name it once" "$memhier" tree --root v2 --json -o limit,group,Limit
expect "no column, of any bytes" 2 'there is no column "\x1b[7m"' "$memhier" tree --root v2 \
	-o "$(printf '\033[7m,name')"
expect "a column without a name" 2 'there is no column ""' "$memhier" tree --root v2 -o ,,
expect "an option that is none" 2 "memhier: unrecognized option '--foo'" "$memhier" tree --foo
mkdir -p v2/v2
echo 0 >v2/v2/memory.current
expect "a group that is called as its root" 0 "" "$memhier" tree --root v2 --raw -n -o group v2
echo v2 >wanted
shows "a group that is called as its root: not the root"
expect "a group by the whole path of its folder" 0 t/a "$memhier" tree --root v2 --raw -o group "$PWD/v2/t/a"
rm -r v2/v2
expect "depth x" 2 "--depth x: not a number from 0 to 1000000000" "$memhier" tree --root v2 --depth x
expect "depth 2000000000" 2 "--depth 2000000000: not a number from 0 to 1000000000" "$memhier" tree --root v2 --depth 2000000000
expect "--color" 0 "$(printf '\033')" "$memhier" tree --root v2 --color=always
expect "--color=foo" 2 "there are auto, always and never" "$memhier" tree --root v2 --color=foo
expect "NO_COLOR" 0 "GROUP" env NO_COLOR=1 "$memhier" tree --root v2
expect "no verb" 2 "usage: memhier VERB" "$memhier"
expect "another verb" 2 "there is no verb foo" "$memhier" foo
expect "--help" 0 "balance" "$memhier" --help
for verb in tree check save plan apply move top balance draw systemd; do
	expect "$verb --help" 0 "usage: memhier $verb" "$memhier" "$verb" --help
	expect "$verb -h" 0 "--color[=WHEN]" "$memhier" "$verb" -h
	expect "$verb --foo" 2 "usage: memhier $verb" "$memhier" "$verb" --foo
done
# What they tell is in memhier(8).
for verb in '' tree check save plan apply move top balance draw systemd; do
	"$memhier" $verb --help
done | grep -oE '^  -[-a-zA-Z]+(, -[-a-z]+)*' | tr -d ' ' | tr , '\n' | sort -u >options
sed 's/\\f.//g; s/\\-/-/g' "$tool/memhier.8" >page
while read -r option; do
	expect "$option is in memhier(8)" 0 "" grep -E -e "(^|[^-a-zA-Z])$option([^-a-zA-Z]|\$)" page
done <options
expect "tree --help" 0 "Columns:" "$memhier" tree --help
sed -i '1,/^Columns:$/d' out
cat >wanted <<EOF2
  GROUP    name of the group
  LIMIT    the most that it may have
  RESERVE  what is set aside for it and all below it
  USAGE    OWN and LENT
  OWN      charged by the group itself
  LENT     held by the groups in it
  IDLE     set aside for it or in it, and used by nobody
  ROOM     LIMIT less USAGE
  PEAK     the largest USAGE so far
  FAILS    charges that met LIMIT, reservations that were refused
  BAR      as long as LIMIT, or as the least LIMIT above:
           own █, used by groups in it ▓, idle ▒, free ·
EOF2
shows "tree --help: the columns"
expect "tree --help: the bar in ASCII" 0 "own #, used by groups in it =, idle -, free ." env LC_ALL=C "$memhier" tree --help
expect "a full output" 2 "No space left on device" sh -c "'$memhier' tree --root v2 >/dev/full"

expect "check" 0 "all is well" "$memhier" check --root v2
expect "check of a group" 2 "t: check has no argument: it looks at all groups" "$memhier" check --root v2 t
echo $((1 * M)) >v2/t/memory.reserved
expect "check: a wrong sum" 1 "t: reserved 1M is not the sum 256M of its groups' reserve" "$memhier" check --root v2
echo $((256 * M)) >v2/t/memory.reserved
echo $((600 * M)) >v2/t/a/memory.reserve
expect "check: not covered" 1 "t: its groups reserve 600M, more than its reserve of 512M" "$memhier" check --root v2
expect "check: above max" 1 "t/a: reserve 600M is above max 256M" "$memhier" check --root v2
echo $((256 * M)) >v2/t/a/memory.reserve
echo $((200 * M)) >v2/t/memory.current
expect "check: below what is held" 1 "t: current 200M is below the 256M that its groups hold" "$memhier" check --root v2
echo $((300 * M)) >v2/t/memory.current

root=$work/v1
v1 . 9223372036854771712 $((300 * M)) $((300 * M))
echo 0 >v1/memory.borrow
v1 a $((300 * M)) $((200 * M)) $((100 * M))
v1 a/b $((100 * M)) 0 0
expect "check v1" 0 "3 groups of v1 hardwall" "$memhier" check --root v1
echo $((90 * M)) >v1/a/b/memory.borrow
expect "check v1: borrow" 1 "a/b: borrow 90M is not limit 100M" "$memhier" check --root v1
expect "check v1: security" 1 "a: security 100M is not the sum 90M" "$memhier" check --root v1
echo $((100 * M)) >v1/a/b/memory.borrow
echo $((400 * M)) >v1/a/memory.usage_in_bytes
expect "check v1: usage" 1 "a: usage 400M is above limit 300M" "$memhier" check --root v1
expect "check v1: peak" 1 "a: max_usage 200M is below usage 400M" "$memhier" check --root v1
echo $((50 * M)) >v1/a/memory.usage_in_bytes
expect "check v1: usage below" 1 "a: usage 50M is below security 100M" "$memhier" check --root v1
echo $((200 * M)) >v1/a/memory.usage_in_bytes
echo 1 >v1/memory.borrow
expect "check v1: the root" 1 "/: borrow 1 is not limit max" "$memhier" check --root v1
echo 0 >v1/memory.borrow
# The root of a container is a group, with a borrow of its own.
expect "check v1: of one group" 0 "2 groups of v1 hardwall, v1/a: all is well" "$memhier" check --root v1/a

# What is mounted: a mount of one group is for want of a better one.
mounted() {
	for mount; do
		echo "1 0 0:1 ${mount%=*} $work/${mount#*=} rw - cgroup2 cgroup2 rw"
	done >"$memhier.mountinfo"
}
mounted /t=v2/t /=v2
expect "the whole hierarchy, mounted behind a group" 0 "4 groups of v2 reserves, $work/v2:" "$memhier" check
mounted /t=v2/t /t/a=v2/t/a
expect "a group, as nothing else is mounted" 0 "2 groups of v2 reserves, $work/v2/t:" "$memhier" check
mounted
expect "nothing is mounted" 2 "no memory hierarchy is mounted" "$memhier" check
rm "$memhier.mountinfo"

mkdir -p stock/a/b stock/a/c
touch stock/memory.stat
for group in a a/b a/c; do
	echo $((64 * M)) >stock/$group/memory.max
	echo 0 >stock/$group/memory.current
done
expect "check: a stock kernel" 1 "a: the limits of its groups come to 128M, 64M more than the 64M there is" "$memhier" check --root stock
expect "check: how many" 1 "1 promising more than there is" "$memhier" check --root stock
expect "check: of one group" 0 "1 group of v2," "$memhier" check --root stock/a/b
echo max >stock/a/memory.max
expect "check: a stock kernel, fine" 0 "all is well" "$memhier" check --root stock
printf '[a]\nlimit = 1G\n' >stock.conf
expect "plan on a stock kernel" 0 "apply does nothing here" "$memhier" plan --root stock stock.conf
expect "apply on a stock kernel" 2 "only looked at" "$memhier" apply --yes --root stock stock.conf
expect "move on a stock kernel" 2 "nothing to move" "$memhier" move --root stock a/b a/c 1M
expect "balance on a stock kernel" 2 "nothing to balance" "$memhier" balance --root stock a
expect "systemd on a stock kernel" 2 "nothing to keep" "$memhier" systemd --root stock a.slice

# Without use_hierarchy groups are beside each other.
mkdir -p flat/a/b
for group in . a a/b; do
	echo $((64 * M)) >flat/$group/memory.limit_in_bytes
	echo 0 >flat/$group/memory.usage_in_bytes
done
echo 9223372036854771712 >flat/memory.limit_in_bytes
expect "check: no hierarchy" 0 "all is well" "$memhier" check --root flat
echo 4611686018427387904 >flat/a/b/memory.limit_in_bytes
expect "check: no hierarchy, too much" 1 "/: the limits of its groups come to" "$memhier" check --root flat

cat >good.conf <<EOF2
[t]
limit = 600M
reserve = 600M
[t/a]
limit = 50 %
hardwall = yes
EOF2
expect "plan" 0 "" "$memhier" plan --root v2 good.conf -o plan
cat >wanted <<EOF2
  t
-    limit    512M
+    limit    600M
-    reserve  512M
+    reserve  600M
  t/a
-    limit    256M
+    limit    300M
-    reserve  256M
+    reserve  300M

The writes, in this order:
   1  grow   t  memory.max  512M -> 600M
   2  grow   t  memory.reserve  512M -> 600M
   3  grow   t/a  memory.max  256M -> 300M
   4  grow   t/a  memory.reserve  256M -> 300M
EOF2
shows "plan: what it prints"
expect "plan of a plan" 2 "plan begins as a saved plan, which is for memhier apply" "$memhier" plan --root v2 plan
expect "apply --prune of a plan" 2 "plan begins as a saved plan, which has in it what it removes: leave --prune out" "$memhier" apply --yes --prune --root v2 plan
# Undoing writes what is in a plan; so that has to be what there is.
sed 's,^set /t 0 [0-9]*,set /t 0 1,' plan >edited
expect "a plan that was edited" 2 "edited:6: not what memhier plan -o wrote" "$memhier" apply --yes --root v2 edited
expect "plan of no file" 2 "nofile: No such file or directory" "$memhier" plan --root v2 nofile
expect "plan of a folder" 2 "v2: Is a directory" "$memhier" plan --root v2 v2
expect "plan without a file" 2 "a file, please" "$memhier" plan --root v2
expect "plan of a typo" 2 'typo.conf:2: there is no key "limt"; "limit"?' sh -c "printf '[t]\nlimt = 1G\n' >typo.conf; '$memhier' plan --root v2 typo.conf"
for i in $(seq 100); do
	printf '[r%s]\nreserve = rest\n' "$i"
done >circle.conf
expect "a circle" 2 "circle.conf:2: [r1]: a circle" "$memhier" plan --root v2 circle.conf
if [ "$(grep -c 'a circle' err)" -le 100 ]; then
	passed=$((passed + 1))
else
	echo "not ok: a circle of 100 is told $(grep -c 'a circle' err) times"
	failed=$((failed + 1))
fi
mkdir good.conf.d
printf '[t/a]\nlimit = 25 %%\n' >good.conf.d/10-a.conf
printf '[t/a]\nlimit = x\n' >good.conf.d/20-b.off
expect "a drop-in" 0 "+    limit    150M" "$memhier" plan --root v2 good.conf
printf '[t/a]\nlimit = x\n' >good.conf.d/20-b.conf
expect "a wrong drop-in" 2 "good.conf.d/20-b.conf:2: limit = x: not a size" "$memhier" plan --root v2 good.conf
rm -r good.conf.d
expect "a full disk" 0 "the plan could not be written" sh -c "(trap '' XFSZ; ulimit -f 0; '$memhier' plan --root v2 good.conf -o new 2>&1 >/dev/null) | cat"
if [ -e new ] || [ -n "$(find . -name 'new.*')" ]; then
	echo "not ok: a full disk left something"
	failed=$((failed + 1))
else
	passed=$((passed + 1))
fi
(printf '# '; head -c 300 /dev/zero | tr '\0' x; printf '\n[t]\nlimit = 600M\n') >long.conf
expect "a long comment" 0 "512M -> 600M" "$memhier" plan --root v2 long.conf
head -c 9000000 /dev/zero | tr '\0' x | sed 's,.*,[&/x],' >huge.conf
expect "a name that is huge" 2 "" "$memhier" plan --root v2 huge.conf
expect "apply of nothing" 2 "standard input is empty" "$memhier" apply --yes --root v2 -
# A pipe can be read once.
expect "plan of a pipe" 0 "grow   t/a  memory.reserve  256M -> 300M" sh -c "cat good.conf | '$memhier' plan --root v2 -"
expect "apply of a pipe" 0 "4 steps done" sh -c "cat good.conf | '$memhier' apply --yes --root v2 /dev/stdin"
expect "apply of a pipe: it has written" 0 "$((300 * M))" cat v2/t/a/memory.reserve
printf '[t/a]\nlimit = 256M\nreserve = 256M\n[t]\nlimit = 512M\nreserve = 512M\n' >back.conf
expect "a plan of a pipe" 0 "1  shrink" "$memhier" plan --root v2 back.conf -o back.plan
expect "apply of a plan of a pipe" 0 "4 steps done" sh -c "cat back.plan | '$memhier' apply --yes --root v2 -"
expect "apply of -: a typo" 2 'standard input:1: limit: before it, a section names a group' sh -c "echo ' limit = 1G' | '$memhier' apply --yes --root v2 -"
expect "apply of what is neither" 2 'standard input:1: neither a [section] nor what memhier plan -o wrote' sh -c "echo max = 1G | '$memhier' apply --yes --root v2 -"
expect "apply of - without --yes" 2 '-: say --yes' "$memhier" apply --root v2 -
# Output that nobody reads is no reason to stop midway.
touch v2/t/new
printf '[t/a]\nlimit = 200M\nreserve = 200M\n[t/new]\nlimit = 1M\n' >refused.conf
# shellcheck disable=SC2016 # for the shell in there
expect "apply into a closed pipe" 0 "3 steps undone" sh -c '{ sleep 1; "$0" apply --yes --root v2 refused.conf 2>told; } | :; cat told' "$memhier"
expect "apply into a closed pipe: it is undone" 0 "$((256 * M))" cat v2/t/a/memory.max
printf '[t/a]\nlimit = 257M\n' >grown.conf
# shellcheck disable=SC2016 # for the shell in there
expect "apply into a closed pipe: that is told" 0 "standard output: Broken pipe" sh -c '{ sleep 1; "$0" apply --yes --root v2 grown.conf 2>told; } | :; cat told' "$memhier"
expect "apply into a closed pipe: it is done" 0 "$((257 * M))" cat v2/t/a/memory.max
expect "apply of what was before" 0 "1 step done" "$memhier" apply --yes --root v2 back.conf
rm v2/t/new
# What is no file is written to, not replaced.
ln -s /dev/full full
expect "a plan on a full device" 2 "full: the plan could not be written: No space left on device" "$memhier" plan --root v2 good.conf -o full
expect "a plan on a device: it stays" 0 "full -> /dev/full" ls -l full
mkfifo pipe
timeout 20 cat pipe >piped &
expect "a plan into a pipe" 0 "" "$memhier" plan --root v2 good.conf -o pipe
expect "a plan into a pipe: it stays" 0 "fifo" stat -c %F pipe
wait
expect "a plan into a pipe: all of it" 0 "end 4" cat piped
rm full pipe
expect "a folder that is not there" 2 "no/plan: the plan could not be written: No such file" "$memhier" plan --root v2 good.conf -o no/plan

# What is saved makes the same again, and nothing else.
root=$work/v2
for group in a/b a/b/c d 'e]' 'f] ;g' "$(printf 'n\nl')" ' h'; do
	v2 "t/$group" max 0 0 0
done
for group in a/b/c d 'e]' ' h'; do
	echo $((1 * M)) >"v2/t/$group/memory.max"
done
expect "save" 0 "" "$memhier" save --root v2 t/a
cat >wanted <<EOF2
[t/a]
limit = 256M
reserve = 256M

[t/a/b]
limit = max
reserve = 0

[t/a/b/c]
limit = 1M
reserve = 0

EOF2
sed -i '/^owner = /d' out
shows "save: what it prints"
expect "save: a name that needs nothing saved" 0 "[t/ h]" "$memhier" save --root v2
cp out saved.conf
expect "apply of what was saved" 0 "Nothing to do" "$memhier" apply --yes --root v2 saved.conf
echo $((2 * M)) >'v2/t/f] ;g/memory.max'
expect "save: a name that no file has" 1 't/f] ;g: a file can not name it; it is left out' "$memhier" save --root v2
cp out saved.conf
expect "apply of what could be saved" 0 "Nothing to do" "$memhier" apply --yes --root v2 saved.conf
expect "save of v1" 0 "" "$memhier" save --root v1
printf '[a]\nlimit = 300M\n\n[a/b]\nlimit = 100M\n\n' >wanted
sed -i '/^owner = /d' out
shows "save of v1"
echo $((2048 * M)) >v1/memory.limit_in_bytes
expect "save of v1: the cap" 0 "[a/b]" "$memhier" save --root v1
printf '[/]\nlimit = 2G\n\n[a]\nlimit = 300M\n\n[a/b]\nlimit = 100M\n\n' >wanted
sed -i '/^owner = /d' out
shows "save of v1: the cap"
printf '[/]\nlimit = %s\n' $((1024 * M + 1)) >cap.conf
expect "a cap is whole pages" 0 "2G -> 1048580K" "$memhier" plan --root v1 cap.conf
echo 9223372036854771712 >v1/memory.limit_in_bytes
if [ "$(id -u)" -eq 0 ]; then
	chown 1000:100 v2/t/a
	expect "save: the owner" 0 "owner = 1000:100" "$memhier" save --root v2 t/a
	cp out saved.conf
	expect "save: the owner is kept" 0 "Nothing to do" "$memhier" apply --yes --root v2 saved.conf
	chown 0:0 v2/t/a
	printf '[t/a]\nowner = 1000:100\n' >owner.conf
	expect "plan of an owner" 0 "own    t/a  1000:100" "$memhier" plan --root v2 owner.conf -o owner.plan
	chown 7:7 v2/t/a
	expect "a plan of another owner" 2 "t/a: its owner was 0:0 and is 7:7" "$memhier" apply --yes --root v2 owner.plan
	chown 0:0 v2/t/a
	# All of what is handed over, or nothing.
	gcc -shared -fPIC -x c -o no-procs.so - <<-'EOF2'
	#define _GNU_SOURCE
	#include <errno.h>
	#include <string.h>
	#include <sys/syscall.h>
	#include <unistd.h>
	int fchownat(int dir, const char *file, uid_t uid, gid_t gid, int flags)
	{
		if (strcmp(file, "cgroup.procs"))
			return syscall(SYS_fchownat, dir, file, uid, gid, flags);
		errno = EPERM;
		return -1;
	}
	EOF2
	touch v2/t/a/cgroup.procs
	expect "an owner that is refused" 1 "nothing was changed" env LD_PRELOAD="$work/no-procs.so" \
		ASAN_OPTIONS=verify_asan_link_order=0 "$memhier" apply --yes --root v2 owner.conf
	expect "an owner that is refused: the folder" 0 "0:0" stat -c %u:%g v2/t/a
	rm v2/t/a/cgroup.procs
fi
rm -r v2/t/a/b v2/t/d v2/t/e* v2/t/f* v2/t/n* 'v2/t/ h'

expect "apply without a terminal" 2 "there is no terminal to ask on: say --yes" "$memhier" apply --root v2 good.conf
expect "apply has written nothing" 0 "$((512 * M))" cat v2/t/memory.max
echo $((511 * M)) >v2/t/memory.max
expect "apply of an old plan" 2 "the tree has changed since: t: its limit was 512M and is 511M" "$memhier" apply --yes --root v2 plan
echo $((512 * M)) >v2/t/memory.max
if [ "$(id -u)" -ne 0 ]; then
	chmod a-w v2/t/a/memory.reserve
	expect "a file it may not write" 1 "you may not write there" "$memhier" apply --yes --root v2 plan
	expect "and it is undone" 0 "$((512 * M))" cat v2/t/memory.max
	chmod u+w v2/t/a/memory.reserve
fi
rm v2/t/a/memory.reserve
mkdir v2/t/a/memory.reserve
expect "a file that can not be read" 2 "Is a directory" "$memhier" apply --yes --root v2 plan
rmdir v2/t/a/memory.reserve
echo $((256 * M)) >v2/t/a/memory.reserve
expect "a plan for another" 2 "plan: it is for $work/v2, but this is $work/v1" "$memhier" apply --yes --root v1 plan
expect "apply" 0 "4 steps done" "$memhier" apply --yes --root "$work/v2/" plan
expect "apply has written" 0 "$((300 * M))" cat v2/t/a/memory.reserve
expect "apply again" 0 "Nothing to do" "$memhier" apply --yes --root v2 good.conf
exec 9<"$lock"
flock 9
expect "apply beside another" 2 "v2: another memhier has been at work for 10 s: wait for it to end" "$memhier" apply --yes --root v2 good.conf
sleep 2 &
exec 9<&-
expect "apply behind another" 0 "Nothing to do" "$memhier" apply --yes --root v2 good.conf
wait
# A file system that has no locks.
echo 'int flock(int fd, int operation) { errno = ENOLCK; return -1; }' |
	gcc -shared -fPIC -include errno.h -x c -o no-locks.so -
without_locks() {
	env LD_PRELOAD="$work/no-locks.so" ASAN_OPTIONS=verify_asan_link_order=0 "$@"
}
expect "apply without locks" 2 "v2: can not be locked: No locks available" without_locks "$memhier" apply --yes --root v2 good.conf

# A question keeps nobody waiting, and what it is about may change meanwhile.
printf '[t/a]\nlimit = 280M\nreserve = 280M\n' >asked.conf
printf '[t/a]\nlimit = 290M\nreserve = 290M\n' >meanwhile.conf
if command -v script >/dev/null; then
	mkfifo answer
	script -qefc "'$memhier' apply --root v2 asked.conf" /dev/null <answer >asked 2>&1 &
	exec 8>answer
	for try in $(seq 100); do
		: "$try"
		! grep -qF '[y/N]' asked || break
		sleep 0.1
	done
	expect "apply beside a question" 0 "2 steps done" "$memhier" apply --yes --root v2 meanwhile.conf
	echo y >&8
	exec 8>&-
	wait
	expect "an answer that is late" 0 "asked.conf: the tree has changed since: t/a: its limit was 300M and is 290M" cat asked
	expect "an answer that is late: nothing is written" 0 "$((290 * M))" cat v2/t/a/memory.max
	expect "apply back" 0 "2 steps done" "$memhier" apply --yes --root v2 good.conf
	echo y | script -qefc "'$memhier' apply --root v2 asked.conf" /dev/null >asked 2>&1
	expect "an answer in time" 0 "2 steps done" cat asked
	expect "apply back again" 0 "2 steps done" "$memhier" apply --yes --root v2 good.conf
	echo n | script -qefc "'$memhier' apply --root v2 asked.conf" /dev/null >asked 2>&1 || :
	expect "an answer that is no" 0 "memhier: nothing was changed" cat asked
	expect "a terminal that is not known" 2 "TERM=nope is no terminal that is known here: say --batch" \
		script -qefc "TERM=nope ASAN_OPTIONS=detect_leaks=0 '$memhier' top --root v2" /dev/null
else
	echo "skipped: script is not here"
	skipped=$((skipped + 1))
fi

# A signal, behind the first of several writes.
gcc -shared -fPIC -x c -o signals.so - <<'EOF2'
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
ssize_t write(int fd, const void *text, size_t length)
{
	static int writes;
	ssize_t n = syscall(SYS_write, fd, text, length);

	if (fd > 2 && !writes++)
		raise(atoi(getenv("SIGNAL")));
	return n;
}
EOF2
# signalled NUMBER COMMAND...
signalled() {
	number=$1
	shift
	env LD_PRELOAD="$work/signals.so" ASAN_OPTIONS=verify_asan_link_order=0 \
		SIGNAL="$number" "$@"
}
cp -r v2/t/a v2/t/b
expect "move, with a signal" 1 "1 step undone" signalled 15 "$memhier" move --root v2 t/a t/b 10M
expect "move, with a signal: it is undone" 0 "$((300 * M))" cat v2/t/a/memory.reserve
rm -r v2/t/b

printf '[t/a]\nlimit = 300M\nreserve = 296M\n' >one.conf
expect "apply of one step" 0 "1 step done" "$memhier" apply --yes --root v2 one.conf
expect "apply of one step back" 0 "1 step done" "$memhier" apply --yes --root v2 good.conf
expect "move --dry-run" 0 "" "$memhier" move --dry-run --root v2 t/a t 10M
cat >wanted <<EOF2
  t/a
-    reserve  300M
+    reserve  290M
-    limit    300M
+    limit    290M

The writes, in this order:
   1  shrink t/a  memory.reserve  300M -> 290M
   2  shrink t/a  memory.max  300M -> 290M
EOF2
shows "move --dry-run: what it prints"
expect "move -n writes nothing" 0 "$((300 * M))" sh -c "'$memhier' move -n --root v2 t/a t 10M >said && cat v2/t/a/memory.reserve"
expect "move -n too much" 1 "t/a has no more than 300M to give" "$memhier" move -n --root v2 t/a t 400M
expect "move" 0 "shrink t/a" "$memhier" move --root v2 t/a t 10M
expect "move too much" 1 "t/a has no more than 290M to give" "$memhier" move --root v2 t/a t 300M
expect "move nothing" 2 "0: not a size" "$memhier" move --root v2 t/a t 0
expect "move half a page" 2 "not a multiple of the page size 4K" "$memhier" move --root v2 t/a t 100
expect "move to itself" 2 "t: FROM and TO are the same group: name two" "$memhier" move --root v2 t /t/ 1M
expect "move to nowhere" 2 "there is no group x" "$memhier" move --root v2 t x 1M
expect "move two words" 2 "two groups and a size" "$memhier" move --root v2 t x

expect "top --batch" 0 "GROUP" "$memhier" top --root v2 --batch -n 1
expect "top without a terminal" 2 "say --batch" "$memhier" top --root v2
expect "top --sort" 2 "--sort foo: there are tree" "$memhier" top --root v2 -b --sort foo
expect "draw" 0 "</svg>" "$memhier" draw --root v2
parses "draw is XML" 'import sys, xml.dom.minidom as d; d.parse(sys.stdin.buffer)'
mkdir -p "odd/$(printf '\357\277\276')" "odd/<$(printf '\357\277\277')&"
for group in odd/*; do
	echo 1048576 >"$group/memory.current"
done
touch odd/memory.stat
expect "draw: letters that are in no XML" 0 '\xef\xbf\xbe' "$memhier" draw --root odd
parses "draw: letters that are in no XML" 'import sys, xml.dom.minidom as d; d.parse(sys.stdin.buffer)'
expect "draw on a full disk" 2 "/dev/full: No space left on device" "$memhier" draw --root v2 -o /dev/full
root=$work/v2
v2 t.slice $((512 * M)) $((256 * M)) 0 $((256 * M))
v2 t.slice/t-a.slice max $((256 * M)) 0 0
expect "systemd" 0 "MemoryMax=infinity" "$memhier" systemd --root v2 t-a.slice
expect "systemd: the reserve" 0 "[t.slice/t-a.slice]" "$memhier" systemd --root v2 t-a.slice
expect "systemd: behind its parent's" 0 "After=memhier-t.slice.service" "$memhier" systemd --root v2 t-a.slice
expect "systemd: with its parent's" 0 "Wants=memhier-t.slice.service" "$memhier" systemd --root v2 t-a.slice
# Containers, with a systemd of their own.
v2 t.slice/docker-1.scope max $((16 * M)) 0 0
v2 t.slice/docker-1.scope/u.slice max $((16 * M)) 0 0
expect "systemd: a container" 0 "t.slice/docker-1.scope is no slice: its reserve of 16M is left out" "$memhier" systemd --root v2 t.slice
expect "systemd: in a container" 0 "t.slice/docker-1.scope/u.slice is no slice" "$memhier" systemd --root v2 t.slice
grep '^\[t' out >sections
printf '[t.slice]\n[t.slice/t-a.slice]\n' >wanted
cp sections out
shows "systemd: no containers"
rm -r v2/t.slice/docker-1.scope
expect "systemd: no slice" 2 "not the name of a slice" "$memhier" systemd --root v2 t
expect "systemd: not there" 2 "there is no group u.slice" "$memhier" systemd --root v2 u.slice
v2 't.slice/t-a\x2db.slice' max 0 0 0
expect "systemd: a name that is escaped" 0 'apply --yes /etc/memhier/t-a\\x2db.slice.conf' "$memhier" systemd --root v2 't-a\x2db.slice'
expect "systemd: a name that no unit has" 2 "not the name of a slice" "$memhier" systemd --root v2 't-a b.slice'
# What it prints, as systemd reads it, and the units: that of balance has to try
# for as long as its group is not there; the tool itself is not installed here.
if command -v systemd-analyze >/dev/null; then
	mkdir -p units/t-a.slice.d
	"$memhier" systemd --root v2 t-a.slice >printed
	sed -n '/50-memhier.conf$/,/^# .etc.memhier/p' printed |
		grep -v '^# /etc' >units/t-a.slice.d/50-memhier.conf
	sed -n '/^# .*memhier-t-a.slice.service$/,$p' printed |
		sed '1d; s,/usr/sbin/memhier,/bin/true,' >units/memhier-t-a.slice.service
	echo '[Slice]' >units/t-a.slice
	sed 's,/usr/sbin/memhier,/bin/true,' "$tool/memhier-balance@.service" >units/memhier-balance@t.service
	sed 's,/usr/sbin/memhier,/bin/true,' "$tool/memhier.service" >units/memhier.service
	SYSTEMD_UNIT_PATH=$work/units: systemd-analyze verify --man=no \
		units/t-a.slice units/memhier-t-a.slice.service \
		units/memhier-balance@t.service units/memhier.service >said 2>&1 || echo failed >>said
	if [ ! -s said ] && grep -q MemoryMin= units/t-a.slice.d/50-memhier.conf &&
	   grep -q ExecStart= units/memhier-t-a.slice.service &&
	   grep -qx StartLimitIntervalSec=0 units/memhier-balance@t.service &&
	   grep -qx 'RestartSec=[0-9]*' units/memhier-balance@t.service; then
		passed=$((passed + 1))
	else
		echo "not ok: systemd-analyze verify:"
		cat said
		failed=$((failed + 1))
	fi
else
	echo "skipped: systemd-analyze is not here"
	skipped=$((skipped + 1))
fi

# Groups that come while it is recorded how the others do; and many.
printf '[t]\nmin = 2G\nmax = 1G\n' >bounds.conf
expect "balance: min above max" 2 "bounds.conf:2: [t]: min is more than max = 1G of bounds.conf:3" \
	"$memhier" balance --root v2 --config bounds.conf t
"$memhier" balance --root v2 --record record --interval 1 --rounds 5 t >said &
sleep 1.5
cp -r v2/t/a v2/t/late
sleep 1
rm -r v2/t/late
sleep 1
cp -r v2/t/a v2/t/late
wait
rm -r v2/t/late
expect "balance: a group that comes late" 0 "group t/late" cat record
expect "balance: a group that comes late, and again" 0 "0 moves in 5 rounds" "$memhier" balance --replay record
awk 'BEGIN {
	for (i = 0; i < 2000; i++)
		print "group g" i " 64M"
	for (i = 0; i < 2000; i++)
		print "0 g" i " 128M"
	print "end 4"
}' >many
expect "balance: many groups" 0 "in 4 rounds" timeout --foreground 60 "$memhier" balance --replay many

# A group that can not be read: who only looks does so without it.
root=$work/part
v2 . max $((1024 * M)) 0 0
rm part/memory.max part/memory.current
v2 a max 0 0 $((1 * M))
v2 a/bad max $((1 * M)) 0 0
v2 b max 0 0 0
echo 1x >part/a/bad/memory.current
expect "tree without a group" 2 "part/a/bad/memory.current: not a number" "$memhier" tree --root part --raw -o group
printf 'GROUP\n/\na\nb\n' >wanted
shows "tree without a group: the others"
expect "check without a group" 2 "of those that could be read: all is well" "$memhier" check --root part
if [ "$(grep -c 'not a number' err)" -eq 1 ]; then
	passed=$((passed + 1))
else
	echo "not ok: a group that can not be read is not told once:"
	cat err
	failed=$((failed + 1))
fi
expect "top without a group" 2 "  b" "$memhier" top --root part --batch -n 2 -d 1
expect "draw without a group" 2 "</svg>" "$memhier" draw --root part
expect "plan without a group" 2 "part/a/bad/memory.current: not a number" "$memhier" plan --root part good.conf
root=$work/v2
# What is installed elsewhere is called there.
installed() {
	env -u MAKEFLAGS make -s -C "$tool" OUT="$work/made" CFLAGS=-w DESTDIR="$work/root" \
		PREFIX="$1" install
}
installed /usr
installed /usr/local
expect "make install PREFIX=/usr/local: the unit" 0 "ExecStart=/usr/local/sbin/memhier balance" \
	cat root/usr/local/lib/systemd/system/memhier-balance@.service
expect "make install PREFIX=/usr/local: the unit of boot" 0 "ExecStart=/usr/local/sbin/memhier apply --yes /etc/memhier.conf" \
	cat root/usr/local/lib/systemd/system/memhier.service
expect "make install PREFIX=/usr/local: systemd" 0 "ExecStart=/usr/local/sbin/memhier apply" \
	root/usr/local/sbin/memhier systemd --root v2 t-a.slice

# What a name can have in it, "$(...)" and ";" too, is completed and not run.
for group in t "t/\$(id>ran)" 'a b' "q''q" 's;id' "$(printf 'n\nl')" "$(printf 'x\377')"; do
	mkdir -p "tab/$group"
	echo 0 >"tab/$group/memory.current"
done
touch tab/memory.stat
completes 'memhier tree --root tab t' 't\nt/\\$\\(id\\>ran\\)\n' memhier tree --root tab t
completes 'memhier move --root tab t/\$' 't/\\$\\(id\\>ran\\)\n' memhier move --root tab 't/\$'
completes 'memhier top --root tab s' 's\\;id\n' memhier top --root tab s
completes 'memhier draw --root tab a' 'a\\ b\n' memhier draw --root tab a
completes 'memhier draw --root tab a\ ' 'a\\ b\n' memhier draw --root tab 'a\ '
completes 'memhier draw --root tab q' "q\\\\'\\\\'q\n" memhier draw --root tab q
completes 'memhier draw --root tab n' "\$'n\\\\nl'\n" memhier draw --root tab n
completes 'memhier draw --root tab x' "\$'x\\\\377'\n" memhier draw --root tab x
completes "memhier draw --root tab 't" '\n' memhier draw --root tab "'t"
completes "memhier draw --root tab \$(id>ran)" '\n' memhier draw --root tab "\$(id>ran)"
completes 'memhier --root=tab tree a' 'a\\ b\n' memhier --root = tab tree a
mkdir -p tab/user@0.service tab/user@1000.service
echo 0 | tee tab/user@0.service/memory.current >tab/user@1000.service/memory.current
completes 'memhier tree --root tab us' 'user@0.service\nuser@1000.service\n' memhier tree --root tab us
completes 'memhier tree --root tab user@1' '@1000.service\n' memhier tree --root tab user @1
completes 'memhier tree --col' '--color=\n' memhier tree --col
completes 'memhier tree --color=' 'auto\nalways\nnever\n' memhier tree --color =
completes 'memhier tree --color=al' 'always\n' memhier tree --color = al
completes 'memhier draw --root tab --color t' 't\nt/\\$\\(id\\>ran\\)\n' memhier draw --root tab --color t
completes 'memhier tree --output=L' 'LIMIT\nLENT\n' memhier tree --output = L
completes 'memhier tree --output L' 'LIMIT\nLENT\n' memhier tree --output L
completes 'memhier tree -o LENT,USAGE,L' 'LENT,USAGE,LIMIT\n' memhier tree -o LENT,USAGE,L
completes 'memhier tree --sort=R' 'RESERVE\nROOM\n' memhier tree --sort = R
completes 'memhier tree --root tab -n a' 'a\\ b\n' memhier tree --root tab -n a
completes 'memhier plan --output pla' 'plan\n' memhier plan --output pla
completes 'memhier move --d' '--dry-run\n' memhier move --d
completes 'memhier s' 'save\nsystemd\n' memhier s
completes 'memhier t' 'tree\ntop\n' memhier t
if [ -e ran ]; then
	echo "not ok: a completion ran a name"
	failed=$((failed + 1))
else
	passed=$((passed + 1))
fi

# Groups that come and go while they are read.
touch going
while [ -e going ]; do
	cp -r v2/t/a spare
	mv spare v2/t/z
	rm -r v2/t/z
done &
for verb in tree tree tree tree tree 'top --batch -n 1' tree tree tree tree; do
	# shellcheck disable=SC2086 # words
	expect "$verb while groups go" 0 "" "$memhier" $verb --root v2
done
rm going
wait

cat >trace <<EOF2
# two groups
group a 512M
group b\\x20c 512M
0 a 10M
0 b\\x20c 800M
end 40
EOF2
expect "balance --replay" 0 "from a to b c" "$memhier" balance --replay trace
expect "balance --replay: the end" 0 "0 of them turns" "$memhier" balance --replay trace
expect "a wrong trace" 2 "trace2:1: neither room, group, a round nor end" sh -c "echo foo >trace2; '$memhier' balance --replay trace2"
expect "balance, dry" 0 "nothing to move in 2 rounds" "$memhier" balance --root v2 --interval 1 --rounds 2 t
expect "balance --record" 0 "" "$memhier" balance --root v2 --interval 1 --rounds 1 --record rec t
expect "balance: the record" 0 "group t/a $((290 * M)) min=0 weight=100" cat rec
expect "balance --record --replay" 2 "either --record or --replay" "$memhier" balance --record rec --replay trace
expect "balance --record: a wrong configuration" 2 "typo.conf:2" "$memhier" balance --root v2 --config typo.conf --record rec t
expect "balance --record: no hierarchy" 2 "no: No such file" "$memhier" balance --root no --record rec t
expect "the record is as it was" 0 "group t/a" cat rec
expect "balance --record: no folder" 2 "no/rec: No such file" "$memhier" balance --root v2 --record no/rec t
expect "balance --record on a full disk" 2 "/dev/full: the record could not be written: No space left on device" "$memhier" balance --root v2 --interval 1 --rounds 2 --record /dev/full t
echo "nothing to move in 2 rounds" >wanted
shows "balance goes on without a record"
if [ "$(wc -l <err)" -eq 1 ]; then
	passed=$((passed + 1))
else
	echo "not ok: a full disk is told more than once:"
	cat err
	failed=$((failed + 1))
fi
expect "balance a record" 0 "0 moves in 1 round, 0 of them turns" "$memhier" balance --replay rec
expect "balance of no group" 2 "there is no group x" "$memhier" balance --root v2 x
expect "balance: SIGTERM" 0 "ended after" sh -c "'$memhier' balance --root v2 --daemon --interval 1 t & sleep 1; kill \$!; wait \$!"
expect "balance --daemon without locks" 2 "v2: can not be locked: No locks available" without_locks timeout 20 "$memhier" balance --root v2 --daemon --interval 1 --rounds 1 t
exec 9<"$lock"
flock 9
# In the foreground: else timeout sends a SIGCONT as well, which can lift the stop
# that the leak checker waits for at the end, for ever.
expect "balance --daemon beside another" 124 "ended after 0 rounds" timeout --foreground 3 "$memhier" balance --root v2 --daemon --interval 1 --rounds 1 t
exec 9<&-
if [ "$(grep -c 'another memhier is at work: rounds are left out' err)" -eq 1 ]; then
	passed=$((passed + 1))
else
	echo "not ok: rounds that are left out are not told once:"
	cat err
	failed=$((failed + 1))
fi
expect "balance --daemon after another" 0 "ended after 1 round" "$memhier" balance --root v2 --daemon --interval 1 --rounds 1 t
expect "balance --rounds before --daemon" 0 "ended after 1 round" timeout 20 "$memhier" balance --root v2 --interval 1 --rounds 1 --daemon t

# A daemon moves what is idle: t/a uses 290M and fails, t/d has 200M idle.
v2 t $((600 * M)) $((600 * M)) $((500 * M)) $((490 * M))
v2 t/a $((290 * M)) $((290 * M)) $((290 * M)) 0
v2 t/d $((200 * M)) $((200 * M)) $((1 * M)) 0
echo 'some avg10=50.00 avg60=0.00 avg300=0.00 total=0' >v2/t/a/memory.pressure
echo 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0' >v2/t/d/memory.pressure
expect "balance --daemon" 0 "moved " "$memhier" balance --root v2 --daemon --interval 1 --rounds 3 --rate 32M t
expect "balance --daemon has written" 0 "$((322 * M))" cat v2/t/a/memory.reserve
v2 t/a $((290 * M)) $((290 * M)) $((290 * M)) 0
v2 t/d $((200 * M)) $((200 * M)) $((1 * M)) 0
expect "balance --daemon: SIGHUP" 0 "ended after" signalled 1 "$memhier" balance --root v2 --daemon --interval 1 --rounds 3 --rate 32M t
expect "balance --daemon has ended its move" 0 "$((322 * M))" cat v2/t/a/memory.reserve

# Where the limit is not the reserve, what fits below it is moved, and no more.
v2 t/a $((326 * M)) $((322 * M)) $((322 * M)) 0
expect "balance: a limit that is near" 0 "moved 4092K to t/a" "$memhier" balance --root v2 --daemon --interval 1 --rounds 5 --rate 32M t
expect "balance: a limit that is near is kept" 0 "$((326 * M))" cat v2/t/a/memory.max
expect "balance: no more than fits" 0 "$((326 * M - 4096))" cat v2/t/a/memory.reserve
v2 t/a $((322 * M)) $((322 * M)) $((322 * M)) 0

# What reclaims at its limit is not short for that, unless nobody tells of stalls.
echo 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0' >v2/t/a/memory.pressure
touch reading
while [ -e reading ]; do
	n=$((${n:-0} + 1))
	echo "max $n" >events
	mv events v2/t/a/memory.events.local
	sleep 0.1
done &
expect "balance: reclaim without a stall" 0 "nothing to move in 4 rounds" "$memhier" balance --root v2 --interval 1 --rounds 4 t
rm v2/t/a/memory.pressure
expect "balance: reclaim without PSI" 0 "would move 32M to t/a" "$memhier" balance --root v2 --interval 1 --rounds 4 --rate 32M t
rm reading
wait

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
