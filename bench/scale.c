// SPDX-License-Identifier: GPL-2.0-only
/* What many groups cost. */
#include "bench.h"
#include "cache.h"
#include "clock.h"
#include "group.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REPEATS		7
#define MANY		1000
#define BRANCHES	10
#define REWRITES	1000
/* What a sibling of a group that thrashes has, and uses half of. */
#define QUIET_LIMIT	(32 * PAGE)
#define THRASH_ROOM	(16 * MB)
#define THRASH		(2 * THRASH_ROOM / PAGE)
/* A group's own structures are charged to its parent by some kernels. */
#define PARENT_LIMIT	(4096 * MB)

static const char *child(const char *parent, unsigned int number)
{
	static char path[GROUP_PATH];

	snprintf(path, sizeof(path), "%s/%u", parent, number);
	return path;
}

static void limit_among(unsigned int siblings)
{
	struct samples grows = { "scale", "grow", 2, siblings, 1 };
	struct samples shrinks = { "scale", "shrink", 2, siblings, 1 };
	int fd = group_open_limit(child("many", 0));

	for (int i = -1; i < REPEATS; i++) {
		uint64_t start, grow, shrink;

		clock_settle();
		start = tsc();
		if (limit_write(fd, 2 * MB))
			die("grow", "many/0");
		grow = clock_since(start);
		clock_settle();
		start = tsc();
		if (limit_write(fd, MB))
			die("shrink", "many/0");
		shrink = clock_since(start);
		if (i < 0)
			continue;
		sample_add(&grows, grow);
		sample_add(&shrinks, shrink);
	}
	sample_print(&grows);
	sample_print(&shrinks);
	close(fd);
}

/* One after the other, as somebody does who balances: waits are in it, too. */
static void rewrite(void)
{
	int fd = group_open_limit(child("many", 0));
	uint64_t start;

	clock_settle();
	start = tsc();
	for (int i = 0; i < REWRITES; i++)
		if (limit_write(fd, i % 2 ? MB : 2 * MB))
			die("rewrite", "many/0");
	figure_print("scale", "rewrite", 2, 1, clock_since(start) / REWRITES);
	close(fd);
}

static uint64_t free_bytes(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long long kilobytes;
	char line[128];

	if (!file)
		die("open", "/proc/meminfo");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "MemFree: %llu kB", &kilobytes) == 1) {
			fclose(file);
			return kilobytes * 1024;
		}
	}
	die("no MemFree", "in /proc/meminfo");
}

/* A group whose limit is written, with 1 to 1,000 siblings. */
static void siblings(void)
{
	unsigned int made = 0;
	uint64_t before;

	group_make("many");
	group_open_up("many");
	group_limit("many", PARENT_LIMIT);
	group_make(child("many", made));
	group_limit(child("many", made++), MB);
	clock_settle();
	before = free_bytes();
	for (unsigned int count = 1; count <= MANY; count *= 10) {
		for (; made <= count; made++) {
			group_make(child("many", made));
			group_limit(child("many", made), MB);
		}
		limit_among(count);
	}
	rewrite();
	figure_print("scale", "bytes for a group", 2, MANY,
		     (before - free_bytes()) / (made - 1));
	while (made)
		group_remove(child("many", --made));
	group_remove("many");
}

static void use_half(void *arg)
{
	unsigned int pages = QUIET_LIMIT / PAGE / 2;
	int fd = cache_open("quiet", MANY * pages);

	cache_read(fd, *(unsigned int *)arg * pages, pages);
	close(fd);
}

static void thrash(void *arg)
{
	struct samples reads = { "scale", "thrash", 2, *(unsigned int *)arg,
				 THRASH };
	int fd = cache_open("thrash", THRASH);

	for (int i = -1; i < REPEATS; i++) {
		uint64_t start = clock_own(), cost;

		cache_read(fd, 0, THRASH);
		cost = clock_own() - start;
		if (i >= 0)
			sample_add(&reads, cost);
	}
	if (ftruncate(fd, 0))
		die("truncate", "thrash");
	close(fd);
	sample_print(&reads);
}

/*
 * A group reads more than its parent has beside what the siblings use, or have
 * set aside: what a page costs to read, with 1 to 1,000 of them. On v1 with the
 * hardwall it would be its own limit, so that is of v2 only.
 */
static void thrash_among_siblings(void)
{
	unsigned int made = 0;

	group_make("many");
	group_open_up("many");
	group_make("many/thrash");
	for (unsigned int count = 1; count <= MANY; count *= 10) {
		group_limit("many", PARENT_LIMIT);
		for (; made < count; made++) {
			group_make(child("many", made));
			group_limit(child("many", made), QUIET_LIMIT);
			group_run(child("many", made), use_half, &made);
		}
		group_bound("many", group_usage("many") + THRASH_ROOM);
		group_run("many/thrash", thrash, &count);
	}
	while (made)
		group_remove(child("many", --made));
	close(cache_open("quiet", 0));
	group_remove("many/thrash");
	group_remove("many");
}

/* 10 groups with 99 children each: made with their limits, and removed. */
static void tree(void)
{
	char branch[GROUP_PATH / 2];
	uint64_t start;

	group_make("tree");
	group_open_up("tree");
	group_limit("tree", PARENT_LIMIT);
	clock_settle();
	start = clock_own();
	for (unsigned int i = 0; i < BRANCHES; i++) {
		strcpy(branch, child("tree", i));
		group_make(branch);
		group_open_up(branch);
		group_limit(branch, PARENT_LIMIT / BRANCHES / 2);
		for (unsigned int j = 1; j < MANY / BRANCHES; j++) {
			group_make(child(branch, j));
			group_limit(child(branch, j), MB);
		}
	}
	figure_print("scale", "build a tree", 3, MANY, clock_own() - start);

	clock_settle();
	start = clock_own();
	for (unsigned int i = 0; i < BRANCHES; i++) {
		strcpy(branch, child("tree", i));
		for (unsigned int j = 1; j < MANY / BRANCHES; j++)
			group_remove(child(branch, j));
		group_remove(branch);
	}
	figure_print("scale", "remove a tree", 3, MANY,
		     clock_own() - start);
	group_remove("tree");
}

void bench_scale(void)
{
	siblings();
	if (group_v2())
		thrash_among_siblings();
	tree();
}
