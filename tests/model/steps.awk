# SPDX-License-Identifier: GPL-2.0-only
#
# Say which line of the C code each step of a model stands for.
#
# usage: awk -f steps.awk MODEL C-FILE
#
# A statement that the model quotes and the C code does not have any more is
# an error; so is one that the model does not quote and that changes a book,
# takes a lock that others may wait for, or looks at a reference or gives one.

function squeeze(text)
{
	gsub(/[ \t]+/, " ", text)
	sub(/^ /, "", text)
	sub(/ $/, "", text)
	return text
}

function wrong(text)
{
	print "not ok: " text
	failed++
}

FNR == 1 {
	file = FILENAME
	sub(/.*\//, "", file)
}

FNR == NR {
	model = file
	if (/\/\* C: /) {
		text = $0
		sub(/.*\/\* C: /, "", text)
		sub(/ *\*\/$/, "", text)
		function_of[++steps] = substr(text, 1, index(text, ": ") - 1)
		statement[steps] = squeeze(substr(text, index(text, ": ") + 2))
		model_line[steps] = FNR
	}
	next
}

# A definition, which may go on in the next lines, and its end.
/^[a-z].*\(/ && !/;/ {
	name = $0
	sub(/\(.*/, "", name)
	sub(/.*[ *]/, "", name)
}
/^}/ { name = "" }
name == "" { next }

{
	line = squeeze($0)
	both = squeeze(last " " line)
	quoted = 0
	for (i = 1; i <= steps; i++) {
		if (function_of[i] != name)
			continue
		if (statement[i] == line)
			at[i] = FNR
		else if (statement[i] == both)
			at[i] = FNR - 1
		quoted += at[i] == FNR || at[i] == FNR - 1
	}
	last = line
}

# What concerns a counter that nobody shares yet.
name == "res_counter_zero_limit" { next }

line ~ /res_counter_(take|give|set_limit|cut|lend|unlend|lower|trim)\(/ ||
line ~ /res_counter_(rehome|repay_resource)\(/ || line ~ /css_(get|put)\(/ ||
line ~ /lock_page_cgroup\(/ || line ~ /atomic_read|synchronize_rcu/ ||
line ~ /->(borrow|security|removed|mem_cgroup) [-+]?=/ ||
line ~ /mutex_(un|try)?lock/ {
	if (line !~ /^(static|int|void)/ && !quoted)
		missing[++lines] = name ":" FNR ": " line
}

END {
	for (i = 1; i <= steps; i++) {
		if (!at[i])
			wrong("no such statement in " function_of[i] \
			      "(): " statement[i])
		else
			printf "%s:%-4d %s:%-4d %s: %s\n", model,
				model_line[i], file, at[i], function_of[i],
				statement[i]
	}
	for (i = 1; i <= lines; i++)
		wrong("not in the model: " missing[i])
	if (!steps)
		wrong("the model quotes no statement")
	exit failed > 0
}
