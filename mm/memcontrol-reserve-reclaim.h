/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __MM_MEMCONTROL_RESERVE_RECLAIM_H
#define __MM_MEMCONTROL_RESERVE_RECLAIM_H

#include <linux/memcontrol.h>
#include <linux/page_counter.h>
#include <linux/sched.h>
#include <linux/types.h>

struct cgroup_subsys_state;
struct mm_struct;
struct oom_control;

#ifdef CONFIG_MEMCG_RESERVE

void memcg_reserve_ask(struct mem_cgroup *memcg);
unsigned long memcg_reserve_margin(struct mem_cgroup *target,
				   unsigned long margin);

/* If not for the machine, a walk can jump over groups: memcg_reserve_jump(). */
static inline void
memcg_walk_set_for_limit(struct mem_cgroup_reclaim_cookie *cookie,
			 bool for_limit)
{
	if (page_counter_reserves_on())
		cookie->for_limit = for_limit;
}

static inline bool
memcg_walk_is_for_limit(struct mem_cgroup_reclaim_cookie *cookie)
{
	return cookie->for_limit;
}

#else

static inline void memcg_reserve_ask(struct mem_cgroup *memcg) {}

static inline unsigned long memcg_reserve_margin(struct mem_cgroup *target,
						 unsigned long margin)
{
	return margin;
}

static inline void
memcg_walk_set_for_limit(struct mem_cgroup_reclaim_cookie *cookie,
			 bool for_limit) {}

static inline bool
memcg_walk_is_for_limit(struct mem_cgroup_reclaim_cookie *cookie)
{
	return false;
}

#endif

bool memcg_reserve_is_below(struct mem_cgroup *target);
struct mem_cgroup *__memcg_swapin_enter(struct mm_struct *mm);
void __memcg_swapin_exit(struct mem_cgroup *memcg);
bool memcg_reserve_protects(struct mem_cgroup *target,
			    struct mem_cgroup *memcg);
bool __memcg_reserve_jump(struct mem_cgroup *target,
			  struct cgroup_subsys_state **css);
unsigned long memcg_reserve_protection(struct mem_cgroup *target,
				       struct mem_cgroup *memcg);
bool __memcg_reserve_protects_task(struct mem_cgroup *target,
				   struct task_struct *task);
long __memcg_reserve_points(struct oom_control *oc, struct task_struct *task,
			    long points);

/**
 * memcg_reserve_jump - is there nothing in a group, nor below, for a limit?
 * @target: the group whose limit it is, and whose groups are walked in pre-order
 * @cookie: that of the walk
 * @css: where the walk is, @target or below; moved to the end of its subtree if
 *	 all of that is protected
 *
 * It costs no reference, unlike to visit each group and find the same.
 *
 * Context: Under rcu_read_lock().
 *
 * Return: true if the walk has to go on behind *@css.
 */
static inline bool memcg_reserve_jump(struct mem_cgroup *target,
				      struct mem_cgroup_reclaim_cookie *cookie,
				      struct cgroup_subsys_state **css)
{
	return page_counter_reserves_on() && memcg_walk_is_for_limit(cookie) &&
	       __memcg_reserve_jump(target, css);
}

/**
 * memcg_reserve_protects_task - is a task not to be killed for a limit?
 * @target: the group that is at its limit
 * @task: a task of @target, or of a group below it
 *
 * Context: Any.  Takes rcu_read_lock().
 *
 * Return: true if the group of @task, or one between, is within its reserve; not
 * for who is to be killed first.
 */
static inline bool memcg_reserve_protects_task(struct mem_cgroup *target,
					       struct task_struct *task)
{
	return page_counter_reserves_on() &&
	       __memcg_reserve_protects_task(target, task);
}

/**
 * memcg_reserve_points - how much a kill helps where some is set aside
 * @oc: whom memory is wanted for
 * @task: a task of a group that is not protected
 * @points: its badness, in pages
 *
 * Context: Any.  Takes rcu_read_lock().
 *
 * Return: @points, at most for what @oc->memcg gets of the group of @task.
 */
static inline long memcg_reserve_points(struct oom_control *oc,
					struct task_struct *task, long points)
{
	return page_counter_reserves_on() ?
	       __memcg_reserve_points(oc, task, points) : points;
}

/**
 * memcg_swapin_enter - pages are about to be read in from swap, for whom?
 * @mm: where they are mapped, or going to be; NULL: for the current task
 *
 * A debugger, a reader of /proc/PID/cmdline, or process_madvise(2) reads in pages
 * of others: who wants them is still who has them mapped.  Else he would use pages
 * that the group of the other pays for, if his own is full; or nobody, if that is
 * the root.
 *
 * Context: Process context.
 *
 * Return: to be passed to memcg_swapin_exit().
 */
static __always_inline struct mem_cgroup *
memcg_swapin_enter(struct mm_struct *mm)
{
	return page_counter_reserves_on() ? __memcg_swapin_enter(mm) : NULL;
}

/**
 * memcg_swapin_exit - they are charged
 * @memcg: what memcg_swapin_enter() has returned
 *
 * Context: Process context.
 */
static __always_inline void memcg_swapin_exit(struct mem_cgroup *memcg)
{
	if (memcg)
		__memcg_swapin_exit(memcg);
}

#endif /* __MM_MEMCONTROL_RESERVE_RECLAIM_H */
