// SPDX-License-Identifier: GPL-2.0-only
/* One task, no surprises; see ../shim/include/shim.h. */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/sched.h>

static struct task_struct task;

/* A crash is how libFuzzer hears of a failure. */
void world_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

void world_start(void)
{
	task = (struct task_struct){ .name = "fuzz" };
	current = &task;
}

void world_set_signal(bool signal)
{
	task.signal = signal;
}

void world_point(const char *what, const void *object)
{
	(void)what;
	(void)object;
}

bool world_wait(struct shim_lock *lock, bool interruptible)
{
	(void)lock;
	(void)interruptible;
	world_fail("waits for a lock that nobody will release");
}

void world_sleep(void)
{
}

bool world_signal_pending(struct task_struct *pending)
{
	return pending->signal;
}
