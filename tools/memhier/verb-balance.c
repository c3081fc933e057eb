// SPDX-License-Identifier: GPL-2.0-only
/*
 * memhier balance: move reservations to where they are short.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "balance.h"
#include "conf.h"
#include "move.h"
#include "verbs.h"

#define CONF_FILE	"/etc/memhier.conf"

/* A group that stalls so much of its time is pressed: 1/100 of a per cent. */
#define PRESSED		500

struct balance {
	/* As the command line has them. */
	const char *group;
	const char *config_path, *record_path, *replay_path;
	unsigned int interval;
	unsigned int rounds;	/* 0: until a signal */
	bool do_it;

	struct hier *hier;
	char *path;
	struct conf *conf;
	struct balance_settings settings;
	struct balance_child *child;
	u64 *fails;		/* of the round before */
	size_t nr;
	u64 room;
	FILE *record;
	bool record_failed;
	bool waiting;		/* for another memhier, which was told */
	size_t round;
};

static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
	(void)signal;
	stop = 1;
}

/* The journal has the time; a line on its own has none, and needs none. */
static void log_line(const char *format, ...)
	__printf(1, 2);

static void log_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

static const struct section *section_of(const struct balance *balance,
					const char *path)
{
	return balance->conf ? conf_find(balance->conf, path) : NULL;
}

static void apply_conf(struct balance *balance, struct balance_child *child,
		       const char *path)
{
	const struct section *section = section_of(balance, path);

	if (!section)
		return;
	if (section->min.type)
		child->min = section->min.number;
	if (section->weight.type)
		child->weight = section->weight.number;
}

/*
 * The most that a group may get: what is declared, and no more than fits below
 * a limit that is not moved along. With its last page the group would be one
 * whose limit is.
 */
static u64 most_of(const struct balance *balance, const struct tree *tree,
		   const struct group *group, const char *path)
{
	const struct section *section = section_of(balance, path);
	u64 most = section && section->max.type ? section->max.number :
		UNLIMITED;

	if (group_is_wall(tree, group) || group->value[LIMIT] == UNLIMITED)
		return most;
	return min(most, less(group->value[LIMIT], tree->page));
}

/* Groups come and go; what is known of those that stay is kept. */
static void take_children(struct balance *balance, struct group *parent)
{
	struct balance_child *new;
	struct group *group;
	u64 *fails;
	size_t n = 0, i;

	for_each_child(group, parent)
		n++;
	new = xalloc(n * sizeof(*new));
	fails = xalloc(n * sizeof(*fails));
	n = 0;
	for_each_child(group, parent) {
		char *path = group_path(group);

		for (i = 0; i < balance->nr; i++)
			if (balance->child[i].name &&
			    !strcmp(balance->child[i].name, path))
				break;
		if (i < balance->nr) {
			new[n] = balance->child[i];
			fails[n] = balance->fails[i];
			balance->child[i].name = NULL;
		} else {
			balance_child_init(&new[n], path);
			fails[n] = group->value[FAILS];
			apply_conf(balance, &new[n], path);
		}
		free(path);
		n++;
	}
	for (i = 0; i < balance->nr; i++)
		free(balance->child[i].name);
	free(balance->child);
	free(balance->fails);
	balance->child = new;
	balance->fails = fails;
	balance->nr = n;
}

/*
 * On v2 a group at its limit that reads files reclaims all the time and wants
 * for nothing: that it stalls is what counts, where the kernel tells.
 */
static bool is_pressed(const struct group *group, u64 fails_before)
{
	if (group->has & BIT(PRESSURE))
		return group->value[PRESSURE] >= PRESSED;
	return group->value[FAILS] > fails_before;
}

static void see_children(struct balance *balance, struct tree *tree,
			 struct group *parent)
{
	struct group *group;
	size_t i = 0;

	for_each_child(group, parent) {
		struct balance_child *child = &balance->child[i];

		child->reserve = group->value[RESERVE];
		child->usage = group->value[USAGE];
		child->max = most_of(balance, tree, group, child->name);
		child->pressed = is_pressed(group, balance->fails[i]);
		/* Nothing is set aside for it: it is not ours to balance. */
		child->fixed = !child->reserve && !child->min;
		balance->fails[i++] = group->value[FAILS];
	}
	balance->room = min(parent->room, less(group_whole(tree, parent),
					       group_reserved(parent)));
}

