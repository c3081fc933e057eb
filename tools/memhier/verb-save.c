// SPDX-License-Identifier: GPL-2.0-only
/*
 * memhier save: the tree as it is, as a file that makes it so again.
 */
#include <stdlib.h>

#include "conf.h"
#include "verbs.h"

/* Has a group more than one has that was just made? */
static bool has_numbers(const struct tree *tree, const struct group *group)
{
	u64 limit = group->value[LIMIT], reserve = group->value[RESERVE];

	if (tree->kind == HARDWALL)
		return group->parent ? limit : limit != UNLIMITED;
	/*
	 * The cap on all reserves is what the machine had early at boot, which
	 * is somewhat less, unless somebody wrote one.
	 */
	if (!group->parent)
		return tree->kind == RESERVES &&
		       reserve < tree->machine - tree->machine / 64;
	return limit != UNLIMITED || reserve;
}

/* A group that is declared needs those above it, be it without numbers. */
static void choose(const struct tree *tree, struct group *top)
{
	struct group *at;

	for_each_up(at, top) {
		at->declared |= has_numbers(tree, at);
		if (at != top && at->declared && at->parent->parent)
			at->parent->declared = true;
	}
}

/* A key that is left out leaves what is there; so all are given. */
static void print_keys(const struct tree *tree, const struct group *group)
{
	if (group->parent || tree->kind == HARDWALL)
		printf("limit = %s\n", EXACT(group->value[LIMIT]));
	if (tree->kind == RESERVES)
		printf("reserve = %s\n", EXACT(group->value[RESERVE]));
	if (group->parent && (group->uid || group->gid))
		printf("owner = %u:%u\n", group->uid, group->gid);
}

static int print(const struct tree *tree, struct group *top)
{
	struct group *at;
	int ret = FINE;

	for_each_down(at, top) {
		char *path;

		if (!at->declared)
			continue;
		path = group_path(at);
		if (conf_can_name(path)) {
			printf("[%s]\n", at->parent ? path : "/");
			print_keys(tree, at);
			putchar('\n');
		} else {
			say("%s: a file can not name it; it is left out",
			    shown(path));
			ret = FOUND;
		}
		free(path);
	}
	return ret;
}

static int run(int argc, char **argv)
{
	static const struct option options[] = { COMMON_OPTIONS };
	static struct hier hier;
	struct group *top;
	struct tree *tree;
	int option, ret = TROUBLE;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1)
		common_option(&verb_save, option);
	if (argc - optind > 1)
		usage_error(&verb_save, "one group at most");
	open_hier(&hier);
	tree = load_usual(&hier);
	if (!tree)
		return TROUBLE;
	top = group_argument(&hier, tree, optind < argc ? argv[optind] : "/");
	if (top) {
		choose(tree, top);
		ret = print(tree, top);
	}
	tree_free(tree);
	return ret;
}

const struct verb verb_save = {
	.name = "save",
	.arguments = "[GROUP]",
	.summary = "What there is, as a file for plan and apply",
	.help = "  Prints the groups that have a limit or a reserve, and those above them up to\n"
		"  GROUP. What is left out has neither, or a name that a file can not have (exit\n"
		"  status 1).\n",
	.run = run,
};
