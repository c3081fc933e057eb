// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every interleaving of the removal of a group on 2.6.26 with all that can be
 * at work on the group meanwhile.
 */
#include "../interleave/access.h"
#include "../interleave/scenario.h"
#include "../interleave/scheduler.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "memcontrol.h"

/* R is the root; P its child; G and S are P's children; G is removed. */
enum { R, P, G, S, NR_GROUPS };

#define NR_PAGES	3

static struct mem_cgroup groups[NR_GROUPS];
static struct page pages[NR_PAGES];

static const char * const group_names[] = { "R", "P", "G", "S" };
static const char * const page_names[] = { "page 0", "page 1", "page 2" };

enum action {
	NOTHING, RMDIR, CHARGE, UNCHARGE, RECHARGE, MIGRATE, ROTATE, WRITE,
	FORCE_EMPTY, ATTACH, EXIT,
};

struct op {
	enum action action;
	int which;		/* a group or a page */
	unsigned int pages;	/* or the page that a page migrates to */
	bool must;		/* must succeed, unless a fault hits its task */
};

#define RMDIR(g)		{ RMDIR, g, 0, false }
#define MUST_RMDIR(g)		{ RMDIR, g, 0, true }
#define WRITE(g, pages)		{ WRITE, g, pages, false }
#define MUST_WRITE(g, pages)	{ WRITE, g, pages, true }
#define FORCE_EMPTY(g)		{ FORCE_EMPTY, g, 0, false }
#define ATTACH(g)		{ ATTACH, g, 0, false }
#define EXIT()			{ EXIT, 0, 0, false }
#define CHARGE(page)		{ CHARGE, page, 0, false }
#define MUST_CHARGE(page)	{ CHARGE, page, 0, true }
#define UNCHARGE(page)		{ UNCHARGE, page, 0, false }
/* A page in the swap cache, say, loses one user and gets another. */
#define RECHARGE(page)		{ RECHARGE, page, 0, false }
#define MIGRATE(page, to)	{ MIGRATE, page, to, false }
#define ROTATE(page)		{ ROTATE, page, 0, false }

#define OPS_PER_TASK	2

/*
 * The limits; the group that the owner of the mm is in; how many pages G has,
 * the first ones; then what runs at once.
 */
