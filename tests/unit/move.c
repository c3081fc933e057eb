// SPDX-License-Identifier: GPL-2.0-only
/* res_counter_rehome(). */
#include "world.h"

START_TEST(rehome_needs_no_room)
{
	set_limits(PAGES(6), PAGES(6));
	child.usage = PAGES(2);
	ck_assert_int_eq(res_counter_rehome(&child, &parent, PAGES(1)), 0);
	assert_books(&child, PAGES(1), PAGES(5), PAGES(5), 0);
	assert_books(&parent, PAGES(6), PAGES(6), 0, PAGES(5));
	assert_sound();
}

/* No instant of room: a charge of the child must not slip in between. */
static void charge_child(const char *what, const void *object)
{
	if (*what != 'l' || object == &child.lock || current->spinlocks)
		return;
	on_point = NULL;
	ck_assert_int_ne(res_counter_charge(&child, 1), 0);
}

START_TEST(rehome_leaves_no_room)
{
	set_limits(PAGES(6), PAGES(6));
	child.usage = PAGES(6);
	on_point = charge_child;
	ck_assert_int_eq(res_counter_rehome(&child, &parent, PAGES(4)), 0);
	ck_assert_ptr_null(on_point);
	assert_sound();
}

/* What a child of 6 pages, of which it borrowed 5 and uses 4, can not lose. */
static const unsigned long long beyond[] = {
	PAGE_SIZE * 4 + 1, PAGE_SIZE * 5, PAGE_SIZE * 6, PAGE_SIZE * 7,
	LLONG_MAX, ULLONG_MAX,
};

START_TEST(rehome_refuses_the_impossible)
{
	struct books before_parent, before_child;

	set_limits(PAGES(8), PAGES(6));
	child.borrow = PAGES(5);
	child.usage = PAGES(4);
	before_parent = books_of(&parent);
	before_child = books_of(&child);
	ck_assert_int_eq(res_counter_rehome(&child, &parent, beyond[_i]),
			 -EINVAL);
	assert_same(&parent, before_parent);
	assert_same(&child, before_child);

	/* What is lent is not charged: it has a counter of its own. */
	child.security = PAGES(3);
	ck_assert_int_eq(res_counter_rehome(&child, &parent, PAGES(1) + 1),
			 -EINVAL);
	ck_assert_int_eq(res_counter_rehome(&child, &parent, PAGES(1)), 0);
	assert_books(&child, PAGES(3), PAGES(5), PAGES(4), PAGES(3));
}

/* A limit that does not come from the parent can not become the parent's. */
START_TEST(rehome_refuses_more_than_was_borrowed)
{
	set_limits(PAGES(8), PAGES(3));
	child.limit = PAGES(6);
	child.usage = PAGES(4);
	ck_assert_int_eq(res_counter_rehome(&child, &parent, PAGES(4)),
			 -EINVAL);
	assert_books(&child, PAGES(4), PAGES(6), PAGES(3), 0);
	assert_books(&parent, PAGES(3), PAGES(8), 0, PAGES(3));
	ck_assert_int_eq(res_counter_rehome(&child, &parent, PAGES(3)), 0);
	assert_books(&child, PAGES(1), PAGES(3), 0, 0);
}

/* Charges that must not fail: only what was borrowed can be rehomed. */
START_TEST(rehome_over_limit)
{
	set_limits(PAGES(8), PAGES(3));
	child.usage = PAGES(5);
	ck_assert_int_eq(res_counter_rehome(&child, &parent, PAGES(4)),
			 -EINVAL);
	child.borrow = PAGES(5);
	ck_assert_int_eq(res_counter_rehome(&child, &parent, PAGES(4)),
			 -EINVAL);
	assert_books(&child, PAGES(5), PAGES(3), PAGES(5), 0);
	assert_books(&parent, PAGES(3), PAGES(8), 0, PAGES(3));
}

START_TEST(trim_and_rehome_removes)
{
	set_limits(PAGES(10), PAGES(6));
	child.usage = PAGES(2);
	ck_assert_int_eq(res_counter_repay_resource(&child, &parent,
						    RES_COUNTER_REPAY_ALL,
						    NULL, 0), 0);
	ck_assert_int_eq(res_counter_rehome(&child, &parent, PAGES(2)), 0);
	assert_books(&child, 0, 0, 0, 0);
	assert_books(&parent, PAGES(2), PAGES(10), 0, 0);
}

Suite *move_suite(void)
{
	Suite *suite = suite_create("move");
	TCase *tcase = tcase_create("move");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, rehome_needs_no_room);
	tcase_add_test(tcase, rehome_leaves_no_room);
	tcase_add_loop_test(tcase, rehome_refuses_the_impossible, 0,
			    ARRAY_SIZE(beyond));
	tcase_add_test(tcase, rehome_refuses_more_than_was_borrowed);
	tcase_add_test(tcase, rehome_over_limit);
	tcase_add_test(tcase, trim_and_rehome_removes);
	suite_add_tcase(suite, tcase);
	return suite;
}
