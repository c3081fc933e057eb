// SPDX-License-Identifier: GPL-2.0-only
/*
 * What mm/memcontrol.c and kernel/cgroup.c of 2.6.26 do around a removal, step
 * by step, with the files of the overlay that mm/memcontrol.c includes.  Each
 * lock, and each atomic that others look at, is a point at which another task
 * may take over.
 */
#include <errno.h>
#include <string.h>

#include "../interleave/scheduler.h"
#include "memcontrol.h"

#define MAX_CHARGES	8

struct mem_cgroup *mm_owner, *being_removed;
struct mutex cgroup_mutex;

static struct page_cgroup page_cgroups[MAX_CHARGES];
static struct shim_lock readers[MAX_TASKS];	/* who is in an RCU section */

/* --- What the kernel has, as the included files see it --------------------- */

struct cgroup_subsys;
struct work_struct;

#define GFP_KERNEL	0
#define MAX_NR_ZONES	1
#define MEM_CGROUP_RECLAIM_RETRIES	1
#define totalram_pages	1UL
#define memcg_hier	true

#define for_each_node_state(node, state)	for ((node) = 0; (node) < 1; (node)++)
#define page_get_page_cgroup(page)	((page)->page_cgroup)
#define page_assign_page_cgroup(page, pc)	((void)((page)->page_cgroup = (pc)))
#define page_cgroup_zoneinfo(pc)	(&(pc)->mem_cgroup->zone)
#define mem_cgroup_from_cont(cont)	((cont)->mem)
#define cond_resched()	world_point("resched", NULL)
#define smp_rmb()	((void)0)

static int atomic_read(const atomic_t *v)
{
	world_point("count", v);
	return v->counter;
}

static void atomic_add(int i, atomic_t *v)
{
	world_point(i < 0 ? "put" : "get", v);
	v->counter += i;
	if (v->counter < 0)
		world_fail("a count falls below 0");
}

static void css_get(struct cgroup_subsys_state *css)
{
	if (!css->cgroup->parent)
		return;
	atomic_add(1, &css->refcnt);
	if (css->cgroup->removed)
		world_fail("a removed group gets a reference");
}

static void css_put(struct cgroup_subsys_state *css)
{
	if (!css->cgroup->parent)
		return;
	atomic_add(-1, &css->refcnt);
	if (css->cgroup->removed)
		world_fail("a removed group had a reference");
}

static void rcu_read_lock(void)
{
	unsigned int i;

	for (i = 0; readers[i].holder; i++)
		;
	readers[i].holder = current;
}

static void rcu_read_unlock(void)
{
	unsigned int i;

	world_point("rcu-unlock", NULL);
	for (i = 0; readers[i].holder != current; i++)
		;
	readers[i].holder = NULL;
}

static void synchronize_rcu(void)
{
	unsigned int i;

	world_point("synchronize", NULL);
	for (i = 0; i < MAX_TASKS; i++)
		if (readers[i].holder)
			world_wait(&readers[i], false);
}

static void lock_page_cgroup(struct page *page)
{
	shim_bit_spin_lock(&page->lock);
	if (!page->count)
		world_fail("a page is locked that is free");
}

static void unlock_page_cgroup(struct page *page)
{
	shim_bit_spin_unlock(&page->lock);
}

void get_page(struct page *page)
{
	if (!page->count)
		world_fail("a page is taken that is free");
	page->count++;
}

/* It checks more than the kernel would, and asks for no lock to do so. */
__attribute__((no_sanitize("thread")))
void put_page(struct page *page)
{
	if (!page->count)
		world_fail("a page is freed twice");
	page->count--;
	if (!page->count && page->page_cgroup)
		world_fail("a page is freed that is charged");
}

/* rmdir is the only one that sleeps so; see mem_cgroup_can_remove(). */
static void schedule_timeout_uninterruptible(long timeout)
{
	if (being_removed->waiting)
		world_fail("rmdir waits for a charge that waits for reclaim");
	shim_sleep(timeout);
}

