#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# libcgroup's tools on a reserve.
#
# usage: libcgroup.sh
set -eu
# shellcheck source=scripts/clients/guest/lib.sh
. ./lib.sh

command -v cgset >/dev/null || {
	skip libcgroup 'there is no cgset'
	total
	exit
}

reserve_of() {
	cgget -n -v -r memory.reserve "$1"
}

right 'cgcreate' cgcreate -g memory:lib/a
right 'cgset' cgset -r memory.max=64M -r memory.reserve=48M lib
equal 'cgget' $((48 * mib)) "$(reserve_of lib)"
right 'cgset below' cgset -r memory.reserve=32M lib/a
equal 'cgget below' $((32 * mib)) "$(reserve_of lib/a)"
equal 'cgget of memory.reserved' $((32 * mib)) \
	"$(cgget -n -v -r memory.reserved lib)"
right 'cgset of a limit below the reserve' cgset -r memory.max=16M lib/a
equal 'cgget after it' $((16 * mib)) "$(reserve_of lib/a)"
before=$(reserve_of lib)
right 'a group beside' cgcreate -g memory:lib/b
if cgset -r memory.reserve=40M lib/b 2>/dev/null; then
	fail 'cgset of more than there is' 'succeeds'
else
	pass
fi
equal 'after a cgset that failed' 0 "$(reserve_of lib/b)"
equal 'after a cgset that failed, above' "$before" "$(reserve_of lib)"
right 'cgset of more' cgset -r memory.reserve=32M lib/b

hole /var/tmp/lib.victim 24
hole /var/tmp/lib.thrash 128
right 'cgexec' cgexec -g memory:lib/b cat /var/tmp/lib.victim
loses_nothing 'beside cgexec of what thrashes' \
	"$(cgcreate -g memory:lib/c
	lost lib/b cgexec -g memory:lib/c sh -c "$thrash" /var/tmp/lib.thrash)"
right 'cgset to 0' cgset -r memory.reserve=0 lib/b
loses 'beside cgexec of what thrashes' \
	"$(lost lib/b cgexec -g memory:lib/c sh -c "$thrash" /var/tmp/lib.thrash)"
rm -f /var/tmp/lib.*

right 'cgdelete' cgdelete -r -g memory:lib
equal 'after cgdelete' gone "$([ -d $cg/lib ] || echo gone)"

# The order in the file is the order of the writes.
cat >/run/cgconfig.conf <<END
group conf {
	memory {
		memory.max = 64M;
		memory.reserve = 32M;
	}
}
group conf/below {
	memory {
		memory.max = 48M;
		memory.reserve = 16M;
	}
}
END
if [ -x /usr/sbin/cgconfigparser ]; then
	right 'cgconfigparser' cgconfigparser -l /run/cgconfig.conf
	equal 'cgconfigparser: the reserve' $((32 * mib)) "$(reserve_of conf)"
	equal 'cgconfigparser: the reserve below' $((16 * mib)) \
		"$(reserve_of conf/below)"
	cgdelete -r -g memory:conf || :
else
	skip cgconfigparser 'there is none'
fi
total
