// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hardwall hierarchy of memory cgroups, for the v1 hierarchy.
 *
 * A group's limit is a reservation: limit and reserve are one (see
 * mm/page_counter_reserve.c, and kernel/res_counter_hier.c for how they
 * change).  So a charge stops at the group, and so do reclaim and OOM kills.
 *
 * A removed group has no reserve.  What it leaves charged is in the usage of
 * its parent, page by page, as on any other group without one.
 *
 * From the RFC: that a group starts with a limit of 0, and that what it has
 * lent can be read.
 */

#include <linux/cgroup.h>
#include <linux/init.h>
#include <linux/kernfs.h>
#include <linux/kstrtox.h>
#include <linux/list.h>
#include <linux/memcontrol.h>
#include <linux/mm_inline.h>
#include <linux/page_counter.h>
#include <linux/rculist.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>
#include <linux/res_counter_pace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/swap.h>
#include <linux/writeback.h>

#include "internal.h"
#include "memcontrol-v1.h"
#include "memcontrol-hier.h"
#include "memcontrol-reserve.h"

/* For the flushers to write what force_empty found dirty. */
#define MEMCG_HIER_WRITEBACK_WAIT	(HZ / 10)

bool memcg_hier_on __ro_after_init = true;

/* Held to change a list of removed groups, which are read under RCU. */
static DEFINE_SPINLOCK(removed_lock);

/* In pages: the root's limit on v1, its cap on v2, while the other has it. */
static unsigned long memcg_hier_cap = PAGE_COUNTER_MAX;
static unsigned long memcg_reserve_cap;

static int __init memcg_hier_setup(char *s)
{
	return !kstrtobool(s, &memcg_hier_on);
}
__setup("memcg_hier=", memcg_hier_setup);

static struct mem_cgroup *memcg_from_res(struct res_counter *counter)
{
	return container_of(counter, struct mem_cgroup, res);
}

/**
 * memcg_hier_init - make a new group a hardwall group
 * @memcg: a group that was just allocated, with its counters set up
 *
 * Its limit is 0.  The root, and any group where the hierarchy is not on, stays
 * as it is.
 *
 * Context: Process context.  Nobody else knows @memcg yet.
 */
void memcg_hier_init(struct mem_cgroup *memcg)
{
	res_counter_init(&memcg->res, &memcg->memory, &memcg->memsw);
	INIT_LIST_HEAD(&memcg->removed);
	INIT_LIST_HEAD(&memcg->removed_children);

	if (!memcg->memory.parent) {
		memcg->res.whole = (u64)totalram_pages() << PAGE_SHIFT;
		memcg_reserve_cap = page_counter_reserve(&memcg->memory);
	}
	if (!memcg->memory.parent || !memcg_hier_enabled())
		return;

	page_counter_reserve_init(&memcg->memory);
	page_counter_reserve_init(&memcg->memsw);
	res_counter_zero_limit(&memcg->res);
}

/*
 * v1 has counters that v2 has not, for kernel memory and for memory+swap.  What
 * v2 has charged and left to the root is uncharged from these, too, if that is
 * when v1 has the controller: let them have it.
 */
static void memcg_hier_count_for_v1(struct mem_cgroup *root)
{
	mem_cgroup_force_flush_stats(root);
	page_counter_charge(&root->kmem, memcg_page_state(root, MEMCG_KMEM));
	page_counter_charge(&root->memsw, page_counter_read(&root->memory));
}

static void memcg_hier_count_for_v2(struct mem_cgroup *root)
{
	page_counter_uncharge(&root->kmem, page_counter_read(&root->kmem));
	page_counter_uncharge(&root->memsw, page_counter_read(&root->memsw));
}

/**
 * memcg_hier_reset - note the root's limit, or cap, before it is reset
 * @memcg: any group, whose files are gone; the root, if the controller is
 *	about to leave v1, or v2
 *
 * On v1 the limit is the cap on all lending.  v2 knows no such limit, but its
 * charges reach the root's counter; and it has a cap of its own.
 *
 * Context: cgroup_mutex is held.  May sleep.
 */
