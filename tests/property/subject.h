/* SPDX-License-Identifier: GPL-2.0-only */
/* What main.c tries with random operations: each kind of counter has these. */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "script.h"

/* The actions to choose from, as often as each shall come. */
extern const enum action subject_actions[];
extern const unsigned int subject_nr_actions;

void subject_start(void);
/* Applies it here and to the reference; may world_fail(). */
void subject_run(const struct op *op);

/* Main.c's: for its statistics. */
void count_op(const struct op *op, int result);
/* Parse.c's: is a random text read as something else than it means? */
bool parse_fails(unsigned int seed);

#endif
