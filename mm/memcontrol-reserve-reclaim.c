// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the limit of a group can not take from those below it.
 *
 * A group within its reserve has paid for its pages: its parent's usage gets no
 * smaller if they are taken.  So nothing is gained by reclaim there, nor by a
 * kill; and from a group above its reserve only by what is above.  The same
 * goes for all that is below such a group.
 *
 * Who asks is not protected: neither the group that is charged beyond its
 * reserve, nor those between it and the limit, which that charge takes beyond
 * theirs.  Else, with a limit all of which is reserved, it would find nothing
 * to reclaim and nobody to kill, and would fault for ever.
 *
 * A reserve that grows is charged like that to the groups above it: they ask.  It
 * would not help to reclaim in the group itself: each page less that it uses is
 * one more that it lacks.
 *
 * The machine's own reclaim and OOM know none of this: memory.min does that.
 */

#include <linux/cgroup.h>
#include <linux/limits.h>
#include <linux/memcontrol.h>
#include <linux/minmax.h>
#include <linux/oom.h>
#include <linux/page_counter.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "memcontrol-reserve-reclaim.h"

/**
 * memcg_reserve_ask - until told otherwise, the task reclaims or kills for a group
 * @memcg: the group that is charged; NULL: for none any more
 *
 * Not inline: the compiler would look for the current task in each charge, the
 * many that need not ask, too.
 *
 * Context: Process context.
 */
void memcg_reserve_ask(struct mem_cgroup *memcg)
{
	current->memcg_asking = memcg;
}

/* Is @memcg charged, too, with what the current task asks for? */
static bool is_asking(struct mem_cgroup *memcg)
{
	struct mem_cgroup *growing = current->memcg_growing;
	struct mem_cgroup *asking;

	asking = growing ? parent_mem_cgroup(growing) : current->memcg_asking;
	return asking && mem_cgroup_is_descendant(asking, memcg);
}

static bool is_within(struct mem_cgroup *memcg)
{
	return memcg == current->memcg_growing ||
	       page_counter_within_reserve(&memcg->memory);
}

static unsigned long excess(struct mem_cgroup *memcg)
{
	return memcg == current->memcg_growing ? 0 :
	       page_counter_excess(&memcg->memory);
}

/**
 * memcg_reserve_protects - may the limit of a group take pages of another?
 * @target: the group that is at its limit, or is told to reclaim
 * @memcg: @target, or a group below it
 *
 * Context: Any; asked where page_counter_reserves_on() only.
 *
 * Return: true if @memcg, or a group between, is within its reserve.
 */
bool memcg_reserve_protects(struct mem_cgroup *target,
			    struct mem_cgroup *memcg)
{
	/* All above a group that is asking are, too. */
	while (memcg && memcg != target && !is_asking(memcg)) {
		if (is_within(memcg))
			return true;
		memcg = parent_mem_cgroup(memcg);
	}
	return false;
}

/*
 * See memcg_reserve_jump().  A walk in pre-order that jumps meets no group
 * below one that is protected, so that what is above need not be asked again.
 * Others may walk on from here for whom *@css is not protected, as they ask
 * for a group inside: they lose this turn, as with whatever another takes
 * from a shared walk, and find it in a walk of their own.
 */
bool __memcg_reserve_jump(struct mem_cgroup *target,
			  struct cgroup_subsys_state **css)
{
	struct mem_cgroup *memcg = mem_cgroup_from_css(*css);

	if (memcg == target || !is_within(memcg) || is_asking(memcg))
		return false;
	*css = css_rightmost_descendant(*css);
	return true;
}

/**
 * memcg_reserve_protection - what of a group the limit of another can not take
 * @target: the group that is at its limit, or is told to reclaim
 * @memcg: @target, or a group below it
 *
 * Context: Any; asked where page_counter_reserves_on() only.
 *
 * Return: that many pages of the usage of @memcg; 0 if no reserve protects it.
 */
