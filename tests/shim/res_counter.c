// SPDX-License-Identifier: GPL-2.0-only
/*
 * What 2.6.26 has of a counter, with the accesses marked that others read
 * without the lock; a value is read without it, as there.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/res_counter.h>

void res_counter_init(struct res_counter *counter)
{
	*counter = (struct res_counter){ .limit = LLONG_MAX };
	spin_lock_init(&counter->lock);
	mutex_init(&counter->resize);
}

static unsigned long long *res_counter_member(struct res_counter *counter,
					      int member)
{
	switch (member) {
	case RES_USAGE:
		return &counter->usage;
	case RES_MAX_USAGE:
		return &counter->max_usage;
	case RES_LIMIT:
		return &counter->limit;
	case RES_FAILCNT:
		return &counter->failcnt;
	case RES_BORROW:
		return &counter->borrow;
	case RES_SECURITY:
		return &counter->security;
	}
	return NULL;
}

u64 res_counter_read_u64(struct res_counter *counter, int member)
{
	shim_lockless_read(counter);
	return READ_ONCE(*res_counter_member(counter, member));
}

int res_counter_charge(struct res_counter *counter, unsigned long long val)
{
	unsigned long flags;
	int ret = -ENOMEM;

	spin_lock_irqsave(&counter->lock, flags);
	if (counter->usage > counter->limit ||
	    val > counter->limit - counter->usage) {
		WRITE_ONCE(counter->failcnt, counter->failcnt + 1);
	} else {
		WRITE_ONCE(counter->usage, counter->usage + val);
		if (counter->max_usage < counter->usage)
			WRITE_ONCE(counter->max_usage, counter->usage);
		ret = 0;
	}
	spin_unlock_irqrestore(&counter->lock, flags);
	return ret;
}

void res_counter_uncharge(struct res_counter *counter, unsigned long long val)
{
	unsigned long flags;

	spin_lock_irqsave(&counter->lock, flags);
	WARN_ON(counter->usage < val);
	WRITE_ONCE(counter->usage, counter->usage - val);
	spin_unlock_irqrestore(&counter->lock, flags);
}
