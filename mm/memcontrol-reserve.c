// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory.reserve: memory that is set aside for a group, on cgroup v2.
 *
 * The books are kept by mm/page_counter_reserve.c.  Here is what users see of
 * them, and when a reserve has to change although nobody wrote it: it is never
 * above memory.max, and a group that goes leaves none.
 *
 * Locks: reserve_mutex of a group is held over any change of its reserve or
 * its memory.max, and that of one group below it may be taken inside, to
 * revoke.  cgroup_mutex may be held outside.  So nobody reclaims with a
 * reserve_mutex held.
 *
 * From the RFC: that what is set aside below a group can be read.
 */

#include <linux/cgroup.h>
#include <linux/ctype.h>
#include <linux/init.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/page_counter.h>
#include <linux/preempt.h>
#include <linux/res_counter_pace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_buf.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/swap.h>
#include <linux/writeback.h>

#include "internal.h"
#include "memcontrol-v1.h"
#include "memcontrol-reserve.h"

/**
 * memcg_reserve_init - set up what reserves need in a new group
 * @memcg: a group that was just allocated
 * @parent: its parent; NULL for the root, whose cap is what the machine has
 *
 * Context: Nobody else knows @memcg yet.  Does not sleep.
 */
void memcg_reserve_init(struct mem_cgroup *memcg, struct mem_cgroup *parent)
{
	mutex_init(&memcg->reserve_mutex);
	if (!parent)
		page_counter_set_reserve(&memcg->memory, totalram_pages(),
					 NULL);
}

/**
 * memcg_is_below_reserve - may memory that a group could use be set aside?
 * @memcg: any group
 *
 * Also if the reserve, of @memcg or of a group above it, was given back, or is yet
 * to come: in the strict hierarchy of v1 that is any group.
 *
 * Context: Any.
 *
 * Return: true if so; false if here all is as if there were no reserves.
 */
bool memcg_is_below_reserve(struct mem_cgroup *memcg)
{
	for (; memcg; memcg = parent_mem_cgroup(memcg))
		if (READ_ONCE(memcg->memory.pays_first))
			return true;
	return false;
}

/**
 * memcg_reserve_pays_for_child - who is charged for the structures of a group
 * @parent: where it is made; NULL for the root
 *
 * As a rule it is @parent.  Below a reserve it is who makes the group, as for
 * all that a task has the kernel allocate: @parent may have given all of its
 * memory to others, which can not be reclaimed, and mkdir would fail for it and
 * kill whoever is left.
 *
 * Context: Any.
 *
 * Return: the group for set_active_memcg(); NULL for that of the current task.
 */
struct mem_cgroup *memcg_reserve_pays_for_child(struct mem_cgroup *parent)
{
	return memcg_is_below_reserve(parent) ? NULL : parent;
}

/* Under reserve_mutex of a group above. */
static void revoke(struct mem_cgroup *memcg)
{
	mutex_lock_nested(&memcg->reserve_mutex, SINGLE_DEPTH_NESTING);
	if (page_counter_reserve(&memcg->memory)) {
		page_counter_set_reserve(&memcg->memory, 0, NULL);
		memcg_memory_event(memcg, MEMCG_RESERVE_REVOKED);
	}
	mutex_unlock(&memcg->reserve_mutex);
}

/*
 * Leaves first, as a reserve covers those below it.  Groups without a reserve
 * are locked as well: a write that began before they were frozen may be about
 * to give them one.
 */
static void revoke_below(struct mem_cgroup *memcg)
{
	struct cgroup_subsys_state *css;

	rcu_read_lock();
	css_for_each_descendant_post(css, &memcg->css) {
		if (css == &memcg->css || !css_tryget(css))
			continue;
		rcu_read_unlock();
		revoke(mem_cgroup_from_css(css));
		rcu_read_lock();
		css_put(css);
	}
	rcu_read_unlock();
}

