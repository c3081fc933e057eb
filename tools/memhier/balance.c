// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who gets memory from whom.
 *
 * A group is short if it is pressed and has its reservation in use, or if it
 * has less than its min; it asks once it has been so for some rounds. It gets
 * what the parent has left, then what others have idle: what they have not used
 * for a whole window of rounds, but for a tenth. If nothing is idle, a group
 * below its share by weight gets from one that is above its own, until both
 * have what is theirs.
 *
 * So that nothing goes to and fro: who got something gives nothing for some
 * rounds, and who gave gets nothing; a peak is forgotten only after a window;
 * and there is a least size of moves. Who has waited longest is served first,
 * and a group that was served waits anew, so that none starves.
 */
#include <stdlib.h>
#include <string.h>

#include "balance.h"

#define LONG_AGO	1000000

/**
 * balance_child_init - a group of which nothing was seen yet
 * @child: what to fill in
 * @name: its name
 */
void balance_child_init(struct balance_child *child, const char *name)
{
	memset(child, 0, sizeof(*child));
	child->name = xstrdup(name);
	child->max = UNLIMITED;
	child->weight = 100;
	child->got = LONG_AGO;
	child->gave = LONG_AGO;
}

/**
 * balance_peak - the largest usage that is remembered
 * @child: a group
 *
 * Return: bytes.
 */
u64 balance_peak(const struct balance_child *child)
{
	u64 peak = child->usage;
	size_t i;

	for (i = 0; i < BALANCE_WINDOW; i++)
		peak = max(peak, child->peaks[i]);
	return peak;
}

static bool is_short(const struct balance_settings *settings,
		     const struct balance_child *child)
{
	u64 slack = max(child->reserve / 32, settings->page);

	if (child->reserve < child->min && !child->fixed)
		return true;
	return child->pressed && !child->fixed &&
	       child->usage + slack >= child->reserve &&
	       child->reserve < child->max;
}

static void look(const struct balance_settings *settings,
		 struct balance_child *child)
{
	child->peaks[child->rounds++ % BALANCE_WINDOW] = child->usage;
	child->got = min(child->got + 1, (unsigned int)LONG_AGO);
	child->gave = min(child->gave + 1, (unsigned int)LONG_AGO);
	if (is_short(settings, child)) {
		child->short_for++;
		child->waiting++;
	} else {
		child->short_for = 0;
		child->waiting = 0;
	}
}

static u64 page_down(const struct balance_settings *settings, u64 size)
{
	return size - size % settings->page;
}

/* What a group does not need, as far as is known. */
static u64 idle_of(const struct balance_settings *settings,
		   const struct balance_child *child)
{
	u64 peak = balance_peak(child);
	u64 keep = max(child->min, peak + max(peak / 10, settings->least));

	/* Before a whole window was seen nobody knows its peak. */
	if (child->fixed || child->short_for ||
	    child->rounds < BALANCE_WINDOW || child->got < settings->cooldown)
		return 0;
	return page_down(settings, less(child->reserve, keep));
}

struct round {
	const struct balance_settings *settings;
	struct balance_child *child;
	size_t nr;
	u64 room, budget;
	unsigned __int128 total;	/* what the children have */
	u64 weights;
	struct balance_move *moves;
	size_t done;
};

/* By weight, of all that the children have. */
static u64 share_of(const struct round *round, size_t which)
{
	return round->total * round->child[which].weight / round->weights;
}

static u64 step_of(const struct round *round, const struct balance_child *child)
{
	u64 step = max(child->reserve / 8, round->settings->least);

	step = min(step, less(child->max, child->reserve));
	return page_down(round->settings, min(step, round->budget));
}

static void do_move(struct round *round, int from, size_t to, u64 size,
		    bool by_weight)
{
	struct balance_move *move = &round->moves[round->done++];

	*move = (struct balance_move){ from, to, size, by_weight };
	if (from == FROM_ROOM) {
		round->room -= size;
		round->total += size;
	} else {
		round->child[from].reserve -= size;
		round->child[from].gave = 0;
	}
	round->child[to].reserve += size;
	round->child[to].got = 0;
	round->child[to].waiting = 0;
	round->budget -= size;
}

static int most_idle(const struct round *round, size_t to, u64 *idle)
{
	int best = FROM_ROOM;
	size_t i;

	*idle = 0;
	for (i = 0; i < round->nr; i++) {
		u64 has = idle_of(round->settings, &round->child[i]);

		if (i != to && has > *idle) {
			*idle = has;
			best = i;
		}
	}
	return best;
}

