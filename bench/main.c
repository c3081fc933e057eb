// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first and only program of a machine that measures. The kernel's command
 * line says what, as "bench=work" or another name below, and "hierarchy=v2" if
 * it is not to be v1, and there "share=N" if each group is to have an Nth of its
 * limit as a reserve ("reserve=" the kernel keeps for itself). Results go to the
 * console; the last line is "done".
 */
#include "bench.h"
#include "cache.h"
#include "clock.h"
#include "group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static const struct {
	const char *name;
	void (*run)(void);
} benches[] = {
	{ "work", bench_work },
	{ "scale", bench_scale },
	{ "dead", bench_dead },
	{ "isolation", bench_isolation },
	{ "contention", bench_contention },
};

static void run(void)
{
	const char *which = getenv("bench");
	const char *hierarchy = getenv("hierarchy");
	const char *share = getenv("share");

	mkdir("/proc", 0755);
	if (mount("none", "/proc", "proc", 0, NULL))
		die("mount", "/proc");
	cache_mount();
	group_mount(hierarchy && !strcmp(hierarchy, "v2"),
		    share ? atoi(share) : 0);
	clock_calibrate();
	for (unsigned int i = 0; i < sizeof(benches) / sizeof(benches[0]); i++)
		if (which && strstr(which, benches[i].name))
			benches[i].run();
	printf("done\n");
}

int main(void)
{
	/* The first process must not end, so another does the work. */
	int pid = fork();

	if (!pid) {
		run();
		exit(0);
	}
	waitpid(pid, NULL, 0);
	tcdrain(STDOUT_FILENO);
	reboot(RB_AUTOBOOT);
	return 1;
}
