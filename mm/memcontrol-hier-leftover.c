// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a removed group leaves behind, in the hardwall hierarchy of memory
 * cgroups.
 *
 * Pages outlive their group, and stay charged to it.  At rmdir all that is
 * not charged goes back to the parent; what is charged becomes part of the
 * parent's own usage: it is not lent any more, it can be reclaimed under the
 * parent's pressure, and the parent pays until it is freed.  The books then
 * are one number, @rehomed of the dead group's res_counter:
 *
 *	parent's usage = its own charges + what it lent to live children
 *			 + rehomed of each dead child
 *
 * Settling makes that number what is charged to the dead group now, and the
 * parent's usage follows.  It happens when the parent runs out of room, and
 * when the dead group is freed.
 *
 * Kernel memory needs nothing more.  When the group goes offline, its objects
 * are re-homed: what is freed from then on is uncharged from the parent,
 * while the dead group's counter keeps it.  The parent's usage has had it
 * since rmdir, as part of rehomed, so the uncharge is right; and the dead
 * group's counter does not move, so settling does not see it, and can not
 * give it back again.  In the end what is left on that counter is just what
 * was re-homed, and the parent keeps that less what it uncharged: what is
 * still in use.  The same holds when the parent is dead as well: the child
 * settles into it, and it settles into the next.
 *
 * Nothing here is from the RFC, which dropped what was left.
 */

#include <linux/cgroup.h>
#include <linux/memcontrol.h>
#include <linux/mutex.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>

#include "memcontrol-hier.h"

/**
 * memcg_hier_next_dead - the next group in a walk of what @root pays for
 * @pos: where the walk is; NULL to begin
 * @root: a hardwall group, or the root of all
 *
 * In pre-order: @root itself, then what is left of removed groups that had
 * @root, or another such group, for a parent.  All below a dead group is dead;
 * all below a live one is no part of @root.
 *
 * Context: As css_next_descendant_pre(): under rcu_read_lock(), or with
 * cgroup_mutex.
 *
 * Return: the next group, with no reference taken; NULL at the end.
 */
struct cgroup_subsys_state *
memcg_hier_next_dead(struct cgroup_subsys_state *pos,
		     struct cgroup_subsys_state *root)
{
	if (!pos)
		return root;
	if (pos == root && !READ_ONCE(root->cgroup->nr_dying_descendants))
		return NULL;

	pos = css_next_descendant_pre(pos, root);
	while (pos && !css_is_dying(pos))
		pos = css_next_descendant_pre(css_rightmost_descendant(pos),
					      root);
	return pos;
}

/**
 * memcg_hier_next_leftover - the next removed group that @root pays for
 * @root: a hardwall group, or the root of all
 * @prev: where the walk is, whose reference is dropped; NULL to begin
 *
 * Like mem_cgroup_iter(), without @root.
 *
 * Context: Process context.  Takes and drops rcu_read_lock().
 *
 * Return: the next group, with a reference: to leave the walk there,
 * mem_cgroup_put() it.  NULL at the end.
 */
struct mem_cgroup *memcg_hier_next_leftover(struct mem_cgroup *root,
					    struct mem_cgroup *prev)
{
	struct cgroup_subsys_state *css = prev ? &prev->css : &root->css;

	rcu_read_lock();
	do {
		css = memcg_hier_next_dead(css, &root->css);
	} while (css && !css_tryget(css));
	rcu_read_unlock();

	mem_cgroup_put(prev);
	return mem_cgroup_from_css(css);
}

static bool memcg_hier_settle_one(struct mem_cgroup *memcg)
{
	bool ret = false;

	/* Whoever has it is settling it, or is the last to write its limit. */
	if (!mutex_trylock(&memcg->res.resize))
		return false;
	/*
	 * A group is dying before that writer is gone, and until it is, what
	 * the group has is lent, not rehomed.
	 */
	if (memcg->res.removed)
		ret = res_counter_settle(&memcg->res,
					 &parent_mem_cgroup(memcg)->res);
	mutex_unlock(&memcg->res.resize);
	return ret;
}

/* Take back what @memcg pays for removed children without need. */
static bool memcg_hier_settle_all(struct mem_cgroup *memcg)
{
	struct mem_cgroup *dead = NULL, *pos;
	bool ret = false;

	while ((dead = memcg_hier_next_leftover(memcg, dead)))
		for (pos = dead; pos != memcg; pos = parent_mem_cgroup(pos))
			ret |= memcg_hier_settle_one(pos);
	return ret;
}

/**
 * memcg_hier_settle - take back what a group pays for removed groups in vain
 * @memcg: the group, or the root
 *
 * Called with every round of reclaim for a resize, before reclaim for a charge
 * and before usage is shown.
 *
 * Context: Process context; sleeps.  Tries to take the resize lock of each
 * removed group, and passes over those that have it taken.
 *
 * Return: whether @memcg, or a removed group below it, got room back.
 */
bool memcg_hier_settle(struct mem_cgroup *memcg)
{
	return memcg_hier_enabled() && memcg_hier_settle_all(memcg);
}

/**
 * memcg_hier_css_cleared - give back what a group holds of its parent
 * @css: a group that is being removed
 *
 * rmdir has gone past where it could fail: no task, no live child and no
 * writer of a limit is left.  What is charged still becomes the parent's own.
 *
 * Context: cgroup_mutex is held.  Takes and drops the resize lock of the
 * group; sleeps.
 */
void memcg_hier_css_cleared(struct cgroup_subsys_state *css)
{
	struct mem_cgroup *memcg = mem_cgroup_from_css(css);
	struct mem_cgroup *parent = parent_mem_cgroup(memcg);
	struct res_counter *res = &memcg->res;

	if (!memcg_is_hardwall(memcg))
		return;

	drain_all_stock_sync(memcg);

	mutex_lock(&res->resize);
	res_counter_repay_resource(res, &parent->res, RES_COUNTER_REPAY_ALL,
				   NULL, 0);
	res_counter_rehome(res, &parent->res,
			   res_counter_read_u64(res, RES_LIMIT));
	res_counter_settle(res, &parent->res);
	mutex_unlock(&res->resize);

	memcg1_resized(parent);
}

/**
 * memcg_hier_free - close the books of a removed group
 * @memcg: the group, whose last reference is gone
 *
 * What is charged still is the parent's for good.
 *
 * Context: Process context, no locks held.  May sleep.
 */
void memcg_hier_free(struct mem_cgroup *memcg)
{
	if (!memcg_is_hardwall(memcg))
		return;

	res_counter_settle(&memcg->res, &parent_mem_cgroup(memcg)->res);
	memcg1_resized(parent_mem_cgroup(memcg));
}
