// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nothing passes the wall: reclaim, the OOM killer, charges, and a user who
 * was given a subtree.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memcg_hier_util.h"

#define OOM_KILLED	(128 + SIGKILL)

/* The groups around A/B, each with a task that holds memory. */
static const struct neighbour {
	const char *group;
	uint64_t limit, anon;
} neighbours[] = {
	{ "A", 64 * MB, 6 * MB },	/* the parent */
	{ "A/B/D", 6 * MB, 2 * MB },	/* a child */
	{ "A/C", 8 * MB, 4 * MB },	/* a sibling */
	{ "A/C/E", 3 * MB, 2 * MB },	/* a nephew */
};

static struct {
	pid_t pid;
	uint64_t own;
} held[ARRAY_SIZE(neighbours)];

static void make_neighbours(uint64_t limit)
{
	unsigned int i;

	make_group("A", 64 * MB);
	make_group("A/B", limit);
	for (i = 1; i < ARRAY_SIZE(neighbours); i++)
		make_group(neighbours[i].group, neighbours[i].limit);
}

static void hold_neighbours(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(neighbours); i++) {
		const struct use use = { .anon = neighbours[i].anon };

		held[i].pid = hold_in(neighbours[i].group, &use);
	}
	for (i = 0; i < ARRAY_SIZE(neighbours); i++)
		held[i].own = own(neighbours[i].group);
}

static void expect_neighbours_untouched(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(neighbours); i++) {
		test_note("neighbour %s", neighbours[i].group);
		expect(kid_alive(held[i].pid));
		expect_eq(book(neighbours[i].group, LIMIT),
			  neighbours[i].limit);
		expect_near(own(neighbours[i].group), held[i].own);
	}
	expect_invariants();
}

static void cache_pressure_stays_in_the_group(void)
{
	const struct use own_cache = {
		.file = DISK_DIR "/parent", .file_bytes = 4 * MB,
	};
	const struct use more = {
		.file = DISK_DIR "/file", .file_bytes = 24 * MB,
	};

	use_disk();
	make_neighbours(16 * MB);
	expect_eq(use_in("A", &own_cache), 0);
	hold_neighbours();
	expect_eq(use_in("A/B", &more), 0);
	expect_le(book("A/B", USAGE), 16 * MB);
	expect_ge(book("A/B", MAX_USAGE), 15 * MB);
	expect_neighbours_untouched();
}

static void swap_pressure_stays_in_the_group(void)
{
	const struct use more = { .anon = 16 * MB };

	use_swap();
	make_neighbours(16 * MB);
	hold_neighbours();
	expect_eq(use_in("A/B", &more), 0);
	expect_le(book("A/B", USAGE), 16 * MB);
	expect_neighbours_untouched();
}

static void be_the_first_to_die(void)
{
	expect_ok(old_base() ? path_write("/proc/self/oom_adj", "15") :
			       path_write("/proc/self/oom_score_adj", "1000"));
}

static int use_until_others_lose(void *arg)
{
	const char *group = arg;

	be_the_first_to_die();
	while (book(group, USAGE) > 4 * MB)
		if (touch_anon(4 * MB))
			return 1;
	return 0;
}

/* Outside of any group's limit all pages are alike. */
static void machine_wide_reclaim_takes_from_any_group(void)
{
	const struct use use = {
		.file = DISK_DIR "/file", .file_bytes = 8 * MB,
	};

	use_disk();
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	expect_eq(use_in("A/B", &use), 0);
	expect_ge(book("A/B", USAGE), use.file_bytes);
	expect_eq(kid_wait(spawn(use_until_others_lose, "A/B")), 0);
	expect_eq(book("A/B", LIMIT), 16 * MB);
	expect_eq(book("A", SECURITY), 16 * MB);
	expect_invariants();
}

static void oom_kills_in_the_group_alone(void)
{
	const struct use more = { .anon = 32 * MB };

	make_neighbours(16 * MB);
	hold_neighbours();
	expect_eq(use_in("A/B", &more), OOM_KILLED);
	expect_neighbours_untouched();
}

static int sleep_in_another_group(void *arg)
{
	*(pid_t *)arg = getpid();
	for (;;)
		pause();
	return 0;
}

