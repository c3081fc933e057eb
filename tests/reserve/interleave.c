// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every interleaving of charges and reserves in small trees: each atomic access
 * of a counter is a point, and so is each lock and each grace period.  Limits.c
 * is the same with limits that are reserves, as v1 writes them.
 */
#include "../interleave/access.h"
#include "../interleave/scenario.h"
#include "../interleave/scheduler.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/page_counter.h>
#include <linux/rcupdate.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>
#include <linux/sched.h>

#ifdef RESERVE_LIMITS
#define LIMITS_ARE_RESERVES	true
#else
#define LIMITS_ARE_RESERVES	false
#endif

/* The trees: R is the root; A is its child; B is A's sibling or A's child. */
enum { R, A, B, NR_GROUPS };
enum { SIBLINGS, CHAIN };

static struct group {
	struct page_counter counter;
	/* To resize it; reserves are all that is in memory+swap here. */
	struct page_counter memsw;
	struct res_counter res;
	struct group *parent;
	struct shim_lock writer;	/* serialises writes of max and reserve */
	long direct;	/* charged here, less uncharged here */
	long pool;	/* pages that may be uncharged here */
	bool removed;
	unsigned int limit_tries;	/* writes of the limit under way */
} groups[NR_GROUPS];

static const char * const group_names[] = { "R", "A", "B" };

enum action {
	NOTHING, CHARGE, FORCE, UNCHARGE, SET_MAX, RESERVE, REMOVE, RESIZE,
};

struct op {
	enum action action;
	int group;
	unsigned int pages;
	/*
	 * Must succeed, whatever runs at once: there is room even while what is
	 * freed has not been given back to the parent.
	 */
	bool must;
};

#define CHARGE(g, pages)	{ CHARGE, g, pages, false }
#define MUST_CHARGE(g, pages)	{ CHARGE, g, pages, true }
#define FORCE(g, pages)		{ FORCE, g, pages, true }
#define UNCHARGE(g, pages)	{ UNCHARGE, g, pages, true }
#define SET_MAX(g, pages)	{ SET_MAX, g, pages, false }
#define RESERVE(g, pages)	{ RESERVE, g, pages, false }
#define MUST_RESERVE(g, pages)	{ RESERVE, g, pages, true }
#define REMOVE(g)		{ REMOVE, g, 0, true }
#define RESIZE(g, pages)	{ RESIZE, g, pages, false }
#define MUST_RESIZE(g, pages)	{ RESIZE, g, pages, true }

#define OPS_PER_TASK 3

/* Why charges do not pay first: the group's first reserve is still to come. */
enum { NEW = 1 << A, NEW_BELOW = 1 << B, KEY_OFF = 1 << NR_GROUPS };

/*
 * Limits, pages and reserves of R, A and B to start with, and which have never
 * had a reserve; then what runs at once.
 */
