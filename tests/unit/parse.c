// SPDX-License-Identifier: GPL-2.0-only
/* res_counter_parse_limit(). */
#include "world.h"

#include <stdlib.h>
#include <string.h>

/* In a buffer of its exact size, so that ASan sees a read behind the end. */
static int parse(const char *text, unsigned long long *limit)
{
	char *buf = strdup(text);
	int ret = res_counter_parse_limit(buf, limit);

	free(buf);
	return ret;
}

static const struct {
	const char *text;
	unsigned long long limit;
} good[] = {
	{ "0", 0 }, { "00", 0 }, { "0x0", 0 }, { "0K", 0 }, { "0E", 0 },
	{ "1", 4096 }, { "4095", 4096 }, { "4096", 4096 }, { "4097", 8192 },
	{ "4096\n", 4096 }, { " 4096", 4096 }, { "\t\v\f\r\n 4096 \t\n", 4096 },
	{ "010000", 4096 }, { "07777", 4096 }, { "0x1000", 4096 },
	{ "0X1000", 4096 }, { "0x1001", 8192 }, { "0xfFf", 4096 },
	{ "0xABCDE000", 0xabcde000 }, { "0xabcde000", 0xabcde000 },
	{ "4K", 4096 }, { "4k", 4096 }, { "04K", 4096 }, { "0x4k", 4096 },
	{ "3M", 3ULL << 20 }, { "3m", 3ULL << 20 }, { "3m\n", 3ULL << 20 },
	{ "3G", 3ULL << 30 }, { "3g", 3ULL << 30 },
	{ "3T", 3ULL << 40 }, { "3t", 3ULL << 40 },
	{ "3P", 3ULL << 50 }, { "3p", 3ULL << 50 },
	{ "3E", 3ULL << 60 }, { "3e", 3ULL << 60 },
	/* No exponent: as memparse() has it. */
	{ "1E", 1ULL << 60 }, { "1e", 1ULL << 60 }, { "0x1e", 4096 },
	{ "0x1E", 4096 }, { "0x1EE", 4096 },
	{ "00000000000000000000000000000010000", 4096 },
	/* The largest limit, and what is cut down to it. */
	{ "9223372036854771712", 0x7ffffffffffff000 },
	{ "9223372036854771713", 0x7ffffffffffff000 },
	{ "9223372036854775807", 0x7ffffffffffff000 },
	{ "9223372036854775808", 0x7ffffffffffff000 },
	{ "18446744073709547520", 0x7ffffffffffff000 },
	{ "0xfffffffffffff000", 0x7ffffffffffff000 },
	{ "01777777777777777770000", 0x7ffffffffffff000 },
	{ "15E", 0x7ffffffffffff000 },
	{ "16383P", 0x7ffffffffffff000 },
	{ "18014398509481980K", 0x7ffffffffffff000 },
};

START_TEST(accepts)
{
	unsigned long long limit = 12345;

	ck_assert_msg(!parse(good[_i].text, &limit), "\"%s\" is refused",
		      good[_i].text);
	ck_assert_msg(limit == good[_i].limit, "\"%s\" is %llu, not %llu",
		      good[_i].text, limit, good[_i].limit);
}

static const char * const bad[] = {
	"", " ", "\n", "x", "K", "-1", "+1", "1.5", "1,000", "- 1", ".",
	"0x", "0xg", "0x ", "x10", "08", "019", "0xK", "1 K", "1KK", "1KB",
	"1B", "1e3", "1e0", "1E+3", "1 2", "12a", "1\n2", "\x80", "1\x80", "/", ":", "0x:", "0x@",
	"0xG", "0x`", "@", "1Z", "1\x08", "1\x0e", "\x0e" "1",
	/* too large before rounding */
	"18446744073709551616", "18446744073709551620", "184467440737095516150",
	"99999999999999999999999999", "0x10000000000000000",
	"0xfffffffffffffffff", "02000000000000000000000",
	"16E", "16384P", "16777216T", "18446744073709551615K",
	"0x8000000000000000k", "18014398509481984K",
	/* and by rounding */
	"18446744073709547521", "18446744073709551615", "0xfffffffffffff001",
	"0xffffffffffffffff", "01777777777777777777777",
};

START_TEST(refuses)
{
	unsigned long long limit = 12345;

	ck_assert_msg(parse(bad[_i], &limit) == -EINVAL, "\"%s\" is accepted",
		      bad[_i]);
	ck_assert_uint_eq(limit, 12345);
}

START_TEST(only_a_nul_at_the_end)
{
	ck_assert(res_counter_text_ends("4M", 2));
	ck_assert(res_counter_text_ends("4M", 3));
	ck_assert(!res_counter_text_ends("4M\0", 4));
	ck_assert(!res_counter_text_ends("4M\0junk", 7));
	ck_assert(res_counter_text_ends("", 0));
	ck_assert(res_counter_text_ends("", 1));
	ck_assert(!res_counter_text_ends("\0", 2));
}

Suite *parse_suite(void)
{
	Suite *suite = suite_create("parse");
	TCase *tcase = tcase_create("parse");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, accepts, 0, ARRAY_SIZE(good));
	tcase_add_loop_test(tcase, refuses, 0, ARRAY_SIZE(bad));
	tcase_add_test(tcase, only_a_nul_at_the_end);
	suite_add_tcase(suite, tcase);
	return suite;
}
