/* SPDX-License-Identifier: GPL-2.0-only */
/* A sequence of operations on a tree, as random, shrunk, or read from a file. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdbool.h>
#include <stdio.h>

#define MAX_GROUPS	64
#define MAX_DEPTH	8
#define MAX_OPS		512
#define ROOT		0

enum action {
	CREATE,		/* a group, under the group "value" */
	WRITE,		/* a limit as a user writes it: parsed first */
	RESIZE,		/* to "value" bytes, as it is */
	BORROW,		/* "value" bytes, as they are */
	REPAY,
	REHOME,
	CHARGE,
	UNCHARGE,
	WHOLE,		/* the root has "value" bytes to lend, if unlimited */
	TRIM,		/* repay "all, and force" */
	REMOVE,
	/* Where what is left of a removed group stays with it: */
	FORCE,		/* charges that must not fail */
	FREE_KERNEL,	/* "value" pages that became the parent's at removal */
	SETTLE,
	RELEASE,	/* the last reference to a removed group */
	NR_ACTIONS,
};

struct op {
	enum action action;
	int group;
	unsigned long long value;
	int retry;
	/* What the shrink callback does: */
	unsigned long long frees;	/* bytes per call */
	int fails_at;			/* the call that fails; 0: none */
	int signal_at;			/* a signal during this call; 0: none */
};

struct script {
	int length;
	struct op ops[MAX_OPS];
};

void script_random(struct script *script, unsigned long long seed,
		   const enum action *actions, unsigned int nr_actions);
void script_print(const struct script *script, FILE *file);
/* False: a line is no operation; its number is printed. */
bool script_read(struct script *script, FILE *file);
/* Drop all that is not needed for fails() to hold. */
void script_shrink(struct script *script,
		   bool (*fails)(const struct script *script));

#endif
