/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __MM_MEMCONTROL_HIER_H
#define __MM_MEMCONTROL_HIER_H

#include <linux/atomic.h>
#include <linux/cgroup.h>
#include <linux/kernfs.h>
#include <linux/memcontrol.h>

struct cgroup_taskset;

/*
 * Is the group of an open file being removed?  Who removes it waits for all who
 * are in a write, and others may wait for him: writers had better give up.
 */
static inline bool memcg_file_is_going(struct kernfs_open_file *of)
{
	return css_is_dying(of_css(of)) || atomic_read(&of->kn->active) < 0;
}

#ifdef CONFIG_MEMCG_HIER

/* Whether groups that are created now are hardwall groups. */
bool memcg_hier_enabled(void);

/* No counter above its own: a charge to it is its own affair. */
static inline bool memcg_is_hardwall(struct mem_cgroup *memcg)
{
	return !memcg->memory.parent && memcg->css.parent;
}

/* The group that has what is charged to @memcg in its usage, too. */
static inline struct mem_cgroup *memcg_charge_parent(struct mem_cgroup *memcg)
{
	struct page_counter *counter = memcg->memory.parent;

	return counter ? mem_cgroup_from_counter(counter, memory) : NULL;
}

/* Whose own the pages of @memcg are: what is left of a group is its parent's. */
static inline struct mem_cgroup *memcg_hier_owner(struct mem_cgroup *memcg)
{
	while (memcg_is_hardwall(memcg) && css_is_dying(&memcg->css))
		memcg = parent_mem_cgroup(memcg);
	return memcg;
}

struct cgroup_subsys_state *
memcg_hier_next_dead(struct cgroup_subsys_state *pos,
		     struct cgroup_subsys_state *root);

/* The walk of mem_cgroup_iter(): a live child of a hardwall group is not its. */
static inline struct cgroup_subsys_state *
memcg_next_css(struct cgroup_subsys_state *pos,
	       struct cgroup_subsys_state *root)
{
	if (memcg_is_hardwall(mem_cgroup_from_css(root)))
		return memcg_hier_next_dead(pos, root);
	return css_next_descendant_pre(pos, root);
}

/*
 * Who is charged for what the kernel needs for a new group below @parent: who
 * makes it, as for all that a task has the kernel allocate.  Not @parent: that
 * may have no memory, and has no say in what is made below it.
 */
static inline struct mem_cgroup *
memcg_hier_pays_for_child(struct mem_cgroup *parent)
{
	return memcg_hier_enabled() ? NULL : parent;
}

void memcg_hier_init(struct mem_cgroup *memcg);
void memcg_hier_reset(struct mem_cgroup *memcg);
void memcg_hier_bind(struct cgroup_subsys_state *root_css);
int memcg_hier_can_attach(struct cgroup_taskset *tset);
int memcg_hier_write_limit(struct kernfs_open_file *of, char *buf,
			   size_t nbytes);
int memcg_hier_write_memsw(struct kernfs_open_file *of, unsigned long max);
int memcg_hier_force_empty(struct kernfs_open_file *of);

/* What removed groups leave behind: memcontrol-hier-leftover.c */
struct mem_cgroup *memcg_hier_next_leftover(struct mem_cgroup *root,
					    struct mem_cgroup *prev);
bool memcg_hier_settle(struct mem_cgroup *memcg);
void memcg_hier_css_cleared(struct cgroup_subsys_state *css);
void memcg_hier_free(struct mem_cgroup *memcg);

/* What the hierarchy needs of memcontrol.c and memcontrol-v1.c */
void drain_all_stock_sync(struct mem_cgroup *root_memcg);
void memcg1_resized(struct mem_cgroup *memcg);

#else /* CONFIG_MEMCG_HIER */

static inline bool memcg_hier_enabled(void)
{
	return false;
}

static inline bool memcg_is_hardwall(struct mem_cgroup *memcg)
{
	return false;
}

static inline struct mem_cgroup *memcg_charge_parent(struct mem_cgroup *memcg)
{
	return parent_mem_cgroup(memcg);
}

static inline struct mem_cgroup *memcg_hier_owner(struct mem_cgroup *memcg)
{
	return memcg;
}

static inline struct cgroup_subsys_state *
memcg_next_css(struct cgroup_subsys_state *pos,
	       struct cgroup_subsys_state *root)
{
	return css_next_descendant_pre(pos, root);
}

static inline struct mem_cgroup *
memcg_hier_pays_for_child(struct mem_cgroup *parent)
{
	return parent;
}

static inline void memcg_hier_init(struct mem_cgroup *memcg) {}
static inline void memcg_hier_free(struct mem_cgroup *memcg) {}
static inline void memcg_hier_reset(struct mem_cgroup *memcg) {}
static inline void memcg_hier_css_cleared(struct cgroup_subsys_state *css) {}

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

static inline bool memcg_hier_settle(struct mem_cgroup *memcg)
{
	return false;
}

#endif /* CONFIG_MEMCG_HIER */

#endif /* __MM_MEMCONTROL_HIER_H */
