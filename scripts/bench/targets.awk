# SPDX-License-Identifier: GPL-2.0-only
#
# Were the targets met? Exit status 1 if one was missed.
#
# usage: awk -v base=BASE -f targets.awk out/bench/BASE.tsv
BEGIN { FS = "\t" }

{
	value[$1, $2, $3, $4, $5] = $6
	measured[$1]
}

function get(kernel, table, op, depth, siblings,    key) {
	key = kernel SUBSEP table SUBSEP op SUBSEP depth SUBSEP siblings
	if (!(key in value)) {
		print "bench-targets: " base " has no figure for " kernel ", " op ", depth " depth >"/dev/stderr"
		exit broken = 2
	}
	return value[key]
}

function percent(now, before) {
	return (now - before) * 100 / before
}

function verdict(good, text) {
	printf "- %s: %s\n", good ? "met" : "**missed**", text
	missed += !good
}

function size(x) {
	return x < 0 ? -x : x
}

function slope(op,    per_level) {
	per_level = (get("hardwall", "work", op, 32, 0) - get("hardwall", "work", op, 1, 0)) / 31
	verdict(per_level == 0, sprintf("%s: %.3f instructions a level, wanted 0", op, per_level))
}

function near_unpatched(op,    change) {
	change = percent(get("hardwall", "work", op, 1, 0), get("unpatched", "work", op, 1, 0))
	verdict(size(change) <= 0.5, sprintf("%s at depth 1: %+.2f %% to unpatched, wanted within 0.5 %%", op, change))
}

function flat(op,    change, mainline) {
	change = percent(get("hardwall", "work", op, 32, 0), get("hardwall", "work", op, 1, 0))
	mainline = percent(get("mainline-v1", "work", op, 32, 0), get("mainline-v1", "work", op, 1, 0))
	verdict(size(change) <= 2, sprintf("%s at depth 32: %+.2f %% to depth 1, wanted within 2 %% (mainline v1: %+.1f %%)", op, change, mainline))
}

# of v2, with a reserve that has room for all
function within(op,    top, deep, mainline) {
	top = get("within-v2", "work", op, 1, 0)
	deep = get("within-v2", "work", op, 32, 0)
	mainline = get("mainline-v2", "work", op, 1, 0)
	verdict(size(percent(deep, top)) <= 0.5, sprintf("%s within a reserve at depth 32: %+.2f %% to depth 1, wanted within 0.5 %%", op, percent(deep, top)))
	verdict(top < mainline && deep < mainline, sprintf("%s within a reserve: %.1f instructions at depth 1, %.1f at 32, wanted less than mainline v2 at depth 1, %.1f", op, top, deep, mainline))
}

# the largest change between two kernels at any depth
function most_change(op, now, before,    depth, change, most) {
	most = -100
	for (depth = 1; depth <= 32; depth *= 2) {
		change = percent(get(now, "work", op, depth, 0), get(before, "work", op, depth, 0))
		if (change > most)
			most = change
	}
	return most
}

# what the first patches of the series gain, with or without reserves, does not count
function no_reserve(op,    change) {
	change = most_change(op, "none-v2", "first-v2")
	verdict(change <= 0.1, sprintf("%s with no reserve: at most %+.2f %% to the first patches alone, wanted 0.1 %%", op, change))
}

function above(op,    change) {
	change = most_change(op, "above-v2", "mainline-v2")
	verdict(change <= 3, sprintf("%s above a reserve: at most %+.2f %% to mainline v2, wanted 3 %%", op, change))
}

# Without a reserve nothing would be refused, and all of this not be about them.
function refused() {
	get("within-v2", "work", "grow, refused", 2, 0)
}

# The parent of a group at depth 1 is the root, which has no reserve to look up.
function flat_writes(kernel, op, what,    second, deep) {
	second = get(kernel, "work", op, 2, 0)
	deep = get(kernel, "work", op, 32, 0)
	verdict(size(percent(deep, second)) <= 0.5, sprintf("%s of a %s: %s instructions at depth 1, %s at 2, %s at 32, wanted the same from 2 on, within 0.5 %%", op, what, get(kernel, "work", op, 1, 0), second, deep))
}

