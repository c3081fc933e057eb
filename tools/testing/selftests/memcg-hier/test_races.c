// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many tasks at once: writers, chargers, makers and removers of groups.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memcg_hier_util.h"

#define SECONDS		10
#define ROUNDS		200
#define REMOVAL_MS	3000
#define MIN_REMOVALS	5
#define FREED_FILE	SHM_DIR "/file"
#define ATTACHED	(12 * MB)

/* What the processes of a case share. */
struct shared {
	bool stop;
	unsigned int ready;
	unsigned int writes;	/* odd while one is in flight */
	uint64_t began, ended;	/* when the last one did */
	unsigned int done[2];
};

static struct shared *shared;

static void share(void)
{
	shared = shared_memory(sizeof(*shared));
	/* The page is the case's, not of the group whose task is the first. */
	store(shared->stop, false);
}

static void stop_and_wait(pid_t *pids, unsigned int count)
{
	unsigned int i;

	store(shared->stop, true);
	for (i = 0; i < count; i++)
		expect_eq(kid_wait(pids[i]), 0);
}

/* What a resize may end with when nobody was told to stop. */
static bool is_refusal(int ret)
{
	return ret == -ENOSPC || ret == -EBUSY;
}

/* Three levels: A lends to B and C, each of which lends to two. */
static const char * const tree[] = {
	"A/B", "A/C", "A/B/D", "A/B/E", "A/C/D", "A/C/E",
};

static const char *any_group(void)
{
	return tree[random() % ARRAY_SIZE(tree)];
}

static int write_limits(void *arg)
{
	srandom((long)arg);
	while (!load(shared->stop)) {
		const char *group = any_group();
		uint64_t limit = random() % 512 * 64 * KB;
		int ret = set_limit(group, limit);

		if (ret && !is_refusal(ret) && !is_gone(ret))
			fail("%llu to the limit of %s: %s",
			     (unsigned long long)limit, group, strerror(-ret));
	}
	return 0;
}

static int charge_once(void *arg)
{
	/* Refused, or killed for want of room: both are fair. */
	if (!attach(any_group(), getpid()))
		touch_anon((long)arg);
	return 0;
}

static int charge(void *arg)
{
	srandom((long)arg);
	while (!load(shared->stop))
		kid_wait(spawn(charge_once,
			       (void *)(random() % (4 * MB))));
	return 0;
}

static int make_and_remove(void *arg)
{
	const char *group = arg;

	while (!load(shared->stop)) {
		int ret = group_mkdir(group);

		if (ret && ret != -EEXIST && !is_gone(ret) && ret != -ENOMEM)
			fail("mkdir %s: %s", group, strerror(-ret));
		set_limit(group, 2 * MB);
		ret = group_rmdir(group);
		if (ret && ret != -EBUSY && !is_gone(ret))
			fail("rmdir %s: %s", group, strerror(-ret));
	}
	return 0;
}

/* What A has was given before, so no more can ever be lent of it. */
static void watch_the_cap(unsigned int seconds, uint64_t cap)
{
	uint64_t end = now_ms() + seconds * 1000;

	while (now_ms() < end) {
		expect_le(book("A", SECURITY), cap);
		expect_le(book("A", USAGE), cap + slack());
		expect_eq(book("A", LIMIT), cap);
		sleep_ms(1);
	}
}

static void everything_at_once(void)
{
	uint64_t root = book("", SECURITY);
	pid_t pids[16];
	unsigned int i, count = 0;

	share();
	make_group("A", 32 * MB);
	for (i = 0; i < ARRAY_SIZE(tree); i++)
		make_group(tree[i], i < 2 ? 8 * MB : 2 * MB);
	for (i = 0; i < 6; i++)
		pids[count++] = spawn(write_limits, (void *)(long)(i + 1));
	for (i = 0; i < 4; i++)
		pids[count++] = spawn(charge, (void *)(long)(i + 1));
	pids[count++] = spawn(make_and_remove, "A/F");
	pids[count++] = spawn(make_and_remove, "A/F");
	pids[count++] = spawn(make_and_remove, "A/B/E");
	pids[count++] = spawn(make_and_remove, "A/C/F");

	watch_the_cap(test_seconds(SECONDS), 32 * MB);
	stop_and_wait(pids, count);
	expect_invariants();

	expect_ok(destroy_group("A"));
	expect_eq(book("", SECURITY), root);
}

