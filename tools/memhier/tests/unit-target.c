// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each group shall have.
 */
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static struct model model;
static struct tree *tree;
static struct conf *conf;

static void begin(enum kind kind)
{
	model_init(&model, kind, 8 * GIB);
	if (kind == HARDWALL)
		model.tree->root->value[LIMIT] = 8 * GIB;
	model_add(&model, "t", 4 * GIB, 4 * GIB, 0);
	model_add(&model, "t/old", GIB, GIB, 0);
	model_add(&model, "t/old/deep", 0, 0, 0);
}

static int make(const char *text, bool prune)
{
	model.hier.ops->load(&model.hier, ~0U, &tree);
	conf = conf_of(text);
	ck_assert_uint_eq(conf->errors, 0);
	return target_make(conf, tree, prune);
}

static void end(void)
{
	tree_free(tree);
	conf_free(conf);
	model_end(&model);
}

static u64 wanted(const char *path, enum attr attr)
{
	struct group *group = tree_find(tree, path);

	ck_assert_ptr_nonnull(group);
	return group->want[attr];
}

START_TEST(parts_of_the_parent)
{
	begin(HARDWALL);
	ck_assert_int_eq(make("[t/a]\nlimit = 25 %\n"
			      "[t/b]\nlimit = rest\n"
			      "[t/c]\nlimit = 0.1%\nat least = 256M\n"
			      "[t]\nkeep = 128M\n", false), 0);
	ck_assert_uint_eq(wanted("t/a", LIMIT), GIB);
	ck_assert_uint_eq(wanted("t/c", LIMIT), 256 * MIB);
	/* What is not declared, t/old, has its part. */
	ck_assert_uint_eq(wanted("t/b", LIMIT), 2 * GIB - 384 * MIB);
	ck_assert_uint_eq(wanted("t/b", RESERVE), 2 * GIB - 384 * MIB);
	ck_assert(tree_find(tree, "t/b")->create);
	ck_assert_uint_eq(wanted("t/old", LIMIT), GIB);
	end();
}
END_TEST

START_TEST(walls_and_reserves)
{
	begin(RESERVES);
	ck_assert_int_eq(make("[t/a]\nlimit = 1G\nhardwall = yes\n"
			      "[t/b]\nreserve = rest\n"
			      "[t/c]\nreserve = 10%\nlimit = max\n"
			      "[t/d]\nhardwall = yes\nreserve = 4k\n", false), 0);
	ck_assert_uint_eq(wanted("t/a", RESERVE), GIB);
	ck_assert_uint_eq(wanted("t/d", LIMIT), 4096);
	ck_assert_uint_eq(wanted("t/c", LIMIT), UNLIMITED);
	ck_assert_uint_eq(wanted("t/b", RESERVE), 2 * GIB - 4096 -
			  wanted("t/c", RESERVE));
	ck_assert_uint_eq(wanted("t/b", LIMIT), UNLIMITED);
	end();
}
END_TEST

START_TEST(sizes_are_whole_pages)
{
	begin(RESERVES);
	ck_assert_int_eq(make("[t/a]\nlimit = 4097\nreserve = 1\n"
			      "[t/b]\nreserve = 33.333%\n", false), 0);
	ck_assert_uint_eq(wanted("t/a", LIMIT), 8192);
	ck_assert_uint_eq(wanted("t/a", RESERVE), 4096);
	ck_assert_uint_eq(wanted("t/b", RESERVE) % 4096, 0);
	end();
}
END_TEST

START_TEST(root_is_the_cap)
{
	begin(RESERVES);
	ck_assert_int_eq(make("[/]\nreserve = 6G\n[u]\nreserve = rest\n",
			      false), 0);
	ck_assert_uint_eq(wanted("u", RESERVE), 2 * GIB);
	end();
	begin(HARDWALL);
	ck_assert_int_eq(make("[/]\nlimit = 6G\n[u]\nlimit = 50 %\n[t]\nlimit = rest\n",
			      false), 0);
	ck_assert_uint_eq(wanted("u", LIMIT), 3 * GIB);
	ck_assert_uint_eq(wanted("t", LIMIT), 3 * GIB);
	end();
}
END_TEST

START_TEST(prune_takes_what_is_in_declared_groups)
{
	begin(HARDWALL);
	model_add(&model, "u", GIB, GIB, 0);
	ck_assert_int_eq(make("[t]\nlimit = 4G\n[t/new]\nlimit = rest\n",
			      true), 0);
	ck_assert(tree_find(tree, "t/old")->remove);
	ck_assert(tree_find(tree, "t/old/deep")->remove);
	ck_assert(!tree_find(tree, "u")->remove);
	ck_assert_uint_eq(wanted("t/new", LIMIT), 4 * GIB);
	end();
	begin(HARDWALL);
	ck_assert_int_eq(make("[t]\nlimit = 4G\n[t/old/deep]\n", true), 0);
	ck_assert(!tree_find(tree, "t/old")->remove);
	end();
}
END_TEST

