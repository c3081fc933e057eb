/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A world of one task; a hook on its steps plays the others.  What a failure
 * means is left to the program.
 */
#ifndef SHIM_ALONE_H
#define SHIM_ALONE_H

#include "shim.h"

extern struct task_struct task;

/* Called at every step with what is about to happen; NULL: nobody. */
extern void (*on_point)(const char *what, const void *object);

void alone_start(void);

#endif
