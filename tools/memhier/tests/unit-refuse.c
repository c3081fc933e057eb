// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is told of a refusal: the numbers, and the way out.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "unit.h"

static struct model model;

static void begin(enum kind kind)
{
	model_init(&model, kind, 8 * GIB);
	if (kind == HARDWALL)
		model.tree->root->value[LIMIT] = 8 * GIB;
	model_add(&model, "t", 4 * GIB, 4 * GIB, 0);
	model_add(&model, "t/a", GIB, GIB, GIB);
	model_add(&model, "t/b", 2 * GIB, 2 * GIB, 256 * MIB);
	model_add(&model, "t/c", 512 * MIB, 512 * MIB, 512 * MIB);
}

/* Write what the model refuses, and keep what is told. */
static void ck_refused(const char *path, enum attr attr, u64 value, int error)
{
	struct plan *plan = plan_new(model.hier.kind);
	struct op *op = plan_add(plan, OP_SET, path);

	op->attr = attr;
	op->old[0] = tree_find(model.tree, path)->value[attr];
	op->new = value;
	ck_assert_int_eq(model.hier.ops->set(&model.hier, path, attr, value),
			 error);
	refuse_explain(&model.hier, plan, op, error);
	plan_free(plan);
}

/* What is called the most succeeds, and a page more does not. */
static void ck_most(const char *path, enum attr attr)
{
	const struct group *lender;
	struct tree *tree;
	u64 most;

	model.hier.ops->load(&model.hier, ~0U, &tree);
	most = grow_most(tree, tree_find(tree, path), &lender);
	tree_free(tree);
	ck_assert_int_ne(model.hier.ops->set(&model.hier, path, attr,
					     most + 4096), 0);
	ck_assert_int_eq(model.hier.ops->set(&model.hier, path, attr, most),
			 0);
}

START_TEST(lender_has_lent_it)
{
	begin(HARDWALL);
	said_begin();
	ck_refused("t/a", LIMIT, 2 * GIB, -ENOSPC);
	ck_said("refused: grow   t/a  memory.limit_in_bytes  1G -> 2G: No space left on device");
	ck_said("asked for 1G more; t has 4G, its groups hold 3584M, 512M is left to lend");
	ck_said("the most that would succeed now: 1536M");
	ck_said("t/b holds 2G, of which 1792M idle");
	ck_said("t/c holds 512M, of which 0 idle");
	ck_said("to make room: memhier move 't/b' 't/a' 512M");
	said_end();
	ck_most("t/a", LIMIT);
	model_end(&model);
}
END_TEST

/* Who names a group does not write what root pastes. */
START_TEST(command_is_safe)
{
	begin(HARDWALL);
	model_add(&model, "-r 'x' $(id)", 64 * MIB, 64 * MIB, 0);
	model_add(&model, "-r 'x' $(id)/a", 64 * MIB, 64 * MIB, 0);
	model_add(&model, "-r 'x' $(id)/b", 0, 0, 0);
	said_begin();
	ck_refused("-r 'x' $(id)/b", LIMIT, 32 * MIB, -ENOSPC);
	ck_said("memhier move '/-r '\\''x'\\'' $(id)/a' '/-r '\\''x'\\'' $(id)/b' 32M\n");
	said_end();
	model_add(&model, "n", 64 * MIB, 64 * MIB, 0);
	model_add(&model, "n/\nb", 64 * MIB, 64 * MIB, 0);
	model_add(&model, "n/c", 0, 0, 0);
	said_begin();
	ck_refused("n/c", LIMIT, 32 * MIB, -ENOSPC);
	ck_said("n/\\x0ab holds 64M, of which 64M idle\n"
		"memhier:   to make room: raise n first, or lower a group in it\n");
	said_end();
	model_end(&model);
}
END_TEST

START_TEST(more_hold_it_than_are_told)
{
	begin(HARDWALL);
	model_add(&model, "t/d", 64 * MIB, 64 * MIB, 0);
	model_add(&model, "t/e", 64 * MIB, 64 * MIB, 0);
	model_add(&model, "t/f", 64 * MIB, 64 * MIB, 0);
	model_add(&model, "t/g", 64 * MIB, 64 * MIB, 64 * MIB);
	said_begin();
	ck_refused("t/a", LIMIT, 2 * GIB, -ENOSPC);
	ck_said("the rest is held by 1 more");
	said_end();
	model_end(&model);
}
END_TEST