static const struct scenario {
	const char *name;
	int tree;
	unsigned int max[NR_GROUPS];
	unsigned int pages[NR_GROUPS];
	unsigned int reserve[NR_GROUPS];
	unsigned int new;
	struct op tasks[MAX_TASKS][OPS_PER_TASK];
} scenarios[] = {
#ifndef RESERVE_LIMITS
	{ "charge into the last room", SIBLINGS, { 6, 9, 9 }, { 0, 3, 1 },
	  { 9, 3, 1 }, 0,
	  { { CHARGE(A, 2), UNCHARGE(A, 1) }, { CHARGE(B, 2) } } },
	{ "charge across the reserve, uncharge", SIBLINGS, { 5, 9, 9 },
	  { 1, 3, 0 }, { 9, 4, 0 }, 0,
	  { { CHARGE(A, 2) }, { UNCHARGE(A, 2), MUST_CHARGE(A, 1) } } },
	{ "charge fails above, uncharge below", SIBLINGS, { 4, 9, 9 },
	  { 0, 4, 0 }, { 9, 4, 0 }, 0,
	  { { CHARGE(A, 1), CHARGE(A, 1) }, { UNCHARGE(A, 1), CHARGE(R, 1) } } },
	{ "freed below, the parent charges", SIBLINGS, { 7, 9, 9 },
	  { 0, 4, 2 }, { 9, 3, 2 }, 0,
	  { { CHARGE(A, 2) }, { UNCHARGE(A, 2), CHARGE(R, 1) } } },
	{ "exact fit beside a charge that fails", SIBLINGS, { 6, 5, 9 },
	  { 0, 2, 0 }, { 9, 3, 2 }, 0,
	  { { CHARGE(A, 3) }, { MUST_CHARGE(B, 2), CHARGE(B, 1) } } },
	{ "forced charge, grow", SIBLINGS, { 9, 9, 9 }, { 0, 2, 0 },
	  { 9, 3, 0 }, 0,
	  { { FORCE(A, 3), UNCHARGE(A, 2) }, { RESERVE(A, 6) } } },
	{ "forced above the limit, uncharge", SIBLINGS, { 5, 4, 9 },
	  { 0, 3, 0 }, { 9, 4, 0 }, 0,
	  { { FORCE(A, 4), UNCHARGE(A, 4) }, { UNCHARGE(A, 2), CHARGE(A, 1) } } },
	{ "limit lowered, charge within", SIBLINGS, { 9, 4, 9 }, { 0, 2, 0 },
	  { 9, 4, 0 }, 0,
	  { { CHARGE(A, 1), CHARGE(A, 1) }, { SET_MAX(A, 3), SET_MAX(A, 2) } } },
	{ "limit lowered, charge above", SIBLINGS, { 9, 5, 9 }, { 0, 2, 0 },
	  { 9, 1, 0 }, 0,
	  { { CHARGE(A, 2), CHARGE(A, 1) }, { SET_MAX(A, 3), SET_MAX(A, 2) } } },
	{ "limit lowered above a reserve", SIBLINGS, { 6, 9, 9 }, { 0, 3, 0 },
	  { 9, 3, 0 }, 0,
	  { { CHARGE(A, 2), UNCHARGE(A, 2) }, { SET_MAX(R, 4), SET_MAX(R, 3) } } },
	{ "grow, the group is charged", SIBLINGS, { 7, 9, 9 }, { 0, 3, 0 },
	  { 9, 2, 0 }, 0,
	  { { RESERVE(A, 5) }, { CHARGE(A, 3), UNCHARGE(A, 1) } } },
	{ "grow, the group is uncharged", SIBLINGS, { 6, 9, 9 }, { 0, 5, 0 },
	  { 9, 2, 0 }, 0,
	  { { RESERVE(A, 6) }, { UNCHARGE(A, 2), UNCHARGE(A, 3) } } },
	{ "shrink, the group is charged", SIBLINGS, { 6, 9, 9 }, { 1, 2, 0 },
	  { 9, 5, 0 }, 0,
	  { { MUST_RESERVE(A, 3) }, { CHARGE(A, 2), CHARGE(R, 1) } } },
	{ "shrink to nothing, uncharge", SIBLINGS, { 6, 9, 9 }, { 0, 3, 0 },
	  { 9, 4, 0 }, 0,
	  { { MUST_RESERVE(A, 0) }, { UNCHARGE(A, 2), CHARGE(A, 3) } } },
	{ "rewrite thrice, uncharge", SIBLINGS, { 8, 9, 9 }, { 0, 4, 0 },
	  { 9, 2, 0 }, 0,
	  { { MUST_RESERVE(A, 3), MUST_RESERVE(A, 6), MUST_RESERVE(A, 1) },
	    { UNCHARGE(A, 3) } } },
	{ "rewrite thrice, charge", SIBLINGS, { 8, 9, 9 }, { 0, 1, 0 },
	  { 9, 2, 0 }, 0,
	  { { MUST_RESERVE(A, 3), MUST_RESERVE(A, 1), MUST_RESERVE(A, 4) },
	    { MUST_CHARGE(A, 3) } } },
	{ "rewrite by way of nothing, forced", SIBLINGS, { 9, 9, 9 },
	  { 0, 2, 0 }, { 9, 3, 0 }, 0,
	  { { MUST_RESERVE(A, 0), MUST_RESERVE(A, 5), MUST_RESERVE(A, 2) },
	    { FORCE(A, 2), UNCHARGE(A, 3) } } },
	{ "siblings grow, one fits", SIBLINGS, { 6, 9, 9 }, { 1, 0, 0 },
	  { 9, 1, 1 }, 0, { { RESERVE(A, 4) }, { RESERVE(B, 4) } } },
	{ "siblings grow, the cap holds one", SIBLINGS, { 9, 9, 9 },
	  { 0, 0, 0 }, { 6, 1, 1 }, 0,
	  { { RESERVE(A, 4) }, { RESERVE(B, 4) } } },
	{ "sibling grows into what shrinks", SIBLINGS, { 6, 9, 9 },
	  { 0, 1, 1 }, { 6, 4, 2 }, 0,
	  { { MUST_RESERVE(A, 2) }, { RESERVE(B, 4), RESERVE(B, 5) } } },
	{ "the cap is lowered, a child grows", SIBLINGS, { 9, 9, 9 },
	  { 0, 0, 0 }, { 6, 2, 1 }, 0,
	  { { RESERVE(R, 4) }, { RESERVE(A, 4) } } },
	{ "two writers of one group", SIBLINGS, { 7, 9, 9 }, { 0, 3, 0 },
	  { 9, 1, 0 }, 0,
	  { { MUST_RESERVE(A, 5) }, { MUST_RESERVE(A, 2), MUST_RESERVE(A, 0) } } },
	{ "first reserve, charge fails above", SIBLINGS, { 4, 9, 9 },
	  { 1, 2, 0 }, { 9, 0, 0 }, NEW,
	  { { RESERVE(A, 3) }, { CHARGE(A, 2), CHARGE(A, 1) } } },
	{ "first reserve, uncharge", SIBLINGS, { 5, 9, 9 }, { 0, 4, 0 },
	  { 9, 0, 0 }, NEW,
	  { { RESERVE(A, 5) }, { UNCHARGE(A, 3), UNCHARGE(A, 1) } } },
	{ "first of all, charge fails above", SIBLINGS, { 4, 9, 9 },
	  { 1, 2, 0 }, { 9, 0, 0 }, NEW | KEY_OFF,
	  { { RESERVE(A, 3) }, { CHARGE(A, 2), UNCHARGE(A, 1) } } },
	{ "first of all, forced and freed", SIBLINGS, { 9, 9, 9 }, { 1, 2, 0 },
	  { 9, 0, 0 }, NEW | KEY_OFF,
	  { { RESERVE(A, 4) }, { FORCE(A, 1), UNCHARGE(A, 2) } } },
	{ "first of all, twice at once", SIBLINGS, { 9, 9, 9 }, { 1, 2, 1 },
	  { 9, 0, 0 }, NEW | NEW_BELOW | KEY_OFF,
	  { { MUST_RESERVE(A, 4) }, { MUST_RESERVE(B, 3), UNCHARGE(B, 1) } } },
	{ "chain: charge up two walls", CHAIN, { 6, 9, 9 }, { 0, 1, 2 },
	  { 9, 4, 2 }, 0,
	  { { CHARGE(B, 2), UNCHARGE(B, 1) }, { CHARGE(A, 2) } } },
	{ "chain: fails at the top, uncharge", CHAIN, { 5, 9, 9 }, { 0, 2, 3 },
	  { 9, 5, 2 }, 0,
	  { { CHARGE(B, 2) }, { UNCHARGE(B, 2), CHARGE(R, 1) } } },
	{ "chain: freed and forced below", CHAIN, { 9, 9, 9 }, { 0, 1, 3 },
	  { 9, 3, 2 }, 0,
	  { { CHARGE(B, 1) }, { UNCHARGE(B, 2), FORCE(B, 2) } } },
	{ "chain: child grows within", CHAIN, { 6, 9, 9 }, { 0, 1, 1 },
	  { 9, 5, 1 }, 0,
	  { { MUST_RESERVE(B, 4) }, { CHARGE(B, 1), UNCHARGE(A, 1) } } },
	{ "chain: child grows, parent's excess", CHAIN, { 7, 9, 9 },
	  { 0, 4, 1 }, { 9, 5, 1 }, 0,
	  { { RESERVE(B, 4) }, { UNCHARGE(A, 2), CHARGE(A, 1) } } },
	{ "chain: both change", CHAIN, { 8, 9, 9 }, { 0, 1, 2 }, { 9, 4, 2 }, 0,
	  { { RESERVE(A, 6), RESERVE(A, 3) }, { RESERVE(B, 4), RESERVE(B, 1) } } },
	{ "chain: child grows, parent shrinks", CHAIN, { 8, 9, 9 }, { 0, 0, 0 },
	  { 9, 4, 1 }, 0,
	  { { RESERVE(A, 2) }, { RESERVE(B, 4) } } },
	{ "chain: no reserve below, charge", CHAIN, { 6, 9, 9 }, { 0, 1, 2 },
	  { 9, 4, 0 }, NEW_BELOW,
	  { { CHARGE(B, 2), UNCHARGE(B, 1) }, { CHARGE(B, 1), CHARGE(A, 1) } } },
	{ "chain: first reserve below", CHAIN, { 5, 9, 9 }, { 0, 1, 2 },
	  { 9, 4, 0 }, NEW_BELOW,
	  { { RESERVE(B, 3) }, { CHARGE(B, 2), UNCHARGE(B, 1) } } },
	{ "chain: no reserve above", CHAIN, { 5, 9, 9 }, { 0, 1, 2 },
	  { 9, 0, 0 }, NEW,
	  { { CHARGE(B, 2), UNCHARGE(B, 1) }, { RESERVE(A, 4), RESERVE(B, 3) } } },
	{ "remove, leftovers are freed", SIBLINGS, { 6, 9, 9 }, { 0, 3, 0 },
	  { 9, 5, 0 }, 0,
	  { { REMOVE(A) }, { UNCHARGE(A, 1), UNCHARGE(R, 1) } } },
	{ "remove, the group is charged", SIBLINGS, { 7, 9, 9 }, { 0, 3, 0 },
	  { 9, 5, 0 }, 0,
	  { { REMOVE(A), UNCHARGE(R, 2) }, { CHARGE(A, 3), CHARGE(R, 2) } } },
	{ "remove, sibling grows", SIBLINGS, { 7, 9, 9 }, { 0, 2, 0 },
	  { 6, 5, 1 }, 0,
	  { { REMOVE(A) }, { RESERVE(B, 3), RESERVE(B, 5) } } },
	{ "chain: remove, parent shrinks", CHAIN, { 8, 9, 9 }, { 0, 1, 2 },
	  { 9, 6, 4 }, 0,
	  { { REMOVE(B), UNCHARGE(A, 1) }, { RESERVE(A, 3), UNCHARGE(B, 1) } } },

	{ "charge, uncharge, rewrite", SIBLINGS, { 7, 9, 9 }, { 1, 3, 0 },
	  { 9, 3, 0 }, 0,
	  { { CHARGE(A, 2) }, { UNCHARGE(A, 1) }, { RESERVE(A, 5) } } },
	{ "two rewrites of a slot, uncharge", SIBLINGS, { 9, 9, 9 },
	  { 0, 4, 0 }, { 9, 2, 0 }, 0,
	  { { MUST_RESERVE(A, 4), MUST_RESERVE(A, 6) },
	    { UNCHARGE(A, 3) }, { FORCE(A, 1) } } },
	{ "charge, forced, grow", SIBLINGS, { 7, 9, 9 }, { 0, 3, 1 },
	  { 9, 3, 1 }, 0,
	  { { CHARGE(A, 2) }, { FORCE(A, 1) }, { RESERVE(B, 3) } } },
	{ "chain: charges and a limit", CHAIN, { 6, 9, 9 }, { 0, 1, 2 },
	  { 9, 4, 2 }, 0,
	  { { CHARGE(B, 2) }, { UNCHARGE(B, 1) }, { SET_MAX(R, 5) } } },
	{ "chain: remove, charge, shrink", CHAIN, { 8, 9, 9 }, { 0, 1, 2 },
	  { 9, 5, 3 }, 0,
	  { { REMOVE(B) }, { RESERVE(A, 2) }, { CHARGE(B, 2) } } },
	{ "first reserve, charge, uncharge", SIBLINGS, { 5, 9, 9 }, { 1, 2, 0 },
	  { 9, 0, 0 }, NEW,
	  { { RESERVE(A, 4) }, { CHARGE(A, 3) }, { UNCHARGE(A, 1) } } },
	{ "first of all, two at once, charge", SIBLINGS, { 9, 9, 9 },
	  { 1, 2, 1 }, { 9, 0, 0 }, NEW | NEW_BELOW | KEY_OFF,
	  { { MUST_RESERVE(A, 3) }, { MUST_RESERVE(B, 2) }, { CHARGE(B, 1) } } },
	{ "first of all, charge, uncharge", SIBLINGS, { 5, 9, 9 }, { 1, 2, 0 },
	  { 9, 0, 0 }, NEW | KEY_OFF,
	  { { RESERVE(A, 3) }, { CHARGE(A, 2) }, { UNCHARGE(A, 1) } } },
#else
	{ "siblings grow, one fits", SIBLINGS, { 6, 1, 1 }, { 1, 0, 0 },
	  { 6, 1, 1 }, 0, { { RESIZE(A, 4) }, { RESIZE(B, 4) } } },
	{ "sibling grows into a shrink", SIBLINGS, { 6, 4, 2 },
	  { 0, 1, 1 }, { 6, 4, 2 }, 0,
	  { { MUST_RESIZE(A, 2) }, { RESIZE(B, 4), RESIZE(B, 3) } } },
	{ "shrink, the group is charged", SIBLINGS, { 6, 5, 0 },
	  { 1, 2, 0 }, { 6, 5, 0 }, 0,
	  { { RESIZE(A, 3) }, { CHARGE(A, 2), CHARGE(R, 2) } } },
	{ "parent shrinks, child grows", CHAIN, { 9, 6, 1 },
	  { 0, 0, 0 }, { 9, 6, 1 }, 0,
	  { { RESIZE(A, 3) }, { RESIZE(B, 5) } } },
	{ "parent shrinks, forced below", CHAIN, { 9, 6, 1 },
	  { 0, 0, 0 }, { 9, 6, 1 }, 0,
	  { { RESIZE(A, 3) }, { RESIZE(B, 5) }, { FORCE(B, 5) } } },
	{ "the cap shrinks, child grows", CHAIN, { 9, 2, 0 },
	  { 0, 0, 0 }, { 9, 2, 0 }, 0,
	  { { RESIZE(R, 4) }, { RESIZE(A, 6), RESIZE(A, 4) } } },
	{ "two writers of one group", SIBLINGS, { 7, 2, 0 },
	  { 1, 1, 0 }, { 7, 2, 0 }, 0,
	  { { MUST_RESIZE(A, 5) }, { MUST_RESIZE(A, 3), MUST_RESIZE(A, 1) } } },
	{ "both change", CHAIN, { 8, 4, 2 }, { 0, 1, 1 }, { 8, 4, 2 }, 0,
	  { { RESIZE(A, 6) }, { RESIZE(B, 3), RESIZE(B, 1) } } },
	{ "grow, shrink, grow below", CHAIN, { 8, 4, 2 }, { 0, 0, 0 },
	  { 8, 4, 2 }, 0,
	  { { RESIZE(A, 6) }, { RESIZE(B, 4) }, { RESIZE(R, 5) } } },
#endif
};

