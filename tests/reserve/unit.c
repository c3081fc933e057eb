// SPDX-License-Identifier: GPL-2.0-only
/* What each function promises, and each way out of it. */
#include <errno.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/page_counter.h>
#include <linux/rcupdate.h>

#include "alone.h"
#include "checked.h"

static struct page_counter root, parent, child, sibling;
static struct page_counter *fail;

static int reserve(struct page_counter *c, unsigned long pages)
{
	int ret;

	fail = NULL;
	while ((ret = page_counter_set_reserve(c, pages, &fail)) == -EAGAIN)
		shim_rcu_wait(c->reserve_gp);
	return ret;
}

static bool charge(struct page_counter *c, unsigned long pages)
{
	fail = NULL;
	return page_counter_try_charge(c, pages, &fail);
}

/* The root may cover 20; parent has 10 of them, child 4 of those. */
static void set_up(void)
{
	alone_start();
	shim_rcu_reset();
	page_counter_init(&root, NULL);
	page_counter_init(&parent, &root);
	page_counter_init(&child, &parent);
	page_counter_init(&sibling, &parent);
	page_counter_reserve_key.on = false;
	ck_assert_int_eq(reserve(&root, 20), 0);
	ck_assert_int_eq(reserve(&parent, 10), 0);
	ck_assert_int_eq(reserve(&child, 4), 0);
}

static void tear_down(void)
{
	shim_check_no_locks();
	shim_check_no_readers();
}

static void assert_usage(unsigned long of_root, unsigned long of_parent,
			 unsigned long of_child)
{
	ck_assert_uint_eq(page_counter_read(&root), of_root);
	ck_assert_uint_eq(page_counter_read(&parent), of_parent);
	ck_assert_uint_eq(page_counter_read(&child), of_child);
}

static void assert_reserves(unsigned long of_parent, unsigned long of_child)
{
	ck_assert_uint_eq(page_counter_reserve(&parent), of_parent);
	ck_assert_uint_eq(page_counter_children_reserve(&root), of_parent);
	ck_assert_uint_eq(page_counter_reserve(&child), of_child);
	ck_assert_uint_eq(page_counter_children_reserve(&parent), of_child);
}

/* --- Reserves ------------------------------------------------------------ */

START_TEST(parent_pays_for_a_reserve)
{
	assert_usage(10, 4, 0);
	assert_reserves(10, 4);
}

START_TEST(what_is_charged_counts)
{
	page_counter_charge(&sibling, 3);
	assert_usage(10, 7, 0);
	ck_assert_int_eq(reserve(&sibling, 5), 0);
	assert_usage(10, 9, 0);
	ck_assert_int_eq(reserve(&sibling, 2), 0);
	assert_usage(10, 7, 0);
	ck_assert_int_eq(reserve(&sibling, 0), 0);
	assert_usage(10, 7, 0);
}

START_TEST(same_reserve_again)
{
	ck_assert_int_eq(reserve(&child, 4), 0);
	assert_usage(10, 4, 0);
	assert_reserves(10, 4);
}

/* Whether it goes up first, or down first, is for the caller to say. */
START_TEST(above_the_own_limit)
{
	ck_assert_int_eq(page_counter_set_max(&child, 6), 0);
	ck_assert_int_eq(reserve(&child, 7), 0);
	ck_assert_int_eq(page_counter_set_max(&child, 2), 0);
	ck_assert_int_eq(reserve(&child, 5), 0);
	assert_reserves(10, 5);
}

/* Other controllers have counters of bytes, and limits that no long can hold. */
START_TEST(a_limit_that_is_more_than_a_long)
{
	WRITE_ONCE(child.max, 1UL << 63);
	ck_assert(charge(&child, 1));
	page_counter_uncharge(&child, 1);
	WRITE_ONCE(child.max, ~0UL);
	ck_assert(charge(&child, 1));
	assert_usage(10, 4, 1);
}