/*
 * Lower a reserve, whatever is reserved below it.  Under reserve_mutex.  0, or
 * -EAGAIN if it is not to 0.
 */
static int lower_reserve(struct mem_cgroup *memcg, unsigned long nr_pages)
{
	struct page_counter *counter = &memcg->memory;
	int ret;

	ret = page_counter_set_reserve(counter, nr_pages, NULL);
	if (ret != -EBUSY)
		return ret;
	page_counter_freeze_reserves(counter);
	revoke_below(memcg);
	ret = page_counter_set_reserve(counter, nr_pages, NULL);
	page_counter_thaw_reserves(counter);
	return ret;
}

/*
 * Somebody may still read what the group had before.  With no lock held: who has
 * no CPU meanwhile is in nobody's way.
 */
static int wait_for_readers(void)
{
	schedule_timeout_killable(1);
	return fatal_signal_pending(current) ? -EINTR : 0;
}

/**
 * memcg_reserve_drop - a group has no reserve any more
 * @memcg: a group whose files are gone; the root's cap stays
 *
 * Reserves below it are revoked.
 *
 * Context: Process context; takes and releases reserve_mutex.  cgroup_mutex is
 * held.
 */
void memcg_reserve_drop(struct mem_cgroup *memcg)
{
	if (!page_counter_reserves_on() || mem_cgroup_is_root(memcg))
		return;
	mutex_lock(&memcg->reserve_mutex);
	lower_reserve(memcg, 0);
	mutex_unlock(&memcg->reserve_mutex);
}

static int try_set_max(struct mem_cgroup *memcg, unsigned long max)
{
	int ret = 0;

	if (mutex_lock_killable(&memcg->reserve_mutex))
		return -EINTR;
	if (page_counter_reserve(&memcg->memory) > max) {
		ret = lower_reserve(memcg, max);
		if (!ret)
			memcg_memory_event(memcg, MEMCG_RESERVE_REVOKED);
	}
	if (!ret)
		xchg(&memcg->memory.max, max);
	mutex_unlock(&memcg->reserve_mutex);
	return ret;
}

/**
 * memcg_reserve_set_max - set memory.max
 * @memcg: any group but the root
 * @max: the limit, in pages
 *
 * It can not be refused, or who was given a group could keep its giver from
 * limiting it.  So a reserve above @max is lowered to it first; that revokes
 * all reserves below, if they come to more.
 *
 * Context: Process context; takes and releases reserve_mutex.  May sleep.
 *
 * Return: 0; -EINTR, with nothing changed, if the caller is killed.
 */
int memcg_reserve_set_max(struct mem_cgroup *memcg, unsigned long max)
{
	int ret;

	do {
		ret = try_set_max(memcg, max);
	} while (ret == -EAGAIN && !(ret = wait_for_readers()));
	return ret;
}

/**
 * memcg_collect_batches - collect what CPUs have in batches, before reclaim
 * @memcg: the group, with all below it
 *
 * Pages in the per-CPU stocks are charged but not used, pages in the per-CPU
 * LRU batches can not be found.
 *
 * Context: Process context.  Takes cpu_hotplug_lock; sleeps.
 */
void memcg_collect_batches(struct mem_cgroup *memcg)
{
	drain_all_stock_sync(memcg);
	lru_add_drain_all();
}

/* At most so many pages @over has to lose before @memcg can have the reserve. */
static unsigned long missing(struct mem_cgroup *over, struct mem_cgroup *memcg,
			     unsigned long nr_pages)
{
	unsigned long growth = page_counter_reserve_growth(&memcg->memory,
							   nr_pages);
	unsigned long over_usage = page_counter_read(&over->memory);
	unsigned long over_max = READ_ONCE(over->memory.max);

	if (over_usage >= over_max)
		return growth + over_usage - over_max;
	return growth - min(growth, over_max - over_usage);
}

