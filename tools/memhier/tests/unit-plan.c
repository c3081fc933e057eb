// SPDX-License-Identifier: GPL-2.0-only
/*
 * Order, application, undoing, and plans in files.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "move.h"
#include "plan.h"
#include "unit.h"

static struct model model;
static struct tree *tree;
static struct conf *conf;
static struct plan *plan;

static void begin(enum kind kind)
{
	model_init(&model, kind, 8 * GIB);
	if (kind == HARDWALL)
		model.tree->root->value[LIMIT] = 8 * GIB;
	model_add(&model, "t", 4 * GIB, 4 * GIB, 0);
	model_add(&model, "t/a", 2 * GIB, 2 * GIB, 256 * MIB);
	model_add(&model, "t/b", 2 * GIB, 2 * GIB, 0);
	model_add(&model, "u", 4 * GIB, 4 * GIB, 0);
}

static void make(const char *text, bool prune)
{
	model.hier.ops->load(&model.hier, ~0U, &tree);
	conf = conf_of(text);
	ck_assert_int_eq(target_make(conf, tree, prune), 0);
	plan = plan_order(tree);
}

static void end(void)
{
	plan_free(plan);
	tree_free(tree);
	conf_free(conf);
	model_end(&model);
	plan = NULL;
	tree = NULL;
	conf = NULL;
}

static void ck_plan(const char *expected)
{
	char *text = xstrdup("");
	size_t i;

	for (i = 0; i < plan->nr; i++) {
		char *step = op_text(plan, &plan->ops[i]);
		char *more = xprintf("%s%s\n", text, step);

		free(step);
		free(text);
		text = more;
	}
	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(walls_shrink_up_and_grow_down)
{
	begin(HARDWALL);
	make("[t]\nlimit = 5G\n[t/a]\nlimit = 1G\n[t/b]\nlimit = 3G\n"
	     "[t/c]\nlimit = rest\n[u]\nlimit = 3G\n", false);
	ck_plan("shrink t/a  memory.limit_in_bytes  2G -> 1G\n"
		"shrink u  memory.limit_in_bytes  4G -> 3G\n"
		"grow   t  memory.limit_in_bytes  4G -> 5G\n"
		"grow   t/b  memory.limit_in_bytes  2G -> 3G\n"
		"make   t/c\n"
		"grow   t/c  memory.limit_in_bytes  0 -> 1G\n");
	ck_assert_int_eq(plan_apply(&model.hier, plan, NULL), FINE);
	end();
}
END_TEST

START_TEST(reserves_go_before_limits_down_and_behind_them_up)
{
	begin(RESERVES);
	make("[t/a]\nlimit = 1G\nhardwall = yes\n"
	     "[t/b]\nlimit = 3G\nhardwall = yes\n", false);
	ck_plan("shrink t/a  memory.reserve  2G -> 1G\n"
		"shrink t/a  memory.max  2G -> 1G\n"
		"grow   t/b  memory.max  2G -> 3G\n"
		"grow   t/b  memory.reserve  2G -> 3G\n");
	ck_assert_int_eq(plan_apply(&model.hier, plan, NULL), FINE);
	ck_assert_uint_eq(model.revoked, 0);
	end();
}
END_TEST

START_TEST(limit_comes_down_although_the_reserve_grows)
{
	begin(RESERVES);
	model_add(&model, "u/x", 4 * GIB, GIB, 0);
	make("[u/x]\nlimit = 3G\nreserve = 2G\n", false);
	ck_plan("shrink u/x  memory.max  4G -> 3G\n"
		"grow   u/x  memory.reserve  1G -> 2G\n");
	end();
}
END_TEST

START_TEST(nothing_to_do)
{
	begin(HARDWALL);
	make("[t]\nlimit = 4G\n[t/a]\nlimit = 50%\n", false);
	ck_assert_uint_eq(plan->nr, 0);
	end();
}
END_TEST

START_TEST(pruned_groups_go_first)
{
	begin(HARDWALL);
	model_add(&model, "t/b/deep", GIB, GIB, 0);
	make("[t]\n[t/a]\nlimit = rest\n", true);
	ck_plan("remove t/b/deep\n"
		"remove t/b\n"
		"grow   t/a  memory.limit_in_bytes  2G -> 4G\n");
	ck_assert_int_eq(plan_apply(&model.hier, plan, NULL), FINE);
	end();
}
END_TEST

START_TEST(refusal_is_undone)
{
	char *before, *after;

	begin(HARDWALL);
	/* Pages of t itself, which came after the plan. */
	make("[t/b]\nlimit = 1G\n[t/c]\nlimit = 1G\n[t/a]\nlimit = 2G\n", false);
	OWN(tree_find(model.tree, "t")) = 0;
	model_add(&model, "t/c", 0, 0, 0);
	before = model_text(&model);
	said_begin();
	ck_assert_int_eq(plan_apply(&model.hier, plan, NULL), FOUND);
	ck_said("refused: make   t/c: File exists");
	ck_said("1 step undone\n");
	said_end();
	after = model_text(&model);
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
	end();
}
END_TEST