/* Have a child move to A/C, then use too much in A/B. */
static int parent_of_another_group(void *arg)
{
	pid_t pid = spawn(sleep_in_another_group, arg);

	if (attach("A/C", pid))
		return 1;
	return touch_anon(32 * MB) ? 1 : 0;
}

/* The OOM killer of old takes a victim's child first, wherever it is. */
static void oom_spares_a_child_in_another_group(void)
{
	pid_t *pid = shared_memory(sizeof(*pid));

	make_group("A", 64 * MB);
	make_group("A/B", 8 * MB);
	make_group("A/C", 8 * MB);
	expect_eq(kid_wait(kid_start("A/B", parent_of_another_group, pid)),
		  OOM_KILLED);
	expect(holds_task("A/C", *pid));
	expect_invariants();
}

static void oom_in_a_parent_spares_the_children(void)
{
	const struct use more = { .anon = 64 * MB };
	const struct use use = { .anon = 4 * MB };
	pid_t pid;

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	pid = hold_in("A/B", &use);
	expect_eq(use_in("A", &more), OOM_KILLED);
	expect(kid_alive(pid));
	expect_ge(book("A/B", USAGE), use.anon);
	expect_invariants();
}

/* A write has so much time, in which a slow kernel swaps out less than that. */
static void swap_half_out(const char *group, uint64_t limit)
{
	unsigned int tries = 10;
	int ret;

	do
		ret = set_limit(group, limit / 2);
	while (ret == -EBUSY && --tries);
	expect_ok(ret);
	expect_ok(set_limit(group, limit));
}

/*
 * What B has in swap has filled the memory+swap of A, and it wants more.  That is
 * for B to make room for, with what can be reclaimed, then with its tasks.
 */
static void too_much_in_swap_is_the_groups_own_affair(void)
{
	const struct use cache = {
		.file = DISK_DIR "/file", .file_bytes = 4 * MB,
	};
	const struct use parents = { .anon = 4 * MB };
	const struct use swapped = { .anon = 48 * MB };
	const struct use more = { .anon = 12 * MB };
	pid_t parent, sleeper;

	if (old_base())
		test_skip("this base has no limit of memory+swap");
	use_swap();
	use_disk();
	make_group("A", 60 * MB);
	expect_ok(group_write("A", MEMSW_LIMIT, "60M"));
	make_group("A/B", 40 * MB);
	parent = hold_in("A", &parents);
	sleeper = hold_in("A/B", &swapped);
	swap_half_out("A/B", 40 * MB);
	expect_eq(use_in("A/B", &cache), 0);
	expect_ge(book("A", MEMSW_USAGE), 52 * MB);
	expect_eq(use_in("A/B", &more), 0);
	expect_eq(kid_wait(sleeper), OOM_KILLED);
	expect(kid_alive(parent));
	expect_near(own("A"), parents.anon);
	expect_invariants();
}

static int use_12_mb(void *arg)
{
	(void)arg;
	return touch_anon(12 * MB);
}

/* With the OOM killer off, until the group above has room. */
static void too_much_in_swap_waits_for_the_parents_limit(void)
{
	const struct use swapped = { .anon = 48 * MB };
	pid_t pid;

	if (old_base())
		test_skip("this base has no limit of memory+swap");
	use_swap();
	make_group("A", 56 * MB);
	expect_ok(group_write("A", MEMSW_LIMIT, "56M"));
	make_group("A/B", 40 * MB);
	expect_ok(group_write("A/B", "memory.oom_control", "1"));
	hold_in("A/B", &swapped);
	swap_half_out("A/B", 40 * MB);
	pid = kid_start("A/B", use_12_mb, NULL);
	sleep_ms(3000);
	expect(kid_alive(pid));
	expect_ok(group_write("A", MEMSW_LIMIT, "80M"));
	expect_eq(kid_wait(pid), 0);
}

static void a_parents_task_can_use_what_is_not_lent(void)
{
	const struct use use = { .anon = 12 * MB };

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	expect_eq(use_in("A", &use), 0);
	expect_eq(book("A", SECURITY), 16 * MB);
}

