// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resizes that reclaim, with real page cache (ext2 on a RAM disk) and real
 * swap.
 */
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "memcg_hier_util.h"

/* MEMCG_WRITE_ROUNDS; on 2.6.26 MEM_CGROUP_RECLAIM_RETRIES */
#define ROUNDS	5

#define DISK_FILE	DISK_DIR "/file"

/* Clean page cache of a task that has ended. */
static void leave_cache(const char *group, const char *file, uint64_t bytes)
{
	const struct use use = { .file = file, .file_bytes = bytes };
	uint64_t before = book(group, USAGE);

	expect_eq(use_in(group, &use), 0);
	expect_ge(book(group, USAGE), before + bytes);
}

static void hold_anon(const char *group, uint64_t bytes)
{
	const struct use use = { .anon = bytes };

	hold_in(group, &use);
}

/* A parent of 40M with 12M of cache of its own, and a child of 8M with 6M. */
static void make_cached_tree(void)
{
	use_disk();
	make_group("A", 40 * MB);
	make_group("A/B", 8 * MB);
	make_group("A/C", 0);
	leave_cache("A", DISK_DIR "/parent", 12 * MB);
	leave_cache("A/B", DISK_DIR "/child", 6 * MB);
}

static void grow_reclaims_in_the_parent(void)
{
	make_cached_tree();
	expect_le(room("A"), 20 * MB);
	expect_ok(set_limit("A/C", 28 * MB));
	expect_eq(book("A/C", LIMIT), 28 * MB);
	expect_eq(book("A/C", BORROW), 28 * MB);
	expect_eq(book("A", SECURITY), 36 * MB);
	expect_le(own("A"), 4 * MB);
	expect_invariants();
}

static void grow_reclaims_none_of_the_childrens_pages(void)
{
	uint64_t before;

	make_cached_tree();
	before = book("A/B", USAGE);
	expect_ok(set_limit("A/C", 28 * MB));
	expect_near(book("A/B", USAGE), before);
	expect_eq(book("A/B", LIMIT), 8 * MB);
}

static void grow_that_fits_reclaims_nothing(void)
{
	uint64_t before;

	make_cached_tree();
	before = own("A");
	expect_ok(set_limit("A/C", room("A") - slack()));
	expect_near(own("A"), before);
}

static void grow_that_can_never_fit_reclaims_nothing(void)
{
	uint64_t before;

	make_cached_tree();
	before = own("A");
	expect_limit_refused("A/C", 32 * MB + PAGE, -ENOSPC, "A");
	expect_near(own("A"), before);
}

static void shrink_reclaims_in_the_group(void)
{
	use_disk();
	make_group("A", 40 * MB);
	make_group("A/B", 16 * MB);
	leave_cache("A/B", DISK_DIR "/file", 12 * MB);
	expect_ok(set_limit("A/B", 4 * MB));
	expect_eq(book("A/B", LIMIT), 4 * MB);
	expect_eq(book("A/B", BORROW), 4 * MB);
	expect_le(book("A/B", USAGE), 4 * MB);
	expect_eq(book("A", SECURITY), 4 * MB);
	expect_invariants();
}

static void shrink_reclaims_all_but_what_is_in_use(void)
{
	use_disk();
	make_group("A", 40 * MB);
	make_group("A/B", 16 * MB);
	leave_cache("A/B", DISK_DIR "/file", 12 * MB);
	expect_ok(set_limit("A/B", METADATA + slack()));
	expect_eq(book("A", SECURITY), METADATA + slack());
	expect_invariants();
}

static void shrink_reclaims_none_of_the_childrens_pages(void)
{
	uint64_t before;

	make_cached_tree();
	before = book("A/B", USAGE);
	expect_ok(set_limit("A", 12 * MB));
	expect_eq(book("A", LIMIT), 12 * MB);
	expect_near(book("A/B", USAGE), before);
	expect_eq(book("A/B", LIMIT), 8 * MB);
	expect_invariants();
}

static void shrink_that_fits_reclaims_nothing(void)
{
	uint64_t before;

	make_cached_tree();
	before = own("A");
	expect_ok(set_limit("A", book("A", USAGE) + slack()));
	expect_near(own("A"), before);
}