static void tell_record_error(struct balance *balance, int error)
{
	say("%s: the record could not be written: %s",
	    shown(balance->record_path), strerror(error));
	balance->record_failed = true;
}

static void put_child(FILE *record, const struct balance_child *child)
{
	fputs("group ", record);
	trace_put_name(record, child->name);
	fprintf(record, " %llu min=%llu weight=%u", child->reserve, child->min,
		child->weight);
	if (child->max != UNLIMITED)
		fprintf(record, " max=%llu", child->max);
	fputc('\n', record);
}

static void put_round(struct balance *balance)
{
	size_t i;

	if (!balance->round)
		fprintf(balance->record, "room %llu\n", balance->room);
	/* Those of the first round, and who comes later. */
	for (i = 0; i < balance->nr; i++)
		if (!balance->child[i].rounds)
			put_child(balance->record, &balance->child[i]);
	for (i = 0; i < balance->nr; i++) {
		struct balance_child *child = &balance->child[i];
		u64 demand = child->usage;

		/* How much more it would take nobody can see. */
		if (child->pressed)
			demand += max(child->reserve / 8,
				      balance->settings.least);
		fprintf(balance->record, "%zu ", balance->round);
		trace_put_name(balance->record, child->name);
		fprintf(balance->record, " %llu\n", demand);
	}
}

/* What can not be recorded is balanced all the same. */
static void record(struct balance *balance)
{
	if (!balance->record || balance->record_failed)
		return;
	errno = 0;
	put_round(balance);
	if (fflush(balance->record) || ferror(balance->record))
		tell_record_error(balance, errno);
}

static void close_record(struct balance *balance)
{
	if (balance->record && fclose(balance->record) &&
	    !balance->record_failed)
		tell_record_error(balance, errno);
}

/* The next move of a round builds on those before. */
static void now_as_wanted(struct tree *tree)
{
	struct group *at;

	for_each_down(at, tree->root) {
		at->value[LIMIT] = at->want[LIMIT];
		at->value[RESERVE] = at->want[RESERVE];
	}
}

static int do_move(struct balance *balance, struct tree *tree,
		   const struct balance_move *move)
{
	const char *from = move->from == FROM_ROOM ? balance->path :
		balance->child[move->from].name;
	struct group *giver = tree_find(tree, from);
	struct group *taker = tree_find(tree, balance->child[move->to].name);
	struct plan *plan;
	int ret;

	if (!giver || !taker)
		return FOUND;
	plan = move_plan(tree, giver, taker, move->size);
	if (!plan)
		return FOUND;
	ret = plan_apply(balance->hier, plan, NULL);
	if (!ret)
		now_as_wanted(tree);
	plan_free(plan);
	return ret;
}

static struct tree *read_tree(struct balance *balance, struct group **parent)
{
	struct tree *tree;

	if (balance->hier->ops->load(balance->hier, BIT(LIMIT) | BIT(RESERVE) |
				     BIT(USAGE) | BIT(FAILS) | BIT(PRESSURE),
				     &tree))
		return NULL;
	*parent = tree_find(tree, balance->path);
	if (*parent)
		return tree;
	say("there is no group %s", shown(balance->path));
	tree_free(tree);
	return NULL;
}

/* Somebody is at work; he will be done in one of the next rounds. */
static void tell_waiting(struct balance *balance)
{
	if (!balance->waiting)
		say("another memhier is at work: rounds are left out until it has ended");
	balance->waiting = true;
}