void memcg_hier_reset(struct mem_cgroup *memcg)
{
	if (!mem_cgroup_is_root(memcg))
		return;
	if (cgroup_subsys_on_dfl(memory_cgrp_subsys)) {
		memcg_reserve_cap = page_counter_reserve(&memcg->memory);
		memcg_hier_count_for_v1(memcg);
	} else if (memcg_hier_on) {
		memcg_hier_cap = READ_ONCE(memcg->memory.max);
	}
}

/**
 * memcg_hier_bind - put the root's limit, or cap, back
 * @root_css: the root, which v1 or v2 has from now on
 *
 * What is charged may be above the limit: kernel memory of former v2 groups is
 * still in the root's usage.  Then nothing is lent until that is freed.
 *
 * Context: At boot, or cgroup_mutex is held.  The files are not there yet.
 * Does not sleep.
 */
void memcg_hier_bind(struct cgroup_subsys_state *root_css)
{
	struct mem_cgroup *memcg = mem_cgroup_from_css(root_css);
	unsigned long cap = memcg_reserve_cap;

	if (cgroup_subsys_on_dfl(memory_cgrp_subsys)) {
		memcg_hier_count_for_v2(memcg);
	} else {
		xchg(&memcg->memory.max, memcg_hier_cap);
		cap = res_counter_lendable(&memcg->res, (u64)memcg_hier_cap <<
					   PAGE_SHIFT) >> PAGE_SHIFT;
	}
	page_counter_cap_reserves(&memcg->memory, cap);
	page_counter_cap_reserves(&memcg->memsw, PAGE_COUNTER_MAX);
}

/* A write that may reclaim.  The protocol's callbacks know but a counter. */
struct memcg_hier_write {
	struct kernfs_open_file *of;
	/* A lender's memory+swap, and the most pages that may be in it */
	struct page_counter *memsw;
	unsigned long memsw_goal;
};

/**
 * memcg_hier_write_ends - is the write to give up, between two batches?
 *
 * Who removes the group holds cgroup_mutex and waits for its writers.
 *
 * Context: Process context, in a write that may reclaim.
 *
 * Return: 0; -ENODEV if the group is being removed; -EINTR on a signal.
 */
int memcg_hier_write_ends(void)
{
	if (memcg_file_is_going(current->memcg_hier_write->of))
		return -ENODEV;
	return signal_pending(current) ? -EINTR : 0;
}

static unsigned long memcg_hier_reclaim(struct mem_cgroup *memcg,
					unsigned long nr_pages,
					unsigned int options)
{
	nr_pages = min(nr_pages, MEMCG_WRITE_BATCH);
	/* The root's own pages are not charged: there are its leftovers. */
	if (mem_cgroup_is_root(memcg))
		return memcg_hier_reclaim_leftovers(nr_pages, options);
	return try_to_free_mem_cgroup_pages(memcg, nr_pages, GFP_KERNEL,
					    options, NULL);
}

static unsigned long long memcg_hier_usage(struct page_counter *counter)
{
	return (unsigned long long)page_counter_read(counter) << PAGE_SHIFT;
}

/*
 * Bring memory, or memory+swap, of a group down to a goal: one round, which is
 * bounded whoever refills.
 */
static int memcg_hier_round(struct mem_cgroup *memcg,
			    struct page_counter *counter, unsigned long goal)
{
	bool swap = counter == &memcg->memory;
	unsigned long usage = page_counter_read(counter);
	unsigned long left = usage - min(usage, goal);
	struct res_counter_pace pace;

	res_counter_pace_start(&pace, memcg_hier_usage(counter));
	while (left && (usage = page_counter_read(counter)) > goal) {
		unsigned long freed;
		int ret;

		ret = memcg_hier_write_ends();
		if (ret)
			return ret;
		freed = memcg_hier_reclaim(memcg, min(left, usage - goal),
					   swap ? MEMCG_RECLAIM_MAY_SWAP : 0);
		if (!freed) {
			/* What is dirty has to be written first. */
			wakeup_flusher_threads(WB_REASON_VMSCAN);
			return memcg_hier_write_ends();
		}
		left -= min(left, freed);
		if (res_counter_pace_slow(&pace, memcg_hier_usage(counter)))
			break;
	}
	return 0;
}