/* Who is the farthest above his share, and may give? */
static int most_above(const struct round *round, size_t to, u64 *above)
{
	int best = FROM_ROOM;
	size_t i;

	*above = 0;
	for (i = 0; i < round->nr; i++) {
		struct balance_child *child = &round->child[i];
		u64 keep = max(share_of(round, i), child->min);
		u64 has = less(child->reserve, keep);

		if (i != to && !child->fixed && has > *above &&
		    child->got >= round->settings->cooldown) {
			*above = has;
			best = i;
		}
	}
	return best;
}

static void serve(struct round *round, size_t to)
{
	const struct balance_settings *settings = round->settings;
	struct balance_child *child = &round->child[to];
	u64 step = step_of(round, child), size, have, below;
	int from;

	if (step < settings->least)
		return;
	size = page_down(settings, min(step, round->room));
	if (size >= settings->least) {
		do_move(round, FROM_ROOM, to, size, false);
		return;
	}
	/* Who has just given would take it back. */
	if (child->gave < settings->cooldown)
		return;
	from = most_idle(round, to, &have);
	size = min(step, have);
	if (size >= settings->least) {
		do_move(round, from, to, size, false);
		return;
	}
	below = less(share_of(round, to), child->reserve);
	from = most_above(round, to, &have);
	size = page_down(settings, min(step, min(have, below)));
	if (size >= settings->least)
		do_move(round, from, to, size, true);
}

/* The next to be served: who waits longest; then who has least for its weight. */
static int next_asker(const struct round *round, const bool *served)
{
	int best = -1;
	size_t i;

	for (i = 0; i < round->nr; i++) {
		const struct balance_child *a = &round->child[i], *b;

		if (served[i] || a->short_for < round->settings->hold)
			continue;
		if (best < 0) {
			best = i;
			continue;
		}
		b = &round->child[best];
		if (a->waiting > b->waiting ||
		    (a->waiting == b->waiting &&
		     (unsigned __int128)a->reserve * b->weight <
		     (unsigned __int128)b->reserve * a->weight))
			best = i;
	}
	return best;
}

/**
 * balance_round - decide what to move
 * @settings: how cautious to be
 * @child: the groups as they are now; their reserves become what they will be
 * @nr: how many
 * @room: what the parent could lend besides
 * @moves: where to put what to do, in this order
 * @max_moves: how many there is space for
 *
 * Return: how many moves.
 */
size_t balance_round(const struct balance_settings *settings,
		     struct balance_child *child, size_t nr, u64 room,
		     struct balance_move *moves, size_t max_moves)
{
	struct round round = {
		.settings = settings, .child = child, .nr = nr, .room = room,
		.budget = settings->rate, .moves = moves,
	};
	bool *served = xalloc(nr * sizeof(*served));
	size_t i;
	int to;

	for (i = 0; i < nr; i++) {
		look(settings, &child[i]);
		round.total += child[i].reserve;
		round.weights += child[i].weight;
	}
	while (round.done < max_moves &&
	       (to = next_asker(&round, served)) >= 0) {
		served[to] = true;
		serve(&round, to);
	}
	free(served);
	return round.done;
}

/**
 * balance_why - the reason for a move
 * @child: the groups
 * @move: the move
 * @room: what the parent could lend before
 *
 * Return: new memory: one line without its end.
 */
char *balance_why(const struct balance_child *child,
		  const struct balance_move *move, u64 room)
{
	const struct balance_child *to = &child[move->to];
	const char *name = shown(to->name);

	if (move->from == FROM_ROOM)
		return xprintf("%s to %s of what is left: %s uses %s and was short for %u rounds, %s was left",
			       EXACT(move->size), name, name, SHORT(to->usage),
			       to->short_for, SHORT(room));
	if (move->by_weight)
		return xprintf("%s from %s to %s: %s was short for %u rounds and is below its share, %s is above",
			       EXACT(move->size), shown(child[move->from].name),
			       name, name, to->short_for,
			       shown(child[move->from].name));
	return xprintf("%s from %s to %s: %s uses %s and was short for %u rounds, %s used %s at most",
		       EXACT(move->size), shown(child[move->from].name), name,
		       name, SHORT(to->usage), to->short_for,
		       shown(child[move->from].name),
		       SHORT(balance_peak(&child[move->from])));
}
