# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What mutants are of here, and what has to kill them; read by ../mutant.sh. In the
# environment may be ENGINE, VERBS and PROTOCOL, as in the Makefile.

# shellcheck disable=SC2034 # the most that a program may take
seconds=100

# sources SRC: the engine, and the verbs of v1 and the protocol over it
sources() {
	mkdir -p "$1/mm" "$1/kernel"
	cp "${ENGINE:-../../mm/page_counter_reserve.c}" "$1/mm/page_counter_reserve.c"
	cp "${VERBS:-../../mm/res_counter.c}" "$1/mm/res_counter.c"
	cp "${PROTOCOL:-../../kernel/res_counter_hier.c}" "$1/kernel/res_counter_hier.c"
}

# programs NAME FILE: the quickest to build and run first. A mutant "*race-*" has
# to be killed by the interleavings, where it belongs.
programs() {
	case $1 in
	none) echo unit property interleave interleave-short verbs limits ;;
	verbs-race-*) echo limits ;;
	verbs-* | protocol-*) echo verbs limits ;;
	race-*) echo interleave interleave-short ;;
	*) echo unit property interleave interleave-short ;;
	esac
}

# build SRC OUT PROGRAM
build() {
	make -s ENGINE="$1/mm/page_counter_reserve.c" VERBS="$1/mm/res_counter.c" \
		PROTOCOL="$1/kernel/res_counter_hier.c" OUT="$2" "$2/$3"
}

# bounds PROGRAM: its arguments
bounds() {
	case $1 in
	property) echo --sequences 500 ;;
	interleave | limits) echo 2 2 0 ;;
	interleave-short) echo 3 2 0 ;;
	esac
}
