// SPDX-License-Identifier: GPL-2.0-only
/* Every return path of the verbs of 6.12, and what the protocol makes of it. */
#include "alone.h"
#include "checked.h"
#include "group.h"

#include <errno.h>

static struct group root, parent, child;

static void set_up(void)
{
	alone_start();
	group_init(&root, NULL);
	root.res.whole = BYTES(1UL << 20);
	group_init(&parent, &root);
	group_init(&child, &parent);
}

static int resize(struct group *group, unsigned long pages)
{
	return group_resize(group, BYTES(pages), NULL, 0);
}

static void set_limits(unsigned long parent_pages, unsigned long child_pages)
{
	ck_assert_int_eq(resize(&parent, parent_pages), 0);
	ck_assert_int_eq(resize(&child, child_pages), 0);
}

static void assert_usage(struct group *group, unsigned long pages)
{
	ck_assert_int_eq(group->memory.usage, pages);
	ck_assert_int_eq(group->memsw.usage, pages);
}

static void assert_books(struct group *group, unsigned long usage,
			 unsigned long limit, unsigned long borrow,
			 unsigned long security)
{
	struct res_counter *res = &group->res;

	ck_assert_uint_eq(res_counter_read_u64(res, RES_USAGE), BYTES(usage));
	ck_assert_uint_eq(res_counter_read_u64(res, RES_LIMIT), BYTES(limit));
	ck_assert_uint_eq(res_counter_read_u64(res, RES_BORROW), BYTES(borrow));
	ck_assert_uint_eq(res_counter_read_u64(res, RES_SECURITY),
			  BYTES(security));
}

START_TEST(starts_with_nothing)
{
	assert_books(&parent, 0, 0, 0, 0);
	assert_books(&root, 0, PAGE_COUNTER_MAX, 0, 0);
}

/* The two verbs that are called under the lock. */
static int take(struct group *group, unsigned long long val)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&group->res.lock, flags);
	ret = res_counter_take(&group->res, val);
	spin_unlock_irqrestore(&group->res.lock, flags);
	return ret;
}

static void give(struct group *group, unsigned long long val)
{
	unsigned long flags;

	spin_lock_irqsave(&group->res.lock, flags);
	res_counter_give(&group->res, val);
	spin_unlock_irqrestore(&group->res.lock, flags);
}

START_TEST(take_and_give)
{
	ck_assert_int_eq(take(&root, BYTES(3)), 0);
	assert_usage(&root, 3);
	give(&root, BYTES(2));
	assert_usage(&root, 1);
}

START_TEST(take_fits_exactly)
{
	set_limits(5, 0);
	ck_assert_int_eq(take(&parent, BYTES(5)), 0);
	ck_assert_int_eq(take(&parent, 0), 0);
	assert_usage(&parent, 5);
}

static const unsigned long long too_much[] = {
	BYTES(3), BYTES(4), LLONG_MAX, LLONG_MAX + 1ULL, ULLONG_MAX,
	ULLONG_MAX - PAGE_SIZE + 1,
};

/* Not for an instant may a loan that does not fit be in the usage. */
static void usage_stays(const char *what, const void *object)
{
	if (object != &parent.res.lock)
		ck_assert_str_eq(what, "read");
}

START_TEST(take_looks_first)
{
	set_limits(5, 3);
	on_point = usage_stays;
	ck_assert_int_eq(take(&parent, too_much[_i]), -ENOMEM);
	on_point = NULL;
	assert_books(&parent, 3, 5, 5, 3);
	ck_assert_uint_eq(parent.memory.failcnt + parent.memsw.failcnt, 0);
}

START_TEST(take_over_limit)
{
	set_limits(5, 0);
	group_force(&parent, 6);
	on_point = usage_stays;
	ck_assert_int_eq(take(&parent, 0), -ENOMEM);
	ck_assert_int_eq(take(&parent, BYTES(1)), -ENOMEM);
	on_point = NULL;
	assert_usage(&parent, 6);
}

