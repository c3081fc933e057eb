// SPDX-License-Identifier: GPL-2.0-only
/*
 * A recorded demand for memory, and what balancing would have made of it. A
 * line each:
 *
 *	room SIZE				what the parent could lend
 *	group NAME RESERVE [min=SIZE] [max=SIZE] [weight=N]
 *	ROUND NAME SIZE				what it would use from then on
 *	end ROUND
 *
 * Empty lines and those that begin with # are none; a space in a name is \x20.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "balance.h"
#include "conf.h"

struct event {
	size_t round, which;
	u64 demand;
};

struct trace {
	struct balance_child *child;
	size_t nr;
	struct event *events;
	size_t nr_events;
	size_t end;
	u64 room;
};

struct parser {
	struct trace *trace;
	const char *name;
	int line;
};

static int bad(struct parser *parser, const char *format, ...)
	__printf(2, 3);

static int bad(struct parser *parser, const char *format, ...)
{
	struct place place = { parser->name, parser->line };
	va_list args;

	va_start(args, format);
	vsay_at(&place, format, args);
	va_end(args);
	return -1;
}

/**
 * trace_put_name - write a name as a trace has it
 * @file: where to
 * @name: any bytes
 */
void trace_put_name(FILE *file, const char *name)
{
	for (; *name; name++)
		if (isgraph((unsigned char)*name) && *name != '\\')
			fputc(*name, file);
		else
			fprintf(file, "\\x%02x", (unsigned char)*name);
}

