// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random operations on random trees, against a reference that has nothing but
 * the formula.
 *
 * usage: property [--seed N] [--sequences N]
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/page_counter.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "alone.h"
#include "patience.h"

#define MAX_GROUPS	24
#define LENGTH		160

static struct group {
	struct page_counter counter;
	int parent;
	bool exists;
	bool dead;
	/* The reference: */
	long direct;		/* charged here, less uncharged here */
	long pool;		/* pages that may be uncharged here */
	long reserve;
	long max;
	bool frozen;
} groups[MAX_GROUPS];

enum action {
	CREATE, CHARGE, FORCE, UNCHARGE, SET_MAX, RESERVE, FREEZE, REMOVE,
	NR_ACTIONS,
};

static const char * const action_names[] = {
	"create", "charge", "force", "uncharge", "set max", "reserve", "freeze",
	"remove",
};

static struct {
	int result;
	const char *name;
	int count;
} results[] = {
	{ 0, "done", 0 }, { -ENOSPC, "ENOSPC", 0 },
	{ -EBUSY, "EBUSY", 0 },
};

static unsigned long long seed, operations;
static int step, deepest, nr_groups, charged, refused;
static enum action action;
static int target;
static unsigned long number;
static jmp_buf failed;
static char failure[256];

void world_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(failure, sizeof(failure), format, args);
	va_end(args);
	longjmp(failed, 1);
}

static unsigned int random_below(unsigned int n)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % n;
}

/* --- The reference ------------------------------------------------------ */

static long ref_usage(int g)
{
	long sum = groups[g].direct;
	int i;

	for (i = g + 1; i < nr_groups; i++)
		if (groups[i].parent == g)
			sum += max(ref_usage(i), groups[i].reserve);
	return sum;
}

static long ref_children(int g)
{
	long sum = 0;
	int i;

	for (i = g + 1; i < nr_groups; i++)
		if (groups[i].parent == g)
			sum += groups[i].reserve;
	return sum;
}

static int depth_of(int g)
{
	int depth = 0;

	for (; g; g = groups[g].parent)
		depth++;
	return depth;
}

/* Usages from a group up, to see which have grown, and too far. */
static void ref_usages(int g, long *usage)
{
	for (; g >= 0; g = groups[g].parent)
		*usage++ = ref_usage(g);
}

static bool ref_fits(int g, const long *before, const struct page_counter *fail)
{
	bool fits = true, fail_is_one = !fail;
	long after;

	for (; g >= 0; g = groups[g].parent) {
		after = ref_usage(g);
		if (after > *before++ && after > groups[g].max) {
			fits = false;
			if (&groups[g].counter == fail)
				fail_is_one = true;
		}
	}
	if (!fail_is_one)
		world_fail("fails at a group that has room");
	return fits;
}

static bool ref_is_frozen(int g)
{
	for (g = groups[g].parent; g >= 0; g = groups[g].parent)
		if (groups[g].frozen)
			return true;
	return false;
}

/* What page_counter_set_reserve() has to return; and does it. */
static int ref_set_reserve(int g, long reserve, const struct page_counter *fail)
{
	struct group *group = &groups[g];
	long before[MAX_GROUPS], old = group->reserve;
	int parent = group->parent;

	if (reserve < ref_children(g) && (parent < 0 || reserve < old))
		return -EBUSY;
	if (parent < 0 || reserve <= old) {
		group->reserve = reserve;
		return 0;
	}
	if (ref_children(parent) - old + reserve > groups[parent].reserve ||
	    ref_children(parent) - old + reserve > groups[parent].max ||
	    ref_is_frozen(g))
		return -ENOSPC;
	ref_usages(parent, before);
	group->reserve = reserve;
	if (ref_fits(parent, before, fail))
		return 0;
	group->reserve = old;
	return -EBUSY;
}

static long ref_spare(int g)
{
	long walled = g ? groups[g].reserve : 0;

	return max(0L, walled - ref_usage(g));
}

static long ref_trim_batch(int g, long batch, long nr)
{
	for (; g >= 0; g = groups[g].parent)
		if (ref_spare(g) >= nr)
			return min(batch, ref_spare(g));
	return batch;
}

