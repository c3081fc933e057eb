// SPDX-License-Identifier: GPL-2.0-only
/* res_counter_repay_resource(). */
#include "world.h"

static int repay(unsigned long long val, int retry)
{
	return res_counter_repay_resource(&child, &parent, val,
					  reclaim_callback, retry);
}

START_TEST(lowers_and_gives_back)
{
	set_limits(PAGES(10), PAGES(6));
	child.usage = PAGES(2);
	ck_assert_int_eq(repay(PAGES(3), 5), 0);
	assert_books(&parent, PAGES(3), PAGES(10), 0, PAGES(3));
	assert_books(&child, PAGES(2), PAGES(3), PAGES(3), 0);
	ck_assert_int_eq(reclaim.calls, 0);
	assert_sound();
}

START_TEST(down_to_usage)
{
	set_limits(PAGES(10), PAGES(6));
	child.usage = PAGES(2);
	ck_assert_int_eq(repay(PAGES(4), 5), 0);
	ck_assert_uint_eq(child.limit, PAGES(2));
	ck_assert_int_eq(reclaim.calls, 0);
	assert_sound();
}

START_TEST(down_to_nothing)
{
	set_limits(PAGES(10), PAGES(6));
	ck_assert_int_eq(repay(PAGES(6), 5), 0);
	ck_assert_uint_eq(child.limit, 0);
	ck_assert_uint_eq(parent.usage, 0);
	assert_sound();
}

/* Beyond 6 pages. */
static const unsigned long long beyond[] = {
	PAGE_SIZE * 6 + 1, PAGE_SIZE * 7, PAGE_SIZE * 12, RES_COUNTER_LIMIT_MAX,
	LLONG_MAX, ULLONG_MAX - PAGE_SIZE, ULLONG_MAX - 1,
};

START_TEST(refuses_more_than_the_limit)
{
	struct books before_parent, before_child;

	set_limits(PAGES(10), PAGES(6));
	before_parent = books_of(&parent);
	before_child = books_of(&child);
	ck_assert_int_eq(repay(beyond[_i], 5), -EINVAL);
	assert_same(&parent, before_parent);
	assert_same(&child, before_child);
	ck_assert_int_eq(res_counter_repay_resource(&child, NULL, beyond[_i],
						    NULL, 0), -EINVAL);
	assert_same(&child, before_child);
	ck_assert_int_eq(reclaim.calls, 0);
}

/* A limit that does not come from the parent can not go back to it. */
START_TEST(refuses_more_than_was_borrowed)
{
	struct books before_parent, before_child;

	set_limits(PAGES(10), PAGES(6));
	child.limit = LLONG_MAX;
	before_parent = books_of(&parent);
	before_child = books_of(&child);
	ck_assert_int_eq(repay(PAGES(6) + 1, 5), -EINVAL);
	ck_assert_int_eq(repay(LLONG_MAX, 5), -EINVAL);
	assert_same(&parent, before_parent);
	assert_same(&child, before_child);
	ck_assert_int_eq(repay(PAGES(6), 5), 0);
	ck_assert_uint_eq(child.borrow, 0);
}

START_TEST(below_security_at_once)
{
	set_limits(PAGES(10), PAGES(6));
	child.usage = PAGES(4);
	child.security = PAGES(4);
	ck_assert_int_eq(repay(PAGES(3), 5), -EBUSY);
	ck_assert_int_eq(reclaim.calls, 0);
	assert_books(&parent, PAGES(6), PAGES(10), 0, PAGES(6));
	assert_books(&child, PAGES(4), PAGES(6), PAGES(6), PAGES(4));
}

START_TEST(down_to_security)
{
	set_limits(PAGES(10), PAGES(6));
	child.usage = PAGES(5);
	child.security = PAGES(4);
	reclaim.frees = PAGES(1);
	ck_assert_int_eq(repay(PAGES(2), 5), 0);
	ck_assert_int_eq(reclaim.calls, 1);
	ck_assert_ptr_eq(reclaim.counter, &child);
	ck_assert_uint_eq(reclaim.val, PAGES(1));
	ck_assert_uint_eq(child.limit, PAGES(4));
}