static const struct scenario *scenario;

/* What a task has under way. */
static const struct op *running[MAX_TASKS];
static long forced;			/* pages, ever */
static const void *last_point;		/* of the running task: see access */
static struct task_struct *at_point;
static unsigned int written[NR_GROUPS];	/* reserves that may be in force */

const char *name_of(const void *object)
{
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++) {
		const char *at = object;

		if (at >= (char *)&groups[i] && at < (char *)&groups[i + 1])
			return group_names[i];
	}
	return "?";
}

/*
 * What others change must be looked at only where the schedule can change, or a
 * race would go unseen.  Reserve_gp is the writer's own.
 */
void check_access(const void *address)
{
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++) {
		struct page_counter *c = &groups[i].counter;
		size_t at = (const char *)address - (const char *)c;

		if (at >= sizeof(*c))
			continue;
		if (at >= offsetof(struct page_counter, watermark) &&
		    at < offsetof(struct page_counter, children_reserve))
			continue;
		if (at == offsetof(struct page_counter, reserve_gp) ||
		    at == offsetof(struct page_counter, parent))
			continue;
		/* Set once, by the writer, who may look whenever he wants. */
		if (at == offsetof(struct page_counter, pays_first) &&
		    (groups[i].writer.holder == current ||
		     groups[i].res.resize.lock.holder == current))
			continue;
		if (current->spinlocks &&
		    (at == offsetof(struct page_counter, children_reserve) ||
		     at == offsetof(struct page_counter, reserve_frozen)))
			continue;
		if (address != last_point || at_point != current)
			world_fail("%s: offset %zu is touched beside a point",
				   group_names[i], at);
	}
}

