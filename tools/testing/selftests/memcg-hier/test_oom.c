// SPDX-License-Identifier: GPL-2.0-only
/*
 * A group at its limit in which the OOM killer finds nobody to kill, or is
 * busy all the time: nobody outside dies of it or waits for it.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memcg_hier_util.h"

#define BOUND_MS	5000
#define BOMB_BOUND_MS	10000
#define BOMB_MS		8000
#define BOMB_END_MS	60000
#define BOMB_TASKS	100
/* What klogctl() calls them. */
#define READ_ALL	3	/* that is in the log since */
#define CLEAR		5	/* it */
#define CONSOLE_LEVEL	8	/* set which levels the console prints, those below: */
#define ERRORS		4
#define ALL_LEVELS	7
#define OOM_KILLED	(128 + SIGKILL)
/* What takes the removal of a group a while, which has to move each page. */
#define LEFTOVERS	(512 * MB)
#define REMOVAL_MS	100

/*
 * What others do meanwhile, and how long the slowest of each took; a sleep of
 * a millisecond tells how long anything has to wait for a CPU.
 */
enum { SLEEP, FORK, MKDIR, RMDIR, ATTACH, WRITE, KINDS };

static const char * const kinds[KINDS] = {
	"sleep", "fork", "mkdir", "rmdir", "attach", "limit write",
};

static unsigned int slowest[KINDS];

static void note_time(unsigned int kind, uint64_t start)
{
	unsigned int ms = now_ms() - start;

	if (ms > slowest[kind])
		slowest[kind] = ms;
}

static int leave(void *arg)
{
	(void)arg;
	return 0;
}

static int sleep_on(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return 0;
}

static void others_fork(void)
{
	uint64_t start = now_ms();

	expect_eq(kid_wait(spawn(leave, NULL)), 0);
	note_time(FORK, start);
}

/*
 * On 2.6.26 each task whose charge fails is a line on the console, and who prints
 * one prints those of all others, too.  A bomb keeps one CPU at that, which then sees
 * no tick: no grace period ends, and attach and rmdir wait for one.  And to print a
 * report of the OOM killer takes longer than to kill.
 */
static void console_prints(int levels)
{
	if (old_base())
		expect_eq(klogctl(CONSOLE_LEVEL, NULL, levels), 0);
}

/* What a limit in one group is no reason to wait for in another. */
static void others_use_groups(pid_t sleeper)
{
	uint64_t start = now_ms();

	sleep_ms(1);
	note_time(SLEEP, start);

	start = now_ms();
	expect_ok(group_mkdir("A/D"));
	note_time(MKDIR, start);

	start = now_ms();
	expect_ok(group_rmdir("A/D"));
	note_time(RMDIR, start);

	start = now_ms();
	expect_ok(attach("A/C", sleeper));
	expect_ok(attach("A", sleeper));
	note_time(ATTACH, start);

	start = now_ms();
	expect_ok(set_limit("A/C", 3 * MB));
	expect_ok(set_limit("A/C", 2 * MB));
	note_time(WRITE, start);
}

static void expect_others_within(unsigned int bound_ms)
{
	unsigned int kind;

	for (kind = 0; kind < KINDS; kind++)
		test_note("slowest %s: %u ms", kinds[kind], slowest[kind]);
	for (kind = FORK; kind < KINDS; kind++)
		expect_le(slowest[kind], bound_ms + slowest[SLEEP]);
}

/* A lends to B, which is going to be full, and to C, a neighbour. */
static void make_tree(uint64_t limit)
{
	make_group("A", 64 * MB);
	make_group("A/B", limit);
	make_group("A/C", 2 * MB);
}

static int write_self(const char *file, const char *text)
{
	char path[64];

	sprintf(path, "/proc/self/task/%ld/%s", syscall(SYS_gettid), file);
	return path_write(path, text);
}

/* Of old each thread has a value of its own. */
static void be_immune(bool immune)
{
	if (old_base())
		expect_ok(write_self("oom_adj", immune ? "-17" : "0"));
	else
		expect_ok(write_self("oom_score_adj", immune ? "-1000" : "0"));
}

