// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every interleaving of the protocol in small trees.
 */
#include "access.h"
#include "scenario.h"
#include "scheduler.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>

#define RETRIES		2

/*
 * The trees: B is A's sibling or A's child, and R is above both.  ROOTED are
 * siblings below what is a root for the verbs, too.
 */
enum { R, A, B, NR_GROUPS };
enum { SIBLINGS, CHAIN, ROOTED };

static struct group {
	struct res_counter counter;
	struct group *parent;
	bool removed;
	bool trimmed;		/* has repaid all, and may have a limit left */
	/* Pages that exist: what the counter's usage must never fall below. */
	unsigned int own;
} groups[NR_GROUPS];

static const char * const group_names[] = { "R", "A", "B" };

enum action { NOTHING, RESIZE, CHARGE, UNCHARGE, TRIM, REMOVE };

struct op {
	enum action action;
	int group;
	unsigned int pages;
	bool must;		/* must succeed, unless a fault hits its task */
};

#define RESIZE(g, pages)	{ RESIZE, g, pages, false }
#define MUST_RESIZE(g, pages)	{ RESIZE, g, pages, true }
#define CHARGE(g, pages)	{ CHARGE, g, pages, false }
#define MUST_CHARGE(g, pages)	{ CHARGE, g, pages, true }
#define UNCHARGE(g, pages)	{ UNCHARGE, g, pages, false }
#define TRIM(g)			{ TRIM, g, 0, true }
#define REMOVE(g)		{ REMOVE, g, 0, true }

#define OPS_PER_TASK 2

#define UNLIMITED	(RES_COUNTER_LIMIT_MAX / PAGE_SIZE)
#define WHOLE		64	/* pages that a root without a limit lends of */

/* Limits and own pages of R, A and B to start with; then what runs at once. */
static const struct scenario {
	const char *name;
	int tree;
	unsigned long limit[NR_GROUPS];
	unsigned int own[NR_GROUPS];
	struct op tasks[MAX_TASKS][OPS_PER_TASK];
} scenarios[] = {
#include "resizes.h"

	{ "two writers, grow and shrink", SIBLINGS, { 8, 3, 0 }, { 0, 1, 0 },
	  { { MUST_RESIZE(A, 5) }, { MUST_RESIZE(A, 1) } } },
	{ "two writers of the root", SIBLINGS, { 8, 3, 0 }, { 2, 0, 0 },
	  { { RESIZE(R, 5) }, { MUST_RESIZE(R, 9) } } },
	{ "siblings grow, both fit exactly", SIBLINGS, { 8, 1, 1 }, { 0, 0, 0 },
	  { { MUST_RESIZE(A, 4) }, { MUST_RESIZE(B, 4) } } },
	{ "chain: both grow", CHAIN, { 8, 4, 2 }, { 0, 1, 1 },
	  { { MUST_RESIZE(A, 6) }, { RESIZE(B, 4) } } },
	{ "chain: the end gives way", CHAIN, { 8, 6, 4 }, { 0, 0, 3 },
	  { { RESIZE(A, 3) }, { RESIZE(B, 2) } } },
	{ "remove, leftovers are freed", SIBLINGS, { 6, 4, 0 }, { 0, 2, 0 },
	  { { REMOVE(A) }, { UNCHARGE(A, 1), UNCHARGE(A, 1) } } },
	{ "remove, parent is charged", SIBLINGS, { 7, 4, 1 }, { 1, 2, 0 },
	  { { REMOVE(A) }, { MUST_CHARGE(R, 1), CHARGE(R, 2) } } },
	{ "trim, the group is charged", SIBLINGS, { 8, 6, 0 }, { 0, 2, 0 },
	  { { TRIM(A) }, { CHARGE(A, 2), UNCHARGE(A, 1) } } },
	{ "trim against a grow", SIBLINGS, { 8, 4, 1 }, { 0, 2, 0 },
	  { { TRIM(A) }, { RESIZE(A, 6) } } },
	{ "a part is kept, one fits", ROOTED, { 64, 31, 31 }, { 0, 0, 0 },
	  { { RESIZE(A, 32) }, { RESIZE(B, 32) } } },
	{ "a part is kept, the root is charged", ROOTED, { 64, 31, 31 },
	  { 1, 0, 0 },
	  { { RESIZE(A, 32) }, { CHARGE(R, 1), UNCHARGE(R, 2) } } },
	{ "a part is kept, the root shrinks", ROOTED, { 66, 30, 32 },
	  { 2, 0, 0 },
	  { { RESIZE(R, 64) }, { RESIZE(A, 31), UNCHARGE(R, 1) } } },
	{ "no more than the whole", ROOTED, { UNLIMITED, 31, 31 },
	  { 9, 0, 0 }, { { RESIZE(A, 32) }, { RESIZE(B, 32) } } },
	{ "the root gets a limit, a child grows", ROOTED,
	  { UNLIMITED, 31, 31 }, { 1, 0, 0 },
	  { { RESIZE(R, 64) }, { RESIZE(A, 32) } } },
	{ "chain: trim, the child grows", CHAIN, { 8, 6, 1 }, { 0, 1, 1 },
	  { { TRIM(A) }, { RESIZE(B, 3), RESIZE(B, 2) } } },

	{ "three writers of one group", SIBLINGS, { 8, 2, 0 }, { 0, 1, 0 },
	  { { MUST_RESIZE(A, 4) }, { MUST_RESIZE(A, 1) },
	    { MUST_RESIZE(A, 5) } } },
	{ "chain: two writers and a charge", CHAIN, { 8, 5, 2 }, { 0, 1, 1 },
	  { { RESIZE(A, 3) }, { RESIZE(B, 4) }, { CHARGE(A, 1) } } },
	{ "chain: remove, resize, charge", CHAIN, { 8, 5, 3 }, { 0, 1, 2 },
	  { { REMOVE(B) }, { RESIZE(A, 4) }, { CHARGE(A, 1) } } },
};

