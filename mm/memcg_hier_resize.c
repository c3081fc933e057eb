// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hardwall hierarchy of memory groups, for 2.6.26: writing a limit, and
 * emptying a group.  A part of mm/memcontrol.c, which includes it.
 *
 *	write(2) to memory.limit_in_bytes
 *	  res_counter_write()		parse
 *	  mem_cgroup_resize_limit()	the resize callback, with the lender
 *	  res_counter_resize()		borrow or repay; kernel/res_counter_hier.c
 *	  mem_cgroup_shrink_usage()	the shrink callback, to make room
 *
 * Who writes takes no reference to the group: its open file keeps the
 * structures, and the resize mutex keeps the group from being removed (see
 * mm/memcg_hier_remove.c).  A reference would do more: to drop the last one
 * calls the release agent.  Nor cgroup_mutex, which others hold while they
 * wait for what has nothing to do with this group.
 */

#include <linux/res_counter_pace.h>

/* a new group has nothing; the root has what the machine has */
static void mem_cgroup_init_limit(struct mem_cgroup *mem, struct cgroup *parent)
{
	if (parent) {
		res_counter_zero_limit(&mem->res);
		return;
	}
	/* a limit is a number of whole pages */
	mem->res.limit = RES_COUNTER_LIMIT_MAX;
	mem->res.whole = (unsigned long long)totalram_pages << PAGE_SHIFT;
}

/* the group that @mem borrows from; NULL for the root */
static struct mem_cgroup *mem_cgroup_lender(struct mem_cgroup *mem)
{
	struct cgroup *parent = mem->css.cgroup->parent;

	return parent ? mem_cgroup_from_cont(parent) : NULL;
}

static void mem_cgroup_drain_pagevecs(struct work_struct *unused)
{
	lru_add_drain();
}

/*
 * The shrink callback: reclaim in this group, and in no other. A round ends when
 * val bytes are freed, when a pass over the whole group frees next to nothing,
 * or when it gets nowhere, because tasks in the group charge as fast as this
 * frees: it is for the caller to decide whether to go on.
 */
static int mem_cgroup_shrink_usage(struct res_counter *counter,
				   unsigned long long val)
{
	struct mem_cgroup *mem = container_of(counter, struct mem_cgroup, res);
	unsigned long long freed = 0;
	struct res_counter_pace pace;
	unsigned long nr_pages;

	res_counter_pace_start(&pace, res_counter_read_u64(counter, RES_USAGE));
	while (freed < val) {
		if (signal_pending(current))
			return -EINTR;
		nr_pages = try_to_free_mem_cgroup_pages(mem, GFP_KERNEL);
		if (!nr_pages) {
			/*
			 * Pages in the pagevec of another CPU, on their way to
			 * the LRU, are not found; lru_add_drain_all() asks the
			 * other CPUs on NUMA only. The next round finds them.
			 */
			schedule_on_each_cpu(mem_cgroup_drain_pagevecs);
			break;
		}
		freed += (unsigned long long)nr_pages << PAGE_SHIFT;
		cond_resched();

		if (res_counter_pace_slow(&pace, res_counter_read_u64(counter,
								      RES_USAGE)))
			break;
	}
	return 0;
}

/* the resize callback */
static int mem_cgroup_resize_limit(struct res_counter *counter,
				   unsigned long long limit)
{
	struct mem_cgroup *mem = container_of(counter, struct mem_cgroup, res);
	struct mem_cgroup *lender = mem_cgroup_lender(mem);

	return res_counter_resize(counter, lender ? &lender->res : NULL, limit,
				  mem_cgroup_shrink_usage,
				  MEM_CGROUP_RECLAIM_RETRIES);
}

/* May somebody charge to the group? Its count is 0 in the root, always. */
static bool mem_cgroup_has_tasks(struct mem_cgroup *mem)
{
	struct cgroup *cont = mem->css.cgroup;

	return !cont->parent || atomic_read(&cont->count);
}

/*
 * memory.force_empty: reclaim all that can be. What can not be stays where it
 * is: who may write this file need not have a say in what the parent pays.
 */
static int mem_cgroup_empty(struct mem_cgroup *mem)
{
	unsigned long long own;
	int round, ret;

	for (round = 0; ; round++) {
		if (mem_cgroup_has_tasks(mem))
			return -EBUSY;
		own = mem_cgroup_own_usage(mem);
		if (!own)
			return 0;
		if (round == MEM_CGROUP_RECLAIM_RETRIES)
			return -EBUSY;
		ret = mem_cgroup_shrink_usage(&mem->res, own);
		if (ret)
			return ret;
	}
}
