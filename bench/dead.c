// SPDX-License-Identifier: GPL-2.0-only
/*
 * What groups cost that are removed and still charged, in a wide tree: to whoever
 * reads the usage of their parent or of the root, and to the parent itself when
 * it is at its limit. With none, one and 1,000 of them.
 */
#include "bench.h"
#include "cache.h"
#include "clock.h"
#include "group.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define REPEATS		3
#define USAGE_READS	64
#define LIVE		5000
#define DEAD		1000
#define LIVE_LIMIT	(16 * PAGE)
/* For a page, and for what the kernel takes beside. */
#define DEAD_LIMIT	MB
#define LENDER_LIMIT	(4096 * MB)
#define LENDER_ROOM	(20 * MB)
#define THRASH		(28 * MB / PAGE)

static const char *child(char kind, unsigned int number)
{
	static char path[GROUP_PATH];

	snprintf(path, sizeof(path), "wide/%c%u", kind, number);
	return path;
}

/* A page that is locked stays charged, whoever reclaims. */
static void make_dead(char *memory, unsigned int number)
{
	const char *group = child('d', number);

	group_make(group);
	group_limit(group, DEAD_LIMIT);
	group_enter(group);
	if (mlock(memory + number * PAGE, PAGE))
		die("lock a page in", group);
	group_enter("");
	group_remove(group);
}

static void read_usage(const char *op, const char *group, unsigned int dead)
{
	struct samples reads = { "dead", op, 2, dead, USAGE_READS };
	int fd = group_open_usage(group);
	char text[24];

	for (int i = -1; i < REPEATS; i++) {
		uint64_t start, cost;

		clock_settle();
		start = tsc();
		for (int read = 0; read < USAGE_READS; read++)
			if (pread(fd, text, sizeof(text), 0) <= 0)
				die("read the usage of", group);
		cost = clock_since(start);
		if (i >= 0)
			sample_add(&reads, cost);
	}
	close(fd);
	sample_print(&reads);
}

static void thrash(void *arg)
{
	struct samples reads = { "dead", "read at the lender's limit", 2,
				 *(unsigned int *)arg, THRASH };
	int fd = cache_open("wide", THRASH);
	uint64_t start;

	cache_read(fd, 0, THRASH);
	start = clock_own();
	cache_read(fd, 0, THRASH);
	sample_add(&reads, clock_own() - start);
	if (ftruncate(fd, 0))
		die("truncate", "wide");
	close(fd);
	sample_print(&reads);
}

void bench_dead(void)
{
	char *memory = anon_map(DEAD);
	unsigned int dead = 0;

	group_make("wide");
	group_limit("wide", LENDER_LIMIT);
	for (unsigned int i = 0; i < LIVE; i++) {
		group_make(child('l', i));
		group_limit(child('l', i), LIVE_LIMIT);
	}
	for (unsigned int count = 0; count <= DEAD; count = count * DEAD ?: 1) {
		group_limit("wide", LENDER_LIMIT);
		while (dead < count)
			make_dead(memory, dead++);
		read_usage("read of the root's usage", "", count);
		read_usage("read of the lender's usage", "wide", count);
		group_bound("wide", group_usage("wide") + LENDER_ROOM);
		group_run("wide", thrash, &count);
	}
	anon_unmap(memory, DEAD);
	for (unsigned int i = 0; i < LIVE; i++)
		group_remove(child('l', i));
	group_remove("wide");
}