/* A limit that went down first says what the reserve will be. */
START_TEST(not_above_the_parents_limit)
{
	ck_assert_int_eq(page_counter_set_max(&parent, 7), 0);
	ck_assert_int_eq(reserve(&child, 8), -ENOSPC);
	ck_assert_ptr_null(fail);
	ck_assert_int_eq(reserve(&child, 7), 0);
	/* And if less than what is covered is left. */
	WRITE_ONCE(parent.max, 5);
	ck_assert_int_eq(reserve(&child, 8), -ENOSPC);
	ck_assert_uint_eq(page_counter_children_reserve(&parent), 7);
}

START_TEST(not_above_what_is_covered)
{
	ck_assert_int_eq(reserve(&child, 11), -ENOSPC);
	ck_assert_int_eq(reserve(&sibling, 7), -ENOSPC);
	ck_assert_int_eq(reserve(&sibling, 6), 0);
	ck_assert_int_eq(reserve(&child, 5), -ENOSPC);
	ck_assert_ptr_null(fail);
	ck_assert_uint_eq(page_counter_children_reserve(&parent), 10);
	assert_usage(10, 10, 0);
}

START_TEST(the_cap)
{
	ck_assert_uint_eq(page_counter_reserve(&root), 20);
	ck_assert_int_eq(reserve(&parent, 21), -ENOSPC);
	ck_assert_int_eq(reserve(&parent, 20), 0);
	ck_assert_int_eq(reserve(&root, 19), -EBUSY);
	ck_assert_int_eq(reserve(&root, 30), 0);
	ck_assert_int_eq(reserve(&root, 20), 0);
	ck_assert(!page_counter_within_reserve(&root));
	ck_assert_uint_eq(page_counter_spare_reserve(&root), 0);
}

START_TEST(a_cap_below_what_is_reserved)
{
	page_counter_cap_reserves(&root, 9);
	ck_assert_uint_eq(page_counter_reserve(&root), 9);
	assert_reserves(10, 4);
	ck_assert_int_eq(reserve(&parent, 11), -ENOSPC);
	ck_assert_int_eq(reserve(&parent, 8), 0);
	ck_assert_int_eq(reserve(&parent, 10), -ENOSPC);
	ck_assert_int_eq(reserve(&parent, 9), 0);
}

START_TEST(what_fits_below_a_limit)
{
	ck_assert(page_counter_reserves_fit(&parent, 4));
	ck_assert(!page_counter_reserves_fit(&parent, 3));
	ck_assert(page_counter_reserves_fit(&child, 0));
}

START_TEST(no_room_above)
{
	page_counter_set_max(&root, 12);
	ck_assert(charge(&root, 1));
	ck_assert_int_eq(reserve(&parent, 12), -EBUSY);
	ck_assert_ptr_eq(fail, &root);
	/* Not a charge: who sets reserves counts for himself. */
	ck_assert_uint_eq(root.failcnt, 0);
	assert_usage(11, 4, 0);
	assert_reserves(10, 4);
	ck_assert_int_eq(reserve(&parent, 11), 0);
	assert_usage(12, 4, 0);
}

START_TEST(within_the_parent_needs_no_room_above)
{
	page_counter_set_max(&root, 10);
	ck_assert_int_eq(reserve(&child, 10), 0);
	assert_usage(10, 10, 0);
}

/* Not for an instant may a reserve that does not fit be in a usage. */
static void only_looks(const char *what, const void *object)
{
	ck_assert(object != &root.usage || !strcmp(what, "read"));
}

/* What is above the reserve already is paid for. */
START_TEST(growth_is_what_the_parent_pays)
{
	ck_assert_uint_eq(page_counter_reserve_growth(&child, 6), 2);
	page_counter_charge(&child, 5);
	ck_assert_uint_eq(page_counter_reserve_growth(&child, 6), 1);
	ck_assert_uint_eq(page_counter_reserve_growth(&child, 5), 0);
	/* Another write may have made it larger than that meanwhile. */
	page_counter_uncharge(&child, 5);
	ck_assert_uint_eq(page_counter_reserve_growth(&child, 3), 0);
}

START_TEST(growth_looks_first)
{
	page_counter_set_max(&root, 12);
	ck_assert(charge(&root, 1));
	on_point = only_looks;
	ck_assert_int_eq(reserve(&parent, 12), -EBUSY);
	on_point = NULL;
}

