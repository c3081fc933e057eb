// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters as 6.12 has them.  In the reference the pages of a removed group
 * are its parent's at once; here they stay with it, and the parent pays until
 * they are settled.
 */
#include "../property/reference.h"
#include "../property/subject.h"
#include "group.h"

#include <errno.h>
#include <string.h>

#include <linux/sched.h>

const enum action subject_actions[] = {
	CREATE, CREATE, CREATE, CREATE, CREATE, WRITE, RESIZE, RESIZE, RESIZE,
	RESIZE, RESIZE, RESIZE, RESIZE, RESIZE, RESIZE, RESIZE, RESIZE, RESIZE,
	CHARGE, CHARGE, CHARGE, CHARGE, CHARGE, CHARGE, UNCHARGE, UNCHARGE,
	UNCHARGE, WHOLE, TRIM, REMOVE, REMOVE, FORCE, FORCE, FREE_KERNEL,
	FREE_KERNEL, SETTLE, SETTLE, SETTLE, RELEASE,
};

const unsigned int subject_nr_actions = ARRAY_SIZE(subject_actions);

static struct group groups[MAX_GROUPS];

/* The operation that runs, for the callback. */
static const struct op *running;
static struct res_counter *may_shrink;
static int calls;

static unsigned long min(unsigned long a, unsigned long b)
{
	return a < b ? a : b;
}

/* Who pays for a group's pages: itself, or its next live ancestor. */
static struct group *payer_of(struct group *group)
{
	while (group->dead)
		group = group->parent;
	return group;
}

/* As memcg_hier_settle_all(). */
static void settle_all(struct group *live)
{
	struct group *pos;
	int i;

	for (i = 0; i < MAX_GROUPS; i++) {
		if (!group_is_leftover_of(&groups[i], live))
			continue;
		for (pos = &groups[i]; pos != live; pos = pos->parent)
			group_settle(pos);
	}
}

static unsigned long free_user(struct group *group, unsigned long pages)
{
	pages = min(pages, group->user);
	group_free_user(group, pages);
	return pages;
}

static unsigned long free_kernel(struct group *group, unsigned long pages)
{
	pages = min(pages, payer_of(group)->kernel);
	group_free_kernel(group, pages);
	return pages;
}

static int reclaim(struct res_counter *res, unsigned long long val)
{
	unsigned long pages = running->frees >> PAGE_SHIFT;
	struct group *group;
	int i;

	if (++calls > 1000)
		world_fail("the retries do not end");
	if (res != may_shrink)
		world_fail("the callback gets a group that it is not about");
	group = (struct group *)res;
	if (!val || val > BYTES(group->memory.usage) - res->security)
		world_fail("asked to free %llu bytes", val);
	if (calls == running->signal_at)
		current->signal = true;
	if (calls == running->fails_at)
		return -EIO;

	pages -= free_user(group, pages);
	pages -= free_kernel(group, pages);
	for (i = 0; i < MAX_GROUPS; i++)
		if (group_is_leftover_of(&groups[i], group))
			pages -= free_user(&groups[i], pages);
	settle_all(group);
	return 0;
}

static int resize(const struct op *op)
{
	struct group *group = &groups[op->group];
	bool grows = op->value > BYTES(group->memory.max);

	may_shrink = grows && group->parent ? &group->parent->res : &group->res;
	return group_resize(group, op->value, reclaim, op->retry);
}

static bool charge_once(struct group *group, unsigned long pages)
{
	/* A page_counter adds before it looks: no more than there can be. */
	return pages <= PAGE_COUNTER_MAX && group_charge(group, pages);
}

static int charge(const struct op *op)
{
	struct group *group = &groups[op->group];
	unsigned long failcnt = group->memory.failcnt;
	unsigned long pages = op->value >> PAGE_SHIFT;
	bool done = charge_once(group, pages);

	if (!done) {
		settle_all(group);
		done = charge_once(group, pages);
	}
	/* One failure, at whichever counter and however many attempts. */
	group->memory.failcnt = failcnt + !done;
	if (!done)
		return -ENOMEM;
	if (op->retry == 1) {
		group->user -= pages;
		group->kernel += pages;
	}
	return 0;
}

static bool has_children(const struct group *parent)
{
	int i;

	for (i = 0; i < MAX_GROUPS; i++)
		if (groups[i].parent == parent)
			return true;
	return false;
}

/* What there is only here, and what it is for the reference. */
static bool apply_to_leftovers(struct op *op)
{
	struct group *group = &groups[op->group];
	struct group *payer = payer_of(group);
	unsigned long pages = op->value >> PAGE_SHIFT;

	switch (op->action) {
	case FORCE:
		group_force(group, pages % 4);
		ref[payer - groups].own += BYTES(pages % 4);
		return true;
	case UNCHARGE:
		pages = free_user(group, pages);
		ref[payer - groups].own -= BYTES(pages);
		return true;
	case FREE_KERNEL:
		pages = free_kernel(group, pages);
		ref[payer - groups].own -= BYTES(pages);
		return true;
	case SETTLE:
		if (group->dead)
			group_settle(group);
		return true;
	case RELEASE:
		if (!group->dead || group->user || has_children(group))
			return true;
		group_settle(group);
		memset(group, 0, sizeof(*group));
		return true;
	default:
		return false;
	}
}

