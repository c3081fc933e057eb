// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is in a file, and what is wrong with it.
 */
#include <stdlib.h>
#include <string.h>

#include "unit.h"

START_TEST(sections_are_read)
{
	struct conf *conf = conf_of("\xef\xbb\xbf# first\n"
				    "[tenants]\n"
				    "limit = 4G\n"
				    "  reserve=2G ; behind\n"
				    "[tenants/a b]  # a name with a space\n"
				    "limit = 12.5 %\n"
				    "at least = 1M\n"
				    "hardwall = yes\n"
				    "owner = 7:8\n"
				    "[tenants/c]\n"
				    "[/]\n"
				    "reserve = 8G\n");
	struct section *section = conf_find(conf, "tenants");

	ck_assert_uint_eq(conf->errors, 0);
	ck_assert_int_eq(section->place.line, 2);
	ck_assert_int_eq(section->limit.type, AMOUNT_BYTES);
	ck_assert_uint_eq(section->limit.number, 4 * GIB);
	ck_assert_uint_eq(section->reserve.number, 2 * GIB);
	ck_assert_int_eq(section->reserve.place.line, 4);
	section = conf_find(conf, "tenants/a b");
	ck_assert_int_eq(section->limit.type, AMOUNT_PERCENT);
	ck_assert_uint_eq(section->limit.number, 12500);
	ck_assert_uint_eq(section->at_least.number, MIB);
	ck_assert(section->hardwall);
	ck_assert_uint_eq(section->uid, 7);
	ck_assert_uint_eq(section->gid, 8);
	ck_assert_ptr_nonnull(conf_find(conf, "tenants/c"));
	ck_assert_uint_eq(conf_find(conf, "")->reserve.number, 8 * GIB);
	conf_free(conf);
}
END_TEST

START_TEST(comments_are_no_part_of_a_name)
{
	struct conf *conf = conf_of("[t] ; was [u]\n"
				    "[a]b] # and [c]\n"
				    "[d;e]\t\n"
				    "[f] ]#[]\n");

	ck_assert_uint_eq(conf->errors, 0);
	ck_assert_ptr_nonnull(conf_find(conf, "t"));
	ck_assert_ptr_nonnull(conf_find(conf, "a]b"));
	ck_assert_ptr_nonnull(conf_find(conf, "d;e"));
	ck_assert_ptr_nonnull(conf_find(conf, "f] "));
	conf_free(conf);
}
END_TEST

START_TEST(names_may_be_long)
{
	char *text = xalloc(4096), *name = xalloc(3000);
	struct conf *conf;

	memset(name, 'n', 2999);
	sprintf(text, "[%s]\nlimit = 1G\n", name);
	conf = conf_of(text);
	ck_assert_uint_eq(conf->errors, 0);
	ck_assert_ptr_nonnull(conf_find(conf, name));
	conf_free(conf);
	free(text);
	free(name);
}
END_TEST

