// SPDX-License-Identifier: GPL-2.0-only
#include <linux/sched.h>

#include "alone.h"

struct task_struct task;
void (*on_point)(const char *what, const void *object);

void alone_start(void)
{
	task = (struct task_struct){ .name = "test" };
	current = &task;
	on_point = NULL;
}

void world_point(const char *what, const void *object)
{
	if (on_point)
		on_point(what, object);
}

bool world_wait(struct shim_lock *lock, bool interruptible)
{
	(void)lock;
	if (!interruptible || !current->signal)
		world_fail("waits for a lock that nobody will release");
	return false;
}

void world_sleep(void)
{
	world_point("sleep", NULL);
}

bool world_signal_pending(struct task_struct *pending)
{
	return pending->signal;
}
