// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory.reserve on cgroup v2: a parent is charged max(usage, reserve) for a
 * group, and no ancestor is asked for what is within the reserve.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memcg_hier_util.h"
#include "reserve_util.h"

/* The interface */

static void a_group_has_no_reserve(void)
{
	uint64_t bytes = sysconf(_SC_PHYS_PAGES) * PAGE;

	make("A", 0, 0);
	expect_eq(book("A", RESERVE), 0);
	expect_eq(book("A", RESERVED), 0);
	expect_eq(field("A", EVENTS, "reserve_refused"), 0);
	expect_eq(field("A", EVENTS, "reserve_revoked"), 0);
	expect_eq(field("A", STAT, "reserve_idle"), 0);
	expect_eq(book("", RESERVED), 0);
	expect_ge(book("", RESERVE), bytes / 2);
	expect_le(book("", RESERVE), bytes * 2);
}

static void sum_can_not_be_written(void)
{
	make("A", 0, 0);
	expect(group_write("A", RESERVED, "0") < 0);
	expect(group_write("", RESERVED, "0") < 0);
}

static void bad_text(void)
{
	static const char *const texts[] = {
		" ", "\n", "max", "-1", "+1", "all", "M", "1x", "1 2",
		"8M 1", "8MM", "0x",
	};
	unsigned int i;

	make("A", 0, 8 * MB);
	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		test_note("text: \"%s\"", texts[i]);
		expect_result(group_write("A", RESERVE, texts[i]), -EINVAL);
		expect_result(group_write("", RESERVE, texts[i]), -EINVAL);
		expect_eq(book("A", RESERVE), 8 * MB);
	}
}

static void text_is_that_of_memory_max(void)
{
	make("A", 0, 0);
	expect_ok(group_write("A", RESERVE, "8M\n"));
	expect_eq(book("A", RESERVE), 8 * MB);
	expect_ok(group_write("A", RESERVE, " 4096k "));
	expect_eq(book("A", RESERVE), 4 * MB);
	expect_ok(group_write("A", RESERVE, "8193"));
	expect_eq(book("A", RESERVE), 2 * PAGE);
	expect_ok(group_write("A", RESERVE, "4095"));
	expect_eq(book("A", RESERVE), 0);
}

static void not_above_max(void)
{
	make("A", 16 * MB, 0);
	expect_kept("A", "", 16 * MB + PAGE, -EINVAL);
	expect_ok(reserve("A", 16 * MB));
	expect_kept("A", "", 16 * MB + PAGE, -EINVAL);
	expect_kept("A", "", 1ULL << 62, -EINVAL);
	expect_eq(field("A", EVENTS, "reserve_refused"), 0);
}

static void covered_by_the_parents(void)
{
	make("A", 0, 16 * MB);
	make("A/B", 0, 8 * MB);
	make("A/C", 0, 0);
	expect_kept("A/C", "A", 8 * MB + PAGE, -ENOSPC);
	expect_eq(field("A/C", EVENTS, "reserve_refused"), 1);
	expect_eq(field("A", EVENTS, "reserve_refused"), 1);
	expect_eq(field("A", EVENTS_LOCAL, "reserve_refused"), 0);
	expect_ok(reserve("A/C", 8 * MB));
	expect_eq(book("A", RESERVED), 16 * MB);
	expect_eq(book("", RESERVED), 16 * MB);

	make("D", 0, 0);
	make("D/E", 0, 0);
	expect_kept("D/E", "D", PAGE, -ENOSPC);
	expect_kept("D/E", "D", 1ULL << 62, -ENOSPC);
}

static void root_has_a_cap(void)
{
	make("A", 0, 0);
	make("B", 0, 0);
	expect_ok(reserve("", 32 * MB));
	expect_ok(reserve("A", 32 * MB));
	expect_kept("B", "", PAGE, -ENOSPC);
	expect_result(reserve("", 32 * MB - PAGE), -EBUSY);
	expect_result(reserve("", 0), -EBUSY);
	expect_eq(book("", RESERVE), 32 * MB);
	expect_ok(reserve("", 32 * MB + PAGE));
	expect_ok(reserve("B", PAGE));
	expect_eq(book("", RESERVED), 32 * MB + PAGE);
}

