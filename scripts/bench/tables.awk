# SPDX-License-Identifier: GPL-2.0-only
#
# Markdown tables of what was measured.
#
# usage: awk -v linux=RELEASE -f tables.awk out/bench/BASE.tsv
BEGIN { FS = "\t" }

{
	if (!($1 in kernel)) {
		kernel[$1] = ++kernels
		name[kernels] = $1
	}
	sub(/\.00$/, "", $6)
	key = $2 SUBSEP $3
	if (!(key in known)) {
		known[key] = 1
		order[++operations] = key
	}
	value[$1, $2, $3, $4, $5] = $6
	spread = $8 - $7
	if ($2 == "work" && spread > most[$1, $3])
		most[$1, $3] = spread
	if ($2 == "work")
		count = $9
}
$2 == "contention" {
	race[$1, ++races[$1]] = $6 + 0
	if (races[$1] == 1 || $6 + 0 < slowest[$1])
		slowest[$1] = $6 + 0
	if ($6 + 0 > fastest[$1])
		fastest[$1] = $6 + 0
}

function cell(kernel, table, op, depth, siblings) {
	key = kernel SUBSEP table SUBSEP op SUBSEP depth SUBSEP siblings
	return (key in value) ? value[key] : "-"
}

function middle(kernel,    i, j, swap, values, n) {
	n = races[kernel]
	for (i = 1; i <= n; i++)
		values[i] = race[kernel, i]
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && values[j - 1] > values[j]; j--) {
			swap = values[j]
			values[j] = values[j - 1]
			values[j - 1] = swap
		}
	return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}

# A row for each operation of a table and each kernel that has it: its cost at
# the points named, each of them DEPTH/SIBLINGS.
function rows(table, points, spread,    o, k, n, i, at, parts, row, point) {
	n = split(points, point, " ")
	for (o = 1; o <= operations; o++) {
		split(order[o], parts, SUBSEP)
		if (parts[1] != table)
			continue
		for (k = 1; k <= kernels; k++) {
			row = ""
			for (i = 1; i <= n; i++) {
				split(point[i], at, "/")
				row = row " " cell(name[k], table, parts[2], at[1], at[2]) " |"
			}
			if (row !~ /[0-9]/)
				continue
			if (spread)
				row = row " " most[name[k], parts[2]] + 0 " |"
			print "| " parts[2] " | " name[k] " |" row
		}
	}
	print ""
}

function work() {
	print "### What an operation costs, Linux " linux
	print ""
	print "Instructions, the median of " count "; spread is the largest difference"
	print "between two of them, at any depth."
	print ""
	print "| operation | kernel | depth 1 | 2 | 4 | 8 | 16 | 32 | spread |"
	print "|---|---|--:|--:|--:|--:|--:|--:|--:|"
	rows("work", "1/0 2/0 4/0 8/0 16/0 32/0", 1)
}

function scale(    k, n) {
	print "### Many groups, Linux " linux
	print ""
	print "Instructions for a limit write in a group with so many siblings; bytes of"
	print "memory for a group; millions of instructions to build and to remove a tree"
	print "of 1,000 groups with their limits."
	print ""
	print "| kernel | write | 1 sibling | 10 | 100 | 1000 | bytes | build | remove |"
	print "|---|---|--:|--:|--:|--:|--:|--:|--:|"
	for (k = 1; k <= kernels; k++) {
		printf "| %s | grow |", name[k]
		for (n = 1; n <= 1000; n *= 10)
			printf " %s |", cell(name[k], "scale", "grow", 2, n)
		printf " %s | %.1f | %.1f |\n",
			cell(name[k], "scale", "bytes for a group", 2, 1000),
			cell(name[k], "scale", "build a tree", 3, 1000) / 1e6,
			cell(name[k], "scale", "remove a tree", 3, 1000) / 1e6
		printf "| %s | shrink |", name[k]
		for (n = 1; n <= 1000; n *= 10)
			printf " %s |", cell(name[k], "scale", "shrink", 2, n)
		print " | | |"
	}
	print ""
}

