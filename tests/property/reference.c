// SPDX-License-Identifier: GPL-2.0-only
#include "reference.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define PAGE	4096

/* What LLONG_MAX is in whole pages. */
#define LIMIT_MAX	0x7ffffffffffff000ULL

struct ref_group ref[MAX_GROUPS];

void ref_start(void)
{
	memset(ref, 0, sizeof(ref));
	ref[ROOT] = (struct ref_group){ true, -1, LIMIT_MAX, 0, 0 };
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
	case REHOME:
	case PLACE:
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

/*
 * Reclaim from one group until its usage and "more" bytes are within "limit".
 * What is lent can not be reclaimed.
 */
static int make_fit(int group, wide more, wide limit, const struct op *op,
		    int *calls)
{
	bool signal = false;

	for (;;) {
		if (ref_usage(group) + more <= limit)
			return 0;
		if (ref_security(group) + more > limit)
			return -ENOSPC;
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

	if (limit > LIMIT_MAX)
		return -EINVAL;
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
	ref[group].limit = min(ref[group].limit, ref_usage(group));
	return 0;
}

int ref_apply(const struct op *op, int *calls)
{
	struct ref_group *group = &ref[op->group];
	struct ref_group *parent;
	unsigned long long limit;
	wide bytes;

	*calls = 0;
	switch (op->action) {
	case CREATE:
		*group = (struct ref_group){ true, op->value, 0, 0, 0 };
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
			return ref_trim(op->group);
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
		if (ref_usage(op->group) + op->value > group->limit)
			return -ENOMEM;
		group->own += op->value;
		return 0;
	case UNCHARGE:
		group->own -= min(group->own, op->value);
		return 0;
	case PLACE:
		parent = &ref[group->parent];
		bytes = min(group->own, op->value);
		if (ref_usage(group->parent) + bytes > parent->limit)
			return -EBUSY;
		group->own -= bytes;
		parent->own += bytes;
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
