// SPDX-License-Identifier: GPL-2.0-only
/* What a root lends, and what it keeps for its own tasks. */
#include "world.h"

#define UNLIMITED	RES_COUNTER_LIMIT_MAX

static int borrow(unsigned long long val)
{
	return res_counter_borrow_resource(&child, &parent, val,
					   reclaim_callback, 5);
}

static int resize_root(unsigned long long limit)
{
	return res_counter_resize(&parent, NULL, limit, reclaim_callback, 5);
}

/* A cap in pages, and what of it can be lent: less a 64th, in whole pages. */
static const struct {
	unsigned long long cap;
	unsigned long long lendable;
} caps[] = {
	{ 1, 1 }, { 2, 2 }, { 63, 63 }, { 64, 63 }, { 65, 64 }, { 127, 126 },
	{ 128, 126 }, { 6400, 6300 }, { 1 << 20, (1 << 20) - (1 << 14) },
	{ 1ULL << 40, (1ULL << 40) - (1ULL << 34) },
};

/* The cap is the limit, or all there is: the same is lent. */
static void set_cap(int i, bool limited)
{
	unsigned long long cap = PAGES(caps[i / 2].cap);

	if (limited)
		make_root(PAGES(1) << 50, cap);
	else
		make_root(cap, UNLIMITED);
}

START_TEST(lendable_of_a_cap)
{
	set_cap(_i, _i % 2);
	ck_assert_uint_eq(res_counter_lendable(&parent, parent.limit),
			  PAGES(caps[_i / 2].lendable));
	ck_assert_uint_eq(res_counter_lendable(&child, parent.limit),
			  parent.limit);
}

START_TEST(lends_all_but_what_it_keeps)
{
	unsigned long long lendable = PAGES(caps[_i / 2].lendable);

	set_cap(_i, _i % 2);
	ck_assert_int_eq(borrow(lendable), 0);
	ck_assert_uint_eq(parent.usage, lendable);
	ck_assert_uint_eq(child.limit, lendable);
	ck_assert_int_eq(borrow(PAGE_SIZE), -ENOSPC);
	ck_assert_int_eq(borrow(1), -ENOSPC);
	ck_assert_int_eq(reclaim.calls, 0);
	assert_sound();
}

/* What no reclaim can make fit is known at once. */
START_TEST(one_page_more)
{
	set_cap(_i, _i % 2);
	ck_assert_int_eq(borrow(PAGES(caps[_i / 2].lendable + 1)), -ENOSPC);
	ck_assert_int_eq(reclaim.calls, 0);
	ck_assert_uint_eq(parent.failcnt, 1);
	ck_assert_uint_eq(parent.usage, 0);
	ck_assert_uint_eq(child.limit, 0);
	assert_sound();
}

/* More than all there is can be lent when the limit says so. */
START_TEST(a_limit_above_the_whole)
{
	make_root(PAGES(64), PAGES(128));
	ck_assert_int_eq(borrow(PAGES(126)), 0);
	ck_assert_int_eq(borrow(PAGES(1)), -ENOSPC);
	/* Without one it is too much, but it is lent already. */
	ck_assert_int_eq(resize_root(UNLIMITED), 0);
	ck_assert_int_eq(borrow(PAGES(1)), -ENOSPC);
	ck_assert_int_eq(res_counter_resize(&child, &parent, PAGES(63),
					    reclaim_callback, 5), 0);
	ck_assert_int_eq(borrow(PAGES(1)), -ENOSPC);
	ck_assert_int_eq(reclaim.calls, 0);
	assert_sound();
}

/* Without a limit the root's own pages are in nobody's way. */
START_TEST(unlimited_lends_whatever_it_uses)
{
	make_root(PAGES(128), UNLIMITED);
	parent.usage = PAGES(120);
	parent.max_usage = PAGES(120);
	ck_assert_int_eq(borrow(PAGES(126)), 0);
	ck_assert_int_eq(reclaim.calls, 0);
	ck_assert_int_eq(borrow(PAGES(1)), -ENOSPC);
	ck_assert_uint_eq(parent.usage, PAGES(246));
	assert_sound();
}

/* With one they are reclaimed, until what is kept is free again. */
START_TEST(reclaims_down_to_what_it_keeps)
{
	make_root(PAGES(1000), PAGES(128));
	parent.usage = PAGES(10);
	parent.max_usage = PAGES(10);
	reclaim.frees = PAGES(1);
	ck_assert_int_eq(borrow(PAGES(119)), 0);
	ck_assert_int_eq(reclaim.calls, 3);
	ck_assert_uint_eq(reclaim.val, PAGES(1));
	ck_assert_ptr_eq(reclaim.counter, &parent);
	ck_assert_uint_eq(parent.usage, PAGES(126));
	assert_sound();
}