static const struct scenario {
	const char *name;
	unsigned int limit[NR_GROUPS];
	int owner;
	unsigned int charged;
	struct op tasks[MAX_TASKS][OPS_PER_TASK];
} scenarios[] = {
	{ "page migration", { 16, 8, 3, 0 }, R, 2,
	  { { RMDIR(G) }, { MIGRATE(0, 2), UNCHARGE(1) } } },
	{ "page migration alone", { 16, 8, 3, 0 }, R, 1,
	  { { MUST_RMDIR(G) }, { MIGRATE(0, 1), MIGRATE(1, 2) } } },
	{ "reclaim moves pages between lists", { 16, 8, 3, 0 }, R, 2,
	  { { MUST_RMDIR(G) }, { ROTATE(0), ROTATE(0) } } },
	{ "uncharges", { 16, 8, 3, 0 }, R, 2,
	  { { RMDIR(G) }, { UNCHARGE(0), UNCHARGE(1) } } },
	{ "a page finds another group", { 16, 8, 3, 0 }, P, 2,
	  { { RMDIR(G) }, { RECHARGE(0), RECHARGE(1) } } },
	{ "a write that grows", { 16, 8, 3, 0 }, R, 1,
	  { { RMDIR(G) }, { WRITE(G, 5), WRITE(G, 2) } } },
	{ "a write that grows and reclaims above", { 16, 5, 3, 1 }, R, 1,
	  { { RMDIR(G) }, { WRITE(G, 5) } } },
	{ "a write that shrinks", { 16, 8, 3, 0 }, R, 2,
	  { { RMDIR(G) }, { WRITE(G, 1) } } },
	{ "force_empty", { 16, 8, 3, 0 }, R, 2,
	  { { RMDIR(G) }, { FORCE_EMPTY(G) } } },
	{ "the parent shrinks", { 16, 8, 3, 0 }, R, 2,
	  { { MUST_RMDIR(G) }, { WRITE(P, 2) } } },
	{ "the parent grows", { 16, 8, 3, 0 }, R, 1,
	  { { MUST_RMDIR(G) }, { MUST_WRITE(P, 9), MUST_WRITE(P, 3) } } },
	{ "a sibling grows into it", { 16, 5, 3, 1 }, R, 2,
	  { { MUST_RMDIR(G) }, { WRITE(S, 2), WRITE(S, 4) } } },
	{ "a second rmdir", { 16, 8, 3, 0 }, R, 1,
	  { { RMDIR(G) }, { RMDIR(G) } } },
	{ "the last task exits", { 16, 8, 3, 0 }, G, 1,
	  { { RMDIR(G) }, { EXIT() } } },
	{ "the last task leaves", { 16, 8, 3, 0 }, G, 1,
	  { { RMDIR(G) }, { ATTACH(P), MUST_CHARGE(1) } } },
	{ "a task comes", { 16, 8, 3, 0 }, R, 1,
	  { { RMDIR(G) }, { ATTACH(G), MUST_CHARGE(1) } } },
	{ "a charge, then exit", { 16, 8, 3, 0 }, G, 1,
	  { { RMDIR(G) }, { CHARGE(1), EXIT() } } },
	{ "a late charge", { 16, 8, 3, 0 }, G, 1,
	  { { EXIT(), RMDIR(G) }, { MUST_CHARGE(1) } } },
	{ "a late charge, nothing charged", { 16, 8, 3, 0 }, G, 0,
	  { { EXIT(), RMDIR(G) }, { MUST_CHARGE(0) } } },
	{ "a late charge in reclaim", { 16, 8, 1, 0 }, G, 1,
	  { { EXIT(), RMDIR(G) }, { CHARGE(1), UNCHARGE(0) } } },
	{ "leftovers are the parent's", { 16, 4, 3, 0 }, R, 2,
	  { { MUST_RMDIR(G), MUST_WRITE(S, 4) }, { ROTATE(1) } } },

	{ "a charge in reclaim, an uncharge", { 16, 8, 1, 0 }, G, 1,
	  { { EXIT(), RMDIR(G) }, { CHARGE(1) }, { UNCHARGE(0) } } },
	{ "a charge, an uncharge", { 16, 8, 2, 0 }, G, 1,
	  { { EXIT(), RMDIR(G) }, { CHARGE(1) }, { UNCHARGE(0) } } },
	{ "two late charges, room for one", { 16, 8, 2, 0 }, G, 1,
	  { { EXIT(), RMDIR(G) }, { CHARGE(1) }, { CHARGE(2) } } },
	{ "exit, a charge", { 16, 8, 2, 0 }, G, 1,
	  { { RMDIR(G) }, { CHARGE(1) }, { EXIT() } } },
	{ "a write that grows, an uncharge", { 16, 8, 2, 0 }, R, 1,
	  { { RMDIR(G) }, { WRITE(G, 4) }, { UNCHARGE(0) } } },
	{ "the parent shrinks, an uncharge", { 16, 8, 3, 0 }, R, 2,
	  { { RMDIR(G) }, { WRITE(P, 2) }, { UNCHARGE(0) } } },
	{ "force_empty, a write that shrinks", { 16, 8, 2, 0 }, R, 1,
	  { { RMDIR(G) }, { FORCE_EMPTY(G) }, { WRITE(G, 0) } } },
	{ "migration, a sibling grows", { 16, 5, 3, 1 }, R, 1,
	  { { MUST_RMDIR(G) }, { MIGRATE(0, 1) }, { WRITE(S, 4) } } },
	{ "a task comes, a write that grows", { 16, 8, 2, 0 }, R, 1,
	  { { RMDIR(G) }, { ATTACH(G), CHARGE(1) }, { WRITE(G, 4) } } },
	{ "a second rmdir, an uncharge", { 16, 8, 2, 0 }, R, 1,
	  { { RMDIR(G) }, { RMDIR(G) }, { UNCHARGE(0) } } },
	{ "two uncharges", { 16, 8, 2, 0 }, R, 2,
	  { { RMDIR(G) }, { UNCHARGE(0) }, { UNCHARGE(1) } } },
};

static const struct scenario *scenario;
static bool limit_was_set[NR_GROUPS];
static bool running;

const char *name_of(const void *object)
{
	const char *at = object;
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++)
		if (at >= (char *)&groups[i] && at < (char *)&groups[i + 1])
			return group_names[i];
	for (i = 0; i < NR_PAGES; i++)
		if (at >= (char *)&pages[i] && at < (char *)&pages[i + 1])
			return page_names[i];
	return object == &cgroup_mutex ? "cgroup_mutex" : "";
}

/* Is address in one of the members of object from first to last? */
#define IN(address, object, first, last)				\
	((const char *)(address) >= (char *)&(object)->first &&		\
	 (const char *)(address) < (char *)(&(object)->last + 1))

