// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resource counters over page counters: the verbs that the borrow and repay
 * protocol needs of a counter.  See include/linux/res_counter_hier.h.
 *
 * A page_counter is lockless, so each verb is one of its operations, and
 * their own rule against each other holds: a charge raises the usage before
 * it looks at the limit, a new limit is set before the usage is looked at.
 *
 * What is lent is charged to the lender's memory+swap as well: whatever is
 * charged to memory can be uncharged from both.
 *
 * Nothing here is from the RFC, whose counters had a lock.
 */

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/page_counter.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>

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
	spin_lock_init(&counter->lock);
	mutex_init(&counter->resize);
}

static unsigned long long pages_to_bytes(unsigned long nr_pages)
{
	return (unsigned long long)nr_pages << PAGE_SHIFT;
}

static u64 res_counter_books(struct res_counter *counter,
			     unsigned long long *book)
{
	unsigned long flags;
	u64 val;

	spin_lock_irqsave(&counter->lock, flags);
	val = *book;
	spin_unlock_irqrestore(&counter->lock, flags);
	return val;
}

/**
 * res_counter_read_u64 - one of a counter's books
 * @counter: the counter
 * @member: RES_USAGE, RES_LIMIT, RES_BORROW or RES_SECURITY
 *
 * Usage and limit are without what was rehomed: that is the parent's.
 *
 * Context: Any.  Takes @counter->lock for borrow and security; usage and limit
 * are read without a lock.
 *
 * Return: the value in bytes.
 */
u64 res_counter_read_u64(struct res_counter *counter, int member)
{
	unsigned long long rehomed = READ_ONCE(counter->rehomed);
	unsigned long long val;

	switch (member) {
	case RES_BORROW:
		return res_counter_books(counter, &counter->borrow);
	case RES_SECURITY:
		return res_counter_books(counter, &counter->security);
	case RES_LIMIT:
		val = pages_to_bytes(READ_ONCE(counter->memory->max));
		break;
	default:
		val = pages_to_bytes(page_counter_read(counter->memory));
	}

	/* What was uncharged since it was rehomed has not been settled yet. */
	return val > rehomed ? val - rehomed : 0;
}

static bool res_counter_fits(struct page_counter *counter,
			     unsigned long long val)
{
	unsigned long usage = page_counter_read(counter);
	unsigned long max = READ_ONCE(counter->max);

	return usage <= max && val <= pages_to_bytes(max - usage);
}

static bool res_counter_try(struct page_counter *counter,
			    unsigned long nr_pages)
{
	struct page_counter *fail;
	unsigned long failcnt;

	if (page_counter_try_charge(counter, nr_pages, &fail))
		return true;

	/*
	 * Not a failure yet: res_counter_note_failure() counts those.  It may
	 * have been reset since it was counted: then 0 is right.
	 */
	failcnt = READ_ONCE(counter->failcnt);
	cmpxchg(&counter->failcnt, failcnt, failcnt - !!failcnt);
	return false;
}

/**
 * res_counter_limit - the limit, with the lock held
 * @counter: the counter
 *
 * Context: Any.  Lockless here.
 *
 * Return: bytes.
 */
unsigned long long res_counter_limit(struct res_counter *counter)
{
	return res_counter_read_u64(counter, RES_LIMIT);
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

/**
 * res_counter_take - usage += val, if it fits
 * @counter: the counter
 * @val: bytes, whole pages
 *
 * page_counter_try_charge() charges first and takes it back if that was too
 * much, which locks smaller charges out meanwhile.  That is for a page or
 * two, not for the size of a whole group: look before.
 *
 * Context: Any.  The caller holds @counter->lock, so that what is lent is
 * checked and counted in one step.
 *
 * Return: 0, or -ENOMEM with nothing changed if it is above the limit, of
 * memory or of memory+swap.
 */
int res_counter_take(struct res_counter *counter, unsigned long long val)
{
	unsigned long nr_pages = val >> PAGE_SHIFT;

	if (!res_counter_fits(counter->memsw, val) ||
	    !res_counter_fits(counter->memory, val))
		return -ENOMEM;

	if (!res_counter_try(counter->memsw, nr_pages))
		return -ENOMEM;
	if (!res_counter_try(counter->memory, nr_pages)) {
		page_counter_uncharge(counter->memsw, nr_pages);
		return -ENOMEM;
	}
	return 0;
}

/**
 * res_counter_give - usage -= val
 * @counter: the counter
 * @val: bytes, whole pages, that res_counter_take() took
 *
 * Context: Any.  Needs no lock.
 */
void res_counter_give(struct res_counter *counter, unsigned long long val)
{
	unsigned long nr_pages = val >> PAGE_SHIFT;

	page_counter_uncharge(counter->memory, nr_pages);
	page_counter_uncharge(counter->memsw, nr_pages);
}

/**
 * res_counter_set_limit - set the limit, if usage is not above it
 * @counter: the counter
 * @limit: bytes, whole pages
 *
 * Context: The caller holds @counter->resize, or is the last to know @counter,
 * or the first.  May sleep.
 *
 * Return: 0; -EBUSY if usage is above @limit; -EINVAL if the memory+swap limit
 * is below it, which may not be the lower of the two.  On error the limit is
 * what it was.
 */
int res_counter_set_limit(struct res_counter *counter, unsigned long long limit)
{
	if (limit > pages_to_bytes(READ_ONCE(counter->memsw->max)))
		return -EINVAL;
	return page_counter_set_max(counter->memory, limit >> PAGE_SHIFT);
}

/**
 * res_counter_cut - usage -= val and limit -= val, with no room between
 * @counter: the counter, which is being removed
 * @val: bytes, whole pages, at most the limit
 *
 * The page_counter itself keeps the charge: who is about to uncharge it may
 * have looked up whom to uncharge before.  So usage may be less than @val by
 * now: res_counter_settle() sees to that.
 *
 * Context: The caller holds @counter->resize.  Does not sleep.
 *
 * Return: 0, or -EINVAL with nothing changed if @val is above the limit.
 */
int res_counter_cut(struct res_counter *counter, unsigned long long val)
{
	if (val > res_counter_read_u64(counter, RES_LIMIT))
		return -EINVAL;
	WRITE_ONCE(counter->rehomed, counter->rehomed + val);
	return 0;
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

/**
 * res_counter_settle - let the parent pay for what is still charged, no more
 * @child: a counter that was removed, and rehomed as a whole
 * @parent: its parent
 *
 * Context: The caller holds @child->resize, or is the last to know @child.
 * May sleep.
 *
 * Return: whether @parent got room back.
 */
bool res_counter_settle(struct res_counter *child, struct res_counter *parent)
{
	unsigned long long usage, paid = child->rehomed;
	unsigned long nr_pages;

	/* Lower the limit first, so that no charge takes the room again. */
	do {
		nr_pages = page_counter_read(child->memory);
	} while (nr_pages < READ_ONCE(child->memory->max) &&
		 page_counter_set_max(child->memory, nr_pages));

	usage = pages_to_bytes(nr_pages);
	WRITE_ONCE(child->rehomed, usage);
	if (usage < paid) {
		res_counter_give(parent, paid - usage);
	} else if (usage > paid) {
		/* Charges that must not fail went over the limit. */
		nr_pages = (usage - paid) >> PAGE_SHIFT;
		page_counter_charge(parent->memsw, nr_pages);
		page_counter_charge(parent->memory, nr_pages);
	}
	return usage < paid;
}
