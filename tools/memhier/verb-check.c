// SPDX-License-Identifier: GPL-2.0-only
/*
 * memhier check: are the books of all groups right? On a kernel without the
 * series: where do limits promise more than there is?
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verbs.h"

/* A rule that does not hold, as it was seen in one reading of the tree. */
struct finding {
	char *key;		/* the rule and the group */
	char *text;
	u64 by;			/* how many bytes are missing */
	bool exact;		/* moving usage does not excuse it */
	struct group *group;
};

struct findings {
	struct finding *all;
	size_t nr;
};

static void found(struct findings *findings, struct group *group,
		  const char *rule, u64 by, bool exact,
		  const char *format, ...)
	__printf(6, 7);

static void found(struct findings *findings, struct group *group,
		  const char *rule, u64 by, bool exact,
		  const char *format, ...)
{
	struct finding *finding;
	va_list args;

	findings->all = xrealloc(findings->all, (findings->nr + 1) *
				 sizeof(*findings->all));
	finding = &findings->all[findings->nr++];
	va_start(args, format);
	finding->text = xvprintf(format, args);
	va_end(args);
	finding->key = xprintf("%s %s", rule, group_print(group));
	finding->by = by;
	finding->exact = exact;
	finding->group = group;
}

static void forget(struct findings *findings)
{
	size_t i;

	for (i = 0; i < findings->nr; i++) {
		free(findings->all[i].key);
		free(findings->all[i].text);
	}
	free(findings->all);
	memset(findings, 0, sizeof(*findings));
}

static u64 gap(u64 a, u64 b)
{
	return a > b ? a - b : b - a;
}

/*
 * 1 to 4 are the invariants of the document, by number; 5 is that no usage is
 * above the peak.
 */
static void check_hardwall(struct findings *findings, struct tree *tree,
			   struct group *g)
{
	u64 limit = g->value[LIMIT], usage = g->value[USAGE];
	u64 borrow = g->value[RESERVE], security = g->value[LENT];
	u64 lent = group_reserved(g);

	if (usage > limit)
		found(findings, g, "1", usage - limit, false,
		      "usage %s is above limit %s", EXACT(usage),
		      EXACT(limit));
	/* The root has borrowed nothing; but that of a container is a group. */
	if (borrow != limit && (g->parent || borrow))
		found(findings, g, "2", gap(borrow, limit), true,
		      "borrow %s is not limit %s", EXACT(borrow),
		      EXACT(limit));
	if (security != lent)
		found(findings, g, "3", gap(security, lent), true,
		      "security %s is not the sum %s of its groups' borrow",
		      EXACT(security), EXACT(lent));
	if (usage < security)
		found(findings, g, "4", security - usage, false,
		      "usage %s is below security %s", EXACT(usage),
		      EXACT(security));
	if ((g->has & BIT(PEAK)) && g->value[PEAK] < usage)
		found(findings, g, "5", usage - g->value[PEAK], false,
		      "max_usage %s is below usage %s", EXACT(g->value[PEAK]),
		      EXACT(usage));
	if (!g->parent && lent > tree_cap(tree))
		found(findings, g, "cap", lent - tree_cap(tree), true,
		      "its groups hold %s, more than the cap %s", EXACT(lent),
		      EXACT(tree_cap(tree)));
}

static void check_reserves(struct findings *findings, struct tree *tree,
			   struct group *g)
{
	u64 limit = g->value[LIMIT], usage = g->value[USAGE];
	u64 reserve = g->value[RESERVE], reserved = g->value[LENT];
	u64 lent = group_reserved(g), held = group_lends(tree, g);
	u64 whole = group_whole(tree, g);

	if (g->parent && reserve > limit)
		found(findings, g, "max", reserve - limit, true,
		      "reserve %s is above max %s", EXACT(reserve),
		      EXACT(limit));
	if (reserved != lent)
		found(findings, g, "sum", gap(reserved, lent), true,
		      "reserved %s is not the sum %s of its groups' reserve",
		      EXACT(reserved), EXACT(lent));
	if (lent > whole)
		found(findings, g, "coverage", lent - whole, true,
		      "its groups reserve %s, more than its %s of %s",
		      EXACT(lent), g->parent ? "reserve" : "cap",
		      EXACT(whole));
	if ((g->has & BIT(USAGE)) && usage < held)
		found(findings, g, "usage", held - usage, false,
		      "current %s is below the %s that its groups hold",
		      EXACT(usage), EXACT(held));
	if ((g->has & BIT(USAGE)) && limit != UNLIMITED && usage > limit)
		found(findings, g, "limit", usage - limit, false,
		      "current %s is above max %s", EXACT(usage),
		      EXACT(limit));
}

static void check_stock(struct findings *findings, struct tree *tree,
			struct group *g)
{
	u64 limit = group_scale(tree, g), sum = 0;
	struct group *at;
	size_t without = 0;