void reserve_point(const void *object)
{
	last_point = object;
	at_point = current;
}

static long pages_of(const struct group *group)
{
	return page_counter_pages(group->counter.usage.counter);
}

static long reserve_of(const struct group *group)
{
	unsigned int slot = page_counter_slot(group->counter.usage.counter);

	if (slot > 2)
		world_fail("%s: slot %u", name_of(group), slot);
	return slot ? group->counter.reserve[slot - 1] : 0;
}

static bool is_at_or_above(const struct group *above, const struct group *group)
{
	for (; group; group = group->parent)
		if (group == above)
			return true;
	return false;
}

/*
 * Does a charge of group @from add to @to before it knows that it can have it?
 * Mainline's way does, from the bottom up to the first that pays first.
 */
static bool speculates(const struct group *from, const struct group *to)
{
	for (; from; from = from->parent) {
		unsigned int bit = 1 << (from - groups);

		if (from->parent && !(scenario->new & bit))
			return false;
		if (from == to)
			return true;
	}
	return false;
}

/*
 * By how much the usage of a group can be above its limit for the moment: what
 * had to be charged, what mainline's way tries to charge, and what a charge
 * takes that has not seen the new limit.
 */
static long above_limit(const struct group *group, bool limit_changes)
{
	long sum = forced;
	unsigned int i;

	for (i = 0; i < MAX_TASKS; i++) {
		const struct op *op = running[i];

		if (!op || (op->action != CHARGE && op->action != RESIZE))
			continue;
		if ((op->action == CHARGE &&
		     speculates(&groups[op->group], group)) ||
		    (limit_changes &&
		     is_at_or_above(group, &groups[op->group])))
			sum += op->pages;
	}
	return sum;
}

