# SPDX-License-Identifier: GPL-2.0-only
# The file that a patch creates: awk -v file=mm/x.c -f file.awk PATCH...
/^diff / { inside = 0 }
/^\+\+\+ / { inside = ($2 == "b/" file); next }
inside && /^\+/ { print substr($0, 2); lines++ }
END {
	if (!lines) {
		print "no patch creates " file > "/dev/stderr"
		exit 1
	}
}
