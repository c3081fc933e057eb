// SPDX-License-Identifier: GPL-2.0-only
#include "reference.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define PAGE	4096

/* What LLONG_MAX is in whole pages. */
#define UNLIMITED	((wide)LLONG_MAX / PAGE * PAGE)

struct ref_group ref[MAX_GROUPS];
wide ref_whole;
bool ref_root_keeps;

void ref_start(void)
{
	memset(ref, 0, sizeof(ref));
	ref[ROOT] = (struct ref_group){ .exists = true, .parent = -1,
					.limit = UNLIMITED };
	ref_whole = 0;
	ref_root_keeps = true;
}

wide ref_security(int group)
{
	wide sum = 0;
	int i;

	for (i = 0; i < MAX_GROUPS; i++)
		if (ref[i].exists && ref[i].parent == group)
			sum += ref[i].limit;
	return sum;
}

wide ref_usage(int group)
{
	return ref[group].own + ref_security(group);
}

int ref_depth(int group)
{
	int depth = 1;

	while ((group = ref[group].parent) >= 0)
		depth++;
	return depth;
}

bool ref_has_children(int group)
{
	int i;

	for (i = 0; i < MAX_GROUPS; i++)
		if (ref[i].exists && ref[i].parent == group)
			return true;
	return false;
}

bool ref_possible(const struct op *op)
{
	int group = op->group;

	switch (op->action) {
	case CREATE:
		return !ref[group].exists && op->value < MAX_GROUPS &&
		       ref[op->value].exists &&
		       ref_depth(op->value) < MAX_DEPTH;
	case WHOLE:
		return group == ROOT && op->value <= UNLIMITED;
	case BORROW:
		/* Of nothing: whether it works is of no interest. */
		return ref[group].exists && op->value;
	case REHOME:
	case TRIM:
		return ref[group].exists && group != ROOT;
	case REMOVE:
		return ref[group].exists && group != ROOT &&
		       !ref_has_children(group);
	default:
		return ref[group].exists;
	}
}

bool ref_parse(unsigned long long value, unsigned long long *limit)
{
	wide pages = ((wide)value + PAGE - 1) / PAGE;
	wide largest = LLONG_MAX / PAGE;

	if (pages * PAGE > ULLONG_MAX)
		return false;
	*limit = (pages < largest ? pages : largest) * PAGE;
	return true;
}

static wide min(wide a, wide b)
{
	return a < b ? a : b;
}

/* What a group can lend with this limit: in the root, not all. */
static wide lendable(int group, wide limit)
{
	if (group != ROOT || !ref_whole)
		return limit;
	if (limit == UNLIMITED)
		limit = ref_whole;
	else if (!ref_root_keeps)
		return limit;
	return limit - limit / 64 / PAGE * PAGE;
}

/* What usage may be with this limit, so that the root's own part is free. */
static wide room_of(int group, wide limit)
{
	return limit == UNLIMITED ? limit : lendable(group, limit);
}

/*
 * Reclaim from one group until its usage and "more" bytes are within "limit".
 * What is lent can not be reclaimed.
 */
static int make_fit(int group, wide more, wide limit, const struct op *op,
		    int *calls)
{
	bool signal = false;

	for (;;) {
		if (ref_security(group) + more > lendable(group, limit))
			return -ENOSPC;
		if (ref_usage(group) + more <= room_of(group, limit))
			return 0;
		if (op->retry >= 0 && *calls == op->retry)
			return -EBUSY;
		if (signal)
			return -EINTR;
		++*calls;
		signal = *calls == op->signal_at;
		if (*calls == op->fails_at)
			return -EIO;
		ref[group].own -= min(ref[group].own, op->frees);
	}
}

static int ref_resize(const struct op *op, wide limit, int *calls)
{
	struct ref_group *group = &ref[op->group];
	int ret = 0;

	if (limit > UNLIMITED)
		return -EINVAL;
	/* Who has the mutex, and borrows or repays by himself, may go on. */
	if (group->repaid && op->action != BORROW && op->action != REPAY)
		return -ENODEV;
	if (limit < group->limit) {
		ret = make_fit(op->group, 0, limit, op, calls);
		if (ret == -ENOSPC)
			ret = -EBUSY;
	} else if (limit > group->limit && op->group != ROOT) {
		ret = make_fit(group->parent, limit - group->limit,
			       ref[group->parent].limit, op, calls);
	}
	/* Charges that must not fail can have left usage above even this. */
	if (!ret && limit != group->limit && ref_usage(op->group) > limit)
		ret = -EBUSY;
	if (!ret)
		group->limit = limit;
	else if (limit > group->limit && op->group != ROOT)
		ref[group->parent].failcnt++;
	return ret;
}

/* All that is not used goes back. */
static int ref_trim(int group)
{
	ref[group].repaid = true;
	ref[group].limit = min(ref[group].limit, ref_usage(group));
	return 0;
}

int ref_apply(const struct op *op, int *calls)
{
	struct ref_group *group = &ref[op->group];
	unsigned long long limit;

	*calls = 0;
	switch (op->action) {
	case CREATE:
		*group = (struct ref_group){ .exists = true,
					     .parent = op->value };
		return 0;
	case WRITE:
		if (!ref_parse(op->value, &limit))
			return -EINVAL;
		return ref_resize(op, limit, calls);
	case RESIZE:
		return ref_resize(op, op->value, calls);
	case BORROW:
		return ref_resize(op, group->limit + op->value, calls);
	case REPAY:
		if (op->value == ULLONG_MAX)
			return op->group == ROOT ? -EINVAL : ref_trim(op->group);
		if (op->value > group->limit)
			return -EINVAL;
		return ref_resize(op, group->limit - op->value, calls);
	case REHOME:
		if (op->value > min(group->own, group->limit))
			return -EINVAL;
		group->own -= op->value;
		group->limit -= op->value;
		ref[group->parent].own += op->value;
		return 0;
	case CHARGE:
		if (ref_usage(op->group) + op->value > group->limit) {
			group->failcnt++;
			return -ENOMEM;
		}
		group->own += op->value;
		return 0;
	case UNCHARGE:
		group->own -= min(group->own, op->value);
		return 0;
	case WHOLE:
		ref_whole = op->value;
		return 0;
	case TRIM:
		return ref_trim(op->group);
	case REMOVE:
		ref[group->parent].own += group->own;
		group->exists = false;
		return 0;
	default:
		return -EINVAL;
	}
}