static unsigned long long pages_to_bytes(unsigned long nr_pages)
{
	return (unsigned long long)nr_pages << PAGE_SHIFT;
}

/* One try.  *@over is the ancestor without room, if -EBUSY is for one. */
static int try_set_reserve(struct mem_cgroup *memcg, unsigned long nr_pages,
			   struct mem_cgroup **over)
{
	struct page_counter *fail = NULL;
	int ret;

	if (mutex_lock_killable(&memcg->reserve_mutex))
		return -EINTR;
	if (!mem_cgroup_is_root(memcg) &&
	    nr_pages > READ_ONCE(memcg->memory.max))
		ret = -EINVAL;
	else
		ret = page_counter_set_reserve(&memcg->memory, nr_pages,
					       &fail);
	mutex_unlock(&memcg->reserve_mutex);
	*over = fail ? mem_cgroup_from_counter(fail, memory) : NULL;
	return ret;
}

/*
 * One batch, not of @memcg: what that has already is a part of what it asks for.
 * Returns how many of the @left pages are left for this round; none if nothing
 * was found.
 */
static unsigned long make_room(struct mem_cgroup *over,
			       struct mem_cgroup *memcg, unsigned long left)
{
	unsigned long reclaimed;

	current->memcg_growing = memcg;
	reclaimed = try_to_free_mem_cgroup_pages(over,
						 min(left, MEMCG_WRITE_BATCH),
						 GFP_KERNEL,
						 MEMCG_RECLAIM_MAY_SWAP, NULL);
	current->memcg_growing = NULL;
	if (reclaimed)
		return left - min(left, reclaimed);
	wakeup_flusher_threads(WB_REASON_VMSCAN);
	return 0;
}

/*
 * A round is over when as much was reclaimed as was missing when it began, or
 * nothing, or too little in a second: others who take it meanwhile do not make it
 * longer.  The CPU is given up between rounds: what is dirty has to be written
 * first.
 */
static int set_reserve(struct kernfs_open_file *of, struct mem_cgroup *memcg,
		       unsigned long nr_pages)
{
	struct res_counter_pace pace;
	struct mem_cgroup *over;
	unsigned long left = 0;
	int rounds = 0;

	for (;;) {
		int ret;

		if (memcg_file_is_going(of))
			return -ENODEV;
		ret = try_set_reserve(memcg, nr_pages, &over);
		if (ret == -EAGAIN) {
			ret = wait_for_readers();
			if (ret)
				return ret;
			continue;
		}
		if (ret != -EBUSY || !over)
			return ret;
		if (fatal_signal_pending(current))
			return -EINTR;
		if (!left) {
			if (rounds == MEMCG_WRITE_ROUNDS)
				return -EBUSY;
			if (rounds++)
				schedule_timeout_killable(1);
			memcg_collect_batches(over);
			left = missing(over, memcg, nr_pages);
			if (!left)
				continue;
			res_counter_pace_start(&pace, pages_to_bytes(left));
		}
		left = make_room(over, memcg, left);
		/* Not by usage: what is freed within a reserve shows in none. */
		if (res_counter_pace_slow(&pace, pages_to_bytes(left)))
			left = 0;
	}
}

static int revoke_all(struct mem_cgroup *memcg)
{
	if (mutex_lock_killable(&memcg->reserve_mutex))
		return -EINTR;
	lower_reserve(memcg, 0);
	mutex_unlock(&memcg->reserve_mutex);
	return 0;
}

/*
 * The parser is that of memory.max, so that the same text means the same in
 * both.  But there is no reserve without a size, and no text is not 0.
 */
