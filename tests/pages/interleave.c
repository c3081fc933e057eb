// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every interleaving of the protocol over page counters, in small trees: each
 * atomic access of a counter is a point, as each lock and unlock is.
 */
#include "../interleave/access.h"
#include "../interleave/scenario.h"
#include "../interleave/scheduler.h"
#include "group.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define RETRIES		2

/* The trees: R is the root; B is A's sibling or A's child. */
enum { R, A, B, NR_GROUPS };
enum { SIBLINGS, CHAIN };

static struct group groups[NR_GROUPS];

static const char * const group_names[] = { "R", "A", "B" };

enum action {
	NOTHING, RESIZE, CHARGE, FORCE, UNCHARGE, FREE_KERNEL, REMOVE, SETTLE,
};

struct op {
	enum action action;
	int group;
	unsigned int pages;
	bool must;		/* must succeed, unless a fault hits its task */
};

#define RESIZE(g, pages)	{ RESIZE, g, pages, false }
#define MUST_RESIZE(g, pages)	{ RESIZE, g, pages, true }
#define CHARGE(g, pages)	{ CHARGE, g, pages, false }
#define FORCE(g, pages)		{ FORCE, g, pages, false }
#define UNCHARGE(g, pages)	{ UNCHARGE, g, pages, false }
#define FREE_KERNEL(g, pages)	{ FREE_KERNEL, g, pages, false }
#define REMOVE(g)		{ REMOVE, g, 0, false }
/* Of a group that is removed, or is about to be. */
#define SETTLE(g)		{ SETTLE, g, 0, false }

#define OPS_PER_TASK 3

/*
 * Limits and user pages of R, A and B to start with; what runs at once; kernel
 * pages.
 */
static const struct scenario {
	const char *name;
	int tree;
	unsigned int limit[NR_GROUPS];
	unsigned int user[NR_GROUPS];
	struct op tasks[MAX_TASKS][OPS_PER_TASK];
	unsigned int kernel[NR_GROUPS];
} scenarios[] = {
#include "../interleave/resizes.h"

	{ "shrink, a charge that must not fail", SIBLINGS, { 8, 6, 0 },
	  { 0, 4, 0 },
	  { { RESIZE(A, 4) }, { FORCE(A, 1), UNCHARGE(A, 1) } } },
	{ "remove, leftovers are freed", SIBLINGS, { 6, 4, 0 }, { 0, 3, 0 },
	  { { REMOVE(A) }, { UNCHARGE(A, 1), UNCHARGE(A, 1) } } },
	{ "remove, kernel memory is freed", SIBLINGS, { 6, 4, 0 }, { 0, 1, 0 },
	  { { REMOVE(A) },
	    { FREE_KERNEL(A, 1), UNCHARGE(A, 1), FREE_KERNEL(A, 1) } },
	  .kernel = { 0, 2, 0 } },
	{ "remove, the group is charged", SIBLINGS, { 6, 4, 0 }, { 0, 2, 0 },
	  { { REMOVE(A) }, { CHARGE(A, 2), UNCHARGE(A, 1) } } },
	{ "remove, a charge that must not fail", SIBLINGS, { 9, 2, 0 },
	  { 0, 2, 0 },
	  { { REMOVE(A) }, { FORCE(A, 2), UNCHARGE(A, 3) } } },
	{ "remove, another settles", SIBLINGS, { 6, 4, 0 }, { 0, 3, 0 },
	  { { REMOVE(A) },
	    { UNCHARGE(A, 1), SETTLE(A), UNCHARGE(A, 1) } } },
	{ "two settle one dead group", SIBLINGS, { 6, 4, 0 }, { 0, 3, 0 },
	  { { REMOVE(A), UNCHARGE(A, 1), SETTLE(A) },
	    { UNCHARGE(A, 1), SETTLE(A) } } },
	{ "settle, sibling grows", SIBLINGS, { 6, 4, 1 }, { 0, 4, 0 },
	  { { REMOVE(A), UNCHARGE(A, 3), SETTLE(A) },
	    { RESIZE(B, 5) } } },
	{ "settle, the dead group is charged", SIBLINGS, { 8, 4, 0 },
	  { 0, 4, 0 },
	  { { REMOVE(A), UNCHARGE(A, 2), SETTLE(A) },
	    { CHARGE(A, 1), CHARGE(A, 1) } } },
	{ "chain: remove both", CHAIN, { 8, 6, 4 }, { 0, 1, 2 },
	  { { REMOVE(B), REMOVE(A) },
	    { UNCHARGE(B, 1), FREE_KERNEL(B, 1), SETTLE(B) } },
	  .kernel = { 0, 0, 1 } },

	{ "remove, charge and settle", SIBLINGS, { 6, 4, 0 }, { 0, 2, 0 },
	  { { REMOVE(A) }, { UNCHARGE(A, 1), CHARGE(A, 1) },
	    { SETTLE(A), FREE_KERNEL(A, 1) } },
	  .kernel = { 0, 1, 0 } },
};

