// SPDX-License-Identifier: GPL-2.0-only
/*
 * memhier move: take from one group, give to another, or leave all as it was.
 */
#include "move.h"
#include "verbs.h"

static int move(struct hier *hier, struct tree *tree, char **arg, bool dry_run)
{
	struct group *from, *to;
	struct plan *plan;
	u64 size;
	int ret;

	from = group_argument(hier, tree, arg[0]);
	to = group_argument(hier, tree, arg[1]);
	if (!from || !to)
		return TROUBLE;
	if (size_parse(arg[2], &size) || !size) {
		say("%s: not a size such as 512M", shown(arg[2]));
		return TROUBLE;
	}
	if (size % tree->page) {
		say("%s: not a multiple of the page size %s", shown(arg[2]),
		    EXACT(tree->page));
		return TROUBLE;
	}
	if (from == to) {
		say("%s: FROM and TO are the same group: name two",
		    group_print(from));
		return TROUBLE;
	}
	plan = move_plan(tree, from, to, size);
	if (plan && dry_run) {
		plan_print(plan, stdout);
		plan_free(plan);
		return FINE;
	}
	if (!plan)
		return FOUND;
	catch_signals(apply_on_signal);
	ret = plan_apply(hier, plan, stdout);
	plan_free(plan);
	return ret;
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "dry-run", no_argument, NULL, 'n' },
		COMMON_OPTIONS
	};
	static struct hier hier;
	bool dry_run = false;
	struct tree *tree;
	int option, ret;

	while ((option = getopt_long(argc, argv, "hn", options, NULL)) != -1) {
		if (option == 'n')
			dry_run = true;
		else
			common_option(&verb_move, option);
	}
	if (argc - optind != 3)
		usage_error(&verb_move, "two groups and a size, please");
	open_hier(&hier);
	if (!kind_reserves(hier.kind)) {
		say("this kernel sets nothing aside: there is nothing to move");
		return TROUBLE;
	}
	tree = dry_run ? load_usual(&hier) : load_locked(&hier);
	if (!tree)
		return TROUBLE;
	ret = move(&hier, tree, argv + optind, dry_run);
	tree_free(tree);
	return ret;
}

const struct verb verb_move = {
	.name = "move",
	.arguments = "FROM TO SIZE",
	.summary = "Take SIZE of what is set aside for FROM, and give it to TO",
	.help = "  -n, --dry-run       only tell what would be written\n\n"
		"  The groups above FROM shrink and those above TO grow with them, up to the\n"
		"  group that both are in. If a step is refused, all are undone (exit status 1).\n",
	.run = run,
};
