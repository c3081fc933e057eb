# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the scripts here need, in the guest; read with ". ./lib.sh".
# shellcheck source=scripts/common.sh
. ./common.sh

cg=/sys/fs/cgroup
mib=$((1 << 20))

# read_key FILE KEY
read_key() {
	sed -n "s/^$2 //p" "$1"
}

# equal WHAT WANTED IS
equal() {
	if [ "$2" = "$3" ]; then
		pass
	else
		fail "$1" "is '$3', not '$2'"
	fi
}

# right WHAT COMMAND...: it has to succeed
right() {
	what=$1
	shift
	if said=$("$@" 2>&1); then
		pass
	else
		fail "$what" "$(echo "$said" | tail -n 1)"
	fi
}

# refused WHAT TEXT COMMAND...: it has to fail, and say the text
refused() {
	what=$1
	text=$2
	shift 2
	if said=$("$@" 2>&1); then
		fail "$what" "succeeds"
		return
	fi
	case $said in
	*"$text"*) pass ;;
	*) fail "$what" "does not say '$text' but: $(echo "$said" | tail -n 1)" ;;
	esac
}

# write TEXT FILE: the shell's own echo does not tell one error from another
write() {
	/bin/echo "$1" >"$2"
}

# within GROUP COMMAND...: run it in there
within() {
	group=$1
	shift
	sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$cg/$group" "$@"
}

# A file of N MiB without a page in memory; holes fill the page cache like data.
hole() {
	rm -f "$1"
	truncate -s "$2M" "$1"
}

# wait_for SECONDS COMMAND...
wait_for() {
	left=$1
	shift
	while ! "$@"; do
		[ "$left" -gt 0 ] || return 1
		left=$((left - 1))
		sleep 1
	done
}

# Has a group that many MiB of page cache?
cached() {
	[ "$(read_key "$cg/$1/memory.stat" file)" -ge $(($2 * mib)) ]
}

# lost GROUP COMMAND...: print how many bytes of page cache a group loses while
# the command runs
lost() {
	before=$(read_key "$cg/$1/memory.stat" file)
	victim=$1
	shift
	"$@" >&2 || :
	echo $((before - $(read_key "$cg/$victim/memory.stat" file)))
}

# loses_nothing WHAT BYTES, loses WHAT BYTES: the second is to show that the
# first can fail
loses_nothing() {
	if [ "$2" -le 0 ]; then
		pass
	else
		fail "$1" "it lost $2 bytes"
	fi
}

loses() {
	if [ "$2" -gt 0 ]; then
		pass
	else
		fail "$1" "without a reserve it lost nothing: this proves nothing"
	fi
}

# lives WHAT COMMAND..., dies WHAT COMMAND...: the command says whether a victim
# lives; the second is to show that the first can fail
lives() {
	what=$1
	shift
	if "$@"; then
		pass
	else
		fail "$what" 'it was killed'
	fi
}

dies() {
	what=$1
	shift
	if "$@"; then
		fail "$what" 'without a reserve it lives: this proves nothing'
	else
		pass
	fi
}

# What a neighbour runs to thrash; and perl, to hold so many MiB for so many
# seconds.
# shellcheck disable=SC2034,SC2016 # for those who read this
{
	thrash='for round in 1 2 3; do cat "$0" >/dev/null; done'
	hold='$x = q(x) x ($ARGV[0] << 20); sleep $ARGV[1]'
}
