/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reserves of page counters; see mm/page_counter_reserve.c.
 */
#ifndef _LINUX_PAGE_COUNTER_RESERVE_H
#define _LINUX_PAGE_COUNTER_RESERVE_H

#include <linux/types.h>

struct page_counter;

#ifdef CONFIG_PAGE_COUNTER_RESERVE

#include <linux/jump_label.h>

/*
 * The usage word: pages, and above them the number of the slot in force.
 * PAGE_COUNTER_MAX takes 51 bits, so that no sum of charges gets there.
 */
#define PAGE_COUNTER_SLOT_SHIFT	60

/* Unlike a slot, pages can be negative: if somebody uncharged too much. */
static inline long page_counter_pages(long word)
{
	const int slot_bits = 64 - PAGE_COUNTER_SLOT_SHIFT;

	return (long)((unsigned long)word << slot_bits) >> slot_bits;
}

/* The slot in force; 0: none, as there is no reserve. */
static inline unsigned long page_counter_slot(long word)
{
	return (word - page_counter_pages(word)) >> PAGE_COUNTER_SLOT_SHIFT;
}

DECLARE_STATIC_KEY_FALSE(page_counter_reserve_key);

/*
 * Has any counter ever been given a reserve?  Always inline, as a compiler that
 * is to save space calls a function instead: then nobody gets it for nothing.
 */
static __always_inline bool page_counter_reserves_on(void)
{
	return static_branch_unlikely(&page_counter_reserve_key);
}

void page_counter_reserve_init(struct page_counter *counter);
int page_counter_set_reserve(struct page_counter *counter,
			     unsigned long nr_pages,
			     struct page_counter **fail);
int page_counter_prepare_reserve(struct page_counter *counter,
				 unsigned long nr_pages);
void page_counter_cap_reserves(struct page_counter *counter,
			       unsigned long nr_pages);
void page_counter_freeze_reserves(struct page_counter *counter);
void page_counter_thaw_reserves(struct page_counter *counter);
unsigned long page_counter_reserve(struct page_counter *counter);
unsigned long page_counter_reserve_growth(struct page_counter *counter,
					  unsigned long nr_pages);
unsigned long page_counter_children_reserve(struct page_counter *counter);
bool page_counter_reserves_fit(struct page_counter *counter,
			       unsigned long nr_pages);
unsigned long page_counter_excess(struct page_counter *counter);

#else

static inline long page_counter_pages(long word)
{
	return word;
}

static inline unsigned long page_counter_slot(long word)
{
	return 0;
}

static inline bool page_counter_reserves_on(void)
{
	return false;
}

#endif

/* Not called without the option, nor is what the inline functions below call. */
unsigned long page_counter_reserve_margin(struct page_counter *counter,
					  struct page_counter *top);
bool __page_counter_within_reserve(struct page_counter *counter);
unsigned long __page_counter_spare_reserve(struct page_counter *counter);
unsigned long __page_counter_trim_batch(struct page_counter *counter,
					unsigned long batch,
					unsigned long nr_pages);

/* For mm/page_counter.c: what it does once a counter has had a reserve. */
void page_counter_reserve_charge(struct page_counter *counter,
				 unsigned long nr_pages);
bool page_counter_reserve_try_charge(struct page_counter *counter,
				     unsigned long nr_pages,
				     struct page_counter **fail);
void page_counter_reserve_uncharge(struct page_counter *counter,
				   unsigned long nr_pages);
/* And of mm/page_counter.c: tell the parent of protected usage, ... */
void __page_counter_propagate_usage(struct page_counter *counter,
				    unsigned long usage);
/* ... and count a charge that found no room here, if that is counted. */
void page_counter_note_failure(struct page_counter *counter);

/**
 * page_counter_within_reserve - does the parent pay nothing beyond the reserve?
 * @counter: counter
 *
 * Context: Any.  Takes rcu_read_lock().
 *
 * Return: true if @counter has a reserve and its usage is not above it: then
 * its charges ask no ancestor, and no ancestor may take pages of it.
 */
static __always_inline bool
page_counter_within_reserve(struct page_counter *counter)
{
	return page_counter_reserves_on() &&
	       __page_counter_within_reserve(counter);
}

/**
 * page_counter_spare_reserve - what can be charged within the reserve
 * @counter: counter
 *
 * Context: Any.  Takes rcu_read_lock().
 *
 * Return: the pages that @counter can be charged with before its parent is: to
 * bound what is charged ahead of need, which would leak out of the reserve.
 */
static __always_inline unsigned long
page_counter_spare_reserve(struct page_counter *counter)
{
	return page_counter_reserves_on() ?
	       __page_counter_spare_reserve(counter) : 0;
}

/**
 * page_counter_trim_batch - how many pages to charge ahead of need
 * @counter: who is to be charged
 * @batch: how many pages would be charged, @nr_pages included
 * @nr_pages: how many are needed
 *
 * If what is needed is within a reserve, of @counter or of one above it, what is
 * charged ahead must not go above: an ancestor would have to pay for it.
 *
 * Context: Any.  Takes rcu_read_lock().
 *
 * Return: a number of pages from @nr_pages to @batch.
 */
static __always_inline unsigned long
page_counter_trim_batch(struct page_counter *counter, unsigned long batch,
			unsigned long nr_pages)
{
	return page_counter_reserves_on() ?
	       __page_counter_trim_batch(counter, batch, nr_pages) : batch;
}

#endif /* _LINUX_PAGE_COUNTER_RESERVE_H */
