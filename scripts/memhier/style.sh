#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# checkpatch --strict and kernel-doc of memhier, with the tools of a 6.12 tree,
# if one is prepared; mandoc's or groff's view of its manual pages.
#
# usage: style.sh
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || usage
tools=out/6.12/linux/scripts
# checkpatch leaves a list of names in the folder that it runs in.
trap 'rm -f .checkpatch-camelcase.*' EXIT
checkpatch() {
	"$tools/checkpatch.pl" --no-tree --strict --terse --show-types \
		--no-summary --ignore "$ignore" -f "$1"
}

# What the kernel has something else for, and a program has not; names that are
# libFuzzer's; and START_TEST() of Check, which is taken for a declaration.
ignore=STRCPY,SSCANF_TO_KSTRTO,VOLATILE,CAMELCASE,LINE_SPACING,BIT_MACRO
# Strings stay whole; a part of a sentence may be the name of a function; what is
# in a macro is the name of a variable, or the entries of a table; mountinfo has
# words twice.
ignore=$ignore,LONG_LINE_STRING,LONG_LINE,QUOTED_WHITESPACE_BEFORE_NEWLINE
ignore=$ignore,EMBEDDED_FUNCTION_NAME,MACRO_ARG_REUSE,COMPLEX_MACRO
ignore=$ignore,UNSPECIFIED_INT,REPEATED_WORD,PREFER_DEFINED_ATTRIBUTE_MACRO
ignore=$ignore,SPLIT_STRING,STATIC_CONST_CHAR_ARRAY
if [ -x "$tools/checkpatch.pl" ]; then
	for file in tools/memhier/*.[ch] tools/memhier/tests/*.[ch]; do
		if checkpatch "$file" >&2 &&
		   "$tools/kernel-doc" -none -Werror "$file" >&2; then
			pass
		else
			fail "$file" "checkpatch or kernel-doc"
		fi
	done
else
	skip memhier "style: no 6.12 tree is prepared"
fi
for page in tools/memhier/memhier.8 tools/memhier/memhier.conf.5; do
	if ! command -v groff >/dev/null; then
		skip "$page" "no groff"
	elif said=$(groff -man -Tutf8 -ww -z "$page" 2>&1) && [ -z "$said" ]; then
		pass
	else
		echo "$said" >&2
		fail "$page" "groff"
	fi
done
total