static int memcg_hier_collect(struct mem_cgroup *memcg)
{
	int ret = memcg_hier_write_ends();

	if (!ret)
		memcg_collect_batches(memcg);
	return ret;
}

/* A res_shrink_callback_t. */
static int memcg_hier_shrink(struct res_counter *counter,
			     unsigned long long val)
{
	struct memcg_hier_write *write = current->memcg_hier_write;
	struct mem_cgroup *memcg = memcg_from_res(counter);
	unsigned long usage = page_counter_read(&memcg->memory);
	int ret;

	ret = memcg_hier_collect(memcg);
	if (!ret)
		ret = memcg_hier_round(memcg, &memcg->memory, usage -
				       min_t(u64, usage, val >> PAGE_SHIFT));
	if (!ret && write->memsw == &memcg->memsw)
		ret = memcg_hier_round(memcg, write->memsw, write->memsw_goal);
	return ret;
}

/* What a loan takes of the lender's memory+swap, if it could ever have it. */
static void memcg_hier_want_memsw(struct memcg_hier_write *write,
				  struct mem_cgroup *lender,
				  unsigned long long growth)
{
	unsigned long max = READ_ONCE(lender->memsw.max);
	u64 lent = res_counter_read_u64(&lender->res, RES_SECURITY);

	if ((lent + growth) >> PAGE_SHIFT > max)
		return;
	write->memsw = &lender->memsw;
	write->memsw_goal = max - (growth >> PAGE_SHIFT);
}

/*
 * Somebody may still read what the group had before.  With no lock held: who
 * has no CPU meanwhile is in nobody's way.
 */
static int memcg_hier_wait(void)
{
	schedule_timeout_interruptible(1);
	return memcg_hier_write_ends();
}

static int memcg_hier_resize(struct mem_cgroup *memcg,
			     struct memcg_hier_write *write,
			     unsigned long long limit)
{
	struct mem_cgroup *parent = parent_mem_cgroup(memcg);
	unsigned long long old = res_counter_read_u64(&memcg->res, RES_LIMIT);
	int ret;

	/* Not only at the end: nobody's pages shall go for nothing. */
	if (limit >> PAGE_SHIFT > READ_ONCE(memcg->memsw.max))
		return -EINVAL;
	if (parent && limit > old)
		memcg_hier_want_memsw(write, parent, limit - old);

	current->memcg_hier_write = write;
	do {
		ret = res_counter_resize(&memcg->res,
					 parent ? &parent->res : NULL, limit,
					 memcg_hier_shrink, MEMCG_WRITE_ROUNDS);
	} while (ret == -EAGAIN && !(ret = memcg_hier_wait()));
	current->memcg_hier_write = NULL;
	return ret;
}

/**
 * memcg_hier_write_limit - a write to memory.limit_in_bytes
 * @of: the open file
 * @buf: what was written, and a NUL; see res_counter_parse_limit()
 * @nbytes: how much was written
 *
 * Context: Process context, in a write of a file of a group, no locks held.
 * Takes and drops the group's res.resize; reclaims and sleeps.
 *
 * Return: 0; -EINVAL if something is hidden behind a NUL, or the limit is above
 * that of memory+swap; -ENODEV if the group is being removed; or an error of
 * res_counter_parse_limit() or res_counter_resize().  On error nothing has
 * changed.
 */
