// SPDX-License-Identifier: GPL-2.0-only
/*
 * From what a tree is to what it shall be: which writes, and in which order.
 */
#include <stdlib.h>
#include <string.h>

#include "plan.h"

/**
 * plan_new - a plan that does nothing
 * @kind: of the hierarchy that it is for
 *
 * Return: the plan.
 */
struct plan *plan_new(enum kind kind)
{
	struct plan *plan = xalloc(sizeof(*plan));

	plan->kind = kind;
	return plan;
}

/**
 * plan_free - forget a plan
 * @plan: the plan, or NULL
 */
void plan_free(struct plan *plan)
{
	size_t i;

	if (!plan)
		return;
	for (i = 0; i < plan->nr; i++)
		free(plan->ops[i].path);
	free(plan->ops);
	free(plan);
}

/**
 * plan_add - add a step at the end
 * @plan: the plan
 * @type: of the step
 * @path: of the group
 *
 * Return: the step, good until the next is added.
 */
struct op *plan_add(struct plan *plan, enum op_type type, const char *path)
{
	struct op *op;

	if (plan->nr == plan->size) {
		plan->size = 2 * plan->size + 16;
		plan->ops = xrealloc(plan->ops,
				     plan->size * sizeof(*plan->ops));
	}
	op = &plan->ops[plan->nr++];
	memset(op, 0, sizeof(*op));
	op->type = type;
	op->path = xstrdup(path);
	return op;
}

static void add_set(struct plan *plan, const struct group *group,
		    const char *path, enum attr attr)
{
	struct op *op = plan_add(plan, OP_SET, path);

	op->attr = attr;
	op->old[0] = group->value[attr];
	op->new = group->want[attr];
}

static void shrink(struct plan *plan, const struct group *group)
{
	char *path = group_path(group);

	if (group->remove) {
		struct op *op = plan_add(plan, OP_RMDIR, path);

		op->old[LIMIT] = group->value[LIMIT];
		op->old[RESERVE] = group->value[RESERVE];
		op->old_uid = group->uid;
		op->old_gid = group->gid;
	} else if (!group->create) {
		/* A reserve above the limit would be revoked. */
		if (plan->kind == RESERVES &&
		    group->want[RESERVE] < group->value[RESERVE])
			add_set(plan, group, path, RESERVE);
		if (group->want[LIMIT] < group->value[LIMIT])
			add_set(plan, group, path, LIMIT);
	}
	free(path);
}

static void grow(struct plan *plan, const struct group *group)
{
	char *path = group_path(group);

	if (group->create)
		plan_add(plan, OP_MKDIR, path);
	/* What was just made may have no limit to grow from. */
	if (group->want[LIMIT] > group->value[LIMIT] ||
	    (group->create && group->want[LIMIT] != group->value[LIMIT]))
		add_set(plan, group, path, LIMIT);
	if (plan->kind == RESERVES &&
	    group->want[RESERVE] > group->value[RESERVE])
		add_set(plan, group, path, RESERVE);
	if (group->want_uid != group->uid || group->want_gid != group->gid) {
		struct op *op = plan_add(plan, OP_OWN, path);

		op->old_uid = group->uid;
		op->old_gid = group->gid;
		op->uid = group->want_uid;
		op->gid = group->want_gid;
	}
	free(path);
}

/**
 * plan_order - the writes that make a tree what it shall be
 * @tree: as it is, with what each group shall have, which must be valid
 *
 * All that shrinks or goes comes first, from the leaves up, for a group covers
 * what its children hold. Then the parents have all that will be left to them,
 * and what grows does so from the root down. Whatever prefix of this is done,
 * no group has less than its children hold.
 *
 * Return: the plan, for plan_free().
 */
struct plan *plan_order(struct tree *tree)
{
	struct plan *plan = plan_new(tree->kind);
	struct group *at;

	for_each_up(at, tree->root)
		shrink(plan, at);
	for_each_down(at, tree->root)
		if (!at->remove)
			grow(plan, at);
	return plan;
}

/**
 * op_grows - does this step take room of somebody?
 * @op: the step
 *
 * Return: true for a write that raises a value.
 */
bool op_grows(const struct op *op)
{
	return op->type == OP_SET && op->new > op->old[0];
}

static const char *id_text(unsigned int id, char text[SIZE_TEXT])
{
	if (id == -1U)
		return strcpy(text, "-");
	snprintf(text, SIZE_TEXT, "%u", id);
	return text;
}