START_TEST(what_can_not_be_undone_is_told)
{
	begin(HARDWALL);
	make("[t/b]\nlimit = 1G\n[t/c]\nlimit = 1G\n", false);
	model.fail_from = 3;
	model.fail_with = -EIO;
	said_begin();
	ck_assert_int_eq(plan_apply(&model.hier, plan, NULL), TROUBLE);
	ck_said("refused: grow   t/c");
	ck_said("not undone: t/c stays: Input/output error");
	ck_said("not undone: t/b: memory.limit_in_bytes stays 1G, it was 2G: Input/output error");
	said_end();
	end();
}
END_TEST

static int vanish(struct hier *hier, const char *path)
{
	(void)path;
	ck_assert_int_eq(hier->ops->remove(hier, "t/b"), 0);
	return -EIO;
}

START_TEST(group_that_vanished_is_undone)
{
	struct hier_ops ops;

	begin(HARDWALL);
	make("[t/b]\nlimit = 1G\nowner = 5:6\n[t/c]\nlimit = 1G\n", false);
	ops = *model.hier.ops;
	ops.create = vanish;
	model.hier.ops = &ops;
	said_begin();
	ck_assert_int_eq(plan_apply(&model.hier, plan, NULL), FOUND);
	ck_said("refused: make   t/c: Input/output error");
	ck_said("2 steps undone\n");
	said_end();
	end();
}
END_TEST

START_TEST(removed_group_that_can_not_come_back_is_told)
{
	begin(RESERVES);
	make("[t]\n[t/a]\nreserve = 3G\nlimit = 3G\n", true);
	model.fail_from = 2;
	model.fail_with = -EIO;
	said_begin();
	ck_assert_int_eq(plan_apply(&model.hier, plan, NULL), TROUBLE);
	ck_said("not undone: t/b was removed; it had limit 2G, reserve 2G, owner 0:0");
	said_end();
	end();
}
END_TEST

START_TEST(signal_stops_between_steps)
{
	begin(HARDWALL);
	make("[t/b]\nlimit = 1G\n", false);
	apply_stop = 1;
	said_begin();
	ck_assert_int_eq(plan_apply(&model.hier, plan, NULL), FOUND);
	ck_said("Interrupted system call");
	ck_said("nothing was changed");
	said_end();
	apply_stop = 0;
	end();
}
END_TEST

/* A plan that goes through a file, after what @change does to the tree. */
static struct plan *through_file(void (*change)(void), const char *patch)
{
	char path[] = "/tmp/memhier-plan-XXXXXX";
	int fd = mkstemp(path);
	struct tree *now;
	struct plan *loaded;
	FILE *saved;

	close(fd);
	ck_assert_int_eq(plan_save(plan, tree, "/model", path), 0);
	if (change)
		change();
	if (patch) {
		FILE *file = fopen(path, "a");

		if (*patch) {
			rewind(file);
			ck_assert_int_eq(truncate(path, 0), 0);
			fputs("memhier-plan 1\n", file);
			fputs(patch, file);
		} else {
			ck_assert_int_eq(truncate(path, strlen("memhier-plan 1\nwhere //model 0\n")), 0);
		}
		fclose(file);
	}
	model.hier.ops->load(&model.hier, ~0U, &now);
	saved = fopen(path, "r");
	ck_assert(plan_is_saved(saved));
	loaded = plan_load(&model.hier, now, saved, path);
	fclose(saved);
	tree_free(now);
	unlink(path);
	return loaded;
}