static const struct {
	const char *text, *said;
} wrong[] = {
	{ "[a]\nlimti = 1G\n", "test.conf:2: there is no key \"limti\"; \"limit\"?" },
	{ "[a]\nfrobnicate = 1G\n", "test.conf:2: there is no key \"frobnicate\"" },
	{ "[a]\nlimit = 1X\n", "test.conf:2: limit = 1X: not a size" },
	{ "[a]\nlimit =\n", "test.conf:2: limit = : not a size" },
	{ "[a]\nlimit = -1\n", "test.conf:2: limit = -1: not a size" },
	{ "[a]\nlimit = 1%%\n", "not a size" },
	{ "[a]\nlimit = 101%\n", "test.conf:2: limit = 101%: that is more than there is" },
	{ "[a]\nlimit = 9999999999999E\n", "that is too large" },
	{ "[a]\nreserve = max\n", "test.conf:2: reserve = max: not a size" },
	{ "[a]\nkeep = 10%\n", "keep = 10%: not a size" },
	{ "[a]\nlimit = 1G\n\nlimit = 2G\n", "test.conf:4: limit was given in line 2" },
	{ "[a]\n[b]\n[a]\n", "test.conf:3: [a] was declared in line 1" },
	{ "[a]\nlimit 1G\n", "test.conf:2: neither \"key = value\" nor a [section]" },
	{ "limit = 1G\n", "test.conf:1: limit: before it, a section names a group" },
	{ "[a\nlimit = 1G\n", "test.conf:1: a section's name ends with \"]\"" },
	{ "[a] b\n", "test.conf:1: there is something behind the \"]\"" },
	{ "[]\n", "test.conf:1: []: a section needs the name of a group" },
	{ "[/a]\n", "[/a]: the name of a group begins below the root" },
	{ "[//]\n", "[//]: the name of a group begins below the root" },
	{ "[a/../b]\n", "no \"..\"" },
	{ "[..]\n", "no \"..\"" },
	{ "[a//b]\n", "no empty part" },
	{ "[a/]\n", "no empty part" },
	{ "[a]\nhardwall = maybe\n", "hardwall = maybe: neither yes nor no" },
	{ "[a]\nweight = 0\n", "weight = 0: not a number from 1 to 10000" },
	{ "[a]\nweight = -5\n", "weight = -5: not a number" },
	{ "[a]\nweight = 1\nweight = 2\n", ":3: weight was given in line 2" },
	{ "[a]\nhardwall = yes\nhardwall = no\n", ":3: hardwall was given in line 2" },
	{ "[a]\nowner = 1\nowner = 2\n", ":3: owner was given in line 2" },
	{ "[a]\nowner = nosuchuser\n", "test.conf:2: owner = nosuchuser: there is no user nosuchuser" },
	{ "[a]\nowner = 0:nosuchgroup\n", "there is no group nosuchgroup of users" },
	{ "[a]\nowner = 4294967295\n", "there is no user" },
	{ "[a\033[31m/..]\n", "[a\\x1b[31m/..]" },
};

START_TEST(errors_have_a_line)
{
	struct conf *conf;

	said_begin();
	conf = conf_of(wrong[_i].text);
	ck_assert_uint_ge(conf->errors, 1);
	ck_said(wrong[_i].said);
	said_end();
	conf_free(conf);
}
END_TEST

START_TEST(all_errors_are_told)
{
	struct conf *conf;

	said_begin();
	conf = conf_of("[a]\nlimt = 1\n[/b]\nlimit = 2\n[c]\nlimit = x\n");
	/* What is in a section without a name is not looked at. */
	ck_assert_uint_eq(conf->errors, 3);
	ck_said(":2: ");
	ck_said(":3: ");
	ck_said(":6: ");
	said_end();
	conf_free(conf);
}
END_TEST

START_TEST(long_lines_and_nul_are_told)
{
	static const char nul[] = "[a]\nlimit = \0001G\n";
	struct conf *conf = conf_new();
	char *text = xalloc(1000);
	FILE *file;

	memset(text, 'x', 999);
	memcpy(text, "[a]\nlimit = ", 12);
	said_begin();
	file = fmemopen((void *)nul, sizeof(nul) - 1, "r");
	conf_read_stream(conf, file, "nul.conf");
	fclose(file);
	ck_said("nul.conf:2: there is a NUL byte");
	conf_free(conf);
	conf = conf_of(text);
	ck_said("test.conf:2: the line is longer than");
	said_end();
	conf_free(conf);
	free(text);
}
END_TEST

Suite *conf_suite(void)
{
	Suite *suite = suite_create("conf");
	TCase *tcase = tcase_create("conf");

	tcase_add_test(tcase, sections_are_read);
	tcase_add_test(tcase, comments_are_no_part_of_a_name);
	tcase_add_test(tcase, names_may_be_long);
	tcase_add_loop_test(tcase, errors_have_a_line, 0, ARRAY_SIZE(wrong));
	tcase_add_test(tcase, all_errors_are_told);
	tcase_add_test(tcase, long_lines_and_nul_are_told);
	suite_add_tcase(suite, tcase);
	return suite;
}
