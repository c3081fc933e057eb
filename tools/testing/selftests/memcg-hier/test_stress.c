// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random operations by 16 processes that are killed at random, compared with
 * a reference whenever all is quiet.
 *
 * Each group but the top one has an owner: the one process that makes, resizes
 * and removes it.  The owner writes down what it is about to do, and what came
 * of it, in memory that outlives it.  So the reference knows what each group
 * must be, but for the last operation of an owner that was killed in the midst
 * of it: that may have happened or not, and the books must agree on which.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memcg_hier_util.h"

#define SECONDS		15
#define ROUND_MS	500
#define TOP_LIMIT	(64 * MB)

#define OWNERS		12
#define CHARGERS	4
#define WORKERS		(OWNERS + CHARGERS)

/* Every third group is the parent of the two after it. */
static const char * const groups[OWNERS] = {
	"A/0", "A/0/0", "A/0/1",
	"A/1", "A/1/0", "A/1/1",
	"A/2", "A/2/0", "A/2/1",
	"A/3", "A/3/0", "A/3/1",
};

/* What a group is: gone, or there with a limit. */
struct state {
	bool exists;
	uint64_t limit;
};

struct reference {
	struct state is, maybe;
	bool in_doubt;		/* an operation is under way */
	unsigned int operations;
};

static struct shared {
	struct reference group[OWNERS];
	bool stop;
} *shared;

static int parent_of(int group)
{
	return group % 3 ? group - group % 3 : -1;
}

static uint64_t random_limit(int group)
{
	uint64_t most = group % 3 ? 16 * MB : 32 * MB;

	switch (random() % 8) {
	case 0:
		return 0;
	case 1:
		return most;
	default:
		return random() % (most / PAGE) * PAGE;
	}
}

static void expect_fair(const char *group, const char *operation, int ret)
{
	switch (ret) {
	case 0:
	case -EBUSY:
	case -ENOSPC:
	case -ENOENT:	/* the parent is gone */
	case -ENODEV:
	case -ENOMEM:	/* no room in the parent for the kernel's own */
		return;
	}
	fail("%s %s: %s", operation, group, strerror(-ret));
}

enum operation { MKDIR, RESIZE, RMDIR };

static const char * const operations[] = { "mkdir", "resize", "rmdir" };

/* Do one thing to a group; on record before and after. */
static enum operation operate(int number)
{
	struct reference *reference = &shared->group[number];
	const char *group = groups[number];
	struct state next = { .exists = true };
	enum operation operation = MKDIR;
	int ret;

	if (reference->is.exists && random() % 16 == 0) {
		operation = RMDIR;
		next.exists = false;
	} else if (reference->is.exists) {
		operation = RESIZE;
		next.limit = random_limit(number);
	}

	reference->maybe = next;
	store(reference->in_doubt, true);
	if (operation == MKDIR)
		ret = group_mkdir(group);
	else if (operation == RESIZE)
		ret = set_limit(group, next.limit);
	else
		ret = group_rmdir(group);
	if (!ret)
		reference->is = next;
	store(reference->in_doubt, false);
	expect_fair(group, operations[operation], ret);
	reference->operations++;
	return operation;
}

/*
 * mkdir and rmdir hold the parent directory's i_mutex, rmdir for as long as an
 * RCU grace period.  Who has just released it is the next to take it, again
 * and again, before those who wait have been woken: so stay away for a while.
 */
static int own_group(void *arg)
{
	long number = (long)arg;

	while (!load(shared->stop))
		if (operate(number) != RESIZE)
			sleep_ms(1);
	return 0;
}

/* Anonymous memory, or a file that outlives the task and maybe the group. */
static int charge_once(void *arg)
{
	uint64_t bytes = random() % (3 * MB);
	char file[64];

	if (attach(groups[random() % OWNERS], getpid()))
		return 0;
	if (random() % 2) {
		touch_anon(bytes);
	} else {
		snprintf(file, sizeof(file), SHM_DIR "/%ld", (long)arg);
		write_file(file, bytes);
	}
	return 0;
}

static int charge(void *arg)
{
	while (!load(shared->stop)) {
		/* The child has a seed of its own. */
		unsigned int seed = random();
		pid_t pid = fork();

		if (!pid) {
			srandom(seed);
			_exit(charge_once(arg));
		}
		if (pid > 0)
			kid_wait(pid);
	}
	return 0;
}

