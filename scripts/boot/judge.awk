# SPDX-License-Identifier: GPL-2.0-only
#
# Judge the console log of a run of the selftests: what each case said, what
# the kernel complained of meanwhile, whether all programs ran to their end.
#
# usage: awk -v complaint=REGEX -v list=FILE [-v mode=MODE] [-v only=PROGRAM] \
#		-f judge.awk LOG
#	complaint	what a kernel says when something is wrong: the lines of
#		scripts/boot/complaints, with "|" between them
#	list	the programs, as scripts/build/selftests.sh writes them
#	mode	which of them: "off" for a boot with memcg_hier=off, "v2" for one
#		where v2 has the controller
#
# Prints a line for each program and each failure, and in the end
# "N passed, N failed, N skipped"; exit status 0 if none failed and some passed.

BEGIN {
	while ((getline line < list) > 0) {
		n = split(line, word, " ")
		if (n && word[2] == mode && (only == "" || word[1] == only))
			expected[++programs] = word[1]
	}
}

function fail(what, why) {
	failed++
	printf "FAIL %s: %s\n", what, why
}

# Where we are: the case that runs is the one after the last that reported.
function place() {
	if (program == "")
		return begun ? "after " last_program : "boot"
	if (last_case == "")
		return program ", in its first case"
	return program ", after case " last_case
}

function begin(name) {
	end_of_kernel_trouble()
	if (program != "")
		fail(program, "never ended")
	program = last_program = name
	ran[name] = 1
	begun = 1
	plan = -1
	cases = bad = skips = 0
	last_case = ""
}

function end(name, status) {
	end_of_kernel_trouble()
	if (name != program) {
		fail(name, "ended, but " (program == "" ? "nothing" : program) " was running")
		return
	}
	if (status == 137 || status == 143)
		fail(place(), "hung, and was killed")
	else if (plan < 0)
		fail(program, "printed no plan, exit status " status)
	else if (cases != plan)
		fail(place(), cases " of " plan " cases reported, exit status " status)
	else if (status != 0 && !bad && skips != plan)
		fail(program, "all cases passed, but exit status " status)
	else if (status == 0 && bad)
		fail(program, "cases failed, but exit status 0")
	printf "%s: %d cases, %d failed, %d skipped\n", program, cases, bad, skips
	program = ""
}

function result(line, good,	name, reason) {
	name = line
	sub(/^(not )?ok *[0-9]* *(- *)?/, "", name)
	reason = ""
	if (match(name, / *# *[Ss][Kk][Ii][Pp] */)) {
		reason = substr(name, RSTART + RLENGTH)
		name = substr(name, 1, RSTART - 1)
	}
	cases++
	last_case = name
	if (!good) {
		bad++
		fail(program ": " name, note == "" ? "says not ok" : note)
	} else if (line ~ /# *[Ss][Kk][Ii][Pp]/) {
		skips++
		skipped++
		printf "skip %s: %s: %s\n", program, name, reason
	} else {
		passed++
	}
	note = ""
}

function tap(line) {
	if (line ~ /^1\.\.[0-9]+/)
		plan = substr(line, 4) + 0
	else if (line ~ /^ok /)
		result(line, 1)
	else if (line ~ /^not ok /)
		result(line, 0)
	else if (line ~ /^Bail out!/)
		fail(place(), line)
	else if (line ~ /^#/)
		note = note (note == "" ? "" : "; ") substr(line, 3)
}

# One failure for all that the kernel complains of during a program.
function kernel(line) {
	if (line !~ complaint)
		return
	if (!complaints++) {
		first = line
		first_at = FNR
		first_place = place()
	}
}

function end_of_kernel_trouble() {
	if (complaints)
		fail(first_place, "kernel log, line " first_at ": " first \
			(complaints > 1 ? " (and " complaints - 1 " more)" : ""))
	complaints = 0
}

{
	gsub(/\r/, "")
	sub(/^(<[0-9]+>)?\[ *[0-9]+\.[0-9]+\] ?/, "")
}
/^> / { tap(substr($0, 3)); next }
/^=== up / { up = $3; next }
/^=== begin / { begin($3); next }
/^=== end / { end($3, $4); next }
/^=== done/ { done = 1; next }
{ kernel($0) }

END {
	end_of_kernel_trouble()
	if (program != "")
		fail(place(), "the guest died or hung")
	else if (!done)
		fail(place(), "the guest ended early, died or hung")
	for (i = 1; i <= programs; i++)
		if (!(expected[i] in ran))
			fail(expected[i], "did not run")
	if (!programs)
		fail("list", "names no program")
	if (up != "")
		printf "up %s s after the kernel began\n", up
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed || !passed
}
