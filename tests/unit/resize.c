// SPDX-License-Identifier: GPL-2.0-only
/* res_counter_resize(), res_counter_zero_limit(), and the walkthrough. */
#include "world.h"

#include <string.h>

#include <linux/sched.h>

static int resize(unsigned long long limit)
{
	return res_counter_resize(&child, &parent, limit, reclaim_callback, 5);
}

START_TEST(grow_shrink_same)
{
	parent.limit = PAGES(10);
	ck_assert_int_eq(resize(PAGES(4)), 0);
	ck_assert_uint_eq(child.limit, PAGES(4));
	assert_sound();
	ck_assert_int_eq(resize(PAGES(4)), 0);
	ck_assert_uint_eq(child.limit, PAGES(4));
	assert_sound();
	ck_assert_int_eq(resize(PAGES(1)), 0);
	ck_assert_uint_eq(child.limit, PAGES(1));
	assert_sound();
	ck_assert_int_eq(resize(0), 0);
	ck_assert_uint_eq(parent.usage, 0);
	assert_sound();
}

/* Not even a full parent, nor a pending signal, matters then. */
START_TEST(same_value_changes_nothing)
{
	set_limits(PAGES(4), PAGES(4));
	child.usage = PAGES(4);
	task.signal = true;
	ck_assert_int_eq(resize(PAGES(4)), 0);
	ck_assert_int_eq(reclaim.calls, 0);
	ck_assert_uint_eq(parent.failcnt, 0);
	assert_sound();

	/* Nor does usage above the limit, left by charges that must not fail. */
	child.usage = PAGES(5);
	ck_assert_int_eq(resize(PAGES(4)), 0);
}

START_TEST(errors_pass_through)
{
	set_limits(PAGES(10), PAGES(4));
	ck_assert_int_eq(resize(PAGES(11)), -ENOSPC);
	child.usage = PAGES(4);
	ck_assert_int_eq(resize(PAGES(3)), -EBUSY);
	ck_assert_int_eq(reclaim.calls, 5);
	reclaim.fails_at = 6;
	ck_assert_int_eq(resize(PAGES(3)), -EIO);
	ck_assert_uint_eq(parent.failcnt, 1);
	assert_sound();
}

/* While one task reclaims for a resize, another comes with its own. */
static int second_result;

static int resize_within(struct res_counter *counter, unsigned long long val)
{
	struct task_struct other = { .signal = true };

	(void)counter;
	(void)val;
	current = &other;
	second_result = resize(PAGES(1));
	shim_check_no_locks();
	current = &task;
	return -EIO;
}

START_TEST(signal_while_waiting_for_another_writer)
{
	set_limits(PAGES(10), PAGES(4));
	child.usage = PAGES(4);
	ck_assert_int_eq(res_counter_resize(&child, &parent, PAGES(2),
					    resize_within, 5), -EIO);
	ck_assert_int_eq(second_result, -EINTR);
	ck_assert_uint_eq(child.limit, PAGES(4));
	assert_sound();
}

START_TEST(reclaim_runs_under_the_groups_own_mutex_alone)
{
	set_limits(PAGES(10), PAGES(4));
	ck_assert_ptr_null(child.resize.lock.holder);
	child.usage = PAGES(4);
	parent.resize.lock.holder = &(struct task_struct){ .name = "other" };
	reclaim.frees = PAGES(4);
	ck_assert_int_eq(resize(PAGES(2)), 0);
	ck_assert_int_eq(resize(PAGES(9)), 0);
	ck_assert_ptr_null(child.resize.lock.holder);
	assert_sound();
}

START_TEST(root)
{
	set_limits(PAGES(10), PAGES(4));
	ck_assert_int_eq(res_counter_resize(&parent, NULL, PAGES(20),
					    reclaim_callback, 5), 0);
	ck_assert_uint_eq(parent.limit, PAGES(20));
	ck_assert_int_eq(res_counter_resize(&parent, NULL, PAGES(4),
					    reclaim_callback, 5), 0);
	ck_assert_int_eq(res_counter_resize(&parent, NULL, PAGES(3),
					    reclaim_callback, 5), -EBUSY);
	ck_assert_int_eq(reclaim.calls, 0);
	ck_assert_uint_eq(parent.limit, PAGES(4));
	ck_assert_int_eq(res_counter_resize(&parent, NULL,
					    RES_COUNTER_LIMIT_MAX,
					    reclaim_callback, 5), 0);
	assert_sound();
}

