// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random trees and random targets. The order of writes goes from one to the
 * other without asking for room that is not there yet, and without a moment at
 * which a group has less than its children hold; a failure at any write leaves
 * all as it was. Moves, too.
 *
 * usage: property [--seed N] [--trees N]
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model.h"
#include "move.h"
#include "plan.h"

#define PAGE	4096ULL
#define GROUPS	14

static u64 state;

static u64 any(u64 below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return below ? state % below : 0;
}

static u64 pages(u64 bytes)
{
	return any(bytes / PAGE + 1) * PAGE;
}

/* Divide what a group has among itself and its children, want and all. */
static void share(struct model *model, struct group *group, u64 whole,
		  enum attr attr, bool want)
{
	u64 *value = want ? group->want : group->value;
	struct group *child;
	u64 left;

	if (group->parent) {
		value[RESERVE] = whole;
		if (model->hier.kind == HARDWALL)
			value[LIMIT] = whole;
		else
			value[LIMIT] = any(3) ? whole + pages(1 << 22) :
				UNLIMITED;
	}
	left = whole - min(whole, OWN(group));
	for_each_child(child, group) {
		u64 part = any(4) ? pages(left) : left;
		u64 least = OWN(child);

		if (want && child->remove) {
			share(model, child, 0, attr, want);
			continue;
		}
		/* What is in use is there already, and stays. */
		part = max(part, min(least, left));
		share(model, child, part, attr, want);
		left -= part;
	}
}

static void random_tree(struct model *model)
{
	struct group *all[GROUPS + 1] = { model->tree->root };
	size_t n = 1 + any(GROUPS), i;
	char name[SIZE_TEXT];

	for (i = 1; i <= n; i++) {
		snprintf(name, sizeof(name), "g%u", (unsigned int)i);
		all[i] = tree_add(model->tree, all[any(i)], name);
	}
	tree_sort(model->tree);
}

static void remove_some(struct group *top)
{
	struct group *at, *below;

	for_each_down(at, top)
		if (at->parent && !any(8))
			for_each_down(below, at)
				below->remove = true;
}

static void create_some(struct tree *tree)
{
	struct group *at, *all[64];
	size_t n = 0, i;
	char name[SIZE_TEXT];

	for_each_down(at, tree->root)
		if (!at->remove && n < 64)
			all[n++] = at;
	for (i = any(4); i-- > 0;) {
		snprintf(name, sizeof(name), "n%u", (unsigned int)i);
		at = tree_add(tree, all[any(n)], name);
		at->create = true;
		at->value[LIMIT] = tree->kind == HARDWALL ? 0 : UNLIMITED;
		at->uid = 0;
	}
	tree_sort(tree);
}

/* Own pages that fit into what the group has now and will have. */
static void use_some(struct model *model, struct tree *target)
{
	struct group *at, *same;
	char *path;

	for_each_up(at, model->tree->root) {
		struct group *child;
		u64 now, then, takes_now = 0, takes_then = 0;

		path = group_path(at);
		same = tree_find(target, path);
		free(path);
		if (same->remove || !at->parent)
			continue;
		for_each_child(child, at)
			takes_now += child->value[RESERVE];
		for_each_child(child, same)
			takes_then += child->want[RESERVE];
		now = at->value[RESERVE] - takes_now;
		then = same->want[RESERVE] - min(same->want[RESERVE],
						 takes_then);
		OWN(at) = any(2) ? pages(min(now, then)) : min(now, then);
	}
}

static bool reached(struct model *model, struct tree *target)
{
	struct group *at, *now;
	bool same = true;

	for_each_down(at, target->root) {
		char *path = group_path(at);

		now = tree_find(model->tree, path);
		free(path);
		if (at->remove)
			same &= !now;
		else
			same &= now && now->value[LIMIT] == at->want[LIMIT] &&
				(model->hier.kind == HARDWALL ||
				 now->value[RESERVE] == at->want[RESERVE]);
	}
	return same;
}

static const char *problem;

static bool fails(const char *what)
{
	problem = what;
	return false;
}

/* Make a target, with @model as it is. */
static struct tree *make_target(struct model *model)
{
	struct tree *target;