/*
 * A task that nobody may kill, and that nobody's death helps: on 2.6.26 its
 * charge fails, and the page fault ends it; 6.12 tries again, and it can be
 * killed.
 */
static void expect_end(pid_t pid)
{
	uint64_t end = now_ms() + BOUND_MS;
	pid_t sleeper = kid_start("A/C", sleep_on, NULL);
	int status = 0;

	do {
		others_fork();
		others_use_groups(sleeper);
	} while (!waitpid(pid, &status, WNOHANG) && now_ms() < end);
	expect_others_within(BOUND_MS);
	expect(kid_alive(sleeper));
	if (old_base()) {
		expect(WIFSIGNALED(status));
		expect_eq(WTERMSIG(status), SIGKILL);
	} else if (!status) {
		kid_kill(pid);
	}
}

static int fill_immune(void *arg)
{
	(void)arg;
	be_immune(true);
	return touch_anon(16 * MB) ? 1 : 0;
}

static void an_immune_task_alone(void)
{
	make_tree(8 * MB);
	expect_end(kid_start("A/B", fill_immune, NULL));
}

static void *fill_thread(void *arg)
{
	touch_anon(16 * MB);
	return arg;
}

static int fill_beside_an_immune_thread(void *arg)
{
	pthread_t thread;

	be_immune(true);
	if (pthread_create(&thread, NULL, fill_thread, arg))
		return 1;
	return pthread_join(thread, NULL);
}

/* A thread starts with the value of its creator: it asks for its own. */
static void *fill_mortal_thread(void *arg)
{
	be_immune(false);
	return fill_thread(arg);
}

static int fill_in_a_mortal_thread(void *arg)
{
	pthread_t thread;

	be_immune(true);
	if (pthread_create(&thread, NULL, fill_mortal_thread, arg))
		return 1;
	return pthread_join(thread, NULL);
}

static void an_immune_process_with_threads(void)
{
	make_tree(8 * MB);
	expect_end(kid_start("A/B", fill_beside_an_immune_thread, NULL));
}

/* It is the worst, and chosen; and then it can not be killed. */
static void an_immune_thread_in_a_process(void)
{
	if (!old_base())
		test_skip("this base has one oom_score_adj a process");
	make_tree(8 * MB);
	expect_end(kid_start("A/B", fill_in_a_mortal_thread, NULL));
}

struct worst {
	uint64_t first, then;
	bool go, done;
};

static void *use_in_steps(void *arg)
{
	struct worst *worst = arg;

	if (old_base())
		be_immune(false);
	if (touch_anon(worst->first))
		return NULL;
	while (!load(worst->go))
		sleep_ms(1);
	if (!touch_anon(worst->then))
		store(worst->done, true);
	return sleep_on(NULL) ? arg : NULL;
}

static int be_the_worst(void *arg)
{
	pthread_t thread;

	be_immune(true);
	if (pthread_create(&thread, NULL, use_in_steps, arg))
		return 1;
	return pthread_join(thread, NULL);
}

/*
 * Then the other dies.  The worst goes on, but for 2.6.26, where who runs into
 * the limit dies as well, of a charge that has failed.
 */
static void another_dies_for_the_worst(void)
{
	struct worst *worst = shared_memory(sizeof(*worst));
	const struct use use = { .anon = 6 * MB };
	pid_t pid, other, sleeper;
	uint64_t end;

	*worst = (struct worst) { .first = 8 * MB, .then = 4 * MB };
	make_tree(16 * MB);
	pid = kid_start("A/B", be_the_worst, worst);
	other = hold_in("A/B", &use);
	sleeper = kid_start("A/C", sleep_on, NULL);
	store(worst->go, true);
	end = now_ms() + BOUND_MS;
	while (holds_task("A/B", other) && now_ms() < end) {
		others_fork();
		others_use_groups(sleeper);
	}
	expect_others_within(BOUND_MS);
	expect(!holds_task("A/B", other));
	expect_eq(kid_wait(other), OOM_KILLED);
	if (!old_base()) {
		expect_settles(load(worst->done));
		expect(kid_alive(pid));
	}
	expect(kid_alive(sleeper));
}