/* Whether or not the child uses it. */
static void a_parents_task_cannot_eat_what_is_lent(void)
{
	const struct use use = { .anon = 20 * MB };

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	expect_eq(book("A/B", USAGE), 0);
	expect_eq(use_in("A", &use), OOM_KILLED);
	expect_eq(book("A", SECURITY), 16 * MB);
	expect_eq(book("A/B", LIMIT), 16 * MB);
	expect_ge(book("A", FAILCNT), 1);
	expect_invariants();
}

static void a_childs_charge_needs_no_room_above(void)
{
	const struct use use = { .anon = 7 * MB };
	uint64_t failures;

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	make_group("A/B/D", 8 * MB);
	make_group("A/C", 0);
	expect_ok(set_limit("A/C", room("A")));
	expect_ok(set_limit("A/B/D", 8 * MB + room("A/B")));
	expect_near(room("A"), 0);
	expect_near(room("A/B"), 0);
	failures = book("A", FAILCNT) + book("A/B", FAILCNT);
	expect_eq(use_in("A/B/D", &use), 0);
	expect_eq(book("A", FAILCNT) + book("A/B", FAILCNT), failures);
	expect_eq(book("A/B/D", FAILCNT), 0);
	expect_invariants();
}

static int divide(void *arg)
{
	(void)arg;
	expect_ok(group_mkdir("A/U/x"));
	expect_ok(group_mkdir("A/U/y"));
	expect_ok(set_limit("A/U/x", 12 * MB));
	expect_ok(group_mkdir("A/U/x/z"));
	expect_ok(set_limit("A/U/x/z", 8 * MB));
	expect_ok(set_limit("A/U/y", 2 * MB));
	expect_result(set_limit("A/U/x", 4 * MB), -EBUSY);
	expect_ok(set_limit("A/U/x/z", 2 * MB));
	expect_ok(set_limit("A/U/x", 4 * MB));
	expect_ok(set_limit("A/U/y", 10 * MB));
	return 0;
}

static void a_delegate_divides_its_share(void)
{
	make_group("A", 64 * MB);
	make_group("A/U", 16 * MB);
	delegate("A/U");
	expect_eq(as_delegate(divide, NULL), 0);
	expect_eq(book("A/U", SECURITY), 14 * MB);
	expect_eq(book("A", SECURITY), 16 * MB);
	expect_invariants();
}

static int exceed(void *arg)
{
	(void)arg;
	expect_result(set_limit("A/U", 32 * MB), -EACCES);
	expect_result(set_limit("A", 128 * MB), -EACCES);
	expect_result(group_mkdir("A/V"), -EACCES);
	expect_ok(group_mkdir("A/U/x"));
	expect_ok(group_mkdir("A/U/y"));
	expect_result(set_limit("A/U/x", 16 * MB + PAGE), -ENOSPC);
	expect_ok(set_limit("A/U/x", 10 * MB));
	expect_result(set_limit("A/U/y", 6 * MB + PAGE), -ENOSPC);
	expect_result(group_write("A/U/y", LIMIT, "18446744073709551615"),
		      -EINVAL);
	expect_result(group_write("A/U/y", LIMIT, "-1"), -EINVAL);
	expect_ok(set_limit("A/U/y", 4 * MB));
	return 0;
}

static void a_delegate_cannot_exceed_its_share(void)
{
	make_group("A", 64 * MB);
	make_group("A/U", 16 * MB);
	delegate("A/U");
	expect_eq(as_delegate(exceed, NULL), 0);
	expect_eq(book("A/U", SECURITY), 14 * MB);
	expect_eq(book("A", SECURITY), 16 * MB);
	expect_invariants();
}

static int eat(void *arg)
{
	(void)arg;
	expect_ok(group_mkdir("A/U/x"));
	expect_ok(set_limit("A/U/x", 8 * MB));
	expect_ok(attach("A/U/x", getpid()));
	expect_ok(touch_anon(32 * MB));
	return 0;
}

static void a_delegates_task_dies_of_its_own_greed(void)
{
	make_group("A", 64 * MB);
	make_group("A/U", 16 * MB);
	make_group("A/C", 16 * MB);
	delegate("A/U");
	expect_eq(as_delegate(eat, NULL), OOM_KILLED);
	expect_le(book("A/U", MAX_USAGE), 16 * MB);
	expect_eq(book("A/C", USAGE), 0);
	expect_invariants();
}