START_TEST(not_below_the_childrens)
{
	ck_assert_int_eq(reserve(&parent, 3), -EBUSY);
	ck_assert_ptr_null(fail);
	ck_assert_int_eq(reserve(&parent, 0), -EBUSY);
	assert_reserves(10, 4);
	assert_usage(10, 4, 0);
	ck_assert_int_eq(reserve(&parent, 4), 0);
	assert_reserves(4, 4);
	assert_usage(4, 4, 0);
}

START_TEST(revoke)
{
	ck_assert(charge(&child, 2));
	page_counter_freeze_reserves(&parent);
	ck_assert_int_eq(reserve(&child, 0), 0);
	ck_assert_int_eq(reserve(&child, 1), -ENOSPC);
	ck_assert_int_eq(reserve(&sibling, 1), -ENOSPC);
	/* Its own is not below it. */
	ck_assert_int_eq(reserve(&parent, 11), 0);
	ck_assert_int_eq(reserve(&parent, 2), 0);
	page_counter_thaw_reserves(&parent);
	ck_assert_int_eq(reserve(&child, 1), 0);
	ck_assert_int_eq(reserve(&child, 0), 0);
	ck_assert_int_eq(reserve(&parent, 0), 0);
	assert_reserves(0, 0);
	assert_usage(2, 2, 2);
}

START_TEST(revoke_far_above)
{
	page_counter_freeze_reserves(&root);
	ck_assert_int_eq(reserve(&child, 5), -ENOSPC);
	page_counter_thaw_reserves(&root);
	ck_assert_int_eq(reserve(&child, 5), 0);
}

/* A removed group's memory moves to the parent, as that of any other. */
START_TEST(reparent)
{
	ck_assert(charge(&child, 3));
	ck_assert_int_eq(reserve(&child, 0), 0);
	page_counter_uncharge(&parent, 2);
	assert_usage(10, 1, 3);
	page_counter_uncharge(&child, 1);
	assert_usage(10, 0, 2);
}

/* --- Charges ------------------------------------------------------------- */

/* Of an ancestor nothing may be touched, but that it is the parent. */
static void not_above_child(const char *what, const void *object)
{
	(void)what;
	ck_assert(object < (void *)&parent || object >= (void *)(&parent + 1));
	ck_assert(object < (void *)&root || object >= (void *)(&root + 1));
}

START_TEST(within_asks_nobody)
{
	on_point = not_above_child;
	ck_assert(charge(&child, 4));
	page_counter_uncharge(&child, 2);
	page_counter_charge(&child, 2);
	ck_assert(page_counter_within_reserve(&child));
	on_point = NULL;
	assert_usage(10, 4, 4);
}

START_TEST(above_walks_up)
{
	ck_assert(charge(&child, 6));
	assert_usage(10, 6, 6);
	ck_assert(charge(&child, 5));
	assert_usage(11, 11, 11);
	page_counter_uncharge(&child, 8);
	assert_usage(10, 4, 3);
}

START_TEST(fails_where_it_is_full)
{
	struct page_counter * const full[] = { &child, &parent, &root };

	ck_assert(charge(&child, 11));
	page_counter_set_max(full[_i], page_counter_read(full[_i]) + 1);
	ck_assert(!charge(&child, 2));
	ck_assert_ptr_eq(fail, full[_i]);
	ck_assert_uint_eq(full[_i]->failcnt, 1);
	assert_usage(11, 11, 11);
	ck_assert(charge(&child, 1));
	assert_usage(12, 12, 12);
}

/* Whether failures are counted is up to the base. */
START_TEST(fails_uncounted)
{
	root.failures_untold = true;
	page_counter_set_max(&root, 12);
	ck_assert(!charge(&child, 13));
	ck_assert_ptr_eq(fail, &root);
	ck_assert_uint_eq(root.failcnt, 0);
}

START_TEST(charge_looks_first)
{
	page_counter_set_max(&child, 12);
	on_point = only_looks;
	ck_assert(!charge(&child, 13));
	on_point = NULL;
}

