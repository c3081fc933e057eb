#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# memhier top on a terminal, which tmux is: what it shows, what keys do, a
# terminal that changes its size, groups that go.
#
# usage: top.sh MEMHIER
set -eu

[ $# -eq 1 ] || { echo "usage: ${0##*/} MEMHIER" >&2; exit 2; }
memhier=$(realpath "$1")
work=$(mktemp -d)
terminal() {
	tmux -S "$work/socket-$turn" -f /dev/null "$@"
}
trap 'terminal kill-server 2>/dev/null || :; rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C.UTF-8
passed=0 failed=0 turn=0

# group PATH USAGE RESERVE
group() {
	mkdir -p "v2/$1"
	echo max >"v2/$1/memory.max"
	echo "$3" >"v2/$1/memory.reserve"
	echo "$2" >"v2/$1/memory.current"
}

# start ARGUMENT...: what comes behind it is there to see when it has ended
start() {
	terminal kill-server 2>/dev/null || :
	turn=$((turn + 1))
	terminal new-session -d -x 80 -y 12 \
		"'$memhier' top --root v2 $*; echo ended with \$?; sleep 1000"
}

# shows WHAT PATTERN: for up to 20 s; the lines of the screen are as one
shows() {
	for try in $(seq 100); do
		: "$try"
		terminal capture-pane -p >screen
		if tr '\n' '|' <screen | grep -q -e "$2"; then
			passed=$((passed + 1))
			return 0
		fi
		sleep 0.2
	done
	echo "not ok: $1: \"$2\" is not on the screen:"
	cat screen
	failed=$((failed + 1))
}

press() {
	terminal send-keys "$@"
}

mkdir v2
echo 1073741824 >v2/memory.reserve
: >v2/memory.stat
group a 1048576 8388608
group b 4194304 4194304
for n in 1 2 3 4 5 6 7 8 9; do
	group "c$n" $((n * 4096)) 0
done
start -d 1
shows "the keys" "q quit, sort: .* p pressure, + - time, arrows *|$"
shows "the head" "12 groups, every 1 s, by tree"
shows "as the tree" "  /|.*  a|.*  b|.*  c1|"
press u
shows "by usage" "by usage.*  /|.*  b|.*  a|.*  c9|.*  c8|"
press i
shows "by idle" "by idle.*  /|.*  a|"
press l
shows "by lent" "by lent"
press f
shows "by fails" "by fails"
press p
shows "by pressure" "by pressure"
press t
shows "by tree again" "by tree.*  /|.*  a|.*  b|"
press +
shows "a longer interval" "every 2 s"
press -
shows "a shorter interval" "every 1 s"
press Down
shows "down" "GROUP *|[^|]*  a|"
press End NPage
shows "a page down" "  c9|[^|]*|q quit"
press Home
shows "the first" "GROUP *|[^|]*  /|"
press PPage x
shows "a key that is none" "by tree"
terminal resize-window -x 60 -y 8
shows "a small terminal" "^[^|]*|[^|]*USAGE[^|]*|[^|]*  /|[^|]*  a|[^|]*  b|[^|]*  c1|[^|]*|q quit, sort: t tree[^|]*|$"
terminal resize-window -x 120 -y 20
shows "a large terminal" "  c9|.*q quit"
rm -r v2/b
shows "a group that goes" "11 groups.*  a|[^|]*  c1|"
group b 0 0
shows "a group that comes" "12 groups.*  a|[^|]*  b|"
press q
shows "the end" "ended with 0"

wide='漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢'
group "$wide" 0 0
start -d 1 "$wide"
shows "wide characters, as many as fit" "  漢漢漢漢漢漢漢漢漢漢漢漢|"
rm -r "v2/$wide"

start -d 1 b
shows "of a group" "1 group, every"
rm -r v2/b
shows "its group goes" "there is no group b in v2.*ended with 2"

start -d 1
shows "before a signal" "11 groups"
press C-c
shows "Ctrl-C" "ended with 0"

# Somebody has SIGHUP ignored, and then the terminal goes.
terminal kill-server
turn=$((turn + 1))
terminal new-session -d -x 80 -y 12 \
	"trap '' HUP; echo \$\$ >pid; exec '$memhier' top --root v2 -d 1000"
shows "before its terminal goes" "11 groups"
terminal kill-server
for try in $(seq 50); do
	kill -0 "$(cat pid)" 2>/dev/null || break
	sleep 0.2
done
if kill -0 "$(cat pid)" 2>/dev/null; then
	echo "not ok: it goes on without its terminal"
	kill -9 "$(cat pid)"
	failed=$((failed + 1))
else
	passed=$((passed + 1))
fi

echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