static void shrinks_to_what_is_reserved_below(void)
{
	make("A", 0, 16 * MB);
	make("A/B", 0, 8 * MB);
	expect_kept("A", "", 8 * MB - PAGE, -EBUSY);
	expect_eq(field("A", EVENTS, "reserve_refused"), 0);
	expect_ok(reserve("A", 8 * MB));
	expect_eq(book("", RESERVED), 8 * MB);
}

static void zero_revokes(void)
{
	make("A", 0, 16 * MB);
	make("A/B", 0, 8 * MB);
	make("A/B/C", 0, 4 * MB);
	make("A/D", 0, 8 * MB);
	expect_ok(reserve("A/B", 0));
	expect_eq(book("A/B", RESERVE), 0);
	expect_eq(book("A/B/C", RESERVE), 0);
	expect_eq(book("A/D", RESERVE), 8 * MB);
	expect_eq(book("A", RESERVED), 8 * MB);
	expect_eq(field("A/B/C", EVENTS, "reserve_revoked"), 1);
	expect_eq(field("A/B", EVENTS_LOCAL, "reserve_revoked"), 0);

	expect_ok(reserve("A", 0));
	expect_eq(book("A/D", RESERVE), 0);
	expect_eq(book("A", RESERVED), 0);
	expect_eq(book("", RESERVED), 0);
	/* And then all can be had again. */
	expect_ok(reserve("A", 16 * MB));
	expect_ok(reserve("A/D", 16 * MB));
}

static void max_is_never_refused(void)
{
	make("A", 0, 16 * MB);
	make("A/B", 0, 8 * MB);
	make("A/B/C", 0, 8 * MB);

	expect_ok(write_bytes("A", MAX, 12 * MB));
	expect_eq(book("A", RESERVE), 12 * MB);
	expect_eq(book("A/B", RESERVE), 8 * MB);
	expect_eq(field("A", EVENTS, "reserve_revoked"), 1);

	expect_ok(write_bytes("A", MAX, 4 * MB));
	expect_eq(book("A", RESERVE), 4 * MB);
	expect_eq(book("A", RESERVED), 0);
	expect_eq(book("A/B", RESERVE), 0);
	expect_eq(book("A/B/C", RESERVE), 0);
	expect_eq(field("A/B/C", EVENTS_LOCAL, "reserve_revoked"), 1);
	expect_eq(field("A", EVENTS_LOCAL, "reserve_revoked"), 2);
	expect_eq(book("", RESERVED), 4 * MB);

	/* Not raised again with the limit. */
	expect_ok(group_write("A", MAX, "max"));
	expect_eq(book("A", RESERVE), 4 * MB);
	expect_ok(write_bytes("A", MAX, 0));
	expect_eq(book("A", RESERVE), 0);
}

/* The books */

static void parent_pays_the_larger(void)
{
	uint64_t before, own_pages;
	pid_t pid;

	make("A", 64 * MB, 32 * MB);
	make("A/B", 0, 0);
	own_pages = book("A", CURRENT) - book("A/B", CURRENT);
	expect_ok(reserve("A/B", 16 * MB));
	expect_eq(book("A", CURRENT), own_pages + 16 * MB);
	expect_eq(field("A", STAT, "reserve_idle"),
		  16 * MB - book("A/B", CURRENT));

	before = book("A", CURRENT);
	pid = hold_anon("A/B", 12 * MB);
	expect_near(book("A", CURRENT), before);
	expect_ge(book("A/B", CURRENT), 12 * MB);
	kid_kill(pid);

	pid = hold_anon("A/B", 24 * MB);
	expect_near(book("A", CURRENT), before + 8 * MB);
	expect_eq(field("A", STAT, "reserve_idle"), 0);
	/* Within what is used already it costs nothing. */
	before = book("A", CURRENT);
	expect_ok(reserve("A/B", 20 * MB));
	expect_near(book("A", CURRENT), before);
	expect_ok(reserve("A/B", 32 * MB));
	kid_kill(pid);
	expect_ok(reserve("A/B", 0));
	expect_settles(book("A", CURRENT) - book("A/B", CURRENT) <=
		       own_pages + 64 * KB);
}

static void no_room_in_the_parent(void)
{
	pid_t pid;

	make("A", 64 * MB, 64 * MB);
	make("A/B", 0, 0);
	make("A/C", 0, 0);
	pid = hold_anon("A/B", 40 * MB);
	expect_kept("A/C", "A", 32 * MB, -EBUSY);
	expect_eq(field("A/C", EVENTS, "reserve_refused"), 1);
	expect_ok(reserve("A/C", 20 * MB));
	expect(kid_alive(pid));
	kid_kill(pid);
	expect_ok(reserve("A/C", 32 * MB));
}