START_TEST(charge_of_nothing)
{
	ck_assert(charge(&child, 0));
	page_counter_charge(&child, 0);
	page_counter_uncharge(&child, 0);
	assert_usage(10, 4, 0);
}

START_TEST(forced_above_limits)
{
	page_counter_set_max(&child, 4);
	page_counter_set_max(&root, 10);
	page_counter_charge(&child, 12);
	assert_usage(12, 12, 12);
	ck_assert(!charge(&child, 1));
	page_counter_uncharge(&child, 12);
	assert_usage(10, 4, 0);
}

START_TEST(below_a_wall_without_one)
{
	ck_assert(charge(&sibling, 5));
	assert_usage(10, 9, 0);
	page_counter_set_max(&root, 10);
	ck_assert(!charge(&sibling, 2));
	ck_assert_ptr_eq(fail, &root);
	assert_usage(10, 9, 0);
	ck_assert_uint_eq(page_counter_read(&sibling), 5);
	page_counter_set_max(&sibling, 5);
	ck_assert(!charge(&sibling, 1));
	ck_assert_ptr_eq(fail, &sibling);
	ck_assert_uint_eq(page_counter_read(&sibling), 5);
}

START_TEST(watermarks)
{
	ck_assert(charge(&child, 6));
	page_counter_uncharge(&child, 6);
	ck_assert_uint_eq(child.watermark, 6);
	ck_assert_uint_eq(parent.watermark, 6);
	child.local_watermark = 0;
	page_counter_charge(&child, 2);
	ck_assert_uint_eq(child.local_watermark, 2);
	ck_assert_uint_eq(child.watermark, 6);
}

START_TEST(what_reclaim_asks)
{
	ck_assert(charge(&child, 3));
	ck_assert(page_counter_within_reserve(&child));
	ck_assert_uint_eq(page_counter_spare_reserve(&child), 1);
	ck_assert_uint_eq(page_counter_excess(&child), 0);
	ck_assert(charge(&child, 1));
	ck_assert(page_counter_within_reserve(&child));
	ck_assert_uint_eq(page_counter_spare_reserve(&child), 0);
	ck_assert(charge(&child, 2));
	ck_assert(!page_counter_within_reserve(&child));
	ck_assert_uint_eq(page_counter_spare_reserve(&child), 0);
	ck_assert_uint_eq(page_counter_excess(&child), 2);
	ck_assert(!page_counter_within_reserve(&sibling));
	ck_assert(charge(&sibling, 1));
	ck_assert_uint_eq(page_counter_excess(&sibling), 1);
}

/* No level has more room than its own limit, nor than those above have to give. */
START_TEST(what_can_be_charged)
{
	ck_assert_uint_eq(page_counter_reserve_margin(&child, &child),
			  PAGE_COUNTER_MAX);
	page_counter_set_max(&parent, 12);
	ck_assert_uint_eq(page_counter_reserve_margin(&child, &child),
			  PAGE_COUNTER_MAX);
	ck_assert_uint_eq(page_counter_reserve_margin(&child, &parent), 12);
	page_counter_charge(&sibling, 8);
	ck_assert_uint_eq(page_counter_reserve_margin(&child, &parent), 4);
	ck_assert_uint_eq(page_counter_reserve_margin(&child, NULL), 4);
	ck_assert_uint_eq(page_counter_reserve_margin(&sibling, NULL), 0);
	page_counter_charge(&sibling, 3);
	ck_assert_uint_eq(page_counter_reserve_margin(&child, &parent), 4);
	page_counter_set_max(&child, 3);
	ck_assert_uint_eq(page_counter_reserve_margin(&child, &parent), 3);
}