void check_access(const void *address)
{
	unsigned int i;

	if (!running)
		return;
	for (i = 0; i < NR_GROUPS; i++) {
		struct mem_cgroup *mem = &groups[i];

		if (IN(address, &mem->res, usage, security) &&
		    mem->res.lock.holder != current)
			world_fail("the books of %s are touched without its lock",
				   group_names[i]);
		if (IN(address, &mem->zone, active_list, inactive_list) &&
		    mem->zone.lru_lock.holder != current)
			world_fail("the lists of %s are touched without their lock",
				   group_names[i]);
	}
	for (i = 0; i < NR_PAGES; i++)
		if (IN(address, &pages[i], page_cgroup, page_cgroup) &&
		    pages[i].lock.holder != current)
			world_fail("the charge of %s is touched without its lock",
				   page_names[i]);
}

static unsigned long long max(unsigned long long a, unsigned long long b)
{
	return a > b ? a : b;
}

/* All that the children have, or could take without asking. */
static unsigned long long lent_by(const struct mem_cgroup *mem)
{
	unsigned long long sum = 0;
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++)
		if (groups[i].cgroup.parent == &mem->cgroup)
			sum += max(groups[i].res.limit, groups[i].res.borrow);
	return sum;
}

/* The pages charged to a group; but not one that somebody is at work on. */
static unsigned int charges_of(const struct mem_cgroup *mem)
{
	unsigned int i, n = 0;

	for (i = 0; i < NR_PAGES; i++)
		n += !pages[i].lock.holder && pages[i].page_cgroup &&
		     pages[i].page_cgroup->mem_cgroup == mem;
	return n;
}

/* A group that is gone owes nothing, and nobody has to do with it. */
static void check_gone(unsigned int i)
{
	struct mem_cgroup *mem = &groups[i];
	struct res_counter *res = &mem->res;

	if (res->limit || res->borrow || res->usage || res->security)
		world_fail("%s: removed, but keeps something", group_names[i]);
	if (mem->css.refcnt.counter)
		world_fail("%s: removed, but has references", group_names[i]);
	if (mem->cgroup.count.counter)
		world_fail("%s: removed, but has tasks", group_names[i]);
	if (charges_of(mem) || !list_empty(&mem->zone.active_list) ||
	    !list_empty(&mem->zone.inactive_list))
		world_fail("%s: removed, but has pages", group_names[i]);
}

void check_books(void)
{
	unsigned int i;

	for (i = 0; i < NR_GROUPS; i++) {
		struct mem_cgroup *mem = &groups[i];
		struct res_counter *res = &mem->res;

		if (mem->cgroup.removed)
			check_gone(i);
		if (res->usage > res->limit)
			world_fail("%s: usage is above limit", group_names[i]);
		if (lent_by(mem) > res->security)
			world_fail("%s: a byte is promised twice",
				   group_names[i]);
		if (res->usage < res->security)
			world_fail("%s: usage is below security",
				   group_names[i]);
		if (res->usage - res->security < charges_of(mem) * PAGE_SIZE)
			world_fail("%s: has pages that nobody pays for",
				   group_names[i]);
	}
}

static unsigned int length(const struct list_head *head)
{
	const struct list_head *at;
	unsigned int n = 0;

	for (at = head->next; at != head; at = at->next)
		n++;
	return n;
}

/* What a group that stays has: what was written last, and its own pages. */
static void check_limit(unsigned int i)
{
	unsigned long long limit = groups[i].res.limit;
	unsigned int task, op;

	if (!limit_was_set[i]) {
		if (limit != scenario->limit[i] * PAGE_SIZE)
			world_fail("%s: the limit is %llu pages, but stays",
				   group_names[i], limit / PAGE_SIZE);
		return;
	}
	for (task = 0; task < MAX_TASKS; task++)
		for (op = 0; op < OPS_PER_TASK; op++) {
			const struct op *o = &scenario->tasks[task][op];

			if (o->action == WRITE && o->which == (int)i &&
			    limit == o->pages * PAGE_SIZE)
				return;
		}
	world_fail("%s: the limit is none that was written", group_names[i]);
}

