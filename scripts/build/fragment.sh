#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the fragment that a kernel is configured with: that of its base, and on
# top of it that of the variant. "latest" is configured as 6.12 is, but for what
# its own fragments say: of two values of an option the last one counts.
#
# usage: fragment.sh BASE [VARIANT]
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || [ $# -eq 2 ] || usage
base=$1
need_base "$base"
names=$base
[ "$base" != latest ] || names='6.12 latest'
for variant in base $(echo "${2:-}" | tr - ' '); do
	for name in $names; do
		file=scripts/build/config/$name-$variant.config
		[ "$variant" != base ] || file=scripts/build/config/$name.config
		[ ! -f "$file" ] || cat "$file"
	done
done
