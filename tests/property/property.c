// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random operations on random trees, against the reference.
 *
 * usage: property [--seed N] [--sequences N]
 *        property --replay FILE
 */
#include "reference.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/kernel.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>
#include <linux/sched.h>

static struct res_counter counters[MAX_GROUPS];
static struct task_struct task;

/* The operation that runs, for the callback and for messages. */
static const struct op *running;
static struct res_counter *may_shrink;
static int step, calls;

/* What has been tried, to be printed. */
static int applied, parsed, deepest;
static struct {
	int result;
	const char *name;
	int count;
} results[] = {
	{ 0, "done", 0 }, { -EINVAL, "EINVAL", 0 }, { -ENOSPC, "ENOSPC", 0 },
	{ -EBUSY, "EBUSY", 0 }, { -EINTR, "EINTR", 0 }, { -EIO, "EIO", 0 },
};

static jmp_buf failed;
static char failure[256];

void world_fail(const char *format, ...)
{
	int length = snprintf(failure, sizeof(failure), "operation %d: ", step);
	va_list args;

	va_start(args, format);
	vsnprintf(failure + length, sizeof(failure) - length, format, args);
	va_end(args);
	longjmp(failed, 1);
}

void world_point(const char *what, const void *object)
{
	(void)what;
	(void)object;
}

bool world_wait(struct shim_lock *lock, bool interruptible)
{
	(void)lock;
	(void)interruptible;
	world_fail("waits for a lock that nobody holds");
}

void world_sleep(void)
{
}

bool world_signal_pending(struct task_struct *pending)
{
	return pending->signal;
}

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
		task.signal = true;
	if (calls == running->fails_at)
		return -EIO;
	res_counter_give(counter, own < running->frees ? own : running->frees);
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
	case CHARGE:
		return res_counter_take(counter, op->value);
	case UNCHARGE:
		res_counter_give(counter, at_most_own(op));
		return 0;
	case PLACE:
		return res_counter_place(counter, parent, at_most_own(op));
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

/* The invariants of the semantics, and that all is as in the reference. */
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

static void count(const struct op *op, int result)
{
	unsigned int i;

	applied++;
	if (ref[op->group].exists && ref_depth(op->group) > deepest)
		deepest = ref_depth(op->group);
	if (op->action != WRITE && op->action != RESIZE)
		return;
	for (i = 0; i < ARRAY_SIZE(results); i++)
		if (results[i].result == result)
			results[i].count++;
}

static void run_op(const struct op *op)
{
	int ret, expected, expected_calls, group;

	if (!ref_possible(op))
		return;
	running = op;
	calls = 0;
	task.signal = false;
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
	count(op, ret);
}

static bool script_fails(const struct script *script)
{
	if (setjmp(failed))
		return true;
	alarm(5);
	memset(counters, 0, sizeof(counters));
	memset(&task, 0, sizeof(task));
	current = &task;
	res_counter_init(&counters[ROOT]);
	ref_start();
	for (step = 1; step <= script->length; step++)
		run_op(&script->ops[step - 1]);
	return false;
}

/* Text that is nearly a limit; what it means by strtoull() and 128 bits. */

static bool expect_parse(const char *text, unsigned long long *limit)
{
	static const char suffixes[] = "KMGTPE";
	const char *suffix;
	char *end;
	wide value;

	text += strspn(text, " \t\n\v\f\r");
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno)
		return false;
	suffix = *end ? strchr(suffixes, *end & ~0x20) : NULL;
	if (suffix && *suffix && *end >= 'A') {
		value <<= 10 * (suffix - suffixes + 1);
		end++;
	}
	end += strspn(end, " \t\n\v\f\r");
	if (*end || value > ULLONG_MAX)
		return false;
	return ref_parse(value, limit);
}

static void random_text(char *text, unsigned int *random)
{
	static const char * const pieces[] = {
		"0", "1", "4096", "18446744073709551615", "1844674407370955161",
		"0x", "0X", "ffffffff", "fffff000", "7", "8", "9", "07", "a",
		"G", "K", "k", "M", "m", "g", "T", "t", "P", "p", "E", "e",
		" ", "\n", "\t", "-", "+", ".", "z", "\x80",
	};
	int n = rand_r(random) % 5;

	*text = '\0';
	while (n--)
		strcat(text, pieces[rand_r(random) %
				    ARRAY_SIZE(pieces)]);
}

static bool parse_fails(unsigned int seed)
{
	unsigned long long limit = 1, expected = 1;
	char text[128];
	bool ok;

	random_text(text, &seed);
	ok = expect_parse(text, &expected);
	parsed++;
	if (res_counter_parse_limit(text, &limit) == (ok ? 0 : -EINVAL) &&
	    limit == expected)
		return false;
	printf("not ok: \"%s\" is read as %llu, not as %llu (%s)\n", text,
	       limit, expected, ok ? "a limit" : "EINVAL");
	return true;
}

static void report(struct script *script, unsigned long long seed)
{
	script_shrink(script, script_fails);
	script_fails(script);
	printf("not ok: seed %llu, %s\n# Save this and run it with --replay:\n",
	       seed, failure);
	script_print(script, stdout);
}

static int replay(const char *name)
{
	static struct script script;
	FILE *file = fopen(name, "r");
	bool fails;

	if (!file) {
		perror(name);
		return 2;
	}
	if (!script_read(&script, file))
		return 2;
	fclose(file);
	fails = script_fails(&script);
	printf("%s\n", fails ? failure : "all as it should be");
	return fails;
}

int main(int argc, char **argv)
{
	unsigned long long seed = 1, sequences = 1000, i;
	unsigned int failures = 0, bad_texts = 0;
	static struct script script;

	for (i = 1; i + 1 < (unsigned int)argc; i += 2) {
		if (!strcmp(argv[i], "--replay"))
			return replay(argv[i + 1]);
		if (!strcmp(argv[i], "--seed"))
			seed = strtoull(argv[i + 1], NULL, 0);
		else if (!strcmp(argv[i], "--sequences"))
			sequences = strtoull(argv[i + 1], NULL, 0);
		else
			break;
	}
	if (i != (unsigned int)argc) {
		fprintf(stderr, "usage: %s [--seed N] [--sequences N]\n"
			"       %s --replay FILE\n", argv[0], argv[0]);
		return 2;
	}

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < sequences && !failures; i++) {
		script_random(&script, seed + i);
		if (script_fails(&script)) {
			report(&script, seed + i);
			failures++;
		}
	}
	for (i = 0; i < sequences * 50 && !bad_texts; i++)
		bad_texts += parse_fails(seed + i);

	printf("%d operations, depth up to %d, in %llu random trees", applied,
	       deepest, sequences);
	printf(" from seed %llu; %d random texts\n", seed, parsed);
	printf("resizes:");
	for (i = 0; i < ARRAY_SIZE(results); i++)
		printf(" %d %s", results[i].count, results[i].name);
	printf("\n");
	failures += bad_texts;
	printf("%u passed, %u failed, 0 skipped\n", 2 - failures, failures);
	return failures != 0;
}
