// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory.reserve of groups in use: written by many, in deep trees, while
 * tasks charge, are frozen and killed, CPUs go, and controllers come and go.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memcg_hier_util.h"
#include "reserve_util.h"

#define GB		(1024 * MB)

/* Charging */

static int charge_until(void *arg)
{
	return charge_in_steps(arg, 128 * KB);
}

static void *charge_in_thread(void *arg)
{
	return (void *)(intptr_t)charge_until(arg);
}

/* Two threads in a process: they share what is charged. */
static int charge_threads(void *arg)
{
	pthread_t thread;
	void *other;
	int status;

	if (pthread_create(&thread, NULL, charge_in_thread, arg))
		return 1;
	status = charge_until(arg);
	pthread_join(thread, &other);
	return status || other;
}

/* A rewrite that may find no room, or more reserved below. */
static void rewrite(const char *group, uint64_t bytes)
{
	int ret = reserve(group, bytes);

	if (ret != -EBUSY && ret != -ENOSPC)
		expect_ok(ret);
}

/* A, B in it, and C in that; and tasks of the two at the bottom. */
struct tree {
	uint64_t kernel;
	unsigned int *stop;
	pid_t pid[4];
};

static void start_tree(struct tree *tree)
{
	unsigned int i;

	make("A", 64 * MB, 32 * MB);
	make("A/B", 0, 0);
	make("A/B/C", 0, 0);
	make("A/B/C/D", 0, 0);
	make("A/B/C/E", 0, 0);
	tree->kernel = parents_own("A");
	tree->stop = shared_memory(PAGE);
	for (i = 0; i < ARRAY_SIZE(tree->pid); i++)
		tree->pid[i] = kid_start(i % 2 ? "A/B/C/D" : "A/B/C/E",
					 i < 2 ? charge_threads : charge_until,
					 tree->stop);
}

/* All three levels, from the top down, that the lower find room. */
static void rewrite_tree(unsigned int i)
{
	rewrite("A/B", i % 17 * MB);
	rewrite("A/B/C", i % 13 * MB);
	rewrite("A/B/C/D", i % 7 * MB);
}

static void expect_books_of_tree(const struct tree *tree)
{
	expect_ok(reserve("A/B", 0));
	expect_eq(book("A/B/C/D", RESERVE), 0);
	expect_eq(book("A", RESERVED), 0);
	expect_own("A", tree->kernel);
	expect_ok(reserve("A/B", 24 * MB));
	expect_settles(book("A", CURRENT) == tree->kernel + 24 * MB);
	expect_ok(reserve("A/B/C", 16 * MB));
	expect_settles(book("A", CURRENT) == tree->kernel + 24 * MB);
	expect_ok(reserve("A/B", 0));
	expect_own("A", tree->kernel);
}

static void stop_tree(struct tree *tree)
{
	unsigned int i;

	store(*tree->stop, 1);
	for (i = 0; i < ARRAY_SIZE(tree->pid); i++)
		expect_eq(kid_wait(tree->pid[i]), 0);
	expect_books_of_tree(tree);
}

static void three_levels_rewritten(void)
{
	struct tree tree;
	unsigned int i;

	start_tree(&tree);
	for (i = 0; i < 1500; i++) {
		rewrite_tree(i);
		expect_le(book("A", CURRENT), 64 * MB);
		expect_le(book("A/B/C", RESERVED), book("A/B/C", RESERVE));
	}
	stop_tree(&tree);
}

static int cpu_online(unsigned int cpu, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/online",
		 cpu);
	return path_write(path, text);
}

/* What is charged ahead on a CPU is given back when it goes. */
static void cpus_go_and_come(void)
{
	unsigned int cpus = sysconf(_SC_NPROCESSORS_ONLN), i;
	struct tree tree;

	if (cpus < 2 || cpu_online(1, "1"))
		test_skip("no CPU that can go");
	start_tree(&tree);
	for (i = 0; i < 60; i++) {
		unsigned int cpu = 1 + i / 2 % (cpus - 1);

		expect_ok(cpu_online(cpu, i % 2 ? "1" : "0"));
		rewrite_tree(i);
	}
	expect_eq((uint64_t)sysconf(_SC_NPROCESSORS_ONLN), cpus);
	stop_tree(&tree);
}

