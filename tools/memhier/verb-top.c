// SPDX-License-Identifier: GPL-2.0-only
/*
 * memhier top: live, who uses what, and who is short.
 */
#include <curses.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "verbs.h"

enum key {
	BY_TREE,
	BY_USAGE,
	BY_IDLE,
	BY_LENT,
	BY_FAILS,
	BY_PRESSURE,
};

struct row {
	struct group *group;
	u64 fails;		/* since the reading before */
	size_t order;		/* in the tree */
};

struct top {
	struct hier *hier;
	const char *group;
	struct tree *tree, *before;
	struct row *rows;
	size_t nr, first;
	enum key key;
	unsigned int interval;
};

static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
	(void)signal;
	stop = 1;
}

static u64 row_value(const struct row *row, enum key key)
{
	const struct group *group = row->group;

	switch (key) {
	case BY_USAGE:
		return group->charged;
	case BY_IDLE:
		return group->idle + group->spare;
	case BY_LENT:
		return group->used_below + group->idle;
	case BY_FAILS:
		return row->fails;
	case BY_PRESSURE:
		return group->value[PRESSURE];
	default:
		return 0;
	}
}

static enum key sorting;

static int by_key(const void *a, const void *b)
{
	const struct row *one = a, *two = b;
	u64 x = row_value(one, sorting), y = row_value(two, sorting);

	if (x != y)
		return x > y ? -1 : 1;
	return one->order < two->order ? -1 : one->order > two->order;
}

/*
 * Both trees are in the order of their names, so the group of before is the
 * next child of its parent's, if it is there at all.
 */
static void match(struct group *now, struct group *before)
{
	struct group *child, *old = before ? before->child : NULL;

	now->data = before;
	for_each_child(child, now) {
		while (old && strcmp(old->name, child->name) < 0)
			old = old->next;
		match(child, old && !strcmp(old->name, child->name) ?
		      old : NULL);
	}
}

static int read_rows(struct top *top)
{
	struct group *from, *at;
	unsigned int attrs = BIT(LIMIT) | BIT(RESERVE) | BIT(USAGE) |
		BIT(FAILS) | BIT(PRESSURE);

	tree_free(top->before);
	top->before = top->tree;
	top->tree = NULL;
	if (top->hier->ops->load(top->hier, attrs, &top->tree))
		return TROUBLE;
	from = group_argument(top->hier, top->tree, top->group);
	if (!from)
		return TROUBLE;
	match(top->tree->root, top->before ? top->before->root : NULL);
	top->rows = xrealloc(top->rows, top->tree->groups * sizeof(*top->rows));
	top->nr = 0;
	for_each_down(at, from) {
		struct group *old = at->data;
		struct row *row = &top->rows[top->nr];

		row->group = at;
		row->order = top->nr++;
		row->fails = old ? less(at->value[FAILS], old->value[FAILS]) :
			0;
	}
	sorting = top->key;
	if (sorting != BY_TREE)
		qsort(top->rows, top->nr, sizeof(*top->rows), by_key);
	return FINE;
}

static const char heading[] =
	"  LIMIT RESERVE   USAGE    LENT    IDLE   FAILS  PRESS  GROUP";

static char *row_text(const struct top *top, const struct row *row)
{
	const struct group *group = row->group;
	u64 limit = group->parent ? group->value[LIMIT] :
		min(group->value[LIMIT], top->tree->machine);
	char press[SIZE_TEXT] = "-", fails[SIZE_TEXT] = "-", *name, *text;

	if (group->has & BIT(FAILS))
		snprintf(fails, sizeof(fails), "%llu", row->fails);
	if (group->has & BIT(PRESSURE))
		snprintf(press, sizeof(press), "%llu.%llu%%",
			 group->value[PRESSURE] / 100,
			 group->value[PRESSURE] / 10 % 10);
	name = xprintf("%s", group_print(group));
	text = xprintf("%7s %7s %7s %7s %7s %7s %6s  %s", SHORT(limit),
		       SHORT(group->value[RESERVE]), SHORT(group->charged),
		       SHORT(row_value(row, BY_LENT)),
		       SHORT(row_value(row, BY_IDLE)), fails, press,
		       name);
	free(name);
	return text;
}