START_TEST(what_is_charged_ahead)
{
	/* As far as there is room in the first reserve that has what is needed. */
	ck_assert_uint_eq(page_counter_trim_batch(&child, 64, 1), 4);
	ck_assert_uint_eq(page_counter_trim_batch(&child, 64, 4), 4);
	ck_assert_uint_eq(page_counter_trim_batch(&child, 3, 1), 3);
	ck_assert_uint_eq(page_counter_trim_batch(&child, 64, 5), 6);
	ck_assert_uint_eq(page_counter_trim_batch(&sibling, 64, 1), 6);
	/* None has: then it makes no difference. */
	ck_assert_uint_eq(page_counter_trim_batch(&child, 64, 7), 64);
	page_counter_charge(&child, 4);
	ck_assert_uint_eq(page_counter_trim_batch(&child, 64, 0), 6);
	page_counter_reserve_key.on = false;
	ck_assert_uint_eq(page_counter_trim_batch(&child, 64, 1), 64);
	page_counter_reserve_key.on = true;
}

/* --- Grace periods -------------------------------------------------------- */

static unsigned int periods;

static void count_periods(const char *what, const void *object)
{
	(void)object;
	periods += !strcmp(what, "grace period");
}

static unsigned int periods_of(struct page_counter *c, unsigned long pages)
{
	periods = 0;
	on_point = count_periods;
	ck_assert_int_eq(reserve(c, pages), 0);
	on_point = NULL;
	return periods;
}

START_TEST(none_to_remove)
{
	ck_assert_uint_eq(periods_of(&child, 0), 0);
}

START_TEST(no_more_than_one)
{
	ck_assert_uint_eq(periods_of(&child, 5), 1);
	ck_assert_uint_eq(periods_of(&child, 3), 1);
	ck_assert_uint_eq(periods_of(&sibling, 3), 1);
}

static unsigned int states_before;

static void count_states(const char *what, const void *object)
{
	(void)object;
	if (!strcmp(what, "grace period"))
		on_point = NULL;
	states_before += !strcmp(what, "rcu state");
}

/* The first reserve waits for who has come before, unless nobody can have. */
START_TEST(first_reserve_of_a_new_counter)
{
	if (_i)
		page_counter_reserve_init(&sibling);
	states_before = 0;
	on_point = count_states;
	ck_assert_int_eq(reserve(&sibling, 2), 0);
	ck_assert_uint_eq(states_before, !_i);
}

START_TEST(off_until_the_first)
{
	page_counter_reserve_key.on = false;
	ck_assert(!page_counter_within_reserve(&child));
	ck_assert_uint_eq(page_counter_spare_reserve(&child), 0);
	page_counter_reserve_key.on = true;
	ck_assert(page_counter_within_reserve(&child));
}

/* Somebody reads what was there before: it is said so, and nothing has changed. */
START_TEST(does_not_wait_for_readers)
{
	fail = NULL;
	rcu_read_lock();
	ck_assert_int_eq(page_counter_set_reserve(&child, 5, &fail), 0);
	ck_assert_int_eq(page_counter_set_reserve(&child, 6, &fail), -EAGAIN);
	ck_assert_int_eq(page_counter_set_reserve(&child, 3, &fail), -EAGAIN);
	ck_assert_int_eq(page_counter_prepare_reserve(&child, 3), -EAGAIN);
	ck_assert_ptr_null(fail);
	assert_reserves(10, 5);
	ck_assert_uint_eq(page_counter_children_reserve(&parent), 5);
	/* What is taken back is there as it was. */
	ck_assert_int_eq(page_counter_prepare_reserve(&child, 4), 0);
	ck_assert_int_eq(page_counter_set_reserve(&child, 4, &fail), 0);
	ck_assert_int_eq(page_counter_prepare_reserve(&child, 0), 0);
	rcu_read_unlock();
	ck_assert_int_eq(page_counter_prepare_reserve(&child, 3), 0);
	rcu_read_lock();
	ck_assert_int_eq(page_counter_set_reserve(&child, 3, &fail), 0);
	rcu_read_unlock();
	assert_reserves(10, 3);
}

static int second_try;

static void second_turns_the_key(const char *what, const void *object)
{
	struct page_counter *none;

	(void)object;
	if (strcmp(what, "xchg"))
		return;
	on_point = NULL;
	second_try = page_counter_set_reserve(&sibling, 3, &none);
}