static void lru_add_drain(void)
{
}

static void schedule_on_each_cpu(void (*func)(struct work_struct *work))
{
	func(NULL);
}

static struct mem_cgroup_per_zone *mem_cgroup_zoneinfo(struct mem_cgroup *mem,
						       int node, int zid)
{
	(void)node;
	(void)zid;
	return &mem->zone;
}

static void __mem_cgroup_remove_list(struct mem_cgroup_per_zone *mz,
				     struct page_cgroup *pc)
{
	shim_check_holds(&mz->lru_lock);
	if (list_empty(&pc->lru))
		world_fail("a page is taken off a list that it is not on");
	list_del_init(&pc->lru);
}

static void __mem_cgroup_add_list(struct mem_cgroup_per_zone *mz,
				  struct page_cgroup *pc)
{
	shim_check_holds(&mz->lru_lock);
	if (!list_empty(&pc->lru))
		world_fail("a page is put on a second list");
	list_add(&pc->lru, pc->active ? &mz->active_list : &mz->inactive_list);
}

static unsigned long long mem_cgroup_own_usage(struct mem_cgroup *mem)
{
	unsigned long long security, usage;

	security = res_counter_read_u64(&mem->res, RES_SECURITY);
	usage = res_counter_read_u64(&mem->res, RES_USAGE);
	return usage > security ? usage - security : 0;
}