static const struct scenario *scenario;
static unsigned int refused[NR_GROUPS];	/* failed charges, and resizes of its children */
static unsigned int never[NR_GROUPS];	/* of them: with ENOSPC */
static bool limit_was_set[NR_GROUPS];

static struct group *group_of(const struct res_counter *counter)
{
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++)
		if (&groups[i].counter == counter)
			return &groups[i];
	world_fail("a callback gets a counter that does not exist");
}

const char *name_of(const void *object)
{
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++) {
		const char *counter = (const char *)&groups[i].counter;
		const char *at = object;

		if (at >= counter && at < counter + sizeof(struct res_counter))
			return group_names[i];
	}
	return "?";
}

void check_access(const void *address)
{
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++) {
		struct res_counter *counter = &groups[i].counter;
		const char *at = address;

		if (at < (char *)&counter->usage ||
		    at >= (char *)(&counter->security + 1))
			continue;
		if (counter->lock.holder != current)
			world_fail("the books of %s are touched without its lock",
				   group_names[i]);
		if (at < (char *)&counter->borrow)
			world_fail("the protocol goes past the verbs of %s",
				   group_names[i]);
	}
}

struct children {
	unsigned long long limit;
	unsigned long long borrow;
};

static struct children sum_children(const struct group *parent)
{
	struct children sum = { 0, 0 };
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++) {
		if (groups[i].parent != parent)
			continue;
		sum.limit += groups[i].counter.limit;
		sum.borrow += groups[i].counter.borrow;
	}
	return sum;
}

/* In whole pages, as the 64th that a root keeps. */
static unsigned long long lendable(const struct res_counter *counter)
{
	unsigned long pages = counter->limit / PAGE_SIZE;

	if (!counter->whole)
		return counter->limit;
	if (pages == UNLIMITED)
		pages = WHOLE;
	return (pages - pages / 64) * PAGE_SIZE;
}

/* At every instant: no byte is promised twice. */
void check_books(void)
{
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++) {
		struct res_counter *counter = &groups[i].counter;
		struct children children = sum_children(&groups[i]);

		if (counter->usage > counter->limit)
			world_fail("%s: usage is above limit", group_names[i]);
		if (counter->security > lendable(counter))
			world_fail("%s: lends what it has not, or keeps",
				   group_names[i]);
		if (children.borrow > counter->security)
			world_fail("%s: the children borrow more than security",
				   group_names[i]);
		if (children.limit > counter->security)
			world_fail("%s: the children's limits exceed security",
				   group_names[i]);
		if (counter->usage < counter->security)
			world_fail("%s: usage is below security",
				   group_names[i]);
		if (counter->usage - counter->security <
		    groups[i].own * PAGE_SIZE)
			world_fail("%s: has pages that nobody pays for",
				   group_names[i]);
	}
}

static void check_limit(unsigned int i)
{
	struct res_counter *counter = &groups[i].counter;
	unsigned int task, op;

	if (groups[i].removed) {
		if (counter->limit)
			world_fail("%s: removed, but keeps a limit",
				   group_names[i]);
		return;
	}
	if (groups[i].trimmed)
		return;
	if (!limit_was_set[i]) {
		if (counter->limit != scenario->limit[i] * PAGE_SIZE)
			world_fail("%s: the limit changed, but no resize worked",
				   group_names[i]);
		return;
	}
	for (task = 0; task < MAX_TASKS; task++)
		for (op = 0; op < OPS_PER_TASK; op++) {
			const struct op *o = &scenario->tasks[task][op];

			if (o->action == RESIZE && o->group == (int)i &&
			    counter->limit == o->pages * PAGE_SIZE)
				return;
		}
	world_fail("%s: the limit is none that was written", group_names[i]);
}

