// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults and unmaps, each after a line that says so and an answer from the
 * console: meanwhile the host turns its trace on.
 */
#include "bench.h"
#include "cache.h"
#include "clock.h"
#include "group.h"

#include <stdio.h>

#define PAGES	256

static void await_host(const char *mark)
{
	printf("mark\t%s\n", mark);
	fflush(stdout);
	getchar();
}

static void work(void *arg)
{
	(void)arg;
	for (int round = 0; round < 2; round++) {
		char *memory = anon_map(PAGES);

		if (round)
			await_host("fault");
		anon_touch(memory, PAGES);
		if (round)
			await_host("unmap");
		anon_unmap(memory, PAGES);
	}
	await_host("end");
}

void bench_profile(void)
{
	char path[GROUP_PATH];

	spine_make();
	leaf_path(path, bench_depth());
	group_run(path, work, NULL);
	spine_remove();
}