static void get_name(char *text)
{
	char *to = text;
	unsigned int c;

	while (*text) {
		if (!strncmp(text, "\\x", 2) &&
		    isxdigit((unsigned char)text[2]) &&
		    isxdigit((unsigned char)text[3]) &&
		    sscanf(text + 2, "%2x", &c) == 1 && c) {
			*to++ = c;
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

static int find(const struct trace *trace, const char *name)
{
	size_t i;

	for (i = 0; i < trace->nr; i++)
		if (!strcmp(trace->child[i].name, name))
			return i;
	return -1;
}

static int size_word(struct parser *parser, const char *word, u64 *size)
{
	if (!word || size_parse(word, size))
		return bad(parser, "%s: not a size such as 512M",
			   word ? shown(word) : "nothing");
	return 0;
}

static int group_option(struct parser *parser, struct balance_child *child,
			const char *word)
{
	char *end;

	if (!strncmp(word, "min=", 4))
		return size_word(parser, word + 4, &child->min);
	if (!strncmp(word, "max=", 4))
		return size_word(parser, word + 4, &child->max);
	if (strncmp(word, "weight=", 7))
		return bad(parser, "%s: there are min=, max= and weight=",
			   shown(word));
	child->weight = strtoul(word + 7, &end, 10);
	if (*end || child->weight < 1 || child->weight > 10000)
		return bad(parser, "%s: not a number from 1 to 10000",
			   shown(word));
	return 0;
}

static int group_line(struct parser *parser, char **save)
{
	struct trace *trace = parser->trace;
	char *name = strtok_r(NULL, " \t\n", save), *word;
	struct balance_child *child;

	if (!name)
		return bad(parser, "group: a name is missing");
	get_name(name);
	if (find(trace, name) >= 0) {
		/* Removed and made again, it goes on with what it got here. */
		if (trace->nr_events) {
			while (strtok_r(NULL, " \t\n", save))
				;
			return 0;
		}
		return bad(parser, "group %s was there before", shown(name));
	}
	trace->child = xrealloc(trace->child,
				(trace->nr + 1) * sizeof(*trace->child));
	child = &trace->child[trace->nr++];
	balance_child_init(child, name);
	if (size_word(parser, strtok_r(NULL, " \t\n", save), &child->reserve))
		return -1;
	while ((word = strtok_r(NULL, " \t\n", save)))
		if (group_option(parser, child, word))
			return -1;
	return 0;
}

static int round_word(struct parser *parser, const char *word, size_t *round)
{
	char *end;

	if (!word || !isdigit((unsigned char)*word))
		return bad(parser, "neither room, group, a round nor end");
	errno = 0;
	*round = strtoul(word, &end, 10);
	if (*end || errno || *round > 10000000)
		return bad(parser, "%s: not the number of a round",
			   shown(word));
	return 0;
}

static int event_line(struct parser *parser, const char *word, char **save)
{
	struct trace *trace = parser->trace;
	struct event event;
	char *name;
	int which;

	if (round_word(parser, word, &event.round))
		return -1;
	if (trace->nr_events &&
	    trace->events[trace->nr_events - 1].round > event.round)
		return bad(parser, "round %zu comes after a later one",
			   event.round);
	name = strtok_r(NULL, " \t\n", save);
	if (name)
		get_name(name);
	which = name ? find(trace, name) : -1;
	if (which < 0)
		return bad(parser, "there is no group %s before",
			   name ? shown(name) : "named");
	event.which = which;
	if (size_word(parser, strtok_r(NULL, " \t\n", save), &event.demand))
		return -1;
	trace->events = xrealloc(trace->events, (trace->nr_events + 1) *
				 sizeof(*trace->events));
	trace->events[trace->nr_events++] = event;
	trace->end = max(trace->end, event.round + 1);
	return 0;
}

static int parse_words(struct parser *parser, const char *word, char **save)
{
	if (!strcmp(word, "room"))
		return size_word(parser, strtok_r(NULL, " \t\n", save),
				 &parser->trace->room);
	if (!strcmp(word, "group"))
		return group_line(parser, save);
	if (!strcmp(word, "end"))
		return round_word(parser, strtok_r(NULL, " \t\n", save),
				  &parser->trace->end);
	return event_line(parser, word, save);
}

static int parse_line(struct parser *parser, char *line)
{
	char *save = NULL, *word = strtok_r(line, " \t\n", &save);
	int ret;

	if (!word || *word == '#')
		return 0;
	ret = parse_words(parser, word, &save);
	word = ret ? NULL : strtok_r(NULL, " \t\n", &save);
	return word ? bad(parser, "%s: nothing more is read in this line",
			  shown(word)) : ret;
}

/**
 * trace_read - read a trace
 * @file: where from
 * @name: what it is called in messages
 *
 * Return: the trace, or NULL after it was said what is wrong.
 */
struct trace *trace_read(FILE *file, const char *name)
{
	struct parser parser = { .name = name };
	char *line = NULL;
	size_t size = 0;
	int ret = 0;

	parser.trace = xalloc(sizeof(*parser.trace));
	while (!ret && getline(&line, &size, file) > 0) {
		parser.line++;
		ret = parse_line(&parser, line);
	}
	if (!ret && ferror(file)) {
		say("%s: %s", shown(name), strerror(errno));
		ret = -1;
	}
	if (!ret && !parser.trace->nr)
		ret = bad(&parser, "there is no group in it");
	free(line);
	if (!ret)
		return parser.trace;
	trace_free(parser.trace);
	return NULL;
}

/**
 * trace_free - forget a trace
 * @trace: the trace, or NULL
 */
void trace_free(struct trace *trace)
{
	size_t i;

	if (!trace)
		return;
	for (i = 0; i < trace->nr; i++)
		free(trace->child[i].name);
	free(trace->child);
	free(trace->events);
	free(trace);
}

/**
 * trace_total - how much memory all groups of a trace have
 * @trace: the trace
 *
 * Return: bytes.
 */
u64 trace_total(const struct trace *trace)
{
	u64 total = trace->room;
	size_t i;

	for (i = 0; i < trace->nr; i++)
		total += trace->child[i].reserve;
	return total;
}

/**
 * trace_rounds - how long a trace is
 * @trace: the trace
 *
 * Return: rounds.
 */
size_t trace_rounds(const struct trace *trace)
{
	return trace->end;
}

/* Who got is -1, who gave 1; to get what one gave is a turn, and the reverse. */
static void count(const struct balance_move *moves, size_t n, size_t round,
		  int *last, struct replay_result *result)
{
	size_t i;

	for (i = 0; i < n; i++) {
		int from = moves[i].from, to = moves[i].to;

		result->turns += last[to] == 1;
		last[to] = -1;
		if (from != FROM_ROOM) {
			result->turns += last[from] == -1;
			last[from] = 1;
		}
		result->last_move = round;
	}
	result->moves += n;
}

static void tell(struct trace *trace, const struct balance_move *moves,
		 size_t n, size_t round, u64 room, FILE *out)
{
	size_t i;

	for (i = 0; out && i < n; i++) {
		char *why = balance_why(trace->child, &moves[i], room);

		fprintf(out, "round %zu: %s\n", round, why);
		free(why);
	}
}

/**
 * trace_replay - what would balancing make of a trace?
 * @trace: the trace; its groups have changed after it
 * @settings: how cautious to be
 * @out: where to tell each move; NULL for nowhere
 * @watch: called after each round; NULL for nobody
 * @result: gets what there was to count
 *
 * A group uses what it would like to, but no more than its reservation, and is
 * pressed if that is less.
 */
void trace_replay(struct trace *trace, const struct balance_settings *settings,
		  FILE *out, const struct replay_watch *watch,
		  struct replay_result *result)
{
	struct balance_move *moves = xalloc(trace->nr * sizeof(*moves));
	u64 *demand = xalloc(trace->nr * sizeof(*demand));
	int *last = xalloc(trace->nr * sizeof(*last));
	u64 room = trace->room;
	size_t round, i, n, event = 0;

	memset(result, 0, sizeof(*result));
	for (round = 0; round < trace->end; round++) {
		for (; event < trace->nr_events &&
		     trace->events[event].round <= round; event++)
			demand[trace->events[event].which] =
				trace->events[event].demand;
		for (i = 0; i < trace->nr; i++) {
			struct balance_child *child = &trace->child[i];

			child->usage = min(demand[i], child->reserve);
			child->pressed = demand[i] > child->reserve;
		}
		n = balance_round(settings, trace->child, trace->nr, room,
				  moves, trace->nr);
		tell(trace, moves, n, round, room, out);
		count(moves, n, round, last, result);
		for (i = 0; i < n; i++)
			if (moves[i].from == FROM_ROOM)
				room -= moves[i].size;
		if (watch)
			watch->round(round, trace->child, demand, trace->nr,
				     room, watch->data);
	}
	free(moves);
	free(demand);
	free(last);
}