START_TEST(take_needs_room_for_swap_too)
{
	set_limits(5, 0);
	page_counter_set_max(&parent.memsw, 4);
	ck_assert_int_eq(take(&parent, BYTES(5)), -ENOMEM);
	assert_usage(&parent, 0);
	ck_assert_int_eq(take(&parent, BYTES(4)), 0);
}

/* Another task takes the room between the look and the charge. */
static struct page_counter *lost;

static void charge_first(const char *what, const void *object)
{
	if (*what != 'a' || object != lost)
		return;
	on_point = NULL;
	page_counter_charge(lost, 1);
}

START_TEST(take_loses_a_race)
{
	set_limits(5, 0);
	page_counter_set_max(&parent.memsw, 5);
	lost = _i ? &parent.memory : &parent.memsw;
	on_point = charge_first;
	ck_assert_int_eq(take(&parent, BYTES(5)), -ENOMEM);
	ck_assert_ptr_null(on_point);
	ck_assert_int_eq(lost->usage, 1);
	page_counter_uncharge(lost, 1);
	assert_usage(&parent, 0);
	ck_assert_uint_eq(parent.memory.failcnt, 0);
	ck_assert_uint_eq(parent.memsw.failcnt, 0);
}

START_TEST(failure_is_counted_once)
{
	set_limits(5, 0);
	ck_assert_int_eq(resize(&child, 6), -ENOSPC);
	ck_assert_uint_eq(parent.memory.failcnt, 1);
	ck_assert_uint_eq(parent.memsw.failcnt, 0);
	ck_assert_uint_eq(child.memory.failcnt, 0);
}

START_TEST(limit_down_to_usage)
{
	set_limits(5, 0);
	ck_assert(group_charge(&parent, 3));
	ck_assert_int_eq(resize(&parent, 3), 0);
	ck_assert_int_eq(resize(&parent, 2), -EBUSY);
	assert_books(&parent, 3, 3, 3, 0);
	ck_assert(!group_charge(&parent, 1));
}

START_TEST(limit_above_memory_and_swap)
{
	set_limits(9, 3);
	page_counter_set_max(&child.memsw, 4);
	ck_assert_int_eq(resize(&child, 4), 0);
	ck_assert_int_eq(resize(&child, 5), -EINVAL);
	/* What was taken for it has been given back. */
	assert_books(&parent, 4, 9, 9, 4);
	assert_books(&child, 0, 4, 4, 0);
	ck_assert_uint_eq(parent.memory.failcnt, 1);
}

/* A loan is in memory+swap, too: it can be given back from both. */
START_TEST(loan_is_in_memory_and_swap)
{
	set_limits(9, 3);
	assert_usage(&parent, 3);
	ck_assert_int_eq(resize(&child, 1), 0);
	assert_usage(&parent, 1);
}

START_TEST(largest_limit)
{
	unsigned long most = PAGE_COUNTER_MAX - 1;

	ck_assert_int_eq(resize(&root, most), 0);
	ck_assert_int_eq(group_resize(&parent, ULLONG_MAX, NULL, 0), -ENOSPC);
	ck_assert_int_eq(resize(&parent, most), 0);
	assert_books(&parent, 0, most, most, 0);
	assert_books(&root, most, most, 0, most);
	ck_assert_int_eq(resize(&parent, 0), 0);
	ck_assert_int_eq(resize(&root, PAGE_COUNTER_MAX), 0);
	assert_books(&root, 0, PAGE_COUNTER_MAX, 0, 0);
}

/* Whatever the root uses itself: without a limit there is always room. */
START_TEST(unlimited_root_lends_what_there_is)
{
	root.res.whole = BYTES(640);
	group_force(&root, 600);
	ck_assert_int_eq(resize(&parent, 631), -ENOSPC);
	ck_assert_int_eq(resize(&parent, 630), 0);
	assert_books(&root, 1230, PAGE_COUNTER_MAX, 0, 630);
	ck_assert_int_eq(resize(&child, 630), 0);
	assert_books(&parent, 630, 630, 630, 630);
}