static int one_round(struct balance *balance)
{
	struct balance_move *moves;
	struct group *parent;
	struct tree *tree;
	size_t n, i;
	int ret = balance->do_it ? lock_hier(balance->hier) : 0;

	if (ret == -EWOULDBLOCK) {
		tell_waiting(balance);
		return FINE;
	}
	if (ret)
		return TROUBLE;
	balance->waiting = false;
	tree = read_tree(balance, &parent);
	if (!tree)
		return TROUBLE;
	take_children(balance, parent);
	see_children(balance, tree, parent);
	record(balance);
	moves = xalloc(balance->nr * sizeof(*moves));
	n = balance_round(&balance->settings, balance->child, balance->nr,
			  balance->room, moves, balance->nr);
	for (i = 0; i < n; i++) {
		char *why = balance_why(balance->child, &moves[i],
					balance->room);
		int failed = balance->do_it ?
			do_move(balance, tree, &moves[i]) : 0;

		log_line("%s%s", !balance->do_it ? "would move " :
			 failed ? "could not move " : "moved ", why);
		free(why);
		ret = max(ret, failed);
	}
	free(moves);
	tree_free(tree);
	if (balance->do_it)
		balance->hier->ops->unlock(balance->hier);
	balance->round++;
	return ret == TROUBLE ? TROUBLE : n ? -1 : FINE;
}

static void pause_for(unsigned int seconds)
{
	struct timespec time = { .tv_sec = seconds };

	if (!stop)
		nanosleep(&time, NULL);
}

static int settle(struct balance *balance)
{
	struct group *parent;
	struct tree *tree = read_tree(balance, &parent);

	if (!tree)
		return TROUBLE;
	balance->settings.page = tree->page;
	if (!balance->settings.rate)
		balance->settings.rate = max(group_whole(tree, parent) / 16,
					     balance->settings.least);
	tree_free(tree);
	return FINE;
}

static int run_rounds(struct balance *balance)
{
	int ret = settle(balance);
	size_t moves = 0;

	if (ret)
		return ret;
	if (balance->do_it)
		log_line("balancing %s of %s every %u s",
			 *balance->path ? shown(balance->path) : "/",
			 shown(balance->hier->where), balance->interval);
	while (!stop) {
		ret = one_round(balance);
		if (ret > 0)
			return ret;
		moves += ret < 0;
		if (balance->rounds && balance->round == balance->rounds)
			break;
		pause_for(balance->interval);
	}
	if (balance->do_it)
		log_line("ended after %zu round%s", balance->round,
			 PLURAL(balance->round));
	else if (!moves)
		log_line("nothing to move in %zu round%s", balance->round,
			 PLURAL(balance->round));
	return FINE;
}

static void print_round(size_t round, const struct balance_child *child,
			const u64 *demand, size_t nr, u64 room, void *data)
{
	size_t *end = data;
	size_t i;

	if (round + 1 != *end)
		return;
	for (i = 0; i < nr; i++)
		printf("%s: would like %s, has %s\n", shown(child[i].name),
		       SHORT(demand[i]), EXACT(child[i].reserve));
	printf("left: %s\n", EXACT(room));
}

static int replay(struct balance *balance)
{
	const char *path = balance->replay_path;
	struct replay_result result;
	struct replay_watch watch = { .round = print_round };
	FILE *file = fopen(path, "re");
	struct trace *trace;
	size_t end;

	if (!file) {
		say("%s: %s", shown(path), strerror(errno));
		return TROUBLE;
	}
	trace = trace_read(file, path);
	fclose(file);
	if (!trace)
		return TROUBLE;
	balance->settings.page = sysconf(_SC_PAGESIZE);
	if (!balance->settings.rate)
		balance->settings.rate = max(trace_total(trace) / 16,
					     balance->settings.least);
	end = trace_rounds(trace);
	watch.data = &end;
	trace_replay(trace, &balance->settings, stdout, &watch, &result);
	printf("%zu move%s in %zu round%s, %zu of them turns, the last in round %zu\n",
	       result.moves, PLURAL(result.moves), end, PLURAL(end),
	       result.turns, result.last_move);
	trace_free(trace);
	return FINE;
}

enum {
	OPT_DAEMON = OPT_VERB,
	OPT_CONFIG,
	OPT_INTERVAL,
	OPT_ROUNDS,
	OPT_RATE,
	OPT_REPLAY,
	OPT_RECORD,
};

static int read_conf(struct balance *balance)
{
	const char *path = balance->config_path;

	const struct section *section;
	int ret;

	/* Without a file of the user's all have the same weight. */
	if (!path && access(CONF_FILE, F_OK))
		return FINE;
	balance->conf = conf_new();
	ret = conf_read(balance->conf, path ? path : CONF_FILE) ?
		TROUBLE : FINE;
	for (section = balance->conf->first; section; section = section->next)
		if (!conf_bounds_fit(section))
			ret = TROUBLE;
	return ret;
}

