// SPDX-License-Identifier: GPL-2.0-only
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include <linux/sched.h>

#include "checked.h"

struct res_counter parent, child;
struct reclaim reclaim;

void set_up(void)
{
	alone_start();
	reclaim = (struct reclaim){ 0 };
	res_counter_init(&parent);
	res_counter_init(&child);
	res_counter_zero_limit(&child);
}

void tear_down(void)
{
	shim_check_no_locks();
}

void set_limits(unsigned long long parent_limit, unsigned long long child_limit)
{
	parent.limit = parent_limit;
	parent.usage = child_limit;
	parent.max_usage = child_limit;
	parent.security = child_limit;
	child.limit = child_limit;
	child.borrow = child_limit;
}

void make_root(unsigned long long whole, unsigned long long limit)
{
	parent.whole = whole;
	parent.limit = limit;
}

struct books books_of(const struct res_counter *counter)
{
	return (struct books){ counter->usage, counter->limit, counter->borrow,
			       counter->security };
}

void assert_books(const struct res_counter *counter, unsigned long long usage,
		  unsigned long long limit, unsigned long long borrow,
		  unsigned long long security)
{
	ck_assert_uint_eq(counter->usage, usage);
	ck_assert_uint_eq(counter->limit, limit);
	ck_assert_uint_eq(counter->borrow, borrow);
	ck_assert_uint_eq(counter->security, security);
}

void assert_same(const struct res_counter *counter, struct books before)
{
	assert_books(counter, before.usage, before.limit, before.borrow,
		     before.security);
}

void assert_sound(void)
{
	ck_assert_uint_le(parent.usage, parent.limit);
	ck_assert_uint_le(child.usage, child.limit);
	ck_assert_uint_eq(parent.borrow, 0);
	ck_assert_uint_eq(child.borrow, child.limit);
	ck_assert_uint_eq(parent.security, child.borrow);
	ck_assert_uint_ge(parent.usage, parent.security);
	ck_assert_uint_ge(parent.max_usage, parent.usage);
	shim_check_no_locks();
}

int reclaim_callback(struct res_counter *counter, unsigned long long val)
{
	unsigned long long own = counter->usage - counter->security;

	ck_assert_uint_eq(task.spinlocks, 0);
	reclaim.counter = counter;
	reclaim.val = val;
	reclaim.calls++;
	ck_assert_msg(reclaim.calls <= 1000, "the retries do not end");
	if (reclaim.calls == reclaim.signal_at)
		task.signal = true;
	if (reclaim.calls == reclaim.fails_at)
		return -EIO;
	res_counter_uncharge(counter, own < reclaim.frees ? own : reclaim.frees);
	return 0;
}

int main(void)
{
	SRunner *runner = srunner_create(borrow_suite());

	srunner_add_suite(runner, repay_suite());
	srunner_add_suite(runner, resize_suite());
	srunner_add_suite(runner, move_suite());
	srunner_add_suite(runner, parse_suite());
	srunner_add_suite(runner, root_suite());
	return run_suites(runner);
}
