// SPDX-License-Identifier: GPL-2.0-only
#include "script.h"

#include <limits.h>
#include <string.h>

#include <linux/kernel.h>

#define PAGE	4096ULL

static const char * const names[] = {
	"create", "write", "resize", "borrow", "repay", "rehome", "charge",
	"uncharge", "whole", "trim",
	"remove", "force", "free-kernel", "settle", "release",
};

static const char header[] =
	"# action group value | retry frees fails-at signal-at\n";

static unsigned long long state;

/* splitmix64 */
static unsigned long long next_random(void)
{
	unsigned long long z = state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static unsigned int below(unsigned int n)
{
	return next_random() % n;
}

/*
 * Bytes: mostly small numbers of pages, so that sums meet limits exactly; and
 * those at which arithmetic goes wrong.
 */
static unsigned long long random_value(void)
{
	static const unsigned long long extremes[] = {
		0, 1, PAGE - 1, PAGE, PAGE + 1, LLONG_MAX, LLONG_MAX - PAGE,
		LLONG_MAX - PAGE + 1, LLONG_MAX + 1ULL, ULLONG_MAX,
		ULLONG_MAX - 1, ULLONG_MAX - PAGE, ULLONG_MAX - PAGE + 1,
		ULLONG_MAX - PAGE + 2,
	};

	switch (below(8)) {
	case 0:
		return extremes[below(ARRAY_SIZE(extremes))];
	case 1:
		return next_random() >> below(64);
	case 2:
		return below(1024) * PAGE;
	default:
		return below(24) * PAGE;
	}
}

static struct op random_op(int groups, const enum action *actions,
			   unsigned int nr_actions)
{
	static const int retries[] = { -1, 0, 1, 5, 5, 5 };
	struct op op;

	/* One by one: in an initialiser their order would be undefined. */
	op.action = actions[below(nr_actions)];
	op.group = below(groups);
	op.value = random_value();
	op.retry = retries[below(6)];
	op.frees = below(3) ? below(8) * PAGE : random_value();
	op.fails_at = below(8) ? 0 : 1 + below(5);
	op.signal_at = below(8) ? 0 : 1 + below(5);

	if (op.action == CREATE)
		op.value = below(groups);
	/* An endless retry must end. */
	if (op.retry < 0 && !op.signal_at)
		op.signal_at = 1 + below(8);
	return op;
}

/* Chains as well as broad trees. */
static int random_parent(int group)
{
	return below(2) ? group - 1 : (int)below(group);
}

void script_random(struct script *script, unsigned long long seed,
		   const enum action *actions, unsigned int nr_actions)
{
	int groups, i;

	state = seed;
	groups = 2 + below(below(2) ? 8 : MAX_GROUPS - 1);
	script->length = groups + below(MAX_OPS - groups);
	/* Half of the roots have a limit that sums meet exactly. */
	script->ops[0] = (struct op){
		.action = RESIZE, .group = ROOT,
		.value = below(2) ? LLONG_MAX / PAGE * PAGE :
				    below(below(4) ? 64 : 2048) * PAGE,
	};
	for (i = 1; i < groups; i++)
		script->ops[i] = (struct op){ .action = CREATE, .group = i,
					      .value = random_parent(i) };
	for (; i < script->length; i++)
		script->ops[i] = random_op(groups, actions, nr_actions);
}

void script_print(const struct script *script, FILE *file)
{
	int i;

	fputs(header, file);
	for (i = 0; i < script->length; i++) {
		const struct op *op = &script->ops[i];

		fprintf(file, "%s %d %llu | %d %llu %d %d\n",
			names[op->action], op->group, op->value, op->retry,
			op->frees, op->fails_at, op->signal_at);
	}
}

static bool read_op(struct op *op, const char *line)
{
	char name[16];
	int i;

	if (sscanf(line, "%15s %d %llu | %d %llu %d %d", name, &op->group,
		   &op->value, &op->retry, &op->frees, &op->fails_at,
		   &op->signal_at) != 7)
		return false;
	if (op->group < 0 || op->group >= MAX_GROUPS)
		return false;
	for (i = 0; i < NR_ACTIONS; i++)
		if (!strcmp(name, names[i])) {
			op->action = i;
			return true;
		}
	return false;
}

bool script_read(struct script *script, FILE *file)
{
	char line[256];
	int number = 0;

	script->length = 0;
	while (fgets(line, sizeof(line), file)) {
		number++;
		if (line[0] == '#')
			continue;
		if (script->length == MAX_OPS ||
		    !read_op(&script->ops[script->length++], line)) {
			fprintf(stderr, "line %d: no operation: %s", number,
				line);
			return false;
		}
	}
	return true;
}

static void drop(struct script *script, const struct script *from, int start,
		 int length)
{
	*script = *from;
	script->length -= length;
	memmove(&script->ops[start], &from->ops[start + length],
		(from->length - start - length) * sizeof(struct op));
}

/* Delta debugging: drop ever smaller runs of operations. */
void script_shrink(struct script *script,
		   bool (*fails)(const struct script *script))
{
	static struct script trial;
	int length, start;

	for (length = script->length / 2; length > 0; length /= 2)
		for (start = 0; start + length <= script->length;) {
			drop(&trial, script, start, length);
			if (fails(&trial))
				*script = trial;
			else
				start++;
		}
}