static void shrink_below_security_reclaims_nothing(void)
{
	uint64_t before;

	make_cached_tree();
	before = own("A");
	expect_limit_refused("A", 8 * MB - PAGE, -EBUSY, NULL);
	expect_near(own("A"), before);
}

static void shrink_of_the_root_reclaims(void)
{
	uint64_t usage;

	if (!old_base())
		test_skip("this base does not charge the root's own pages");
	use_disk();
	expect_ok(write_file(DISK_DIR "/file", 12 * MB));
	usage = book("", USAGE);
	expect_ok(set_limit("", usage - 8 * MB));
	expect_eq(book("", LIMIT), usage - 8 * MB);
	expect_le(book("", USAGE), usage - 8 * MB);
	expect_eq(book("", BORROW), 0);
}

static void shrink_swaps_out(void)
{
	const struct use use = { .anon = 12 * MB };
	pid_t pid;

	use_swap();
	make_group("A", 40 * MB);
	make_group("A/B", 16 * MB);
	pid = hold_in("A/B", &use);
	expect_ok(set_limit("A/B", 6 * MB));
	expect_eq(book("A/B", LIMIT), 6 * MB);
	expect_le(book("A/B", USAGE), 6 * MB);
	expect_eq(book("A", SECURITY), 6 * MB);
	expect(kid_alive(pid));
	expect_invariants();
}

static void grow_swaps_out_the_parents_tasks(void)
{
	const struct use much = { .anon = 12 * MB };
	const struct use little = { .anon = 4 * MB };
	uint64_t before;
	pid_t parent, child;

	use_swap();
	make_group("A", 40 * MB);
	make_group("A/B", 8 * MB);
	make_group("A/C", 0);
	parent = hold_in("A", &much);
	child = hold_in("A/B", &little);
	before = book("A/B", USAGE);
	expect_ok(set_limit("A/C", 26 * MB));
	expect_eq(book("A", SECURITY), 34 * MB);
	expect_le(own("A"), 6 * MB);
	expect_near(book("A/B", USAGE), before);
	expect(kid_alive(parent));
	expect(kid_alive(child));
	expect_invariants();
}

static void a_failure_after_reclaim_changes_no_limit(void)
{
	uint64_t failures;

	make_cached_tree();
	hold_anon("A", 8 * MB);
	failures = book("A", FAILCNT);
	expect_result(set_limit("A/C", 28 * MB), -EBUSY);
	expect_eq(book("A", FAILCNT), failures + 1);
	expect_eq(book("A", LIMIT), 40 * MB);
	expect_eq(book("A", SECURITY), 8 * MB);
	expect_eq(book("A/C", LIMIT), 0);
	expect_eq(book("A/C", BORROW), 0);
	expect_invariants();
}

/* Each round but the first begins with a sleep. */
static void a_failure_gives_up_the_cpu_between_rounds(void)
{
	struct rusage before, after;

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	hold_anon("A", 8 * MB);
	getrusage(RUSAGE_SELF, &before);
	expect_result(set_limit("A/B", 30 * MB), -EBUSY);
	getrusage(RUSAGE_SELF, &after);
	expect_ge(after.ru_nvcsw - before.ru_nvcsw, ROUNDS - 1);
}

/*
 * The file is written outside of the group: the last blocks that describe where
 * it is on the disk stay in use, and can not be reclaimed.
 */
static void force_empty_reclaims(void)
{
	uint64_t before;

	use_disk();
	make_group("A", 40 * MB);
	make_group("A/B", 16 * MB);
	make_file(DISK_FILE, 8 * MB);
	expect_eq(kid_wait(kid_start("A/B", read_file, DISK_FILE)), 0);
	expect_ge(book("A/B", USAGE), 7 * MB);
	before = own("A");
	expect_ok(group_write("A/B", FORCE_EMPTY, "0"));
	expect_near(book("A/B", USAGE), 0);
	expect_near(own("A"), before);
	expect_eq(book("A/B", LIMIT), 16 * MB);
	expect_eq(book("A/B", BORROW), 16 * MB);
	expect_eq(book("A", SECURITY), 16 * MB);
	expect_invariants();
}

/* Fewer than a CPU collects before it puts them on the LRU. */
#define STRAY_PAGES	8

