// SPDX-License-Identifier: GPL-2.0-only
/* res_counter_borrow_resource(). */
#include "world.h"

static int borrow(unsigned long long val, int retry)
{
	return res_counter_borrow_resource(&child, &parent, val,
					   reclaim_callback, retry);
}

START_TEST(takes_room_and_raises)
{
	parent.limit = PAGES(10);
	ck_assert_int_eq(borrow(PAGES(4), 5), 0);
	assert_books(&parent, PAGES(4), PAGES(10), 0, PAGES(4));
	assert_books(&child, 0, PAGES(4), PAGES(4), 0);
	ck_assert_int_eq(reclaim.calls, 0);
	ck_assert_uint_eq(parent.failcnt, 0);
	assert_sound();
}

START_TEST(exact_fit)
{
	set_limits(PAGES(10), PAGES(3));
	ck_assert_int_eq(borrow(PAGES(7), 5), 0);
	ck_assert_uint_eq(parent.usage, parent.limit);
	ck_assert_uint_eq(child.limit, PAGES(10));
	ck_assert_int_eq(reclaim.calls, 0);
	assert_sound();
}

START_TEST(exact_fit_after_reclaim)
{
	set_limits(PAGES(10), 0);
	parent.usage = PAGES(6);
	reclaim.frees = PAGES(6);
	ck_assert_int_eq(borrow(PAGES(10), 5), 0);
	ck_assert_int_eq(reclaim.calls, 1);
	ck_assert_ptr_eq(reclaim.counter, &parent);
	ck_assert_uint_eq(reclaim.val, PAGES(6));
	ck_assert_uint_eq(parent.failcnt, 0);
}

/* What no reclaim can make fit, by how far it is beyond. */
static const unsigned long long too_much[] = {
	PAGE_SIZE * 7 + 1, PAGE_SIZE * 8, RES_COUNTER_LIMIT_MAX - PAGE_SIZE * 4,
	RES_COUNTER_LIMIT_MAX - PAGE_SIZE * 3,
};

START_TEST(never_fits)
{
	struct books before_parent, before_child;

	set_limits(PAGES(10), PAGES(3));
	before_parent = books_of(&parent);
	before_child = books_of(&child);
	ck_assert_int_eq(borrow(too_much[_i], 5), -ENOSPC);
	ck_assert_int_eq(reclaim.calls, 0);
	ck_assert_uint_eq(parent.failcnt, 1);
	assert_same(&parent, before_parent);
	assert_same(&child, before_child);
}

/* What makes a limit that no counter can have, of 3 pages. */
static const unsigned long long impossible[] = {
	RES_COUNTER_LIMIT_MAX - PAGE_SIZE * 3 + 1, RES_COUNTER_LIMIT_MAX,
	LLONG_MAX, LLONG_MAX + 1ULL, ULLONG_MAX - PAGE_SIZE * 3,
	ULLONG_MAX - PAGE_SIZE * 3 + 1, ULLONG_MAX - 1, ULLONG_MAX,
};

START_TEST(refuses_the_impossible)
{
	struct books before_parent, before_child;

	set_limits(ULLONG_MAX, PAGES(3));
	before_parent = books_of(&parent);
	before_child = books_of(&child);
	ck_assert_int_eq(borrow(impossible[_i], 5), -EINVAL);
	ck_assert_int_eq(reclaim.calls, 0);
	ck_assert_uint_eq(parent.failcnt, 0);
	assert_same(&parent, before_parent);
	assert_same(&child, before_child);
	ck_assert_int_eq(res_counter_borrow_resource(&child, NULL,
						     impossible[_i], NULL, 0),
			 -EINVAL);
	assert_same(&child, before_child);
}

/* Such as one that was not started with nothing. */
START_TEST(limit_is_impossible_already)
{
	set_limits(ULLONG_MAX, PAGES(3));
	child.limit = LLONG_MAX;
	ck_assert_int_eq(borrow(1, 0), -EINVAL);
	ck_assert_int_eq(res_counter_borrow_resource(&child, NULL, PAGES(1),
						     NULL, 0), -EINVAL);
	ck_assert_uint_eq(child.limit, LLONG_MAX);
}

