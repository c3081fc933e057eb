// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why a write was refused, in numbers, and what would make room.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

/*
 * Who has no room for a group to grow: its parent; on v2 any group above that
 * has a limit and is above its own reserve, for that is where it is charged.
 */
static u64 room_above(const struct tree *tree, const struct group *group,
		      const struct group **lender)
{
	const struct group *at = group->parent;
	u64 room = UNLIMITED;

	*lender = at;
	if (tree->kind == HARDWALL)
		return at->parent ? at->room :
			less(tree_cap(tree), at->value[USAGE]);
	for (; at && at->parent; at = at->parent) {
		u64 inside = less(at->value[RESERVE], at->value[USAGE]);

		if (at->room < room) {
			room = at->room;
			*lender = at;
		}
		if (inside >= room)
			break;
	}
	return room;
}

/**
 * grow_most - the largest reservation that a group could have now
 * @tree: as it was read
 * @group: any group but the root
 * @lender: gets the group above that sets the bound
 *
 * Reclaim may make more possible, up to what is not lent to others; this is
 * what needs none.
 *
 * Return: bytes.
 */
u64 grow_most(const struct tree *tree, const struct group *group,
	      const struct group **lender)
{
	const struct group *parent = group->parent;
	u64 now = group->value[RESERVE], spare, room, most;

	spare = less(group_whole(tree, parent), group_reserved(parent));
	room = room_above(tree, group, lender);
	if (room == UNLIMITED || spare <= room) {
		*lender = parent;
		return now + spare;
	}
	/* On v2 what is in use above the reserve is charged already. */
	most = now + room;
	if (tree->kind == RESERVES)
		most = max(now, group->value[USAGE]) + room;
	return min(most, now + spare);
}

static u64 idle_of(const struct group *group)
{
	return less(group->value[RESERVE], group->value[USAGE]);
}

static int by_idle(const void *a, const void *b)
{
	const struct group *one = *(struct group * const *)a;
	const struct group *two = *(struct group * const *)b;

	if (idle_of(one) != idle_of(two))
		return idle_of(one) > idle_of(two) ? -1 : 1;
	return strcmp(one->name, two->name);
}

/* A group below the root as a word for the shell; NULL as shell_word(). */
static char *group_word(const struct group *group)
{
	char *path = group_path(group), *slashed, *word;

	/* No name is an option. */
	slashed = xprintf("%s%s", *path == '-' ? "/" : "", path);
	word = shell_word(slashed);
	free(slashed);
	free(path);
	return word;
}

/* The command that would help, if there is one that can be told. */
static bool tell_move(const struct group *from, const struct group *to,
		      u64 missing)
{
	u64 size = min(missing, idle_of(from));
	char *giver = group_word(from), *taker = group_word(to);
	bool can = size && giver && taker;

	if (can)
		say("  to make %s: memhier move %s %s %s",
		    size < missing ? "some" : "room", giver, taker,
		    EXACT(size));
	free(giver);
	free(taker);
	return can;
}

#define HOLDERS	5

/* Who has the lender's memory: the largest idle ones first. */
static void tell_holders(const struct group *lender, const struct group *who,
			 u64 missing)
{
	struct group **all, *child;
	size_t n = 0, i;
	bool told;

	for_each_child(child, lender)
		n++;
	all = xalloc(n * sizeof(*all));
	n = 0;
	for_each_child(child, lender)
		if (child != who && child->value[RESERVE])
			all[n++] = child;
	qsort(all, n, sizeof(*all), by_idle);
	for (i = 0; i < n && i < HOLDERS; i++)
		say("  %s holds %s, of which %s idle", group_print(all[i]),
		    EXACT(all[i]->value[RESERVE]), EXACT(idle_of(all[i])));
	if (n > HOLDERS)
		say("  the rest is held by %zu more", n - HOLDERS);
	told = n && who->parent == lender && tell_move(all[0], who, missing);
	if (!told && lender->parent)
		say("  to make room: raise %s first, or lower a group in it",
		    group_print(lender));
	else if (!told)
		say("  to make room: lower another group");
	free(all);
}