/* It frees a page, or finds none, or does not get it. */
static unsigned long try_to_free_mem_cgroup_pages(struct mem_cgroup *mem,
						  int gfp_mask)
{
	struct mem_cgroup_per_zone *mz = &mem->zone;
	struct list_head *list = &mz->inactive_list;
	struct page *page = NULL;
	unsigned long flags;

	(void)gfp_mask;
	if (fault_here("frees nothing"))
		return 0;
	spin_lock_irqsave(&mz->lru_lock, flags);
	if (list_empty(list))
		list = &mz->active_list;
	if (!list_empty(list)) {
		page = list_entry(list->prev, struct page_cgroup, lru)->page;
		get_page(page);
	}
	spin_unlock_irqrestore(&mz->lru_lock, flags);
	if (!page)
		return 0;
	drop_page(page);
	put_page(page);
	return 1;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "memcg_hier_resize.c"
#include "memcg_hier_remove.c"
#pragma GCC diagnostic pop

/* --- A charge's life ------------------------------------------------------- */

static struct page_cgroup *alloc_page_cgroup(void)
{
	struct page_cgroup *pc = page_cgroups;

	while (pc->page)
		pc++;
	if (pc == &page_cgroups[MAX_CHARGES])
		world_fail("too many charges");
	return pc;
}

static void fill_page_cgroup(struct page_cgroup *pc, struct mem_cgroup *mem,
			     struct page *page)
{
	INIT_LIST_HEAD(&pc->lru);
	pc->page = page;
	pc->mem_cgroup = mem;
	pc->ref_cnt = 1;
	pc->active = true;
}

static void free_page_cgroup(struct page_cgroup *pc)
{
	if (!list_empty(&pc->lru))
		world_fail("a charge is freed that is on a list");
	pc->page = NULL;
	pc->mem_cgroup = NULL;
}

/* With room, or after reclaim.  Out of memory is out of it soon. */
static int charge_counter(struct mem_cgroup *mem)
{
	unsigned int retries = MEM_CGROUP_RECLAIM_RETRIES;

	while (res_counter_charge(&mem->res, PAGE_SIZE)) {
		unsigned long freed;

		mem->waiting++;
		world_point("reclaim", mem);
		freed = try_to_free_mem_cgroup_pages(mem, GFP_KERNEL);
		mem->waiting--;
		if (!freed && !retries--)
			return -ENOMEM;
	}
	return 0;
}

/* mem_cgroup_charge_common(), of a page that nobody else can charge. */
int mem_cgroup_charge(struct page *page)
{
	struct mem_cgroup_per_zone *mz;
	struct mem_cgroup *mem;
	struct page_cgroup *pc;
	unsigned long flags;
	int ret;

	rcu_read_lock();
	mem = mm_owner;
	css_get(&mem->css);
	rcu_read_unlock();

	ret = charge_counter(mem);
	if (ret) {
		css_put(&mem->css);
		return ret;
	}
	page->charged_to = mem;
	pc = alloc_page_cgroup();
	fill_page_cgroup(pc, mem, page);

	lock_page_cgroup(page);
	page_assign_page_cgroup(page, pc);
	mz = page_cgroup_zoneinfo(pc);
	spin_lock_irqsave(&mz->lru_lock, flags);
	__mem_cgroup_add_list(mz, pc);
	spin_unlock_irqrestore(&mz->lru_lock, flags);
	unlock_page_cgroup(page);
	return 0;
}

bool mem_cgroup_uncharge_page(struct page *page)
{
	struct mem_cgroup_per_zone *mz;
	struct mem_cgroup *mem;
	struct page_cgroup *pc;
	unsigned long flags;

	lock_page_cgroup(page);
	pc = page_get_page_cgroup(page);
	if (!pc || --pc->ref_cnt) {
		unlock_page_cgroup(page);
		return false;
	}
	mz = page_cgroup_zoneinfo(pc);
	spin_lock_irqsave(&mz->lru_lock, flags);
	__mem_cgroup_remove_list(mz, pc);
	spin_unlock_irqrestore(&mz->lru_lock, flags);
	page_assign_page_cgroup(page, NULL);
	unlock_page_cgroup(page);

	mem = pc->mem_cgroup;
	res_counter_uncharge(&mem->res, PAGE_SIZE);
	css_put(&mem->css);
	free_page_cgroup(pc);
	return true;
}

void drop_page(struct page *page)
{
	if (mem_cgroup_uncharge_page(page))
		put_page(page);
}

/* mem_cgroup_prepare_migration(), _page_migration() and _end_migration() */
void migrate_page(struct page *page, struct page *newpage)
{
	struct mem_cgroup_per_zone *mz;
	struct page_cgroup *pc;
	unsigned long flags;

	lock_page_cgroup(page);
	pc = page_get_page_cgroup(page);
	if (pc)
		pc->ref_cnt++;
	unlock_page_cgroup(page);
	if (!pc)
		return;

	newpage->count = 1;
	newpage->charged_to = page->charged_to;
	lock_page_cgroup(page);
	pc = page_get_page_cgroup(page);
	mz = page_cgroup_zoneinfo(pc);
	spin_lock_irqsave(&mz->lru_lock, flags);
	__mem_cgroup_remove_list(mz, pc);
	spin_unlock_irqrestore(&mz->lru_lock, flags);
	page_assign_page_cgroup(page, NULL);
	unlock_page_cgroup(page);
	put_page(page);

	pc->page = newpage;
	lock_page_cgroup(newpage);
	page_assign_page_cgroup(newpage, pc);
	mz = page_cgroup_zoneinfo(pc);
	spin_lock_irqsave(&mz->lru_lock, flags);
	__mem_cgroup_add_list(mz, pc);
	spin_unlock_irqrestore(&mz->lru_lock, flags);
	unlock_page_cgroup(newpage);
	mem_cgroup_uncharge_page(newpage);
}

/* mem_cgroup_move_lists(): it does not wait for a page that is locked. */
void rotate_page(struct page *page)
{
	struct mem_cgroup_per_zone *mz;
	struct page_cgroup *pc;
	unsigned long flags;

	if (!shim_bit_spin_trylock(&page->lock))
		return;
	pc = page_get_page_cgroup(page);
	if (pc) {
		mz = page_cgroup_zoneinfo(pc);
		spin_lock_irqsave(&mz->lru_lock, flags);
		__mem_cgroup_remove_list(mz, pc);
		pc->active = !pc->active;
		__mem_cgroup_add_list(mz, pc);
		spin_unlock_irqrestore(&mz->lru_lock, flags);
	}
	unlock_page_cgroup(page);
}

/* --- What is done to a group ----------------------------------------------- */

/* cgroup_rmdir(), from where it takes the mutex; pre_destroy() does nothing. */
int cgroup_rmdir(struct mem_cgroup *mem)
{
	struct cgroup *cgrp = &mem->cgroup;
	int ret = -EBUSY;

	mutex_lock(&cgroup_mutex);
	if (cgrp->removed) {
		ret = -ENOENT;
	} else if (!atomic_read(&cgrp->count)) {
		being_removed = mem;
		if (!mem_cgroup_can_remove(NULL, cgrp) &&
		    !atomic_read(&mem->css.refcnt)) {
			cgrp->removed = true;
			ret = 0;
		}
		being_removed = NULL;
	}
	mutex_unlock(&cgroup_mutex);
	return ret;
}

/* The task leaves the group that it is in for another. */
int cgroup_attach(struct mem_cgroup *mem)
{
	struct mem_cgroup *old;
	int ret = 0;

	mutex_lock(&cgroup_mutex);
	if (mem->cgroup.removed)
		ret = -ENODEV;
	else if (!res_counter_read_u64(&mem->res, RES_LIMIT))
		ret = -ENOSPC;
	if (!ret) {
		atomic_add(1, &mem->cgroup.count);
		old = mm_owner;
		mm_owner = mem;
		synchronize_rcu();
		atomic_add(-1, &old->cgroup.count);
	}
	mutex_unlock(&cgroup_mutex);
	return ret;
}

/* The task is in the root for the rest of its life, which does not count it. */
void cgroup_exit(void)
{
	struct mem_cgroup *old = mm_owner;

	while (mm_owner->cgroup.parent)
		mm_owner = mm_owner->cgroup.parent->mem;
	atomic_add(-1, &old->cgroup.count);
}

/* cgroup_file_write(): an open file does not keep a group from being removed */
int cgroup_write_limit(struct mem_cgroup *mem, unsigned long long limit)
{
	world_point("write", mem);
	if (mem->cgroup.removed)
		return -ENODEV;
	return mem_cgroup_resize_limit(&mem->res, limit);
}

int cgroup_force_empty(struct mem_cgroup *mem)
{
	world_point("write", mem);
	if (mem->cgroup.removed)
		return -ENODEV;
	return mem_cgroup_empty(mem);
}

void mem_cgroup_init(struct mem_cgroup *mem, struct mem_cgroup *parent)
{
	memset(mem, 0, sizeof(*mem));
	mem->css.cgroup = &mem->cgroup;
	mem->cgroup.parent = parent ? &parent->cgroup : NULL;
	mem->cgroup.mem = mem;
	res_counter_init(&mem->res);
	INIT_LIST_HEAD(&mem->zone.active_list);
	INIT_LIST_HEAD(&mem->zone.inactive_list);
}

void mem_cgroup_adopt(struct mem_cgroup *mem, struct page *page)
{
	struct page_cgroup *pc = alloc_page_cgroup();

	fill_page_cgroup(pc, mem, page);
	list_add(&pc->lru, &mem->zone.active_list);
	page->page_cgroup = pc;
	page->count = 1;
	page->charged_to = mem;
	mem->res.usage += PAGE_SIZE;
	if (mem->cgroup.parent)
		mem->css.refcnt.counter++;
}

void memcontrol_start(struct mem_cgroup *owner)
{
	mm_owner = owner;
	owner->cgroup.count.counter = 1;
	being_removed = NULL;
	mutex_init(&cgroup_mutex);
	memset(page_cgroups, 0, sizeof(page_cgroups));
	memset(readers, 0, sizeof(readers));
}
