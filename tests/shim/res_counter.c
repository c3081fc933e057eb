// SPDX-License-Identifier: GPL-2.0-only
/* What 2.6.26 has of a counter; a value is read without the lock, as there. */
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
