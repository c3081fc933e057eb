/* SPDX-License-Identifier: GPL-2.0-only */
/* What the verbs of 6.12 need of a page_counter; see ../../page_counter.c. */
#ifndef PAGES_LINUX_PAGE_COUNTER_H
#define PAGES_LINUX_PAGE_COUNTER_H

#include <linux/kernel.h>

#define PAGE_COUNTER_MAX	(LONG_MAX / PAGE_SIZE)

struct page_counter {
	long usage;
	unsigned long max;
	unsigned long failcnt;
};

void page_counter_init(struct page_counter *counter);
unsigned long page_counter_read(struct page_counter *counter);
void page_counter_charge(struct page_counter *counter, unsigned long nr_pages);
bool page_counter_try_charge(struct page_counter *counter,
			     unsigned long nr_pages,
			     struct page_counter **fail);
void page_counter_uncharge(struct page_counter *counter,
			   unsigned long nr_pages);
int page_counter_set_max(struct page_counter *counter, unsigned long nr_pages);

#endif