static pid_t start_worker(int number)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork: %s", strerror(errno));
	if (!pid) {
		srandom(now_ms() * WORKERS + number);
		_exit(number < OWNERS ? own_group((void *)(long)number) :
					charge((void *)(long)number));
	}
	return pid;
}

/*
 * Let the workers run, killing one now and then.  A killed charger has a
 * successor at once; an owner not before what it left in doubt is settled.
 */
static void run_workers(unsigned int *kills)
{
	uint64_t end = now_ms() + ROUND_MS;
	pid_t pids[WORKERS];
	int i;

	store(shared->stop, false);
	for (i = 0; i < WORKERS; i++)
		pids[i] = start_worker(i);
	while (now_ms() < end) {
		sleep_ms(random() % 20);
		i = random() % WORKERS;
		if (!pids[i])
			continue;
		expect(kid_alive(pids[i]));
		kid_kill(pids[i]);
		(*kills)++;
		pids[i] = i < OWNERS ? 0 : start_worker(i);
	}
	store(shared->stop, true);
	for (i = 0; i < WORKERS; i++)
		if (pids[i])
			expect_eq(kid_wait(pids[i]), 0);
}

static void free_all_memory(void)
{
	char file[64];
	int i;

	for (i = 0; i < OWNERS; i++)
		kill_group(groups[i]);
	for (i = OWNERS; i < WORKERS; i++) {
		snprintf(file, sizeof(file), SHM_DIR "/%d", i);
		unlink(file);
	}
}

/* What a group that was in doubt has become. */
static void settle(int number)
{
	struct reference *reference = &shared->group[number];
	const char *group = groups[number];
	struct state is = { .exists = group_exists(group) };

	if (is.exists)
		is.limit = book(group, LIMIT);
	if (load(reference->in_doubt) && is.exists == reference->maybe.exists &&
	    is.limit == reference->maybe.limit)
		reference->is = reference->maybe;
	store(reference->in_doubt, false);

	if (is.exists != reference->is.exists)
		fail("%s: expected %s", group,
		     reference->is.exists ? "that it exists" : "no such group");
	if (is.limit != reference->is.limit)
		fail("limit of %s: expected %llu, got %llu", group,
		     (unsigned long long)reference->is.limit,
		     (unsigned long long)is.limit);
}

static uint64_t lent_by(int lender)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < OWNERS; i++)
		if (shared->group[i].is.exists && parent_of(i) == lender)
			sum += shared->group[i].is.limit;
	return sum;
}

static void compare(const char *group, uint64_t limit, uint64_t lent)
{
	expect_eq(book(group, LIMIT), limit);
	expect_eq(book(group, BORROW), limit);
	expect_eq(book(group, SECURITY), lent);
	expect_settles(book(group, USAGE) >= lent &&
		       book(group, USAGE) <= lent + slack());
	expect_le(book(group, USAGE), limit);
}

static void compare_all(void)
{
	int i;

	for (i = 0; i < OWNERS; i++)
		settle(i);
	compare("A", TOP_LIMIT, lent_by(-1));
	for (i = 0; i < OWNERS; i++)
		if (shared->group[i].is.exists)
			compare(groups[i], shared->group[i].is.limit,
				i % 3 ? 0 : lent_by(i));
	expect_invariants();
}

static void random_operations(void)
{
	uint64_t end = now_ms() + test_seconds(SECONDS) * 1000;
	uint64_t root = book("", SECURITY);
	unsigned int rounds = 0, kills = 0, operations = 0;
	int i;

	shared = shared_memory(sizeof(*shared));
	use_shm();
	use_swap();
	make_group("A", TOP_LIMIT);
	while (now_ms() < end) {
		run_workers(&kills);
		free_all_memory();
		compare_all();
		rounds++;
	}
	for (i = 0; i < OWNERS; i++)
		operations += shared->group[i].operations;
	test_note("%u operations, %u kills, %u comparisons", operations, kills,
		  rounds);
	expect_ge(operations, 100);
	expect_ok(destroy_group("A"));
	expect_eq(book("", SECURITY), root);
}

static const struct test_case cases[] = {
	SLOW_CASE(random_operations, 900),
};

int main(int argc, char **argv)
{
	return test_main(cases, ARRAY_SIZE(cases), true, argc, argv);
}
