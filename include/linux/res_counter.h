/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The counter that kernel/res_counter_hier.c is written against, over the
 * page_counter that took the place of the original.  All values are bytes.
 */
#ifndef _LINUX_RES_COUNTER_H
#define _LINUX_RES_COUNTER_H

#include <linux/sched/signal.h>
#include <linux/res_counter_types.h>
#include <linux/types.h>

enum {
	RES_USAGE,
	RES_LIMIT,
	RES_BORROW,
	RES_SECURITY,
};

/* Loans are reserves of the page counter, which books them. */
#define RES_COUNTER_BOOKS_LOANS

void res_counter_init(struct res_counter *counter, struct page_counter *memory,
		      struct page_counter *memsw);
u64 res_counter_read_u64(struct res_counter *counter, int member);

#endif /* _LINUX_RES_COUNTER_H */