START_TEST(saved_plan_is_the_same)
{
	struct plan *loaded, *old;

	begin(RESERVES);
	model_add(&model, "sp ace\n\xff\\x", UNLIMITED, 0, 0);
	make("[t/a]\nlimit = 1G\nreserve = 1G\nowner = 5:6\n[t/c]\nreserve = rest\n",
	     false);
	loaded = through_file(NULL, NULL);
	ck_assert_ptr_nonnull(loaded);
	old = plan;
	plan = loaded;
	ck_plan("shrink t/a  memory.reserve  2G -> 1G\n"
		"shrink t/a  memory.max  2G -> 1G\n"
		"own    t/a  5:6\n"
		"make   t/c\n"
		"grow   t/c  memory.reserve  0 -> 1G\n");
	plan_free(old);
	ck_assert_int_eq(plan_apply(&model.hier, plan, NULL), FINE);
	end();
}
END_TEST

static void change_limit(void)
{
	tree_find(model.tree, "t")->value[LIMIT] = 5 * GIB;
}

static void change_beside(void)
{
	tree_find(model.tree, "t/a")->value[LIMIT] = GIB;
	tree_find(model.tree, "t/a")->value[RESERVE] = GIB;
}

static void change_new(void)
{
	model_add(&model, "t/n", GIB, GIB, 0);
}

static void change_new_below(void)
{
	model_add(&model, "t/b/n", GIB, GIB, 0);
}

static void change_made(void)
{
	model_add(&model, "t/c", 0, 0, 0);
}

/* What the plan does not depend on. */
static void change_others(void)
{
	tree_find(model.tree, "u")->value[LIMIT] = 3 * GIB;
	tree_find(model.tree, "u")->value[RESERVE] = 3 * GIB;
	model_add(&model, "v", GIB, GIB, 0);
	model_add(&model, "t/n", 0, 0, 0);
	model_add(&model, "t/b/n", 0, 0, 0);
}

static void change_gone(void)
{
	OWN(tree_find(model.tree, "t/b")) = 0;
	model.hier.ops->remove(&model.hier, "t/b");
}

static const struct {
	void (*change)(void);
	const char *patch, *said;
} stale[] = {
	{ change_limit, NULL, "the tree has changed since: t: its limit was 4G and is 5G; make a new plan" },
	{ change_beside, NULL, "the tree has changed since: t/a: its reserve was 2G and is 1G" },
	{ change_new, NULL, "the tree has changed since: t/n: its reserve was 0 and is 1G" },
	{ change_new_below, NULL, "the tree has changed since: t/b/n: its reserve was 0 and is 1G" },
	{ change_gone, NULL, "the tree has changed since: t/b is gone" },
	{ NULL, "", "it ends too early" },
	{ NULL, "where //elsewhere 0\n", "it is for /elsewhere, but this is /model" },
	{ NULL, "set /../x 0 1 2 3 0 0 0 0\n", ":2: not what memhier plan -o wrote" },
	{ NULL, "set /t 7 1 2 3 0 0 0 0\n", ":2: not what memhier plan -o wrote" },
	{ NULL, "set t 0 1 2 3 0 0 0 0\n", ":2: not what memhier plan -o wrote" },
	{ NULL, "chmod /t 0\n", ":2: not what memhier plan -o wrote" },
	{ NULL, "end 5\n", ":2: not what memhier plan -o wrote" },
	{ NULL, "group /\\x0 1 2\n", ":2: not what memhier plan -o wrote" },
};

START_TEST(stale_or_broken_plan_is_refused)
{
	begin(HARDWALL);
	make("[t/b]\nlimit = 1G\n", false);
	said_begin();
	ck_assert_ptr_null(through_file(stale[_i].change, stale[_i].patch));
	ck_said(stale[_i].said);
	said_end();
	end();
}
END_TEST

START_TEST(plan_makes_no_group_that_is_there)
{
	begin(HARDWALL);
	make("[t/c]\n", false);
	said_begin();
	ck_assert_ptr_null(through_file(change_made, NULL));
	ck_said("the tree has changed since: t/c is new");
	said_end();
	end();
	begin(HARDWALL);
	make("[t/c]\n", false);
	said_begin();
	ck_assert_ptr_null(through_file(change_beside, NULL));
	said_end();
	end();
}
END_TEST

