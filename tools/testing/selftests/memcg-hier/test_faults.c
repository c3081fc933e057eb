// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocations that fail while a group is made, resized, emptied or removed:
 * the operation fails as a whole or not at all, and the books stay right.
 * Needs a kernel with CONFIG_FAULT_INJECTION_DEBUG_FS, CONFIG_FAILSLAB and
 * CONFIG_FAIL_PAGE_ALLOC.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "memcg_hier_util.h"

#define DEBUG_DIR	"/sys/kernel/debug"
#define MAKE_IT_FAIL	"/proc/self/make-it-fail"
#define FAIL_NTH	"/proc/thread-self/fail-nth"
#define FILE_IN_C	SHM_DIR "/file"
#define SECONDS		10
/* More allocations than any operation makes: a sweep that gets there is lost. */
#define ALLOCATIONS	5000

static const char * const sources[] = { "failslab", "fail_page_alloc" };

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0)
		fail("%s: cannot open: %s", path, strerror(errno));
	expect_ok(fd_write(fd, text, strlen(text)));
	close(fd);
}

static void need_source(const char *source)
{
	char path[128];

	snprintf(path, sizeof(path), DEBUG_DIR "/%s/probability", source);
	if (access(path, F_OK))
		test_skip("the kernel has no %s", source);
}

static void set_source(const char *source, const char *knob, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), DEBUG_DIR "/%s/%s", source, knob);
	write_text(path, value);
}

/* Allocations of a task that asks for it fail, with a probability in percent. */
static void set_faults(const char *probability)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sources); i++) {
		const char *source = sources[i];

		set_source(source, "probability", probability);
		set_source(source, "interval", "1");
		set_source(source, "space", "0");
		set_source(source, "times", "-1");
		set_source(source, "verbose", "0");
		set_source(source, "task-filter", "Y");
		set_source(source, "ignore-gfp-wait", "N");
	}
	set_source("fail_page_alloc", "ignore-gfp-highmem", "N");
	set_source("fail_page_alloc", "min-order", "0");
}

static void need_faults(void)
{
	unsigned int i;

	if (access(MAKE_IT_FAIL, F_OK))
		test_skip("the kernel has no fault injection");
	if (access(DEBUG_DIR "/failslab", F_OK))
		mount("debugfs", DEBUG_DIR, "debugfs", 0, NULL);
	for (i = 0; i < ARRAY_SIZE(sources); i++)
		need_source(sources[i]);
}

static pid_t sleeper;

static int sleep_on(void *arg)
{
	(void)arg;
	return pause();
}

/* Memory in A/C that it can be rid of, and that outlives it. */
static void fill(void)
{
	const struct use use = { .file = FILE_IN_C, .file_bytes = 512 * KB };

	expect_eq(use_in("A/C", &use), 0);
}

/* Swap, so that reclaim for a shrink can succeed, and allocates as well. */
static void make_tree(void)
{
	const struct use use = { .anon = 7 * MB };

	use_swap();
	use_shm();
	make_group("A", 32 * MB);
	make_group("A/B", 8 * MB);
	make_group("A/C", 2 * MB);
	hold_in("A/B", &use);
	fill();
	sleeper = spawn(sleep_on, NULL);
}

static void expect_tree(void)
{
	expect_eq(book("A", SECURITY), 10 * MB);
	expect_invariants();
}

static int do_mkdir(void)
{
	return group_mkdir("A/D");
}

static void undo_mkdir(void)
{
	expect_ok(group_rmdir("A/D"));
}

static int do_grow(void)
{
	return set_limit("A/B", 12 * MB);
}

static int do_shrink(void)
{
	return set_limit("A/B", 6 * MB);
}

static void undo_resize(void)
{
	expect_ok(set_limit("A/B", 8 * MB));
}

static int do_attach(void)
{
	return attach("A/C", sleeper);
}

static void undo_attach(void)
{
	expect_ok(attach("", sleeper));
}

static int do_force_empty(void)
{
	return group_write("A/C", FORCE_EMPTY, "0");
}

static void undo_force_empty(void)
{
	unlink(FILE_IN_C);
	fill();
}

static int do_rmdir(void)
{
	return group_rmdir("A/C");
}

static void undo_rmdir(void)
{
	unlink(FILE_IN_C);
	make_group("A/C", 2 * MB);
	fill();
}

