#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# List the patches of a base in the order in which they apply: the fixes for
# today's tools, then the hooks; or only the ones, or only the others.
#
# usage: patches.sh BASE [toolchain|hooks]
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

case $#,${2:-} in
1, | 2,toolchain | 2,hooks) ;;
*) usage ;;
esac

list() {
	[ ! -f "$1/series" ] || sed "/^#/d; s,^,$1/," "$1/series"
}

[ "${2:-}" = hooks ] || list "patches/$1/toolchain"
[ "${2:-}" = toolchain ] || list "patches/$1"