static void meet(unsigned int parties, unsigned int round)
{
	add_one(shared->ready);
	while (load(shared->ready) < parties * (round + 1))
		sched_yield();
}

struct racer {
	const char *group;
	uint64_t limit;
	unsigned int number;
};

/* Write once in each round, together with the other. */
static int race(void *arg)
{
	const struct racer *racer = arg;
	unsigned int round;

	for (round = 0; round < ROUNDS; round++) {
		int ret;

		meet(3, 2 * round);
		ret = set_limit(racer->group, racer->limit);
		if (ret && !is_refusal(ret))
			fail("limit of %s: %s", racer->group, strerror(-ret));
		store(shared->done[racer->number], !ret);
		meet(3, 2 * round + 1);
	}
	return 0;
}

static void two_writers_of_one_group(void)
{
	static const struct racer racers[] = {
		{ "A/B", 4 * MB, 0 }, { "A/B", 20 * MB, 1 },
	};
	pid_t pids[2];
	unsigned int round, i;

	share();
	make_group("A", 32 * MB);
	make_group("A/B", 8 * MB);
	for (i = 0; i < 2; i++)
		pids[i] = spawn(race, (void *)&racers[i]);
	for (round = 0; round < ROUNDS; round++) {
		uint64_t limit;

		meet(3, 2 * round);
		meet(3, 2 * round + 1);
		expect(load(shared->done[0]) && load(shared->done[1]));
		limit = book("A/B", LIMIT);
		expect(limit == 4 * MB || limit == 20 * MB);
		expect_eq(book("A/B", BORROW), limit);
		expect_eq(book("A", SECURITY), limit);
		expect_near(book("A", USAGE), limit);
		expect_ok(set_limit("A/B", 8 * MB));
	}
	stop_and_wait(pids, 2);
	expect_invariants();
}

/* Count a resize from before it begins till after it has ended. */
static int resize_up_and_down(void *arg)
{
	(void)arg;
	while (!load(shared->stop)) {
		add_one(shared->writes);
		expect_ok(set_limit("A/B", 16 * MB));
		add_one(shared->writes);
		expect_ok(set_limit("A/B", 4 * MB));
	}
	return 0;
}

/*
 * At any instant A has lent at least what B holds.  The two are not read at
 * one instant: but while B only grows, B's may be read before A's, and while
 * it only shrinks, after it.
 */
static void security_never_falls_short_in_flight(void)
{
	uint64_t end = now_ms() + test_seconds(SECONDS) * 200;
	unsigned int compared = 0;
	pid_t pid;

	share();
	make_group("A", 32 * MB);
	make_group("A/B", 4 * MB);
	pid = spawn(resize_up_and_down, NULL);
	while (now_ms() < end) {
		unsigned int before = load(shared->writes);
		uint64_t security, borrow;

		if (before % 2) {
			borrow = book("A/B", BORROW);
			security = book("A", SECURITY);
		} else {
			security = book("A", SECURITY);
			borrow = book("A/B", BORROW);
		}
		if (load(shared->writes) == before) {
			expect_ge(security, borrow);
			compared++;
		}
	}
	stop_and_wait(&pid, 1);
	test_note("%u pairs were read between two writes", compared);
	expect_ge(compared, 1);
	expect_invariants();
}

static int grow_and_shrink(void *arg)
{
	while (!load(shared->stop)) {
		int ret = set_limit(arg, 20 * MB);

		if (ret && !is_refusal(ret))
			return 1;
		if (set_limit(arg, 0))
			return 1;
	}
	return 0;
}

/* A failure that is counted is not taken back, be the count reset meanwhile. */
static void failcnt_is_reset_while_growths_fail(void)
{
	static const char * const groups[] = { "A/B", "A/C", "A/D" };
	uint64_t end = now_ms() + test_seconds(SECONDS) * 200;
	pid_t pids[ARRAY_SIZE(groups)];
	uint64_t seen = 0;
	unsigned int i;

	share();
	make_group("A", 32 * MB);
	for (i = 0; i < ARRAY_SIZE(groups); i++)
		make_group(groups[i], 0);
	for (i = 0; i < ARRAY_SIZE(groups); i++)
		pids[i] = spawn(grow_and_shrink, (void *)groups[i]);
	while (now_ms() < end) {
		uint64_t failures = book("A", FAILCNT);

		expect_le(failures, UINT32_MAX);
		seen += failures;
		if (failures)
			expect_ok(group_write("A", FAILCNT, "0"));
	}
	stop_and_wait(pids, ARRAY_SIZE(groups));
	expect_ge(seen, 1);
	expect_invariants();
}