/*
 * Pages under way below the group that it need not have paid yet: those that
 * do not ask, and those that are charged mainline's way.
 */
static long not_paid_yet(const struct group *group)
{
	long sum = 0;
	unsigned int i;

	for (i = 0; i < MAX_TASKS; i++) {
		const struct op *op = running[i];
		const struct group *from, *child;

		if (!op)
			continue;
		from = &groups[op->group];
		for (child = from; child && child->parent != group;
		     child = child->parent)
			;
		if (child && (op->action == FORCE ||
			      (op->action == CHARGE && speculates(from, child))))
			sum += op->pages;
	}
	return sum;
}

static bool scenario_has(enum action action, const struct group *group)
{
	unsigned int task, op;

	for (task = 0; task < MAX_TASKS; task++)
		for (op = 0; op < OPS_PER_TASK; op++)
			if (scenario->tasks[task][op].action == action &&
			    &groups[scenario->tasks[task][op].group] == group)
				return true;
	return false;
}

struct parts {
	long pages;
	long reserve;
};

static struct parts parts_of(const struct group *parent)
{
	struct parts sum = { parent->direct, 0 };
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++) {
		long reserve;

		if (groups[i].parent != parent)
			continue;
		reserve = reserve_of(&groups[i]);
		sum.pages += max(pages_of(&groups[i]), reserve);
		sum.reserve += reserve;
	}
	return sum;
}

