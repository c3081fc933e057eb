/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of 2.6.26 around mm/memcg_hier_remove.c and mm/memcg_hier_resize.c as
 * has to do with the removal of a group: one node, one zone, one counter.
 */
#ifndef REMOVE_MEMCONTROL_H
#define REMOVE_MEMCONTROL_H

#include <linux/kernel.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>
#include <linux/sched.h>

#include "list.h"

#define PAGE_SHIFT	12

typedef struct {
	int counter;
} atomic_t;

struct cgroup {
	struct cgroup *parent;
	atomic_t count;		/* of its tasks */
	bool removed;
	struct mem_cgroup *mem;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	atomic_t refcnt;	/* not used in the root */
};

struct mem_cgroup_per_zone {
	spinlock_t lru_lock;
	struct list_head active_list;
	struct list_head inactive_list;
};

struct mem_cgroup {
	struct cgroup_subsys_state css;
	struct res_counter res;
	struct mem_cgroup_per_zone zone;
	struct cgroup cgroup;
	unsigned int waiting;	/* charges that wait for reclaim */
};

struct page {
	struct shim_lock lock;
	struct page_cgroup *page_cgroup;
	int count;		/* of references; 0: it is free */
	const struct mem_cgroup *charged_to;	/* first, and for the test */
};

struct page_cgroup {
	struct list_head lru;
	struct page *page;
	struct mem_cgroup *mem_cgroup;
	int ref_cnt;
	bool active;
};

void mem_cgroup_init(struct mem_cgroup *mem, struct mem_cgroup *parent);
/* Charged and on the list, with nobody else there yet. */
void mem_cgroup_adopt(struct mem_cgroup *mem, struct page *page);
void memcontrol_start(struct mem_cgroup *owner);

/* The group of the task that owns the mm: whom a page fault charges. */
extern struct mem_cgroup *mm_owner;
/* The group whose rmdir asks the controller just now. */
extern struct mem_cgroup *being_removed;
extern struct mutex cgroup_mutex;

/* What tasks do; 0, or a negative errno. */
int cgroup_rmdir(struct mem_cgroup *mem);
int cgroup_attach(struct mem_cgroup *mem);
void cgroup_exit(void);
int cgroup_write_limit(struct mem_cgroup *mem, unsigned long long limit);
int cgroup_force_empty(struct mem_cgroup *mem);
/* To the group of the owner of the mm; the page is there already. */
int mem_cgroup_charge(struct page *page);
/* True: it was the last reference of the page to its charge. */
bool mem_cgroup_uncharge_page(struct page *page);
void get_page(struct page *page);
void put_page(struct page *page);
/* The page is dropped from the page cache. */
void drop_page(struct page *page);
void migrate_page(struct page *page, struct page *newpage);
/* Reclaim puts a page from one LRU list on the other. */
void rotate_page(struct page *page);

#endif
