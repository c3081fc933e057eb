// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random operations on random trees, against the reference.
 *
 * usage: property [--seed N] [--sequences N]
 *        property --replay FILE
 */
#include "patience.h"
#include "reference.h"
#include "subject.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/sched.h>

#include "alone.h"

static int step;

/* What has been tried, to be printed. */
static int applied, deepest;
static struct {
	int result;
	const char *name;
	int count;
} results[] = {
	{ 0, "done", 0 }, { -EINVAL, "EINVAL", 0 }, { -ENOSPC, "ENOSPC", 0 },
	{ -EBUSY, "EBUSY", 0 }, { -EINTR, "EINTR", 0 }, { -EIO, "EIO", 0 },
	{ -ENODEV, "ENODEV", 0 },
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

void count_op(const struct op *op, int result)
{
	unsigned int i;

	applied++;
	if (ref[op->group].exists && ref_depth(op->group) > deepest)
		deepest = ref_depth(op->group);
	if (op->action < WRITE || op->action > REHOME)
		return;
	for (i = 0; i < ARRAY_SIZE(results); i++)
		if (results[i].result == result)
			results[i].count++;
}

static bool script_fails(const struct script *script)
{
	if (setjmp(failed))
		return true;
	patience_start();
	alone_start();
	ref_start();
	subject_start();
	for (step = 1; step <= script->length; step++)
		subject_run(&script->ops[step - 1]);
	return false;
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
	unsigned long long seed = 1, sequences = 1000, texts, i;
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
		script_random(&script, seed + i, subject_actions,
			      subject_nr_actions);
		if (script_fails(&script)) {
			report(&script, seed + i);
			failures++;
		}
	}
	for (texts = 0; texts < sequences * 50 && !bad_texts; texts++)
		bad_texts += parse_fails(seed + texts);

	printf("%d operations, depth up to %d, in %llu random trees", applied,
	       deepest, sequences);
	printf(" from seed %llu; %llu random texts\n", seed, texts);
	printf("resizes:");
	for (i = 0; i < ARRAY_SIZE(results); i++)
		printf(" %d %s", results[i].count, results[i].name);
	printf("\n");
	failures += bad_texts;
	printf("%u passed, %u failed, 0 skipped\n", 2 - failures, failures);
	return failures != 0;
}