/* As many as can be charged, one by one; no more than @most. */
static long ref_margin(int g, long most)
{
	long before[MAX_GROUPS], direct = groups[g].direct;
	long nr = 0;

	ref_usages(g, before);
	do {
		groups[g].direct = direct + ++nr;
	} while (nr <= most && ref_fits(g, before, NULL));
	groups[g].direct = direct;
	return nr - 1;
}

/* --- The operations ------------------------------------------------------ */

static void check_long(int g, const char *what, long value, long expected)
{
	if (value != expected)
		world_fail("group %d: %s is %ld, not %ld", g, what, value,
			   expected);
}

static void check_all(void)
{
	int g;

	for (g = 0; g < nr_groups; g++) {
		struct page_counter *c = &groups[g].counter;
		long usage = ref_usage(g), reserve = groups[g].reserve;
		long walled = g ? reserve : 0;

		check_long(g, "usage", page_counter_read(c), usage);
		check_long(g, "reserve", page_counter_reserve(c), reserve);
		check_long(g, "the children's reserve",
			   page_counter_children_reserve(c), ref_children(g));
		check_long(g, "excess", page_counter_excess(c),
			   max(0L, usage - walled));
		check_long(g, "what is spare", page_counter_spare_reserve(c),
			   ref_spare(g));
		check_long(g, "what is charged ahead",
			   page_counter_trim_batch(c, 8, 2),
			   ref_trim_batch(g, 8, 2));
		check_long(g, "within reserve", page_counter_within_reserve(c),
			   walled && usage <= walled);
		check_long(g, "limit", c->max, groups[g].max);
		/* Of one only: to find out takes its time. */
		if (g == target)
			check_long(g, "the margin",
				   min(page_counter_reserve_margin(c, NULL), 4UL),
				   ref_margin(g, 4));
	}
}

/* What follows the usage, from the first reserve on. */
static void check_followers(const struct page_counter *c, bool charged)
{
	unsigned long usage = page_counter_pages(c->usage.counter);

	if (!page_counter_reserve_key.on)
		return;
	/* A watermark only goes up, and so not with an uncharge. */
	if (charged &&
	    (c->watermark < c->local_watermark || c->local_watermark < usage))
		world_fail("the watermark is below usage");
	if (c->propagated != usage)
		world_fail("protection is told of %lu, not %lu", c->propagated,
			   usage);
}

static void create(int parent)
{
	struct group *group = &groups[nr_groups];

	if (nr_groups == MAX_GROUPS || groups[parent].dead)
		return;
	memset(group, 0, sizeof(*group));
	group->parent = parent;
	group->exists = true;
	group->max = random_below(3) ? 40 : PAGE_COUNTER_MAX;
	group->counter.max = group->max;
	group->counter.parent = &groups[parent].counter;
	if (random_below(2))
		page_counter_reserve_init(&group->counter);
	deepest = max(deepest, depth_of(nr_groups));
	nr_groups++;
}

static void charge(int g, long pages)
{
	struct group *group = &groups[g];
	struct page_counter *fail = NULL;
	long before[MAX_GROUPS];
	bool done;

	done = page_counter_try_charge(&group->counter, pages, &fail);
	if (done == !!fail)
		world_fail("success and a group without room, or neither");
	ref_usages(g, before);
	group->direct += pages;
	if (ref_fits(g, before, fail) != done)
		world_fail("a charge %s", done ? "succeeds" : "fails");
	if (done) {
		group->pool += pages;
		charged++;
		check_followers(&group->counter, true);
	} else {
		group->direct -= pages;
		refused++;
	}
}

static void uncharge(int g, long pages)
{
	struct group *group = &groups[g];

	pages = min(pages, group->pool);
	group->pool -= pages;
	group->direct -= pages;
	page_counter_uncharge(&group->counter, pages);
	if (pages)
		check_followers(&group->counter, false);
}

static void force(int g, long pages)
{
	groups[g].direct += pages;
	groups[g].pool += pages;
	page_counter_charge(&groups[g].counter, pages);
	check_followers(&groups[g].counter, true);
}

static void set_max(int g, long pages)
{
	int expected = ref_usage(g) > pages ? -EBUSY : 0;

	if (page_counter_set_max(&groups[g].counter, pages) != expected)
		world_fail("set_max: not %d", expected);
	if (!expected)
		groups[g].max = pages;
}

