// SPDX-License-Identifier: GPL-2.0-only
/* Two CPUs fault in sibling groups at depth 8: pages a second, of both. */
#define _GNU_SOURCE
#include "bench.h"
#include "cache.h"
#include "clock.h"
#include "group.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define CPUS		2
#define DEPTH		8
#define PAGES		512
#define ROUNDS		400
/* Together less than the group on the spine has for itself. */
#define LIMIT		(SPINE_ROOM * 3 / 8)

static unsigned int *ready;

static void fault_on(void *arg)
{
	unsigned int cpu = *(unsigned int *)arg;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity", "in the bench");
	__atomic_add_fetch(ready, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(ready, __ATOMIC_SEQ_CST) < CPUS)
		sched_yield();
	for (int round = 0; round < ROUNDS; round++) {
		char *memory = anon_map(PAGES);

		anon_touch(memory, PAGES);
		anon_unmap(memory, PAGES);
	}
}

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ULL + now.tv_nsec / 1000;
}

void bench_contention(void)
{
	char path[GROUP_PATH], group[CPUS][GROUP_PATH + 8];
	unsigned int cpu[CPUS];
	int pid[CPUS];
	uint64_t start;

	ready = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ready == MAP_FAILED)
		die("mmap", "shared memory");
	*ready = 0;

	spine_make();
	spine_path(path, DEPTH - 1);
	for (unsigned int i = 0; i < CPUS; i++) {
		snprintf(group[i], sizeof(group[i]), "%s/%u", path, i);
		group_make(group[i]);
		group_limit(group[i], LIMIT);
	}
	start = now_us();
	for (unsigned int i = 0; i < CPUS; i++) {
		cpu[i] = i;
		pid[i] = group_start(group[i], fault_on, &cpu[i]);
	}
	for (unsigned int i = 0; i < CPUS; i++)
		group_wait(pid[i]);
	figure_print("contention", "pages a second", DEPTH, CPUS,
		     CPUS * PAGES * ROUNDS * 1000000ULL / (now_us() - start));
	for (unsigned int i = 0; i < CPUS; i++)
		group_remove(group[i]);
	spine_remove();
}