/**
 * op_text - a step, for people
 * @plan: the plan
 * @op: a step of it
 *
 * Return: new memory.
 */
char *op_text(const struct plan *plan, const struct op *op)
{
	const char *path = *op->path ? shown(op->path) : "/";
	char uid[SIZE_TEXT], gid[SIZE_TEXT];

	switch (op->type) {
	case OP_MKDIR:
		return xprintf("make   %s", path);
	case OP_RMDIR:
		return xprintf("remove %s", path);
	case OP_OWN:
		return xprintf("own    %s  %s:%s", path, id_text(op->uid, uid),
			       id_text(op->gid, gid));
	default:
		return xprintf("%s %s  %s  %s -> %s",
			       op_grows(op) ? "grow  " : "shrink", path,
			       attr_file(plan->kind, op->attr),
			       EXACT(op->old[0]), EXACT(op->new));
	}
}

/* The steps of one group: its difference. */
static void print_op_diff(const struct op *op, FILE *out)
{
	const char *what = op->attr == LIMIT ? "limit" : "reserve";
	char uid[SIZE_TEXT], gid[SIZE_TEXT];

	switch (op->type) {
	case OP_SET:
		fprintf(out, "%s-    %-8s %s%s\n", color(COLOR_REMOVED), what,
			EXACT(op->old[0]), color_end());
		fprintf(out, "%s+    %-8s %s%s\n", color(COLOR_ADDED), what,
			EXACT(op->new), color_end());
		break;
	case OP_OWN:
		if (op->old_uid != (uid_t)-1)
			fprintf(out, "%s-    %-8s %s:%s%s\n",
				color(COLOR_REMOVED), "owner",
				id_text(op->old_uid, uid),
				id_text(op->old_gid, gid), color_end());
		fprintf(out, "%s+    %-8s %s:%s%s\n", color(COLOR_ADDED),
			"owner", id_text(op->uid, uid), id_text(op->gid, gid),
			color_end());
		break;
	default:
		break;
	}
}

/* By path, else in the order of the plan. */
static int by_path(const void *a, const void *b)
{
	const struct op *one = *(const struct op * const *)a;
	const struct op *two = *(const struct op * const *)b;
	int ret = strcmp(one->path, two->path);

	return ret ? ret : one < two ? -1 : one > two;
}

static void print_head(const struct op **ops, size_t nr, FILE *out)
{
	const char *path = *ops[0]->path ? shown(ops[0]->path) : "/";
	size_t i;

	for (i = 0; i < nr; i++) {
		if (ops[i]->type == OP_MKDIR) {
			fprintf(out, "%s+ %s%s\n", color(COLOR_ADDED), path,
				color_end());
			return;
		}
		if (ops[i]->type == OP_RMDIR) {
			fprintf(out, "%s- %s%s\n", color(COLOR_REMOVED), path,
				color_end());
			return;
		}
	}
	fprintf(out, "%s  %s%s\n", color(COLOR_HEAD), path, color_end());
}

static void print_diff(const struct plan *plan, FILE *out)
{
	const struct op **ops = xalloc(plan->nr * sizeof(*ops));
	size_t i, j;

	for (i = 0; i < plan->nr; i++)
		ops[i] = &plan->ops[i];
	qsort(ops, plan->nr, sizeof(*ops), by_path);
	for (i = 0; i < plan->nr; i = j) {
		for (j = i; j < plan->nr &&
		     !strcmp(ops[i]->path, ops[j]->path); j++)
			;
		print_head(ops + i, j - i, out);
		for (; i < j; i++)
			print_op_diff(ops[i], out);
	}
	free(ops);
}

/**
 * plan_print - a plan, for people
 * @plan: the plan
 * @out: where to
 */
void plan_print(const struct plan *plan, FILE *out)
{
	size_t i;

	if (!plan->nr) {
		fprintf(out, "Nothing to do: all is as declared.\n");
		return;
	}
	print_diff(plan, out);
	fprintf(out, "\n%sThe writes, in this order:%s\n", color(COLOR_HEAD),
		color_end());
	for (i = 0; i < plan->nr; i++) {
		char *text = op_text(plan, &plan->ops[i]);

		fprintf(out, "%4zu  %s\n", i + 1, text);
		free(text);
	}
}
