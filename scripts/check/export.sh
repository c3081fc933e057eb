#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Export the series of a base, and check that it is what we build and that a
# maintainer's tools have nothing to say against it.
#
# usage: export.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
base=$1
need_base "$base"
out=out/$base/export
source=$(scripts/source/find.sh "$base")
scripts/build/prepare.sh "$base"

# To check only, one need not have told git who one is.
if [ -z "$(git config user.email || :)" ]; then
	export GIT_CONFIG_COUNT=2
	export GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0=memcg-hier
	export GIT_CONFIG_KEY_1=user.email GIT_CONFIG_VALUE_1=memcg-hier@localhost
fi

# run WHAT COMMAND...
run() {
	what=$1
	shift
	if said=$("$@" 2>&1); then
		pass
		echo "$said"
	else
		fail "$base $what" "$said"
	fi
}

# The style is judged by the base's own tools, that of 2.6.26 by 6.12's.
tools=$cache/linux-source-6.12
[ "$base" = 2.6.26 ] || tools=$source
[ -d "$tools" ] || tools=out/6.12/linux

run "series" scripts/export/series.sh "$base" "$source" "$out"
run "series against the tree that is built" scripts/check/series.sh "$base" \
	"$source" "out/$base/linux" "$out"
if [ -d "$tools" ]; then
	run "series' style" scripts/check/style.sh "$base" "$source" "$out" \
		"$tools"
else
	skip "$base series' style" \
		"checkpatch is in a 6.12 tree: make kernel BASE=6.12 gets one"
fi
total