/* Any call may fail; none may give more than there is. */
static int try_anything(void *arg)
{
	static const char * const groups[] = {
		"A/U/x", "A/U/y", "A/U/x/z", "A/U/x/w", "A/U",
	};
	uint64_t end = now_ms() + *(unsigned int *)arg * 1000;

	srandom(1);
	while (now_ms() < end) {
		const char *group = groups[random() % ARRAY_SIZE(groups)];
		uint64_t limit = (random() % 4096) * 8 * KB;
		const struct use use = {
			.anon = random() % (4 * MB),
		};

		switch (random() % 8) {
		case 0:
			group_mkdir(group);
			break;
		case 1:
			group_rmdir(group);
			break;
		case 2:
			if (!fork()) {
				attach(group, getpid());
				touch_anon(use.anon);
				_exit(0);
			}
			while (waitpid(-1, NULL, 0) > 0)
				;
			break;
		default:
			set_limit(group, limit);
		}
	}
	return 0;
}

static void a_delegate_exceeds_nothing_whatever_it_tries(void)
{
	unsigned int seconds = 3;
	pid_t pid;

	make_group("A", 64 * MB);
	make_group("A/U", 16 * MB);
	make_group("A/C", 16 * MB);
	delegate("A/U");
	pid = fork();
	if (!pid)
		_exit(as_delegate(try_anything, &seconds));
	while (kid_alive(pid)) {
		expect_le(book("A/U", SECURITY), 16 * MB);
		expect_eq(book("A/U", LIMIT), 16 * MB);
		expect_eq(book("A", SECURITY), 32 * MB);
		sleep_ms(1);
	}
	expect_le(book("A/U", MAX_USAGE), 16 * MB + slack());
	expect_invariants();
}

/* A file of shared memory each: no swap, so force_empty can not free it. */
static int leave_and_empty(void *arg)
{
	long round;

	(void)arg;
	for (round = 0; round < 2; round++) {
		char file[64];
		pid_t pid = fork();

		if (!pid) {
			expect_ok(attach("A/U", getpid()));
			snprintf(file, sizeof(file), SHM_DIR "/%ld", round);
			/* Killed at the limit, or refused: both are fair. */
			write_file(file, 6 * MB);
			_exit(0);
		}
		kid_wait(pid);
		expect_result(group_write("A/U", FORCE_EMPTY, "0"), -EBUSY);
	}
	return 0;
}

/* He may write tasks and force_empty, and nothing else. */
static void a_delegate_cannot_push_pages_to_the_parent(void)
{
	uint64_t before;

	use_shm();
	make_group("A", 64 * MB);
	make_group("A/U", 16 * MB);
	chown_group_file("A/U", "tasks");
	chown_group_file("A/U", FORCE_EMPTY);
	before = own("A");
	expect_eq(as_delegate(leave_and_empty, NULL), 0);
	expect_near(own("A"), before);
	expect_ge(book("A/U", USAGE), 6 * MB);
	expect_le(book("A/U", MAX_USAGE), 16 * MB);
	expect_invariants();
}

struct mover {
	bool touched, swapped, read;
};

/* Touch pages, wait until they are in swap and the task elsewhere, read them. */
static int touch_and_read(void *arg)
{
	struct mover *mover = arg;
	char *page = malloc(4 * MB);
	uint64_t i;

	for (i = 0; i < 4 * MB; i += PAGE)
		store(page[i], 1);
	store(mover->touched, true);
	while (!load(mover->swapped))
		sleep_ms(10);
	for (i = 0; i < 4 * MB; i += PAGE)
		if (load(page[i]) != 1)
			return 1;
	store(mover->read, true);
	return 0;
}

