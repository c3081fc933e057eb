// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real threads on one tree, for ThreadSanitizer: it sees what touches a book
 * without a lock that orders it.  The books are checked at the end.
 *
 * usage: stress [THREADS [OPERATIONS]]
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/kernel.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>
#include <linux/sched.h>

#define MAX_THREADS	64
#define NR_GROUPS	7
#define ROOT_PAGES	64

/* A root, two children, and two children of each of them. */
static struct group {
	struct res_counter counter;
	unsigned int own;	/* pages; atomic */
} groups[NR_GROUPS];

static unsigned int operations = 20000;
static unsigned int succeeded, refused;		/* resizes; atomic */

void world_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("not ok: ");
	vprintf(format, args);
	va_end(args);
	printf("\n0 passed, 1 failed, 0 skipped\n");
	exit(1);
}

static struct res_counter *parent_of(unsigned int group)
{
	return group ? &groups[(group - 1) / 2].counter : NULL;
}

/* Take up to "pages" pages off a group's list; they are still charged. */
static unsigned int isolate(struct group *group, unsigned int pages)
{
	unsigned int own = __atomic_load_n(&group->own, __ATOMIC_RELAXED);
	unsigned int taken;

	do
		taken = own < pages ? own : pages;
	while (!__atomic_compare_exchange_n(&group->own, &own, own - taken,
					    false, __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED));
	return taken;
}

static void put_back(struct group *group, unsigned int pages)
{
	__atomic_add_fetch(&group->own, pages, __ATOMIC_RELAXED);
}

static void free_pages(struct group *group, unsigned int pages)
{
	res_counter_uncharge(&group->counter, isolate(group, pages) * PAGE_SIZE);
}

static int reclaim(struct res_counter *counter, unsigned long long val)
{
	struct group *group = (struct group *)counter;

	if (rand_r(&current->random) % 32 == 0)
		return -EIO;
	free_pages(group, val / PAGE_SIZE);
	return 0;
}

static void resize(unsigned int group, unsigned int pages)
{
	int ret = res_counter_resize(&groups[group].counter, parent_of(group),
				     pages * PAGE_SIZE, reclaim, 5);

	__atomic_add_fetch(ret ? &refused : &succeeded, 1, __ATOMIC_RELAXED);
}

static void charge(struct group *group, unsigned int pages)
{
	if (!res_counter_charge(&group->counter, pages * PAGE_SIZE))
		put_back(group, pages);
}

/* What a removal does, to a leaf that then starts anew. */
static void empty(unsigned int index)
{
	struct group *group = &groups[index], *to = &groups[(index - 1) / 2];
	struct res_counter *counter = &group->counter;
	unsigned int pages;

	if (mutex_lock_interruptible(&counter->resize))
		return;
	res_counter_repay_resource(counter, &to->counter,
				   RES_COUNTER_REPAY_ALL, NULL, 0);
	pages = isolate(group, 2);
	res_counter_rehome(counter, &to->counter, pages * PAGE_SIZE);
	put_back(to, pages);
	counter->removed = false;
	mutex_unlock(&counter->resize);
}

static void *run_thread(void *number)
{
	struct task_struct task = { .random = (unsigned long)number };
	unsigned int i;

	current = &task;
	for (i = 0; i < operations; i++) {
		unsigned int pages = rand_r(&task.random) % 16;
		unsigned int group = rand_r(&task.random) % NR_GROUPS;

		switch (rand_r(&task.random) % 7) {
		case 0:
			charge(&groups[group], pages / 4);
			break;
		case 1:
			free_pages(&groups[group], pages / 4);
			break;
		case 2:
			if (group > 2)
				empty(group);
			break;
		default:
			/* The root's limit is written, too: one or the other. */
			resize(group, group ? pages : ROOT_PAGES - pages % 2);
		}
	}
	return NULL;
}

static int check_group(unsigned int i)
{
	struct res_counter *counter = &groups[i].counter;
	unsigned long long lent = 0;
	unsigned int child;

	for (child = 1; child < NR_GROUPS; child++)
		if (parent_of(child) == counter)
			lent += groups[child].counter.borrow;

	if (counter->usage <= counter->limit &&
	    counter->borrow == (i ? counter->limit : 0) &&
	    counter->security == lent &&
	    counter->usage == lent + groups[i].own * PAGE_SIZE &&
	    counter->max_usage >= counter->usage)
		return 0;
	printf("not ok: group %u: limit %llu usage %llu borrow %llu security %llu",
	       i, counter->limit, counter->usage, counter->borrow,
	       counter->security);
	printf("; lent %llu, own pages %u\n", lent, groups[i].own);
	return 1;
}

int main(int argc, char **argv)
{
	unsigned long threads = argc > 1 ? atoi(argv[1]) : 8, i;
	pthread_t thread[MAX_THREADS];
	unsigned int failed = 0;

	if (argc > 2)
		operations = atoi(argv[2]);
	if (argc > 3 || !threads || threads > MAX_THREADS || !operations) {
		fprintf(stderr, "usage: %s [THREADS [OPERATIONS]]\n", argv[0]);
		return 2;
	}

	for (i = 0; i < NR_GROUPS; i++) {
		res_counter_init(&groups[i].counter);
		res_counter_zero_limit(&groups[i].counter);
	}
	/* So one page of its limit is not for its children. */
	groups[0].counter.whole = ROOT_PAGES * PAGE_SIZE;
	res_counter_set_limit(&groups[0].counter, ROOT_PAGES * PAGE_SIZE);

	for (i = 0; i < threads; i++)
		pthread_create(&thread[i], NULL, run_thread, (void *)(i + 1));
	for (i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);

	for (i = 0; i < NR_GROUPS; i++)
		failed |= check_group(i);
	printf("%lu threads, %u operations each: %u resizes done, %u refused\n",
	       threads, operations, succeeded, refused);
	printf("%u passed, %u failed, 0 skipped\n", !failed, failed);
	return failed;
}
