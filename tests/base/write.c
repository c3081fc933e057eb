// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel/res_counter.c of 2.6.26 as the patches leave it: what reading and
 * writing a member as a file returns.
 */
#include <linux/res_counter.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "alone.h"
#include "checked.h"

static struct res_counter counter;
static unsigned long long asked;
static int answer, calls;

static void set_up(void)
{
	alone_start();
	memset(&counter, 0, sizeof(counter));
	res_counter_init(&counter);
	answer = 0;
	calls = 0;
	asked = 12345;
}

static int resize(struct res_counter *resized, unsigned long long limit)
{
	ck_assert_ptr_eq(resized, &counter);
	shim_check_no_locks();
	calls++;
	asked = limit;
	return answer;
}

static ssize_t write_limit(const char *text, res_resize_callback_t callback)
{
	loff_t pos = 0;

	return res_counter_write(&counter, RES_LIMIT, text, strlen(text), &pos,
				 res_counter_parse_limit, callback);
}

START_TEST(write_is_whole)
{
	ck_assert_int_eq(write_limit("8K\n", resize), 3);
	ck_assert_uint_eq(asked, 8192);
	ck_assert_int_eq(calls, 1);
	/* The callback sets the limit, not the write. */
	ck_assert_uint_eq(counter.limit, LLONG_MAX);
}

static const int errors[] = { -EINVAL, -ENOSPC, -EBUSY, -EINTR, -ENODEV };

/* In the RFC a failure was 1: "1 byte written". */
START_TEST(write_passes_errors_on)
{
	answer = errors[_i];
	ck_assert_int_eq(write_limit("8K\n", resize), errors[_i]);
	ck_assert_uint_eq(counter.limit, LLONG_MAX);
}

START_TEST(write_refuses_junk)
{
	static const char * const junk[] = {
		"", "\n", "x", "1x", "-1", "18446744073709551615",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(junk); i++)
		ck_assert_int_eq(write_limit(junk[i], resize), -EINVAL);
	ck_assert_int_eq(calls, 0);
}

START_TEST(write_refuses_a_book)
{
	char text[PAGE_SIZE + 1];

	memset(text, '1', PAGE_SIZE);
	text[PAGE_SIZE] = '\0';
	ck_assert_int_lt(write_limit(text, resize), 0);
	ck_assert_int_eq(calls, 0);
}

START_TEST(write_without_callback)
{
	ck_assert_int_eq(write_limit("8K", NULL), 2);
	ck_assert_uint_eq(counter.limit, 8192);
}

/* In the RFC RES_BORROW ended in BUG(). */
START_TEST(all_can_be_read)
{
	char text[32] = "";
	loff_t pos = 0;

	counter.usage = 1;
	counter.max_usage = 2;
	counter.limit = 3;
	counter.failcnt = 4;
	counter.borrow = 5;
	counter.security = 6;
	ck_assert_uint_eq(res_counter_read_u64(&counter, RES_USAGE), 1);
	ck_assert_uint_eq(res_counter_read_u64(&counter, RES_MAX_USAGE), 2);
	ck_assert_uint_eq(res_counter_read_u64(&counter, RES_LIMIT), 3);
	ck_assert_uint_eq(res_counter_read_u64(&counter, RES_FAILCNT), 4);
	ck_assert_uint_eq(res_counter_read_u64(&counter, RES_BORROW), 5);
	ck_assert_uint_eq(res_counter_read_u64(&counter, RES_SECURITY), 6);
	ck_assert_int_eq(res_counter_read(&counter, RES_BORROW, text,
					  sizeof(text), &pos, NULL), 2);
	ck_assert_str_eq(text, "5\n");
}

int main(void)
{
	Suite *suite = suite_create("write");
	TCase *tcase = tcase_create("write");

	tcase_add_checked_fixture(tcase, set_up, shim_check_no_locks);
	tcase_add_test(tcase, write_is_whole);
	tcase_add_loop_test(tcase, write_passes_errors_on, 0,
			    ARRAY_SIZE(errors));
	tcase_add_test(tcase, write_refuses_junk);
	tcase_add_test(tcase, write_refuses_a_book);
	tcase_add_test(tcase, write_without_callback);
	tcase_add_test(tcase, all_can_be_read);
	suite_add_tcase(suite, tcase);
	return run_suites(srunner_create(suite));
}
