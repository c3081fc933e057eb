// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resource counters over page counters: the verbs that the borrow and repay
 * protocol needs of a counter.  See include/linux/res_counter_hier.h.
 *
 * A loan is a reserve: mm/page_counter_reserve.c keeps the books.  Where limit
 * and reserve are one, a charge stops at its counter: it fails at the limit
 * before it is above the reserve.  What must not fail and goes above is paid
 * by the parent.
 *
 * What is lent is reserved in memory+swap as well, before it is in memory, and
 * for longer: a lender's memory+swap is never below its memory.
 */

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/page_counter.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>
#include <linux/sched.h>

/**
 * res_counter_init - set up a counter over two page counters
 * @counter: the counter; zeroed memory
 * @memory: its usage and limit; set up already
 * @memsw: charged along with @memory; set up already
 *
 * Context: Any; nobody else knows @counter yet.
 */
void res_counter_init(struct res_counter *counter, struct page_counter *memory,
		      struct page_counter *memsw)
{
	counter->memory = memory;
	counter->memsw = memsw;
	mutex_init(&counter->resize);
}

static unsigned long long pages_to_bytes(unsigned long nr_pages)
{
	return (unsigned long long)nr_pages << PAGE_SHIFT;
}

/**
 * res_counter_read_u64 - one of a counter's books
 * @counter: the counter
 * @member: RES_USAGE, RES_LIMIT, RES_BORROW or RES_SECURITY
 *
 * Context: Any.  Lockless.
 *
 * Return: the value in bytes.
 */
u64 res_counter_read_u64(struct res_counter *counter, int member)
{
	struct page_counter *memory = counter->memory;

	switch (member) {
	case RES_BORROW:
		/* A root has borrowed from nobody. */
		return memory->parent ?
		       pages_to_bytes(page_counter_reserve(memory)) : 0;
	case RES_SECURITY:
		return pages_to_bytes(page_counter_children_reserve(memory));
	case RES_LIMIT:
		return pages_to_bytes(READ_ONCE(memory->max));
	default:
		return pages_to_bytes(page_counter_read(memory));
	}
}

/**
 * res_counter_lendable - the most that a counter can lend
 * @counter: the counter
 * @limit: its limit in bytes, or one that it might have
 *
 * A root without a limit of its own can not lend more than there is, and not
 * all of it: the root's own pages, which are not charged, need some.
 *
 * Context: Any.  Lockless.
 *
 * Return: bytes: @limit, but in a root without a limit 63 64ths of @whole.
 */
unsigned long long res_counter_lendable(struct res_counter *counter,
					unsigned long long limit)
{
	if (!counter->whole || limit < RES_COUNTER_LIMIT_MAX)
		return limit;
	return counter->whole - ((counter->whole >> 6) & ~(PAGE_SIZE - 1ULL));
}

static unsigned long less(struct page_counter *counter, unsigned long nr_pages)
{
	return page_counter_reserve(counter) - nr_pages;
}

static int grow(struct page_counter *counter, unsigned long nr_pages)
{
	struct page_counter *fail;

	return page_counter_set_reserve(counter, page_counter_reserve(counter) +
					nr_pages, &fail);
}

static void shrink(struct page_counter *counter, unsigned long nr_pages)
{
	unsigned long left = less(counter, nr_pages);
	struct page_counter *fail;

	/*
	 * Either this takes back a growth, or it was prepared.  A child that
	 * borrows gets memory+swap first, and gives it back when it is refused
	 * memory.  None can get more, as may_lend() looks at the limit of memory,
	 * which did not grow: so this ends.
	 */
	while (page_counter_set_reserve(counter, left, &fail))
		schedule_timeout_uninterruptible(1);
}

/* Would all that is lent, and so much more, be within the limit? */
static bool may_lend(struct res_counter *lender, unsigned long long val)
{
	u64 limit = res_counter_read_u64(lender, RES_LIMIT);
	u64 lendable = res_counter_lendable(lender, limit);
	u64 lent = res_counter_read_u64(lender, RES_SECURITY);

	return lent <= lendable && val <= lendable - lent;
}

/* Has the lender's memory room for it, as it looks? */
static bool has_room(struct page_counter *child, unsigned long nr_pages)
{
	struct page_counter *lender = child->parent;
	unsigned long growth;

	growth = page_counter_reserve_growth(child, page_counter_reserve(child) +
					     nr_pages);
	return !growth || page_counter_read(lender) + growth <=
			  READ_ONCE(lender->max);
}

