#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build what is missing, boot it and play the walkthrough; then, on a terminal,
# leave the user at a shell in the guest.
#
# usage: run.sh BASE
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 1 ] || usage
need_base "$1"
why=$(why_not "$1" v1)
[ -z "$why" ] || die "BASE=$1: what is played is v1's hierarchy: $why"
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
scripts/boot/boot.sh "$1" quiet loglevel=1 memcg_run=$run
