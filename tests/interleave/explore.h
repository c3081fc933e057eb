/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every outcome of every choice, one run after the other.
 *
 * A run asks choose(n) wherever it could go on in n ways.  The first run gets
 * 0 everywhere.  Each next run repeats the answers of the last one up to the
 * last choice that has an untried answer, and takes that; so all runs
 * together are a depth-first walk of the tree of choices.
 */
#ifndef EXPLORE_H
#define EXPLORE_H

#include <stdbool.h>

void explore_start(void);
/* An answer from 0 to n - 1. */
unsigned int choose(unsigned int n);
/* Go back to the start of the run, to repeat it or to take the next. */
void explore_rewind(void);
bool explore_next(void);

#endif
