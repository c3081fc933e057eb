// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mounted together with another controller that attaches tasks in a way of its
 * own.  Mounts the hierarchy afresh, so there must be no groups of others.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memcg_hier_util.h"

#define HANG_MS		10000
#define STUCK_MS	5000
#define VICTIMS		8

static void need_old_base(void)
{
	if (!old_base())
		test_skip("this base cannot remount a hierarchy at once");
}

static unsigned int children(const char *group)
{
	unsigned int count = 0;
	struct dirent *entry;
	char path[PATH_MAX];
	DIR *dir = opendir(group_path(path, group, NULL));

	if (!dir)
		fail("%s: %s", path, strerror(errno));
	while ((entry = readdir(dir)))
		count += entry->d_type == DT_DIR && entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

static int clone_namespace(unsigned long flag)
{
	long pid = syscall(SYS_clone, flag | SIGCHLD, NULL, NULL, NULL, NULL);

	if (!pid)
		_exit(0);
	return pid < 0 ? -errno : kid_wait(pid);
}

/* A new namespace is a new group, which has nothing yet: no task can enter. */
static int clone_and_unshare(void *arg)
{
	(void)arg;
	expect_result(clone_namespace(CLONE_NEWUTS), -ENOSPC);
	expect_eq(children("A"), 0);
	/* By the same name. */
	expect_result(clone_namespace(CLONE_NEWUTS), -ENOSPC);
	expect_result(clone_namespace(CLONE_NEWNS), -ENOSPC);
	expect_eq(children("A"), 0);
	expect_result(unshare(CLONE_NEWUTS) ? -errno : 0, -ENOSPC);
	expect_result(unshare(CLONE_NEWUTS) ? -errno : 0, -ENOSPC);
	expect_eq(children("A"), 0);
	/* Without a namespace a child is just a child. */
	expect_eq(clone_namespace(0), 0);
	return 0;
}

static void a_clone_that_is_refused_leaves_no_group(void)
{
	need_old_base();
	use_controllers("ns");
	make_group("A", 16 * MB);
	expect_eq(kid_wait(kid_start("A", clone_and_unshare, NULL)), 0);
	expect_eq(children("A"), 0);
	expect_eq(book("A", SECURITY), 0);
	expect_invariants();
	expect_ok(group_rmdir("A"));
}

static struct shared {
	bool stop;
	pid_t victim[VICTIMS];
	unsigned int attached, killed;
} *shared;

/* Wait for the group, then run into its limit. */
static int be_a_victim(void *arg)
{
	while (!load(shared->stop) && !holds_task(arg, getpid()))
		sleep_ms(1);
	return touch_anon(16 * MB) ? 1 : 0;
}

static int run_into_the_limit(void *arg)
{
	while (!load(shared->stop)) {
		pid_t pid = spawn(be_a_victim, "A/B");

		store(*(pid_t *)arg, pid);
		if (kid_wait(pid) == 128 + SIGKILL)
			add_one(shared->killed);
	}
	return 0;
}

/*
 * Attach whoever is about to run into the limit, there and back: those who
 * wait for another's OOM kill most of all.  A victim may have ended.
 */
static int keep_attaching(void *arg)
{
	unsigned int turn;

	(void)arg;
	for (turn = 0; !load(shared->stop); turn++) {
		pid_t pid = load(shared->victim[turn % VICTIMS]);

		if (pid && !attach("A/B", pid))
			add_one(shared->attached);
		pid = load(shared->victim[random() % VICTIMS]);
		if (pid && !attach("A/C", pid))
			add_one(shared->attached);
	}
	return 0;
}

static void use_all_cpus(const char *group)
{
	char cpus[32];

	sprintf(cpus, "0-%ld", sysconf(_SC_NPROCESSORS_ONLN) - 1);
	expect_ok(group_write(group, "cpuset.cpus", cpus));
	expect_ok(group_write(group, "cpuset.mems", "0"));
}

static void expect_progress(void)
{
	uint64_t end = now_ms() + HANG_MS, moved = now_ms();
	unsigned int attached = 0, killed = 0;

	while (now_ms() < end) {
		if (load(shared->attached) != attached &&
		    load(shared->killed) != killed) {
			attached = load(shared->attached);
			killed = load(shared->killed);
			moved = now_ms();
		}
		expect_le(now_ms() - moved, STUCK_MS);
		sleep_ms(10);
	}
	test_note("%u killed, %u times attached", killed, attached);
}

/*
 * A page fault waits for the OOM killer with mmap_sem, and an attach takes that
 * under cgroup_mutex, if the kernel has NUMA.
 */
static void an_attach_does_not_wait_for_the_oom_killer(void)
{
	static const char * const groups[] = { "A", "A/B", "A/C" };
	static const uint64_t limits[] = { 32 * MB, 2 * MB, 2 * MB };
	pid_t pids[VICTIMS + 1];
	unsigned int i;

	need_old_base();
	use_controllers("cpuset");
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		make_group(groups[i], limits[i]);
		use_all_cpus(groups[i]);
	}
	shared = shared_memory(sizeof(*shared));
	for (i = 0; i < VICTIMS; i++)
		pids[i] = spawn(run_into_the_limit, &shared->victim[i]);
	pids[VICTIMS] = spawn(keep_attaching, NULL);
	expect_progress();
	store(shared->stop, true);
	for (i = 0; i <= VICTIMS; i++)
		expect_eq(kid_wait(pids[i]), 0);
	expect_ge(load(shared->killed), 10);
	expect_ge(load(shared->attached), 10);
	expect_invariants();
}

static const struct test_case cases[] = {
	CASE(a_clone_that_is_refused_leaves_no_group),
	CASE(an_attach_does_not_wait_for_the_oom_killer),
};

int main(int argc, char **argv)
{
	return test_main(cases, ARRAY_SIZE(cases), true, argc, argv);
}