function thrash(    one, many, mainline_one, mainline_many) {
	one = get("within-v2", "scale", "thrash", 2, 1)
	many = get("within-v2", "scale", "thrash", 2, 1000)
	mainline_one = get("mainline-v2", "scale", "thrash", 2, 1)
	mainline_many = get("mainline-v2", "scale", "thrash", 2, 1000)
	verdict(many / one <= mainline_many / mainline_one, sprintf("a page read beside siblings within their reserves: %.1f instructions with 1, %.1f with 1,000, wanted no more growth than mainline v2 has, %.1f and %.1f", one, many, mainline_one, mainline_many))
}

function limit_writes(op,    one, many) {
	one = get("hardwall", "scale", op, 2, 1)
	many = get("hardwall", "scale", op, 2, 1000)
	verdict(size(percent(many, one)) <= 0.5, sprintf("%s: %s instructions with 1 sibling, %s with 1,000, wanted the same, within 0.5 %%", op, one, many))
	flat_writes("hardwall", op, "limit")
}

# @before: what it took before limits were reserves of page counters. That it takes
# more is known, and no reason for the run to fail.
function no_dearer(op, before,    now) {
	now = get("hardwall", "work", op, 2, 0)
	printf "- %s: %s of a limit: %d instructions at depth 2, wanted no more than the %d before limits were reserves: each write books two counters now, memory and memory+swap\n", now <= before ? "met" : "**missed**, which is known", op, now, before
}

# with 5,000 siblings alive; of removed groups that are still charged
function with_dead(op,    dead, now, mainline) {
	mainline = get("mainline-v1", "dead", op, 2, 0)
	for (dead = 0; dead <= 1000; dead = dead ? dead * 1000 : 1) {
		now = get("hardwall", "dead", op, 2, dead)
		verdict(percent(now, mainline) <= 10, sprintf("%s with %d removed groups that are still charged: %.1f instructions, wanted at most 10 %% more than mainline v1 with none, %.1f", op, dead, now, mainline))
	}
}

# v2 lets anybody raise his limit: what the sibling has reserved stays its own.
function keeps_reserved(    lost) {
	lost = get("within-v2", "isolation", "overcommitted: sibling loses pages", 2, 1)
	verdict(lost == 0, sprintf("a child with its limit raised to the parent's thrashes: a sibling within its reserve loses %s pages, wanted 0 (mainline v2: %s)", lost, get("mainline-v2", "isolation", "overcommitted: sibling loses pages", 2, 1)))
}

function keeps(what,    scenario, lost) {
	for (scenario in scenarios) {
		lost = get("hardwall", "isolation", scenario ": " what " loses pages", 2, 1)
		if (what == "sibling" || scenario != "parent")
			verdict(lost == 0, sprintf("%s thrashes: the %s loses %s pages, wanted 0", scenario, what, lost))
	}
}

END {
	if (base == "2.6.26") {
		slope("fault, one page")
		slope("unmap, one page")
		slope("cache read, one page")
		slope("cache truncate, one page")
		near_unpatched("fault, one page")
		near_unpatched("unmap, one page")
		near_unpatched("cache read, one page")
		near_unpatched("cache truncate, one page")
	} else {
		if ("hardwall" in measured) {
			flat("fault")
			flat("unmap")
			flat("touch that reclaims")
		}
		split("fault;unmap;cache read;cache truncate", ops, ";")
		for (o = 1; o <= 4; o++) {
			within(ops[o])
			no_reserve(ops[o])
			above(ops[o])
		}
		refused()
		flat_writes("within-v2", "grow", "reserve")
		flat_writes("within-v2", "shrink", "reserve")
		thrash()
		keeps_reserved()
	}
	if ("hardwall" in measured) {
		limit_writes("grow")
		limit_writes("shrink")
		if (base == "6.12") {
			no_dearer("grow", 2659)
			no_dearer("shrink", 2627)
		}
		scenarios["child"]
		scenarios["parent"]
		if (base != "2.6.26") {
			with_dead("read of the lender's usage")
			with_dead("read of the root's usage")
			with_dead("read at the lender's limit")
		}
		keeps("sibling")
		keeps("parent")
	}
	if (broken)
		exit broken
	exit missed > 0
}