static int apply(const struct op *op)
{
	struct group *group = &groups[op->group];

	switch (op->action) {
	case CREATE:
		group_init(group, &groups[op->value]);
		return 0;
	case WRITE:
	case RESIZE:
		return resize(op);
	case CHARGE:
		return charge(op);
	case WHOLE:
		group->res.whole = op->value;
		return 0;
	case TRIM:
		return res_counter_repay_resource(&group->res,
			group->parent ? &group->parent->res : NULL,
			RES_COUNTER_REPAY_ALL, reclaim, 5);
	case REMOVE:
		group_remove(group);
		return 0;
	default:
		return -EINVAL;
	}
}

/* Values as they come here: whole pages, and no limit above the largest. */
static struct op in_pages(const struct op *from)
{
	struct op op = *from;

	op.frees &= ~(unsigned long long)(PAGE_SIZE - 1);
	if (op.action == CREATE)
		return op;
	op.value &= ~(unsigned long long)(PAGE_SIZE - 1);
	/* For the reference, 0 is no bound; no machine has that little. */
	if (op.action == WHOLE && !op.value)
		op.value = PAGE_SIZE;
	if (op.action == WRITE)
		op.action = RESIZE;
	if (op.action == RESIZE && op.value > BYTES(PAGE_COUNTER_MAX))
		op.value = BYTES(PAGE_COUNTER_MAX);
	return op;
}

static void check_value(int group, const char *name, unsigned long long value,
			wide expected)
{
	if (value != expected)
		world_fail("group %d: %s is %llu, not %llu", group, name, value,
			   (unsigned long long)expected);
}

static void check_dead(int i)
{
	struct res_counter *res = &groups[i].res;

	check_value(i, "limit after removal",
		    res_counter_read_u64(res, RES_LIMIT), 0);
	check_value(i, "borrow after removal", res->borrow, 0);
	check_value(i, "security after removal", res->security, 0);
}

/* What a live group pays for leftovers that are no more, in bytes. */
static wide unsettled(const struct group *live)
{
	wide sum = 0;
	int i;

	for (i = 0; i < MAX_GROUPS; i++)
		if (group_is_leftover_of(&groups[i], live))
			sum += (wide)groups[i].res.rehomed -
			       BYTES(groups[i].memory.usage);
	return sum;
}

/*
 * In the reference nothing waits to be settled.  A charge settles by itself if
 * there is no room, but it does not see that forced charges want some.
 */
static void settle_before(const struct op *op)
{
	struct group *group = &groups[op->group];

	if (op->action == CREATE || op->action == REMOVE ||
	    (op->action == CHARGE && (__int128)unsettled(group) >= 0))
		return;
	settle_all(group);
	if (group->parent)
		settle_all(group->parent);
}

static void check_live(int i)
{
	struct group *group = &groups[i];

	check_value(i, "limit", BYTES(group->memory.max), ref[i].limit);
	check_value(i, "borrow", group->res.borrow,
		    i == ROOT ? 0 : ref[i].limit);
	check_value(i, "security", group->res.security, ref_security(i));
	check_value(i, "usage", BYTES(group->memory.usage),
		    ref_usage(i) + unsettled(group));
	check_value(i, "failcnt", group->memory.failcnt, ref[i].failcnt);
}

static void check_all(void)
{
	int i;

	for (i = 0; i < MAX_GROUPS; i++) {
		check_value(i, "memory+swap", groups[i].memsw.usage,
			    groups[i].memory.usage);
		if (ref[i].exists)
			check_live(i);
		else if (groups[i].dead)
			check_dead(i);
	}
}

void subject_start(void)
{
	memset(groups, 0, sizeof(groups));
	group_init(&groups[ROOT], NULL);
	ref_whole = BYTES(PAGE_COUNTER_MAX);
	groups[ROOT].res.whole = ref_whole;
	ref_root_keeps = false;
}

void subject_run(const struct op *from)
{
	struct op op = in_pages(from);
	struct group *group = &groups[op.group];
	int ret = 0, expected, expected_calls;

	if (group->dead ? op.action < FORCE && op.action != UNCHARGE :
			  !ref_possible(&op))
		return;
	running = &op;
	calls = 0;
	current->signal = false;
	if (!apply_to_leftovers(&op)) {
		settle_before(&op);
		ret = apply(&op);
		expected = ref_apply(&op, &expected_calls);
		if (ret != expected)
			world_fail("result %d, not %d", ret, expected);
		if (calls != expected_calls)
			world_fail("%d rounds of reclaim, not %d", calls,
				   expected_calls);
	}
	shim_check_no_locks();
	check_all();
	count_op(&op, ret);
}
