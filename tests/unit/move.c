// SPDX-License-Identifier: GPL-2.0-only
/* res_counter_rehome() and res_counter_place(). */
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
	ck_assert_int_ne(res_counter_take(&child, 1), 0);
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

START_TEST(place_takes_room)
{
	set_limits(PAGES(8), PAGES(6));
	child.usage = PAGES(2);
	ck_assert_int_eq(res_counter_place(&child, &parent, PAGES(2)), 0);
	assert_books(&child, 0, PAGES(6), PAGES(6), 0);
	assert_books(&parent, PAGES(8), PAGES(8), 0, PAGES(6));
	assert_sound();
}

START_TEST(place_without_room)
{
	struct books before_parent, before_child;

	set_limits(PAGES(7), PAGES(6));
	child.usage = PAGES(2);
	before_parent = books_of(&parent);
	before_child = books_of(&child);
	ck_assert_int_eq(res_counter_place(&child, &parent, PAGES(2)), -EBUSY);
	assert_same(&parent, before_parent);
	assert_same(&child, before_child);
	ck_assert_uint_eq(parent.failcnt, 0);
}

/* The bytes count in both for a moment, never in neither. */
static void both_or_child(const char *what, const void *object)
{
	(void)what;
	(void)object;
	ck_assert_uint_ge(parent.usage - parent.security + child.usage,
			  PAGES(2));
}

START_TEST(place_takes_before_it_gives)
{
	set_limits(PAGES(8), PAGES(6));
	child.usage = PAGES(2);
	on_point = both_or_child;
	ck_assert_int_eq(res_counter_place(&child, &parent, PAGES(2)), 0);
}

Suite *move_suite(void)
{
	Suite *suite = suite_create("move");
	TCase *tcase = tcase_create("move");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, rehome_needs_no_room);
	tcase_add_test(tcase, rehome_leaves_no_room);
	tcase_add_test(tcase, trim_and_rehome_removes);
	tcase_add_test(tcase, place_takes_room);
	tcase_add_test(tcase, place_without_room);
	tcase_add_test(tcase, place_takes_before_it_gives);
	suite_add_tcase(suite, tcase);
	return suite;
}