static const unsigned long long too_large[] = {
	RES_COUNTER_LIMIT_MAX + 1, LLONG_MAX, LLONG_MAX + 1ULL,
	ULLONG_MAX - 1, ULLONG_MAX,
};

START_TEST(no_limit_is_that_large)
{
	set_limits(ULLONG_MAX, PAGES(4));
	/* Not even to wait for the mutex. */
	task.signal = true;
	child.resize.lock.holder = &(struct task_struct){ .name = "other" };
	ck_assert_int_eq(resize(too_large[_i]), -EINVAL);
	child.resize.lock.holder = NULL;
	ck_assert_uint_eq(child.limit, PAGES(4));
	ck_assert_uint_eq(parent.failcnt, 0);
	ck_assert_int_eq(res_counter_resize(&parent, NULL, too_large[_i],
					    reclaim_callback, 5), -EINVAL);
	ck_assert_uint_eq(parent.limit, ULLONG_MAX);
	assert_sound();
}

START_TEST(zero_limit)
{
	struct res_counter counter;

	res_counter_init(&counter);
	ck_assert_uint_gt(counter.limit, 0);
	res_counter_zero_limit(&counter);
	assert_books(&counter, 0, 0, 0, 0);
}

/* Nobody can borrow for, or give back of, what has given back all. */
START_TEST(removed_under_an_open_file)
{
	struct books before_parent;

	set_limits(PAGES(10), PAGES(4));
	child.usage = PAGES(_i);
	ck_assert_int_eq(res_counter_repay_resource(&child, &parent,
						    RES_COUNTER_REPAY_ALL,
						    NULL, 0), 0);
	before_parent = books_of(&parent);
	ck_assert_int_eq(resize(PAGES(5)), -ENODEV);
	ck_assert_int_eq(resize(PAGES(_i)), -ENODEV);
	ck_assert_int_eq(resize(0), -ENODEV);
	ck_assert_int_eq(reclaim.calls, 0);
	ck_assert_uint_eq(parent.failcnt, 0);
	assert_books(&child, PAGES(_i), PAGES(_i), PAGES(_i), 0);
	assert_same(&parent, before_parent);
	ck_assert_ptr_null(child.resize.lock.holder);
}

/* Its parent and its siblings are not concerned. */
START_TEST(removed_is_about_one_counter)
{
	set_limits(PAGES(10), PAGES(4));
	child.removed = true;
	ck_assert_int_eq(res_counter_resize(&parent, NULL, PAGES(12),
					    reclaim_callback, 5), 0);
	child.removed = false;
	parent.removed = true;
	ck_assert_int_eq(resize(PAGES(6)), 0);
	assert_sound();
}

/* Who waits for the mutex while all is repaid comes too late. */
static void remove_before_mutex(const char *what, const void *object)
{
	if (strcmp(what, "mutex") || object != &child.resize)
		return;
	on_point = NULL;
	ck_assert_int_eq(res_counter_repay_resource(&child, &parent,
						    RES_COUNTER_REPAY_ALL,
						    NULL, 0), 0);
}

START_TEST(removed_while_waiting)
{
	set_limits(PAGES(10), PAGES(4));
	on_point = remove_before_mutex;
	ck_assert_int_eq(resize(PAGES(6)), -ENODEV);
	ck_assert_ptr_null(on_point);
	assert_books(&child, 0, 0, 0, 0);
	assert_books(&parent, 0, PAGES(10), 0, 0);
}

/* A shrink or a growth that fails removes nothing. */
START_TEST(failure_removes_nothing)
{
	set_limits(PAGES(10), PAGES(4));
	child.usage = PAGES(4);
	ck_assert_int_eq(resize(PAGES(1)), -EBUSY);
	ck_assert_int_eq(resize(PAGES(20)), -ENOSPC);
	ck_assert_int_eq(resize(PAGES(5)), 0);
	reclaim.frees = PAGES(4);
	ck_assert_int_eq(resize(0), 0);
	ck_assert_int_eq(resize(PAGES(5)), 0);
	ck_assert(!child.removed && !parent.removed);
	assert_sound();
}

#define MB(n)	((unsigned long long)(n) << 20)