/* There is room for C, once B has lost most of what it has read. */
static void make_full_of_cache(void)
{
	use_disk();
	make("A", 64 * MB, 64 * MB);
	make("A/B", 0, 0);
	make("A/C", 0, 0);
	expect_eq(use_file("A/B", DISK_DIR "/file", 60 * MB), 0);
	expect_ge(book("A/B", CURRENT), 50 * MB);
}

static void room_is_reclaimed(void)
{
	make_full_of_cache();
	expect_ok(reserve("A/C", 48 * MB));
	expect_le(book("A/B", CURRENT), 16 * MB);
	expect_le(book("A", CURRENT), 64 * MB);
}

/* Go opens all files so, and systemd those of groups; it says nothing of room. */
static void who_opens_without_blocking_gets_room(void)
{
	int fd;

	make_full_of_cache();
	fd = group_open("A/C", RESERVE, O_WRONLY | O_NONBLOCK);
	expect(fd >= 0);
	expect_eq(write(fd, "48M", 3), 3);
	expect_eq(book("A/C", RESERVE), 48 * MB);
	close(fd);
}

#define READERS	4
/* For all rounds, on an emulated CPU of a busy host. */
#define SOON_MS	40000

static void wait_for_readers(void)
{
	while (book("A", MAX) - book("A", CURRENT) > 4 * MB)
		sleep_ms(10);
}

/* Of cache; what C gets of it, readers in B fill again. */
static void make_refilled(uint64_t max)
{
	unsigned int i;

	use_disk();
	make("A", max, max);
	make("A/B", 0, 0);
	make("A/C", 0, 0);
	make_file(DISK_DIR "/file", max + 8 * MB);
	for (i = 0; i < READERS; i++)
		kid_start("A/B", keep_reading, DISK_DIR "/file");
	wait_for_readers();
}

/* There will never be room: not for all of it. */
static void room_that_is_refilled_is_not_waited_for(void)
{
	uint64_t began;

	make_refilled(24 * MB);
	hold_anon("A/B", 4 * MB);
	began = now_ms();
	expect_kept("A/C", "A", 22 * MB, -EBUSY);
	test_note("refused in %llu ms", (unsigned long long)(now_ms() - began));
	expect_le(now_ms() - began, SOON_MS);
}

static int grow_much(void *arg)
{
	(void)arg;
	return -reserve("A/C", 94 * MB);
}

static void remove_c(pid_t writer)
{
	(void)writer;
	expect_ok(group_rmdir("A/C"));
}

static void have_c_again(void)
{
	if (!group_exists("A/C"))
		make("A/C", 0, 0);
	expect_ok(reserve("A/C", 0));
	expect_eq(book("A", RESERVED), 0);
	wait_for_readers();
}

static void a_kill_or_a_removal_ends_a_round(void)
{
	make_refilled(96 * MB);
	expect_prompt_end(grow_much, send_kill, 128 + SIGKILL, have_c_again);
	expect_prompt_end(grow_much, remove_c, ENODEV, have_c_again);
}

/* Neither who limits the group, nor who takes all back that is above it. */
static void who_has_no_cpu_holds_up_nobody(void)
{
	static const struct rewrite starved = { "A/B", RESERVE, { "8M", "12M" } };
	static const struct rewrite limit = { "A/B", MAX, { "6M", "max" } };
	static const struct rewrite above = { "A", RESERVE, { "0", "32M" } };

	make("A", 0, 32 * MB);
	make("A/B", 0, 12 * MB);
	expect_not_held_up(&starved, &limit);
	expect_not_held_up(&starved, &above);
}

/* What it has already is a part of what it asks for. */
static void room_is_not_made_in_the_group_itself(void)
{
	uint64_t before;

	use_disk();
	make("A", 64 * MB, 64 * MB);
	make("A/B", 0, 0);
	make("A/C", 0, 0);
	expect_eq(use_file("A/B", DISK_DIR "/file", 28 * MB), 0);
	expect_eq(use_file("A/C", DISK_DIR "/more", 32 * MB), 0);
	before = book("A/C", CURRENT);
	expect_ok(reserve("A/C", 52 * MB));
	expect_ge(book("A/C", CURRENT), before - METADATA);
	expect_le(book("A/B", CURRENT), 12 * MB);
	expect_le(book("A", CURRENT), 64 * MB);
}

