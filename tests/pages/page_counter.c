// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page_counter of 6.12 for a counter without a parent.  As there, a charge
 * raises the usage before it looks at the limit and takes it back if that was
 * too much, and a new limit is tried before the usage is looked at.  Each
 * atomic access is a point at which another task may take over.
 */
#include <linux/errno.h>
#include <linux/page_counter.h>

void page_counter_init(struct page_counter *counter)
{
	*counter = (struct page_counter){ .max = PAGE_COUNTER_MAX };
}

static long add_return(struct page_counter *counter, long nr_pages)
{
	world_point(nr_pages < 0 ? "sub" : "add", counter);
	counter->usage += nr_pages;
	if (counter->usage < 0)
		world_fail("page_counter underflow: %ld after %ld",
			   counter->usage, nr_pages);
	return counter->usage;
}

static unsigned long exchange(unsigned long *value, unsigned long new)
{
	unsigned long old;

	world_point("xchg", value);
	old = *value;
	*value = new;
	return old;
}

unsigned long page_counter_read(struct page_counter *counter)
{
	return READ_ONCE(counter->usage);
}

void page_counter_charge(struct page_counter *counter, unsigned long nr_pages)
{
	add_return(counter, nr_pages);
}

void page_counter_uncharge(struct page_counter *counter, unsigned long nr_pages)
{
	add_return(counter, -nr_pages);
}

bool page_counter_try_charge(struct page_counter *counter,
			     unsigned long nr_pages,
			     struct page_counter **fail)
{
	unsigned long usage = add_return(counter, nr_pages);

	if (usage <= READ_ONCE(counter->max))
		return true;

	add_return(counter, -nr_pages);
	counter->failcnt++;
	*fail = counter;
	return false;
}

int page_counter_set_max(struct page_counter *counter, unsigned long nr_pages)
{
	for (;;) {
		unsigned long usage = page_counter_read(counter);
		unsigned long old;

		if (usage > nr_pages)
			return -EBUSY;
		old = exchange(&counter->max, nr_pages);
		if (nr_pages >= old || page_counter_read(counter) <= usage)
			return 0;
		WRITE_ONCE(counter->max, old);
	}
}