/**
 * res_counter_lend - reserve so much more of the parent for a child
 * @child: the counter
 * @parent: its parent
 * @val: bytes, whole pages
 *
 * Context: The caller holds @child->resize.  May sleep.
 *
 * Return: 0; or with nothing changed, -ENOSPC if @parent could never lend it,
 * -EBUSY if there is no room in @parent, -EAGAIN if somebody may still read what
 * @child had before.
 */
int res_counter_lend(struct res_counter *child, struct res_counter *parent,
		     unsigned long long val)
{
	unsigned long nr_pages = val >> PAGE_SHIFT;
	int ret;

	/* The limit of memory says so, and it must not be taken from the other. */
	if (!may_lend(parent, val))
		return -ENOSPC;
	/* Or memory+swap is held, and others are refused it, for nothing. */
	if (!has_room(child->memory, nr_pages))
		return -EBUSY;
	ret = grow(child->memsw, nr_pages);
	if (ret)
		return ret;
	ret = grow(child->memory, nr_pages);
	if (ret)
		shrink(child->memsw, nr_pages);
	return ret;
}

/**
 * res_counter_prepare_unlend - see that res_counter_unlend() can not fail
 * @child: the counter
 * @val: bytes, whole pages, at most what it has borrowed
 *
 * Context: The caller holds @child->resize until then.  Does not sleep.
 *
 * Return: 0; -EAGAIN if somebody may still read what @child had before.
 */
int res_counter_prepare_unlend(struct res_counter *child,
			       unsigned long long val)
{
	unsigned long nr_pages = val >> PAGE_SHIFT;
	int ret;

	ret = page_counter_prepare_reserve(child->memory,
					   less(child->memory, nr_pages));
	if (ret)
		return ret;
	return page_counter_prepare_reserve(child->memsw,
					    less(child->memsw, nr_pages));
}

/**
 * res_counter_unlend - reserve so much less of the parent for a child
 * @child: the counter, whose limit is down already
 * @parent: its parent
 * @val: bytes, whole pages
 *
 * Context: The caller holds @child->resize.  May sleep.
 */
void res_counter_unlend(struct res_counter *child, struct res_counter *parent,
			unsigned long long val)
{
	unsigned long nr_pages = val >> PAGE_SHIFT;

	shrink(child->memory, nr_pages);
	shrink(child->memsw, nr_pages);
}

/*
 * The limit is down, so that nobody can borrow beyond it any more.  Who began
 * before may hold that until he finds no room, and he does not reclaim first.
 * But he keeps it where charges that must not fail are in his usage already and
 * were not yet in this one when the limit was compared with it.
 */
static int wait_for_loans(struct page_counter *counter, unsigned long max)
{
	unsigned int ticks;

	for (ticks = 0; !page_counter_reserves_fit(counter, max); ticks++) {
		if (ticks == HZ)
			return -EBUSY;
		if (signal_pending(current))
			return -EINTR;
		schedule_timeout_interruptible(1);
	}
	return 0;
}

static int set_max(struct page_counter *counter, unsigned long max)
{
	unsigned long old = READ_ONCE(counter->max);
	int ret = page_counter_set_max(counter, max);

	if (ret)
		return ret;
	ret = wait_for_loans(counter, max);
	if (ret)
		WRITE_ONCE(counter->max, old);
	return ret;
}

/**
 * res_counter_set_limit - set the limit, if usage is not above it
 * @counter: the counter
 * @limit: bytes, whole pages
 *
 * In a root it is also the cap on what is lent.  A limit that is none can cap at
 * less than is lent already: then no more is, until enough has come back.
 *
 * Context: The caller holds @counter->resize, or is the first to know @counter.
 * May sleep.
 *
 * Return: 0; -EBUSY if usage, or what is lent, is above @limit; -EINTR if a
 * signal came while waiting for loans that may not be made; -EINVAL if the
 * memory+swap limit is below it, which may not be the lower of the two.  On
 * error the limit is what it was.
 */
int res_counter_set_limit(struct res_counter *counter, unsigned long long limit)
{
	int ret;

	if (limit > pages_to_bytes(READ_ONCE(counter->memsw->max)))
		return -EINVAL;
	ret = set_max(counter->memory, limit >> PAGE_SHIFT);
	if (!ret && !counter->memory->parent)
		page_counter_cap_reserves(counter->memory,
					  res_counter_lendable(counter, limit)
					  >> PAGE_SHIFT);
	return ret;
}

/**
 * res_counter_note_failure - failcnt += 1
 * @counter: the counter that could not lend
 *
 * Context: Any.
 */
void res_counter_note_failure(struct res_counter *counter)
{
	/* As in page_counter_try_charge(): it is only reported. */
	data_race(counter->memory->failcnt++);
}
