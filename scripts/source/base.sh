#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the base to use where none is named: that of KSRC, else 6.12. Its sources
# are a package of Debian, and it has both hierarchies.
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
echo 6.12
