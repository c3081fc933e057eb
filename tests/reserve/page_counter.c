// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page_counter of 6.12, with the hooks of its patches: without reserves a
 * charge raises the usage before it looks at the limit, from the bottom up, and
 * a new limit is tried before the usage is looked at.
 *
 * Whether there are reserves is an instruction in the kernel, not a variable:
 * who has passed it may go on in the code it led to until he sleeps.
 */
#include <linux/errno.h>
#include <linux/page_counter.h>
#include <linux/rcupdate.h>

#include <stdarg.h>
#include <stdio.h>

unsigned int *shim_warnings;

void shim_warn(const char *format, ...)
{
	char message[128];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	if (!shim_warnings)
		world_fail("warning: %s", message);
	++*shim_warnings;
}

void page_counter_init(struct page_counter *counter,
		       struct page_counter *parent)
{
	*counter = (struct page_counter){
		.max = PAGE_COUNTER_MAX,
		.parent = parent,
	};
}

unsigned long page_counter_read(struct page_counter *counter)
{
	return page_counter_pages(atomic_long_read(&counter->usage));
}

void page_counter_cancel(struct page_counter *counter, unsigned long nr_pages)
{
	long word = atomic_long_add_return(-(long)nr_pages, &counter->usage);

	if (page_counter_slot(word))
		world_fail("page_counter_cancel() at a reserve");
	if (word < 0)
		world_fail("page_counter underflow: %ld nr_pages=%lu", word,
			   nr_pages);
}

static void charge(struct page_counter *counter, unsigned long nr_pages)
{
	for (; counter; counter = counter->parent)
		if (page_counter_slot(atomic_long_add_return(nr_pages,
							     &counter->usage)))
			world_fail("charged without a look at the reserve");
}

void page_counter_note_failure(struct page_counter *counter)
{
	if (!counter->failures_untold)
		data_race(counter->failcnt++);
}

static bool try_charge(struct page_counter *counter, unsigned long nr_pages,
		       struct page_counter **fail)
{
	struct page_counter *c;

	for (c = counter; c; c = c->parent) {
		long new = atomic_long_add_return(nr_pages, &c->usage);

		if (page_counter_slot(new))
			world_fail("charged without a look at the reserve");
		if (new <= (long)READ_ONCE(c->max))
			continue;
		atomic_long_sub(nr_pages, &c->usage);
		page_counter_note_failure(c);
		*fail = c;
		for (; counter != c; counter = counter->parent)
			page_counter_cancel(counter, nr_pages);
		return false;
	}
	return true;
}

void page_counter_charge(struct page_counter *counter, unsigned long nr_pages)
{
	shim_no_sleep_start();
	if (page_counter_reserves_on())
		page_counter_reserve_charge(counter, nr_pages);
	else
		charge(counter, nr_pages);
	shim_no_sleep_end();
}

bool page_counter_try_charge(struct page_counter *counter,
			     unsigned long nr_pages,
			     struct page_counter **fail)
{
	bool charged;

	shim_no_sleep_start();
	if (page_counter_reserves_on())
		charged = page_counter_reserve_try_charge(counter, nr_pages,
							  fail);
	else
		charged = try_charge(counter, nr_pages, fail);
	shim_no_sleep_end();
	return charged;
}

void page_counter_uncharge(struct page_counter *counter, unsigned long nr_pages)
{
	shim_no_sleep_start();
	if (page_counter_reserves_on()) {
		page_counter_reserve_uncharge(counter, nr_pages);
	} else {
		for (; counter; counter = counter->parent)
			page_counter_cancel(counter, nr_pages);
	}
	shim_no_sleep_end();
}

int page_counter_set_max(struct page_counter *counter, unsigned long nr_pages)
{
	for (;;) {
		unsigned long usage = page_counter_read(counter);
		unsigned long old;

		if (usage > nr_pages)
			return -EBUSY;
		old = shim_xchg(&counter->max, nr_pages);
		if (page_counter_read(counter) <= usage || nr_pages >= old)
			return 0;
		WRITE_ONCE(counter->max, old);
	}
}

void page_counter_propagate_usage(struct page_counter *counter,
				  unsigned long usage)
{
	if (usage > PAGE_COUNTER_MAX)
		world_fail("usage %lx has a slot, or is negative", usage);
	__atomic_store_n(&counter->propagated, usage, __ATOMIC_RELAXED);
}