static int stay_on_cpu_1(void *arg)
{
	unsigned int *done = arg;

	if (!join_cpu_1() || touch_anon(PAGE))
		return 1;
	store(*done, 1);
	for (;;)
		pause();
}

static void make_tree_for_stocks(void)
{
	make("A", 64 * MB, 64 * MB);
	make("A/B", 0, 0);
	make("A/C", 0, 0);
}

/*
 * What CPU 1 has charged ahead is room.  It need not have eight pages then, nor
 * A; but what is refused is refused again, while nobody charges.
 */
static unsigned int granted_of_stocks(unsigned int times)
{
	unsigned int *done = shared_memory(sizeof(*done)), granted = 0;

	while (times--) {
		pid_t pid = kid_start("A/C", stay_on_cpu_1, done);
		uint64_t usage, bytes;

		while (!load(*done))
			sleep_ms(1);
		sleep_ms(20);
		usage = book("A", CURRENT);
		bytes = 64 * MB - usage + (usage < 8 * PAGE ? usage : 8 * PAGE);
		if (reserve("A/B", bytes)) {
			sleep_ms(20);
			expect_result(reserve("A/B", bytes), -EBUSY);
		}
		granted += book("A/B", RESERVE) == bytes;
		expect_ok(reserve("A/B", 0));
		kid_kill(pid);
		store(*done, 0);
	}
	test_note("%u growths granted", granted);
	return granted;
}

static void room_is_in_the_stock_of_another_cpu(void)
{
	if (!run_on_cpu(1))
		test_skip("one CPU has no other");
	expect(run_on_cpu(0));
	make_tree_for_stocks();
	granted_of_stocks(60);
}

/* Nobody but its own tasks asks anything of such a CPU, if it can wait. */
static void room_is_in_the_stock_of_an_isolated_cpu(void)
{
	make_tree_for_stocks();
	isolate_cpu_1("A");
	expect_ge(granted_of_stocks(20), 1);
}

/* A has room, which is reserved for it. */
static void a_charge_finds_the_stock_of_an_isolated_cpu(void)
{
	make("A", STOCKS_LIMIT, STOCKS_LIMIT);
	make("A/B", 0, 0);
	make("A/C", 0, 0);
	isolate_cpu_1("A/B");
	expect_ge(stocks_found("A", "A/B", "A/C"), STOCKS / 2);
}

#define FEW_PAGES	24

/* So few that they stay in the batch that the CPU collects for the LRU. */
static int read_few_on_cpu_1(void *arg)
{
	static char page[PAGE];
	int fd = open(DISK_DIR "/few", O_RDONLY);
	unsigned int *done = arg, i;

	if (!run_on_cpu(1))
		return 1;
	posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	for (i = 0; i < FEW_PAGES; i++)
		if (pread(fd, page, PAGE, i * PAGE) != PAGE)
			return 1;
	store(*done, 1);
	for (;;)
		pause();
}

/*
 * The first growth has what CPU 1 has charged ahead, the second takes pages.  If
 * nothing was charged ahead, the first takes them.
 */
static void room_is_in_the_lru_batch_of_another_cpu(void)
{
	unsigned int *done = shared_memory(sizeof(*done)), tries = 10;

	if (!run_on_cpu(1))
		test_skip("one CPU has no other");
	expect(run_on_cpu(0));
	use_disk();
	make("A", 64 * MB, 64 * MB);
	make("A/B", 0, 0);
	make("A/C", 0, 0);
	do {
		store(*done, 0);
		make_file(DISK_DIR "/few", FEW_PAGES * PAGE);
		kid_start("A/C", read_few_on_cpu_1, done);
		while (!load(*done))
			sleep_ms(1);
		expect_ok(reserve("A/B", 64 * MB - book("A", CURRENT) + PAGE));
		expect_ok(reserve("A/B", 0));
	} while (field("A/C", STAT, "file") < 20 * PAGE && --tries);
	expect_ok(reserve("A/B", 64 * MB - book("A", CURRENT) + 20 * PAGE));
}

static void groups_that_go_leave_nothing(void)
{
	unsigned int i;

	make("A", 0, 16 * MB);
	for (i = 0; i < 200; i++) {
		make("A/B", 0, 16 * MB);
		expect_ok(group_rmdir("A/B"));
		expect_eq(book("A", RESERVED), 0);
	}
	expect_ok(group_rmdir("A"));
	expect_eq(book("", RESERVED), 0);
}