/* There is room for either, and not for a page of both. */
static void siblings_race_for_the_last_byte(void)
{
	struct racer racers[] = { { "A/B", 0, 0 }, { "A/C", 0, 1 } };
	pid_t pids[2];
	unsigned int round, i;

	share();
	make_group("A", 32 * MB);
	make_group("A/B", 0);
	make_group("A/C", 0);
	for (i = 0; i < 2; i++) {
		racers[i].limit = room("A");
		pids[i] = spawn(race, &racers[i]);
	}
	for (round = 0; round < ROUNDS; round++) {
		meet(3, 2 * round);
		meet(3, 2 * round + 1);
		expect_eq(load(shared->done[0]) + load(shared->done[1]), 1);
		expect_eq(book("A", SECURITY), racers[0].limit);
		expect_eq(book("A/B", BORROW) + book("A/C", BORROW),
			  racers[0].limit);
		expect_le(book("A", USAGE), 32 * MB);
		expect_ok(set_limit("A/B", 0));
		expect_ok(set_limit("A/C", 0));
	}
	stop_and_wait(pids, 2);
	expect_invariants();
}

static int charge_and_exit(void *arg)
{
	(void)arg;
	return touch_anon(3 * MB) ? 1 : 0;
}

static int keep_charging(void *arg)
{
	(void)arg;
	while (!load(shared->stop))
		kid_wait(spawn(charge_and_exit, NULL));
	return 0;
}

static void a_charge_races_a_shrink(void)
{
	uint64_t end = now_ms() + test_seconds(SECONDS) * 300;
	pid_t pid;

	share();
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	pid = kid_start("A/B", keep_charging, NULL);
	while (now_ms() < end) {
		int ret = set_limit("A/B", 2 * MB);

		expect(!ret || is_refusal(ret));
		expect_eq(book("A", SECURITY), book("A/B", LIMIT));
		expect_ok(set_limit("A/B", 16 * MB));
	}
	store(shared->stop, true);
	kid_wait(pid);
	expect_invariants();
}

/* Try the impossible, over and over: every time is rounds of reclaim. */
static int write_in_vain(void *arg)
{
	const struct racer *racer = arg;

	while (!load(shared->stop)) {
		int ret;

		store(shared->began, now_ms());
		add_one(shared->writes);
		ret = set_limit(racer->group, racer->limit);
		store(shared->ended, now_ms());
		add_one(shared->writes);
		/* Time to read the clocks in. */
		sleep_ms(20);
		if (ret != -EBUSY)
			fail("limit of %s: expected %s, got %s", racer->group,
			     strerror(EBUSY), strerror(-ret));
	}
	return 0;
}

/*
 * Resize another group while such a write is in flight: true if that was done
 * with when the write was not half through.  That it was done before the write
 * returned would not tell: a writer that gave up a lock may be slow to return.
 */
static bool resized_meanwhile(const char *other)
{
	unsigned int before;
	uint64_t done;

	do
		sched_yield();
	while ((before = load(shared->writes)) % 2 == 0);
	/* By now it has its locks, and reclaims. */
	sleep_ms(1);
	expect_ok(set_limit(other, 3 * MB));
	expect_ok(set_limit(other, 2 * MB));
	done = now_ms();
	while (load(shared->writes) == before)
		sleep_ms(1);
	return load(shared->writes) == before + 1 &&
	       done < (load(shared->began) + load(shared->ended)) / 2;
}

static void expect_no_wait(const struct racer *in_vain, const char *other)
{
	uint64_t end = now_ms() + 20000;
	unsigned int meanwhile = 0;
	pid_t pid;

	share();
	pid = spawn(write_in_vain, (void *)in_vain);
	while (meanwhile < 3 && now_ms() < end)
		meanwhile += resized_meanwhile(other);
	stop_and_wait(&pid, 1);
	expect_ge(meanwhile, 3);
	expect_invariants();
}

