/* SPDX-License-Identifier: GPL-2.0-only */
/* struct res_counter as 2.6.26 with the hooks has it. */
#ifndef SHIM_LINUX_RES_COUNTER_H
#define SHIM_LINUX_RES_COUNTER_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct res_counter {
	unsigned long long usage;
	unsigned long long max_usage;
	unsigned long long limit;
	unsigned long long failcnt;
	unsigned long long borrow;
	unsigned long long security;
	spinlock_t lock;	/* of all of the above */
	unsigned long long whole;	/* in a root: all there is to lend */
	struct mutex resize;	/* serialises limit writes and removal */
	bool removed;		/* has repaid all; protected by resize */
};

enum {
	RES_USAGE,
	RES_MAX_USAGE,
	RES_LIMIT,
	RES_FAILCNT,
	RES_BORROW,
	RES_SECURITY,
};

void res_counter_init(struct res_counter *counter);
u64 res_counter_read_u64(struct res_counter *counter, int member);

/* What a page fault does: one counter, under its lock, and no reclaim. */
int res_counter_charge(struct res_counter *counter, unsigned long long val);
void res_counter_uncharge(struct res_counter *counter, unsigned long long val);

#endif