static const struct scenario *scenario;
static unsigned int refused[NR_GROUPS];	/* failed resizes of its children */
static unsigned int never[NR_GROUPS];	/* of them: with ENOSPC */
static bool limit_was_set[NR_GROUPS];
/* Charges that must not fail: a limit need not hold, nor are all paid yet. */
static bool forced;

static struct group *group_of(const struct res_counter *res)
{
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++)
		if (&groups[i].res == res)
			return &groups[i];
	world_fail("a callback gets a counter that does not exist");
}

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

void check_access(const void *address)
{
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++) {
		struct res_counter *res = &groups[i].res;
		const char *at = address;

		if (at >= (char *)&res->borrow &&
		    at < (char *)(&res->security + 1) &&
		    res->lock.holder != current)
			world_fail("the books of %s are touched without its lock",
				   group_names[i]);
	}
}

static unsigned long long max(unsigned long long a, unsigned long long b)
{
	return a > b ? a : b;
}

/* The limit that charges meet, less what the parent pays for already. */
static unsigned long long limit_of(const struct group *group)
{
	unsigned long long limit = BYTES(group->memory.max);

	return limit > group->res.rehomed ? limit - group->res.rehomed : 0;
}

/* All that a group has, or could take without asking its parent. */
static unsigned long long claim_of(const struct group *group)
{
	unsigned long long claim = max(limit_of(group), group->res.borrow);

	if (group->dead || group->res.rehomed || forced)
		return claim;
	return max(claim, BYTES(group->user + group->kernel) +
			  group->res.security);
}

static unsigned long long lent_by(const struct group *parent)
{
	unsigned long long sum = 0;
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++)
		if (groups[i].parent == parent)
			sum += claim_of(&groups[i]);
	return sum;
}

/* Pages that a live group has to pay for. */
static unsigned long pages_of(const struct group *group)
{
	unsigned long pages = group->user + group->kernel;
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++)
		if (group_is_leftover_of(&groups[i], group))
			pages += groups[i].user;
	return pages;
}

static void check_group(unsigned int i)
{
	struct group *group = &groups[i];
	unsigned long long usage = BYTES(group->memory.usage);

	if (lent_by(group) > group->res.security)
		world_fail("%s: a byte is promised twice", group_names[i]);
	if (group->memsw.usage < group->memory.usage)
		world_fail("%s: more in memory than in memory+swap",
			   group_names[i]);
	if (usage < group->res.security)
		world_fail("%s: usage is below security", group_names[i]);
	if (!group->dead && !forced &&
	    usage - group->res.security < BYTES(pages_of(group)))
		world_fail("%s: has pages that nobody pays for",
			   group_names[i]);
}

void check_books(void)
{
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++)
		check_group(i);
}

static void check_limit(unsigned int i)
{
	unsigned long limit = groups[i].memory.max;
	unsigned int task, op;

	if (!limit_was_set[i]) {
		if (limit != scenario->limit[i])
			world_fail("%s: the limit changed, but no resize worked",
				   group_names[i]);
		return;
	}
	for (task = 0; task < MAX_TASKS; task++)
		for (op = 0; op < OPS_PER_TASK; op++) {
			const struct op *o = &scenario->tasks[task][op];

			if (o->action == RESIZE && o->group == (int)i &&
			    limit == o->pages)
				return;
		}
	world_fail("%s: the limit is none that was written", group_names[i]);
}

static void check_live(unsigned int i)
{
	struct group *group = &groups[i];
	struct res_counter *res = &group->res;
	unsigned long usage = group->memory.usage;

	if (res->borrow != (group->parent ? BYTES(group->memory.max) : 0))
		world_fail("%s: borrow is not limit", group_names[i]);
	if (!forced && res->security != lent_by(group))
		world_fail("%s: security is not what children borrow",
			   group_names[i]);
	if (BYTES(usage) != BYTES(pages_of(group)) + res->security)
		world_fail("%s: usage is not pages plus security",
			   group_names[i]);
	if (!forced && usage > group->memory.max)
		world_fail("%s: usage is above limit", group_names[i]);
	check_limit(i);
}

static void check_dead(unsigned int i)
{
	struct group *group = &groups[i];
	struct res_counter *res = &group->res;

	if (res->borrow || res->security || limit_of(group))
		world_fail("%s: removed, but keeps a reservation",
			   group_names[i]);
	if (res->rehomed != BYTES(group->memory.usage))
		world_fail("%s: settled, but the parent pays %llu for %ld pages",
			   group_names[i], res->rehomed, group->memory.usage);
}

static void check_failcnt(unsigned int i)
{
	unsigned long failcnt = groups[i].memory.failcnt;

	if (failcnt < never[i] || failcnt > refused[i])
		world_fail("%s: failcnt %lu after %u failed resizes",
			   group_names[i], failcnt, refused[i]);
}

