// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real threads on one tree, for ThreadSanitizer.  They run in rounds, and
 * whenever all rest the formula has to be exact.
 *
 * usage: stress [THREADS [OPERATIONS]]
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/kernel.h>
#include <linux/page_counter.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "native.h"

#define NR_GROUPS	15
#define ROUNDS		20
#define ROOT_PAGES	200

/* A root, two children, two children of each of them, and so on once more. */
static struct group {
	struct page_counter counter;
	pthread_mutex_t writer;
	long direct;		/* charged here, less uncharged here; atomic */
	long pool;		/* pages that may be uncharged here; atomic */
} groups[NR_GROUPS];

static unsigned int operations = 20000;
static unsigned int charged, refused, set, not_set;	/* atomic */

static unsigned int parent_of(unsigned int group)
{
	return (group - 1) / 2;
}

static void count(unsigned int *what)
{
	__atomic_add_fetch(what, 1, __ATOMIC_RELAXED);
}

static void add(long *value, long pages)
{
	__atomic_add_fetch(value, pages, __ATOMIC_RELAXED);
}

static void charge(struct group *group, long pages, bool force)
{
	struct page_counter *fail;

	if (force) {
		page_counter_charge(&group->counter, pages);
	} else if (!page_counter_try_charge(&group->counter, pages, &fail)) {
		count(&refused);
		return;
	}
	count(&charged);
	add(&group->direct, pages);
	add(&group->pool, pages);
}

/* Take up to "pages" pages off a group's list. */
static long isolate(struct group *group, long pages)
{
	long pool = __atomic_load_n(&group->pool, __ATOMIC_RELAXED), taken;

	do
		taken = pool < pages ? pool : pages;
	while (!__atomic_compare_exchange_n(&group->pool, &pool, pool - taken,
					    false, __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED));
	return taken;
}

static void uncharge(struct group *group, long pages)
{
	pages = isolate(group, pages);
	add(&group->direct, -pages);
	page_counter_uncharge(&group->counter, pages);
}

static void set_reserve(struct group *group, unsigned long pages)
{
	struct page_counter *fail;
	int ret;

	do {
		unsigned long state;

		pthread_mutex_lock(&group->writer);
		ret = page_counter_set_reserve(&group->counter, pages, &fail);
		state = group->counter.reserve_gp;
		pthread_mutex_unlock(&group->writer);
		if (ret == -EAGAIN)
			shim_rcu_wait(state);
	} while (ret == -EAGAIN);
	count(ret ? &not_set : &set);
}

static void set_max(struct group *group, unsigned long pages)
{
	pthread_mutex_lock(&group->writer);
	page_counter_set_max(&group->counter, pages);
	pthread_mutex_unlock(&group->writer);
}

/* What rmdir does to a leaf, which then starts anew. */
static void empty(unsigned int index)
{
	struct group *group = &groups[index];
	long moved;

	set_reserve(group, 0);
	moved = isolate(group, 4);
	add(&groups[parent_of(index)].pool, moved);
}

static void *run_thread(void *number)
{
	struct task_struct task = { .random = (unsigned long)number };
	unsigned int i;

	current = &task;
	native_thread((unsigned long)number % MAX_THREADS);
	for (i = 0; i < operations / ROUNDS; i++) {
		unsigned int index = rand_r(&task.random) % NR_GROUPS;
		unsigned int pages = rand_r(&task.random) % 24;
		struct group *group = &groups[index];

		switch (rand_r(&task.random) % 16) {
		case 0:
			charge(group, pages / 8, true);
			break;
		case 1:
			if (index)
				set_max(group, pages * 8);
			break;
		case 2:
			if (index > 6)
				empty(index);
			break;
		case 3:
		case 4:
		case 5:
			/* The higher, the more, so that it can be covered. */
			if (index)
				set_reserve(group, pages * 4 / (index + 1));
			break;
		case 6:
		case 7:
		case 8:
		case 9:
		case 10:
			charge(group, pages / 2 + 1, false);
			break;
		default:
			uncharge(group, pages);
		}
	}
	return NULL;
}

static bool check_group(unsigned int i)
{
	struct page_counter *c = &groups[i].counter;
	long usage = page_counter_read(c), parts = groups[i].direct, sum = 0;
	unsigned int child;

	for (child = i * 2 + 1; child <= i * 2 + 2 && child < NR_GROUPS;
	     child++) {
		struct page_counter *below = &groups[child].counter;
		long reserve = page_counter_reserve(below);

		parts += max((long)page_counter_read(below), reserve);
		sum += reserve;
	}
	if (usage == parts && sum == (long)page_counter_children_reserve(c) &&
	    sum <= (long)page_counter_reserve(c))
		return true;
	printf("not ok: group %u: usage %ld, its parts %ld; reserve %lu, children's %ld, counted %lu\n",
	       i, usage, parts, page_counter_reserve(c), sum,
	       page_counter_children_reserve(c));
	return false;
}

static bool run_round(unsigned long threads, unsigned long seed)
{
	pthread_t thread[MAX_THREADS];
	bool exact = true;
	unsigned long i;

	for (i = 0; i < threads; i++)
		pthread_create(&thread[i], NULL, run_thread,
			       (void *)(seed * MAX_THREADS + i));
	for (i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	for (i = 0; i < NR_GROUPS; i++)
		exact &= check_group(i);
	return exact;
}

int main(int argc, char **argv)
{
	unsigned long threads = argc > 1 ? atoi(argv[1]) : 8, i;
	struct task_struct task = { .random = 0 };
	unsigned int exact = 0;

	if (argc > 2)
		operations = atoi(argv[2]);
	if (argc > 3 || !threads || threads >= MAX_THREADS || !operations) {
		fprintf(stderr, "usage: %s [THREADS [OPERATIONS]]\n", argv[0]);
		return 2;
	}

	current = &task;
	native_thread(MAX_THREADS - 1);
	for (i = 0; i < NR_GROUPS; i++) {
		pthread_mutex_init(&groups[i].writer, NULL);
		groups[i].counter.max = i ? PAGE_COUNTER_MAX : ROOT_PAGES;
		if (i)
			groups[i].counter.parent = &groups[parent_of(i)].counter;
	}
	groups[0].counter.reserve[0] = ROOT_PAGES;

	for (i = 1; i <= ROUNDS && exact + 1 == i; i++)
		exact += run_round(threads, i);
	printf("%lu threads, %u operations each: %u charges, %u refused;",
	       threads, operations, charged, refused);
	printf(" %u reserves, %u refused; exact at rest %u times of %d\n", set,
	       not_set, exact, ROUNDS);
	printf("%u passed, %u failed, 0 skipped\n", exact == ROUNDS,
	       exact != ROUNDS);
	return exact != ROUNDS;
}
