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

/* What is to be done: declared in a file, or a plan that was saved in it. */
struct input {
	const char *name;
	FILE *file;
	struct conf *conf;	/* NULL of a plan */
	bool prune;
};

/* All that may wait for who writes into a pipe comes before the lock. */
static int open_input(struct input *input, const char *path, bool may_be_plan)
{
	int ret = FINE;

	input->file = conf_open(path, &input->name);
	if (!input->file)
		return TROUBLE;
	if (plan_is_saved(input->file)) {
		if (may_be_plan && !input->prune)
			return FINE;
		say(may_be_plan ?
		    "%s begins as a saved plan, which has in it what it removes: leave --prune out" :
		    "%s begins as a saved plan, which is for memhier apply",
		    shown(input->name));
		return TROUBLE;
	}
	input->conf = conf_new();
	if (conf_read_open(input->conf, input->file, input->name))
		ret = TROUBLE;
	return ret;
}

static void close_input(struct input *input)
{
	conf_free(input->conf);
	if (input->file)
		fclose(input->file);
}

static struct plan *make_plan(struct input *input, struct hier *hier,
			      struct tree *tree)
{
	if (!input->conf)
		return plan_load(hier, tree, input->file, input->name);
	if (target_make(input->conf, tree, input->prune))
		return NULL;
	return plan_order(tree);
}

static int plan(struct input *input, const char *output)
{
	static struct hier hier;
	struct plan *plan;
	struct tree *tree;
	int ret = FINE;

	open_hier(&hier);
	tree = load_usual(&hier);
	if (!tree)
		return TROUBLE;
	plan = make_plan(input, &hier, tree);
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

static int run_plan(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "prune", no_argument, NULL, OPT_VERB },
		COMMON_OPTIONS
	};
	const char *output = NULL;
	struct input input = { 0 };
	int option, ret;

	while ((option = getopt_long(argc, argv, "ho:", options, NULL)) != -1) {
		if (option == 'o')
			output = optarg;
		else if (option == OPT_VERB)
			input.prune = true;
		else
			common_option(&verb_plan, option);
	}
	if (argc - optind != 1)
		usage_error(&verb_plan, "a file, please");
	ret = open_input(&input, argv[optind], false);
	if (!ret)
		ret = plan(&input, output);
	close_input(&input);
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

/* The answer came without a lock: nobody has to wait for it. */
static bool still_fits(struct hier *hier, struct tree *tree,
		       const struct plan *plan, const char *name)
{
	struct tree *now = load_locked(hier);
	bool fits = now && plan_fits(plan, tree, hier, now, name);

	tree_free(now);
	return fits;
}

static int do_plan(struct hier *hier, struct tree *tree, struct plan *plan,
		   const char *name, bool yes)
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
	if (!yes) {
		plan_print(plan, stdout);
		if (!confirm("Do it?")) {
			say("nothing was changed");
			return TROUBLE;
		}
		if (!still_fits(hier, tree, plan, name))
			return TROUBLE;
	}
	catch_signals(apply_on_signal);
	ret = plan_apply(hier, plan, stdout);
	if (!ret)
		printf("%zu step%s done\n", plan->nr, PLURAL(plan->nr));
	return ret;
}

static int apply(struct input *input, bool yes)
{
	static struct hier hier;
	struct plan *plan;
	struct tree *tree;
	int ret;

	open_hier(&hier);
	tree = yes ? load_locked(&hier) : load_usual(&hier);
	if (!tree)
		return TROUBLE;
	plan = make_plan(input, &hier, tree);
	ret = plan ? do_plan(&hier, tree, plan, input->name, yes) : TROUBLE;
	plan_free(plan);
	tree_free(tree);
	return ret;
}

static int run_apply(int argc, char **argv)
{
	static const struct option options[] = {
		{ "yes", no_argument, NULL, 'y' },
		{ "prune", no_argument, NULL, OPT_VERB },
		COMMON_OPTIONS
	};
	struct input input = { 0 };
	bool yes = false;
	int option, ret;

	while ((option = getopt_long(argc, argv, "hy", options, NULL)) != -1) {
		if (option == 'y')
			yes = true;
		else if (option == OPT_VERB)
			input.prune = true;
		else
			common_option(&verb_apply, option);
	}
	if (argc - optind != 1)
		usage_error(&verb_apply, "a file, please");
	if (!yes && !strcmp(argv[optind], "-"))
		usage_error(&verb_apply, "-: say --yes: from there no answer can be read");
	ret = open_input(&input, argv[optind], true);
	if (!ret)
		ret = apply(&input, yes);
	close_input(&input);
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