/* At the end: what is dead is settled once more, the children first. */
void scenario_end(void)
{
	unsigned int i;

	for (i = NR_GROUPS - 1; i > R; i--)
		if (groups[i].dead)
			group_settle(&groups[i]);
	forced = false;
	for (i = 0; i < NR_GROUPS; i++)
		forced |= groups[i].memory.usage > (long)groups[i].memory.max;
	check_books();
	for (i = 0; i < NR_GROUPS; i++) {
		if (groups[i].dead)
			check_dead(i);
		else
			check_live(i);
		if (groups[i].memsw.usage != groups[i].memory.usage)
			world_fail("%s: memory+swap is not memory",
				   group_names[i]);
		check_failcnt(i);
	}
}

static int reclaim(struct res_counter *res, unsigned long long val)
{
	struct group *group = group_of(res);
	unsigned long pages = val >> PAGE_SHIFT;
	unsigned int i;

	world_point("callback", res);
	if (fault_here("callback fails"))
		return -EIO;
	if (fault_here("frees nothing"))
		return 0;
	group_free_user(group, pages < group->user ? pages : group->user);
	for (i = NR_GROUPS - 1; i > R; i--)
		if (group_is_leftover_of(&groups[i], group))
			group_settle(&groups[i]);
	return 0;
}

static bool resize(struct group *group, unsigned int pages)
{
	bool was_dead = group->dead;
	int ret = group_resize(group, BYTES(pages), reclaim, RETRIES);

	if (ret == -EINTR && !current->signal)
		world_fail("EINTR without a signal");
	if (ret && ret != -ENOSPC && ret != -EBUSY && ret != -EINTR &&
	    ret != -EIO && ret != -ENODEV)
		world_fail("a limit write returns %d", ret);
	if (was_dead && ret != -ENODEV && ret != -EINTR)
		world_fail("a write to a removed group returns %d", ret);
	if (ret == -ENODEV && !group->res.removed)
		world_fail("ENODEV from a group that is there");
	if (!ret)
		limit_was_set[group - groups] = true;
	if (ret && group->parent)
		refused[group->parent - groups]++;
	if (ret == -ENOSPC)
		never[group->parent - groups]++;
	return !ret;
}

/* As page_counter_try_charge() counts them. */
static bool charge(struct group *group, unsigned int pages)
{
	bool done = group_charge(group, pages);

	if (!done)
		refused[group - groups]++;
	return done;
}

static bool run_op(const struct op *op)
{
	struct group *group = &groups[op->group];

	switch (op->action) {
	case RESIZE:
		return resize(group, op->pages);
	case CHARGE:
		return charge(group, op->pages);
	case FORCE:
		group_force(group, op->pages);
		break;
	case UNCHARGE:
		group_free_user(group, op->pages < group->user ? op->pages :
							    group->user);
		break;
	case FREE_KERNEL:
		group_free_kernel(group, op->pages);
		break;
	case REMOVE:
		group_remove(group);
		break;
	case SETTLE:
		group_settle(group);
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

		/* A fault can undo the work of another task, too. */
		if (!run_op(op) && op->must && !fault_was_here())
			world_fail("task %u, step %u: must work", task, i);
	}
}

static void lend(struct group *parent, struct group *child)
{
	child->res.borrow = BYTES(child->memory.max);
	parent->res.security += child->res.borrow;
	parent->memory.usage += child->memory.max;
	parent->memsw.usage += child->memory.max;
}

static bool scenario_has(enum action action)
{
	unsigned int task, op;

	for (task = 0; task < MAX_TASKS; task++)
		for (op = 0; op < OPS_PER_TASK; op++)
			if (scenario->tasks[task][op].action == action)
				return true;
	return false;
}

static void set_up_group(unsigned int i, struct group *parent)
{
	struct group *group = &groups[i];

	memset(group, 0, sizeof(*group));
	group->parent = parent;
	group->res.memory = &group->memory;
	group->res.memsw = &group->memsw;
	group->memory.max = scenario->limit[i];
	group->memsw.max = PAGE_COUNTER_MAX;
	group->user = scenario->user[i];
	group->kernel = scenario->kernel[i];
	group->memory.usage = group->user + group->kernel;
	group->memsw.usage = group->memory.usage;
}

void scenario_start(void)
{
	memset(refused, 0, sizeof(refused));
	memset(never, 0, sizeof(never));
	memset(limit_was_set, 0, sizeof(limit_was_set));
	forced = scenario_has(FORCE);
	set_up_group(R, NULL);
	set_up_group(A, &groups[R]);
	set_up_group(B, scenario->tree == CHAIN ? &groups[A] : &groups[R]);
	lend(groups[A].parent, &groups[A]);
	lend(groups[B].parent, &groups[B]);
}

#include "../interleave/table.h"
