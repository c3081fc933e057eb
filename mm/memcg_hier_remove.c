// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hardwall hierarchy of memory groups, for 2.6.26: removing a group.  A part
 * of mm/memcontrol.c, which includes it.
 *
 * Pages outlive the group.  Their charges become the parent's, each with its
 * share of the reservation, and the rest of the reservation goes back: all of
 * it if rmdir is going to succeed, nothing if it is going to fail.  So it has
 * to be known before the first page is moved.  Who can have something to do
 * with a group that has no task and no child, while cgroup_mutex is held?
 *
 *	a write to a file	has the resize mutex if it matters
 *	a charge		has a css reference, and charges after it;
 *				begins in a task of the group
 *	a charged page		has the reference of the charge that it was
 *	an uncharge		uncharges before it drops that reference
 *
 * So a reference without a charge is a charge or an uncharge half done, and
 * without one there is none that could take long.
 */

/*
 * Is a charge to the group waiting for reclaim? The references are read first:
 * if the charges, a moment later, are as many, then each of the references is
 * charged by now.
 */
static bool mem_cgroup_is_being_charged(struct mem_cgroup *mem)
{
	unsigned long long refs;

	/*
	 * Who found the group in a task that has exited since takes its
	 * reference under rcu_read_lock(): wait until it is to be seen.
	 */
	synchronize_rcu();

	refs = atomic_read(&mem->css.refcnt);
	/* in this order, as said above */
	smp_rmb();
	return res_counter_read_u64(&mem->res, RES_USAGE) !=
	       refs << PAGE_SHIFT;
}

/*
 * Make the charge of a page the parent's. Nothing can uncharge the page, nor
 * follow its page_cgroup to a group, while page_cgroup is locked; so the books
 * are right before the first uncharge from the parent. The page need not be
 * charged to @from any more.
 */
static void mem_cgroup_move_charge(struct page *page, struct mem_cgroup *from,
				   struct mem_cgroup *to)
{
	struct mem_cgroup_per_zone *mz;
	struct page_cgroup *pc;
	unsigned long flags;

	lock_page_cgroup(page);
	pc = page_get_page_cgroup(page);
	if (!pc || pc->mem_cgroup != from)
		goto unlock;
	res_counter_rehome(&from->res, &to->res, PAGE_SIZE);

	mz = page_cgroup_zoneinfo(pc);
	spin_lock_irqsave(&mz->lru_lock, flags);
	__mem_cgroup_remove_list(mz, pc);
	spin_unlock_irqrestore(&mz->lru_lock, flags);

	css_get(&to->css);
	pc->mem_cgroup = to;
	css_put(&from->css);

	mz = page_cgroup_zoneinfo(pc);
	spin_lock_irqsave(&mz->lru_lock, flags);
	__mem_cgroup_add_list(mz, pc);
	spin_unlock_irqrestore(&mz->lru_lock, flags);
unlock:
	unlock_page_cgroup(page);
}

/* move the charges of all pages that are on one LRU list at some time */
static void mem_cgroup_move_list(struct mem_cgroup *from, struct mem_cgroup *to,
				 struct mem_cgroup_per_zone *mz,
				 struct list_head *list)
{
	struct page *page;
	unsigned long flags;

	for (;;) {
		spin_lock_irqsave(&mz->lru_lock, flags);
		if (list_empty(list))
			break;
		/* who uncharges has a reference, so the page has not gone */
		page = list_entry(list->prev, struct page_cgroup, lru)->page;
		get_page(page);
		spin_unlock_irqrestore(&mz->lru_lock, flags);

		mem_cgroup_move_charge(page, from, to);
		put_page(page);
		cond_resched();
	}
	spin_unlock_irqrestore(&mz->lru_lock, flags);
}

/* the same for all lists; reclaim can move a page to one already done */
static void mem_cgroup_move_charges(struct mem_cgroup *from,
				    struct mem_cgroup *to)
{
	struct mem_cgroup_per_zone *mz;
	int node, zid;

	for_each_node_state(node, N_POSSIBLE)
		for (zid = 0; zid < MAX_NR_ZONES; zid++) {
			mz = mem_cgroup_zoneinfo(from, node, zid);
			mem_cgroup_move_list(from, to, mz, &mz->active_list);
			mem_cgroup_move_list(from, to, mz, &mz->inactive_list);
		}
}

/*
 * May the group be removed? Then it owes its parent nothing any more. Called
 * under cgroup_mutex, so it must not wait for reclaim: a write of the limit is
 * a reason against removing the group, and so is a charge in flight.
 *
 * Past that only uncharges and page migration can be at work on a page. They
 * do not sleep between taking it off its list and the end, so to wait for
 * them does not take long.
 */
static int mem_cgroup_can_remove(struct cgroup_subsys *ss, struct cgroup *cont)
{
	struct mem_cgroup *mem = mem_cgroup_from_cont(cont);
	struct mem_cgroup *lender = mem_cgroup_lender(mem);
	int ret = -EBUSY;

	if (!memcg_hier)
		return 0;
	if (!mutex_trylock(&mem->res.resize))
		return -EBUSY;
	if (mem_cgroup_is_being_charged(mem))
		goto unlock;

	for (;;) {
		mem_cgroup_move_charges(mem, lender);
		if (!atomic_read(&mem->css.refcnt))
			break;
		schedule_timeout_uninterruptible(1);
	}
	ret = res_counter_repay_resource(&mem->res, &lender->res,
					 RES_COUNTER_REPAY_ALL, NULL, 0);
unlock:
	mutex_unlock(&mem->res.resize);
	return ret;
}