static ssize_t memory_reserve_write(struct kernfs_open_file *of, char *buf,
				    size_t nbytes, loff_t off)
{
	struct mem_cgroup *memcg = mem_cgroup_from_css(of_css(of));
	unsigned long nr_pages;
	int ret;

	buf = strstrip(buf);
	if (!isdigit(*buf))
		return -EINVAL;
	ret = page_counter_memparse(buf, "max", &nr_pages);
	if (ret)
		return ret;

	if (!nr_pages && !mem_cgroup_is_root(memcg)) {
		ret = revoke_all(memcg);
	} else {
		bool grows = nr_pages > page_counter_reserve(&memcg->memory);

		ret = set_reserve(of, memcg, nr_pages);
		if (grows && (ret == -ENOSPC || ret == -EBUSY))
			memcg_memory_event(memcg, MEMCG_RESERVE_REFUSED);
	}
	return ret ?: nbytes;
}

static u64 memory_reserve_read(struct cgroup_subsys_state *css,
			       struct cftype *cft)
{
	struct mem_cgroup *memcg = mem_cgroup_from_css(css);

	return (u64)page_counter_reserve(&memcg->memory) * PAGE_SIZE;
}

static u64 memory_reserved_read(struct cgroup_subsys_state *css,
				struct cftype *cft)
{
	struct mem_cgroup *memcg = mem_cgroup_from_css(css);

	return (u64)page_counter_children_reserve(&memcg->memory) * PAGE_SIZE;
}

/* In no case delegatable, as memory.max is not: it is the parent's to give. */
static struct cftype memcg_reserve_files[] = {
	{
		.name = "reserve",
		.read_u64 = memory_reserve_read,
		.write = memory_reserve_write,
	},
	{
		.name = "reserved",
		.read_u64 = memory_reserved_read,
	},
	{ }	/* terminate */
};

static int __init memcg_reserve_files_init(void)
{
	if (!mem_cgroup_disabled())
		WARN_ON(cgroup_add_dfl_cftypes(&memory_cgrp_subsys,
					       memcg_reserve_files));
	return 0;
}
subsys_initcall(memcg_reserve_files_init);

/**
 * memcg_reserve_stat_format - what reserves add to memory.stat
 * @memcg: any group
 * @s: where to print to
 *
 * What children have reserved and do not use, in bytes: it is in the usage of
 * @memcg, but in no statistics of pages.
 *
 * Context: Any.  Takes rcu_read_lock().
 */
void memcg_reserve_stat_format(struct mem_cgroup *memcg, struct seq_buf *s)
{
	struct cgroup_subsys_state *css;
	u64 idle = 0;

	if (page_counter_reserves_on()) {
		rcu_read_lock();
		css_for_each_child(css, &memcg->css) {
			struct mem_cgroup *child = mem_cgroup_from_css(css);

			idle += page_counter_spare_reserve(&child->memory);
		}
		rcu_read_unlock();
	}
	seq_buf_printf(s, "reserve_idle %llu\n", idle * PAGE_SIZE);
}

/**
 * memcg_reserve_events_show - what reserves add to memory.events
 * @m: where to print to
 * @events: the group's events, its own or those of all below it
 *
 * Context: Any.
 */
void memcg_reserve_events_show(struct seq_file *m, atomic_long_t *events)
{
	seq_printf(m, "reserve_refused %lu\n",
		   atomic_long_read(&events[MEMCG_RESERVE_REFUSED]));
	seq_printf(m, "reserve_revoked %lu\n",
		   atomic_long_read(&events[MEMCG_RESERVE_REVOKED]));
}

/*
 * See memcg_throttling_parent().  On v1 nobody is slowed down for swap, and nobody
 * in an interrupt.
 */
struct mem_cgroup *__memcg_throttling_parent(struct mem_cgroup *memcg)
{
	if (!__page_counter_within_reserve(&memcg->memory))
		return parent_mem_cgroup(memcg);
	if (!in_task() || !cgroup_subsys_on_dfl(memory_cgrp_subsys) ||
	    !page_counter_read(&memcg->swap))
		return NULL;

	while ((memcg = parent_mem_cgroup(memcg)))
		if (page_counter_read(&memcg->swap) >
		    READ_ONCE(memcg->swap.high))
			break;
	return memcg;
}
