# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What mutants are of here, and what has to kill them; read by ../mutant.sh.

# shellcheck disable=SC2034 # the most that a program may take
seconds=60

# sources SRC: the protocol; the verbs of 2.6.26, as the patches add them; the
# removal of 2.6.26
sources() {
	mkdir -p "$1/kernel" "$1/mm"
	cp ../../kernel/res_counter_hier.c "$1/kernel/"
	cp ../../out/host/obj/base-2.6.26.c "$1/kernel/res_counter.c"
	cp ../../mm/memcg_hier_re*.c "$1/mm/"
}

# programs NAME FILE: the quickest to build and run first
programs() {
	verbs='base-2.6.26/unit base-2.6.26/property base-2.6.26/interleave'
	protocol='unit property interleave'
	case $1,$2 in
	none,*) echo "$protocol $verbs remove/interleave" ;;
	*,kernel/res_counter.c) echo "$verbs" ;;
	*,mm/memcg_hier_re*.c) echo remove/interleave ;;
	*) echo "$protocol" ;;
	esac
}

# build SRC OUT PROGRAM
build() {
	make -s -C .. PROTOCOL="$1/kernel/res_counter_hier.c" MM="$1/mm" \
		BASE_VERBS="$1/kernel/res_counter.c" OUT="$2" "$2/$3"
}

# bounds PROGRAM: its arguments
bounds() {
	case $1 in
	*property) echo --sequences 1000 ;;
	remove/*) echo 2 2 1 ;;
	*interleave) echo 3 2 1 ;;
	esac
}
