/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the contract says, computed in the plainest way: a group is its limit
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
	bool repaid;		/* all: nobody can resize it any more */
};

extern struct ref_group ref[MAX_GROUPS];

/* All there is, which the root lends if it has no limit; 0: no such bound. */
extern wide ref_whole;
/* Has the root a part for itself below a limit of its own, too? */
extern bool ref_root_keeps;

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