START_TEST(two_turn_the_key)
{
	page_counter_reserve_key.on = false;
	on_point = second_turns_the_key;
	ck_assert_int_eq(page_counter_set_reserve(&child, 5, &fail), -EAGAIN);
	ck_assert_ptr_null(on_point);
	ck_assert_int_eq(second_try, -EAGAIN);
	ck_assert_int_eq(reserve(&child, 5), 0);
	ck_assert_int_eq(reserve(&sibling, 3), 0);
	ck_assert(page_counter_reserve_key.on);
}

/* --- Others at the same time ---------------------------------------------- */

static const struct page_counter *moving;
static const char *moving_what;
static unsigned int moving_after;
static void (*move)(void);

/* At the nth such step somebody else is quicker. */
static void others(const char *what, const void *object)
{
	if (object != moving || strcmp(what, moving_what) || moving_after--)
		return;
	on_point = NULL;
	move();
}

static void meanwhile(const struct page_counter *c, const char *what,
		      unsigned int after, void (*other)(void))
{
	moving = c;
	moving_what = what;
	moving_after = after;
	move = other;
	on_point = others;
}

static void uncharge_child(void)
{
	page_counter_uncharge(&child, 3);
}

static void charge_child(void)
{
	page_counter_charge(&child, 3);
}

static void charge_parent(void)
{
	page_counter_charge(&parent, 2);
}

static void lower_limit(void)
{
	child.max = 5;
}

START_TEST(less_is_owed)
{
	page_counter_charge(&child, 4);
	meanwhile(&child, "cmpxchg", 0, uncharge_child);
	ck_assert(charge(&child, 2));
	ck_assert_ptr_null(on_point);
	assert_usage(10, 4, 3);
}

START_TEST(more_is_owed)
{
	meanwhile(&child, "cmpxchg", 0, charge_child);
	ck_assert(charge(&child, 3));
	ck_assert_ptr_null(on_point);
	assert_usage(10, 6, 6);
}

START_TEST(no_room_any_more)
{
	page_counter_charge(&child, 4);
	child.max = 8;
	meanwhile(&child, "cmpxchg", 0, charge_child);
	ck_assert(!charge(&child, 2));
	ck_assert_ptr_eq(fail, &child);
	assert_usage(10, 7, 7);
}

START_TEST(no_room_above_any_more)
{
	page_counter_charge(&child, 4);
	parent.max = 6;
	meanwhile(&parent, "cmpxchg", 0, charge_parent);
	ck_assert(!charge(&child, 1));
	ck_assert_ptr_eq(fail, &parent);
	assert_usage(10, 6, 4);
}

START_TEST(limit_is_lowered)
{
	page_counter_charge(&child, 4);
	meanwhile(&child, "cmpxchg", 0, lower_limit);
	ck_assert(!charge(&child, 2));
	ck_assert_ptr_eq(fail, &child);
	assert_usage(10, 4, 4);
}

START_TEST(growth_needs_less)
{
	page_counter_charge(&child, 2);
	meanwhile(&child, "cmpxchg", 0, charge_child);
	ck_assert_int_eq(reserve(&child, 6), 0);
	ck_assert_ptr_null(on_point);
	assert_usage(10, 6, 5);
}

START_TEST(growth_needs_more)
{
	page_counter_charge(&child, 6);
	meanwhile(&child, "cmpxchg", 0, uncharge_child);
	ck_assert_int_eq(reserve(&child, 7), 0);
	assert_usage(10, 7, 3);
}

static void give_way_to_the_root(void)
{
	page_counter_uncharge(&child, 3);
	page_counter_charge(&root, 3);
}

START_TEST(growth_fails_half_way)
{
	ck_assert_int_eq(reserve(&parent, 7), 0);
	page_counter_charge(&child, 6);
	page_counter_charge(&parent, 2);
	assert_usage(8, 8, 6);
	root.max = 9;
	/* The 1 that it lacks fits; then it lacks 2 more, and somebody has them. */
	meanwhile(&child, "cmpxchg", 0, give_way_to_the_root);
	ck_assert_int_eq(reserve(&child, 7), -EBUSY);
	ck_assert_ptr_null(on_point);
	ck_assert_ptr_eq(fail, &root);
	assert_reserves(7, 4);
	assert_usage(10, 6, 3);
}