	/* Groups that do not know of each other are all the machine's. */
	if (tree->kind == FLAT_V1 && g->parent)
		return;
	for_each_down(at, g) {
		if (at == g || (tree->kind != FLAT_V1 && at->parent != g))
			continue;
		if (at->value[LIMIT] == UNLIMITED)
			without++;
		else
			sum = plus(sum, at->value[LIMIT]);
	}
	if (sum > limit)
		found(findings, g, "promise", sum - limit, true,
		      "the limits of its groups come to %s, %s more than the %s there is%s",
		      EXACT(sum), EXACT(sum - limit), EXACT(limit),
		      without ? ", and some have none" : "");
}

static void check_tree(struct findings *findings, struct tree *tree)
{
	struct group *at;

	for_each_down(at, tree->root) {
		/* What groups have together can not be told of some. */
		if (at->partial)
			continue;
		switch (tree->kind) {
		case HARDWALL:
			check_hardwall(findings, tree, at);
			break;
		case RESERVES:
			check_reserves(findings, tree, at);
			break;
		default:
			check_stock(findings, tree, at);
		}
	}
}

/*
 * How much the usage of a group and of those in it has moved from one reading
 * to the next: so much may be due to its not being read at one instant.
 */
static u64 movement(struct tree *before, const struct group *group)
{
	char *path = group_path(group);
	struct group *old = tree_find(before, path), *child, *match;
	u64 moved = 0;

	free(path);
	if (!old)
		return UNLIMITED;
	moved += gap(old->value[USAGE], group->value[USAGE]);
	for_each_child(child, group) {
		match = group_child(old, child->name, strlen(child->name));
		if (!match)
			return UNLIMITED;
		moved += gap(match->value[USAGE], child->value[USAGE]);
	}
	return moved;
}

static const struct finding *same(const struct findings *findings,
				  const char *key)
{
	size_t i;

	for (i = 0; i < findings->nr; i++)
		if (!strcmp(findings->all[i].key, key))
			return &findings->all[i];
	return NULL;
}

/* Keep of the second reading what was in the first, too. */
static size_t keep_lasting(const struct findings *first, struct tree *before,
			   struct findings *second)
{
	size_t i, kept = 0;

	for (i = 0; i < second->nr; i++) {
		struct finding *finding = &second->all[i];
		const struct finding *old = same(first, finding->key);

		if (old && (finding->exact || min(old->by, finding->by) >
			    movement(before, finding->group))) {
			kept++;
			continue;
		}
		free(finding->text);
		finding->text = NULL;
	}
	return kept;
}

/* As the kernel has them, not made to add up. */
static struct tree *read_books(struct hier *hier)
{
	struct tree *tree;

	if (hier->ops->load(hier, BIT(LIMIT) | BIT(RESERVE) | BIT(USAGE) |
			    BIT(LENT) | BIT(PEAK), &tree))
		exit(TROUBLE);
	return tree;
}

#define READINGS	4

static int check(struct hier *hier)
{
	static const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };
	struct findings findings = { 0 };
	struct tree *tree = read_books(hier);
	size_t left, i;
	int reading;

	check_tree(&findings, tree);
	left = findings.nr;
	for (reading = 1; left && reading < READINGS; reading++) {
		struct findings again = { 0 };
		struct tree *newer;

		nanosleep(&pause, NULL);
		newer = read_books(hier);
		check_tree(&again, newer);
		left = keep_lasting(&findings, tree, &again);
		forget(&findings);
		tree_free(tree);
		findings = again;
		tree = newer;
	}
	for (i = 0; i < findings.nr; i++)
		if (findings.all[i].text)
			printf("%s: %s\n", group_print(findings.all[i].group),
			       findings.all[i].text);
	printf("%zu group%s of %s, %s%s: ", tree->groups,
	       PLURAL(tree->groups), kind_info[hier->kind].name,
	       shown(hier->where),
	       hier->skipped ? ", of those that could be read" : "");
	if (!left)
		puts("all is well");
	else
		printf("%zu %s\n", left, kind_reserves(hier->kind) ?
		       "broken" : "promising more than there is");
	forget(&findings);
	tree_free(tree);
	return left ? FOUND : FINE;
}

static int run(int argc, char **argv)
{
	static const struct option options[] = { COMMON_OPTIONS };
	static struct hier hier;
	int option, ret;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1)
		common_option(&verb_check, option);
	if (optind < argc)
		usage_error(&verb_check, "%s: check has no argument: it looks at all groups",
			    shown(argv[optind]));
	open_hier(&hier);
	hier.skips = true;
	ret = check(&hier);
	return ret;
}

const struct verb verb_check = {
	.name = "check",
	.arguments = "",
	.summary = "Are the books of all groups right?",
	.help = "  What is wrong is read again, since a limit may just be changing. On a kernel\n"
		"  that has no reservations: where do limits promise more than there is?\n"
		"  Exit status 1: something was found.\n\n",
	.run = run,
};
