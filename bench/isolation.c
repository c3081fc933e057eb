// SPDX-License-Identifier: GPL-2.0-only
/*
 * A group thrashes at its limit. What happens to the page cache of its sibling
 * and of their parent, and what does it cost them to use it again?
 */
#include "bench.h"
#include "cache.h"
#include "clock.h"
#include "group.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PARENT		"p"
#define THRASHER	"p/thrasher"
#define SIBLING		"p/sibling"

#define PARENT_LIMIT	(32 * MB)
#define CHILD_LIMIT	(8 * MB)
/* Half of what the parent keeps for itself; and so for the sibling. */
#define WARM		(4 * MB / PAGE)
/* Twice what even the parent could hold. */
#define THRASH		(64 * MB / PAGE)
/* Reclaim may hold on to pages in use for two rounds, and then give in. */
#define ROUNDS		4
#define CHUNK		64

struct cache {
	const char *name;	/* of the file, and in the results */
	const char *group;
	uint64_t warm_cost;
};

static void warm(void *arg)
{
	struct cache *cache = arg;
	int fd = cache_open(cache->name, WARM);

	/* Twice, so that it counts as active. */
	cache_read(fd, 0, WARM);
	cache_read(fd, 0, WARM);
	close(fd);
}

static uint64_t read_cost(const struct cache *cache)
{
	int fd = cache_open(cache->name, WARM);
	uint64_t start;

	clock_settle();
	start = tsc();
	cache_read(fd, 0, WARM);
	close(fd);
	return clock_since(start);
}

static void thrash(void *arg)
{
	int fd = cache_open("thrash", THRASH);

	(void)arg;
	for (int round = 0; round < ROUNDS; round++) {
		for (unsigned int at = 0; at < THRASH; at += CHUNK) {
			/* Twice, or reclaim would take just these. */
			cache_read(fd, at, CHUNK);
			cache_read(fd, at, CHUNK);
		}
	}
	if (ftruncate(fd, 0))
		die("truncate", "thrash");
	close(fd);
}

static void after(const struct cache *cache, const char *scenario)
{
	int fd = cache_open(cache->name, WARM);
	unsigned int lost = WARM - cache_resident(fd, WARM);
	char op[64];

	snprintf(op, sizeof(op), "%s: %s loses pages", scenario, cache->name);
	figure_print("isolation", op, 2, 1, lost);
	snprintf(op, sizeof(op), "%s: %s reads at %%", scenario, cache->name);
	figure_print("isolation", op, 2, 1,
		     (read_cost(cache) * 100 + cache->warm_cost / 2) /
		     cache->warm_cost);
	if (ftruncate(fd, 0))
		die("truncate", cache->name);
	close(fd);
}

static void thrash_beside(const char *scenario, const char *who,
			  uint64_t thrasher_limit)
{
	struct cache parent = { "parent", PARENT };
	struct cache sibling = { "sibling", SIBLING };

	group_make(PARENT);
	group_limit(PARENT, PARENT_LIMIT);
	/* On v2 a group with children has no tasks, so before there are any. */
	group_run(parent.group, warm, &parent);
	group_open_up(PARENT);
	group_make(THRASHER);
	group_limit(THRASHER, CHILD_LIMIT);
	group_make(SIBLING);
	group_limit(SIBLING, CHILD_LIMIT);
	group_run(sibling.group, warm, &sibling);
	parent.warm_cost = read_cost(&parent);
	sibling.warm_cost = read_cost(&sibling);

	errno = group_try_bound(THRASHER, thrasher_limit);
	if (errno && errno != ENOSPC)
		die("limit", THRASHER);
	figure_print("isolation",
		     errno ? "overcommitted: refused" : scenario, 2, 1, 1);

	group_run(who, thrash, NULL);
	after(&sibling, scenario);
	after(&parent, scenario);
	group_remove(SIBLING);
	group_remove(THRASHER);
	group_remove(PARENT);
}

void bench_isolation(void)
{
	thrash_beside("child", THRASHER, CHILD_LIMIT);
	/* A limit that the parent has not got, given its other child's. */
	thrash_beside("overcommitted", THRASHER, PARENT_LIMIT);
	if (!group_v2())
		thrash_beside("parent", PARENT, CHILD_LIMIT);
}