/* The task and its pages stay, in a group that has no controller any more. */
static void controller_off(void)
{
	uint64_t before;
	pid_t pid;

	make("A", 64 * MB, 32 * MB);
	make("A/B", 0, 16 * MB);
	pid = hold_anon("A/B", 20 * MB);
	before = book("A", CURRENT);
	expect_ok(group_write("A", CONTROL, "-memory"));
	expect_eq(book("A", RESERVED), 0);
	expect_near(book("A", CURRENT), before);
	expect_ok(reserve("A", 0));
	expect_settles(book("A", CURRENT) >= 20 * MB);
	kid_kill(pid);
	expect_settles(book("A", CURRENT) <= 4 * MB);

	expect_ok(group_write("A", CONTROL, "+memory"));
	expect_eq(book("A/B", RESERVE), 0);
}

static int charge_until(void *arg)
{
	return charge_in_steps(arg, 256 * KB);
}

#define REWRITE_MS	5000
#define SIZES		17

/* For a time: how long a rewrite waits for its turn is the scheduler's matter. */
static void rewritten_under_charges(void)
{
	unsigned int *stop = shared_memory(PAGE);
	uint64_t own_pages, start;
	unsigned int i;
	pid_t pid[4];

	make("A", 48 * MB, 24 * MB);
	make("A/B", 0, 16 * MB);
	make("A/B/C", 0, 0);
	make("A/B/D", 0, 0);
	expect_ok(reserve("A/B", 0));
	own_pages = parents_own("A");
	for (i = 0; i < ARRAY_SIZE(pid); i++)
		pid[i] = kid_start(i % 2 ? "A/B/C" : "A/B/D", charge_until,
				   stop);
	start = now_ms();
	for (i = 0; i < SIZES || now_ms() - start < REWRITE_MS; i++) {
		/* B's own, then C's in it; 0 revokes both. */
		uint64_t bytes = i % SIZES * MB;
		int ret = reserve("A/B", bytes);

		if (ret && ret != -EBUSY)
			expect_ok(ret);
		if (!ret)
			expect_ok(reserve("A/B/C", bytes / 2));
		expect_le(book("A", CURRENT), 48 * MB);
	}
	test_note("%u rewrites: %llu ms", i,
		  (unsigned long long)(now_ms() - start));
	store(*stop, 1);
	for (i = 0; i < ARRAY_SIZE(pid); i++)
		expect_eq(kid_wait(pid[i]), 0);

	expect_ok(reserve("A/B", 0));
	expect_eq(book("A", RESERVED), 0);
	expect_own("A", own_pages);
	expect_ok(reserve("A/B", 16 * MB));
	expect_settles(book("A", CURRENT) == own_pages + 16 * MB);
}

/* Who makes a group pays for it: all of where it is made may be given away. */
static void groups_are_made_where_all_is_reserved(void)
{
	make("A", 24 * MB, 24 * MB);
	make("A/B", 0, 16 * MB);
	make("A/C", 0, 8 * MB);
	expect_own("A", 0);
	expect_eq(book("A", CURRENT), 24 * MB);

	expect_ok(group_mkdir("A/D"));
	expect_ok(group_mkdir("A/D/E"));
	expect_ok(group_mkdir("A/B/F"));
	expect_eq(book("A", CURRENT), 24 * MB);
	expect_eq(field("A", EVENTS, "max"), 0);
	expect_eq(field("A", EVENTS, "oom"), 0);
}

/* A group that goes while its reserve is written */

static int fill_for_ever(void *arg)
{
	const char *path = arg;

	for (;;)
		if (write_file(path, 48 * MB))
			return 1;
}

/* A file that is gone answers ENODEV at once: that is not what gave up. */
static int write_for_ever(void *arg)
{
	unsigned int *gave_up = arg;
	int fd = group_open("A/C", RESERVE, O_WRONLY);

	while (fd >= 0) {
		uint64_t start = now_ms();
		int ret = fd_write(fd, "24M", 3);

		if (ret == -ENODEV) {
			if (now_ms() - start >= 5)
				add_one(*gave_up);
			return 0;
		}
		if (ret && ret != -EBUSY) {
			test_note("a write: %s", strerror(-ret));
			return 1;
		}
		if (!ret)
			fd_write(fd, "0", 1);
	}
	/* On a slow machine it has gone before it is open, or while it is opened. */
	return is_gone(fd) ? 0 : 1;
}