static void frozen(void)
{
	struct tree tree;
	unsigned int i;

	start_tree(&tree);
	for (i = 0; i < 40; i++) {
		expect_ok(group_write("A/B", "cgroup.freeze", "1"));
		rewrite_tree(i);
		expect_ok(group_write("A/B", "cgroup.freeze", "0"));
		rewrite_tree(i + 1);
	}
	stop_tree(&tree);
}

static void killed(void)
{
	struct tree tree;
	unsigned int i;

	start_tree(&tree);
	for (i = 0; i < 20; i++)
		rewrite_tree(i);
	expect_ok(group_write("A/B", "cgroup.kill", "1"));
	for (i = 0; i < ARRAY_SIZE(tree.pid); i++)
		expect_eq(kid_wait(tree.pid[i]), 128 + SIGKILL);
	expect_settles(group_is_empty("A/B/C/D"));
	expect_books_of_tree(&tree);
}

/* Controllers */

/* io needs memory: without its files, it is there for io alone. */
static void hidden_behind_io(void)
{
	uint64_t kernel;
	pid_t pid;

	make("A", 64 * MB, 32 * MB);
	if (group_write("", CONTROL, "+io"))
		test_skip("the kernel has no io controller");
	make("A/B", 0, 0);
	expect_ok(group_write("A", CONTROL, "+io"));
	kernel = parents_own("A");
	pid = hold_anon("A/B", 8 * MB);
	expect_ok(reserve("A/B", 16 * MB));
	expect_eq(book("A", CURRENT), kernel + 16 * MB);
	expect_ok(group_write("A", CONTROL, "-memory"));
	expect_eq(group_open("A/B", RESERVE, O_RDONLY), -ENOENT);
	expect_eq(book("A", RESERVED), 0);
	expect_le(book("A", CURRENT), kernel + 10 * MB);
	expect_ge(book("A", CURRENT), kernel + 8 * MB);

	expect_ok(group_write("A", CONTROL, "+memory"));
	expect_eq(book("A/B", RESERVE), 0);
	expect_own("A", kernel);
	expect_ok(reserve("A/B", 16 * MB));
	expect_eq(book("A", CURRENT), kernel + 16 * MB);
	kid_kill(pid);
	expect_ok(group_write("A", CONTROL, "-io"));
	expect_ok(group_write("", CONTROL, "-io"));
}

/* Off and on again, with tasks that charge all the time. */
static void controller_off_and_on(void)
{
	unsigned int *stop = shared_memory(PAGE);
	uint64_t kernel, dead;
	pid_t pid[2];
	unsigned int i;

	make("A", 64 * MB, 32 * MB);
	make("A/B", 0, 0);
	kernel = parents_own("A");
	for (i = 0; i < ARRAY_SIZE(pid); i++)
		pid[i] = kid_start("A/B", charge_until, stop);
	for (i = 0; i < 20; i++) {
		expect_ok(reserve("A/B", 16 * MB));
		expect_ok(group_write("A", CONTROL, "-memory"));
		expect_eq(book("A", RESERVED), 0);
		expect_ok(group_write("A", CONTROL, "+memory"));
		expect_eq(book("A/B", RESERVE), 0);
	}
	store(*stop, 1);
	for (i = 0; i < ARRAY_SIZE(pid); i++)
		expect_eq(kid_wait(pid[i]), 0);
	/* Only dead groups' own structures may stay for a while. */
	dead = 20 * slack();
	expect_settles(parents_own("A") <= kernel + dead);
	expect_ok(reserve("A/B", 32 * MB));
	expect_ge(book("A", CURRENT), 32 * MB);
	expect_le(book("A", CURRENT), kernel + 32 * MB + dead);
}

/* Writers */

/* All begin when the pipe has no writer any more. */
static int write_once(void *arg)
{
	int *go = arg, ret;
	char byte;

	close(go[1]);
	if (read(go[0], &byte, 1))
		return 1;
	ret = reserve("A/B", getpid() % 17 * MB);
	return ret && ret != -EBUSY;
}

