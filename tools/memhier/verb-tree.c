// SPDX-License-Identifier: GPL-2.0-only
/*
 * memhier tree: what each group has, and what of it is in use.
 */
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "verbs.h"

enum column {
	COL_GROUP,
	COL_LIMIT,
	COL_RESERVE,
	COL_USAGE,
	COL_OWN,
	COL_LENT,
	COL_IDLE,
	COL_ROOM,
	COL_PEAK,
	COL_FAILS,
	COL_BAR,
	NR_COLUMNS
};

static const struct {
	const char *name;
	const char *json;
	unsigned int attrs;	/* what it shows besides the usual */
	const char *help;
} columns[NR_COLUMNS] = {
	[COL_GROUP] = { "GROUP", "group", 0, "name of the group" },
	[COL_LIMIT] = { "LIMIT", "limit", 0, "the most that it may have" },
	[COL_RESERVE] = { "RESERVE", "reserve", 0,
			  "what is set aside for it and all below it" },
	[COL_USAGE] = { "USAGE", "usage", 0, "OWN and LENT" },
	[COL_OWN] = { "OWN", "own", 0, "charged by the group itself" },
	[COL_LENT] = { "LENT", "lent", 0, "held by the groups in it" },
	[COL_IDLE] = { "IDLE", "idle", 0,
		       "set aside for it or in it, and used by nobody" },
	[COL_ROOM] = { "ROOM", "room", 0, "LIMIT less USAGE" },
	[COL_PEAK] = { "PEAK", "peak", BIT(PEAK), "the largest USAGE so far" },
	[COL_FAILS] = { "FAILS", "fails", BIT(FAILS),
			"charges that met LIMIT, reservations that were refused" },
	[COL_BAR] = { "BAR", "bar", 0,
		      "as long as LIMIT, or as the least LIMIT above:" },
};

struct show {
	struct hier *hier;
	struct tree *tree;
	struct libscols_table *table;
	enum column columns[NR_COLUMNS];
	size_t nr;
	unsigned int depth;
	bool bytes, json, raw, flat, no_headings;
	enum column sort;
	const char *list;	/* of --output */
};

/* The value of a column that is a number. */
static u64 column_value(const struct tree *tree, const struct group *group,
			enum column column)
{
	switch (column) {
	case COL_LIMIT:
		return group->parent ? group->value[LIMIT] :
			min(group->value[LIMIT], tree->machine);
	case COL_RESERVE:
		return group->value[RESERVE];
	case COL_USAGE:
		return group->charged;
	case COL_OWN:
		return group->own;
	case COL_LENT:
		return group->used_below + group->idle;
	case COL_IDLE:
		return group->idle + group->spare;
	case COL_ROOM:
		return group->room;
	case COL_PEAK:
		return group->value[PEAK];
	case COL_FAILS:
		return group->value[FAILS];
	default:
		return 0;
	}
}

#define BAR_WIDTH	20

static const char *part_sign(unsigned int part)
{
	static const char * const ascii[] = { "#", "=", "-", "." };
	static const char * const blocks[] = { "█", "▓", "▒", "·" };

	return utf8_on ? blocks[part] : ascii[part];
}

/*
 * Colours in a cell are not known to libsmartcols, and it would take them for
 * text; since each cell has as many, all stay equally wide.
 */
static char *bar_text(const struct tree *tree, const struct group *group)
{
	static const enum color colors[] = {
		COLOR_USED, COLOR_LENT, COLOR_IDLE, COLOR_FREE,
	};
	u64 part[4] = {
		group->own, group->used_below, group->idle + group->spare, 0,
	};
	u64 scale = group_scale(tree, group), sum = 0;
	char *text = xalloc(BAR_WIDTH * 4 + 64), *to = text;
	unsigned int drawn = 0, i;

	for (i = 0; i < 4; i++) {
		unsigned int until;

		sum += part[i];
		until = scale ? (unsigned int)min((long double)BAR_WIDTH,
			(long double)sum * BAR_WIDTH / scale + 0.5L) : 0;
		if (i == 3)
			until = BAR_WIDTH;
		/* What is there shall be seen. */
		if (part[i] && until == drawn && drawn < BAR_WIDTH &&
		    part[i] >= tree->page)
			until++;
		to = stpcpy(to, color(colors[i]));
		for (; drawn < until; drawn++)
			to = stpcpy(to, part_sign(i));
		to = stpcpy(to, color_end());
	}
	return text;
}