static void removal_does_not_wait(void)
{
	unsigned int *gave_up = shared_memory(PAGE);
	uint64_t start, longest = 0;
	pid_t filler, writer;
	unsigned int i;

	use_disk();
	make("A", 32 * MB, 32 * MB);
	make("A/B", 0, 0);
	filler = kid_start("A/B", fill_for_ever, DISK_DIR "/file");
	/* It may be between two writes when its group goes. */
	for (i = 0; i < 20 || (i < 200 && !load(*gave_up)); i++) {
		make("A/C", 0, 0);
		writer = spawn(write_for_ever, gave_up);
		sleep_ms(30);
		start = now_ms();
		expect_ok(group_rmdir("A/C"));
		if (now_ms() - start > longest)
			longest = now_ms() - start;
		expect_eq(kid_wait(writer), 0);
		expect_eq(book("A", RESERVED), 0);
	}
	kid_kill(filler);
	test_note("rmdir beside a writer: at most %llu ms, %u gave up",
		  (unsigned long long)longest, load(*gave_up));
	expect_ge(load(*gave_up), 1);
	expect_le(longest, 2000);
}

/* Who is asked for what is within a reserve: nobody */

static void a_full_parent_is_not_asked(void)
{
	uint64_t events;
	pid_t pid;

	make("A", 32 * MB, 32 * MB);
	make("A/B", 0, 16 * MB);
	make("A/C", 0, 0);
	pid = hold_anon("A/C", 14 * MB);
	expect_ok(write_bytes("A", MAX, book("A", CURRENT)));
	events = field("A", EVENTS, "max");
	expect_eq(use_anon("A/B", 14 * MB), 0);
	expect_eq(field("A", EVENTS, "max"), events);
	expect(kid_alive(pid));
	kid_kill(pid);
}

/* Of a task that goes a little above its group's own memory.high. */
static uint64_t ms_above_high(uint64_t high_of_parent)
{
	uint64_t start;

	expect_ok(write_bytes("A", HIGH, high_of_parent));
	start = now_ms();
	expect_eq(use_anon("A/B", 29 * MB), 0);
	return now_ms() - start;
}

static void high_of_a_parent_is_not_asked(void)
{
	uint64_t events, alone, below;

	make("A", 64 * MB, 32 * MB);
	make("A/B", 0, 32 * MB);
	expect_ok(write_bytes("A", HIGH, 8 * MB));
	events = field("A", EVENTS_LOCAL, "high");
	expect_eq(use_anon("A/B", 24 * MB), 0);

	/* Its own is, and what that costs is no more for the parent's. */
	expect_ok(write_bytes("A/B", HIGH, 28 * MB));
	alone = ms_above_high(64 * MB);
	below = ms_above_high(8 * MB);
	expect_ge(field("A/B", EVENTS, "high"), 1);
	expect_eq(field("A", EVENTS_LOCAL, "high"), events);
	test_note("above its own: %llu ms, below a parent above its own: %llu ms",
		  (unsigned long long)alone, (unsigned long long)below);
	expect_le(below, 2 * alone + 1000);
}

static void high_of_a_parent_counts_above(void)
{
	make("A", 64 * MB, 8 * MB);
	make("A/B", 0, 8 * MB);
	expect_ok(write_bytes("A", HIGH, 10 * MB));
	/* Not more, for who is above sleeps the longer the more it is. */
	expect_eq(use_anon("A/B", 11 * MB), 0);
	expect_ge(field("A", EVENTS, "high"), 1);
}

/* Swap is in no reserve. */
static void swap_high_of_a_parent_is_asked(void)
{
	pid_t pid;

	use_swap();
	make("A", 64 * MB, 32 * MB);
	make("A/B", 0, 32 * MB);
	pid = hold_anon("A/B", 8 * MB);
	expect_ok(write_bytes("A/B", RECLAIM, 4 * MB));
	expect_ok(write_bytes("A", SWAP_HIGH, book("A", SWAP) - 16 * PAGE));
	expect_eq(field("A", SWAP_EVENTS, "high"), 0);
	expect_eq(use_anon("A/B", 4 * MB), 0);
	expect_ge(field("A", SWAP_EVENTS, "high"), 1);
	kid_kill(pid);
}