static const struct {
	enum kind kind;
	const char *text, *said;
} wrong[] = {
	{ HARDWALL, "[t/a]\nlimit = rest\n[t/b]\nlimit = rest\n",
	  "a circle: limit = rest" },
	{ RESERVES, "[t/a]\nlimit = rest\nhardwall = yes\n[t/b]\nlimit = 1G\n[t/c]\nreserve = rest\nhardwall = yes\n[t/old]\nlimit = 1G\n",
	  "a circle: " },
	{ HARDWALL, "[t/a]\nlimit = 60%\n[t/b]\nlimit = 50%\n",
	  ":4: the groups in t have 110.000 % of it together" },
	{ HARDWALL, "[t/a]\nlimit = 2G\n[t/b]\nlimit = 2G\n",
	  ":4: the groups in t have 5G together, 1G more than it has" },
	{ HARDWALL, "[u]\nlimit = 5G\n",
	  ":2: the groups in / have 9G together, 1G more than there is to share" },
	{ HARDWALL, "[t]\nlimit = 512M\n", "the groups in t have 1G together" },
	{ RESERVES, "[t/a]\nreserve = 4G\n", "the groups in t have 5G together" },
	{ RESERVES, "[t]\nlimit = 1G\n", "its reserve of 4G is more than its limit of 1G" },
	{ HARDWALL, "[t/a]\nlimit = rest\nat least = 4G\n",
	  ":2: [t/a]: that is 3G, less than the 4G of \"at least\" in test.conf:3" },
	{ HARDWALL, "[t/a]\nlimit = 1M\nat least = 4M\n", "that is 1M, less than the 4M" },
	{ HARDWALL, "[t/a]\nlimit = 1G\nreserve = 2G\n",
	  "reserve is 2G, but limit is 1G: on this kernel a limit is a reservation" },
	{ RESERVES, "[t/a]\nlimit = 2G\nreserve = 1G\nhardwall = yes\n",
	  "with hardwall = yes they are the same" },
	{ HARDWALL, "[t/a]\nlimit = max\n", "a reservation has a size" },
	{ RESERVES, "[t/a]\nhardwall = yes\n", "hardwall = yes needs a limit" },
	{ RESERVES, "[t/a]\nlimit = max\nhardwall = yes\n", "a reservation has a size" },
	{ HARDWALL, "[no/a]\nlimit = 1G\n", ":1: [no/a]: there is no group no, nor is it declared" },
	{ STOCK_V2, "[t/a]\nreserve = 1G\n", "this kernel can not set memory aside" },
	{ STOCK_V2, "[t/a]\nlimit = 1G\nhardwall = yes\n", "this kernel can not set memory aside" },
	{ RESERVES, "[/]\nlimit = 1G\n", "the root has no limit here" },
	{ HARDWALL, "[/]\nreserve = 1G\n", "the root reserves nothing" },
	{ HARDWALL, "[/]\nlimit = 50%\n", "the root has no parent" },
	{ RESERVES, "[u]\nlimit = max\n[u/a]\nlimit = 50%\n", "u has no limit, of which there is no part" },
	{ RESERVES, "[u]\nlimit = max\n[u/a]\nlimit = rest\n", "u has no limit, so there is no rest" },
	{ RESERVES, "[t/a]\nlimit = rest\n[t/b]\nlimit = max\n", "t/b has no limit, so there is no rest" },
	{ HARDWALL, "[t/a]\nmin = 2G\nmax = 1G\n", ":2: [t/a]: min is more than max = 1G of test.conf:3" },
	{ RESERVES, "[/]\nreserve = 2G\nat least = 5G\n", "[/]: that is 2G, less than the 5G" },
	/* 2^64 in all */
	{ RESERVES, "[u]\nreserve = 4E\n[v]\nreserve = 4E\n[w]\nreserve = 4E\n[x]\nreserve = 4E\n",
	  "the groups in / have max together" },
};

START_TEST(wrong_targets_are_told)
{
	begin(wrong[_i].kind);
	said_begin();
	ck_assert_int_eq(make(wrong[_i].text, false), -1);
	ck_said(wrong[_i].said);
	ck_said("test.conf:");
	said_end();
	end();
}
END_TEST

Suite *target_suite(void)
{
	Suite *suite = suite_create("target");
	TCase *tcase = tcase_create("target");

	tcase_add_test(tcase, parts_of_the_parent);
	tcase_add_test(tcase, walls_and_reserves);
	tcase_add_test(tcase, sizes_are_whole_pages);
	tcase_add_test(tcase, root_is_the_cap);
	tcase_add_test(tcase, prune_takes_what_is_in_declared_groups);
	tcase_add_loop_test(tcase, wrong_targets_are_told, 0,
			    ARRAY_SIZE(wrong));
	suite_add_tcase(suite, tcase);
	return suite;
}
