// SPDX-License-Identifier: GPL-2.0-only
/*
 * What removed groups have left to the root of a hardwall hierarchy, where the
 * kernel keeps it in their names.
 */

#include <linux/cgroup.h>
#include <linux/gfp.h>
#include <linux/memcontrol.h>
#include <linux/rcupdate.h>
#include <linux/swap.h>

#include "memcontrol-hier.h"

/* The next removed group below the root.  Drops @prev, returns a reference. */
static struct mem_cgroup *next_leftover(struct mem_cgroup *prev)
{
	struct cgroup_subsys_state *css;

	css = prev ? &prev->css : &root_mem_cgroup->css;
	rcu_read_lock();
	do {
		css = memcg_hier_next_removed(css, root_mem_cgroup, true);
	} while (css && !css_tryget(css));
	rcu_read_unlock();

	mem_cgroup_put(prev);
	return mem_cgroup_from_css(css);
}

/**
 * memcg_hier_reclaim_leftovers - reclaim what removed groups have left to the root
 * @nr_pages: so much
 * @options: those of try_to_free_mem_cgroup_pages()
 *
 * Context: Process context, in a write that may reclaim, no locks held.
 * Reclaims and sleeps.
 *
 * Return: how many pages were freed; less than there are if the write is to end.
 */
unsigned long memcg_hier_reclaim_leftovers(unsigned long nr_pages,
					   unsigned int options)
{
	struct mem_cgroup *dead = NULL;
	unsigned long freed = 0;

	while (freed < nr_pages && !memcg_hier_write_ends() &&
	       (dead = next_leftover(dead)))
		freed += try_to_free_mem_cgroup_pages(dead, nr_pages - freed,
						      GFP_KERNEL, options,
						      NULL);
	mem_cgroup_put(dead);
	return freed;
}
