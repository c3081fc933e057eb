// SPDX-License-Identifier: GPL-2.0-only
/*
 * Do a plan, and undo it as a whole if a step fails.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

/* Set by a signal that wants the tool to end; looked at between two steps. */
volatile sig_atomic_t apply_stop;

/**
 * apply_on_signal - a signal that wants the tool to end
 * @signal: its number, for sigaction()
 */
void apply_on_signal(int signal)
{
	(void)signal;
	apply_stop = 1;
}

static int do_op(struct hier *hier, struct op *op)
{
	const struct hier_ops *ops = hier->ops;

	switch (op->type) {
	case OP_MKDIR:
		op->made = ops->create(hier, op->path);
		return min(op->made, 0);
	case OP_RMDIR:
		return ops->remove(hier, op->path);
	case OP_OWN:
		return ops->own(hier, op->path, op->uid, op->gid);
	default:
		return ops->set(hier, op->path, op->attr, op->new);
	}
}

/* What was removed comes back with its numbers and its owner. */
static int make_again(struct hier *hier, const struct op *op)
{
	const struct hier_ops *ops = hier->ops;
	int ret = ops->create(hier, op->path);

	if (ret >= 0)
		ret = ops->set(hier, op->path, LIMIT, op->old[LIMIT]);
	if (!ret && hier->kind == RESERVES && op->old[RESERVE])
		ret = ops->set(hier, op->path, RESERVE, op->old[RESERVE]);
	if (!ret)
		ret = ops->own(hier, op->path, op->old_uid, op->old_gid);
	return ret;
}

static int undo_op(struct hier *hier, const struct op *op)
{
	const struct hier_ops *ops = hier->ops;

	switch (op->type) {
	case OP_MKDIR:
		return op->made & CREATE_KEPT ? 0 : ops->remove(hier, op->path);
	case OP_RMDIR:
		return make_again(hier, op);
	case OP_OWN:
		return ops->own(hier, op->path, op->old_uid, op->old_gid);
	default:
		return ops->set(hier, op->path, op->attr, op->old[0]);
	}
}

static void tell_left(const struct plan *plan, const struct op *op, int error)
{
	const char *path = *op->path ? shown(op->path) : "/";

	switch (op->type) {
	case OP_MKDIR:
		say("not undone: %s stays: %s", path, strerror(-error));
		break;
	case OP_RMDIR:
		say("not undone: %s was removed; it had limit %s, reserve %s, owner %u:%u: %s",
		    path, EXACT(op->old[LIMIT]), EXACT(op->old[RESERVE]),
		    op->old_uid, op->old_gid, strerror(-error));
		break;
	case OP_OWN:
		say("not undone: %s belongs to %u:%u, it was %u:%u: %s", path,
		    op->uid, op->gid, op->old_uid, op->old_gid,
		    strerror(-error));
		break;
	default:
		say("not undone: %s: %s stays %s, it was %s: %s", path,
		    attr_file(plan->kind, op->attr), EXACT(op->new),
		    EXACT(op->old[0]), strerror(-error));
	}
}

/* What making a group has done to those beside it. */
static int undo_enable(struct hier *hier, const struct op *op)
{
	int ret;

	if (op->type != OP_MKDIR || !(op->made & CREATE_ENABLED))
		return 0;
	ret = hier->ops->disable(hier, op->path);
	if (is_gone(ret))
		return 0;
	if (ret)
		say("not undone: the groups beside %s keep the memory controller: %s",
		    shown(op->path), strerror(-ret));
	return ret;
}

/* Backwards, so that it goes through the same states, of which each was good. */
static int undo(struct hier *hier, const struct plan *plan, size_t done)
{
	size_t left = 0, i;

	for (i = done; i-- > 0;) {
		const struct op *op = &plan->ops[i];
		int ret = undo_op(hier, op);

		/* Who removed the group meanwhile did it for us. */
		if (is_gone(ret) && op->type != OP_RMDIR)
			ret = 0;
		if (ret) {
			tell_left(plan, op, ret);
			left++;
		} else if (undo_enable(hier, op)) {
			left++;
		} else if (op->type == OP_RMDIR) {
			say("%s was made again; of its settings only limit, reserve and owner are as before",
			    shown(op->path));
		}
	}
	if (!done)
		say("nothing was changed");
	else if (!left)
		say("%zu step%s undone", done, PLURAL(done));
	return left ? TROUBLE : FOUND;
}

/**
 * plan_apply - do a plan
 * @hier: the hierarchy
 * @plan: the plan
 * @log: where to tell each step that was done; NULL for nowhere
 *
 * Stops at the first step that fails, tells why, and undoes those before.
 *
 * Return: FINE; FOUND if a step was refused and all was undone; TROUBLE if
 * something could not be undone, which was told then.
 */
int plan_apply(struct hier *hier, struct plan *plan, FILE *log)
{
	size_t i;

	for (i = 0; i < plan->nr; i++) {
		struct op *op = &plan->ops[i];
		int ret = apply_stop ? -EINTR : do_op(hier, op);

		if (ret) {
			refuse_explain(hier, plan, op, ret);
			return undo(hier, plan, i);
		}
		if (log) {
			char *text = op_text(plan, op);

			fprintf(log, "%s\n", text);
			free(text);
		}
	}
	return FINE;
}
