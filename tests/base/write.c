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

static ssize_t write_bytes(const char *text, size_t nbytes,
			   res_resize_callback_t callback)
{
	loff_t pos = 0;

	return res_counter_write(&counter, RES_LIMIT, text, nbytes, &pos,
				 res_counter_parse_limit, callback);
}

static ssize_t write_limit(const char *text, res_resize_callback_t callback)
{
	return write_bytes(text, strlen(text), callback);
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

/* A C program may write its string with the NUL at the end, but not more. */
START_TEST(write_takes_one_nul)
{
	ck_assert_int_eq(write_bytes("8K", 3, resize), 3);
	ck_assert_uint_eq(asked, 8192);
	ck_assert_int_eq(write_bytes("4K\n", 4, resize), 4);
	ck_assert_uint_eq(asked, 4096);
	ck_assert_int_eq(calls, 2);
}

START_TEST(write_refuses_junk_behind_a_nul)
{
	static const char junk[] = "8K\0junk", nuls[] = "8K\0", newline[] = "8K\0\n";

	ck_assert_int_eq(write_bytes(junk, sizeof(junk) - 1, resize), -EINVAL);
	ck_assert_int_eq(write_bytes(nuls, sizeof(nuls), resize), -EINVAL);
	ck_assert_int_eq(write_bytes(newline, sizeof(newline) - 1, resize),
			 -EINVAL);
	ck_assert_int_eq(write_bytes("", 1, resize), -EINVAL);
	ck_assert_int_eq(calls, 0);

	/* Without a callback it is as it was. */
	ck_assert_int_eq(write_bytes(junk, sizeof(junk) - 1, NULL),
			 sizeof(junk) - 1);
}

/* As on 6.12, where cgroup files take no more than a page. */
START_TEST(write_refuses_more_than_a_page)
{
	char text[PAGE_SIZE + 1];

	memset(text, ' ', sizeof(text));
	memcpy(text, "8K", 2);
	ck_assert_int_eq(write_bytes(text, PAGE_SIZE + 1, resize), -E2BIG);
	ck_assert_int_eq(calls, 0);
	ck_assert_int_eq(write_bytes(text, PAGE_SIZE, resize), PAGE_SIZE);
	ck_assert_uint_eq(asked, 8192);
	memset(text, '1', PAGE_SIZE);
	ck_assert_int_eq(write_bytes(text, PAGE_SIZE, resize), -EINVAL);
	ck_assert_int_eq(calls, 1);
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

static int locked;

static void count_locks(const char *what, const void *object)
{
	if (!strcmp(what, "lock") && object == &counter.lock)
		locked++;
}

/* Where a word is 32 bits, in two halves, and a writer could come between. */
START_TEST(reads_are_whole)
{
	locked = 0;
	on_point = count_locks;
	counter.borrow = 0x123456789abcULL;
	ck_assert_uint_eq(res_counter_read_u64(&counter, RES_BORROW),
			  0x123456789abcULL);
	ck_assert_int_eq(locked, BITS_PER_LONG == 32);
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
	tcase_add_test(tcase, write_takes_one_nul);
	tcase_add_test(tcase, write_refuses_junk_behind_a_nul);
	tcase_add_test(tcase, write_refuses_more_than_a_page);
	tcase_add_test(tcase, write_without_callback);
	tcase_add_test(tcase, all_can_be_read);
	tcase_add_test(tcase, reads_are_whole);
	suite_add_tcase(suite, tcase);
	return run_suites(srunner_create(suite));
}