/* At every instant: no page and no reserve is promised twice. */
static void check_group(struct group *group)
{
	struct page_counter *c = &group->counter;
	struct parts parts = parts_of(group);
	bool limit_changes = scenario_has(SET_MAX, group) ||
			     scenario_has(RESIZE, group);
	unsigned long covers = group->parent ? (unsigned long)reserve_of(group) :
					       c->reserve[0];

	if (pages_of(group) < 0)
		world_fail("%s: usage %ld", name_of(group), pages_of(group));
	/* A limit that is being tried is none yet. */
	if (!group->limit_tries &&
	    pages_of(group) > (long)c->max + above_limit(group, limit_changes))
		world_fail("%s: usage %ld is above limit %lu", name_of(group),
			   pages_of(group), c->max);
	if (pages_of(group) < parts.pages - not_paid_yet(group))
		world_fail("%s: usage %ld, but its parts are %ld", name_of(group),
			   pages_of(group), parts.pages);
	if (parts.reserve > (long)c->children_reserve)
		world_fail("%s: the children reserve more than is counted",
			   name_of(group));
	/* A cap goes down past what was about to grow, and then can not. */
	if (!group->parent && limit_changes)
		return;
	if (c->children_reserve > covers)
		world_fail("%s: covers %lu, the children have %lu",
			   name_of(group), covers, c->children_reserve);
	if (group->removed && reserve_of(group))
		world_fail("%s: removed, but keeps a reserve", name_of(group));
}

