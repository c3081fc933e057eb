// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers, names, and what is mounted.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static const struct {
	const char *text;
	int ret;
	u64 size;
} sizes[] = {
	{ "0", 0, 0 },
	{ "4096", 0, 4096 },
	{ "1k", 0, 1024 },
	{ "512M", 0, 512 * MIB },
	{ "1.5G", 0, 1536 * MIB },
	{ "2GiB", 0, 2 * GIB },
	{ "2gb", 0, 2 * GIB },
	{ "4E", 0, 1ULL << 62 },
	{ "0.5k", 0, 512 },
	{ "1.000000000001G", 0, GIB },
	{ "5E", -ERANGE, 0 },
	{ "99999999999999999999", -ERANGE, 0 },
	{ "", -EINVAL, 0 },
	{ "-1", -EINVAL, 0 },
	{ "+1", -EINVAL, 0 },
	{ " 1", -EINVAL, 0 },
	{ "1.5", -EINVAL, 0 },
	{ "1.G", -EINVAL, 0 },
	{ "1Q", -EINVAL, 0 },
	{ "1MM", -EINVAL, 0 },
	{ "1M 2", -EINVAL, 0 },
	{ "0x10", -EINVAL, 0 },
	{ "max", -EINVAL, 0 },
};

START_TEST(size_is_parsed)
{
	u64 size = 42;

	ck_assert_int_eq(size_parse(sizes[_i].text, &size), sizes[_i].ret);
	ck_assert_uint_eq(size, sizes[_i].ret ? 42 : sizes[_i].size);
}
END_TEST

START_TEST(size_is_written)
{
	ck_assert_str_eq(EXACT(0), "0");
	ck_assert_str_eq(EXACT(512 * MIB), "512M");
	ck_assert_str_eq(EXACT(1536 * MIB), "1536M");
	ck_assert_str_eq(EXACT(GIB + 1), "1073741825");
	ck_assert_str_eq(EXACT(UNLIMITED), "max");
	ck_assert_str_eq(SHORT(0), "0");
	ck_assert_str_eq(SHORT(1536 * MIB), "1.5G");
	ck_assert_str_eq(SHORT(1023 * MIB + MIB / 2), "1G");
	ck_assert_str_eq(SHORT(100 * MIB + 1), "100M");
	ck_assert_str_eq(SHORT(UNLIMITED), "max");
}
END_TEST

static const struct {
	const char *name, *shown;
} names[] = {
	{ "plain", "plain" },
	{ "with space", "with space" },
	{ "new\nline", "new\\x0aline" },
	{ "\033[31m", "\\x1b[31m" },
	{ "caf\xc3\xa9", "caf\xc3\xa9" },
	{ "\xe2\x82\xac", "\xe2\x82\xac" },
	{ "\xff", "\\xff" },
	{ "\xc3", "\\xc3" },
	{ "\xc2\x9b", "\\xc2\\x9b" },
	{ "\xc0\xaf", "\\xc0\\xaf" },
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
	{ "\x7f", "\\x7f" },
};

START_TEST(name_is_harmless)
{
	ck_assert_str_eq(shown(names[_i].name), names[_i].shown);
}
END_TEST

static const struct {
	const char *name, *text;
} bytes[] = {
	{ "caf\xc3\xa9 \"\n\x7f\xc2\x9b", "caf\xc3\xa9 \"\n\x7f\xc2\x9b" },
	{ "t-a\\x2db.slice", "t-a\\x2db.slice" },
	{ "a\\b\\", "a\\b\\" },
	{ "\xffz", "\\xffz" },
	{ "\xe2\x82", "\\xe2\\x82" },
	{ "\\xff", "\\x5cxff" },
	{ "\\x5cxff", "\\x5cx5cxff" },
	{ "\\\xff", "\\\\xff" },
	{ "\\xf", "\\xf" },
	{ "\\xFF", "\\xFF" },
};

START_TEST(name_is_text)
{
	char *text = name_utf8(bytes[_i].name);

	ck_assert_str_eq(text, bytes[_i].text);
	free(text);
}
END_TEST

static char *seen;

static void see(const struct mount *mount, void *data)
{
	char *more = xprintf("%s%s %s %s|", seen, mount->v2 ? "v2" : "v1",
			     mount->root, mount->path);

	(void)data;
	free(seen);
	seen = more;
}

