#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Check that model and C code still speak of the same steps.
#
# usage: steps.sh MODEL PROTOCOL
set -eu

if [ $# -ne 2 ]; then
	echo "usage: $0 MODEL PROTOCOL" >&2
	exit 2
fi

if table=$(awk -f steps.awk "$1" "$2"); then
	echo "ok: $(echo "$table" | wc -l) steps of the model are in $2"
else
	echo "$table" | grep '^not ok'
	exit 1
fi