static struct res_counter a, b, c;

static void assert_walk(unsigned int usage, unsigned int b_limit,
			unsigned int c_limit)
{
	ck_assert_uint_eq(a.limit, MB(1024));
	ck_assert_uint_eq(a.usage, MB(usage));
	ck_assert_uint_eq(a.security, MB(usage));
	ck_assert_uint_eq(b.limit, MB(b_limit));
	ck_assert_uint_eq(b.borrow, MB(b_limit));
	ck_assert_uint_eq(c.limit, MB(c_limit));
	ck_assert_uint_eq(c.borrow, MB(c_limit));
}

static int walk(struct res_counter *counter, struct res_counter *lender,
		unsigned long long limit)
{
	return res_counter_resize(counter, lender, limit, reclaim_callback, 5);
}

/* The example of the document, section 1. */
START_TEST(walkthrough)
{
	res_counter_init(&a);
	res_counter_init(&b);
	res_counter_init(&c);
	res_counter_zero_limit(&a);
	res_counter_zero_limit(&b);
	res_counter_zero_limit(&c);
	ck_assert_int_eq(walk(&a, &parent, MB(1024)), 0);
	assert_walk(0, 0, 0);
	ck_assert_int_eq(walk(&b, &a, MB(300)), 0);
	assert_walk(300, 300, 0);
	ck_assert_int_eq(walk(&c, &a, MB(500)), 0);
	assert_walk(800, 300, 500);
	ck_assert_int_eq(walk(&b, &a, MB(100)), 0);
	assert_walk(600, 100, 500);
	ck_assert_int_eq(walk(&c, &a, MB(1024)), -ENOSPC);
	assert_walk(600, 100, 500);
	ck_assert_int_eq(walk(&a, &parent, MB(512)), -EBUSY);
	assert_walk(600, 100, 500);
	ck_assert_int_eq(walk(&c, &a, MB(924)), 0);
	assert_walk(1024, 100, 924);
	ck_assert_int_eq(res_counter_repay_resource(&b, &a,
						    RES_COUNTER_REPAY_ALL,
						    NULL, 0), 0);
	assert_walk(924, 0, 924);
	ck_assert_int_eq(reclaim.calls, 0);
	ck_assert_uint_eq(a.failcnt, 1);
	ck_assert_uint_eq(parent.failcnt, 0);
}

/* What a user may read of a counter, and which field it is. */
START_TEST(read_all)
{
	parent.usage = 1;
	parent.max_usage = 2;
	parent.limit = 3;
	parent.failcnt = 4;
	parent.borrow = 5;
	parent.security = 6;
	ck_assert_uint_eq(res_counter_read_u64(&parent, RES_USAGE), 1);
	ck_assert_uint_eq(res_counter_read_u64(&parent, RES_MAX_USAGE), 2);
	ck_assert_uint_eq(res_counter_read_u64(&parent, RES_LIMIT), 3);
	ck_assert_uint_eq(res_counter_read_u64(&parent, RES_FAILCNT), 4);
	ck_assert_uint_eq(res_counter_read_u64(&parent, RES_BORROW), 5);
	ck_assert_uint_eq(res_counter_read_u64(&parent, RES_SECURITY), 6);
}

Suite *resize_suite(void)
{
	Suite *suite = suite_create("resize");
	TCase *tcase = tcase_create("resize");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, grow_shrink_same);
	tcase_add_test(tcase, same_value_changes_nothing);
	tcase_add_test(tcase, errors_pass_through);
	tcase_add_test(tcase, signal_while_waiting_for_another_writer);
	tcase_add_test(tcase, reclaim_runs_under_the_groups_own_mutex_alone);
	tcase_add_test(tcase, root);
	tcase_add_loop_test(tcase, no_limit_is_that_large, 0,
			    ARRAY_SIZE(too_large));
	tcase_add_test(tcase, zero_limit);
	tcase_add_loop_test(tcase, removed_under_an_open_file, 0, 5);
	tcase_add_test(tcase, removed_is_about_one_counter);
	tcase_add_test(tcase, removed_while_waiting);
	tcase_add_test(tcase, failure_removes_nothing);
	tcase_add_test(tcase, walkthrough);
	tcase_add_test(tcase, read_all);
	suite_add_tcase(suite, tcase);
	return suite;
}