static void ck_mounts(const char *text, const char *expected)
{
	seen = xstrdup("");
	mountinfo_parse(text, strlen(text), see, NULL);
	ck_assert_str_eq(seen, expected);
	free(seen);
}

START_TEST(mounts_are_found)
{
	ck_mounts("31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
		  "35 31 0:32 / /sys/fs/cgroup/memory rw,nosuid shared:9 - cgroup cgroup rw,memory\n"
		  "36 31 0:33 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
		  "37 31 0:33 /a /c\\040g rw shared:1 master:2 - cgroup2 none rw\n"
		  "38 31 0:34 / /empty rw - cgroup2  rw\n"
		  "39 31 0:34 / /bare rw -  cgroup2 rw\n",
		  "v1 / /sys/fs/cgroup/memory|v2 /a /c g|v2 / /empty|");
}
END_TEST

START_TEST(mounts_of_another_form_are_none)
{
	ck_mounts("", "");
	ck_mounts("\n\n", "");
	ck_mounts("35 31 0:32 / /m rw - cgroup", "");
	ck_mounts("35 31 0:32 / /m rw - cgroup cgroup", "");
	ck_mounts("35 31 0:32 / /m rw cgroup cgroup rw,memory", "");
	ck_mounts("35 31 0:32 / /m\\0 rw - cgroup cgroup rw,memory", "");
	ck_mounts("35 31 0:32 / /m\\000 rw - cgroup cgroup rw,memory", "");
	ck_mounts("35 31 0:32 / m rw - cgroup cgroup rw,memory", "");
	ck_mounts("35 31 0:32 / /m rw - cgroup cgroup rw,memoryless", "");
}
END_TEST

START_TEST(path_may_be_of_a_group)
{
	ck_assert_int_eq(path_check("a"), 0);
	ck_assert_int_eq(path_check("a/b c/..."), 0);
	ck_assert_int_eq(path_check(""), -EINVAL);
	ck_assert_int_eq(path_check("/a"), -EINVAL);
	ck_assert_int_eq(path_check("a/"), -EINVAL);
	ck_assert_int_eq(path_check("a//b"), -EINVAL);
	ck_assert_int_eq(path_check("."), -EINVAL);
	ck_assert_int_eq(path_check("a/./b"), -EINVAL);
	ck_assert_int_eq(path_check(".."), -EINVAL);
	ck_assert_int_eq(path_check("a/.."), -EINVAL);
}
END_TEST

START_TEST(argument_names_a_group)
{
	struct hier hier = { .where = "/sys/fs/cgroup/" };
	static const char * const arguments[][2] = {
		{ "", "" }, { "/", "" }, { ".", "" }, { "a/b", "a/b" },
		{ "/a/b/", "a/b" }, { "/sys/fs/cgroup", "" },
		{ "/sys/fs/cgroup/a/b", "a/b" },
		{ "/sys/fs/cgroups/a", "sys/fs/cgroups/a" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(arguments); i++) {
		char *path = path_of_user(&hier, arguments[i][0]);

		ck_assert_str_eq(path, arguments[i][1]);
		free(path);
	}
	said_begin();
	ck_assert_ptr_null(path_of_user(&hier, "a/../../b"));
	ck_said("a/../../b is no group of /sys/fs/cgroup/");
	said_end();
}
END_TEST

Suite *text_suite(void)
{
	Suite *suite = suite_create("text");
	TCase *tcase = tcase_create("text");

	tcase_add_loop_test(tcase, size_is_parsed, 0, ARRAY_SIZE(sizes));
	tcase_add_test(tcase, size_is_written);
	tcase_add_loop_test(tcase, name_is_harmless, 0, ARRAY_SIZE(names));
	tcase_add_loop_test(tcase, name_is_text, 0, ARRAY_SIZE(bytes));
	tcase_add_test(tcase, mounts_are_found);
	tcase_add_test(tcase, mounts_of_another_form_are_none);
	tcase_add_test(tcase, path_may_be_of_a_group);
	tcase_add_test(tcase, argument_names_a_group);
	suite_add_tcase(suite, tcase);
	return suite;
}