/* To take leaves room for a charge; a charge may use it. */
START_TEST(kept_is_for_charges)
{
	make_root(PAGES(1000), PAGES(64));
	ck_assert_int_eq(borrow(PAGES(63)), 0);
	ck_assert_int_eq(res_counter_charge(&parent, PAGES(1)), 0);
	ck_assert_int_ne(res_counter_charge(&parent, 1), 0);
	res_counter_uncharge(&parent, PAGES(1));
	/* While it does, a repay and a borrow of the same can not both be. */
	ck_assert_int_eq(res_counter_charge(&parent, PAGES(1)), 0);
	ck_assert_int_eq(res_counter_resize(&child, &parent, PAGES(62),
					    reclaim_callback, 5), 0);
	ck_assert_int_eq(borrow(PAGES(1)), -EBUSY);
	ck_assert_int_eq(reclaim.calls, 5);
	ck_assert_uint_eq(reclaim.val, PAGES(1));
	assert_sound();
}

/* A root that shrinks keeps as much as when it lends. */
START_TEST(shrinks_to_usage_and_what_it_keeps)
{
	make_root(PAGES(1000), PAGES(256));
	ck_assert_int_eq(borrow(PAGES(126)), 0);
	ck_assert_int_eq(resize_root(PAGES(127)), 0);
	/* 127 keep one page, and so 126 do: nothing fits below. */
	ck_assert_int_eq(resize_root(PAGES(126)), -EBUSY);
	ck_assert_int_eq(reclaim.calls, 0);
	ck_assert_uint_eq(parent.limit, PAGES(127));
	ck_assert_int_eq(resize_root(PAGES(256)), 0);
	ck_assert_int_eq(borrow(PAGES(1)), 0);
	ck_assert_int_eq(resize_root(PAGES(128)), -EBUSY);
	ck_assert_int_eq(resize_root(PAGES(129)), 0);
	ck_assert_int_eq(reclaim.calls, 0);
	assert_sound();
}

START_TEST(shrinks_by_reclaim_of_its_own)
{
	make_root(PAGES(1000), PAGES(256));
	ck_assert_int_eq(borrow(PAGES(100)), 0);
	parent.usage = PAGES(128);
	parent.max_usage = PAGES(128);
	reclaim.frees = PAGES(1);
	ck_assert_int_eq(resize_root(PAGES(128)), 0);
	ck_assert_int_eq(reclaim.calls, 2);
	ck_assert_uint_eq(reclaim.val, PAGES(1));
	ck_assert_uint_eq(parent.usage, PAGES(126));
	ck_assert_uint_eq(parent.limit, PAGES(128));
	assert_sound();
}

/* A limit may be so small that a 64th of it is no page. */
START_TEST(shrinks_to_tiny)
{
	make_root(PAGES(1000), PAGES(256));
	ck_assert_int_eq(borrow(PAGES(63)), 0);
	ck_assert_int_eq(resize_root(PAGES(63)), 0);
	ck_assert_int_eq(resize_root(PAGES(62)), -EBUSY);
	ck_assert_int_eq(borrow(1), -ENOSPC);
	ck_assert_int_eq(reclaim.calls, 0);
	assert_sound();
}

/* To grow is no less than before, however little is free. */
START_TEST(grows_when_usage_fits)
{
	make_root(PAGES(1000), PAGES(128));
	ck_assert_int_eq(borrow(PAGES(126)), 0);
	ck_assert_int_eq(res_counter_charge(&parent, PAGES(2)), 0);
	ck_assert_int_eq(resize_root(PAGES(128 + _i)), 0);
	ck_assert_int_eq(reclaim.calls, 0);
	ck_assert_int_eq(resize_root(UNLIMITED), 0);
	assert_sound();
}

/* Only a root keeps something. */
START_TEST(others_keep_nothing)
{
	set_limits(PAGES(640), 0);
	ck_assert_int_eq(borrow(PAGES(640)), 0);
	ck_assert_int_eq(res_counter_resize(&parent, NULL, PAGES(640),
					    NULL, 0), 0);
	ck_assert_uint_eq(parent.usage, parent.limit);
	assert_sound();
}

Suite *root_suite(void)
{
	Suite *suite = suite_create("root");
	TCase *tcase = tcase_create("root");
	int both = 2 * ARRAY_SIZE(caps);

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, lendable_of_a_cap, 0, both);
	tcase_add_loop_test(tcase, lends_all_but_what_it_keeps, 0, both);
	tcase_add_loop_test(tcase, one_page_more, 0, both);
	tcase_add_test(tcase, a_limit_above_the_whole);
	tcase_add_test(tcase, unlimited_lends_whatever_it_uses);
	tcase_add_test(tcase, reclaims_down_to_what_it_keeps);
	tcase_add_test(tcase, kept_is_for_charges);
	tcase_add_test(tcase, shrinks_to_usage_and_what_it_keeps);
	tcase_add_test(tcase, shrinks_by_reclaim_of_its_own);
	tcase_add_test(tcase, shrinks_to_tiny);
	tcase_add_loop_test(tcase, grows_when_usage_fits, 1, 4);
	tcase_add_test(tcase, others_keep_nothing);
	suite_add_tcase(suite, tcase);
	return suite;
}
