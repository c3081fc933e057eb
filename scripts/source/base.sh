#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the base to use where none is named: that of KSRC; else 2.6.26 if its
# sources are at hand or can be had; else 6.12, and say so.
#
# usage: base.sh
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || usage
if [ -n "${KSRC:-}" ]; then
	release=$(scripts/source/release.sh "$KSRC")
	base_of "$release" | grep . && exit
	die "KSRC=$KSRC is Linux $release; the bases are: $bases"
fi
if why=$(scripts/source/find.sh 2.6.26 2>&1 >/dev/null); then
	echo 2.6.26
else
	echo "$why" | tail -n 1 >&2
	echo "so the base is 6.12" >&2
	echo 6.12
fi
