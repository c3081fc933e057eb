/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __MM_MEMCONTROL_RESERVE_H
#define __MM_MEMCONTROL_RESERVE_H

#include <linux/memcontrol.h>
#include <linux/page_counter.h>

#include "memcontrol-hier.h"

struct seq_buf;
struct seq_file;

#ifdef CONFIG_MEMCG_RESERVE

void memcg_reserve_init(struct mem_cgroup *memcg, struct mem_cgroup *parent);
void memcg_reserve_drop(struct mem_cgroup *memcg);
void memcg_reserve_set_max(struct mem_cgroup *memcg, unsigned long max);
void memcg_reserve_stat_format(struct mem_cgroup *memcg, struct seq_buf *s);
void memcg_reserve_events_show(struct seq_file *m, atomic_long_t *events);
unsigned int memcg_reserve_trim(struct mem_cgroup *memcg, unsigned int batch,
				unsigned int nr_pages);

#else

static inline void memcg_reserve_init(struct mem_cgroup *memcg,
				      struct mem_cgroup *parent) {}
static inline void memcg_reserve_drop(struct mem_cgroup *memcg) {}

static inline void memcg_reserve_set_max(struct mem_cgroup *memcg,
					 unsigned long max)
{
	xchg(&memcg->memory.max, max);
}

static inline void memcg_reserve_stat_format(struct mem_cgroup *memcg,
					     struct seq_buf *s) {}
static inline void memcg_reserve_events_show(struct seq_file *m,
					     atomic_long_t *events) {}

static inline unsigned int memcg_reserve_trim(struct mem_cgroup *memcg,
					      unsigned int batch,
					      unsigned int nr_pages)
{
	return batch;
}

#endif

/*
 * The next group up whose memory.high is about a charge to @memcg, too.  There
 * is none above a reserve that has paid for it.
 */
static inline struct mem_cgroup *memcg_high_parent(struct mem_cgroup *memcg)
{
	if (page_counter_within_reserve(&memcg->memory))
		return NULL;
	return memcg_charge_parent(memcg);
}

#endif /* __MM_MEMCONTROL_RESERVE_H */
