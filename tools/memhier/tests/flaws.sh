#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Put one flaw at a time into the tool: each has to be caught by a test.
#
# usage: flaws.sh FOLDER
set -eu

[ $# -eq 1 ] || { echo "usage: ${0##*/} FOLDER" >&2; exit 2; }
out=$1
mkdir -p "$out"
out=$(cd "$out" && pwd)
parts='text tree mounts dir owner conf target plan planfile apply refuse move
	balance trace svg'
libs=$(pkg-config --libs inih check)
passed=0 failed=0

# compile SOURCE OBJECT
compile() {
	gcc -std=gnu11 -O1 -w -D_GNU_SOURCE -DLOCK_FILE="\"$out/lock\"" \
		-I.. -I. -c "$1" -o "$2"
}

for part in $parts; do
	compile "../$part.c" "$out/$part.o"
done
for test in model property unit unit-text unit-conf unit-target unit-plan \
	    unit-refuse unit-balance unit-dir; do
	compile "$test.c" "$out/$test.o"
done

# objects PART: all parts, PART with the flaw
objects() {
	for part in $parts; do
		if [ "$part" = "$1" ]; then
			echo "$out/flaw.o"
		else
			echo "$out/$part.o"
		fi
	done
}

# flaw PART TEST SED
flaw() {
	part=$1 test=$2
	sed "$3" "../$part.c" >"$out/flaw.c"
	if cmp -s "../$part.c" "$out/flaw.c"; then
		echo "not ok: $part: nothing matches: $3"
		failed=$((failed + 1))
		return
	fi
	compile "$out/flaw.c" "$out/flaw.o"
	case $test in
	property)
		# shellcheck disable=SC2046,SC2086 # lists
		gcc -o "$out/flawed" "$out/property.o" "$out/model.o" \
			$(objects "$part") $libs
		command="$out/flawed --trees 2000"
		;;
	*)
		# shellcheck disable=SC2046,SC2086 # lists
		gcc -o "$out/flawed" "$out"/unit*.o "$out/model.o" \
			$(objects "$part") $libs
		command="env CK_RUN_SUITE=$test $out/flawed"
		;;
	esac
	if $command >"$out/flaw.log" 2>&1; then
		echo "not ok: $part: not caught: $3"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
}

flaw plan property 's/for_each_up(at, tree->root)/for_each_down(at, tree->root)/'
flaw plan property 's/	for_each_down(at, tree->root)$/	for_each_up(at, tree->root)/'
flaw plan property 's/group->want\[LIMIT\] < group->value/group->want[LIMIT] > group->value/'
flaw plan property 's/if (plan->kind == RESERVES \&\&$/if (0 \&\&/'
flaw apply property 's/for (i = done; i-- > 0;)/for (i = 0; i < done; i++)/'
flaw apply property 's/return ops->set(hier, op->path, op->attr, op->old\[0\])/return 0/'
flaw apply property 's/ret = ops->set(hier, op->path, LIMIT, op->old\[LIMIT\])/ret = 0/'
flaw apply plan 's/op->type != OP_RMDIR)/op->type == OP_MKDIR)/'
flaw move property 's/group->want\[LIMIT\] = has - size/group->want[LIMIT] = has/'
flaw move property 's/at = to; at != top/at = to; at \&\& at != to/'
flaw target target 's/if (sum <= whole || !place)/if (1)/'
flaw target target 's/if (group->mark\[attr\] == MARK_BUSY)/if (0)/'
flaw target target 's/sum = plus(sum, child->want\[attr\])/sum += child->want[attr]/'
flaw target target 's/return at_least(target, root, amount, value)/return value/'
flaw target target 's/if (sum > 100000)/if (0)/'
flaw target target 's/parent->keep.type/0/'
flaw target target 's/if (value >= least)/if (1)/'
flaw conf conf 's/if (section && section->place.file == reader->name)/if (0)/'
flaw conf conf 's/if (place->file != reader->name)/if (1)/'
flaw conf conf "s/end = strchr(name, ']')/end = strrchr(name, ']')/"
flaw mounts text 's/length == 2 \&\& /0 \&\& /'
flaw mounts text 's/!has_option(options, "memory")/0/'
flaw planfile plan 's|limit != group->value\[LIMIT\]|0|'
flaw planfile plan 's/if (at->declared)/if (1)/'
flaw planfile plan 's/if (is_held(at))/if (0)/'
flaw planfile plan 's/if (at->watch \& WATCH_VALUES)/if (0)/'
flaw planfile plan 's/at->parent->watch |= WATCH_BELOW;/;/'
flaw planfile plan 's/at->watch |= WATCH_BELOW;$/;/'
flaw refuse refuse 's/return idle_of(one) > idle_of(two) ? -1 : 1/return idle_of(one) > idle_of(two) ? 1 : -1/'
flaw refuse refuse 's/most = now + room;/most = now + room + tree->page;/'
flaw refuse refuse 's/\*path == .-. ? .* : ""/""/'
flaw text refuse "s/if (\*name == '.'')/if (0)/"
flaw text refuse 's/if (!same)/if (0)/'
flaw tree refuse 's/sum = plus(sum, child->value\[RESERVE\])/sum = child->value[RESERVE]/'
flaw tree refuse 's/return group->value\[tree->kind == HARDWALL ? LIMIT : RESERVE\]/return tree_cap(tree)/'
flaw dir dir 's/O_RDONLY | O_DIRECTORY | O_NOFOLLOW/O_RDONLY | O_DIRECTORY/'
flaw dir dir 's/O_WRONLY | O_TRUNC | O_NOFOLLOW/O_WRONLY | O_TRUNC/'
flaw dir dir 's/O_WRONLY | O_TRUNC/O_WRONLY | O_CREAT | O_TRUNC/'
[ "$(id -u)" -ne 0 ] || flaw dir dir 's/if (!geteuid()) {/if (0) {/'
flaw dir dir 's/tell_unreadable(walk->hier, parent, name, ret)/;/'
flaw dir dir 's/if (!walk->hier->skips || /if (1 || /'
flaw dir dir 's/if (hier->skipped)$/if (0)/'
flaw dir dir 's/else if (enabled == CREATE_ENABLED)/else if (0)/'
flaw dir dir 's/ || lists_memory(dir, control)//'
flaw apply dir 's/} else if (undo_enable(hier, op)) {/} else if (0) {/'
flaw balance balance 's/child->gave < settings->cooldown/0/'
flaw balance balance 's/child->rounds < BALANCE_WINDOW || child->got < settings->cooldown/child->got < settings->cooldown/'
flaw balance balance 's/u64 peak = balance_peak(child)/u64 peak = child->usage/'
flaw balance balance 's/max(child->min, peak/max(0ULL, peak/'
flaw balance balance 's/min(step, round->budget)/step/'
flaw balance balance 's/if (child->reserve < child->min \&\& !child->fixed)/if (0)/'
flaw balance balance 's/less(child->max, child->reserve)/step/'
flaw balance balance 's/	below = less(.*/	below = step;/'
flaw balance balance 's/round.total += child/round.total = child/'

echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