void check_books(void)
{
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++)
		check_group(&groups[i]);
}

/* Where limits are reserves: the two are one, and in memory+swap as well. */
static void check_loans(struct group *group)
{
	struct page_counter *c = &group->counter, *memsw = &group->memsw;
	unsigned long reserve = page_counter_reserve(c);

	if (reserve != c->max)
		world_fail("%s: limit %lu, reserve %lu", name_of(group), c->max,
			   reserve);
	if (memsw->children_reserve != c->children_reserve)
		world_fail("%s: lends %lu, but of memory+swap %lu",
			   name_of(group), c->children_reserve,
			   memsw->children_reserve);
	if (group->parent &&
	    page_counter_reserve(memsw) != reserve)
		world_fail("%s: another reserve in memory+swap", name_of(group));
	if (page_counter_read(memsw) != memsw->children_reserve)
		world_fail("%s: memory+swap is not what is lent",
			   name_of(group));
}

/* At the end: the formula, exact. */
void scenario_end(void)
{
	unsigned int i;

	check_books();
	for (i = 0; i < NR_GROUPS; i++) {
		struct group *group = &groups[i];
		struct page_counter *c = &group->counter;
		struct parts parts = parts_of(group);
		unsigned long reserve = page_counter_reserve(c);

		if (pages_of(group) != parts.pages)
			world_fail("%s: usage %ld is not its parts, %ld",
				   group_names[i], pages_of(group), parts.pages);
		if (!forced && pages_of(group) > (long)c->max)
			world_fail("%s: usage %ld is above limit %lu",
				   group_names[i], pages_of(group), c->max);
		if (parts.reserve != (long)c->children_reserve)
			world_fail("%s: the children reserve %ld, not %lu",
				   group_names[i], parts.reserve,
				   c->children_reserve);
		if (LIMITS_ARE_RESERVES)
			check_loans(group);
		else if (reserve != written[i])
			world_fail("%s: the reserve is %lu, not %u",
				   group_names[i], reserve, written[i]);
		if (page_counter_excess(c) !=
		    (unsigned long)max(0L, pages_of(group) - reserve_of(group)))
			world_fail("%s: wrong excess", group_names[i]);
	}
}

static void lock(struct shim_lock *lock)
{
	while (lock->holder)
		world_wait(lock, false);
	lock->holder = current;
}

static void unlock(struct shim_lock *lock)
{
	lock->holder = NULL;
}

static bool charge(struct group *group, unsigned int pages)
{
	struct page_counter *fail = NULL;

	if (!page_counter_try_charge(&group->counter, pages, &fail)) {
		if (!fail || !is_at_or_above((struct group *)fail, group))
			world_fail("a charge fails at a group it is not for");
		return false;
	}
	group->direct += pages;
	group->pool += pages;
	return true;
}

static void uncharge(struct group *group, long pages)
{
	pages = min(pages, group->pool);
	group->pool -= pages;
	group->direct -= pages;
	page_counter_uncharge(&group->counter, pages);
}

static bool set_max(struct group *group, unsigned int pages)
{
	int ret;

	lock(&group->writer);
	group->limit_tries++;
	ret = page_counter_set_max(&group->counter, pages);
	group->limit_tries--;
	unlock(&group->writer);
	return !ret;
}

static bool set_reserve(struct group *group, unsigned int pages)
{
	struct page_counter *fail = NULL;
	int ret;

	lock(&group->writer);
	if (group->removed)
		pages = 0;
	while ((ret = page_counter_set_reserve(&group->counter, pages,
					       &fail)) == -EAGAIN) {
		unlock(&group->writer);
		shim_rcu_wait(group->counter.reserve_gp);
		lock(&group->writer);
		if (group->removed)
			pages = 0;
	}
	if (ret && ret != -EBUSY && ret != -ENOSPC)
		world_fail("setting a reserve returns %d", ret);
	if (fail && (ret != -EBUSY || fail == &group->counter))
		world_fail("returned %d, but no room at %s", ret, name_of(fail));
	if (!ret)
		written[group - groups] = pages;
	if (page_counter_reserve(&group->counter) != written[group - groups])
		world_fail("%s: returned %d, reserve is %lu", name_of(group),
			   ret, page_counter_reserve(&group->counter));
	unlock(&group->writer);
	return !ret;
}

