# SPDX-License-Identifier: GPL-2.0-only
#
# Turn the stanzas of an apt .sources file into lines of a sources.list.

function flush(	u, s, nu, ns, i, j, options) {
	options = ""
	if (field["signed-by"] != "" && field["signed-by"] !~ /BEGIN/)
		options = "[signed-by=" field["signed-by"] "] "
	nu = split(field["uris"], u, " ")
	ns = split(field["suites"], s, " ")
	if (field["types"] ~ /(^| )deb( |$)/ && field["enabled"] != "no")
		for (i = 1; i <= nu; i++)
			for (j = 1; j <= ns; j++)
				print "deb " options u[i] " " s[j] " " \
					field["components"]
	split("", field)
}

/^[ \t]*$/ { flush(); next }
/^#/ { next }
/^[ \t]/ { field[name] = field[name] $0; next }
{
	name = tolower(substr($0, 1, index($0, ":") - 1))
	field[name] = substr($0, index($0, ":") + 1)
	gsub(/^[ \t]+|[ \t]+$/, "", field[name])
}
END { flush() }