/* libsmartcols escapes what is not printable, but in JSON takes it for UTF-8. */
static char *name_text(const struct show *show, const struct group *group)
{
	char *path, *text;

	if (!group->parent)
		return xstrdup("/");
	if (!show->flat && !show->json)
		return xstrdup(group->name);
	path = group_path(group);
	if (!show->json)
		return path;
	text = name_utf8(path);
	free(path);
	return text;
}

static char *cell_text(const struct show *show, const struct group *group,
		       enum column column)
{
	char text[SIZE_TEXT];
	u64 value;

	switch (column) {
	case COL_GROUP:
		return name_text(show, group);
	case COL_BAR:
		return bar_text(show->tree, group);
	default:
		/* Not every kernel has them, nor has the root. */
		if (columns[column].attrs & ~group->has)
			return xstrdup(show->json ? "null" : "-");
		value = column_value(show->tree, group, column);
	}
	if (value == UNLIMITED)
		return xstrdup(show->json ? "null" : "max");
	if (show->bytes || show->json || column == COL_FAILS)
		return xprintf("%llu", value);
	return xstrdup(size_short(value, text));
}

static void add_columns(struct show *show)
{
	size_t i;

	for (i = 0; i < show->nr; i++) {
		enum column column = show->columns[i];
		int flags = SCOLS_FL_RIGHT;
		struct libscols_column *cl;

		if (column == COL_GROUP)
			flags = show->flat ? 0 : SCOLS_FL_TREE;
		else if (column == COL_BAR)
			flags = 0;
		cl = scols_table_new_column(show->table, show->json ?
					    columns[column].json :
					    columns[column].name, 0, flags);
		if (!cl)
			die("out of memory");
		if (column != COL_GROUP && column != COL_BAR)
			scols_column_set_json_type(cl, SCOLS_JSON_NUMBER);
		if (column == COL_BAR)
			scols_column_set_safechars(cl, "\033");
	}
}

static void add_line(struct show *show, struct group *group,
		     struct libscols_line *parent)
{
	struct libscols_line *line = scols_table_new_line(show->table, parent);
	size_t i;

	if (!line)
		die("out of memory");
	for (i = 0; i < show->nr; i++)
		if (scols_line_refer_data(line, i, cell_text(show, group,
							     show->columns[i])))
			die("out of memory");
	group->data = line;
}

static void add_tree(struct show *show, struct group *top)
{
	struct group *at;

	for_each_down(at, top)
		if (at->depth - top->depth <= show->depth)
			add_line(show, at, at == top ? NULL : at->parent->data);
}

struct entry {
	struct group *group;
	char *path;
	u64 value;		/* of the column that is sorted by */
};

static int by_value(const void *a, const void *b)
{
	const struct entry *one = a, *two = b;

	if (one->value != two->value)
		return one->value > two->value ? -1 : 1;
	return strcmp(one->path, two->path);
}

/* All names are worth the same, so that their order is that of the names. */
static void add_sorted(struct show *show, struct group *top)
{
	struct entry *all = xalloc(show->tree->groups * sizeof(*all));
	struct group *at;
	size_t n = 0, i;

	for_each_down(at, top)
		if (at->depth - top->depth <= show->depth)
			all[n++] = (struct entry){
				at, group_path(at),
				column_value(show->tree, at, show->sort),
			};
	qsort(all, n, sizeof(*all), by_value);
	for (i = 0; i < n; i++) {
		add_line(show, all[i].group, NULL);
		free(all[i].path);
	}
	free(all);
}

static enum column find_column(const char *name, size_t length)
{
	int i;

	for (i = 0; i < NR_COLUMNS; i++)
		if (strlen(columns[i].name) == length &&
		    !strncasecmp(columns[i].name, name, length))
			return i;
	usage_error(&verb_tree, "there is no column \"%s\"",
		    shown_part(name, length));
}

static bool has_column(const struct show *show, enum column column)
{
	size_t i;

	for (i = 0; i < show->nr; i++)
		if (show->columns[i] == column)
			return true;
	return false;
}

/* Each once: in JSON an object would have two values of one name. */
static void choose_columns(struct show *show, const char *list)
{
	show->nr = 0;
	while (*list) {
		size_t length = strcspn(list, ",");
		enum column column = find_column(list, length);

		if (has_column(show, column))
			usage_error(&verb_tree, "-o: %s is there twice: name it once",
				    columns[column].name);
		show->columns[show->nr++] = column;
		list += length;
		list += *list == ',';
	}
	if (!show->nr)
		usage_error(&verb_tree, "-o needs the names of columns");
}

