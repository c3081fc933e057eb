// SPDX-License-Identifier: GPL-2.0-only
/* Counters as 2.6.26 has them. */
#include "reference.h"
#include "subject.h"

#include <errno.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>
#include <linux/sched.h>

const enum action subject_actions[] = {
	CREATE, CREATE, CREATE, WRITE, WRITE, WRITE, WRITE, RESIZE, RESIZE,
	RESIZE, RESIZE, RESIZE, RESIZE, RESIZE, RESIZE, RESIZE, RESIZE, RESIZE,
	RESIZE, BORROW, REPAY, REHOME, CHARGE, CHARGE, CHARGE, CHARGE, CHARGE,
	CHARGE, UNCHARGE, UNCHARGE, WHOLE, TRIM, REMOVE, REMOVE,
};

const unsigned int subject_nr_actions = ARRAY_SIZE(subject_actions);

static struct res_counter counters[MAX_GROUPS];

/* The operation that runs, for the callback and for messages. */
static const struct op *running;
static struct res_counter *may_shrink;
static int calls;

/* Bytes that the counter's own pages hold, as its books have it. */
static unsigned long long own_of(const struct res_counter *counter)
{
	return counter->usage - counter->security;
}

static int reclaim(struct res_counter *counter, unsigned long long val)
{
	unsigned long long own = own_of(counter);

	if (++calls > 1000)
		world_fail("the retries do not end");
	if (counter != may_shrink)
		world_fail("the callback gets a group that it is not about");
	if (!val || val > own)
		world_fail("asked to free %llu of %llu bytes", val, own);
	if (calls == running->signal_at)
		current->signal = true;
	if (calls == running->fails_at)
		return -EIO;
	res_counter_uncharge(counter,
			     own < running->frees ? own : running->frees);
	return 0;
}

static int resize(const struct op *op, unsigned long long limit)
{
	struct res_counter *counter = &counters[op->group];
	struct res_counter *parent = NULL;

	if (op->group != ROOT)
		parent = &counters[ref[op->group].parent];
	may_shrink = limit > counter->limit ? parent : counter;
	return res_counter_resize(counter, parent, limit, reclaim, op->retry);
}

static int write_limit(const struct op *op)
{
	unsigned long long limit;
	char text[32];
	int ret;

	snprintf(text, sizeof(text), "%llu\n", op->value);
	ret = res_counter_parse_limit(text, &limit);
	return ret ? ret : resize(op, limit);
}

static int borrow_or_repay(const struct op *op, struct res_counter *counter,
			   struct res_counter *parent)
{
	if (op->action == BORROW) {
		may_shrink = parent;
		return res_counter_borrow_resource(counter, parent, op->value,
						   reclaim, op->retry);
	}
	may_shrink = counter;
	return res_counter_repay_resource(counter, parent, op->value, reclaim,
					  op->retry);
}

static unsigned long long at_most_own(const struct op *op)
{
	unsigned long long own = own_of(&counters[op->group]);

	return op->value < own ? op->value : own;
}

static int repay_all(struct res_counter *counter, struct res_counter *parent)
{
	return res_counter_repay_resource(counter, parent,
					  RES_COUNTER_REPAY_ALL, reclaim, 5);
}

static int apply(const struct op *op)
{
	struct res_counter *counter = &counters[op->group];
	struct res_counter *parent = NULL;
	int ret;

	if (op->group != ROOT)
		parent = &counters[ref[op->group].parent];
	may_shrink = NULL;
	switch (op->action) {
	case CREATE:
		res_counter_init(counter);
		res_counter_zero_limit(counter);
		return 0;
	case WRITE:
		return write_limit(op);
	case RESIZE:
		return resize(op, op->value);
	case BORROW:
	case REPAY:
		return borrow_or_repay(op, counter, parent);
	case REHOME:
		return res_counter_rehome(counter, parent, op->value);
	case CHARGE:
		return res_counter_charge(counter, op->value);
	case UNCHARGE:
		res_counter_uncharge(counter, at_most_own(op));
		return 0;
	case WHOLE:
		counter->whole = op->value;
		return 0;
	case TRIM:
		return repay_all(counter, parent);
	case REMOVE:
		ret = repay_all(counter, parent);
		if (counter->limit != counter->usage)
			world_fail("limit %llu is kept for usage %llu",
				   counter->limit, counter->usage);
		return ret ? ret : res_counter_rehome(counter, parent,
						      counter->usage);
	default:
		return -EINVAL;
	}
}

static void check_value(int group, const char *name, unsigned long long value,
			wide expected)
{
	if (value != expected)
		world_fail("group %d: %s is %llu, not %llu", group, name, value,
			   (unsigned long long)expected);
}

/* The invariants, and that all is as in the reference. */
static void check_group(int group)
{
	struct res_counter *counter = &counters[group];

	if (!ref[group].exists) {
		check_value(group, "limit after removal", counter->limit, 0);
		check_value(group, "borrow after removal", counter->borrow, 0);
		check_value(group, "usage after removal", counter->usage, 0);
		return;
	}
	if (counter->usage > counter->limit)
		world_fail("group %d: usage is above limit", group);
	if (counter->usage < counter->security)
		world_fail("group %d: usage is below security", group);
	if (counter->max_usage < counter->usage)
		world_fail("group %d: max_usage is below usage", group);

	check_value(group, "limit", counter->limit, ref[group].limit);
	check_value(group, "borrow", counter->borrow,
		    group == ROOT ? 0 : ref[group].limit);
	check_value(group, "security", counter->security, ref_security(group));
	check_value(group, "usage", counter->usage, ref_usage(group));
	check_value(group, "failcnt", counter->failcnt, ref[group].failcnt);
}

void subject_start(void)
{
	memset(counters, 0, sizeof(counters));
	res_counter_init(&counters[ROOT]);
	counters[ROOT].limit = RES_COUNTER_LIMIT_MAX;
}

void subject_run(const struct op *op)
{
	int ret, expected, expected_calls, group;

	if (!ref_possible(op))
		return;
	running = op;
	calls = 0;
	current->signal = false;
	ret = apply(op);
	shim_check_no_locks();
	expected = ref_apply(op, &expected_calls);
	if (ret != expected)
		world_fail("result %d, not %d", ret, expected);
	if (calls != expected_calls)
		world_fail("%d rounds of reclaim, not %d", calls,
			   expected_calls);
	for (group = 0; group < MAX_GROUPS; group++)
		check_group(group);
	count_op(op, ret);
}
