/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel to test against: a hierarchy in memory that keeps the rules of
 * reservations, refuses what the kernel refuses, and fails where it is told to.
 */
#ifndef MEMHIER_TESTS_MODEL_H
#define MEMHIER_TESTS_MODEL_H

#include "hier.h"

struct model {
	struct hier hier;
	struct tree *tree;
	unsigned int writes;	/* so far */
	unsigned int fail_at;	/* the write that fails, from 1; 0: none */
	unsigned int fail_from;	/* all from this one on; 0: none */
	int fail_with;
	unsigned int revoked;	/* reserves that a lower limit took */
	bool broken;		/* an invariant did not hold after a write */
};

/* The group's own pages, none of which can be reclaimed. */
#define OWN(group)	((group)->value[PEAK])

void model_init(struct model *model, enum kind kind, u64 machine);
void model_end(struct model *model);
struct group *model_add(struct model *model, const char *path, u64 limit,
			u64 reserve, u64 own);
u64 model_usage(const struct model *model, const struct group *group);
bool model_holds(const struct model *model);
char *model_text(const struct model *model);

#endif