	model->hier.ops->load(&model->hier, ~0U, &target);
	tree_want_same(target);
	remove_some(target->root);
	create_some(target);
	share(model, target->root, tree_cap(target), LIMIT, true);
	target->root->want[LIMIT] = target->root->value[LIMIT];
	target->root->want[RESERVE] = target->root->value[RESERVE];
	return target;
}

static bool try_targets(struct model *model)
{
	struct tree *target = make_target(model);
	struct plan *plan;
	unsigned int fail;
	char *before, *after;
	bool good = true;

	use_some(model, target);
	if (!model_holds(model))
		return fails("the test made a tree that is none");
	plan = plan_order(target);
	before = model_text(model);
	/* A failure anywhere, then none. */
	for (fail = plan->nr; good && fail > 0; fail--) {
		model->writes = 0;
		model->fail_at = fail;
		model->fail_with = -EIO;
		if (plan_apply(&model->hier, plan, NULL) != FOUND)
			good = fails("a failure was not undone");
		after = model_text(model);
		if (good && strcmp(before, after))
			good = fails("after a failure all is not as it was");
		free(after);
	}
	model->fail_at = 0;
	if (good && plan_apply(&model->hier, plan, NULL) != FINE)
		good = fails("a valid target was refused");
	if (good && !reached(model, target))
		good = fails("the target was not reached");
	if (good && model->revoked)
		good = fails("a write revoked reserves");
	if (good && model->broken)
		good = fails("an invariant did not hold on the way");
	free(before);
	plan_free(plan);
	tree_free(target);
	return good;
}

static struct group *any_group(struct tree *tree)
{
	struct group *at;
	u64 which = any(tree->groups);

	for_each_down(at, tree->root)
		if (!which--)
			return at;
	return tree->root;
}

static u64 sum_held(const struct model *model)
{
	struct group *at;
	u64 sum = 0;

	for_each_child(at, model->tree->root)
		sum += at->value[RESERVE];
	return sum;
}

static bool try_move(struct model *model)
{
	char *before = model_text(model), *after;
	struct group *from, *to;
	struct tree *tree;
	struct plan *plan;
	u64 size, sum = sum_held(model);
	bool good = true;
	int ret;

	model->hier.ops->load(&model->hier, ~0U, &tree);
	from = any_group(tree);
	to = any_group(tree);
	size = PAGE + pages(1 << 20);
	plan = from == to ? NULL : move_plan(tree, from, to, size);
	ret = plan ? plan_apply(&model->hier, plan, NULL) : FOUND;
	after = model_text(model);
	if (ret == TROUBLE)
		good = fails("a move was not undone");
	else if (ret == FOUND && strcmp(before, after))
		good = fails("a move that failed changed something");
	else if (ret == FINE && from->parent && to->parent &&
		 sum != sum_held(model))
		good = fails("a move made memory of nothing");
	else if (model->broken)
		good = fails("an invariant did not hold in a move");
	free(before);
	free(after);
	plan_free(plan);
	tree_free(tree);
	return good;
}

static bool one(u64 seed)
{
	struct model model;
	bool good;
	int i;

	state = seed * 0x9e3779b97f4a7c15ULL + 1;
	model_init(&model, any(2) ? HARDWALL : RESERVES, 1ULL << 26);
	random_tree(&model);
	share(&model, model.tree->root, tree_cap(model.tree), LIMIT, false);
	good = try_targets(&model);
	for (i = 0; good && i < 4; i++)
		good = try_move(&model);
	model_end(&model);
	return good;
}

int main(int argc, char **argv)
{
	u64 seed = 1, trees = 20000, i, failed = 0;
	int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int at;

	for (at = 1; at + 1 < argc; at += 2) {
		if (!strcmp(argv[at], "--seed"))
			seed = strtoull(argv[at + 1], NULL, 10);
		else if (!strcmp(argv[at], "--trees"))
			trees = strtoull(argv[at + 1], NULL, 10);
	}
	/* What was refused is told there, thousands of times. */
	if (trees > 1)
		dup2(quiet, STDERR_FILENO);
	close(quiet);
	for (i = 0; i < trees && failed < 5; i++) {
		if (one(seed + i))
			continue;
		failed++;
		printf("not ok: %s: --trees 1 --seed %llu\n", problem,
		       seed + i);
	}
	printf("%llu passed, %llu failed, 0 skipped\n", i - failed, failed);
	return failed > 0;
}