static void no_resize_waits_for_a_shrink_that_reclaims(void)
{
	static const struct racer in_vain = { "A/B", 4 * MB, 0 };
	const struct use use = { .anon = 8 * MB };

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	make_group("A/C", 2 * MB);
	hold_in("A/B", &use);
	expect_no_wait(&in_vain, "A/C");
}

static void no_resize_waits_for_a_growth_that_reclaims(void)
{
	static const struct racer in_vain = { "A/B", 18 * MB, 0 };
	const struct use use = { .anon = 16 * MB };

	make_group("A", 32 * MB);
	make_group("A/B", 2 * MB);
	make_group("A/C", 2 * MB);
	hold_in("A", &use);
	expect_no_wait(&in_vain, "A/C");
}

/* Removal and a write through a file that was opened before. */
static int write_to_open_file(void *arg)
{
	int fd = *(int *)arg;
	int ret;

	do
		ret = fd_write(fd, random() % 2 ? "3M" : "2M", 2);
	while (!ret);
	return ret == -ENODEV ? 0 : 1;
}

static void a_write_races_removal(void)
{
	int round, fd, ret;

	make_group("A", 32 * MB);
	for (round = 0; round < ROUNDS / 4; round++) {
		pid_t pid;

		make_group("A/B", 2 * MB);
		fd = group_open("A/B", LIMIT, O_WRONLY);
		expect_ge(fd, 0);
		pid = spawn(write_to_open_file, &fd);
		/* A write in flight keeps the group busy. */
		do
			ret = group_rmdir("A/B");
		while (ret == -EBUSY);
		expect_ok(ret);
		expect_eq(kid_wait(pid), 0);
		close(fd);
	}
	expect_eq(book("A", SECURITY), 0);
	expect_invariants();
}

/* What goes on in a group, or with its pages, while it is being removed. */
struct disturbance {
	int (*run)(void *arg);
	uint64_t leftover;	/* shared memory, left behind before */
	const char *parent;
};

static const char *child_of(char *buf, const struct disturbance *disturbance)
{
	sprintf(buf, "%s/g", disturbance->parent);
	return buf;
}

/* Write to a file of the group for as long as it is there, and then again. */
static void keep_writing(const struct disturbance *disturbance,
			 const char *file, const char *one, const char *other)
{
	char group[64];

	child_of(group, disturbance);
	while (!load(shared->stop)) {
		int fd = group_open(group, file, O_WRONLY);

		if (fd < 0)
			continue;
		while (!load(shared->stop) &&
		       write(fd, one, strlen(one)) > 0 &&
		       write(fd, other, strlen(other)) > 0)
			;
		close(fd);
	}
}

static int keep_resizing(void *arg)
{
	keep_writing(arg, LIMIT, "4M", "8M");
	return 0;
}

static int keep_emptying(void *arg)
{
	keep_writing(arg, FORCE_EMPTY, "0", "0");
	return 0;
}

/* Free what each round's task has left, page by page, during its removal. */
static int keep_freeing(void *arg)
{
	const struct disturbance *disturbance = arg;
	unsigned int round = 0;

	while (!load(shared->stop)) {
		uint64_t left = disturbance->leftover;

		if (load(shared->ready) == round) {
			sched_yield();
			continue;
		}
		while (left && !truncate(FREED_FILE, left -= PAGE))
			;
		unlink(FREED_FILE);
		add_one(shared->done[0]);
		round++;
	}
	return 0;
}

static int leave_a_file(void *arg)
{
	const struct disturbance *disturbance = arg;
	char group[64];

	expect_ok(attach(child_of(group, disturbance), getpid()));
	return write_file(FREED_FILE, disturbance->leftover) ? 1 : 0;
}