START_TEST(gives_up_after_retries)
{
	set_limits(PAGES(10), PAGES(6));
	child.usage = PAGES(5);
	ck_assert_int_eq(repay(PAGES(3), _i), -EBUSY);
	ck_assert_int_eq(reclaim.calls, _i);
	ck_assert_uint_eq(task.sleeps, _i ? _i - 1 : 0);
	if (_i)
		ck_assert_uint_eq(reclaim.val, PAGES(2));
	ck_assert_uint_eq(parent.failcnt, 0);
	ck_assert_uint_eq(child.failcnt, 0);
	ck_assert_uint_eq(child.limit, PAGES(6));
	assert_sound();
}

START_TEST(no_callback)
{
	set_limits(PAGES(10), PAGES(6));
	child.usage = PAGES(5);
	ck_assert_int_eq(res_counter_repay_resource(&child, &parent, PAGES(3),
						    NULL, _i), -EBUSY);
	assert_sound();
}

START_TEST(callback_fails)
{
	set_limits(PAGES(10), PAGES(6));
	child.usage = PAGES(5);
	reclaim.fails_at = _i;
	ck_assert_int_eq(repay(PAGES(3), 5), -EIO);
	ck_assert_int_eq(reclaim.calls, _i);
	ck_assert_uint_eq(child.limit, PAGES(6));
	assert_sound();
}

START_TEST(signal_before_reclaim)
{
	set_limits(PAGES(10), PAGES(6));
	child.usage = PAGES(5);
	task.signal = true;
	ck_assert_int_eq(repay(PAGES(3), -1), -EINTR);
	ck_assert_int_eq(reclaim.calls, 0);
	ck_assert_uint_eq(child.limit, PAGES(6));
	assert_sound();
}

START_TEST(endless_until_signal)
{
	set_limits(PAGES(10), PAGES(6));
	child.usage = PAGES(5);
	reclaim.signal_at = 50;
	ck_assert_int_eq(repay(PAGES(3), -1), -EINTR);
	ck_assert_int_eq(reclaim.calls, 50);
	assert_sound();
}

START_TEST(endless_until_it_fits)
{
	set_limits(PAGES(100), PAGES(100));
	child.usage = PAGES(100);
	reclaim.frees = PAGES(1);
	ck_assert_int_eq(repay(PAGES(50), -1), 0);
	ck_assert_int_eq(reclaim.calls, 50);
	assert_sound();
}

START_TEST(all_and_force)
{
	set_limits(PAGES(10), PAGES(6));
	child.usage = PAGES(_i);
	ck_assert_int_eq(repay(RES_COUNTER_REPAY_ALL, 5), 0);
	ck_assert_int_eq(reclaim.calls, 0);
	assert_books(&child, PAGES(_i), PAGES(_i), PAGES(_i), 0);
	ck_assert_uint_eq(parent.usage, PAGES(_i));
	assert_sound();
}

/* A charge that must not fail: nothing to give back, nothing changes. */
START_TEST(all_and_force_over_limit)
{
	set_limits(PAGES(10), PAGES(6));
	child.usage = PAGES(7);
	ck_assert_int_eq(repay(RES_COUNTER_REPAY_ALL, 5), 0);
	assert_books(&child, PAGES(7), PAGES(6), PAGES(6), 0);
	ck_assert_uint_eq(parent.security, PAGES(6));
}

START_TEST(all_and_force_takes_no_signal)
{
	set_limits(PAGES(10), PAGES(6));
	task.signal = true;
	ck_assert_int_eq(repay(RES_COUNTER_REPAY_ALL, 5), 0);
	ck_assert_uint_eq(child.limit, 0);
	assert_sound();
}

static unsigned int charges;

/* Another task charges a page just before the limit is lowered. */
static void charge_before_lock(const char *what, const void *object)
{
	if (*what == 'l' && object == &child.lock && charges) {
		charges--;
		child.usage += PAGES(1);
	}
}

