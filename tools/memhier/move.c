// SPDX-License-Identifier: GPL-2.0-only
/*
 * Move a part of a reservation from one group to another, through the groups
 * above them up to the one that both are in.
 */
#include <stdlib.h>

#include "move.h"

static struct group *common(struct group *a, struct group *b)
{
	while (a != b) {
		if (a->depth >= b->depth)
			a = a->parent;
		else
			b = b->parent;
	}
	return a;
}

static int take(struct tree *tree, struct group *group, u64 size)
{
	u64 has = group->value[RESERVE];

	if (has < size) {
		say("%s has no more than %s to give", group_print(group),
		    EXACT(has));
		return -1;
	}
	if (group_is_wall(tree, group))
		group->want[LIMIT] = has - size;
	group->want[RESERVE] = has - size;
	return 0;
}

/*
 * A limit of v2 is never refused: below usage the kernel would kill for it. The
 * groups above lose what they no longer lend.
 */
static int keep_used(const struct tree *tree, const struct group *from,
		     u64 size)
{
	u64 has = from->value[RESERVE], used = from->value[USAGE];

	if (tree->kind != RESERVES || !group_is_wall(tree, from) || has < size ||
	    used <= has - size)
		return 0;
	say("%s uses %s, more than the %s it would have: move %s at most, or end tasks in it",
	    group_print(from), EXACT(used), EXACT(has - size),
	    EXACT(has - min(has, used)));
	return -1;
}

static int give(struct tree *tree, struct group *group, u64 size)
{
	u64 new = group->value[RESERVE] + size;

	if (group_is_wall(tree, group)) {
		group->want[LIMIT] = new;
	} else if (new > group->value[LIMIT]) {
		say("%s would reserve %s, more than its limit %s: raise that first",
		    group_print(group), EXACT(new),
		    EXACT(group->value[LIMIT]));
		return -1;
	}
	group->want[RESERVE] = new;
	return 0;
}

/**
 * move_plan - the writes that move a reservation
 * @tree: as it is; gets what each group shall have
 * @from: who gives
 * @to: who gets
 * @size: bytes, a multiple of the page size
 *
 * Every group from @from up to the one that both are in gives, and every group
 * from there down to @to gets: one of the two is in the other, or they are
 * siblings, or far apart. Who has a reserve equal to its limit keeps it so.
 *
 * Return: the plan, or NULL after it was said why there is none.
 */
struct plan *move_plan(struct tree *tree, struct group *from, struct group *to,
		       u64 size)
{
	struct group *top = common(from, to), *at;

	tree_want_same(tree);
	if (from != top && keep_used(tree, from, size))
		return NULL;
	for (at = from; at != top; at = at->parent)
		if (take(tree, at, size))
			return NULL;
	for (at = to; at != top; at = at->parent)
		if (give(tree, at, size))
			return NULL;
	return plan_order(tree);
}