static void a_thousand_writers(void)
{
	pid_t pid[1000];
	uint64_t kernel, start;
	unsigned int i;
	int go[2];

	expect(!pipe(go));
	make("A", 64 * MB, 16 * MB);
	make("A/B", 0, 0);
	kernel = parents_own("A");
	for (i = 0; i < ARRAY_SIZE(pid); i++)
		pid[i] = spawn(write_once, go);
	start = now_ms();
	close(go[1]);
	for (i = 0; i < ARRAY_SIZE(pid); i++)
		expect_eq(kid_wait(pid[i]), 0);
	test_note("%zu writers: %llu ms", ARRAY_SIZE(pid),
		  (unsigned long long)(now_ms() - start));
	expect_eq(book("A", RESERVED), book("A/B", RESERVE));
	expect_own("A", kernel);
	expect_ok(reserve("A/B", 16 * MB));
	expect_eq(book("A", CURRENT), kernel + 16 * MB);
}

static int use_too_much(void *arg)
{
	(void)arg;
	return touch_anon(64 * MB);
}

/* Tasks of the parent's other child are killed all the time. */
static void writes_while_out_of_memory(void)
{
	uint64_t kernel;
	unsigned int i;

	make("A", 24 * MB, 24 * MB);
	make("A/B", 0, 0);
	make("A/C", 0, 0);
	make("A/D", 0, 8 * MB);
	kernel = parents_own("A");
	for (i = 0; i < 8; i++) {
		pid_t pid = kid_start("A/C", use_too_much, NULL);

		expect_kept("A/B", "A", 16 * MB + PAGE, -ENOSPC);
		/* Too much for what C has left, or what it had. */
		rewrite("A/B", 16 * MB - i * MB);
		expect_ok(reserve("A/B", 0));
		expect_eq(kid_wait(pid), 128 + SIGKILL);
		expect_eq(book("A", RESERVED), 8 * MB);
	}
	expect_ge(field("A/C", EVENTS, "oom_kill"), 8);
	expect_own("A", kernel);
}

static int fill_for_ever(void *arg)
{
	const char *path = arg;

	for (;;)
		if (write_file(path, 48 * MB))
			return 1;
}

struct grower {
	unsigned int tries, caught;
};

static struct grower *grower;

static void catch_signal(int number)
{
	(void)number;
	add_one(grower->caught);
}

static int grow_for_ever(void *arg)
{
	struct sigaction action = { .sa_handler = catch_signal };

	(void)arg;
	sigaction(SIGUSR1, &action, NULL);
	for (;;) {
		int ret = reserve("A/C", 24 * MB);

		add_one(grower->tries);
		if (!ret)
			ret = reserve("A/C", 0);
		if (ret && ret != -EBUSY)
			return 1;
	}
}

/* Only what kills ends a write; what stops or is caught does not. */
static void signals(void)
{
	uint64_t start;
	pid_t filler, pid;
	unsigned int i, tries;

	use_disk();
	grower = shared_memory(sizeof(*grower));
	make("A", 32 * MB, 32 * MB);
	make("A/B", 0, 0);
	make("A/C", 0, 0);
	filler = kid_start("A/B", fill_for_ever, DISK_DIR "/file");
	pid = spawn(grow_for_ever, NULL);
	for (i = 0; i < 20; i++) {
		sleep_ms(20);
		kill(pid, SIGUSR1);
		kill(pid, SIGSTOP);
		sleep_ms(20);
		kill(pid, SIGCONT);
	}
	tries = load(grower->tries);
	expect_settles(load(grower->tries) > tries);
	expect_ge(load(grower->caught), 1);
	expect(kid_alive(pid));
	start = now_ms();
	kid_kill(pid);
	expect_le(now_ms() - start, 2000);
	kid_kill(filler);
	expect_ok(reserve("A/C", 0));
	expect_eq(book("A", RESERVED), 0);
}

/* Deep and large */

static void deep_trees_are_reserved_from_the_top(void)
{
	char group[64] = "A";
	unsigned int depth, len;

	make(group, 0, 0);
	for (depth = 1; depth < 16; depth++) {
		len = strlen(group);
		snprintf(group + len, sizeof(group) - len, "/B");
		make(group, 0, 0);
		expect_result(reserve(group, PAGE), -ENOSPC);
		expect_eq(book(group, RESERVE), 0);
	}
	expect_eq(field("A", EVENTS, "reserve_refused"), 15);
	for (len = 1; len <= strlen(group); len += 2) {
		char level[64];

		snprintf(level, sizeof(level), "%.*s", (int)len, group);
		expect_ok(reserve(level, 16 * MB));
	}
	expect_eq(book("", RESERVED), 16 * MB);
	expect_result(reserve(group, 16 * MB + PAGE), -ENOSPC);
	expect_ok(reserve("A", 0));
	expect_eq(book(group, RESERVE), 0);
	expect_eq(field(group, EVENTS_LOCAL, "reserve_revoked"), 1);
}