static void usual_columns(struct show *show)
{
	static const enum column usual[] = {
		COL_GROUP, COL_LIMIT, COL_RESERVE, COL_USAGE, COL_LENT,
		COL_IDLE, COL_ROOM, COL_BAR,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(usual); i++) {
		if (usual[i] == COL_RESERVE &&
		    !kind_reserves(show->hier->kind))
			continue;
		if (usual[i] == COL_BAR && (show->json || show->raw))
			continue;
		show->columns[show->nr++] = usual[i];
	}
}

static int print(struct show *show, struct group *top)
{
	show->table = scols_new_table();
	if (!show->table)
		die("out of memory");
	scols_table_set_name(show->table, "groups");
	scols_table_enable_json(show->table, show->json);
	scols_table_enable_raw(show->table, show->raw);
	scols_table_enable_noheadings(show->table, show->no_headings);
	scols_table_enable_ascii(show->table, !utf8_on);
	add_columns(show);
	if (show->sort == NR_COLUMNS)
		add_tree(show, top);
	else
		add_sorted(show, top);
	if (scols_print_table(show->table))
		return TROUBLE;
	scols_unref_table(show->table);
	return FINE;
}

static unsigned int needed(const struct show *show)
{
	unsigned int attrs = BIT(LIMIT) | BIT(RESERVE) | BIT(USAGE);
	size_t i;

	for (i = 0; i < show->nr; i++)
		attrs |= columns[show->columns[i]].attrs;
	if (show->sort != NR_COLUMNS)
		attrs |= columns[show->sort].attrs;
	return attrs;
}

enum {
	OPT_DEPTH = OPT_VERB,
	OPT_SORT,
	OPT_JSON,
	OPT_RAW,
};

static void parse_options(struct show *show, int argc, char **argv)
{
	static const struct option options[] = {
		{ "depth", required_argument, NULL, OPT_DEPTH },
		{ "output", required_argument, NULL, 'o' },
		{ "bytes", no_argument, NULL, 'b' },
		{ "noheadings", no_argument, NULL, 'n' },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "raw", no_argument, NULL, OPT_RAW },
		{ "sort", required_argument, NULL, OPT_SORT },
		COMMON_OPTIONS
	};
	int option;

	while ((option = getopt_long(argc, argv, "bhno:", options, NULL)) != -1) {
		switch (option) {
		case OPT_DEPTH:
			show->depth = number_option(&verb_tree, "--depth",
						    optarg, 0);
			break;
		case 'o':
			show->list = optarg;
			break;
		case 'b':
			show->bytes = true;
			break;
		case 'n':
			show->no_headings = true;
			break;
		case OPT_JSON:
			show->json = true;
			break;
		case OPT_RAW:
			show->raw = true;
			break;
		case OPT_SORT:
			show->sort = find_column(optarg, strlen(optarg));
			break;
		default:
			common_option(&verb_tree, option);
		}
	}
	if (argc - optind > 1)
		usage_error(&verb_tree, "one group at most");
	if (show->json && show->raw)
		usage_error(&verb_tree, "either --json or --raw");
	if (show->json || show->raw)
		color_on = false;
	if (show->raw)
		utf8_on = false;
	show->flat = show->sort != NR_COLUMNS || show->raw;
}

static int run(int argc, char **argv)
{
	struct show show = { .depth = -1U, .sort = NR_COLUMNS };
	struct group *top;
	static struct hier hier;
	int ret;

	parse_options(&show, argc, argv);
	open_hier(&hier);
	hier.skips = true;
	show.hier = &hier;
	if (show.list)
		choose_columns(&show, show.list);
	else
		usual_columns(&show);
	if (hier.ops->load(&hier, needed(&show), &show.tree))
		return TROUBLE;
	top = group_argument(&hier, show.tree, optind < argc ?
			     argv[optind] : "/");
	ret = top ? print(&show, top) : TROUBLE;
	tree_free(show.tree);
	return ret;
}

static void explain_columns(void)
{
	size_t i;

	puts("\nColumns:");
	for (i = 0; i < NR_COLUMNS; i++)
		printf("  %-8s %s\n", columns[i].name, columns[i].help);
	printf("           own %s, used by groups in it %s, idle %s, free %s\n",
	       part_sign(0), part_sign(1), part_sign(2), part_sign(3));
}

const struct verb verb_tree = {
	.name = "tree",
	.arguments = "[GROUP]",
	.summary = "What each group has, and what of it is in use",
	.help = "  --depth N           only N levels below GROUP\n"
		"  -o, --output LIST   these columns, such as GROUP,OWN,PEAK\n"
		"  -b, --bytes         bytes, not 1.5G\n"
		"  -n, --noheadings    without the names of the columns\n"
		"  --json, --raw       for programs\n"
		"  --sort COLUMN       a list, the largest first; equal ones by name\n",
	.more_help = explain_columns,
	.run = run,
};