START_TEST(limited_root_lends_all)
{
	root.res.whole = BYTES(64);
	ck_assert_int_eq(resize(&root, 640), 0);
	ck_assert_int_eq(resize(&parent, 641), -ENOSPC);
	ck_assert_int_eq(resize(&parent, 640), 0);
	/* What is lent already stays. */
	ck_assert_int_eq(resize(&root, PAGE_COUNTER_MAX), 0);
	ck_assert_int_eq(resize(&parent, 641), -ENOSPC);
	assert_books(&root, 640, PAGE_COUNTER_MAX, 0, 640);
}

START_TEST(removed_can_not_be_resized)
{
	set_limits(9, 6);
	ck_assert(group_charge(&child, 2));
	group_remove(&child);
	ck_assert_int_eq(resize(&child, 7), -ENODEV);
	ck_assert_int_eq(resize(&child, 0), -ENODEV);
	assert_books(&parent, 2, 9, 9, 0);
}

START_TEST(remove_gives_back_all_but_charges)
{
	set_limits(9, 6);
	ck_assert(group_charge(&child, 2));
	group_remove(&child);
	assert_books(&parent, 2, 9, 9, 0);
	assert_books(&child, 0, 0, 0, 0);
	/* The pages stay where they are charged, and no more may come. */
	assert_usage(&child, 2);
	ck_assert(!group_charge(&child, 1));
}

START_TEST(rehome_in_parts)
{
	set_limits(9, 6);
	ck_assert(group_charge(&child, 6));
	ck_assert_int_eq(res_counter_rehome(&child.res, &parent.res, BYTES(2)),
			 0);
	assert_books(&child, 4, 4, 4, 0);
	assert_books(&parent, 6, 9, 9, 4);
	ck_assert_int_eq(res_counter_rehome(&child.res, &parent.res, BYTES(3)),
			 0);
	assert_books(&child, 1, 1, 1, 0);
	assert_books(&parent, 6, 9, 9, 1);
}

/* By now it may be less that is charged, but no limit was for more. */
START_TEST(rehome_at_most_the_limit)
{
	set_limits(9, 6);
	ck_assert(group_charge(&child, 2));
	ck_assert_int_eq(res_counter_rehome(&child.res, &parent.res, BYTES(7)),
			 -EINVAL);
	ck_assert_int_eq(res_counter_cut(&child.res, BYTES(7)), -EINVAL);
	assert_books(&child, 2, 6, 6, 0);
	assert_books(&parent, 6, 9, 9, 6);
	ck_assert_int_eq(res_counter_rehome(&child.res, &parent.res, BYTES(6)),
			 0);
	assert_books(&child, 0, 0, 0, 0);
	assert_books(&parent, 6, 9, 9, 0);
}

START_TEST(uncharges_are_settled)
{
	set_limits(9, 6);
	ck_assert(group_charge(&child, 4));
	group_remove(&child);
	group_free_user(&child, 3);
	assert_usage(&parent, 4);
	ck_assert(res_counter_settle(&child.res, &parent.res));
	assert_usage(&parent, 1);
	ck_assert(!res_counter_settle(&child.res, &parent.res));
	assert_usage(&parent, 1);
	/* The room went to the parent: it is not the child's any more. */
	ck_assert(!group_charge(&child, 1));
	assert_books(&child, 0, 0, 0, 0);
}

START_TEST(kernel_memory_is_uncharged_from_the_parent)
{
	set_limits(9, 6);
	ck_assert(group_charge(&child, 5));
	child.user = 2;
	child.kernel = 3;
	group_remove(&child);
	group_free_kernel(&child, 2);
	assert_usage(&parent, 3);
	/* The dead group's counter keeps them: they are not given twice. */
	ck_assert(!res_counter_settle(&child.res, &parent.res));
	assert_usage(&parent, 3);
	group_free_user(&child, 2);
	ck_assert(res_counter_settle(&child.res, &parent.res));
	assert_usage(&parent, 1);
	group_free_kernel(&child, 1);
	ck_assert(!res_counter_settle(&child.res, &parent.res));
	assert_usage(&parent, 0);
	assert_books(&parent, 0, 9, 9, 0);
}