START_TEST(lender_uses_it_himself)
{
	begin(HARDWALL);
	OWN(tree_find(model.tree, "t")) = 300 * MIB;
	said_begin();
	ck_refused("t/a", LIMIT, GIB + 400 * MIB, -EBUSY);
	ck_said("t uses 300M itself, which reclaim did not free");
	ck_said("the most that would succeed now: 1236M");
	said_end();
	ck_most("t/a", LIMIT);
	model_end(&model);
}
END_TEST

START_TEST(reserve_is_not_covered)
{
	begin(RESERVES);
	said_begin();
	tree_find(model.tree, "t/a")->value[LIMIT] = UNLIMITED;
	ck_refused("t/a", RESERVE, 2 * GIB, -ENOSPC);
	ck_said("the most that would succeed now: 1536M");
	ck_said("memhier move 't/b' 't/a' 512M");
	said_end();
	ck_most("t/a", RESERVE);
	model_end(&model);
}
END_TEST

START_TEST(ancestor_has_no_room)
{
	begin(RESERVES);
	/* In t, whose reserve does not reach: what it holds is its parent's. */
	model_end(&model);
	model_init(&model, RESERVES, 8 * GIB);
	model_add(&model, "p", 2 * GIB, 2 * GIB, 1536 * MIB);
	model_add(&model, "p/q", UNLIMITED, 2 * GIB, 0);
	tree_find(model.tree, "p/q")->value[RESERVE] = 0;
	said_begin();
	ck_refused("p/q", RESERVE, GIB, -EBUSY);
	ck_said("p uses 1536M itself, which reclaim did not free");
	ck_said("the most that would succeed now: 512M");
	said_end();
	ck_most("p/q", RESERVE);
	model_end(&model);
}
END_TEST

START_TEST(who_reserved_nothing_uses_it)
{
	begin(RESERVES);
	model_end(&model);
	model_init(&model, RESERVES, 8 * GIB);
	model_add(&model, "p", 2 * GIB, 2 * GIB, 0);
	model_add(&model, "p/q", UNLIMITED, 2 * GIB, 0);
	model_add(&model, "p/r", UNLIMITED, 2 * GIB, 1536 * MIB);
	tree_find(model.tree, "p/q")->value[RESERVE] = 0;
	tree_find(model.tree, "p/r")->value[RESERVE] = 0;
	said_begin();
	ck_refused("p/q", RESERVE, GIB, -EBUSY);
	ck_said("groups in p use 1536M above their reserves, which reclaim did not free");
	ck_said("the most that would succeed now: 512M");
	said_end();
	model_end(&model);
}
END_TEST

START_TEST(children_hold_it)
{
	begin(HARDWALL);
	said_begin();
	ck_refused("t", LIMIT, GIB, -EBUSY);
	ck_said("its groups hold 3584M; the least that would succeed now: 3584M");
	ck_said("t/b holds 2G, of which 1792M idle");
	said_end();
	model_end(&model);
}
END_TEST

START_TEST(usage_does_not_come_down)
{
	begin(HARDWALL);
	said_begin();
	ck_refused("t/a", LIMIT, 512 * MIB, -EBUSY);
	ck_said("its usage is 1G, of which 1G its own, and reclaim did not get below 512M");
	said_end();
	model_end(&model);
}
END_TEST

START_TEST(reserve_above_limit)
{
	begin(RESERVES);
	said_begin();
	ck_refused("t/a", RESERVE, 2 * GIB, -EINVAL);
	ck_said("a reserve is never more than the limit");
	said_end();
	model_end(&model);
}
END_TEST

Suite *refuse_suite(void)
{
	Suite *suite = suite_create("refuse");
	TCase *tcase = tcase_create("refuse");

	tcase_add_test(tcase, lender_has_lent_it);
	tcase_add_test(tcase, command_is_safe);
	tcase_add_test(tcase, more_hold_it_than_are_told);
	tcase_add_test(tcase, lender_uses_it_himself);
	tcase_add_test(tcase, reserve_is_not_covered);
	tcase_add_test(tcase, ancestor_has_no_room);
	tcase_add_test(tcase, who_reserved_nothing_uses_it);
	tcase_add_test(tcase, children_hold_it);
	tcase_add_test(tcase, usage_does_not_come_down);
	tcase_add_test(tcase, reserve_above_limit);
	suite_add_tcase(suite, tcase);
	return suite;
}
