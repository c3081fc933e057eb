// SPDX-License-Identifier: GPL-2.0-only
/*
 * The steps of mm/memcontrol-hier*.c and of a charge, without what is around
 * them.
 */
#include "group.h"

#include <string.h>

void group_init(struct group *group, struct group *parent)
{
	memset(group, 0, sizeof(*group));
	group->parent = parent;
	page_counter_init(&group->memory);
	page_counter_init(&group->memsw);
	res_counter_init(&group->res, &group->memory, &group->memsw);
	if (parent)
		res_counter_zero_limit(&group->res);
}

int group_resize(struct group *group, unsigned long long limit,
		 res_shrink_callback_t callback, int retry)
{
	if (limit > BYTES(PAGE_COUNTER_MAX))
		limit = BYTES(PAGE_COUNTER_MAX);
	return res_counter_resize(&group->res,
				  group->parent ? &group->parent->res : NULL,
				  limit, callback, retry);
}

bool group_charge(struct group *group, unsigned long pages)
{
	struct page_counter *fail;

	if (!page_counter_try_charge(&group->memsw, pages, &fail))
		return false;
	if (!page_counter_try_charge(&group->memory, pages, &fail)) {
		page_counter_uncharge(&group->memsw, pages);
		return false;
	}
	group->user += pages;
	return true;
}

void group_force(struct group *group, unsigned long pages)
{
	page_counter_charge(&group->memsw, pages);
	page_counter_charge(&group->memory, pages);
	group->user += pages;
}

static void uncharge(struct group *group, unsigned long pages)
{
	page_counter_uncharge(&group->memory, pages);
	page_counter_uncharge(&group->memsw, pages);
}

void group_free_user(struct group *group, unsigned long pages)
{
	group->user -= pages;
	uncharge(group, pages);
}

/* Whom to uncharge is looked up first: rmdir may come in between. */
void group_free_kernel(struct group *group, unsigned long pages)
{
	while (group->dead)
		group = group->parent;
	group->kernel -= pages;
	uncharge(group, pages);
}

void group_remove(struct group *group)
{
	struct res_counter *res = &group->res, *parent = &group->parent->res;

	mutex_lock(&res->resize);
	res_counter_repay_resource(res, parent, RES_COUNTER_REPAY_ALL, NULL, 0);
	res_counter_rehome(res, parent, res_counter_read_u64(res, RES_LIMIT));
	res_counter_settle(res, parent);
	res->removed = true;
	mutex_unlock(&res->resize);

	group->dead = true;
	group->parent->kernel += group->kernel;
	group->kernel = 0;
}

void group_settle(struct group *group)
{
	struct res_counter *res = &group->res;

	if (!mutex_trylock(&res->resize))
		return;
	/* Dying, but not rehomed yet: nothing to settle. */
	if (res->removed)
		res_counter_settle(res, &group->parent->res);
	mutex_unlock(&res->resize);
}

bool group_is_leftover_of(const struct group *group, const struct group *live)
{
	if (group == live)
		return false;
	while (group && group->dead)
		group = group->parent;
	return group == live;
}
