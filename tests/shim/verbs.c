// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verbs of a counter, for tests on no base: as those of 2.6.26, but with
 * the accesses marked that others read without the lock.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>

/* A part of what a root has is for its own tasks: a 64th, in whole pages. */
static unsigned long long kept(const struct res_counter *counter,
			       unsigned long long cap)
{
	if (!counter->whole)
		return 0;
	return cap / 64 / PAGE_SIZE * PAGE_SIZE;
}

unsigned long long res_counter_limit(struct res_counter *counter)
{
	shim_check_holds(&counter->lock);
	return counter->limit;
}

unsigned long long res_counter_lendable(struct res_counter *counter,
					unsigned long long limit)
{
	if (counter->whole && limit == RES_COUNTER_LIMIT_MAX)
		limit = counter->whole;
	return limit - kept(counter, limit);
}

/* A root with no limit of its own always has room: lendable says no, or not. */
int res_counter_take(struct res_counter *counter, unsigned long long val)
{
	unsigned long long most = counter->limit;

	shim_check_holds(&counter->lock);
	/* Others read without the lock: usage first, and security after it. */
	WARN_ON(counter->usage < counter->security);
	if (most != RES_COUNTER_LIMIT_MAX)
		most = res_counter_lendable(counter, most);
	if (counter->usage > most || val > most - counter->usage)
		return -ENOMEM;

	WRITE_ONCE(counter->usage, counter->usage + val);
	if (counter->max_usage < counter->usage)
		WRITE_ONCE(counter->max_usage, counter->usage);
	return 0;
}

void res_counter_give(struct res_counter *counter, unsigned long long val)
{
	shim_check_holds(&counter->lock);
	WARN_ON(counter->usage < val || counter->usage - val < counter->security);
	WRITE_ONCE(counter->usage, counter->usage - val);
}

int res_counter_set_limit(struct res_counter *counter,
			  unsigned long long limit)
{
	unsigned long long spare = 0;
	unsigned long flags;
	int ret = -EBUSY;

	spin_lock_irqsave(&counter->lock, flags);
	if (limit < counter->limit)
		spare = kept(counter, limit);
	if (counter->usage <= limit && spare <= limit - counter->usage) {
		WRITE_ONCE(counter->limit, limit);
		ret = 0;
	}
	spin_unlock_irqrestore(&counter->lock, flags);
	return ret;
}

int res_counter_cut(struct res_counter *counter, unsigned long long val)
{
	unsigned long flags;
	int ret = -EINVAL;

	spin_lock_irqsave(&counter->lock, flags);
	if (val <= counter->usage - counter->security &&
	    val <= counter->limit) {
		WRITE_ONCE(counter->usage, counter->usage - val);
		WRITE_ONCE(counter->limit, counter->limit - val);
		ret = 0;
	}
	spin_unlock_irqrestore(&counter->lock, flags);
	return ret;
}

void res_counter_note_failure(struct res_counter *counter)
{
	unsigned long flags;

	spin_lock_irqsave(&counter->lock, flags);
	WRITE_ONCE(counter->failcnt, counter->failcnt + 1);
	spin_unlock_irqrestore(&counter->lock, flags);
}