function reserves(    k, n) {
	if (cell("within-v2", "scale", "rewrite", 2, 1) == "-")
		return
	print "### Reserves on v2, Linux " linux
	print ""
	print "Instructions to read a page in a group that reads more than its parent has,"
	print "beside so many siblings that use half of what they have; and what it takes to"
	print "rewrite a reserve (or a limit) a thousand times, with waits, for each write."
	print ""
	print "| kernel | 1 sibling | 10 | 100 | 1000 | rewrite |"
	print "|---|--:|--:|--:|--:|--:|"
	for (k = 1; k <= kernels; k++) {
		if (cell(name[k], "scale", "thrash", 2, 1) == "-")
			continue
		printf "| %s |", name[k]
		for (n = 1; n <= 1000; n *= 10)
			printf " %s |", cell(name[k], "scale", "thrash", 2, n)
		printf " %s |\n", cell(name[k], "scale", "rewrite", 2, 1)
	}
	print ""
}

function dead() {
	if (cell("hardwall", "dead", "read at the lender's limit", 2, 0) == "-")
		return
	print "### Removed groups, Linux " linux
	print ""
	print "Instructions to read a usage, or a page at the limit of a group that has"
	print "5,000 children, beside so many children that were removed with a page charged."
	print ""
	print "| operation | kernel | none | 1 | 1000 |"
	print "|---|---|--:|--:|--:|"
	rows("dead", "2/0 2/1 2/1000", 0)
}

function isolation(    k, s, scenarios, what, op, refused) {
	what["child"] = "a child keeps reading far more than its limit"
	what["overcommitted"] = "the same, its limit raised to the parent's"
	what["parent"] = "the parent keeps reading far more than its limit"
	print "### Neighbours of a group that thrashes, Linux " linux
	print ""
	print "A parent (32 MiB) has two children (8 MiB each). A sibling and the parent"
	print "have 1024 pages of page cache each, in use; what they lose of it, and what it"
	print "costs to read it again, in % of what it cost before."
	print ""
	print "| what happens | kernel | sibling loses | parent loses | sibling reads at | parent reads at |"
	print "|---|---|--:|--:|--:|--:|"
	split("child overcommitted parent", scenarios, " ")
	for (s = 1; s <= 3; s++)
		for (k = 1; k <= kernels; k++) {
			op = scenarios[s] ": "
			if (cell(name[k], "isolation", op "sibling loses pages", 2, 1) == "-")
				continue
			refused = cell(name[k], "isolation", op "refused", 2, 1) == 1
			printf "| %s%s | %s | %s | %s | %s %% | %s %% |\n",
				what[scenarios[s]], refused ? ": refused" : "", name[k],
				cell(name[k], "isolation", op "sibling loses pages", 2, 1),
				cell(name[k], "isolation", op "parent loses pages", 2, 1),
				cell(name[k], "isolation", op "sibling reads at %", 2, 1),
				cell(name[k], "isolation", op "parent reads at %", 2, 1)
		}
	print ""
}

function contention(    k, first) {
	if (!races["hardwall"])
		return
	first = middle("hardwall")
	print "### Two CPUs that fault in sibling groups at depth 8, Linux " linux
	print ""
	print "Emulated CPUs that run in parallel, in time and not in instructions: only"
	print "the ratio says something, and only if the runs of a kernel are closer to each"
	print "other than the kernels are."
	print ""
	print "| kernel | pages a second, median | slowest | fastest | runs | of hardwall's |"
	print "|---|--:|--:|--:|--:|--:|"
	for (k = 1; k <= kernels; k++)
		if (races[name[k]])
			printf "| %s | %d | %d | %d | %d | %.2f |\n",
				name[k], middle(name[k]), slowest[name[k]],
				fastest[name[k]], races[name[k]], middle(name[k]) / first
	print ""
}

END {
	work()
	scale()
	reserves()
	dead()
	isolation()
	contention()
}