static int batch(struct top *top, unsigned int rounds)
{
	struct timespec pause = { .tv_sec = top->interval };
	unsigned int round;
	size_t i;

	for (round = 0; !stop && (!rounds || round < rounds); round++) {
		if (round)
			nanosleep(&pause, NULL);
		if (stop)
			break;
		if (read_rows(top))
			return TROUBLE;
		printf("%s%s\n", round ? "\n" : "", heading);
		for (i = 0; i < top->nr; i++) {
			char *text = row_text(top, &top->rows[i]);

			puts(text);
			free(text);
		}
		if (fflush(stdout))
			break;
	}
	return FINE;
}

static const char * const key_names[] = {
	[BY_TREE] = "tree", [BY_USAGE] = "usage", [BY_IDLE] = "idle",
	[BY_LENT] = "lent", [BY_FAILS] = "fails", [BY_PRESSURE] = "pressure",
};

static short row_color(const struct row *row)
{
	if (row->fails || row->group->value[PRESSURE] >= 500)
		return 1;
	return row->group->spare ? 2 : 0;
}

/* How many bytes of a text fit: a character may be wide, or none by itself. */
static int fitting(const char *text, int columns)
{
	int bytes = 0;

	while (text[bytes]) {
		wchar_t c = 0;
		int n = mbtowc(&c, text + bytes, MB_CUR_MAX);
		int width = n > 0 ? wcwidth(c) : -1;

		columns -= width < 0 ? 1 : width;
		if (columns < 0)
			break;
		bytes += max(n, 1);
	}
	return bytes;
}

static void put_line(int line, const char *text)
{
	mvaddnstr(line, 0, text, fitting(text, COLS));
}

static void paint(struct top *top)
{
	size_t height = LINES > 4 ? LINES - 4 : 0, i;
	char *text;

	top->first = min(top->first, top->nr > height ? top->nr - height : 0);
	erase();
	text = xprintf("%s: %zu group%s, every %u s, by %s",
		       shown(top->hier->where), top->nr, PLURAL(top->nr),
		       top->interval, key_names[top->key]);
	put_line(0, text);
	free(text);
	attron(A_REVERSE);
	mvprintw(1, 0, "%-*.*s", COLS, COLS, heading);
	attroff(A_REVERSE);
	for (i = 0; i < height && top->first + i < top->nr; i++) {
		struct row *row = &top->rows[top->first + i];

		text = row_text(top, row);
		if (color_on)
			attron(COLOR_PAIR(row_color(row)));
		put_line(2 + i, text);
		if (color_on)
			attroff(COLOR_PAIR(row_color(row)));
		free(text);
	}
	put_line(LINES - 1,
		 "q quit, sort: t tree u usage i idle l lent f fails p pressure, + - time, arrows");
	refresh();
}

/* What a key does. False: the end. */
static bool press(struct top *top, int c)
{
	static const char letters[] = "tuilfp";
	const char *at = c > 0 && c < 128 ? strchr(letters, c) : NULL;
	size_t page = LINES > 5 ? LINES - 5 : 1;

	if (at && *at)
		top->key = at - letters;
	switch (c) {
	case 'q':
	case 27:
		return false;
	case KEY_DOWN:
		top->first++;
		break;
	case KEY_UP:
		top->first -= top->first > 0;
		break;
	case KEY_NPAGE:
		top->first += page;
		break;
	case KEY_PPAGE:
		top->first -= min(page, top->first);
		break;
	case KEY_HOME:
		top->first = 0;
		break;
	case '+':
		top->interval++;
		break;
	case '-':
		top->interval -= top->interval > 1;
		break;
	}
	return true;
}

static s64 now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

/* What is said while curses has the screen would go with it. */
static void leave_screen(void)
{
	if (!isendwin())
		endwin();
}

