// SPDX-License-Identifier: GPL-2.0-only
/*
 * Booted with memcg_hier=off: groups behave as on the unmodified base.
 */
#include <unistd.h>

#include "memcg_hier_util.h"

/* The walk up of the base's own hierarchy, where it has one. */
static bool base_walks_up(void)
{
	return !old_base();
}

/* 2.6.26 makes its files when it is built with the feature, and then they are 0. */
static void expect_absent_or_0(const char *group, const char *file)
{
	char path[4096];
	bool absent = access(group_path(path, group, file), F_OK);

	if (old_base() && !absent)
		expect_eq(book(group, file), 0);
	else
		expect(absent);
}

static void a_new_group_is_unlimited(void)
{
	expect_ok(group_mkdir("A"));
	expect_ge(book("A", LIMIT), LIMIT_MAX);
	expect_ok(group_mkdir("A/B"));
	expect_ge(book("A/B", LIMIT), LIMIT_MAX);
}

static void a_limit_is_not_borrowed(void)
{
	uint64_t root = book("", USAGE);
	uint64_t before;

	make_group("A", 32 * MB);
	expect_ok(group_mkdir("A/B"));
	before = book("A", USAGE);
	expect_ok(set_limit("A/B", 16 * MB));
	expect_eq(book("A/B", LIMIT), 16 * MB);
	expect_near(book("A", USAGE), before);
	expect_le(book("", USAGE), root + 8 * MB);
}

static void a_child_may_be_promised_more_than_its_parent(void)
{
	make_group("A", 16 * MB);
	make_group("A/B", 64 * MB);
	make_group("A/C", 64 * MB);
	expect_eq(book("A/B", LIMIT), 64 * MB);
	expect_ok(set_limit("A", 8 * MB));
	expect_eq(book("A", LIMIT), 8 * MB);
}

static void borrow_and_security_are_absent_or_0(void)
{
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	expect_absent_or_0("", BORROW);
	expect_absent_or_0("", SECURITY);
	expect_absent_or_0("A", BORROW);
	expect_absent_or_0("A", SECURITY);
	expect_absent_or_0("A/B", BORROW);
}

static int sleeper(void *arg)
{
	(void)arg;
	return pause();
}

static void attach_to_limit_0_is_allowed(void)
{
	pid_t pid = spawn(sleeper, NULL);
	int ret;

	make_group("A", 0);
	expect_ok(set_limit("A", 0));
	ret = attach("A", pid);
	kid_kill(pid);
	expect_ok(ret);
}

static void a_charge_counts_as_on_the_base(void)
{
	const struct use use = { .anon = 4 * MB };
	uint64_t before;

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	before = book("A", USAGE);
	hold_in("A/B", &use);
	expect_ge(book("A/B", USAGE), use.anon);
	if (base_walks_up())
		expect_ge(book("A", USAGE) + slack(), before + use.anon);
	else
		expect_eq(book("A", USAGE), before);
}

static void removal_returns_nothing(void)
{
	uint64_t before;

	make_group("A", 32 * MB);
	before = book("A", USAGE);
	make_group("A/B", 16 * MB);
	expect_ok(group_rmdir("A/B"));
	expect_near(book("A", USAGE), before);
	expect_eq(book("A", LIMIT), 32 * MB);
}

static const struct test_case cases[] = {
	CASE(a_new_group_is_unlimited),
	CASE(a_limit_is_not_borrowed),
	CASE(a_child_may_be_promised_more_than_its_parent),
	CASE(borrow_and_security_are_absent_or_0),
	CASE(attach_to_limit_0_is_allowed),
	CASE(a_charge_counts_as_on_the_base),
	CASE(removal_returns_nothing),
};

int main(int argc, char **argv)
{
	return test_main(cases, ARRAY_SIZE(cases), false, argc, argv);
}