/* As rmdir: no reserve, then what is left is uncharged from the parent. */
static void remove_group(struct group *group)
{
	if (!set_reserve(group, 0))
		world_fail("%s: can not be removed", name_of(group));
	group->removed = true;
	group->parent->pool += group->pool;
	group->pool = 0;
}

/* Limit and reserve are one, and the counters of the parent its lender's. */
static bool resize(struct group *group, unsigned int pages)
{
	unsigned long long limit = (unsigned long long)pages << PAGE_SHIFT;
	struct group *parent = group->parent;
	int ret;

	group->limit_tries++;
	while ((ret = res_counter_resize(&group->res,
					 parent ? &parent->res : NULL, limit,
					 NULL, 0)) == -EAGAIN) {
		shim_rcu_wait(group->res.memory->reserve_gp);
		shim_rcu_wait(group->res.memsw->reserve_gp);
	}
	group->limit_tries--;
	if (ret && ret != -EBUSY && ret != -ENOSPC)
		world_fail("a resize returns %d", ret);
	return !ret;
}

static bool run_op(const struct op *op)
{
	struct group *group = &groups[op->group];

	switch (op->action) {
	case CHARGE:
		return charge(group, op->pages);
	case FORCE:
		forced += op->pages;
		page_counter_charge(&group->counter, op->pages);
		group->direct += op->pages;
		group->pool += op->pages;
		break;
	case UNCHARGE:
		uncharge(group, op->pages);
		break;
	case SET_MAX:
		return set_max(group, op->pages);
	case RESERVE:
		return set_reserve(group, op->pages);
	case RESIZE:
		return resize(group, op->pages);
	case REMOVE:
		remove_group(group);
		break;
	case NOTHING:
		break;
	}
	return true;
}

void scenario_task(unsigned int task)
{
	unsigned int i;

	for (i = 0; i < OPS_PER_TASK; i++) {
		const struct op *op = &scenario->tasks[task][i];
		bool done;

		running[task] = op;
		done = run_op(op);
		running[task] = NULL;
		if (!done && op->must)
			world_fail("task %u, step %u: must work", task, i);
	}
	shim_check_no_readers();
}

static void set_up_memsw(struct group *group)
{
	struct page_counter *memsw = &group->memsw;
	struct group *parent = group->parent;

	page_counter_init(memsw, parent ? &parent->memsw : NULL);
	res_counter_init(&group->res, &group->counter, memsw);
	memsw->reserve[0] = group->counter.reserve[0];
	memsw->pays_first = parent;
	if (parent && memsw->reserve[0])
		memsw->usage.counter = 1L << PAGE_COUNTER_SLOT_SHIFT;
}

static void set_up_group(unsigned int i, struct group *parent)
{
	struct group *group = &groups[i];
	struct page_counter *c = &group->counter;

	memset(group, 0, sizeof(*group));
	group->parent = parent;
	c->parent = parent ? &parent->counter : NULL;
	c->max = scenario->max[i];
	group->direct = scenario->pages[i];
	group->pool = scenario->pages[i];
	c->usage.counter = scenario->pages[i];
	c->reserve[0] = scenario->reserve[i];
	written[i] = scenario->reserve[i];
	set_up_memsw(group);
	if (!parent)
		return;
	c->pays_first = !(scenario->new & (1 << i));
	if (scenario->reserve[i])
		c->usage.counter += 1L << PAGE_COUNTER_SLOT_SHIFT;
}

static void pay(struct group *group)
{
	long reserve = reserve_of(group);

	group->parent->counter.usage.counter += max(pages_of(group), reserve);
	group->parent->counter.children_reserve += reserve;
	group->parent->memsw.usage.counter += reserve;
	group->parent->memsw.children_reserve += reserve;
}

void scenario_start(void)
{
	/* What it calls back is a point in the run before. */
	shim_rcu_reset();
	memset(running, 0, sizeof(running));
	forced = 0;
	page_counter_reserve_key.on = !(scenario->new & KEY_OFF);
	set_up_group(R, NULL);
	set_up_group(A, &groups[R]);
	set_up_group(B, scenario->tree == CHAIN ? &groups[A] : &groups[R]);
	pay(&groups[B]);
	pay(&groups[A]);
}

#include "../interleave/table.h"