static int siblings_growth;

static void grow_sibling(void)
{
	siblings_growth = reserve(&sibling, 3);
}

/* While a growth waits for its slot. */
static void sibling_grows_meanwhile(void)
{
	meanwhile(NULL, "grace period", 0, grow_sibling);
}

START_TEST(growth_that_fails_is_in_no_siblings_way)
{
	page_counter_charge(&parent, 1);
	parent.max = 8;
	sibling_grows_meanwhile();
	ck_assert_int_eq(reserve(&child, 8), -EBUSY);
	ck_assert_ptr_null(on_point);
	ck_assert_int_eq(siblings_growth, 0);
	ck_assert_ptr_eq(fail, &parent);
	assert_usage(10, 8, 0);
	ck_assert_uint_eq(page_counter_children_reserve(&parent), 7);
}

START_TEST(growth_is_not_covered_any_more)
{
	sibling_grows_meanwhile();
	ck_assert_int_eq(reserve(&child, 8), -ENOSPC);
	ck_assert_ptr_null(on_point);
	ck_assert_int_eq(siblings_growth, 0);
	assert_usage(10, 7, 0);
	ck_assert_uint_eq(page_counter_children_reserve(&parent), 7);
}

START_TEST(shrink_is_overtaken)
{
	meanwhile(&child, "cmpxchg", 0, charge_child);
	ck_assert_int_eq(reserve(&child, 2), 0);
	assert_usage(10, 3, 3);
}

/* --- Deep trees ----------------------------------------------------------- */

#define DEPTH	30

static struct page_counter deep[DEPTH];

static void set_up_deep(void)
{
	unsigned int i;

	for (i = 0; i < DEPTH; i++) {
		page_counter_init(&deep[i], i ? &deep[i - 1] : NULL);
		ck_assert_int_eq(reserve(&deep[i], DEPTH - i), 0);
	}
}

static void assert_deep(unsigned long pages)
{
	unsigned int i;

	for (i = 1; i < DEPTH; i++)
		ck_assert_uint_eq(page_counter_read(&deep[i]),
				  max(pages, i + 1 < DEPTH ?
					     DEPTH - i - 1UL : 0));
}

START_TEST(deep_charge)
{
	set_up_deep();
	ck_assert(charge(&deep[DEPTH - 1], 40));
	assert_deep(40);
	deep[_i].max = 41;
	ck_assert(!charge(&deep[DEPTH - 1], 2));
	ck_assert_ptr_eq(fail, &deep[_i]);
	assert_deep(40);
	ck_assert(charge(&deep[DEPTH - 1], 1));
	page_counter_uncharge(&deep[DEPTH - 1], 38);
	assert_deep(3);
}

static void uncharge_deep(void)
{
	page_counter_uncharge(&deep[DEPTH - 1], 39);
}

/* When the upper half is paid, all below has come to be within its reserve. */
START_TEST(deep_charge_needs_less)
{
	set_up_deep();
	ck_assert(charge(&deep[DEPTH - 1], 40));
	meanwhile(&deep[_i], "cmpxchg", 0, uncharge_deep);
	ck_assert(charge(&deep[DEPTH - 1], 3));
	ck_assert_ptr_null(on_point);
	assert_deep(4);
}

static void refill_deep(void)
{
	page_counter_charge(&deep[DEPTH - 1], 39);
}

static void uncharge_and_refill(void)
{
	uncharge_deep();
	/* The level that owes nothing now is looked at, and then does. */
	meanwhile(&deep[20], "cmpxchg", 0, refill_deep);
}

/* What was paid further up must not be taken for what a level owes by now. */
START_TEST(deep_charge_needs_it_again)
{
	set_up_deep();
	ck_assert(charge(&deep[DEPTH - 1], 40));
	meanwhile(&deep[_i], "cmpxchg", 0, uncharge_and_refill);
	ck_assert(charge(&deep[DEPTH - 1], 9));
	on_point = NULL;
	ck_assert(page_counter_read(&deep[DEPTH - 1]) == 49 ||
		  page_counter_read(&deep[DEPTH - 1]) == 10);
	assert_deep(page_counter_read(&deep[DEPTH - 1]));
}