/* With nothing in flight. */
static void check_live(unsigned int i)
{
	struct mem_cgroup *mem = &groups[i];
	struct res_counter *res = &mem->res;
	unsigned int n = charges_of(mem);

	if (res->borrow != (mem->cgroup.parent ? res->limit : 0))
		world_fail("%s: borrow is not limit", group_names[i]);
	if (res->security != lent_by(mem))
		world_fail("%s: security is not what the children have",
			   group_names[i]);
	if (res->usage != res->security + n * PAGE_SIZE)
		world_fail("%s: usage is not pages plus security",
			   group_names[i]);
	if (mem->cgroup.parent && mem->css.refcnt.counter != (int)n)
		world_fail("%s: %d references for %u pages", group_names[i],
			   mem->css.refcnt.counter, n);
	if (length(&mem->zone.active_list) + length(&mem->zone.inactive_list) !=
	    n)
		world_fail("%s: not all of its pages are on its lists",
			   group_names[i]);
	if (res->resize.lock.holder || mem->waiting)
		world_fail("%s: somebody is still at work", group_names[i]);
	check_limit(i);
}

static void check_pages(void)
{
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++) {
		const struct page_cgroup *pc = pages[i].page_cgroup;

		if (!pc)
			continue;
		if (pc->page != &pages[i] || pc->ref_cnt != 1 ||
		    pages[i].count != 1)
			world_fail("%s: %d references, its charge %d",
				   page_names[i], pages[i].count, pc->ref_cnt);
		if (pc->mem_cgroup != pages[i].charged_to &&
		    !pages[i].charged_to->cgroup.removed)
			world_fail("%s: moved, but its group stays",
				   page_names[i]);
	}
}

static void check_rest(void)
{
	unsigned int i;

	check_books();
	check_pages();
	for (i = 0; i < NR_GROUPS; i++)
		if (!groups[i].cgroup.removed)
			check_live(i);
}

/* At the end; and a group that nobody uses can be removed then, at once. */
void scenario_end(void)
{
	struct mem_cgroup *mem = &groups[G];
	bool used = mem->cgroup.count.counter || mem->cgroup.removed;

	running = false;
	check_rest();
	if (!!cgroup_rmdir(mem) != used)
		world_fail("G: %s", used ? "removed though it is used" :
					   "can not be removed any more");
	check_rest();
}

static void use_page(const struct op *op)
{
	struct page *page = &pages[op->which];

	/* Reclaim may have freed it. */
	if (!page->count)
		return;
	get_page(page);
	if (op->action == UNCHARGE)
		drop_page(page);
	else if (op->action == MIGRATE)
		migrate_page(page, &pages[op->pages]);
	else if (op->action == ROTATE)
		rotate_page(page);
	else if (mem_cgroup_uncharge_page(page))
		mem_cgroup_charge(page);
	put_page(page);
}

static int run_op(const struct op *op)
{
	struct mem_cgroup *mem = &groups[op->which];
	struct page *page = &pages[op->which];
	int ret = 0;

	switch (op->action) {
	case RMDIR:
		ret = cgroup_rmdir(mem);
		break;
	case CHARGE:
		page->count = 1;
		ret = mem_cgroup_charge(page);
		if (ret)
			page->count = 0;
		break;
	case UNCHARGE:
	case RECHARGE:
	case MIGRATE:
	case ROTATE:
		use_page(op);
		break;
	case WRITE:
		ret = cgroup_write_limit(mem, op->pages * PAGE_SIZE);
		if (!ret)
			limit_was_set[op->which] = true;
		break;
	case FORCE_EMPTY:
		ret = cgroup_force_empty(mem);
		break;
	case ATTACH:
		ret = cgroup_attach(mem);
		break;
	case EXIT:
		cgroup_exit();
		break;
	case NOTHING:
		break;
	}
	return ret;
}

void scenario_start(void)
{
	unsigned int i;

	running = false;
	memset(limit_was_set, 0, sizeof(limit_was_set));
	memset(pages, 0, sizeof(pages));
	mem_cgroup_init(&groups[R], NULL);
	mem_cgroup_init(&groups[P], &groups[R]);
	mem_cgroup_init(&groups[G], &groups[P]);
	mem_cgroup_init(&groups[S], &groups[P]);
	memcontrol_start(&groups[scenario->owner]);
	for (i = 0; i < scenario->charged; i++)
		mem_cgroup_adopt(&groups[G], &pages[i]);

	for (i = NR_GROUPS; i-- > 0;) {
		struct res_counter *res = &groups[i].res, *parent;

		res->limit = scenario->limit[i] * PAGE_SIZE;
		if (i != R) {
			parent = &groups[i].cgroup.parent->mem->res;
			res->borrow = res->limit;
			parent->security += res->limit;
			parent->usage += res->limit;
		}
		res->max_usage = res->usage;
	}
	running = true;
}

#include "../interleave/task.h"
#include "../interleave/table.h"
