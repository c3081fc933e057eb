/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Move a part of a reservation from one group to another.
 */
#ifndef MEMHIER_MOVE_H
#define MEMHIER_MOVE_H

#include "plan.h"

struct plan *move_plan(struct tree *tree, struct group *from, struct group *to,
		       u64 size);

#endif
