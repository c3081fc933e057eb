/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the semantics say, computed in the plainest way: a group is its limit
 * and its own bytes.  All else follows, in 128 bits, where nothing wraps.
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "script.h"

typedef unsigned __int128 wide;

struct ref_group {
	bool exists;
	int parent;		/* -1 for the root */
	wide limit;
	wide own;
	unsigned long long failcnt;
};

extern struct ref_group ref[MAX_GROUPS];

void ref_start(void);
wide ref_security(int group);
wide ref_usage(int group);
int ref_depth(int group);
bool ref_has_children(int group);

/* False: the operation makes no sense in this tree; it is skipped. */
bool ref_possible(const struct op *op);
/* Its effect, its result, and how often it calls back. */
int ref_apply(const struct op *op, int *calls);
/* What parsing a number gives; false: EINVAL. */
bool ref_parse(unsigned long long value, unsigned long long *limit);

#endif
