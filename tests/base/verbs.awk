# SPDX-License-Identifier: GPL-2.0-only
# The verbs that a hook patch adds to kernel/res_counter.c, as a C file.
BEGIN {
	print "#include <linux/errno.h>"
	print "#include <linux/kernel.h>"
	print "#include <linux/res_counter.h>"
	print "#include <linux/res_counter_hier.h>"
}
/^diff / { hunk = ($3 == "a/kernel/res_counter.c") }
!hunk { next }
# The block whose end says what it is the end of; the others are call sites.
/^\+#endif \/\* CONFIG_RES_COUNTER_HIER \*\// {
	printf "%s", block
	lines += gsub(/\n/, "", block)
}
/^\+#endif/ { inside = 0; block = "" }
inside && /^\+/ { block = block substr($0, 2) "\n" }
/^\+#ifdef CONFIG_RES_COUNTER_HIER/ { inside = 1 }
END {
	if (!lines) {
		print "no verbs of kernel/res_counter.c in the patches" > "/dev/stderr"
		exit 1
	}
}