/* Charges that must not fail can leave a counter over its limit. */
START_TEST(lender_is_over_limit)
{
	set_limits(PAGES(2), PAGES(3));
	ck_assert_int_eq(borrow(1, 5), -ENOSPC);
	ck_assert_int_eq(borrow(RES_COUNTER_LIMIT_MAX - PAGES(3), 5), -ENOSPC);
	ck_assert_int_eq(reclaim.calls, 0);
}

START_TEST(reclaim_of_what_is_in_the_way)
{
	set_limits(PAGES(10), PAGES(2));
	parent.usage += PAGES(7);
	reclaim.frees = PAGES(1);
	ck_assert_int_eq(borrow(PAGES(4), 5), 0);
	ck_assert_int_eq(reclaim.calls, 3);
	ck_assert_uint_eq(reclaim.val, PAGES(1));
	ck_assert_uint_eq(task.sleeps, 2);
	ck_assert_uint_eq(parent.failcnt, 0);
	ck_assert_uint_eq(child.limit, PAGES(6));
}

START_TEST(gives_up_after_retries)
{
	struct books before_parent, before_child;

	set_limits(PAGES(10), PAGES(2));
	parent.usage += PAGES(8);
	before_parent = books_of(&parent);
	before_child = books_of(&child);
	ck_assert_int_eq(borrow(PAGES(8), _i), -EBUSY);
	ck_assert_int_eq(reclaim.calls, _i);
	ck_assert_uint_eq(task.sleeps, _i ? _i - 1 : 0);
	ck_assert_uint_eq(parent.failcnt, 1);
	assert_same(&parent, before_parent);
	assert_same(&child, before_child);
	if (_i)
		ck_assert_uint_eq(reclaim.val, PAGES(8));
}

START_TEST(last_retry_counts)
{
	set_limits(PAGES(10), 0);
	parent.usage = PAGES(5);
	reclaim.frees = PAGES(1);
	ck_assert_int_eq(borrow(PAGES(10), 5), 0);
	ck_assert_int_eq(reclaim.calls, 5);
}

START_TEST(no_callback)
{
	set_limits(PAGES(10), 0);
	parent.usage = PAGES(5);
	ck_assert_int_eq(res_counter_borrow_resource(&child, &parent, PAGES(6),
						     NULL, _i), -EBUSY);
	ck_assert_uint_eq(parent.failcnt, 1);
	ck_assert_uint_eq(child.limit, 0);
	ck_assert_uint_eq(parent.security, 0);
}

START_TEST(callback_fails)
{
	set_limits(PAGES(10), 0);
	parent.usage = PAGES(5);
	reclaim.fails_at = _i;
	ck_assert_int_eq(borrow(PAGES(6), 5), -EIO);
	ck_assert_int_eq(reclaim.calls, _i);
	ck_assert_uint_eq(parent.failcnt, 1);
	ck_assert_uint_eq(child.limit, 0);
	ck_assert_uint_eq(parent.security, 0);
}

START_TEST(signal_before_reclaim)
{
	set_limits(PAGES(10), 0);
	parent.usage = PAGES(5);
	task.signal = true;
	ck_assert_int_eq(borrow(PAGES(6), -1), -EINTR);
	ck_assert_int_eq(reclaim.calls, 0);
	ck_assert_uint_eq(parent.failcnt, 1);
	ck_assert_uint_eq(child.limit, 0);
	ck_assert_uint_eq(parent.security, 0);
}

START_TEST(signal_does_not_spoil_success)
{
	set_limits(PAGES(10), 0);
	task.signal = true;
	ck_assert_int_eq(borrow(PAGES(10), 5), 0);
}

START_TEST(endless_until_signal)
{
	set_limits(PAGES(10), 0);
	parent.usage = PAGES(5);
	reclaim.signal_at = 50;
	ck_assert_int_eq(borrow(PAGES(6), -1), -EINTR);
	ck_assert_int_eq(reclaim.calls, 50);
	ck_assert_uint_eq(task.sleeps, 50);
	ck_assert_uint_eq(parent.failcnt, 1);
}

START_TEST(endless_until_room)
{
	set_limits(PAGES(100), 0);
	parent.usage = PAGES(100);
	reclaim.frees = PAGES(1);
	ck_assert_int_eq(borrow(PAGES(50), -1), 0);
	ck_assert_int_eq(reclaim.calls, 50);
	ck_assert_uint_eq(parent.failcnt, 0);
}

