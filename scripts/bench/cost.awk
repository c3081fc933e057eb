# SPDX-License-Identifier: GPL-2.0-only
#
# The table for the README and the cover letter: instructions for a page and for
# a limit write at depth 1 and 32.
#
# usage: awk -v base=BASE -f cost.awk out/bench/BASE.tsv
BEGIN {
	FS = "\t"
	count = split("fault;unmap;cache read;cache truncate;touch that reclaims;grow;shrink", op, ";")
	print "| operation | kernel | depth 1 | depth 32 | change |"
	print "|---|---|--:|--:|--:|"
}

# for those who look for every detail
$1 ~ /^(first|none|above)-v2$/ { next }
!($1 in known) { known[$1] = 1; kernel[++kernels] = $1 }
$2 == "work" { value[$1, $3, $4] = $6 }

END {
	for (o = 1; o <= count; o++)
		for (k = 1; k <= kernels; k++) {
			top = value[kernel[k], op[o], 1]
			deep = value[kernel[k], op[o], 32]
			if (top == "" || deep == "")
				exit 1
			printf "| %s | %s | %.1f | %.1f | %+.1f %% |\n",
				k == 1 ? op[o] : "", kernel[k], top, deep,
				(deep - top) * 100 / top
		}
}