/* A page at a time, until a few are left of the reserve: none may be above. */
static int creep(void *arg)
{
	char *mem = mmap(NULL, 32 * MB, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t end = *(uint64_t *)arg, at;

	if (mem == MAP_FAILED)
		return 1;
	for (at = 0; book("A/B", CURRENT) < end - 4 * PAGE; at += PAGE)
		mem[at] = 1;
	expect_le(book("A/B", CURRENT), end);
	return 0;
}

static void charges_ahead_end_at_the_reserve(void)
{
	uint64_t end, pages;

	make("A", 64 * MB, 32 * MB);
	make("A/B", 0, 0);
	/* In case one of them is where such charges end anyway. */
	for (pages = 0; pages < 64; pages += 16) {
		end = 4 * MB + pages * PAGE;
		expect_ok(reserve("A/B", end));
		expect_eq(kid_wait(kid_start("A/B", creep, &end)), 0);
	}
}

/* Delegation */

static int delegate_reserves(void *arg)
{
	(void)arg;
	expect_result(group_open("A", RESERVE, O_WRONLY), -EACCES);
	expect_result(group_open("", RESERVE, O_WRONLY), -EACCES);
	make("A/B", 0, 8 * MB);
	make("A/C", 0, 0);
	expect_kept("A/C", "A", 8 * MB + PAGE, -ENOSPC);
	expect_ok(reserve("A/C", 8 * MB));
	make("A/C/D", 0, 8 * MB);
	expect_ok(reserve("A/C", 0));
	expect_eq(book("A/C/D", RESERVE), 0);
	expect_ok(reserve("A/C", 8 * MB));
	return 0;
}

static void delegated(void)
{
	make("A", 64 * MB, 16 * MB);
	delegate("A");
	expect_eq(as_delegate(delegate_reserves, NULL), 0);
	expect_eq(book("A", RESERVED), 16 * MB);
	/* Who was given it can not hold it against the giver. */
	expect_ok(write_bytes("A", MAX, 4 * MB));
	expect_eq(book("A", RESERVED), 0);
	expect_eq(book("A", RESERVE), 4 * MB);
}

static void not_delegatable(void)
{
	char text[4096];
	int fd = open("/sys/kernel/cgroup/delegate", O_RDONLY);
	ssize_t len;

	expect(fd >= 0);
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	expect(len > 0);
	text[len] = '\0';
	expect(strstr(text, "cgroup.procs"));
	expect(!strstr(text, "memory.reserve"));
}

static const struct test_case cases[] = {
	CASE(a_group_has_no_reserve),
	CASE(sum_can_not_be_written),
	CASE(bad_text),
	CASE(text_is_that_of_memory_max),
	CASE(not_above_max),
	CASE(covered_by_the_parents),
	CASE(root_has_a_cap),
	CASE(shrinks_to_what_is_reserved_below),
	CASE(zero_revokes),
	CASE(max_is_never_refused),
	CASE(parent_pays_the_larger),
	CASE(no_room_in_the_parent),
	CASE(room_is_reclaimed),
	CASE(who_opens_without_blocking_gets_room),
	CASE(room_that_is_refilled_is_not_waited_for),
	CASE(a_kill_or_a_removal_ends_a_round),
	CASE(room_is_not_made_in_the_group_itself),
	SLOW_CASE(who_has_no_cpu_holds_up_nobody, 200),
	CASE(room_is_in_the_stock_of_another_cpu),
	CASE(room_is_in_the_stock_of_an_isolated_cpu),
	CASE(a_charge_finds_the_stock_of_an_isolated_cpu),
	CASE(room_is_in_the_lru_batch_of_another_cpu),
	CASE(groups_that_go_leave_nothing),
	CASE(controller_off),
	CASE(groups_are_made_where_all_is_reserved),
	SLOW_CASE(rewritten_under_charges, 200),
	CASE(removal_does_not_wait),
	CASE(a_full_parent_is_not_asked),
	CASE(high_of_a_parent_is_not_asked),
	CASE(high_of_a_parent_counts_above),
	CASE(swap_high_of_a_parent_is_asked),
	CASE(charges_ahead_end_at_the_reserve),
	CASE(delegated),
	CASE(not_delegatable),
};

int main(int argc, char **argv)
{
	return reserve_main(cases, ARRAY_SIZE(cases), argc, argv);
}
