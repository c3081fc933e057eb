// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs every schedule of every scenario.
 *
 * usage: interleave [BOUND2 BOUND3 FAULTS]
 *
 * BOUND2, BOUND3: preemptions per run with two and with three tasks.
 * FAULTS: signals and failing callbacks per run.
 */
#include "explore.h"
#include "patience.h"
#include "scenario.h"
#include "scheduler.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned int faults;
static bool at_end;

bool fault_was_here(void)
{
	return faults_left() != faults;
}

/* The final check is a task like any other: it may world_fail(). */
static void check_task(unsigned int task)
{
	(void)task;
	scenario_end();
}

static bool run_once(unsigned int bound)
{
	scenario_start();
	at_end = false;
	if (!scheduler_run(scenario_tasks(), scenario_task, bound, faults))
		return false;
	at_end = true;
	return scheduler_run(1, check_task, 0, 0);
}

static void explain(unsigned int bound)
{
	printf("  The steps that led to it (task, action, group):\n");
	explore_rewind();
	scheduler_trace(true);
	run_once(bound);
	scheduler_trace(false);
	printf("  %s: %s\n", at_end ? "at the end" : "here", scheduler_error());
}

static unsigned long long explore(const char *name, unsigned int bound)
{
	unsigned long long schedules = 0;

	explore_start();
	do {
		/* For a loop that comes by no point: nothing else ends it. */
		if (schedules++ % 1024 == 0)
			patience_start();
		if (!run_once(bound)) {
			printf("not ok: %s, schedule %llu\n", name, schedules);
			explain(bound);
			return 0;
		}
	} while (explore_next());
	return schedules;
}

int main(int argc, char **argv)
{
	unsigned int bound2 = argc == 4 ? atoi(argv[1]) : 3;
	unsigned int bound3 = argc == 4 ? atoi(argv[2]) : 2;
	unsigned int passed = 0, failed = 0, i;
	unsigned long long total = 0;
	const char *name;

	faults = argc == 4 ? atoi(argv[3]) : 1;
	if (argc != 1 && argc != 4) {
		fprintf(stderr, "usage: %s [BOUND2 BOUND3 FAULTS]\n", argv[0]);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);

	for (i = 0; (name = scenario_choose(i)); i++) {
		unsigned long long n;

		n = explore(name, scenario_tasks() == 2 ? bound2 : bound3);
		if (n) {
			printf("ok: %-36s %9llu schedules\n", name, n);
			passed++;
		} else {
			failed++;
		}
		total += n;
	}
	printf("%llu schedules, each with at most %u preemptions of two tasks,",
	       total, bound2);
	printf(" %u of three, and %u faults\n", bound3, faults);
	printf("%u passed, %u failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