/* Only once all else is right: what was in it goes. */
static int open_record(struct balance *balance)
{
	const char *path = balance->record_path;

	if (!path)
		return FINE;
	balance->record = fopen(path, "we");
	if (balance->record)
		return FINE;
	say("%s: %s", shown(path), strerror(errno));
	return TROUBLE;
}

static int work(struct balance *balance)
{
	static struct hier hier;
	int ret;

	open_hier(&hier);
	balance->hier = &hier;
	if (!kind_reserves(hier.kind)) {
		say("this kernel sets nothing aside: there is nothing to balance");
		return TROUBLE;
	}
	balance->path = path_of_user(&hier, balance->group);
	ret = balance->path ? read_conf(balance) : TROUBLE;
	if (!ret)
		ret = open_record(balance);
	if (!ret) {
		catch_signals(on_signal);
		ret = run_rounds(balance);
	}
	take_children(balance, &(struct group){ 0 });
	free(balance->child);
	free(balance->fails);
	free(balance->path);
	conf_free(balance->conf);
	return ret;
}

static void parse_options(struct balance *balance, int argc, char **argv)
{
	static const struct option options[] = {
		{ "daemon", no_argument, NULL, OPT_DAEMON },
		{ "config", required_argument, NULL, OPT_CONFIG },
		{ "interval", required_argument, NULL, OPT_INTERVAL },
		{ "rounds", required_argument, NULL, OPT_ROUNDS },
		{ "rate", required_argument, NULL, OPT_RATE },
		{ "replay", required_argument, NULL, OPT_REPLAY },
		{ "record", required_argument, NULL, OPT_RECORD },
		COMMON_OPTIONS
	};
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case OPT_DAEMON:
			balance->do_it = true;
			break;
		case OPT_CONFIG:
			balance->config_path = optarg;
			break;
		case OPT_INTERVAL:
			balance->interval = number_option(&verb_balance,
							  "--interval", optarg,
							  1);
			break;
		case OPT_ROUNDS:
			balance->rounds = number_option(&verb_balance,
							"--rounds", optarg, 1);
			break;
		case OPT_RATE:
			if (size_parse(optarg, &balance->settings.rate) ||
			    balance->settings.rate < balance->settings.least)
				usage_error(&verb_balance,
					    "--rate %s: not a size from 1M",
					    shown(optarg));
			break;
		case OPT_REPLAY:
			balance->replay_path = optarg;
			break;
		case OPT_RECORD:
			balance->record_path = optarg;
			break;
		default:
			common_option(&verb_balance, option);
		}
	}
	if (argc - optind != (balance->replay_path ? 0 : 1))
		usage_error(&verb_balance, "either a group or --replay, please");
	if (balance->record_path && balance->replay_path)
		usage_error(&verb_balance, "either --record or --replay: a replay sees no groups to record");
	if (!balance->rounds && !balance->do_it)
		balance->rounds = BALANCE_WINDOW + 1;
	balance->group = argv[optind];
}

static int run(int argc, char **argv)
{
	struct balance balance = {
		.settings = { .least = 1 << 20, .hold = 2, .cooldown = 6 },
		.interval = 5,
	};
	int ret;

	parse_options(&balance, argc, argv);
	if (balance.replay_path)
		return replay(&balance);
	ret = work(&balance);
	close_record(&balance);
	return balance.record_failed ? TROUBLE : ret;
}

const struct verb verb_balance = {
	.name = "balance",
	.arguments = "GROUP | --replay FILE",
	.summary = "Give what is idle in GROUP to the groups in it that are short",
	.help = "  Looks for some rounds and tells what it would move, and why, unless told:\n"
		"  --daemon            move it, until SIGTERM\n"
		"  --config FILE       min, max and weight of each group (" CONF_FILE ")\n"
		"  --interval N        seconds between two rounds (5)\n"
		"  --rounds N          end after so many\n"
		"  --rate SIZE         move no more in a round (a 16th of all)\n"
		"  --record FILE       write what each group would like to have\n"
		"  --replay FILE       what would balancing make of such a record? No kernel needed\n",
	.run = run,
};
