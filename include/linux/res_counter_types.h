/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_RES_COUNTER_TYPES_H
#define _LINUX_RES_COUNTER_TYPES_H

#include <linux/mutex.h>
#include <linux/types.h>

struct page_counter;

/**
 * struct res_counter - what a page_counter lacks to borrow and to lend
 * @memory: usage and limit; its reserve is what was borrowed
 * @memsw: charged along with @memory, so that it is never below it
 * @whole: bytes that there are to lend, in a root; 0 in all others
 * @removed: all was repaid
 * @resize: serialises the resizes; keeps the limit and the reserves
 *
 * In a header of its own because struct mem_cgroup has one, and the names of
 * the members in <linux/res_counter.h> are taken in some who include that.
 */
struct res_counter {
	struct page_counter *memory;
	struct page_counter *memsw;
	unsigned long long whole;
	bool removed;
	struct mutex resize;	/* held across reclaim; never two at once */
};

#endif /* _LINUX_RES_COUNTER_TYPES_H */
