#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build the selftests as the guest runs them, static and against musl, in
# out/selftests, with a list of their names.
#
# usage: selftests.sh
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

[ $# -eq 0 ] || usage
tests=tools/testing/selftests/memcg-hier
out=$top/out/selftests
mkdir -p "$out"
log "$out/build.log" make -C "$tests" CC=musl-gcc OUTPUT="$out" \
	CPPFLAGS=-Werror
make -s -C "$tests" list >"$out/list"