START_TEST(forced_charges_are_paid_for)
{
	set_limits(9, 3);
	group_force(&child, 5);
	group_remove(&child);
	assert_usage(&parent, 5);
	group_force(&child, 6);
	ck_assert(!res_counter_settle(&child.res, &parent.res));
	/* Over the parent's limit: they exist. */
	assert_usage(&parent, 11);
	group_free_user(&child, 11);
	ck_assert(res_counter_settle(&child.res, &parent.res));
	assert_usage(&parent, 0);
	assert_books(&parent, 0, 9, 9, 0);
}

START_TEST(leftovers_of_leftovers)
{
	set_limits(9, 6);
	ck_assert(group_charge(&child, 4));
	group_remove(&child);
	group_remove(&parent);
	assert_books(&root, 4, PAGE_COUNTER_MAX, 0, 0);
	group_free_user(&child, 3);
	ck_assert(res_counter_settle(&child.res, &parent.res));
	assert_usage(&root, 4);
	ck_assert(res_counter_settle(&parent.res, &root.res));
	assert_usage(&root, 1);
}

/* Another task charges the dead group while its limit is lowered. */
static void charge_the_dead(const char *what, const void *object)
{
	if (*what != 'x' || object != &child.memory.max)
		return;
	on_point = NULL;
	ck_assert(group_charge(&child, 1));
}

START_TEST(settle_against_a_charge)
{
	set_limits(9, 6);
	ck_assert(group_charge(&child, 4));
	group_remove(&child);
	group_free_user(&child, 3);
	on_point = charge_the_dead;
	ck_assert(res_counter_settle(&child.res, &parent.res));
	ck_assert_ptr_null(on_point);
	assert_usage(&child, 2);
	assert_usage(&parent, 2);
	ck_assert(!group_charge(&child, 1));
}

/* What css_cleared has not rehomed is lent: it must not be given back twice. */
START_TEST(no_settling_before_rehome)
{
	set_limits(9, 6);
	group_settle(&child);
	assert_books(&child, 0, 6, 6, 0);
	assert_books(&parent, 6, 9, 9, 6);
}

START_TEST(root_below_usage)
{
	set_limits(9, 0);
	ck_assert_int_eq(resize(&root, 8), -EBUSY);
	ck_assert_int_eq(resize(&root, 9), 0);
	ck_assert_int_eq(resize(&parent, 10), -ENOSPC);
	assert_books(&root, 9, 9, 0, 9);
}

int main(void)
{
	Suite *suite = suite_create("pages");
	TCase *tcase = tcase_create("pages");

	tcase_add_checked_fixture(tcase, set_up, shim_check_no_locks);
	tcase_add_test(tcase, starts_with_nothing);
	tcase_add_test(tcase, take_and_give);
	tcase_add_test(tcase, take_fits_exactly);
	tcase_add_loop_test(tcase, take_looks_first, 0, ARRAY_SIZE(too_much));
	tcase_add_test(tcase, take_over_limit);
	tcase_add_test(tcase, take_needs_room_for_swap_too);
	tcase_add_loop_test(tcase, take_loses_a_race, 0, 2);
	tcase_add_test(tcase, failure_is_counted_once);
	tcase_add_test(tcase, limit_down_to_usage);
	tcase_add_test(tcase, limit_above_memory_and_swap);
	tcase_add_test(tcase, loan_is_in_memory_and_swap);
	tcase_add_test(tcase, largest_limit);
	tcase_add_test(tcase, unlimited_root_lends_what_there_is);
	tcase_add_test(tcase, limited_root_lends_all);
	tcase_add_test(tcase, removed_can_not_be_resized);
	tcase_add_test(tcase, remove_gives_back_all_but_charges);
	tcase_add_test(tcase, rehome_in_parts);
	tcase_add_test(tcase, rehome_at_most_the_limit);
	tcase_add_test(tcase, uncharges_are_settled);
	tcase_add_test(tcase, kernel_memory_is_uncharged_from_the_parent);
	tcase_add_test(tcase, forced_charges_are_paid_for);
	tcase_add_test(tcase, leftovers_of_leftovers);
	tcase_add_test(tcase, settle_against_a_charge);
	tcase_add_test(tcase, no_settling_before_rehome);
	tcase_add_test(tcase, root_below_usage);
	suite_add_tcase(suite, tcase);
	return run_suites(srunner_create(suite));
}