/* --- Errors of others ----------------------------------------------------- */

START_TEST(underflow_warns)
{
	unsigned int warnings = 0;

	ck_assert(charge(&child, 5));
	shim_warnings = &warnings;
	page_counter_uncharge(&child, 7);
	shim_warnings = NULL;
	ck_assert_uint_eq(warnings, 1);
	assert_usage(10, 4, 0);
	ck_assert_uint_eq(page_counter_reserve(&child), 4);
}

int main(void)
{
	Suite *suite = suite_create("reserve");
	TCase *tcase = tcase_create("reserve");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, parent_pays_for_a_reserve);
	tcase_add_test(tcase, what_is_charged_counts);
	tcase_add_test(tcase, same_reserve_again);
	tcase_add_test(tcase, above_the_own_limit);
	tcase_add_test(tcase, a_limit_that_is_more_than_a_long);
	tcase_add_test(tcase, not_above_the_parents_limit);
	tcase_add_test(tcase, not_above_what_is_covered);
	tcase_add_test(tcase, the_cap);
	tcase_add_test(tcase, a_cap_below_what_is_reserved);
	tcase_add_test(tcase, what_fits_below_a_limit);
	tcase_add_test(tcase, no_room_above);
	tcase_add_test(tcase, within_the_parent_needs_no_room_above);
	tcase_add_test(tcase, growth_is_what_the_parent_pays);
	tcase_add_test(tcase, growth_looks_first);
	tcase_add_test(tcase, not_below_the_childrens);
	tcase_add_test(tcase, revoke);
	tcase_add_test(tcase, revoke_far_above);
	tcase_add_test(tcase, reparent);
	tcase_add_test(tcase, within_asks_nobody);
	tcase_add_test(tcase, above_walks_up);
	tcase_add_loop_test(tcase, fails_where_it_is_full, 0, 3);
	tcase_add_test(tcase, fails_uncounted);
	tcase_add_test(tcase, charge_looks_first);
	tcase_add_test(tcase, charge_of_nothing);
	tcase_add_test(tcase, forced_above_limits);
	tcase_add_test(tcase, below_a_wall_without_one);
	tcase_add_test(tcase, watermarks);
	tcase_add_test(tcase, what_reclaim_asks);
	tcase_add_test(tcase, what_can_be_charged);
	tcase_add_test(tcase, what_is_charged_ahead);
	tcase_add_test(tcase, none_to_remove);
	tcase_add_test(tcase, no_more_than_one);
	tcase_add_loop_test(tcase, first_reserve_of_a_new_counter, 0, 2);
	tcase_add_test(tcase, off_until_the_first);
	tcase_add_test(tcase, does_not_wait_for_readers);
	tcase_add_test(tcase, two_turn_the_key);
	tcase_add_test(tcase, less_is_owed);
	tcase_add_test(tcase, more_is_owed);
	tcase_add_test(tcase, no_room_any_more);
	tcase_add_test(tcase, no_room_above_any_more);
	tcase_add_test(tcase, limit_is_lowered);
	tcase_add_test(tcase, growth_needs_less);
	tcase_add_test(tcase, growth_needs_more);
	tcase_add_test(tcase, growth_fails_half_way);
	tcase_add_test(tcase, growth_that_fails_is_in_no_siblings_way);
	tcase_add_test(tcase, growth_is_not_covered_any_more);
	tcase_add_test(tcase, shrink_is_overtaken);
	tcase_add_loop_test(tcase, deep_charge, 0, DEPTH);
	tcase_add_loop_test(tcase, deep_charge_needs_less, 0, DEPTH);
	tcase_add_loop_test(tcase, deep_charge_needs_it_again, 0, DEPTH);
	tcase_add_test(tcase, underflow_warns);
	suite_add_tcase(suite, tcase);
	return run_suites(srunner_create(suite));
}
