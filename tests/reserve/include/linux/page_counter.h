/* SPDX-License-Identifier: GPL-2.0-only */
/* What reserves need of a page_counter, as the hooks leave it. */
#ifndef RESERVE_LINUX_PAGE_COUNTER_H
#define RESERVE_LINUX_PAGE_COUNTER_H

#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/page_counter_reserve.h>

#define PAGE_COUNTER_MAX	(LONG_MAX / PAGE_SIZE)

struct page_counter {
	atomic_long_t usage;
	unsigned long watermark;
	unsigned long local_watermark;
	unsigned long failcnt;
	bool failures_untold;		/* kernels newer than 6.12, on v2 */
	unsigned long propagated;	/* of the usage, by what protects it */
	unsigned long children_reserve;
	unsigned long reserve_gp;
	bool pays_first;
	bool reserve_frozen;
	unsigned long reserve[2];
	unsigned long max;
	struct page_counter *parent;
};

void page_counter_init(struct page_counter *counter,
		       struct page_counter *parent);
unsigned long page_counter_read(struct page_counter *counter);
void page_counter_cancel(struct page_counter *counter, unsigned long nr_pages);
void page_counter_charge(struct page_counter *counter, unsigned long nr_pages);
bool page_counter_try_charge(struct page_counter *counter,
			     unsigned long nr_pages,
			     struct page_counter **fail);
void page_counter_uncharge(struct page_counter *counter,
			   unsigned long nr_pages);
int page_counter_set_max(struct page_counter *counter, unsigned long nr_pages);
void page_counter_propagate_usage(struct page_counter *counter,
				  unsigned long usage);

#endif
