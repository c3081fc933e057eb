#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run shellcheck on every script, and look for its usage line; look for the licence
# tag in every source file, and for the measured figures in the README.
#
# usage: lint.sh
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || usage

# Those that are there: git may not know yet that one is gone.
list() {
	files "$@" | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done
}

for file in $(list scripts tests bench tools .ci); do
	case $(head -n 1 "$file" | tr -d '\0') in
	'#!/bin/sh'* | '# SPDX'*) ;;
	*) continue ;;
	esac
	case $file in
	*.sh | scripts/boot/guest/* | .ci/run) ;;
	*) continue ;;
	esac
	if shellcheck -x "$file" >&2; then
		pass
	else
		fail "$file" "shellcheck"
	fi
	# What another script reads has no "#!".
	head -n 1 "$file" | grep -q '^#!' || continue
	if grep -q "^# usage: ${file##*/}\( \|\$\)" "$file"; then
		pass
	else
		fail "$file" "no line \"# usage: ${file##*/} ...\""
	fi
done

for file in $(list .ci Makefile bench include kernel mm scripts tests tools); do
	case $file in
	*.[chS] | *.sh | *.py | *.awk | *.pml | Makefile | */Makefile) ;;
	scripts/boot/guest/* | .ci/*) ;;
	*) continue ;;
	esac
	if head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-only'; then
		pass
	else
		fail "$file" "no SPDX tag GPL-2.0-only in its first lines"
	fi
done

[ $((passed + failed)) -gt 0 ] || die "there is no file to look at"

if scripts/bench/docs.sh check >&2; then
	pass
else
	fail README.md "its figures"
fi
total