/* What there is to lend, but in use: by the lender, or by who reserved nothing. */
static void tell_use(const struct group *lender)
{
	u64 used = less(lender->value[USAGE], group_reserved(lender));
	u64 above = less(used, lender->own);

	if (lender->own)
		say("  %s uses %s itself, which reclaim did not free",
		    group_print(lender), EXACT(lender->own));
	if (above)
		say("  groups in %s use %s above their reserves, which reclaim did not free",
		    group_print(lender), EXACT(above));
}

static void explain_grow(const struct tree *tree, const struct op *op,
			 const struct group *group)
{
	const struct group *lender, *parent = group->parent;
	u64 spare, most, missing;
	u64 asked = less(op->new, group->value[RESERVE]);

	if (!parent)
		return;
	most = grow_most(tree, group, &lender);
	spare = less(group_whole(tree, parent), group_reserved(parent));
	missing = less(op->new, most);
	say("  asked for %s more; %s has %s, its groups hold %s, %s is left to lend",
	    EXACT(asked), group_print(parent), EXACT(group_whole(tree, parent)),
	    EXACT(group_reserved(parent)), EXACT(spare));
	if (lender != parent)
		say("  %s has room for %s only: its limit is %s, its usage %s",
		    group_print(lender), EXACT(lender->room),
		    EXACT(lender->value[LIMIT]), EXACT(lender->value[USAGE]));
	else if (spare >= asked)
		tell_use(lender);
	if (most >= op->new)
		say("  there is room now: try again");
	else
		say("  the most that would succeed now: %s", EXACT(most));
	if (missing)
		tell_holders(lender, group, missing);
}

static void explain_shrink(const struct tree *tree, const struct op *op,
			   const struct group *group)
{
	u64 held = tree->kind == HARDWALL || op->attr == RESERVE ?
		group_reserved(group) : 0;

	if (held > op->new) {
		say("  its groups hold %s; the least that would succeed now: %s",
		    EXACT(held), EXACT(held));
		tell_holders(group, group, 0);
	} else {
		say("  its usage is %s, of which %s its own, and reclaim did not get below %s",
		    EXACT(group->value[USAGE]), EXACT(group->own),
		    EXACT(op->new));
		say("  end tasks in it, or ask for no less than %s",
		    EXACT(group->value[USAGE]));
	}
}

static const char *way_out(const struct op *op, int error)
{
	switch (error) {
	case -ENOENT:
	case -ENODEV:
		return "the group is gone; see memhier tree, and plan again";
	case -EACCES:
	case -EPERM:
	case -EROFS:
		return "you may not write there: be root, or its owner";
	case -EINTR:
		return "a signal ended it";
	case -EINVAL:
		return op->type == OP_SET && op->attr == RESERVE ?
			"a reserve is never more than the limit" :
			"the kernel does not take this value";
	case -EBUSY:
		if (op->type == OP_RMDIR)
			return "it has tasks or groups inside: move them out first";
		return op->type == OP_MKDIR ?
			"its parent has tasks itself: move them into a group first" :
			NULL;
	case -ENOMEM:
		return op->type == OP_MKDIR ?
			"its parent has no memory for a new group: raise it first" :
			NULL;
	default:
		return NULL;
	}
}

/**
 * refuse_explain - tell why a step failed
 * @hier: the hierarchy, which is read again for the numbers
 * @plan: the plan
 * @op: the step
 * @error: what it returned
 */
void refuse_explain(struct hier *hier, const struct plan *plan,
		    const struct op *op, int error)
{
	char *text = op_text(plan, op);
	const char *way = way_out(op, error);
	struct tree *tree;
	struct group *group;

	say("refused: %s: %s", text, strerror(-error));
	free(text);
	if (way)
		say("  %s", way);
	if (op->type != OP_SET || (error != -ENOSPC && error != -EBUSY) ||
	    hier->ops->load(hier, ~0U, &tree))
		return;
	group = tree_find(tree, op->path);
	if (group && op_grows(op))
		explain_grow(tree, op, group);
	else if (group)
		explain_shrink(tree, op, group);
	tree_free(tree);
}