/* It ends elsewhere: the end of a task puts what its CPU has on the LRU. */
static int read_on_cpu_1(void *arg)
{
	return run_on_cpu(1) && !read_file(arg) && run_on_cpu(0) ? 0 : 1;
}

static void leave_stray_pages(const char *group)
{
	if (!old_base())
		test_skip("this base charges the kernel's own to a group");
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		test_skip("needs two CPUs");
	expect(run_on_cpu(0));
	use_disk();
	make_file(DISK_FILE, STRAY_PAGES * PAGE);
	expect_eq(kid_wait(kid_start(group, read_on_cpu_1, DISK_FILE)), 0);
	expect_ge(own(group), STRAY_PAGES * PAGE);
}

static void shrink_finds_pages_on_their_way_to_the_lru(void)
{
	make_group("A", 40 * MB);
	make_group("A/B", 16 * MB);
	leave_stray_pages("A/B");
	expect_ok(set_limit("A/B", 0));
	expect_eq(book("A/B", USAGE), 0);
	expect_eq(book("A", USAGE), 0);
}

static void grow_finds_pages_on_their_way_to_the_lru(void)
{
	make_group("A", 16 * MB);
	make_group("A/B", 0);
	leave_stray_pages("A");
	expect_ok(set_limit("A/B", 16 * MB));
	expect_eq(book("A", SECURITY), 16 * MB);
	expect_eq(own("A"), 0);
}

static void set_memsw(const char *group, uint64_t limit)
{
	char text[32];

	if (old_base())
		test_skip("this base has no limit of memory+swap");
	expect_ok(group_write(group, MEMSW_LIMIT, limit_text(text, limit)));
}

static void a_limit_above_that_of_memsw_takes_nothing(void)
{
	make_cached_tree();
	set_memsw("A/C", 4 * MB);
	expect_limit_refused("A/C", 28 * MB, -EINVAL, NULL);
	expect_limit_refused("A/C", 4 * MB + PAGE, -EINVAL, NULL);
	expect_ok(set_limit("A/C", 4 * MB));
}

/* Some of the anonymous pages are in swap: memsw has less room than memory. */
static void grow_reclaims_what_fills_memsw(void)
{
	use_swap();
	make_cached_tree();
	hold_anon("A", 10 * MB);
	expect_ok(set_limit("A", 14 * MB));
	expect_ok(set_limit("A", 40 * MB));
	set_memsw("A", 40 * MB);
	leave_cache("A", DISK_DIR "/more", 19 * MB);
	expect_ge(room("A"), 5 * MB);
	expect_ge(book("A", MEMSW_USAGE), 36 * MB);
	expect_ok(set_limit("A/C", 5 * MB));
	expect_eq(book("A", SECURITY), 13 * MB);
	expect_le(book("A", MEMSW_USAGE), book("A", MEMSW_LIMIT));
	expect_invariants();
}

#define READERS	4
/* One limit for all rounds, on an emulated CPU of a busy host. */
#define SOON_MS	40000

static void start_readers(const char *group)
{
	unsigned int i;

	use_disk();
	make_group("A", 24 * MB);
	make_group("A/B", 0);
	make_file(DISK_FILE, 32 * MB);
	for (i = 0; i < READERS; i++)
		kid_start(group, keep_reading, DISK_FILE);
	while (own(group) < 16 * MB)
		sleep_ms(10);
}

static void a_shrink_against_readers_ends(void)
{
	uint64_t began;
	int ret;

	start_readers("A");
	began = now_ms();
	ret = set_limit("A", 2 * MB);
	expect(!ret || ret == -EBUSY);
	expect_le(now_ms() - began, SOON_MS);
	expect_invariants();
}

static void a_growth_against_the_lenders_readers_ends(void)
{
	uint64_t began;
	int ret;

	start_readers("A");
	began = now_ms();
	ret = set_limit("A/B", 22 * MB);
	expect(!ret || ret == -EBUSY);
	expect_le(now_ms() - began, SOON_MS);
	expect_invariants();
}

static int grow_child(void *arg)
{
	(void)arg;
	return -set_limit("A/B", 22 * MB);
}

