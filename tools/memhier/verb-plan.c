// SPDX-License-Identifier: GPL-2.0-only
/*
 * memhier plan and memhier apply: make the tree what a file declares.
 */
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "plan.h"
#include "verbs.h"

/* A limit that is set below what is in use ends in reclaim, or worse. */
static void warn_pressed(const struct tree *tree, struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->nr; i++) {
		const struct op *op = &plan->ops[i];
		struct group *group = tree_find(tree, op->path);

		if (op->type != OP_SET || op->attr != LIMIT || !group ||
		    group->create || op->new >= group->value[USAGE])
			continue;
		printf("Note: %s uses %s now: to get it below %s takes reclaim%s.\n",
		       group_print(group), SHORT(group->value[USAGE]),
		       EXACT(op->new), plan->kind == HARDWALL ?
		       ", and is refused if that is not enough" :
		       ", and OOM kills if that is not enough");
	}
}

static void warn_fixed(const struct hier *hier)
{
	if (!kind_reserves(hier->kind))
		puts("Note: this kernel sets nothing aside; apply does nothing here.");
}

static struct plan *plan_of_conf(struct tree *tree, FILE *file,
				 const char *name, bool prune)
{
	struct conf *conf = conf_new();
	struct plan *plan = NULL;

	if (!conf_read_open(conf, file, name) &&
	    !target_make(conf, tree, prune))
		plan = plan_order(tree);
	conf_free(conf);
	return plan;
}

static int run_plan(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "prune", no_argument, NULL, OPT_VERB },
		COMMON_OPTIONS
	};
	const char *output = NULL, *name;
	int option, ret = FINE;
	FILE *file;
	struct plan *plan;
	bool prune = false;
	static struct hier hier;
	struct tree *tree;

	while ((option = getopt_long(argc, argv, "ho:", options, NULL)) != -1) {
		if (option == 'o')
			output = optarg;
		else if (option == OPT_VERB)
			prune = true;
		else
			common_option(&verb_plan, option);
	}
	if (argc - optind != 1)
		usage_error(&verb_plan, "a file, please");
	file = conf_open(argv[optind], &name);
	if (!file)
		return TROUBLE;
	open_hier(&hier);
	tree = load_usual(&hier);
	if (!tree)
		return TROUBLE;
	plan = plan_of_conf(tree, file, name, prune);
	fclose(file);
	if (plan) {
		plan_print(plan, stdout);
		warn_pressed(tree, plan);
		warn_fixed(&hier);
		if (output && plan_save(plan, tree, hier.where, output))
			ret = TROUBLE;
	} else {
		ret = TROUBLE;
	}
	plan_free(plan);
	tree_free(tree);
	return ret;
}

const struct verb verb_plan = {
	.name = "plan",
	.arguments = "FILE",
	.summary = "What would be written to make the tree what FILE declares",
	.help = "  FILE                - is standard input\n"
		"  -o, --output PLAN   also into a file, for apply\n"
		"  --prune             remove what is not declared, of the groups in those that are\n",
	.run = run_plan,
};

static int apply(struct hier *hier, struct plan *plan, bool yes)
{
	int ret;

	if (!plan->nr) {
		puts("Nothing to do: all is as declared.");
		return FINE;
	}
	if (!kind_reserves(hier->kind)) {
		say("this kernel sets nothing aside: %s is only looked at here",
		    shown(hier->where));
		return TROUBLE;
	}
	if (!yes)
		plan_print(plan, stdout);
	if (!confirm(yes, "Do it?"))
		return TROUBLE;
	catch_signals(apply_on_signal);
	ret = plan_apply(hier, plan, stdout);
	if (!ret)
		printf("%zu step%s done\n", plan->nr, PLURAL(plan->nr));
	return ret;
}

static int run_apply(int argc, char **argv)
{
	static const struct option options[] = {
		{ "yes", no_argument, NULL, 'y' },
		{ "prune", no_argument, NULL, OPT_VERB },
		COMMON_OPTIONS
	};
	bool prune = false, yes = false;
	const char *name;
	struct plan *plan;
	static struct hier hier;
	struct tree *tree;
	int option, ret;
	FILE *file;

	while ((option = getopt_long(argc, argv, "hy", options, NULL)) != -1) {
		if (option == 'y')
			yes = true;
		else if (option == OPT_VERB)
			prune = true;
		else
			common_option(&verb_apply, option);
	}
	if (argc - optind != 1)
		usage_error(&verb_apply, "a file, please");
	if (!yes && !strcmp(argv[optind], "-"))
		usage_error(&verb_apply, "-: say --yes: from there no answer can be read");
	file = conf_open(argv[optind], &name);
	if (!file)
		return TROUBLE;
	open_hier(&hier);
	tree = load_locked(&hier);
	if (!tree)
		return TROUBLE;
	if (plan_is_saved(file))
		plan = plan_load(&hier, tree, file, name);
	else
		plan = plan_of_conf(tree, file, name, prune);
	fclose(file);
	ret = plan ? apply(&hier, plan, yes) : TROUBLE;
	plan_free(plan);
	tree_free(tree);
	return ret;
}

const struct verb verb_apply = {
	.name = "apply",
	.arguments = "FILE",
	.summary = "Make the tree what FILE declares, or do a saved plan",
	.help = "  FILE                - is standard input, and needs --yes\n"
		"  -y, --yes           do not ask; where there is no terminal it is needed\n"
		"  --prune             remove what is not declared, of the groups in those that are\n"
		"  At the first step that is refused, those before are undone (exit status 1).\n",
	.run = run_apply,
};
