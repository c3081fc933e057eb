// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verbs of a counter, for tests on no base: as those of 2.6.26, but with
 * the accesses marked that others read without the lock.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>

int res_counter_take(struct res_counter *counter, unsigned long long val)
{
	unsigned long flags;
	int ret = -ENOMEM;

	spin_lock_irqsave(&counter->lock, flags);
	if (counter->usage <= counter->limit &&
	    val <= counter->limit - counter->usage) {
		WRITE_ONCE(counter->usage, counter->usage + val);
		if (counter->max_usage < counter->usage)
			WRITE_ONCE(counter->max_usage, counter->usage);
		ret = 0;
	}
	spin_unlock_irqrestore(&counter->lock, flags);
	return ret;
}

void res_counter_give(struct res_counter *counter, unsigned long long val)
{
	unsigned long flags;

	spin_lock_irqsave(&counter->lock, flags);
	WRITE_ONCE(counter->usage, counter->usage - val);
	spin_unlock_irqrestore(&counter->lock, flags);
}

int res_counter_set_limit(struct res_counter *counter,
			  unsigned long long limit)
{
	unsigned long flags;
	int ret = -EBUSY;

	spin_lock_irqsave(&counter->lock, flags);
	if (counter->usage <= limit) {
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