/* More in all than a counter can hold. */
static void sums_do_not_wrap(void)
{
	static const char *const texts[] = {
		"9223372036854775807", "9223372036854771712",
		"9223372036854775808", "18446744073709551615", "16383P",
	};
	uint64_t half = 1ULL << 62;
	unsigned int i;

	make("A", 0, 8 * MB);
	make("B", 0, 0);
	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		test_note("text: \"%s\"", texts[i]);
		expect_ok(group_write("B", MAX, texts[i]));
		expect_result(group_write("A", RESERVE, texts[i]), -ENOSPC);
		expect_eq(book("A", RESERVE), 8 * MB);
		expect_eq(book("", RESERVED), 8 * MB);
	}
	expect_ok(reserve("A", 0));
	expect_ok(group_write("", RESERVE, texts[0]));
	expect_eq(book("", RESERVE), LIMIT_MAX);
	expect_ok(reserve("A", half));
	expect_kept("B", "", half, -ENOSPC);
	expect_kept("B", "", LIMIT_MAX, -ENOSPC);
	expect_ok(reserve("B", half - GB));
	expect_eq(book("", RESERVED), LIMIT_MAX - GB + PAGE);
	make("C", 0, 0);
	expect_kept("C", "", GB, -ENOSPC);
	make("A/B", 0, half);
	make("A/C", 0, 0);
	expect_kept("A/C", "A", PAGE, -ENOSPC);
	expect_kept("A/C", "A", half, -ENOSPC);
	expect_kept("A/C", "A", LIMIT_MAX, -ENOSPC);
	expect_ge(book("A", CURRENT), half);
	expect_eq(field("A", STAT, "reserve_idle"),
		  half - book("A/B", CURRENT));
	expect_eq(use_anon("A/B", 4 * MB), 0);
	expect_ok(reserve("A", 0));
	expect_le(book("A", CURRENT), 16 * MB);
	expect_ok(reserve("B", 0));
	expect_eq(book("", RESERVED), 0);
}

/* Namespaces */

static int write_inside(void *arg)
{
	unsigned int *go = arg;

	if (unshare(CLONE_NEWCGROUP))
		return 1;
	store(go[0], 1);
	while (!load(go[1]))
		sleep_ms(1);
	expect_result(group_write("A", MAX, "16M"), -EPERM);
	expect_result(group_write("A", RESERVE, "4M"), -EPERM);
	expect_result(group_write("A", RESERVE, "0"), -EPERM);
	expect_ok(group_write("A/B", RESERVE, "2M"));
	return 0;
}

static void of_a_namespace_only_what_is_below(void)
{
	unsigned int *go = shared_memory(PAGE);
	char path[4096];
	pid_t pid;

	if (mount("none", group_path(path, "", NULL), "cgroup2", MS_REMOUNT,
		  "nsdelegate"))
		fail("nsdelegate: %s", strerror(errno));
	make("A", 0, 8 * MB);
	expect_ok(group_mkdir("A/N"));
	/* The namespace has its root where the task is when it makes it. */
	pid = kid_start("A", write_inside, go);
	while (!load(go[0]))
		sleep_ms(1);
	expect_ok(attach("A/N", pid));
	make("A/B", 0, 0);
	store(go[1], 1);
	expect_eq(kid_wait(pid), 0);
	expect_eq(book("A", RESERVE), 8 * MB);
	expect_eq(book("A/B", RESERVE), 2 * MB);
}

static const struct test_case cases[] = {
	SLOW_CASE(three_levels_rewritten, 300),
	SLOW_CASE(cpus_go_and_come, 300),
	CASE(frozen),
	CASE(killed),
	CASE(hidden_behind_io),
	SLOW_CASE(controller_off_and_on, 300),
	SLOW_CASE(a_thousand_writers, 300),
	CASE(writes_while_out_of_memory),
	CASE(signals),
	CASE(deep_trees_are_reserved_from_the_top),
	CASE(sums_do_not_wrap),
	CASE(of_a_namespace_only_what_is_below),
};

int main(int argc, char **argv)
{
	return reserve_main(cases, ARRAY_SIZE(cases), argc, argv);
}