int memcg_hier_write_limit(struct kernfs_open_file *of, char *buf,
			   size_t nbytes)
{
	struct mem_cgroup *memcg = mem_cgroup_from_css(of_css(of));
	struct mem_cgroup *parent = parent_mem_cgroup(memcg);
	struct memcg_hier_write write = { .of = of };
	unsigned long long limit;
	int ret;

	BUILD_BUG_ON(RES_COUNTER_LIMIT_MAX >> PAGE_SHIFT > PAGE_COUNTER_MAX);
	if (!res_counter_text_ends(buf, nbytes))
		return -EINVAL;
	ret = res_counter_parse_limit(buf, &limit);
	if (ret)
		return ret;
	ret = memcg_hier_resize(memcg, &write, limit);
	if (ret)
		return ret;

	memcg1_resized(memcg);
	if (parent)
		memcg1_resized(parent);
	return 0;
}

static int memcg_hier_resize_memsw(struct mem_cgroup *memcg,
				   unsigned long max)
{
	int round, ret;

	if (max < READ_ONCE(memcg->memory.max))
		return -EINVAL;
	for (round = 0; ; round++) {
		ret = page_counter_set_max(&memcg->memsw, max);
		if (!ret || round == MEMCG_WRITE_ROUNDS)
			return ret;
		ret = memcg_hier_collect(memcg);
		if (!ret)
			ret = memcg_hier_round(memcg, &memcg->memsw, max);
		if (ret)
			return ret;
	}
}

/**
 * memcg_hier_write_memsw - a write to memory.memsw.limit_in_bytes
 * @of: the open file, of a hardwall group
 * @max: the new limit, in pages
 *
 * The memory limit does not change meanwhile.
 *
 * Context: As memcg_hier_write_limit().
 *
 * Return: 0; -EINVAL if the memory limit is above @max; -EBUSY if reclaim could
 * not get memory+swap under it; -EINTR on a signal; -ENODEV if the group is
 * being removed.  On error the limit is what it was.
 */
int memcg_hier_write_memsw(struct kernfs_open_file *of, unsigned long max)
{
	struct mem_cgroup *memcg = mem_cgroup_from_css(of_css(of));
	struct memcg_hier_write write = { .of = of };
	int ret;

	if (mutex_lock_interruptible(&memcg->res.resize))
		return -EINTR;
	current->memcg_hier_write = &write;
	ret = memcg_hier_resize_memsw(memcg, max);
	current->memcg_hier_write = NULL;
	mutex_unlock(&memcg->res.resize);

	if (!ret)
		memcg1_resized(memcg);
	return ret;
}

/* The multi-gen LRU keeps a count of its own of what it has. */
static unsigned long memcg_hier_lru_gen_pages(struct lruvec *lruvec, bool file)
{
	unsigned long nr_pages = 0;
#ifdef CONFIG_LRU_GEN
	int gen, zid;

	for (gen = 0; gen < MAX_NR_GENS; gen++)
		for (zid = 0; zid < MAX_NR_ZONES; zid++)
			nr_pages += max(READ_ONCE(lruvec->lrugen.nr_pages[gen][file][zid]),
					0L);
#endif
	return nr_pages;
}

static unsigned long memcg_hier_list_pages(struct lruvec *lruvec,
					   enum lru_list lru)
{
	unsigned long nr_pages = 0;
	int zid;

	for (zid = 0; zid < MAX_NR_ZONES; zid++)
		nr_pages += mem_cgroup_get_zone_lru_size(lruvec, lru, zid);
	return nr_pages;
}

static unsigned long memcg_hier_lists_pages(struct lruvec *lruvec, bool file)
{
	enum lru_list lru = file ? LRU_INACTIVE_FILE : LRU_INACTIVE_ANON;

	return memcg_hier_list_pages(lruvec, lru) +
	       memcg_hier_list_pages(lruvec, lru + LRU_ACTIVE);
}

static bool has_pages(struct lruvec *lruvec, bool file)
{
	return lru_gen_enabled() ? memcg_hier_lru_gen_pages(lruvec, file) :
				   memcg_hier_lists_pages(lruvec, file);
}

/*
 * Is there nothing that reclaim could take?  Of a removed group: it gets no
 * more.  In walks of many: so only the LRU that is in use is looked at.
 */
