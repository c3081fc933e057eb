// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resizes that reclaim, with real page cache (ext2 on a RAM disk) and real
 * swap.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
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

	skip_without_memsw();
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

/* Of anonymous pages what is above the limit: memsw has more in it than memory. */
static void put_in_swap(const char *group, uint64_t anon, uint64_t limit)
{
	uint64_t old = book(group, LIMIT);

	hold_anon(group, anon);
	expect_ok(set_limit(group, limit));
	expect_ok(set_limit(group, old));
}

/* Some of the anonymous pages are in swap: memsw has less room than memory. */
static void grow_reclaims_what_fills_memsw(void)
{
	use_swap();
	make_cached_tree();
	put_in_swap("A", 10 * MB, 14 * MB);
	set_memsw("A", 40 * MB);
	leave_cache("A", DISK_DIR "/more", 19 * MB);
	expect_ge(room("A"), 5 * MB);
	expect_ge(book("A", MEMSW_USAGE), 36 * MB);
	expect_ok(set_limit("A/C", 5 * MB));
	expect_eq(book("A", SECURITY), 13 * MB);
	expect_le(book("A", MEMSW_USAGE), book("A", MEMSW_LIMIT));
	expect_invariants();
}

static void memsw_that_can_not_be_had_is_refused(void)
{
	skip_without_memsw();
	use_swap();
	make_group("A", 12 * MB);
	put_in_swap("A", 8 * MB, 4 * MB);
	expect_ok(set_limit("A", 6 * MB));
	expect_result(group_write("A", MEMSW_LIMIT, "5M"), -EINVAL);
	expect_result(group_write("A", MEMSW_LIMIT, "6M"), -EBUSY);
	expect_eq(book("A", MEMSW_LIMIT), LIMIT_MAX);
	expect_eq(book("A", LIMIT), 6 * MB);
	expect_invariants();
}

#define READERS	4
/* One limit for all rounds, on an emulated CPU of a busy host. */
#define SOON_MS	40000

static void make_tree_for_readers(uint64_t limit)
{
	use_disk();
	make_group("A", limit);
	make_group("A/B", 0);
	make_file(DISK_FILE, limit + 8 * MB);
}

static void wait_for_readers(void)
{
	while (room("A") > 4 * MB)
		sleep_ms(10);
}

static void start_readers(void)
{
	unsigned int i;

	for (i = 0; i < READERS; i++)
		kid_start("A", keep_reading, DISK_FILE);
	wait_for_readers();
}

struct resize {
	const char *group, *file;
	uint64_t bytes;
};

static const struct resize shrink = { "A", LIMIT, 2 * MB };
static const struct resize shrink_memsw = { "A", MEMSW_LIMIT, 24 * MB };
static const struct resize grow = { "A/B", LIMIT, 22 * MB };

/* 0 or errno */
static int resize_once(void *arg)
{
	const struct resize *resize = arg;
	char text[32];

	return -group_write(resize->group, resize->file,
			    limit_text(text, resize->bytes));
}

static void expect_end_against_readers(const struct resize *resize)
{
	uint64_t began;
	int told;

	start_readers();
	began = now_ms();
	told = resize_once((void *)resize);
	expect(!told || told == EBUSY);
	test_note("%s in %llu ms", told ? "refused" : "done",
		  (unsigned long long)(now_ms() - began));
	expect_le(now_ms() - began, SOON_MS);
	expect_invariants();
}

static void a_shrink_against_readers_ends(void)
{
	make_tree_for_readers(24 * MB);
	expect_end_against_readers(&shrink);
}

static void a_shrink_of_memsw_against_readers_ends(void)
{
	skip_without_memsw();
	use_swap();
	make_tree_for_readers(24 * MB);
	put_in_swap("A", 40 * MB, 4 * MB);
	expect_end_against_readers(&shrink_memsw);
}

static void a_growth_against_the_lenders_readers_ends(void)
{
	make_tree_for_readers(24 * MB);
	expect_end_against_readers(&grow);
}

static int grow_much(void *arg)
{
	(void)arg;
	return -set_limit("A/B", 94 * MB);
}

static void remove_child(pid_t writer)
{
	(void)writer;
	expect_ok(group_rmdir("A/B"));
}

static void have_child_again(void)
{
	if (!group_exists("A/B"))
		make_group("A/B", 0);
	expect_ok(set_limit("A/B", 0));
	expect_eq(book("A", SECURITY), 0);
	wait_for_readers();
}

/* Who removes a group waits for its writers, and others wait for him. */
static void a_kill_or_a_removal_ends_a_round(void)
{
	make_tree_for_readers(96 * MB);
	start_readers();
	expect_prompt_end(grow_much, send_kill, 128 + SIGKILL,
			  have_child_again);
	/* On the other base a writer keeps the group. */
	if (!old_base())
		expect_prompt_end(grow_much, remove_child, ENODEV,
				  have_child_again);
}

#define WRITERS	100

static int remove_child_once(void *arg)
{
	(void)arg;
	return -group_rmdir("A/B");
}

static int wait_for_a_signal(void *arg)
{
	(void)arg;
	return pause();
}