static void set_reserve(int g, long pages)
{
	struct page_counter *fail = NULL;
	unsigned int i;
	int ret;

	if (groups[g].dead)
		return;
	while ((ret = page_counter_set_reserve(&groups[g].counter, pages,
					       &fail)) == -EAGAIN)
		shim_rcu_wait(groups[g].counter.reserve_gp);
	if (ret != ref_set_reserve(g, pages, fail))
		world_fail("set_reserve: %d", ret);
	for (i = 0; i < ARRAY_SIZE(results); i++)
		results[i].count += results[i].result == ret;
}

static void freeze(int g)
{
	groups[g].frozen = !groups[g].frozen;
	if (groups[g].frozen)
		page_counter_freeze_reserves(&groups[g].counter);
	else
		page_counter_thaw_reserves(&groups[g].counter);
}

/* As rmdir: what is left is uncharged from the parent, if it is kernel memory. */
static void remove_group(int g)
{
	long moved = groups[g].pool / 2;
	int i;

	for (i = g + 1; i < nr_groups; i++)
		if (groups[i].parent == g && !groups[i].dead)
			return;
	if (!g)
		return;
	set_reserve(g, 0);
	groups[g].dead = true;
	groups[g].pool -= moved;
	groups[groups[g].parent].pool += moved;
}

static void run_step(void)
{
	/* Deep trees: the newest group is the most likely parent. */
	static const enum action often[] = { CHARGE, CHARGE, UNCHARGE, RESERVE };

	action = random_below(2) ? often[random_below(ARRAY_SIZE(often))] :
				   random_below(NR_ACTIONS);
	target = random_below(nr_groups);
	number = random_below(12);

	switch (action) {
	case CREATE:
		create(random_below(4) ? nr_groups - 1 : target);
		break;
	case CHARGE:
		charge(target, ++number);
		break;
	case FORCE:
		number = number / 4 + 1;
		force(target, number);
		break;
	case UNCHARGE:
		uncharge(target, number);
		break;
	case SET_MAX:
		number *= 8;
		set_max(target, number);
		break;
	case RESERVE:
		/* What can be had gets less from the top down. */
		number = random_below(MAX_GROUPS - depth_of(target)) + number;
		set_reserve(target, number);
		break;
	case FREEZE:
		if (!random_below(4) || groups[target].frozen)
			freeze(target);
		break;
	default:
		if (!random_below(4))
			remove_group(target);
	}
	operations++;
	shim_check_no_locks();
	shim_check_no_readers();
	check_all();
}

static bool sequence_fails(void)
{
	if (setjmp(failed))
		return true;
	patience_start();
	alone_start();
	shim_rcu_reset();
	page_counter_reserve_key.on = false;
	memset(groups, 0, sizeof(groups));
	nr_groups = 1;
	groups[0].parent = -1;
	groups[0].exists = true;
	groups[0].max = PAGE_COUNTER_MAX;
	groups[0].counter.max = PAGE_COUNTER_MAX;
	groups[0].reserve = 40;
	groups[0].counter.reserve[0] = 40;
	for (step = 1; step <= LENGTH; step++)
		run_step();
	return false;
}

int main(int argc, char **argv)
{
	unsigned long long first = 1, sequences = 1000, i;
	unsigned int failures = 0;
	int arg;

	for (arg = 1; arg + 1 < argc; arg += 2) {
		if (!strcmp(argv[arg], "--seed"))
			first = strtoull(argv[arg + 1], NULL, 0);
		else if (!strcmp(argv[arg], "--sequences"))
			sequences = strtoull(argv[arg + 1], NULL, 0);
		else
			break;
	}
	if (arg != argc) {
		fprintf(stderr, "usage: %s [--seed N] [--sequences N]\n",
			argv[0]);
		return 2;
	}

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < sequences && !failures; i++) {
		seed = first + i;
		if (!sequence_fails())
			continue;
		printf("not ok: seed %llu, operation %d: %s of group %d, %lu: %s\n",
		       first + i, step, action_names[action], target, number,
		       failure);
		failures++;
	}
	printf("%llu operations, depth up to %d, in %llu random trees from seed %llu\n",
	       operations, deepest, sequences, first);
	printf("charges: %d done, %d refused; reserves:", charged, refused);
	for (i = 0; i < ARRAY_SIZE(results); i++)
		printf(" %d %s", results[i].count, results[i].name);
	printf("\n%u passed, %u failed, 0 skipped\n", !failures, failures);
	return failures != 0;
}