static bool is_spent(struct mem_cgroup *memcg)
{
	struct lruvec *lruvec;
	int nid;

	for_each_node_state(nid, N_MEMORY) {
		lruvec = mem_cgroup_lruvec(memcg, NODE_DATA(nid));
		if (has_pages(lruvec, true) ||
		    (get_nr_swap_pages() > 0 && has_pages(lruvec, false)))
			return false;
	}
	return true;
}

/*
 * In pre-order, from @root or from a group that is left to it: what is below a
 * removed group was removed before.  Who is between may just be on its way into
 * its list: then this walk ends.
 */
static struct mem_cgroup *next_removed(struct mem_cgroup *memcg,
				       struct mem_cgroup *root)
{
	struct mem_cgroup *next, *parent;

	next = list_first_or_null_rcu(&memcg->removed_children,
				      struct mem_cgroup, removed);
	while (!next && memcg != root && !list_empty(&memcg->removed)) {
		parent = parent_mem_cgroup(memcg);
		next = list_next_or_null_rcu(&parent->removed_children,
					     &memcg->removed,
					     struct mem_cgroup, removed);
		memcg = parent;
	}
	return next;
}

/**
 * memcg_hier_next_removed - the next group that is left to another
 * @css: the last one; NULL to start with @root
 * @root: a hardwall group, which may be removed itself; or the root
 * @for_pages: is the walk for pages, and not for those who have none?
 *
 * Neither live groups nor what is left to others is looked at, however many
 * there are.
 *
 * @css may have left its list, but what is behind it there is not released
 * before no walk knows @css any more: both go under cgroup_mutex.  If it is not
 * left to @root, a walk of another kind was there, which shares its position with
 * this one: that has looked at all.
 *
 * Context: Under rcu_read_lock().
 *
 * Return: the group; NULL if that was the last.
 */
struct cgroup_subsys_state *
memcg_hier_next_removed(struct cgroup_subsys_state *css,
			struct mem_cgroup *root, bool for_pages)
{
	struct mem_cgroup *memcg = mem_cgroup_from_css(css);

	if (!css)
		return &root->css;
	if (memcg_hier_owner(memcg) != memcg_hier_owner(root))
		return NULL;
	do {
		memcg = next_removed(memcg, root);
	} while (memcg && for_pages && is_spent(memcg));
	return memcg ? &memcg->css : NULL;
}

/* Pages of @memcg that have an LRU, those of its leftovers included. */
static unsigned long memcg_hier_lru_pages(struct mem_cgroup *memcg)
{
	unsigned long nr_pages = 0;
	struct mem_cgroup *iter;
	struct lruvec *lruvec;
	int nid, file;

	for_each_mem_cgroup_tree(iter, memcg) {
		for_each_node_state(nid, N_MEMORY) {
			lruvec = mem_cgroup_lruvec(iter, NODE_DATA(nid));
			for (file = 0; file < ANON_AND_FILE; file++)
				nr_pages += memcg_hier_lru_gen_pages(lruvec, file) +
					    memcg_hier_lists_pages(lruvec, file);
			nr_pages += memcg_hier_list_pages(lruvec, LRU_UNEVICTABLE);
		}
	}
	return nr_pages;
}

static int memcg_hier_empty(struct mem_cgroup *memcg)
{
	unsigned long nr_pages = 0;
	int round, ret;

	for (round = 0; round < MEMCG_WRITE_ROUNDS; round++) {
		ret = memcg_hier_shrink(&memcg->res,
					(u64)nr_pages << PAGE_SHIFT);
		if (ret)
			return ret;
		nr_pages = memcg_hier_lru_pages(memcg);
		if (!nr_pages)
			return 0;
		schedule_timeout_interruptible(MEMCG_HIER_WRITEBACK_WAIT);
	}
	return -EBUSY;
}

/* In the group itself, whatever is in those below. */
static bool memcg_hier_has_tasks(struct mem_cgroup *memcg)
{
	struct css_task_iter it;
	bool has;

	css_task_iter_start(&memcg->css, 0, &it);
	has = css_task_iter_next(&it);
	css_task_iter_end(&it);
	return has;
}

