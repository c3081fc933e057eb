# SPDX-License-Identifier: GPL-2.0-only
#
# Judge the console of a guest that has run scripts/clients/guest/run.sh: print what
# failed and what was skipped, and then "N passed, N failed, N skipped". Each of
# the clients must have begun, said its count and ended with it, and the kernel
# must have said nothing. The words around a line are not the guest's alone:
# only what is led by "> " and what is "===" counts.
#
# usage: awk -v complaint=REGEX -v clients=LIST -f judge.awk CONSOLE
#	complaint	as with scripts/boot/judge.awk
#	clients		with blanks between them

{ sub(/\r$/, "") }

function fault(what) {
	print "FAIL " what
	failed++
}

# The kernel, wherever it speaks. That it reports an OOM kill is in order.
!/^> / && $0 ~ complaint {
	fault("kernel log: " $0)
}

/^=== begin / { client = $3; counted = 0; next }
/^=== end / {
	if (!counted)
		fault($3 ": no count, exit status " $4)
	else if ($4 != 0 && !counted_failed)
		fault($3 ": exit status " $4)
	ended[$3] = 1
	client = ""
	next
}
/^=== log/ { client = "kernel log"; next }
/^=== done/ { done = 1; client = "" }
client == "kernel log" && /^> / { fault("kernel log: " substr($0, 3)); next }
client != "" && /^> [0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ {
	passed += $2
	failed += $4
	skipped += $6
	counted = 1
	counted_failed = $4
	next
}
client != "" && /^> (FAIL|skip) / { print $2 " " client ": " substr($0, 8) }

END {
	n = split(clients, names, " ")
	for (i = 1; i <= n; i++)
		if (!(names[i] in ended))
			fault(names[i] ": did not come to its end")
	if (!done)
		fault("the guest did not come to its end")
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0 || !passed
}