unsigned long memcg_reserve_protection(struct mem_cgroup *target,
				       struct mem_cgroup *memcg)
{
	unsigned long usage = page_counter_read(&memcg->memory);
	unsigned long left = usage;

	while (memcg && memcg != target && !is_asking(memcg)) {
		left = min(left, excess(memcg));
		memcg = parent_mem_cgroup(memcg);
	}
	return usage - left;
}

/**
 * memcg_reserve_is_below - is there anything that the limit of a group can not take?
 * @target: the group that is at its limit, or is told to reclaim
 *
 * A reserve far below is a part of one of its children's.
 *
 * Context: Any; asked where page_counter_reserves_on() only.
 *
 * Return: true if a group below has a reserve, or is about to get one.
 */
bool memcg_reserve_is_below(struct mem_cgroup *target)
{
	return current->memcg_growing ||
	       page_counter_children_reserve(&target->memory);
}

/**
 * memcg_reserve_margin - what the group that asks can be charged with
 * @target: the group that is at its limit
 * @margin: the room in @target, in pages
 *
 * What was freed within the reserve of the group that asks, or of one between, is
 * no room in @target, which goes on paying for that reserve.  And room in @target
 * is enough, whatever is between: a charge that fails there next asks for that.
 *
 * Context: Any.  Takes rcu_read_lock().
 *
 * Return: a number of pages, at least @margin.
 */
unsigned long memcg_reserve_margin(struct mem_cgroup *target,
				   unsigned long margin)
{
	struct mem_cgroup *asking;

	if (!page_counter_reserves_on())
		return margin;
	asking = current->memcg_asking;
	if (!asking || !mem_cgroup_is_descendant(asking, target))
		return margin;
	return max(margin, page_counter_reserve_margin(&asking->memory,
						       &target->memory));
}

/* See memcg_reserve_protects_task(). */
bool __memcg_reserve_protects_task(struct mem_cgroup *target,
				   struct task_struct *task)
{
	struct mem_cgroup *memcg;
	bool protects;

	/* swapoff, and the like: it wants memory for groups all over the tree. */
	if (oom_task_origin(task))
		return false;

	rcu_read_lock();
	memcg = mem_cgroup_from_task(task);
	protects = memcg && memcg_reserve_protects(target, memcg);
	rcu_read_unlock();
	return protects;
}

/*
 * See memcg_reserve_points().  @points are a size and what user space has added to
 * it, see oom_badness().  Where nothing is set aside the size can be more than the
 * usage of the group, as it has what is in swap.
 */
long __memcg_reserve_points(struct oom_control *oc, struct task_struct *task,
			    long points)
{
	long adj = task->signal->oom_score_adj;
	unsigned long usage = 0, kept = 0;
	struct mem_cgroup *memcg;

	if (!oc->memcg || points == LONG_MIN)
		return points;

	rcu_read_lock();
	memcg = mem_cgroup_from_task(task);
	if (memcg) {
		kept = memcg_reserve_protection(oc->memcg, memcg);
		usage = max(kept, page_counter_read(&memcg->memory));
	}
	rcu_read_unlock();
	if (!kept)
		return points;
	return min(points, (long)(usage - kept) +
			   adj * (long)(oc->totalpages / 1000));
}

/*
 * See memcg_swapin_enter().  Who has said already for whom he works knows best,
 * and swapoff works for no group.  A memory whose last task has gone is of none,
 * and would be the root's: then it is for who looks at it to pay.
 */
struct mem_cgroup *__memcg_swapin_enter(struct mm_struct *mm)
{
	struct mem_cgroup *memcg;

	if (!mm || mm == current->mm || current->active_memcg ||
	    oom_task_origin(current) || !rcu_access_pointer(mm->owner))
		return NULL;
	memcg = get_mem_cgroup_from_mm(mm);
	set_active_memcg(memcg);
	return memcg;
}

/* See memcg_swapin_exit(). */
void __memcg_swapin_exit(struct mem_cgroup *memcg)
{
	set_active_memcg(NULL);
	mem_cgroup_put(memcg);
}