static int mortal_child(void *arg)
{
	(void)arg;
	be_immune(false);
	return sleep_on(NULL);
}

static int fill_with_a_child_elsewhere(void *arg)
{
	*(pid_t *)arg = spawn(mortal_child, NULL);
	be_immune(true);
	if (attach("A/C", *(pid_t *)arg))
		return 1;
	return touch_anon(16 * MB) ? 1 : 0;
}

static void an_immune_task_with_its_child_elsewhere(void)
{
	pid_t *child = shared_memory(sizeof(*child));

	make_tree(8 * MB);
	expect_end(kid_start("A/B", fill_with_a_child_elsewhere, child));
	expect(holds_task("A/C", *child));
	expect_invariants();
}

/* Of old the report is left out if there were some of late; unless told. */
static void report_each_kill(bool each)
{
	if (old_base())
		expect_ok(path_write("/proc/sys/kernel/printk_ratelimit",
				     each ? "0" : "5"));
}

/* The worst by far, until there is a report that it was chosen. */
static int exit_when_chosen(void *arg)
{
	static char log[64 * KB];
	int len;

	if (touch_anon(12 * MB))
		return 1;
	store(*(bool *)arg, true);
	do {
		len = klogctl(READ_ALL, log, sizeof(log) - 1);
		if (len < 0)
			return 1;
		log[len] = '\0';
	} while (!strstr(log, "invoked oom-killer"));
	return 0;
}

/* Its status: it was killed after all if it came to no CPU in time. */
static int have_chosen(bool *ready)
{
	const struct use use = { .anon = 8 * MB };
	pid_t pid;

	store(*ready, false);
	expect_eq(klogctl(CLEAR, NULL, 0), 0);
	pid = kid_start("A/B", exit_when_chosen, ready);
	while (!load(*ready))
		sleep_ms(1);
	use_in("A/B", &use);
	return kid_wait(pid);
}

/*
 * To print the report takes longer than to exit.  Then there is nothing left to kill,
 * nor a reason to, and the kernel log says no more of it.
 */
static void the_victim_exits_by_itself(void)
{
	bool *ready = shared_memory(sizeof(*ready));
	unsigned int i, exits = 0;

	make_tree(16 * MB);
	report_each_kill(true);
	for (i = 0; i < 20; i++)
		exits += have_chosen(ready) == 0;
	report_each_kill(false);
	test_note("%u of %u victims were faster", exits, i);
	expect_ge(exits, 1);
}

/* Until it is killed from outside, which ends all of its user's tasks. */
static int bomb(void *arg)
{
	const struct rlimit limit = { BOMB_TASKS, BOMB_TASKS };

	(void)arg;
	if (setrlimit(RLIMIT_NPROC, &limit) || setgid(DELEGATE) ||
	    setuid(DELEGATE))
		return 1;
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		fork();
		touch_anon(4 * PAGE);
	}
	return 0;
}

static int kill_own(void *arg)
{
	(void)arg;
	return kill(-1, SIGKILL);
}

static void a_fork_bomb_keeps_nobody_waiting(void)
{
	pid_t sleeper;
	uint64_t end;

	make_tree(16 * MB);
	sleeper = kid_start("A/C", sleep_on, NULL);
	console_prints(ERRORS);
	kid_start("A/B", bomb, NULL);
	while (book("A/B", FAILCNT) < 100)
		sleep_ms(10);
	end = now_ms() + BOMB_MS;
	while (now_ms() < end) {
		others_use_groups(sleeper);
		sleep_ms(20);
	}
	as_delegate(kill_own, NULL);
	/* Many of them are in the midst of a charge, which has to fail first. */
	end = now_ms() + BOMB_END_MS;
	while (!group_is_empty("A/B") && now_ms() < end)
		sleep_ms(100);
	console_prints(ALL_LEVELS);
	expect_others_within(BOMB_BOUND_MS);
	expect(kid_alive(sleeper));
}

