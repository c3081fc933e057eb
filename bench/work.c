// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an operation costs in a group at depth 1 to 32. All groups on the way to
 * it have a limit, so that a kernel which charges all of them has to.
 *
 * For pages there are two figures. The mean of thousands has everything in it,
 * also what happens once for many pages: slabs that are refilled, free pages
 * that merge; it moves a little with what memory looks like. The median of one
 * page at a time has nothing of that, and does not move at all.
 */
#include "bench.h"
#include "cache.h"
#include "clock.h"
#include "group.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define REPEATS		7
#define WARM_UP		3
#define PAGES		2048
/* What is done between two timer ticks, on the slowest of the kernels. */
#define BATCH		512
#define STEP		MB
/*
 * What a group has in use all the while, or it and those above it would be within
 * small reserves for some of the pages, and above them for others.
 */
#define HELD		256

struct place {
	const char *group;
	unsigned int depth;
};

#define SAMPLES(place, what, per)				\
	{ .table = "work", .op = (what), .depth = (place)->depth,	\
	  .units = (per) }

static void fault_and_unmap(const struct place *place)
{
	struct samples faults = SAMPLES(place, "fault", PAGES);
	struct samples unmaps = SAMPLES(place, "unmap", PAGES);

	/* The first round also fills the kernel's own caches. */
	for (int i = -1; i < REPEATS; i++) {
		uint64_t fault = 0, unmap = 0;
		char *memory = anon_map(PAGES);

		for (unsigned int page = 0; page < PAGES; page += BATCH) {
			uint64_t start;

			clock_settle();
			start = tsc();
			anon_touch(memory + page * PAGE, BATCH);
			fault += clock_since(start);
		}
		for (unsigned int page = 0; page < PAGES; page += BATCH) {
			uint64_t start;

			clock_settle();
			start = tsc();
			anon_unmap(memory + page * PAGE, BATCH);
			unmap += clock_since(start);
		}
		if (i < 0)
			continue;
		sample_add(&faults, fault);
		sample_add(&unmaps, unmap);
	}
	sample_print(&faults);
	sample_print(&unmaps);
}

static void read_and_truncate(const struct place *place)
{
	struct samples reads = SAMPLES(place, "cache read", PAGES);
	struct samples truncates = SAMPLES(place, "cache truncate", PAGES);

	for (int i = -1; i < REPEATS; i++) {
		uint64_t read = 0, truncate = 0;

		for (unsigned int page = 0; page < PAGES; page += BATCH) {
			int fd = cache_open("work", BATCH);
			uint64_t start;

			clock_settle();
			start = tsc();
			cache_read(fd, 0, BATCH);
			read += clock_since(start);

			clock_settle();
			start = tsc();
			if (ftruncate(fd, 0))
				die("truncate", "work");
			truncate += clock_since(start);
			close(fd);
		}
		if (i < 0)
			continue;
		sample_add(&reads, read);
		sample_add(&truncates, truncate);
	}
	sample_print(&reads);
	sample_print(&truncates);
}

static void one_anonymous_page(const struct place *place)
{
	struct samples faults = SAMPLES(place, "fault, one page", 1);
	struct samples unmaps = SAMPLES(place, "unmap, one page", 1);
	static uint64_t fault[PAGES], unmap[PAGES];

	for (int i = 0; i < REPEATS; i++) {
		char *memory = anon_map(PAGES);

		for (unsigned int page = 0; page < PAGES; page++) {
			uint64_t start = tsc();

			anon_touch(memory + page * PAGE, 1);
			fault[page] = clock_since(start);
		}
		for (unsigned int page = 0; page < PAGES; page++) {
			uint64_t start = tsc();

			anon_drop(memory + page * PAGE, 1);
			unmap[page] = clock_since(start);
		}
		anon_unmap(memory, PAGES);
		sample_add(&faults, median(fault, PAGES));
		sample_add(&unmaps, median(unmap, PAGES));
	}
	sample_print(&faults);
	sample_print(&unmaps);
}