/* One that was made, disturbed and removed has left no trace in its parent. */
static void remove_one(const struct disturbance *disturbance, uint64_t before,
		       unsigned int *busy)
{
	const char *parent = disturbance->parent;
	unsigned int rounds = load(shared->ready);
	char group[64];
	int ret;

	make_group(child_of(group, disturbance), 8 * MB);
	if (disturbance->leftover) {
		expect_eq(kid_wait(spawn(leave_a_file, (void *)disturbance)),
			  0);
		expect_ge(book(group, USAGE), disturbance->leftover);
		add_one(shared->ready);
	}
	/* Into the midst of it. */
	sleep_ms(random() % 8);
	while ((ret = group_rmdir(group)) == -EBUSY)
		(*busy)++;
	expect_ok(ret);
	if (disturbance->leftover)
		while (load(shared->done[0]) == rounds)
			sched_yield();
	expect_eq(book(parent, SECURITY), 0);
	if (old_base())
		expect_eq(book(parent, USAGE), before);
}

static int remove_against(void *arg)
{
	const struct disturbance *disturbance = arg;
	uint64_t before = book(disturbance->parent, USAGE);
	uint64_t end = now_ms() + REMOVAL_MS;
	unsigned int removals = 0, busy = 0;
	pid_t pid;

	run_on_cpu(1);
	pid = spawn(disturbance->run, arg);
	run_on_cpu(0);
	/* A slow kernel gets the time that a few need. */
	while (now_ms() < end || removals < MIN_REMOVALS) {
		remove_one(disturbance, before, &busy);
		removals++;
	}
	test_note("%u removals, %u times EBUSY", removals, busy);
	stop_and_wait(&pid, 1);
	expect_settles(book(disturbance->parent, USAGE) <= before + slack());
	return 0;
}

static void expect_removals(const struct disturbance *disturbance)
{
	share();
	if (disturbance->leftover)
		use_shm();
	make_group("A", 64 * MB);
	expect_eq(remove_against((void *)disturbance), 0);
	expect_invariants();
	expect_ok(set_limit("A", slack()));
}

static void removal_races_writes_of_the_limit(void)
{
	static const struct disturbance disturbance = {
		.run = keep_resizing, .parent = "A",
	};

	expect_removals(&disturbance);
}

static void removal_races_force_empty(void)
{
	static const struct disturbance disturbance = {
		.run = keep_emptying, .parent = "A",
	};

	expect_removals(&disturbance);
}

static void removal_races_uncharges(void)
{
	static const struct disturbance disturbance = {
		.run = keep_freeing, .leftover = 2 * MB, .parent = "A",
	};

	expect_removals(&disturbance);
}

/* A user whose groups it are gains nothing by it. */
static void removal_by_a_delegate_races_what_he_does(void)
{
	static const struct disturbance disturbances[] = {
		{ .run = keep_resizing, .parent = "A/U" },
		{ .run = keep_emptying, .parent = "A/U" },
		{ .run = keep_freeing, .leftover = 2 * MB, .parent = "A/U" },
	};
	unsigned int i;

	use_shm();
	make_group("A", 64 * MB);
	make_group("A/U", 32 * MB);
	delegate("A/U");
	for (i = 0; i < ARRAY_SIZE(disturbances); i++) {
		share();
		expect_eq(as_delegate(remove_against,
				      (void *)&disturbances[i]), 0);
		expect_eq(book("A", SECURITY), 32 * MB);
		expect_invariants();
	}
	expect_ok(group_rmdir("A/U"));
	expect_eq(book("A", SECURITY), 0);
}

/* Is a round's group removed by now, or just being removed? */
static bool is_over(unsigned int round)
{
	uint64_t end = now_ms() + 1000;

	while (load(shared->ready) == round && now_ms() < end)
		sleep_ms(1);
	return load(shared->ready) != round;
}

/* Write in vain to a file of A/B in odd rounds, when it has its pages. */
static void keep_trying(const char *file, const char *text)
{
	while (!load(shared->stop)) {
		unsigned int round = load(shared->ready);
		int fd = group_open("A/B", file, O_WRONLY);
		int ret = -ENOENT;

		if (fd >= 0) {
			/* It is this round's group if the round is not over. */
			if (round % 2 && load(shared->ready) == round)
				ret = fd_write(fd, text, strlen(text));
			close(fd);
		}
		/* With its pages gone to the parent, it is empty. */
		if (!ret && is_over(round))
			continue;
		if (ret != -EBUSY && !is_gone(ret))
			fail("%s to %s of A/B: %s", text, file, strerror(-ret));
		/* Time to remove it in. */
		sleep_ms(50);
	}
}

static int keep_shrinking_in_vain(void *arg)
{
	(void)arg;
	keep_trying(LIMIT, "2M");
	return 0;
}

