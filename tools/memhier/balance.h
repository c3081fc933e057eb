/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who gets memory from whom: a function of what was seen, which neither reads
 * nor writes anything. The daemon, its dry run and the simulator all use it.
 */
#ifndef MEMHIER_BALANCE_H
#define MEMHIER_BALANCE_H

#include <stdio.h>

#include "text.h"

#define BALANCE_WINDOW	12	/* rounds for which a peak is remembered */
#define FROM_ROOM	(-1)	/* what the parent has lent to nobody */

struct balance_settings {
	u64 page;
	u64 least;		/* no smaller move is worth it */
	u64 rate;		/* no more than this in a round */
	unsigned int hold;	/* rounds short before it gets something */
	unsigned int cooldown;	/* rounds between getting and giving */
};

struct balance_child {
	char *name;
	u64 min, max;
	unsigned int weight;

	/* As of this round. */
	u64 reserve, usage;
	bool pressed;		/* it stalls, or fails where nobody tells of that */
	bool fixed;		/* it can neither give nor get */

	/* Kept by balance_round(). */
	u64 peaks[BALANCE_WINDOW];
	unsigned int rounds;
	unsigned int short_for;	/* rounds */
	unsigned int waiting;	/* rounds short since it got something */
	unsigned int got, gave;	/* rounds since, saturating */
};

struct balance_move {
	int from, to;		/* children, or FROM_ROOM */
	u64 size;
	bool by_weight;		/* not idle, but above its share */
};

void balance_child_init(struct balance_child *child, const char *name);
size_t balance_round(const struct balance_settings *settings,
		     struct balance_child *child, size_t nr, u64 room,
		     struct balance_move *moves, size_t max_moves);
char *balance_why(const struct balance_child *child,
		  const struct balance_move *move, u64 room);
u64 balance_peak(const struct balance_child *child);

/* trace.c */
struct trace;

struct trace *trace_read(FILE *file, const char *name);
void trace_free(struct trace *trace);

struct replay_result {
	size_t moves;
	size_t last_move;	/* round */
	size_t turns;		/* moves to whom gave before, or from whom got */
};

struct replay_watch {
	void (*round)(size_t round, const struct balance_child *child,
		      const u64 *demand, size_t nr, u64 room, void *data);
	void *data;
};

void trace_replay(struct trace *trace, const struct balance_settings *settings,
		  FILE *out, const struct replay_watch *watch,
		  struct replay_result *result);
u64 trace_total(const struct trace *trace);
size_t trace_rounds(const struct trace *trace);
void trace_put_name(FILE *file, const char *name);

#endif