START_TEST(child_is_over_limit)
{
	set_limits(PAGES(10), PAGES(2));
	child.usage = PAGES(6);
	ck_assert_int_eq(borrow(PAGES(3), 5), -EBUSY);
	assert_books(&parent, PAGES(2), PAGES(10), 0, PAGES(2));
	assert_books(&child, PAGES(6), PAGES(2), PAGES(2), 0);
	ck_assert_uint_eq(parent.failcnt, 1);
	ck_assert_int_eq(reclaim.calls, 0);
}

START_TEST(root_just_grows)
{
	set_limits(PAGES(10), 0);
	ck_assert_int_eq(res_counter_borrow_resource(&parent, NULL, PAGES(5),
						     NULL, 0), 0);
	assert_books(&parent, 0, PAGES(15), 0, 0);
}

START_TEST(root_is_over_limit)
{
	set_limits(PAGES(1), 0);
	parent.usage = PAGES(9);
	ck_assert_int_eq(res_counter_borrow_resource(&parent, NULL, PAGES(5),
						     NULL, 0), -EBUSY);
	ck_assert_uint_eq(parent.limit, PAGES(1));
}

START_TEST(extremes_fit)
{
	set_limits(RES_COUNTER_LIMIT_MAX, 0);
	ck_assert_int_eq(borrow(RES_COUNTER_LIMIT_MAX, 0), 0);
	ck_assert_uint_eq(child.limit, RES_COUNTER_LIMIT_MAX);
	ck_assert_uint_eq(parent.usage, RES_COUNTER_LIMIT_MAX);
	ck_assert_int_eq(borrow(0, 0), 0);
	assert_sound();
}

/* The shortage when more is asked for than the whole limit. */
START_TEST(limit_shrinks_under_the_borrower)
{
	set_limits(PAGES(4), 0);
	parent.usage = PAGES(4);
	reclaim.frees = 0;
	ck_assert_int_eq(borrow(PAGES(4), 1), -EBUSY);
	ck_assert_uint_eq(reclaim.val, PAGES(4));
}

/* Between lend's look and the shortage's, another task lowers the limit. */
static void lower_parent(const char *what, const void *object)
{
	if (*what != 'u' || object != &parent.lock)
		return;
	on_point = NULL;
	parent.limit = PAGES(3);
}

START_TEST(limit_falls_below_the_loan)
{
	set_limits(PAGES(8), 0);
	parent.usage = PAGES(3);
	on_point = lower_parent;
	reclaim.frees = PAGES(3);
	ck_assert_int_eq(borrow(PAGES(8), 5), -ENOSPC);
	ck_assert_int_eq(reclaim.calls, 1);
	ck_assert_uint_eq(reclaim.val, PAGES(3));
}

Suite *borrow_suite(void)
{
	Suite *suite = suite_create("borrow");
	TCase *tcase = tcase_create("borrow");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, takes_room_and_raises);
	tcase_add_test(tcase, exact_fit);
	tcase_add_test(tcase, exact_fit_after_reclaim);
	tcase_add_loop_test(tcase, never_fits, 0,
			    ARRAY_SIZE(too_much));
	tcase_add_loop_test(tcase, refuses_the_impossible, 0,
			    ARRAY_SIZE(impossible));
	tcase_add_test(tcase, limit_is_impossible_already);
	tcase_add_test(tcase, lender_is_over_limit);
	tcase_add_test(tcase, reclaim_of_what_is_in_the_way);
	tcase_add_loop_test(tcase, gives_up_after_retries, 0, 7);
	tcase_add_test(tcase, last_retry_counts);
	tcase_add_loop_test(tcase, no_callback, -1, 2);
	tcase_add_loop_test(tcase, callback_fails, 1, 6);
	tcase_add_test(tcase, signal_before_reclaim);
	tcase_add_test(tcase, signal_does_not_spoil_success);
	tcase_add_test(tcase, endless_until_signal);
	tcase_add_test(tcase, endless_until_room);
	tcase_add_test(tcase, child_is_over_limit);
	tcase_add_test(tcase, root_just_grows);
	tcase_add_test(tcase, root_is_over_limit);
	tcase_add_test(tcase, extremes_fit);
	tcase_add_test(tcase, limit_shrinks_under_the_borrower);
	tcase_add_test(tcase, limit_falls_below_the_loan);
	suite_add_tcase(suite, tcase);
	return suite;
}
