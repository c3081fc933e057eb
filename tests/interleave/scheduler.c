// SPDX-License-Identifier: GPL-2.0-only
#include "scheduler.h"
#include "explore.h"

#include <linux/sched.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#define STACK_SIZE	(64 * 1024)
#define MAX_STEPS	2000

static struct task {
	struct task_struct task;
	ucontext_t context;
	char stack[STACK_SIZE];
	bool ended;
	struct shim_lock *waits_for;
} tasks[MAX_TASKS];

static ucontext_t outside;
static void (*task_body)(unsigned int task);
static unsigned int nr_tasks, running, steps, preemptions_left, nr_faults_left;
static bool tracing;
static char error[256];

static void trace(const char *what, const void *object)
{
	if (tracing)
		printf("    %u  %-12s %s\n", running, what,
		       object ? name_of(object) : "");
}

static bool can_run(unsigned int i)
{
	struct task *task = &tasks[i];

	return !task->ended &&
	       !(task->waits_for && task->waits_for->holder);
}

static void switch_to(unsigned int next)
{
	struct task *from = &tasks[running];

	if (next == running)
		return;
	running = next;
	current = &tasks[next].task;
	swapcontext(&from->context, &tasks[next].context);
}

/*
 * Let another task run, or go on if may_stay: then staying is the first
 * choice.  Returns with the caller running again.
 */
static void reschedule(bool may_stay)
{
	unsigned int ready[MAX_TASKS], n = 0, i;

	if (may_stay)
		ready[n++] = running;
	for (i = 0; i < nr_tasks; i++)
		if (i != running && can_run(i))
			ready[n++] = i;
	if (!n)
		world_fail("deadlock: no task can go on");

	i = ready[choose(n)];
	if (may_stay && i != running)
		preemptions_left--;
	switch_to(i);
}

void world_point(const char *what, const void *object)
{
	if (steps++ > MAX_STEPS)
		world_fail("a task does not end: %u steps", steps);
	check_books();
	if (preemptions_left)
		reschedule(true);
	trace(what, object);
}

bool world_wait(struct shim_lock *lock, bool interruptible)
{
	trace("waits for", lock);
	if (interruptible && world_signal_pending(current))
		return false;
	tasks[running].waits_for = lock;
	reschedule(false);
	tasks[running].waits_for = NULL;
	return true;
}

static bool others_can_run(void)
{
	unsigned int i;

	for (i = 0; i < nr_tasks; i++)
		if (i != running && can_run(i))
			return true;
	return false;
}

/* A sleeper wakes at once only if nobody else can use the time. */
void world_sleep(void)
{
	trace("sleeps", NULL);
	if (steps++ > MAX_STEPS)
		world_fail("a task does not end: %u steps", steps);
	check_books();
	if (others_can_run())
		reschedule(false);
}

bool faults_left(void)
{
	return nr_faults_left;
}

bool fault_here(const char *what)
{
	if (!nr_faults_left || !choose(2))
		return false;
	nr_faults_left--;
	trace(what, NULL);
	return true;
}

bool world_signal_pending(struct task_struct *task)
{
	if (!task->signal)
		task->signal = fault_here("a signal");
	return task->signal;
}

void world_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, sizeof(error), format, args);
	va_end(args);
	setcontext(&outside);
	abort();
}

static void run_task(void)
{
	unsigned int i;

	task_body(running);
	shim_check_no_locks();
	check_books();
	tasks[running].ended = true;
	trace("ends", NULL);

	for (i = 0; i < nr_tasks && tasks[i].ended; i++)
		;
	if (i < nr_tasks)
		reschedule(false);
	setcontext(&outside);
}

static void prepare(unsigned int i)
{
	struct task *task = &tasks[i];

	task->task = (struct task_struct){ 0 };
	task->ended = false;
	task->waits_for = NULL;
	/* Once is enough, and it costs a system call. */
	if (!task->context.uc_stack.ss_sp)
		getcontext(&task->context);
	task->context.uc_stack.ss_sp = task->stack;
	task->context.uc_stack.ss_size = STACK_SIZE;
	makecontext(&task->context, run_task, 0);
}

bool scheduler_run(unsigned int nr, void (*body)(unsigned int task),
		   unsigned int preemptions, unsigned int faults)
{
	nr_tasks = nr;
	task_body = body;
	steps = 0;
	error[0] = '\0';
	preemptions_left = preemptions;
	nr_faults_left = faults;
	while (nr)
		prepare(--nr);

	running = choose(nr_tasks);
	current = &tasks[running].task;
	/* Comes back when all have ended, or one has failed. */
	swapcontext(&outside, &tasks[running].context);
	return !error[0];
}

const char *scheduler_error(void)
{
	return error;
}

void scheduler_trace(bool on)
{
	tracing = on;
}
