/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __MM_MEMCONTROL_HIER_H
#define __MM_MEMCONTROL_HIER_H

#include <linux/cgroup.h>
#include <linux/compiler.h>
#include <linux/memcontrol.h>

#include "memcontrol-reserve-reclaim.h"

struct cgroup_taskset;
struct kernfs_open_file;

#ifdef CONFIG_MEMCG_HIER

/* Unless booted with memcg_hier=off. */
extern bool memcg_hier_on;

/* Are groups hardwall groups?  Those of v1 are; v2 pays for a key, no more. */
static __always_inline bool memcg_hier_enabled(void)
{
	return !cgroup_subsys_on_dfl(memory_cgrp_subsys) && memcg_hier_on;
}

/* Its limit is a reservation. */
static inline bool memcg_is_hardwall(struct mem_cgroup *memcg)
{
	return memcg_hier_enabled() && memcg->css.parent;
}

static inline bool memcg_hier_is_dying(struct mem_cgroup *memcg)
{
	/* Set once and for all: who just misses it might have come before. */
	return data_race(css_is_dying(&memcg->css));
}

/*
 * Whose own the pages of @memcg are: what is left of a group is its parent's.
 * With cgroup_disable=memory there is no @memcg.
 */
static inline struct mem_cgroup *memcg_hier_owner(struct mem_cgroup *memcg)
{
	while (memcg && memcg_is_hardwall(memcg) && memcg_hier_is_dying(memcg))
		memcg = parent_mem_cgroup(memcg);
	return memcg;
}

/*
 * Is a walk for a hardwall group's limit or its tasks, not for the machine?  Live
 * children have no part in that, nor has what is below them.  Unlike being within
 * a reserve, that stays so while @root lives: v1 marks a subtree that is under
 * OOM, and takes the marks back in the groups where it made them.
 */
static inline bool memcg_hier_walks(struct mem_cgroup *root,
				    struct mem_cgroup_reclaim_cookie *reclaim)
{
	return memcg_is_hardwall(root) &&
	       (!reclaim || memcg_walk_is_for_limit(reclaim));
}

/*
 * Where room is to be made for a charge of @memcg that finds none in @over.  That
 * can be a group above: of memory+swap, if @memcg has much in swap.  Behind a
 * hardwall nobody else's pages go for it, and nobody else dies.
 */
static inline struct mem_cgroup *memcg_hier_makes_room(struct mem_cgroup *memcg,
						       struct mem_cgroup *over)
{
	struct mem_cgroup *owner = memcg_hier_owner(memcg);

	if (memcg_is_hardwall(owner) && mem_cgroup_is_descendant(owner, over))
		return owner;
	return over;
}

/*
 * What a removed group is charged with is its owner's own.  The root's is not
 * limited, though all that it lends and has charged is: nobody is reclaimed from,
 * or killed, for that.
 */
static inline bool memcg_hier_is_unlimited(struct mem_cgroup *over)
{
	return memcg_hier_enabled() && mem_cgroup_is_root(over);
}

void memcg_hier_init(struct mem_cgroup *memcg);
void memcg_hier_reset(struct mem_cgroup *memcg);
void memcg_hier_bind(struct cgroup_subsys_state *root_css);
int memcg_hier_can_attach(struct cgroup_taskset *tset);
int memcg_hier_write_limit(struct kernfs_open_file *of, char *buf,
			   size_t nbytes);
int memcg_hier_write_memsw(struct kernfs_open_file *of, unsigned long max);
int memcg_hier_force_empty(struct kernfs_open_file *of);

void memcg_hier_css_cleared(struct cgroup_subsys_state *css);
void memcg_hier_released(struct mem_cgroup *memcg);

/* What the hierarchy needs of memcontrol.c and memcontrol-v1.c */
void mem_cgroup_force_flush_stats(struct mem_cgroup *memcg);
void memcg1_resized(struct mem_cgroup *memcg);

int memcg_hier_write_ends(void);

/* What removed groups have left to the root; where, depends on the kernel. */
unsigned long memcg_hier_reclaim_leftovers(unsigned long nr_pages,
					   unsigned int options);

#else /* CONFIG_MEMCG_HIER */

#define memcg_hier_on	false

static inline bool memcg_hier_enabled(void)
{
	return false;
}

static inline bool memcg_is_hardwall(struct mem_cgroup *memcg)
{
	return false;
}

static inline struct mem_cgroup *memcg_hier_owner(struct mem_cgroup *memcg)
{
	return memcg;
}

static inline bool memcg_hier_walks(struct mem_cgroup *root,
				    struct mem_cgroup_reclaim_cookie *reclaim)
{
	return false;
}

static inline struct mem_cgroup *memcg_hier_makes_room(struct mem_cgroup *memcg,
						       struct mem_cgroup *over)
{
	return over;
}

static inline bool memcg_hier_is_unlimited(struct mem_cgroup *over)
{
	return false;
}

static inline void memcg_hier_init(struct mem_cgroup *memcg) {}

static inline void memcg_hier_reset(struct mem_cgroup *memcg) {}
static inline void memcg_hier_css_cleared(struct cgroup_subsys_state *css) {}
static inline void memcg_hier_released(struct mem_cgroup *memcg) {}

static inline int memcg_hier_can_attach(struct cgroup_taskset *tset)
{
	return 0;
}

static inline int memcg_hier_write_limit(struct kernfs_open_file *of, char *buf,
					 size_t nbytes)
{
	return -EINVAL;
}

static inline int memcg_hier_write_memsw(struct kernfs_open_file *of,
					 unsigned long max)
{
	return -EINVAL;
}

static inline int memcg_hier_force_empty(struct kernfs_open_file *of)
{
	return -EINVAL;
}

#endif /* CONFIG_MEMCG_HIER */

struct cgroup_subsys_state *
memcg_hier_next_removed(struct cgroup_subsys_state *css,
			struct mem_cgroup *root, bool for_pages);

#endif /* __MM_MEMCONTROL_HIER_H */