START_TEST(all_and_force_against_charges)
{
	set_limits(PAGES(10), PAGES(6));
	child.max_usage = PAGES(6);
	on_point = charge_before_lock;
	charges = _i;
	ck_assert_int_eq(repay(RES_COUNTER_REPAY_ALL, 5), 0);
	on_point = NULL;
	ck_assert_uint_eq(charges, 0);
	ck_assert_uint_eq(child.usage, PAGES(_i));
	ck_assert_uint_eq(child.limit, PAGES(_i));
	assert_sound();
}

START_TEST(root_shrinks)
{
	set_limits(PAGES(10), PAGES(4));
	ck_assert_int_eq(res_counter_repay_resource(&parent, NULL, PAGES(6),
						    reclaim_callback, 5), 0);
	assert_books(&parent, PAGES(4), PAGES(4), 0, PAGES(4));
}

START_TEST(root_not_below_usage)
{
	set_limits(PAGES(10), PAGES(4));
	parent.usage += PAGES(2);
	ck_assert_int_eq(res_counter_repay_resource(&parent, NULL, PAGES(5),
						    reclaim_callback, 5),
			 -EBUSY);
	ck_assert_int_eq(reclaim.calls, 5);
	ck_assert_uint_eq(parent.limit, PAGES(10));
}

START_TEST(root_all_and_force)
{
	set_limits(PAGES(10), PAGES(4));
	ck_assert_int_eq(res_counter_repay_resource(&parent, NULL,
						    RES_COUNTER_REPAY_ALL,
						    NULL, 0), -EINVAL);
	assert_books(&parent, PAGES(4), PAGES(10), 0, PAGES(4));
}

/* Another task uncharges all between the failed attempt and the reclaim. */
static void uncharge_before_third_read(const char *what, const void *object)
{
	static int reads;

	/* The first two are of limit and borrow. */
	if (*what == 'r' && object == &child && ++reads == 3)
		child.usage = 0;
}

START_TEST(nothing_left_in_the_way)
{
	set_limits(PAGES(10), PAGES(6));
	child.usage = PAGES(5);
	on_point = uncharge_before_third_read;
	ck_assert_int_eq(repay(PAGES(3), 5), 0);
	ck_assert_int_eq(reclaim.calls, 1);
	ck_assert_uint_eq(reclaim.val, 0);
	assert_sound();
}

Suite *repay_suite(void)
{
	Suite *suite = suite_create("repay");
	TCase *tcase = tcase_create("repay");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, lowers_and_gives_back);
	tcase_add_test(tcase, down_to_usage);
	tcase_add_test(tcase, down_to_nothing);
	tcase_add_loop_test(tcase, refuses_more_than_the_limit, 0,
			    ARRAY_SIZE(beyond));
	tcase_add_test(tcase, refuses_more_than_was_borrowed);
	tcase_add_test(tcase, below_security_at_once);
	tcase_add_test(tcase, down_to_security);
	tcase_add_loop_test(tcase, gives_up_after_retries, 0, 7);
	tcase_add_loop_test(tcase, no_callback, -1, 2);
	tcase_add_loop_test(tcase, callback_fails, 1, 6);
	tcase_add_test(tcase, signal_before_reclaim);
	tcase_add_test(tcase, endless_until_signal);
	tcase_add_test(tcase, endless_until_it_fits);
	tcase_add_loop_test(tcase, all_and_force, 0, 7);
	tcase_add_test(tcase, all_and_force_over_limit);
	tcase_add_test(tcase, all_and_force_takes_no_signal);
	tcase_add_loop_test(tcase, all_and_force_against_charges, 1, 7);
	tcase_add_test(tcase, root_shrinks);
	tcase_add_test(tcase, root_not_below_usage);
	tcase_add_test(tcase, root_all_and_force);
	tcase_add_test(tcase, nothing_left_in_the_way);
	suite_add_tcase(suite, tcase);
	return suite;
}