/**
 * memcg_hier_force_empty - a write to memory.force_empty
 * @of: the open file, of a hardwall group
 *
 * Reclaims all that can be.  Kernel memory is not asked for: it has no page
 * that could be reclaimed alone, and rmdir makes it the parent's.
 *
 * Context: Process context, no locks held.  Reclaims and sleeps.
 *
 * Return: 0; -EBUSY if there is a task in the group or pages stay; -EINTR on a
 * signal; -ENODEV if the group is being removed.
 */
int memcg_hier_force_empty(struct kernfs_open_file *of)
{
	struct mem_cgroup *memcg = mem_cgroup_from_css(of_css(of));
	struct memcg_hier_write write = { .of = of };
	int ret;

	if (memcg_hier_has_tasks(memcg))
		return -EBUSY;
	current->memcg_hier_write = &write;
	ret = memcg_hier_empty(memcg);
	current->memcg_hier_write = NULL;
	return ret;
}

/**
 * memcg_hier_css_cleared - give back what a group holds of its parent
 * @css: a group that is being removed, and has no reserve in memory any more
 *
 * rmdir has gone past where it could fail: no task, no live child and no
 * writer of a limit is left.  What is charged is the parent's own from now on.
 *
 * Context: cgroup_mutex is held.  Does not wait.
 */
void memcg_hier_css_cleared(struct cgroup_subsys_state *css)
{
	struct mem_cgroup *memcg = mem_cgroup_from_css(css);
	struct mem_cgroup *parent = parent_mem_cgroup(memcg);

	if (!memcg_is_hardwall(memcg))
		return;
	page_counter_set_reserve(&memcg->memsw, 0, NULL);
	spin_lock(&removed_lock);
	list_add_tail_rcu(&memcg->removed, &parent->removed_children);
	spin_unlock(&removed_lock);
	memcg1_resized(parent);
}

/**
 * memcg_hier_released - a group is gone
 * @memcg: a group that nobody refers to any more, but walks that are under way
 *
 * Context: Process context.  A grace period goes by before it is freed.
 */
void memcg_hier_released(struct mem_cgroup *memcg)
{
	if (list_empty(&memcg->removed))
		return;
	spin_lock(&removed_lock);
	list_del_rcu(&memcg->removed);
	spin_unlock(&removed_lock);
}

/**
 * memcg_hier_can_attach - refuse tasks where there is no memory for them
 * @tset: the tasks, and where they are to go
 *
 * The first page fault in a group with nothing could only end in OOM.
 *
 * Context: cgroup_mutex is held.  Does not sleep.
 *
 * Return: 0, or -ENOSPC if the limit of the hardwall group is 0.
 */
int memcg_hier_can_attach(struct cgroup_taskset *tset)
{
	struct cgroup_subsys_state *css;
	struct mem_cgroup *memcg;

	cgroup_taskset_first(tset, &css);
	memcg = mem_cgroup_from_css(css);
	if (memcg_is_hardwall(memcg) && !READ_ONCE(memcg->memory.max))
		return -ENOSPC;
	return 0;
}

static u64 memcg_hier_read_u64(struct cgroup_subsys_state *css,
			       struct cftype *cft)
{
	return res_counter_read_u64(&mem_cgroup_from_css(css)->res,
				    cft->private);
}

static struct cftype memcg_hier_files[] = {
	{
		.name = "borrow",
		.private = RES_BORROW,
		.read_u64 = memcg_hier_read_u64,
	},
	{
		.name = "security",
		.private = RES_SECURITY,
		.read_u64 = memcg_hier_read_u64,
	},
	{ },	/* terminate */
};

static int __init memcg_hier_files_init(void)
{
	if (memcg_hier_on && !mem_cgroup_disabled())
		WARN_ON(cgroup_add_legacy_cftypes(&memory_cgrp_subsys,
						  memcg_hier_files));
	return 0;
}
subsys_initcall(memcg_hier_files_init);