/* Its former group has no room for them, and it can not make any there. */
static void a_task_that_left_reads_its_pages_from_swap(void)
{
	struct mover *mover = shared_memory(sizeof(*mover));
	pid_t pid;
	int i;

	if (old_base())
		test_skip("this base does not know whose a page in swap was");
	use_swap();
	make_group("A", 32 * MB);
	make_group("A/B", 8 * MB);
	make_group("A/C", 8 * MB);
	pid = kid_start("A/B", touch_and_read, mover);
	while (!load(mover->touched))
		sleep_ms(10);
	expect_ok(attach("A/C", pid));
	expect_ok(group_write("A/B", FORCE_EMPTY, "0"));
	expect_ok(set_limit("A/B", 128 * KB));
	store(mover->swapped, true);
	for (i = 0; i < 1000 && !load(mover->read); i++)
		sleep_ms(10);
	expect(load(mover->read));
	expect_eq(kid_wait(pid), 0);
	expect_invariants();
}

static void swap_out(const char *group)
{
	uint64_t limit = book(group, LIMIT);

	expect_ok(set_limit(group, 1 * MB));
	expect_ok(set_limit(group, limit));
}

/* Its page comes in when it is asked for, and not because of who lies beside. */
static void nobody_elses_page_is_read_ahead(void)
{
	int *step = shared_memory(sizeof(*step));
	uint64_t before;
	pid_t pid;

	if (old_base())
		test_skip("this base does not know whose a page in swap was");
	use_swap_that_is_read_ahead();
	make_group("A", 64 * MB);
	make_group("A/B", 16 * MB);
	make_group("A/C", 16 * MB);
	pid = mix_pages("A/B", "A/C", step);
	swap_out("A/B");
	swap_out("A/C");
	before = book("A/B", USAGE);
	read_second(step);
	expect_le(book("A/B", USAGE), before + slack());
	kid_kill(pid);
}

#define ROW_PAGES	1024

struct row {
	int step;
	long major_faults;	/* when it is read in order */
};

static long major_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_majflt;
}

static int read_a_row(void *arg)
{
	struct row *row = arg;
	char *mem = malloc(ROW_PAGES * PAGE);
	long before;
	int i;

	for (i = 0; i < ROW_PAGES; i++)
		store(mem[i * PAGE], 1);
	store(row->step, ALL_TOUCHED);
	wait_for_step(&row->step, SWAPPED);
	before = major_faults();
	for (i = 0; i < ROW_PAGES; i++)
		if (load(mem[i * PAGE]) != 1)
			return 1;
	row->major_faults = major_faults() - before;
	store(row->step, ALL_READ);
	return pause();
}

/* Nor does the hardwall make anybody wait for each of his own, one by one. */
static void own_pages_are_read_ahead(void)
{
	struct row *row = shared_memory(sizeof(*row));
	pid_t pid;

	if (old_base())
		test_skip("reads ahead as ever");
	use_swap_that_is_read_ahead();
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	pid = kid_start("A/B", read_a_row, row);
	wait_for_step(&row->step, ALL_TOUCHED);
	swap_out("A/B");
	store(row->step, SWAPPED);
	wait_for_step(&row->step, ALL_READ);
	expect_ge(row->major_faults, 1);
	expect_le(row->major_faults, ROW_PAGES / 2);
	kid_kill(pid);
}

static const struct test_case cases[] = {
	CASE(a_task_that_left_reads_its_pages_from_swap),
	CASE(nobody_elses_page_is_read_ahead),
	CASE(own_pages_are_read_ahead),
	CASE(cache_pressure_stays_in_the_group),
	CASE(swap_pressure_stays_in_the_group),
	SLOW_CASE(machine_wide_reclaim_takes_from_any_group, 240),
	CASE(oom_kills_in_the_group_alone),
	CASE(oom_spares_a_child_in_another_group),
	CASE(oom_in_a_parent_spares_the_children),
	CASE(too_much_in_swap_is_the_groups_own_affair),
	CASE(too_much_in_swap_waits_for_the_parents_limit),
	CASE(a_parents_task_can_use_what_is_not_lent),
	CASE(a_parents_task_cannot_eat_what_is_lent),
	CASE(a_childs_charge_needs_no_room_above),
	CASE(a_delegate_divides_its_share),
	CASE(a_delegate_cannot_exceed_its_share),
	CASE(a_delegates_task_dies_of_its_own_greed),
	CASE(a_delegate_exceeds_nothing_whatever_it_tries),
	CASE(a_delegate_cannot_push_pages_to_the_parent),
};

int main(int argc, char **argv)
{
	return test_main(cases, ARRAY_SIZE(cases), true, argc, argv);
}