static struct removal {
	bool go, begun, done;
} *removal;

static int remove_leftovers(void *arg)
{
	(void)arg;
	while (!load(removal->go))
		sleep_ms(1);
	store(removal->begun, true);
	expect_ok(group_rmdir("A/D"));
	store(removal->done, true);
	return 0;
}

/* What is done again and again while a group is removed under cgroup_mutex. */
struct timing {
	unsigned int count;		/* the last one may have ended later */
	uint64_t slowest, removal;	/* milliseconds */
};

static struct timing beside_a_removal(const char *from, void (*others)(void))
{
	const struct use use = { .file = SHM_DIR "/leftover",
				 .file_bytes = LEFTOVERS };
	struct timing timing = { 0, 0, 0 };
	uint64_t begin, start;
	pid_t pid;

	removal = shared_memory(sizeof(*removal));
	store(removal->done, false);
	use_shm();
	make_group("A", LEFTOVERS + 64 * MB);
	make_group("A/B", 2 * MB);
	make_group("A/D", LEFTOVERS + 2 * MB);
	expect_eq(use_in("A/D", &use), 0);

	pid = spawn(remove_leftovers, NULL);
	expect_ok(attach(from, getpid()));
	store(removal->go, true);
	while (!load(removal->begun))
		sched_yield();
	for (begin = now_ms(); !load(removal->done); timing.count++) {
		start = now_ms();
		others();
		if (now_ms() - start > timing.slowest)
			timing.slowest = now_ms() - start;
	}
	timing.removal = now_ms() - begin;
	test_note("%u times while a group was removed in %llu ms; slowest: %llu ms",
		  timing.count, (unsigned long long)timing.removal,
		  (unsigned long long)timing.slowest);
	expect_ge(timing.removal, REMOVAL_MS);
	expect_eq(kid_wait(pid), 0);
	return timing;
}

static void need_a_long_removal(void)
{
	if (!old_base())
		test_skip("this base moves no page when a group is removed");
}

static void write_a_limit(void)
{
	expect_ok(set_limit("A/B", 1 * MB));
	expect_ok(set_limit("A/B", 2 * MB));
}

static void a_limit_write_does_not_wait_for_a_removal(void)
{
	struct timing timing;

	need_a_long_removal();
	timing = beside_a_removal("", write_a_limit);
	expect_le(4 * timing.slowest, 3 * timing.removal);
}

static int fill_and_die(void *arg)
{
	(void)arg;
	be_immune(false);
	return touch_anon(16 * MB);
}

static void have_a_task_killed(void)
{
	expect_eq(kid_wait(spawn(fill_and_die, NULL)), OOM_KILLED);
}

/*
 * Nor does it wait for a task that is being attached: to cpuset, too, that takes
 * mmap_sem under cgroup_mutex, and who waits for the killer may hold mmap_sem.
 */
static void the_oom_killer_does_not_wait_for_a_removal(void)
{
	struct timing timing;

	need_a_long_removal();
	be_immune(true);
	console_prints(ERRORS);
	timing = beside_a_removal("A/B", have_a_task_killed);
	console_prints(ALL_LEVELS);
	/* One may be before the removal has the mutex, and one after. */
	expect_ge(timing.count, 3);
}

/* The first of them hold with memcg_hier=off as well. */
static const struct test_case cases[] = {
	CASE(an_immune_task_alone),
	CASE(an_immune_process_with_threads),
	CASE(an_immune_thread_in_a_process),
	CASE(another_dies_for_the_worst),
	CASE(the_victim_exits_by_itself),
	CASE(an_immune_task_with_its_child_elsewhere),
	CASE(a_limit_write_does_not_wait_for_a_removal),
	CASE(the_oom_killer_does_not_wait_for_a_removal),
	SLOW_CASE(a_fork_bomb_keeps_nobody_waiting, 180),
};

#define OFF_CASES	5

int main(int argc, char **argv)
{
	size_t count = ARRAY_SIZE(cases);
	bool off = booted_off();

	if (off)
		count = OFF_CASES;
	return test_main(cases, count, !off, argc, argv);
}