static int keep_emptying_in_vain(void *arg)
{
	(void)arg;
	keep_trying(FORCE_EMPTY, "0");
	return 0;
}

static void remove_unchanged(const struct use *use, unsigned int *busy)
{
	struct snapshot before;
	uint64_t own_before;
	int ret;

	make_group("A/B", 32 * MB);
	expect_eq(use_in("A/B", use), 0);
	own_before = own("A");
	snapshot_take(&before);
	add_one(shared->ready);
	sleep_ms(random() % 50);
	while ((ret = group_rmdir("A/B")) == -EBUSY) {
		(*busy)++;
		expect_unchanged(&before, NULL);
		expect_near(own("A"), own_before);
		sleep_ms(1);
	}
	add_one(shared->ready);
	expect_ok(ret);
	expect(!unlink(use->file));
	expect_eq(book("A", SECURITY), 0);
	if (old_base())
		expect_eq(book("A", USAGE), own_before);
}

static void a_failed_removal_changes_nothing(void)
{
	const struct use use = { .file = FREED_FILE, .file_bytes = 24 * MB };
	uint64_t end = now_ms() + REMOVAL_MS;
	unsigned int busy = 0, removals = 0;
	pid_t pids[2];

	share();
	use_shm();
	make_group("A", 64 * MB);
	pids[0] = spawn(keep_emptying_in_vain, NULL);
	pids[1] = spawn(keep_shrinking_in_vain, NULL);
	/* On 6.12 it is the writer who gives way. */
	while (now_ms() < end || (old_base() && !busy)) {
		remove_unchanged(&use, &busy);
		removals++;
	}
	test_note("%u removals, %u times EBUSY", removals, busy);
	stop_and_wait(pids, 2);
	expect_invariants();
}

static int attach_and_touch(void *arg)
{
	sleep_ms(*(unsigned int *)arg);
	expect_ok(attach("A/B", getpid()));
	expect_ok(touch_anon(ATTACHED));
	store(shared->done[0], 1);
	for (;;)
		pause();
	return 0;
}

/*
 * A group that a task enters in the midst of it is not emptied: what the task
 * touches is its group's, and nothing has become the parent's.
 */
static void force_empty_races_an_attach(void)
{
	const struct use use = { .file = FREED_FILE, .file_bytes = 24 * MB };
	uint64_t before;
	unsigned int i;

	use_shm();
	make_group("A", 96 * MB);
	make_group("A/B", 48 * MB);
	before = own("A");
	for (i = 0; i < 5; i++) {
		unsigned int wait_ms = i * 20;
		pid_t pid;
		int ret;

		share();
		expect_eq(use_in("A/B", &use), 0);
		pid = spawn(attach_and_touch, &wait_ms);
		do
			ret = group_write("A/B", FORCE_EMPTY, "0");
		while (ret == -EBUSY && !load(shared->done[0]));
		while (!load(shared->done[0]))
			sleep_ms(1);
		expect_result(ret, -EBUSY);
		expect_near(own("A"), before);
		expect_ge(book("A/B", USAGE), use.file_bytes + ATTACHED);
		kid_kill(pid);
		expect(!unlink(use.file));
		expect_settles(book("A/B", USAGE) <= slack());
	}
	expect_invariants();
}

static const struct test_case cases[] = {
	SLOW_CASE(everything_at_once, 300),
	CASE(two_writers_of_one_group),
	CASE(security_never_falls_short_in_flight),
	CASE(failcnt_is_reset_while_growths_fail),
	CASE(siblings_race_for_the_last_byte),
	SLOW_CASE(a_charge_races_a_shrink, 180),
	CASE(no_resize_waits_for_a_shrink_that_reclaims),
	CASE(no_resize_waits_for_a_growth_that_reclaims),
	CASE(a_write_races_removal),
	CASE(removal_races_writes_of_the_limit),
	CASE(removal_races_force_empty),
	CASE(removal_races_uncharges),
	CASE(removal_by_a_delegate_races_what_he_does),
	CASE(a_failed_removal_changes_nothing),
	CASE(force_empty_races_an_attach),
};

int main(int argc, char **argv)
{
	return test_main(cases, ARRAY_SIZE(cases), true, argc, argv);
}
