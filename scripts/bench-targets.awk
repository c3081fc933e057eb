# SPDX-License-Identifier: GPL-2.0-only
#
# Were the targets met? Exit status 1 if one was missed.
#
# usage: awk -v base=BASE -f bench-targets.awk out/bench/BASE.tsv
BEGIN { FS = "\t" }

{ value[$1, $2, $3, $4, $5] = $6 }

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

function limit_writes(op,    one, many, top, deep) {
	one = get("hardwall", "scale", op, 2, 1)
	many = get("hardwall", "scale", op, 2, 1000)
	verdict(one == many, sprintf("%s: %s instructions with 1 sibling, %s with 1,000", op, one, many))
	top = get("hardwall", "work", op, 1, 0)
	deep = get("hardwall", "work", op, 32, 0)
	verdict(size(percent(deep, top)) <= 0.5, sprintf("%s: %s instructions at depth 1, %s at depth 32 (counts as the same within 0.5 %%)", op, top, deep))
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
		flat("fault")
		flat("unmap")
		flat("touch that reclaims")
	}
	limit_writes("grow")
	limit_writes("shrink")
	scenarios["child"]
	scenarios["parent"]
	keeps("sibling")
	keeps("parent")
	if (broken)
		exit broken
	exit missed > 0
}
