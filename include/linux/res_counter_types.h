/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_RES_COUNTER_TYPES_H
#define _LINUX_RES_COUNTER_TYPES_H

#include <linux/mutex.h>
#include <linux/spinlock_types.h>

struct page_counter;

/**
 * struct res_counter - what a page_counter lacks to borrow and to lend
 * @memory: usage and limit
 * @memsw: charged along with @memory, so that it is never below it
 * @borrow: bytes held of the parent's resource
 * @security: bytes of this resource that the children hold
 * @whole: bytes that there are to lend, in a root; 0 in all others
 * @rehomed: bytes still charged to @memory that the parent pays for
 * @removed: all was repaid, nothing but @rehomed will change any more
 * @lock: protects @borrow and @security
 * @resize: serialises the resizes; keeps the limit, @borrow, @rehomed and
 *	@removed
 *
 * In a header of its own because struct mem_cgroup has one, and the names of
 * the members in <linux/res_counter.h> are taken in some who include that.
 */
struct res_counter {
	struct page_counter *memory;
	struct page_counter *memsw;
	unsigned long long borrow;
	unsigned long long security;
	unsigned long long whole;
	unsigned long long rehomed;
	bool removed;
	spinlock_t lock;	/* IRQ-safe; never two of them at once */
	struct mutex resize;	/* held across reclaim; never two at once */
};

#endif /* _LINUX_RES_COUNTER_TYPES_H */
