/* SPDX-License-Identifier: GPL-2.0-only */
/* What main.c runs: each file of scenarios has these. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdbool.h>

/* From now on scenario number i is meant: its name; NULL: there is none. */
const char *scenario_choose(unsigned int i);
unsigned int scenario_tasks(void);
void scenario_start(void);
void scenario_task(unsigned int task);
/* Checks what came of it; may world_fail(). */
void scenario_end(void);

/* Main.c's: has a fault hit this run? */
bool fault_was_here(void);

#endif