/* Remove a group that has grown for a while; what the writer is told. */
static int remove_while_it_grows(unsigned int ms)
{
	pid_t pid = spawn(grow_child, NULL);
	uint64_t began;

	sleep_ms(ms);
	began = now_ms();
	expect_ok(group_rmdir("A/B"));
	expect_le(now_ms() - began, 5000);
	expect_eq(book("A", SECURITY), 0);
	return kid_wait(pid);
}

/* Who removes a group waits for its writers, and others wait for him. */
static void a_removal_ends_a_resize(void)
{
	unsigned int ms = 512;
	int told;

	if (old_base())
		test_skip("on this base a writer keeps the group");
	start_readers("A");
	/* It may have given up, or got the memory, just before. */
	while ((told = remove_while_it_grows(ms)) != ENODEV && ms > 1) {
		expect(told == EBUSY || !told);
		make_group("A/B", 0);
		ms /= 2;
	}
	expect_eq(told, ENODEV);
}

#define CPU_1	"/sys/devices/system/cpu/cpu1/online"

static bool set_cpu_1(const char *online)
{
	int fd = open(CPU_1, O_WRONLY);
	bool done = fd >= 0 && write(fd, online, 1) == 1;

	close(fd);
	return done;
}

static int keep_plugging(void *arg)
{
	(void)arg;
	while (set_cpu_1("0")) {
		sleep_ms(40);
		set_cpu_1("1");
		sleep_ms(20);
	}
	return 1;
}

static int charge_on(void *cpu)
{
	/* It may just be gone: then anywhere. */
	run_on_cpu((long)cpu);
	return touch_anon(MB);
}

/*
 * All that is charged and not in use has to be found; only kernel memory of
 * tasks that have ended may be there still.
 */
static unsigned int stocks_not_found(unsigned int rounds)
{
	unsigned int bad = 0;
	long cpu;

	while (rounds--) {
		expect_ok(set_limit("A/B", 8 * MB));
		for (cpu = 0; cpu < 2; cpu++)
			kid_wait(kid_start("A/B", charge_on, (void *)cpu));
		if (set_limit("A/B", 0) && book("A/B", USAGE) >
		    book("A/B", "memory.kmem.usage_in_bytes"))
			bad++;
	}
	return bad;
}

static void shrink_finds_stocks_while_cpus_come_and_go(void)
{
	unsigned int bad;
	pid_t pid;

	if (old_base())
		test_skip("this base keeps no stocks");
	if (!set_cpu_1("1"))
		test_skip("needs a CPU that can be taken off line");
	make_group("A", 16 * MB);
	make_group("A/B", 0);
	pid = spawn(keep_plugging, NULL);
	bad = stocks_not_found(100);
	kid_kill(pid);
	set_cpu_1("1");
	expect_eq(bad, 0);
	expect_eq(stocks_not_found(10), 0);
}

static const struct test_case cases[] = {
	CASE(a_removal_ends_a_resize),
	CASE(shrink_finds_stocks_while_cpus_come_and_go),
	CASE(a_limit_above_that_of_memsw_takes_nothing),
	CASE(grow_reclaims_what_fills_memsw),
	CASE(a_shrink_against_readers_ends),
	CASE(a_growth_against_the_lenders_readers_ends),
	CASE(grow_reclaims_in_the_parent),
	CASE(grow_reclaims_none_of_the_childrens_pages),
	CASE(grow_that_fits_reclaims_nothing),
	CASE(grow_that_can_never_fit_reclaims_nothing),
	CASE(shrink_reclaims_in_the_group),
	CASE(shrink_reclaims_all_but_what_is_in_use),
	CASE(shrink_reclaims_none_of_the_childrens_pages),
	CASE(shrink_that_fits_reclaims_nothing),
	CASE(shrink_below_security_reclaims_nothing),
	CASE(shrink_of_the_root_reclaims),
	CASE(shrink_swaps_out),
	CASE(grow_swaps_out_the_parents_tasks),
	CASE(a_failure_after_reclaim_changes_no_limit),
	CASE(a_failure_gives_up_the_cpu_between_rounds),
	CASE(force_empty_reclaims),
	CASE(shrink_finds_pages_on_their_way_to_the_lru),
	CASE(grow_finds_pages_on_their_way_to_the_lru),
};

int main(int argc, char **argv)
{
	return test_main(cases, ARRAY_SIZE(cases), true, argc, argv);
}
