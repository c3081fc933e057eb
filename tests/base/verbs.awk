# SPDX-License-Identifier: GPL-2.0-only
# The verbs that a hook patch adds to kernel/res_counter.c, as a C file.
BEGIN {
	print "#include <linux/errno.h>"
	print "#include <linux/kernel.h>"
	print "#include <linux/res_counter.h>"
	print "#include <linux/res_counter_hier.h>"
}
/^diff / { hunk = ($3 == "a/kernel/res_counter.c") }
hunk && /^\+#endif \/\* CONFIG_RES_COUNTER_HIER \*\// { inside = 0 }
hunk && /^\+\/\*\*/ { inside = 1 }
inside && /^\+/ { print substr($0, 2); lines++ }
END {
	if (!lines) {
		print "no verbs of kernel/res_counter.c in the patches" > "/dev/stderr"
		exit 1
	}
}