static void one_cached_page(const struct place *place)
{
	struct samples reads = SAMPLES(place, "cache read, one page", 1);
	struct samples truncates = SAMPLES(place, "cache truncate, one page",
					   1);
	static uint64_t read[PAGES], truncate[PAGES];

	for (int i = 0; i < REPEATS; i++) {
		int fd = cache_open("work", 1);

		/* Always the first page: others are elsewhere in a tree. */
		for (unsigned int page = 0; page < PAGES; page++) {
			uint64_t start;

			if (ftruncate(fd, PAGE))
				die("truncate", "work");
			start = tsc();
			cache_read(fd, 0, 1);
			read[page] = clock_since(start);
			start = tsc();
			if (ftruncate(fd, 0))
				die("truncate", "work");
			truncate[page] = clock_since(start);
		}
		close(fd);
		sample_add(&reads, median(read, PAGES));
		sample_add(&truncates, median(truncate, PAGES));
	}
	sample_print(&reads);
	sample_print(&truncates);
}

static void fork_and_exit(const struct place *place)
{
	struct samples forks = SAMPLES(place, "fork+exit", 1);

	for (int i = -1; i < REPEATS; i++) {
		uint64_t start, cost;
		int pid;

		clock_settle();
		start = tsc();
		pid = fork();
		if (!pid)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			die("fork", "in a group");
		cost = clock_since(start);
		if (i >= 0)
			sample_add(&forks, cost);
	}
	sample_print(&forks);
}

static void in_group(void *arg)
{
	const struct place *place = arg;
	char *held = anon_map(HELD);

	anon_touch(held, HELD);
	fault_and_unmap(place);
	read_and_truncate(place);
	one_anonymous_page(place);
	one_cached_page(place);
	anon_unmap(held, HELD);
	fork_and_exit(place);
}

static uint64_t timed_limit(int fd, uint64_t limit, int want)
{
	uint64_t start, cost;

	clock_settle();
	start = tsc();
	errno = limit_write(fd, limit);
	cost = clock_since(start);
	if (errno != want)
		die("limit write", "in the bench");
	return cost;
}

static void grow_and_shrink(const struct place *place, bool refuses)
{
	struct samples grows = SAMPLES(place, "grow", 1);
	struct samples shrinks = SAMPLES(place, "shrink", 1);
	struct samples failures = SAMPLES(place, "grow, refused", 1);
	int fd = group_open_limit(place->group);

	for (int i = -1; i < REPEATS; i++) {
		uint64_t grow = timed_limit(fd, LEAF_LIMIT + STEP, 0);
		uint64_t shrink = timed_limit(fd, LEAF_LIMIT, 0);

		if (i < 0)
			continue;
		sample_add(&grows, grow);
		sample_add(&shrinks, shrink);
	}
	sample_print(&grows);
	sample_print(&shrinks);

	/* The root has no limit that could refuse. */
	for (int i = -1; refuses && place->depth > 1 && i < REPEATS; i++) {
		uint64_t refused = timed_limit(fd, LEAF_LIMIT + 2 * SPINE_ROOM,
					       ENOSPC);

		if (i >= 0)
			sample_add(&failures, refused);
	}
	sample_print(&failures);
	close(fd);
}

struct lender {
	const struct place *place;
	int limit_fd;
};

/* In the parent: its page cache takes all room that the child would borrow. */
static void grow_from_full_parent(void *arg)
{
	const struct lender *lender = arg;
	struct samples grows = SAMPLES(lender->place, "grow, reclaiming", 1);
	unsigned int pages = SPINE_ROOM / PAGE;

	for (int i = -1; i < REPEATS; i++) {
		int fd = cache_open("lender", pages);
		uint64_t grow;

		cache_read(fd, 0, pages);
		grow = timed_limit(lender->limit_fd, LEAF_LIMIT + STEP, 0);
		if (cache_resident(fd, pages) > pages - STEP / PAGE)
			die("no reclaim", "in the parent");
		if (limit_write(lender->limit_fd, LEAF_LIMIT))
			die("shrink", lender->place->group);
		if (ftruncate(fd, 0))
			die("truncate", "lender");
		close(fd);
		if (i >= 0)
			sample_add(&grows, grow);
	}
	sample_print(&grows);
}