/* All of them fail at one allocation at least, or the faults never came. */
static const struct operation {
	const char *name;
	int (*run)(void);
	void (*undo)(void);
	bool reclaims;
} operations[] = {
	{ "mkdir", do_mkdir, undo_mkdir, false },
	{ "grow", do_grow, undo_resize, false },
	{ "shrink", do_shrink, undo_resize, true },
	{ "attach", do_attach, undo_attach, false },
	{ "force_empty", do_force_empty, undo_force_empty, true },
	{ "rmdir", do_rmdir, undo_rmdir, false },
};

/* What reclaim has freed before it failed is freed. */
static void expect_undone(const struct operation *operation, int ret,
			  struct snapshot *before)
{
	unsigned int i;

	if (ret != -ENOMEM && ret != -ENFILE &&
	    (ret != -EBUSY || !operation->reclaims))
		fail("%s: %s", operation->name, strerror(-ret));
	for (i = 0; i < before->count; i++) {
		struct books *books = &before->entry[i].books;
		const char *group = before->entry[i].group;

		books->usage = book(group, USAGE);
		books->max_usage = book(group, MAX_USAGE);
		books->failcnt = book(group, FAILCNT);
	}
	expect_unchanged(before, NULL);
}

/* fail-nth is back at 0 once that allocation has come, and was refused. */
static bool run_with_fault(const struct operation *operation, int nth, int fd,
			   int *ret)
{
	char text[16];
	ssize_t len;

	sprintf(text, "%d", nth);
	expect_ok(fd_write(fd, text, strlen(text)));
	*ret = operation->run();
	len = pread(fd, text, sizeof(text) - 1, 0);
	if (len <= 0)
		fail(FAIL_NTH ": cannot read: %s", strerror(errno));
	text[len] = '\0';
	expect_eq(pwrite(fd, "0", 1, 0), 1);
	return !atoi(text);
}

static void sweep(const struct operation *operation, int fd)
{
	struct snapshot before;
	unsigned int failed = 0;
	int nth, ret;

	for (nth = 1; nth < ALLOCATIONS; nth++) {
		bool injected;

		snapshot_take(&before);
		injected = run_with_fault(operation, nth, fd, &ret);
		if (ret) {
			expect(injected);
			expect_undone(operation, ret, &before);
			failed++;
		} else {
			operation->undo();
		}
		if (!injected)
			break;
	}
	expect_le(nth, ALLOCATIONS - 1);
	test_note("%s: %d allocations, %u of them fatal", operation->name,
		  nth - 1, failed);
	expect_ge(failed, 1);
	expect_tree();
}

static void each_allocation_fails_once(void)
{
	unsigned int i;
	int fd;

	need_faults();
	fd = open(FAIL_NTH, O_RDWR);
	if (fd < 0)
		test_skip("the kernel has no fail-nth");
	/* It looks at these settings before it counts. */
	set_faults("0");
	make_tree();
	for (i = 0; i < ARRAY_SIZE(operations); i++)
		sweep(&operations[i], fd);
}

static int make_it_fail = -1;

static void task_fails(bool fails)
{
	expect_eq(pwrite(make_it_fail, fails ? "1" : "0", 1, 0), 1);
}

static unsigned int random_allocations_fail(const char *probability)
{
	uint64_t end = now_ms() + test_seconds(SECONDS) * 1000 / 3;
	unsigned int failed = 0, done = 0;
	struct snapshot before;

	set_faults(probability);
	while (now_ms() < end) {
		const struct operation *operation =
			&operations[random() % ARRAY_SIZE(operations)];
		int ret;

		snapshot_take(&before);
		task_fails(true);
		ret = operation->run();
		task_fails(false);
		if (ret) {
			expect_undone(operation, ret, &before);
			failed++;
		} else {
			operation->undo();
			done++;
		}
	}
	set_faults("0");
	test_note("of %u operations %u failed", done + failed, failed);
	expect_ge(done, 1);
	expect_tree();
	return failed;
}

static void allocations_fail_at_random(void)
{
	unsigned int failed = 0;

	need_faults();
	make_it_fail = open(MAKE_IT_FAIL, O_RDWR);
	if (make_it_fail < 0)
		fail(MAKE_IT_FAIL ": cannot open: %s", strerror(errno));
	srandom(1);
	make_tree();
	failed += random_allocations_fail("1");
	failed += random_allocations_fail("5");
	failed += random_allocations_fail("20");
	expect_ge(failed, 1);
}

static const struct test_case cases[] = {
	SLOW_CASE(each_allocation_fails_once, 600),
	SLOW_CASE(allocations_fail_at_random, 600),
};

int main(int argc, char **argv)
{
	return test_main(cases, ARRAY_SIZE(cases), true, argc, argv);
}
