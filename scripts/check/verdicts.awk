# SPDX-License-Identifier: GPL-2.0-only
#
# Print the verdicts of a log of the kernel's own selftests: case and verdict;
# how each program ended, too, and how often the kernel complained. A child that
# these programs fork flushes the output of its parent once more, so that a line
# can be there many times: the output is to be sorted. How many MB mrelease_test
# takes until it is fast enough is up to chance.
#
# usage: awk -v complaint=REGEX -f verdicts.awk LOG
#	complaint	as with scripts/boot/judge.awk

function name(	text) {
	text = $0
	sub(/^> (not )?ok /, "", text)
	sub(/ *# (SKIP|XFAIL).*/, "", text)
	gsub(/[0-9]+MB/, "some MB", text)
	gsub(/ +/, "_", text)
	return text
}

{
	sub(/\r$/, "")
	sub(/^(<[0-9]*>)?\[ *[0-9.]*\] /, "")
}
/^=== end / { print $3 ":exit", $4 }
/^=== begin / { program = $3 }
/^> ok / {
	skip = /# SKIP/
	print program ":" name(), skip ? "skip" : "pass"
}
/^> not ok / { print program ":" name(), "fail" }
!/^> / && $0 ~ complaint { complaints++ }

END { print "kernel:complaints", complaints + 0 }
