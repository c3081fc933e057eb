#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Did every line of a fragment make it into the configuration? Kconfig drops
# without a word what does not exist or lacks a dependency.
#
# usage: config.sh FRAGMENT CONFIG
set -eu

[ $# -eq 2 ] || { echo "usage: ${0##*/} FRAGMENT CONFIG" >&2; exit 2; }
awk -v script="${0##*/}" -v config="$2" '
	{ sub(/[ \t]+$/, "") }
	FNR == 1 { file++ }
	file == 1 && /^CONFIG_/ {
		name = $0; sub(/=.*/, "", name)
		value = $0; sub(/[^=]*=/, "", value)
		want[name] = value
	}
	file == 2 && /^CONFIG_/ {
		name = $0; sub(/=.*/, "", name)
		value = $0; sub(/[^=]*=/, "", value)
		got[name] = value
	}
	END {
		for (name in want) {
			if (want[name] == "n" ? !(name in got) : got[name] == want[name])
				continue
			printf "%s: %s lacks %s=%s\n", script, config, name, want[name] \
				>"/dev/stderr"
			bad = 1
		}
		exit bad
	}' "$1" "$2"