/* Without a terminal nothing is waited for any more. */
static bool has_hung_up(void)
{
	struct pollfd terminal = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&terminal, 1, 0) > 0 &&
	       terminal.revents & (POLLHUP | POLLERR | POLLNVAL);
}

static int live(struct top *top)
{
	bool go_on = true;
	s64 next = 0;
	int ret = FINE;

	/* initscr() would end the tool by itself. */
	if (!newterm(NULL, stdout, stdin)) {
		const char *term = getenv("TERM");

		say("TERM=%s is no terminal that is known here: say --batch",
		    term ? shown(term) : "");
		return TROUBLE;
	}
	before_say = leave_screen;
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	set_escdelay(50);
	if (color_on && start_color() != ERR) {
		use_default_colors();
		init_pair(1, COLOR_RED, -1);
		init_pair(2, COLOR_YELLOW, -1);
	} else {
		color_on = false;
	}
	while (go_on && !stop) {
		s64 left = next - now_ms();
		int c;

		if (left <= 0) {
			ret = read_rows(top);
			if (ret)
				break;
			next = now_ms() + 1000LL * top->interval;
			paint(top);
			continue;
		}
		timeout(left);
		c = getch();
		if (c == ERR && has_hung_up())
			break;
		if (c == ERR)
			continue;
		go_on = press(top, c);
		sorting = top->key;
		/* Sorting anew is for the next reading, which is at once. */
		if (c != KEY_DOWN && c != KEY_UP && c != KEY_NPAGE &&
		    c != KEY_PPAGE && c != KEY_HOME && c != KEY_RESIZE)
			next = 0;
		else
			paint(top);
	}
	leave_screen();
	before_say = NULL;
	return ret;
}

enum {
	OPT_BATCH = OPT_VERB,
	OPT_INTERVAL,
	OPT_SORT,
};

static enum key find_key(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(key_names); i++)
		if (!strcmp(key_names[i], name))
			return i;
	usage_error(&verb_top,
		    "--sort %s: there are tree, usage, idle, lent, fails and pressure",
		    shown(name));
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "batch", no_argument, NULL, OPT_BATCH },
		{ "interval", required_argument, NULL, OPT_INTERVAL },
		{ "sort", required_argument, NULL, OPT_SORT },
		COMMON_OPTIONS
	};
	struct sigaction action = { .sa_handler = on_signal };
	struct top top = { .interval = 3, .group = "/" };
	unsigned int rounds = 0;
	bool in_batch = false;
	static struct hier hier;
	int option, ret;

	while ((option = getopt_long(argc, argv, "bd:hn:", options, NULL)) != -1) {
		switch (option) {
		case 'b':
		case OPT_BATCH:
			in_batch = true;
			break;
		case 'n':
			rounds = number_option(&verb_top, "-n", optarg, 1);
			break;
		case 'd':
		case OPT_INTERVAL:
			top.interval = number_option(&verb_top, "--interval",
						     optarg, 1);
			break;
		case OPT_SORT:
			top.key = find_key(optarg);
			break;
		default:
			common_option(&verb_top, option);
		}
	}
	if (argc - optind > 1)
		usage_error(&verb_top, "one group at most");
	if (optind < argc)
		top.group = argv[optind];
	if (!in_batch && !(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)))
		usage_error(&verb_top, "there is no terminal: say --batch");
	open_hier(&hier);
	hier.skips = true;
	top.hier = &hier;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	ret = in_batch ? batch(&top, rounds) : live(&top);
	tree_free(top.tree);
	tree_free(top.before);
	free(top.rows);
	return ret;
}

const struct verb verb_top = {
	.name = "top",
	.arguments = "[GROUP]",
	.summary = "Live: who uses what, and who is short",
	.help = "  -b, --batch         print, for scripts\n"
		"  -n N                N times with --batch\n"
		"  -d, --interval N    seconds between two readings (3)\n"
		"  --sort KEY          tree, usage, idle, lent, fails or pressure\n\n"
		"  FAILS is since the reading before; PRESS is the share of the last 10 s in\n"
		"  which a task stalled for memory, where the kernel counts that.\n",
	.run = run,
};
