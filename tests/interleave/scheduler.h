/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tasks that run one at a time and change over only where the scheduler says.
 *
 * Each task is a coroutine.  The shim calls world_point() before every lock,
 * unlock and lockless read, and the tests call it before every callback; that
 * is where another task may take over.  Which one is a choose(), so that all
 * runs together are all the schedules.
 *
 * Leaving a task that could go on is a preemption, and their number per run
 * is bounded: when it is used up, a task goes on until it waits, sleeps or
 * ends.  To leave it then costs nothing.
 */
#ifndef SCHEDULER_H
#define SCHEDULER_H

#include <stdbool.h>

#define MAX_TASKS 3

/* One run.  False: world_fail() was called; scheduler_error() says why. */
bool scheduler_run(unsigned int tasks, void (*body)(unsigned int task),
		   unsigned int preemptions, unsigned int faults);
const char *scheduler_error(void);

/* Print each step of the runs that follow, or not. */
void scheduler_trace(bool on);

/* May a fault (a signal, a failing callback) happen here?  A choose(). */
bool fault_here(const char *what);
/* Has the run a fault left? */
bool faults_left(void);

/* The scenario's: called at every point; world_fail()s if a book is wrong. */
void check_books(void);
/* The scenario's: a name for a lock or counter in a trace. */
const char *name_of(const void *object);

#endif
