/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __MM_MEMCONTROL_RESERVE_H
#define __MM_MEMCONTROL_RESERVE_H

#include <linux/atomic.h>
#include <linux/cgroup.h>
#include <linux/compiler.h>
#include <linux/kernfs.h>
#include <linux/memcontrol.h>
#include <linux/page_counter.h>

struct seq_buf;
struct seq_file;

/* Rounds of reclaim for a write that needs room. */
#define MEMCG_WRITE_ROUNDS	5

/* What it reclaims between two looks for a signal or a removal, in pages. */
#define MEMCG_WRITE_BATCH	(8 * SWAP_CLUSTER_MAX)

/*
 * Is the group of an open file being removed?  Who removes it waits for all who
 * are in a write, and others may wait for him: writers had better give up.
 */
static inline bool memcg_file_is_going(struct kernfs_open_file *of)
{
	/* Set once and for all: who just misses it looks again. */
	return data_race(css_is_dying(of_css(of))) ||
	       atomic_read(&of->kn->active) < 0;
}

#ifdef CONFIG_MEMCG_RESERVE

void memcg_reserve_init(struct mem_cgroup *memcg, struct mem_cgroup *parent);
struct mem_cgroup *memcg_reserve_pays_for_child(struct mem_cgroup *parent);
void memcg_reserve_drop(struct mem_cgroup *memcg);
void memcg_collect_batches(struct mem_cgroup *memcg);
int memcg_reserve_set_max(struct mem_cgroup *memcg, unsigned long max);
void memcg_reserve_stat_format(struct mem_cgroup *memcg, struct seq_buf *s);
void memcg_reserve_events_show(struct seq_file *m, atomic_long_t *events);

/* What reserves need of memcontrol.c */
void schedule_all_drains(struct mem_cgroup *root_memcg);
void drain_all_stock_sync(struct mem_cgroup *root_memcg);

/*
 * After drain_all_stock(), before a charge that finds no room in @over fails: what
 * is in stock on a CPU that it leaves out can be much of a small reserve.
 */
static inline void memcg_reserve_drain(struct mem_cgroup *over)
{
	if (page_counter_reserves_on() && page_counter_reserve(&over->memory))
		schedule_all_drains(over);
}

#else

static inline void memcg_reserve_init(struct mem_cgroup *memcg,
				      struct mem_cgroup *parent) {}

static inline struct mem_cgroup *
memcg_reserve_pays_for_child(struct mem_cgroup *parent)
{
	return parent;
}

static inline void memcg_reserve_drop(struct mem_cgroup *memcg) {}
static inline void memcg_reserve_drain(struct mem_cgroup *over) {}

static inline int memcg_reserve_set_max(struct mem_cgroup *memcg,
					unsigned long max)
{
	xchg(&memcg->memory.max, max);
	return 0;
}

static inline void memcg_reserve_stat_format(struct mem_cgroup *memcg,
					     struct seq_buf *s) {}
static inline void memcg_reserve_events_show(struct seq_file *m,
					     atomic_long_t *events) {}

#endif

/*
 * The next group up whose usage has what is charged to @memcg, too.  There is
 * none above a reserve that has paid for it.
 */
static __always_inline struct mem_cgroup *
memcg_high_parent(struct mem_cgroup *memcg)
{
	if (page_counter_within_reserve(&memcg->memory))
		return NULL;
	return parent_mem_cgroup(memcg);
}

bool memcg_is_below_reserve(struct mem_cgroup *memcg);
struct mem_cgroup *__memcg_throttling_parent(struct mem_cgroup *memcg);

/**
 * memcg_throttling_parent - for whom else a charge may have to slow down
 * @memcg: the group that is charged, or one above that was asked before
 *
 * What is charged within a reserve asks no ancestor for memory.  But swap is in no
 * reserve: who has any is one of those who have too much below a memory.swap.high.
 *
 * Context: Any.
 *
 * Return: the next group up; NULL if there is none that may be asked.
 */
static __always_inline struct mem_cgroup *
memcg_throttling_parent(struct mem_cgroup *memcg)
{
	/* One call, with what the loop has in a register: the loop stays short. */
	return page_counter_reserves_on() ? __memcg_throttling_parent(memcg) :
					    parent_mem_cgroup(memcg);
}

#endif /* __MM_MEMCONTROL_RESERVE_H */