/* A third of it is A's own for good, and of B some is in swap: neither has room. */
static void make_tree_without_room(void)
{
	const struct use use = { .file = SHM_DIR "/file",
				 .file_bytes = 16 * MB };

	use_swap();
	use_shm();
	make_tree_for_readers(24 * MB);
	expect_ok(set_limit("A/B", 12 * MB));
	expect_eq(use_in("A/B", &use), 0);
	hold_anon("A", 4 * MB);
}

/* How many of them sleep?  They do nothing else for which they would, but wait. */
static unsigned int waiting(const pid_t *pids, unsigned int nr)
{
	char path[64], text[64];
	unsigned int asleep = 0;

	while (nr--) {
		snprintf(path, sizeof(path), "/proc/%d/stat", pids[nr]);
		asleep += !path_read(path, text, sizeof(text)) &&
			  strstr(text, ") S ");
	}
	return asleep;
}

/* One of them reclaims; all others, of either file, wait for it. */
static void a_removal_ends_all_writers(void)
{
	static const struct resize vain[] = {
		{ "A/B", LIMIT, 22 * MB }, { "A/B", MEMSW_LIMIT, 12 * MB },
	};
	uint64_t began, alone, took;
	pid_t pid[WRITERS], remover, other;
	unsigned int i, ended = 0;

	if (old_base())
		test_skip("on this base a writer keeps the group");
	make_tree_without_room();
	start_readers();
	began = now_ms();
	expect_eq(resize_once((void *)&vain[0]), EBUSY);
	alone = now_ms() - began;
	expect_eq(resize_once((void *)&vain[1]), EBUSY);

	for (i = 0; i < WRITERS; i++)
		pid[i] = spawn(resize_once, (void *)&vain[i % 2]);
	/* But the one that reclaims, and some that have. */
	expect_settles(waiting(pid, WRITERS) >= WRITERS * 9 / 10);
	other = spawn(wait_for_a_signal, NULL);
	began = now_ms();
	remover = spawn(remove_child_once, NULL);
	expect_ok(group_mkdir("A/D"));
	expect_ok(attach("A", other));
	expect_eq(kid_wait(remover), 0);
	took = now_ms() - began;
	kid_kill(other);
	for (i = 0; i < WRITERS; i++)
		ended += kid_wait(pid[i]) == ENODEV;
	test_note("%u of %u ended in %llu ms; one alone takes %llu ms", ended,
		  WRITERS, (unsigned long long)took, (unsigned long long)alone);
	/* Not all: one may have had its turn, and some have come too late. */
	expect_ge(ended, WRITERS * 3 / 4);
	expect_le(took, alone + 1000);
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

static int charge_on_isolated(void *cpu)
{
	if (cpu && !join_cpu_1())
		return 1;
	return charge_on(cpu);
}

/*
 * All that is charged and not in use has to be found; only kernel memory of
 * tasks that have ended may be there still.
 */
static unsigned int stocks_not_found(unsigned int rounds,
				     int (*charge)(void *cpu))
{
	unsigned int bad = 0;
	long cpu;

	while (rounds--) {
		expect_ok(set_limit("A/B", 8 * MB));
		for (cpu = 0; cpu < 2; cpu++)
			expect_eq(kid_wait(kid_start("A/B", charge,
						     (void *)cpu)), 0);
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
	bad = stocks_not_found(100, charge_on);
	kid_kill(pid);
	set_cpu_1("1");
	expect_eq(bad, 0);
	expect_eq(stocks_not_found(10, charge_on), 0);
}

/* Nobody but its own tasks asks anything of such a CPU, if it can wait. */
static void shrink_finds_the_stock_of_an_isolated_cpu(void)
{
	if (old_base())
		test_skip("this base keeps no stocks");
	isolate_cpu_1(NULL);
	make_group("A", 16 * MB);
	make_group("A/B", 0);
	expect_eq(stocks_not_found(10, charge_on_isolated), 0);
}

static void make_tree_for_stocks(void)
{
	if (old_base())
		test_skip("this base keeps no stocks");
	make_group("A", 16 * MB);
	make_group("A/B", STOCKS_LIMIT);
	isolate_cpu_1(NULL);
}

static void a_charge_finds_the_stock_of_an_isolated_cpu(void)
{
	make_tree_for_stocks();
	expect_ge(stocks_found("A/B", "A/B", "A/B"), STOCKS / 2);
}

/* A drain that was not done while it was isolated is not taken for under way. */
static void a_charge_finds_the_stock_of_a_cpu_that_was_isolated(void)
{
	make_tree_for_stocks();
	stocks_found("A/B", "A/B", "A/B");
	end_isolation();
	expect_ge(stocks_found("A/B", "A/B", "A/B"), STOCKS / 2);
}

static const struct test_case cases[] = {
	CASE(a_kill_or_a_removal_ends_a_round),
	CASE(a_removal_ends_all_writers),
	CASE(shrink_finds_stocks_while_cpus_come_and_go),
	CASE(shrink_finds_the_stock_of_an_isolated_cpu),
	CASE(a_charge_finds_the_stock_of_a_cpu_that_was_isolated),
	CASE(a_charge_finds_the_stock_of_an_isolated_cpu),
	CASE(a_limit_above_that_of_memsw_takes_nothing),
	CASE(grow_reclaims_what_fills_memsw),
	CASE(memsw_that_can_not_be_had_is_refused),
	CASE(a_shrink_against_readers_ends),
	CASE(a_shrink_of_memsw_against_readers_ends),
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
