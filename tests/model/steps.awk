# SPDX-License-Identifier: GPL-2.0-only
#
# Say which line of the C code each step of the model stands for.
#
# usage: awk -f steps.awk hardwall.pml res_counter_hier.c
#
# A statement that the model quotes and the C code does not have any more is
# an error; so is a statement that changes a book or takes a resize lock and
# that the model does not quote.

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

FNR == NR {
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

# What concerns two counters that nobody shares yet, or none at all.
name == "res_counter_zero_limit" || name == "res_counter_place" { next }

line ~ /res_counter_(take|give|set_limit|cut|lend|unlend|lower|trim)\(/ ||
line ~ /->(borrow|security) [-+]?=/ || line ~ /mutex_(un)?lock/ {
	if (line !~ /^(static|int|void)/ && !quoted)
		missing[++lines] = name ":" FNR ": " line
}

END {
	for (i = 1; i <= steps; i++) {
		if (!at[i])
			wrong("no such statement in " function_of[i] \
			      "(): " statement[i])
		else
			printf "hardwall.pml:%-4d res_counter_hier.c:%-4d %s: %s\n",
				model_line[i], at[i], function_of[i],
				statement[i]
	}
	for (i = 1; i <= lines; i++)
		wrong("not in the model: " missing[i])
	if (!steps)
		wrong("the model quotes no statement")
	exit failed > 0
}
