// SPDX-License-Identifier: GPL-2.0-only
/* include/linux/res_counter.h of 2.6.26 without CONFIG_RES_COUNTER_HIER. */
#include <linux/slab.h>
#include <linux/res_counter.h>

#include "alone.h"
#include "checked.h"

START_TEST(zero_limit)
{
	struct res_counter counter = { .limit = LLONG_MAX };

	res_counter_zero_limit(&counter);
	ck_assert_uint_eq(counter.limit, 0);
	/* 1 byte of nothing */
	ck_assert(res_counter_check_under_limit(&counter) == 0);
}

int main(void)
{
	Suite *suite = suite_create("off");
	TCase *tcase = tcase_create("off");

	tcase_add_checked_fixture(tcase, alone_start, shim_check_no_locks);
	tcase_add_test(tcase, zero_limit);
	suite_add_tcase(suite, tcase);
	return run_suites(srunner_create(suite));
}
