#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build what is missing, boot it and play the walkthrough; then, on a terminal,
# leave the user at a shell in the guest. What is played are the reserves of v2
# where the base has them; with HIERARCHY=v1 in the environment, the limits of v1.
#
# usage: run.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
need_base "$1"
hierarchy=${HIERARCHY:-v2}
[ "$1" != 2.6.26 ] || hierarchy=${HIERARCHY:-v1}
case $hierarchy in
v1 | v2) ;;
*) die "HIERARCHY=$hierarchy: there is no such hierarchy; there are: v1 v2" ;;
esac
why=$(why_not "$1" "$hierarchy")
[ -z "$why" ] || die "BASE=$1 HIERARCHY=$hierarchy: $why"
v2=
[ "$hierarchy" = v1 ] || v2=cgroup_no_v1=memory
scripts/build/guest.sh "$1"
run=walkthrough
TIMEOUT=${TIMEOUT:-120}
if [ -t 0 ] && [ -t 1 ]; then
	run=shell
	TIMEOUT=0
	saved=$(stty -g)
	trap 'stty "$saved"' EXIT
fi
export TIMEOUT
stage "$1: booting"
scripts/boot/boot.sh "$1" quiet loglevel=1 ${v2:+"$v2"} memcg_run=$run