START_TEST(plan_outlives_what_it_does_not_depend_on)
{
	struct plan *loaded;

	begin(HARDWALL);
	make("[t/b]\nlimit = 1G\n[t/c]\n", false);
	loaded = through_file(change_others, NULL);
	ck_assert_ptr_nonnull(loaded);
	plan_free(loaded);
	end();
}
END_TEST

static void ck_move(const char *from, const char *to, u64 size,
		    const char *expected)
{
	model.hier.ops->load(&model.hier, ~0U, &tree);
	plan = move_plan(tree, tree_find(tree, from), tree_find(tree, to),
			 size);
	if (expected)
		ck_plan(expected);
	else
		ck_assert_ptr_null(plan);
	end();
}

START_TEST(move_goes_through_the_common_group)
{
	begin(HARDWALL);
	model_add(&model, "u/x", GIB, GIB, 0);
	ck_move("t/a", "u/x", GIB,
		"shrink t/a  memory.limit_in_bytes  2G -> 1G\n"
		"shrink t  memory.limit_in_bytes  4G -> 3G\n"
		"grow   u  memory.limit_in_bytes  4G -> 5G\n"
		"grow   u/x  memory.limit_in_bytes  1G -> 2G\n");
	begin(HARDWALL);
	ck_move("t", "t/a", GIB,
		"grow   t/a  memory.limit_in_bytes  2G -> 3G\n");
	begin(HARDWALL);
	ck_move("t/a", "", GIB,
		"shrink t/a  memory.limit_in_bytes  2G -> 1G\n"
		"shrink t  memory.limit_in_bytes  4G -> 3G\n");
	/* A wall stays one; what is none keeps its limit. */
	begin(RESERVES);
	model_add(&model, "u/x", UNLIMITED, GIB, 0);
	ck_move("u/x", "t/a", 512 * MIB,
		"shrink u/x  memory.reserve  1G -> 512M\n"
		"shrink u  memory.reserve  4G -> 3584M\n"
		"shrink u  memory.max  4G -> 3584M\n"
		"grow   t  memory.max  4G -> 4608M\n"
		"grow   t  memory.reserve  4G -> 4608M\n"
		"grow   t/a  memory.max  2G -> 2560M\n"
		"grow   t/a  memory.reserve  2G -> 2560M\n");
}
END_TEST

START_TEST(move_that_can_not_be_is_told)
{
	begin(HARDWALL);
	said_begin();
	ck_move("t/a", "t/b", 3 * GIB, NULL);
	ck_said("t/a has no more than 2G to give");
	begin(RESERVES);
	model_add(&model, "u/x", GIB, GIB / 2, 0);
	ck_move("t/a", "u/x", GIB, NULL);
	ck_said("u/x would reserve 1536M, more than its limit 1G");
	/* t/a has 256M in use, and a limit of v2 is never refused. */
	begin(RESERVES);
	ck_move("t/a", "t", 1800 * MIB, NULL);
	ck_said("t/a uses 256M, more than the 248M it would have: move 1792M at most");
	said_end();
}
END_TEST

Suite *plan_suite(void)
{
	Suite *suite = suite_create("plan");
	TCase *tcase = tcase_create("plan");

	tcase_add_test(tcase, walls_shrink_up_and_grow_down);
	tcase_add_test(tcase, reserves_go_before_limits_down_and_behind_them_up);
	tcase_add_test(tcase, limit_comes_down_although_the_reserve_grows);
	tcase_add_test(tcase, nothing_to_do);
	tcase_add_test(tcase, pruned_groups_go_first);
	tcase_add_test(tcase, refusal_is_undone);
	tcase_add_test(tcase, what_can_not_be_undone_is_told);
	tcase_add_test(tcase, group_that_vanished_is_undone);
	tcase_add_test(tcase, removed_group_that_can_not_come_back_is_told);
	tcase_add_test(tcase, signal_stops_between_steps);
	tcase_add_test(tcase, saved_plan_is_the_same);
	tcase_add_loop_test(tcase, stale_or_broken_plan_is_refused, 0,
			    ARRAY_SIZE(stale));
	tcase_add_test(tcase, plan_makes_no_group_that_is_there);
	tcase_add_test(tcase, plan_outlives_what_it_does_not_depend_on);
	tcase_add_test(tcase, move_goes_through_the_common_group);
	tcase_add_test(tcase, move_that_can_not_be_is_told);
	suite_add_tcase(suite, tcase);
	return suite;
}
