// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each verb of mm/res_counter.c promises, over real reserves, and what
 * the protocol makes of them.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/page_counter.h>
#include <linux/rcupdate.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>

#include "alone.h"
#include "checked.h"

#define BYTES(pages)	((unsigned long long)(pages) << PAGE_SHIFT)

static struct group {
	struct res_counter res;
	struct page_counter memory, memsw;
} root, parent, child, grandchild;

static void make(struct group *group, struct group *above)
{
	memset(group, 0, sizeof(*group));
	page_counter_init(&group->memory, above ? &above->memory : NULL);
	page_counter_init(&group->memsw, above ? &above->memsw : NULL);
	res_counter_init(&group->res, &group->memory, &group->memsw);
	if (!above) {
		page_counter_cap_reserves(&group->memsw, PAGE_COUNTER_MAX);
		return;
	}
	page_counter_reserve_init(&group->memory);
	page_counter_reserve_init(&group->memsw);
	res_counter_zero_limit(&group->res);
}

static int try_resize(struct group *group, struct group *above,
		      unsigned long pages)
{
	return res_counter_resize(&group->res, above ? &above->res : NULL,
				  BYTES(pages), NULL, 0);
}

static int resize(struct group *group, struct group *above, unsigned long pages)
{
	int ret;

	while ((ret = try_resize(group, above, pages)) == -EAGAIN)
		shim_rcu_wait(0);
	return ret;
}

static int lend(unsigned long pages)
{
	return res_counter_lend(&child.res, &parent.res, BYTES(pages));
}

static void unlend(unsigned long pages)
{
	res_counter_unlend(&child.res, &parent.res, BYTES(pages));
}

static int set_limit(struct group *group, unsigned long pages)
{
	return res_counter_set_limit(&group->res, BYTES(pages));
}

/* Of 64 that there are, the root lends 20; of those parent has 10. */
static void set_up(void)
{
	alone_start();
	shim_rcu_reset();
	make(&root, NULL);
	root.res.whole = BYTES(64);
	make(&parent, &root);
	make(&child, &parent);
	make(&grandchild, &child);
	ck_assert_int_eq(resize(&root, NULL, 20), 0);
	ck_assert_int_eq(resize(&parent, &root, 10), 0);
}