/* At the end, with no resize in flight. */
void scenario_end(void)
{
	unsigned int i;

	check_books();
	for (i = 0; i < NR_GROUPS; i++) {
		struct res_counter *counter = &groups[i].counter;

		if (counter->borrow != (groups[i].parent ? counter->limit : 0))
			world_fail("%s: borrow is not limit", group_names[i]);
		if (counter->security != sum_children(&groups[i]).borrow)
			world_fail("%s: security is not what children borrow",
				   group_names[i]);
		if (counter->usage !=
		    groups[i].own * PAGE_SIZE + counter->security)
			world_fail("%s: usage is not own pages plus security",
				   group_names[i]);
		if (counter->max_usage < counter->usage)
			world_fail("%s: max_usage is below usage",
				   group_names[i]);
		if (counter->failcnt > refused[i] ||
		    counter->failcnt < never[i])
			world_fail("%s: failcnt %llu after %u failed resizes",
				   group_names[i], counter->failcnt,
				   refused[i]);
		check_limit(i);
	}
}

static void free_pages(struct group *group, unsigned int pages)
{
	if (pages > group->own)
		pages = group->own;
	group->own -= pages;
	res_counter_uncharge(&group->counter, pages * PAGE_SIZE);
}

static int reclaim(struct res_counter *counter, unsigned long long val)
{
	world_point("callback", counter);
	if (current->spinlocks)
		world_fail("the callback is called with a spinlock held");
	if (fault_here("callback fails"))
		return -EIO;
	if (!fault_here("frees nothing"))
		free_pages(group_of(counter), val / PAGE_SIZE);
	return 0;
}

static int resize(struct group *group, unsigned int pages)
{
	struct res_counter *parent =
		group->parent ? &group->parent->counter : NULL;
	bool was_gone = group->removed || group->trimmed;
	int ret = res_counter_resize(&group->counter, parent,
				     pages * PAGE_SIZE, reclaim, RETRIES);

	if (ret == -EINTR && !current->signal)
		world_fail("EINTR without a signal");
	if (ret && ret != -ENOSPC && ret != -EBUSY && ret != -EINTR &&
	    ret != -EIO && ret != -ENODEV)
		world_fail("a limit write returns %d", ret);
	if (was_gone && ret != -ENODEV && ret != -EINTR)
		world_fail("a write to a removed group returns %d", ret);
	if (ret == -ENODEV && !group->removed && !group->trimmed)
		world_fail("ENODEV from a group that is there");
	if (!ret)
		limit_was_set[group - groups] = true;
	if (ret && parent)
		refused[group->parent - groups]++;
	if (ret == -ENOSPC)
		never[group->parent - groups]++;
	return ret;
}

static int charge(struct group *group, unsigned int pages)
{
	int ret = res_counter_charge(&group->counter, pages * PAGE_SIZE);

	if (ret)
		refused[group - groups]++;
	else
		group->own += pages;
	return ret;
}

static void repay_all(struct group *group)
{
	if (res_counter_repay_resource(&group->counter, &group->parent->counter,
				       RES_COUNTER_REPAY_ALL, NULL, 0))
		world_fail("\"all, and force\" fails");
}

static void trim(struct group *group)
{
	mutex_lock(&group->counter.resize);
	repay_all(group);
	group->trimmed = true;
	mutex_unlock(&group->counter.resize);
}

static void remove_group(struct group *group)
{
	struct res_counter *counter = &group->counter;
	struct res_counter *parent = &group->parent->counter;

	mutex_lock(&counter->resize);
	while (group->own) {
		group->own--;
		res_counter_rehome(counter, parent, PAGE_SIZE);
		group->parent->own++;
	}
	/* A page that someone else is about to uncharge is still counted. */
	while (res_counter_read_u64(counter, RES_USAGE))
		shim_sleep(1);
	repay_all(group);
	group->removed = true;
	mutex_unlock(&counter->resize);
}

static int run_op(const struct op *op)
{
	struct group *group = &groups[op->group];

	switch (op->action) {
	case RESIZE:
		return resize(group, op->pages);
	case CHARGE:
		return charge(group, op->pages);
	case UNCHARGE:
		free_pages(group, op->pages);
		return 0;
	case TRIM:
		trim(group);
		return 0;
	case REMOVE:
		remove_group(group);
		return 0;
	case NOTHING:
		break;
	}
	return 0;
}

void scenario_start(void)
{
	unsigned int i;

	memset(refused, 0, sizeof(refused));
	memset(never, 0, sizeof(never));
	memset(limit_was_set, 0, sizeof(limit_was_set));
	for (i = 0; i < NR_GROUPS; i++) {
		struct group *group = &groups[i];

		res_counter_init(&group->counter);
		group->removed = false;
		group->trimmed = false;
		group->own = scenario->own[i];
		group->counter.limit = scenario->limit[i] * PAGE_SIZE;
		group->counter.usage = scenario->own[i] * PAGE_SIZE;
	}
	if (scenario->tree == ROOTED)
		groups[R].counter.whole = WHOLE * PAGE_SIZE;
	groups[A].parent = &groups[R];
	groups[B].parent = scenario->tree == CHAIN ? &groups[A] : &groups[R];
	for (i = A; i < NR_GROUPS; i++) {
		struct group *group = &groups[i];

		group->counter.borrow = group->counter.limit;
		group->parent->counter.security += group->counter.limit;
		group->parent->counter.usage += group->counter.limit;
	}
	for (i = 0; i < NR_GROUPS; i++)
		groups[i].counter.max_usage = groups[i].counter.usage;
}

#include "task.h"
#include "table.h"