static void reclaiming_grow(struct place *place)
{
	struct lender lender = { place, group_open_limit(place->group) };
	char parent[GROUP_PATH];

	spine_path(parent, place->depth - 1);
	group_run(parent, grow_from_full_parent, &lender);
	close(lender.limit_fd);
}

/*
 * A group full of page cache touches new pages. Reclaim frees some pages at a
 * time, so most touches find room: the dearest is the one that reclaims.
 */
#define TOUCHES		256
#define FULL		(2 * MB)

static void touch_at_limit(void *arg)
{
	const struct place *place = arg;
	struct samples all = SAMPLES(place, "touch at the limit", TOUCHES);
	struct samples dearest = SAMPLES(place, "touch that reclaims", 1);
	unsigned int pages = 2 * FULL / PAGE;
	int fd = cache_open("limit", pages);

	for (int i = -1; i < REPEATS; i++) {
		char *memory = anon_map(TOUCHES);
		uint64_t sum = 0, most = 0;

		cache_read(fd, 0, pages);
		clock_settle();
		for (int touch = 0; touch < TOUCHES; touch++) {
			uint64_t start = tsc(), cost;

			anon_touch(memory + touch * PAGE, 1);
			cost = clock_since(start);
			sum += cost;
			if (cost > most)
				most = cost;
		}
		anon_unmap(memory, TOUCHES);
		if (i < 0)
			continue;
		sample_add(&all, sum);
		sample_add(&dearest, most);
	}
	if (ftruncate(fd, 0))
		die("truncate", "limit");
	close(fd);
	sample_print(&all);
	sample_print(&dearest);
}

static void make_and_remove(const struct place *place)
{
	struct samples makes = SAMPLES(place, "mkdir", 1);
	struct samples removes = SAMPLES(place, "rmdir", 1);

	group_open_up(place->group);
	group_enter_dir(place->group);
	for (int i = -1; i < REPEATS; i++) {
		uint64_t start, make, remove;

		clock_settle();
		start = tsc();
		if (mkdir("x", 0755))
			die("mkdir", place->group);
		make = clock_since(start);

		clock_settle();
		start = clock_own();
		if (rmdir("x"))
			die("rmdir", place->group);
		remove = clock_own() - start;
		if (i < 0)
			continue;
		sample_add(&makes, make);
		sample_add(&removes, remove);
	}
	group_close_up(place->group);
	sample_print(&makes);
	sample_print(&removes);
	if (chdir("/"))
		die("chdir", "/");
}

static void work_at(unsigned int depth, bool hardwall)
{
	char path[GROUP_PATH];
	struct place place = { path, depth };

	leaf_path(path, depth);
	group_run(path, in_group, &place);
	grow_and_shrink(&place, hardwall || group_reserved());
	if (hardwall && depth > 1)
		reclaiming_grow(&place);
	group_bound(path, FULL);
	group_run(path, touch_at_limit, &place);
	group_limit(path, LEAF_LIMIT);
	make_and_remove(&place);

	/*
	 * Out of the CPU's stocks, where newer kernels have some groups, and look
	 * for one by one: or the next would be behind it.
	 */
	group_try_bound(path, 0);
	group_limit(path, LEAF_LIMIT);
}

void bench_work(void)
{
	bool hardwall = group_hardwall();

	spine_make();
	/*
	 * What slabs and free lists look like is up to the work before: round
	 * by round it settles.
	 */
	sample_mute(1);
	for (int round = 0; round < WARM_UP; round++)
		work_at(1, hardwall);
	sample_mute(0);
	for (unsigned int depth = 1; depth <= SPINE_DEPTH; depth *= 2)
		work_at(depth, hardwall);
	spine_remove();
}