static void tear_down(void)
{
	on_point = NULL;
	shim_check_no_locks();
	shim_check_no_readers();
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

/* What is lent is in memory+swap as well, and it is all that is there. */
static void assert_lent(unsigned long pages)
{
	ck_assert_uint_eq(page_counter_reserve(&child.memory), pages);
	ck_assert_uint_eq(page_counter_reserve(&child.memsw), pages);
	ck_assert_uint_eq(page_counter_children_reserve(&parent.memory), pages);
	ck_assert_uint_eq(page_counter_children_reserve(&parent.memsw), pages);
	ck_assert_uint_eq(page_counter_read(&parent.memory), pages);
	ck_assert_uint_eq(page_counter_read(&parent.memsw), pages);
}

/* --- Books --------------------------------------------------------------- */

START_TEST(starts_with_nothing)
{
	assert_books(&child, 0, 0, 0, 0);
	assert_lent(0);
}

START_TEST(books)
{
	assert_books(&root, 10, 20, 0, 10);
	assert_books(&parent, 0, 10, 10, 0);
}

START_TEST(failures_are_counted)
{
	res_counter_note_failure(&parent.res);
	res_counter_note_failure(&parent.res);
	ck_assert_uint_eq(parent.memory.failcnt, 2);
	ck_assert_uint_eq(parent.memsw.failcnt, 0);
}

/* --- Lending ------------------------------------------------------------- */

START_TEST(lends_both)
{
	ck_assert_int_eq(lend(4), 0);
	assert_lent(4);
	ck_assert_int_eq(lend(6), 0);
	assert_lent(10);
	/* Its limit is for the caller to raise. */
	assert_books(&child, 0, 0, 10, 0);
}

static void not_memsw(const char *what, const void *object)
{
	(void)what;
	ck_assert_ptr_ne(object, &child.memsw.usage);
	ck_assert_ptr_ne(object, &parent.memsw.usage);
	ck_assert_ptr_ne(object, &parent.memsw.children_reserve);
	ck_assert_ptr_ne(object, &root.memsw.children_reserve);
}

static const unsigned long long too_much[] = {
	BYTES(7), BYTES(11), LLONG_MAX, LLONG_MAX + 1ULL, ULLONG_MAX,
	ULLONG_MAX - PAGE_SIZE + 1,
};

/* Memory+swap has no such limit: it must not be held meanwhile. */
START_TEST(could_never_lend)
{
	ck_assert_int_eq(lend(4), 0);
	on_point = not_memsw;
	ck_assert_int_eq(res_counter_lend(&child.res, &parent.res,
					  too_much[_i]), -ENOSPC);
	on_point = NULL;
	assert_lent(4);
}

START_TEST(no_room_in_memory)
{
	page_counter_charge(&parent.memory, 7);
	on_point = not_memsw;
	ck_assert_int_eq(lend(4), -EBUSY);
	on_point = NULL;
	page_counter_uncharge(&parent.memory, 7);
	assert_lent(0);
}

static void charge_parent(const char *what, const void *object)
{
	(void)object;
	if (strcmp(what, "grace period"))
		return;
	on_point = NULL;
	page_counter_charge(&parent.memory, 7);
}

/* While memory+swap is being lent already. */
START_TEST(no_room_in_memory_any_more)
{
	on_point = charge_parent;
	ck_assert_int_eq(lend(4), -EBUSY);
	ck_assert_ptr_null(on_point);
	page_counter_uncharge(&parent.memory, 7);
	assert_lent(0);
}

static void charge_parent_and_read(const char *what, const void *object)
{
	charge_parent(what, object);
	if (!on_point)
		rcu_read_lock();
}

/* Somebody reads it by then: it is taken back without waiting for him. */
START_TEST(no_room_in_memory_while_it_is_read)
{
	ck_assert_int_eq(resize(&child, &parent, 2), 0);
	on_point = charge_parent_and_read;
	ck_assert_int_eq(lend(4), -EBUSY);
	ck_assert_ptr_null(on_point);
	/* Of memory nothing has changed, of memory+swap it has, and back. */
	ck_assert_int_eq(try_resize(&child, &parent, 1), -EAGAIN);
	assert_books(&child, 0, 2, 2, 0);
	rcu_read_unlock();
	page_counter_uncharge(&parent.memory, 7);
	assert_lent(2);
}

/* The parent has paid for it already, and more than it has. */
START_TEST(forced_above_the_limit_needs_no_room)
{
	page_counter_charge(&child.memory, 12);
	page_counter_charge(&child.memsw, 12);
	ck_assert_int_eq(lend(4), 0);
	page_counter_uncharge(&child.memory, 12);
	page_counter_uncharge(&child.memsw, 12);
	assert_lent(4);
}

START_TEST(no_room_in_memsw)
{
	page_counter_charge(&parent.memsw, 7);
	ck_assert_int_eq(page_counter_set_max(&parent.memsw, 10), 0);
	ck_assert_int_eq(lend(4), -EBUSY);
	page_counter_uncharge(&parent.memsw, 7);
	assert_lent(0);
	ck_assert_int_eq(lend(4), 0);
}

static void memsw_not_below_memory(const char *what, const void *object)
{
	(void)what;
	(void)object;
	ck_assert_int_ge(page_counter_pages(parent.memsw.usage.counter),
			 page_counter_pages(parent.memory.usage.counter));
}

START_TEST(memsw_is_never_below_memory)
{
	on_point = memsw_not_below_memory;
	ck_assert_int_eq(lend(4), 0);
	unlend(3);
	on_point = NULL;
	assert_lent(1);
}

/* --- Giving back --------------------------------------------------------- */

START_TEST(gives_back_both)
{
	ck_assert_int_eq(lend(10), 0);
	unlend(3);
	assert_lent(7);
	unlend(7);
	assert_lent(0);
}

static struct page_counter *held;
static unsigned int sleeps, lets_go_after, signal_after;

/* Somebody's growth that began before finds no room, and lets go. */
static void let_go(const char *what, const void *object)
{
	(void)object;
	if (strcmp(what, "sleep"))
		return;
	sleeps++;
	if (sleeps == lets_go_after)
		held->children_reserve -= 2;
	if (sleeps == signal_after)
		task.signal = true;
}

static void hold(struct page_counter *counter, unsigned int ticks)
{
	held = counter;
	held->children_reserve += 2;
	sleeps = 0;
	lets_go_after = ticks;
	signal_after = UINT_MAX;
	on_point = let_go;
}

START_TEST(gives_back_what_a_child_lets_go)
{
	ck_assert_int_eq(lend(4), 0);
	hold(&child.memsw, 3);
	unlend(3);
	on_point = NULL;
	ck_assert_uint_eq(sleeps, 3);
	assert_lent(1);
}

/* --- Limits -------------------------------------------------------------- */

START_TEST(limit_below_usage)
{
	page_counter_charge(&parent.memory, 4);
	ck_assert_int_eq(set_limit(&parent, 3), -EBUSY);
	assert_books(&parent, 4, 10, 10, 0);
	ck_assert_int_eq(set_limit(&parent, 4), 0);
	assert_books(&parent, 4, 4, 10, 0);
}

START_TEST(limit_waits_for_who_began_before)
{
	ck_assert_int_eq(resize(&child, &parent, 4), 0);
	hold(&parent.memory, 3);
	ck_assert_int_eq(set_limit(&parent, 5), 0);
	on_point = NULL;
	ck_assert_uint_eq(sleeps, 3);
	assert_books(&parent, 4, 5, 10, 4);
}

START_TEST(limit_does_not_wait_for_what_fits)
{
	ck_assert_int_eq(resize(&child, &parent, 4), 0);
	hold(&parent.memory, 3);
	ck_assert_int_eq(set_limit(&parent, 6), 0);
	ck_assert_int_eq(set_limit(&parent, 10), 0);
	on_point = NULL;
	ck_assert_uint_eq(sleeps, 0);
}

/* He had it: for a while usage did not show what had to be charged to him. */
START_TEST(limit_below_what_is_lent_by_now)
{
	ck_assert_int_eq(resize(&child, &parent, 4), 0);
	hold(&parent.memory, UINT_MAX);
	ck_assert_int_eq(set_limit(&parent, 5), -EBUSY);
	on_point = NULL;
	ck_assert_uint_eq(sleeps, HZ);
	assert_books(&parent, 4, 10, 10, 6);
}

START_TEST(limit_waits_until_a_signal)
{
	ck_assert_int_eq(resize(&child, &parent, 4), 0);
	hold(&parent.memory, UINT_MAX);
	signal_after = 3;
	ck_assert_int_eq(resize(&parent, &root, 5), -EINTR);
	on_point = NULL;
	ck_assert_uint_eq(sleeps, 3);
	assert_books(&parent, 4, 10, 10, 6);
}

START_TEST(limit_above_that_of_memsw)
{
	ck_assert_int_eq(page_counter_set_max(&parent.memsw, 12), 0);
	ck_assert_int_eq(set_limit(&parent, 13), -EINVAL);
	assert_books(&parent, 0, 10, 10, 0);
	ck_assert_int_eq(set_limit(&parent, 12), 0);
}

/* --- The root ------------------------------------------------------------ */

START_TEST(root_lends_up_to_its_limit)
{
	ck_assert_uint_eq(res_counter_lendable(&root.res, BYTES(100)),
			  BYTES(100));
	ck_assert_int_eq(resize(&root, NULL, 100), 0);
	ck_assert_int_eq(resize(&parent, &root, 101), -ENOSPC);
	ck_assert_int_eq(resize(&parent, &root, 100), 0);
	ck_assert_int_eq(resize(&root, NULL, 99), -EBUSY);
	assert_books(&root, 100, 100, 0, 100);
}

START_TEST(root_without_a_limit_keeps_some)
{
	unsigned long none = RES_COUNTER_LIMIT_MAX >> PAGE_SHIFT;

	ck_assert_uint_eq(res_counter_lendable(&root.res,
					       RES_COUNTER_LIMIT_MAX),
			  BYTES(63));
	ck_assert_uint_eq(res_counter_lendable(&child.res,
					       RES_COUNTER_LIMIT_MAX),
			  RES_COUNTER_LIMIT_MAX);
	ck_assert_int_eq(resize(&root, NULL, none), 0);
	ck_assert_int_eq(resize(&parent, &root, 64), -ENOSPC);
	ck_assert_int_eq(resize(&parent, &root, 63), 0);
}

/* More was lent than there is: it stays so, but becomes no more. */
START_TEST(root_without_a_limit_any_more)
{
	unsigned long none = RES_COUNTER_LIMIT_MAX >> PAGE_SHIFT;

	ck_assert_int_eq(resize(&root, NULL, 100), 0);
	ck_assert_int_eq(resize(&parent, &root, 90), 0);
	ck_assert_int_eq(resize(&root, NULL, none), 0);
	assert_books(&root, 90, none, 0, 90);
	on_point = not_memsw;
	ck_assert_int_eq(resize(&parent, &root, 91), -ENOSPC);
	on_point = NULL;
	ck_assert_int_eq(resize(&parent, &root, 70), 0);
	ck_assert_int_eq(resize(&parent, &root, 71), -ENOSPC);
	ck_assert_int_eq(resize(&parent, &root, 60), 0);
	ck_assert_int_eq(resize(&parent, &root, 63), 0);
}

/* --- The protocol over it ------------------------------------------------ */

START_TEST(grow_and_shrink)
{
	ck_assert_int_eq(resize(&child, &parent, 7), 0);
	assert_books(&child, 0, 7, 7, 0);
	assert_lent(7);
	ck_assert_int_eq(resize(&child, &parent, 2), 0);
	assert_books(&child, 0, 2, 2, 0);
	assert_lent(2);
}

START_TEST(a_charge_stops_at_its_counter)
{
	struct page_counter *fail = NULL;

	ck_assert_int_eq(resize(&child, &parent, 7), 0);
	ck_assert(page_counter_try_charge(&child.memory, 7, &fail));
	ck_assert(!page_counter_try_charge(&child.memory, 1, &fail));
	ck_assert_ptr_eq(fail, &child.memory);
	ck_assert_uint_eq(page_counter_read(&parent.memory), 7);
}

/* Who reads what was there before is not waited for with the lock held. */
START_TEST(resize_while_it_is_read)
{
	ck_assert_int_eq(resize(&child, &parent, 4), 0);
	rcu_read_lock();
	ck_assert_int_eq(resize(&child, &parent, 5), 0);
	ck_assert_int_eq(try_resize(&child, &parent, 6), -EAGAIN);
	ck_assert_int_eq(try_resize(&child, &parent, 3), -EAGAIN);
	assert_books(&child, 0, 5, 5, 0);
	assert_lent(5);
	ck_assert_uint_eq(parent.memory.failcnt, 0);
	/* What needs no slot. */
	ck_assert_int_eq(try_resize(&child, &parent, 5), 0);
	ck_assert_int_eq(try_resize(&child, &parent, 0), 0);
	rcu_read_unlock();
	assert_lent(0);
	ck_assert_int_eq(resize(&child, &parent, 6), 0);
	assert_lent(6);
}

START_TEST(raise_that_fails_gives_back)
{
	ck_assert_int_eq(resize(&child, &parent, 2), 0);
	ck_assert_int_eq(page_counter_set_max(&child.memsw, 4), 0);
	ck_assert_int_eq(resize(&child, &parent, 5), -EINVAL);
	assert_books(&child, 0, 2, 2, 0);
	assert_lent(2);
	ck_assert_uint_eq(parent.memory.failcnt, 1);
}

START_TEST(shrink_below_what_is_lent)
{
	ck_assert_int_eq(resize(&child, &parent, 7), 0);
	ck_assert_int_eq(resize(&grandchild, &child, 5), 0);
	ck_assert_int_eq(resize(&child, &parent, 4), -EBUSY);
	assert_books(&child, 5, 7, 7, 5);
	ck_assert_int_eq(resize(&child, &parent, 5), 0);
	assert_books(&child, 5, 5, 5, 5);
	assert_lent(5);
}

int main(void)
{
	Suite *suite = suite_create("verbs");
	TCase *tcase = tcase_create("verbs");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, starts_with_nothing);
	tcase_add_test(tcase, books);
	tcase_add_test(tcase, failures_are_counted);
	tcase_add_test(tcase, lends_both);
	tcase_add_loop_test(tcase, could_never_lend, 0, ARRAY_SIZE(too_much));
	tcase_add_test(tcase, no_room_in_memory);
	tcase_add_test(tcase, no_room_in_memory_any_more);
	tcase_add_test(tcase, no_room_in_memory_while_it_is_read);
	tcase_add_test(tcase, forced_above_the_limit_needs_no_room);
	tcase_add_test(tcase, no_room_in_memsw);
	tcase_add_test(tcase, memsw_is_never_below_memory);
	tcase_add_test(tcase, gives_back_both);
	tcase_add_test(tcase, gives_back_what_a_child_lets_go);
	tcase_add_test(tcase, limit_below_usage);
	tcase_add_test(tcase, limit_waits_for_who_began_before);
	tcase_add_test(tcase, limit_does_not_wait_for_what_fits);
	tcase_add_test(tcase, limit_below_what_is_lent_by_now);
	tcase_add_test(tcase, limit_waits_until_a_signal);
	tcase_add_test(tcase, limit_above_that_of_memsw);
	tcase_add_test(tcase, root_lends_up_to_its_limit);
	tcase_add_test(tcase, root_without_a_limit_keeps_some);
	tcase_add_test(tcase, root_without_a_limit_any_more);
	tcase_add_test(tcase, grow_and_shrink);
	tcase_add_test(tcase, a_charge_stops_at_its_counter);
	tcase_add_test(tcase, raise_that_fails_gives_back);
	tcase_add_test(tcase, resize_while_it_is_read);
	tcase_add_test(tcase, shrink_below_what_is_lent);
	suite_add_tcase(suite, tcase);
	return run_suites(srunner_create(suite));
}
