// SPDX-License-Identifier: GPL-2.0-only
/*
 * memhier draw: the tree as a picture.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "svg.h"
#include "verbs.h"

static int draw_into(struct hier *hier, struct tree *tree, struct group *top,
		     const char *path)
{
	FILE *file = path ? fopen(path, "we") : stdout;
	int ret = FINE;

	if (!file) {
		say("%s: %s", shown(path), strerror(errno));
		return TROUBLE;
	}
	svg_draw(file, tree, top, hier->where);
	if (path && (ferror(file) | fclose(file))) {
		say("%s: %s; what is there of it is not whole", shown(path),
		    strerror(errno));
		ret = TROUBLE;
	}
	return ret;
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		COMMON_OPTIONS
	};
	const char *output = NULL;
	struct group *top;
	static struct hier hier;
	struct tree *tree;
	int option, ret;

	while ((option = getopt_long(argc, argv, "ho:", options, NULL)) != -1) {
		if (option == 'o')
			output = optarg;
		else
			common_option(&verb_draw, option);
	}
	if (argc - optind > 1)
		usage_error(&verb_draw, "one group at most");
	open_hier(&hier);
	hier.skips = true;
	tree = load_usual(&hier);
	if (!tree)
		return TROUBLE;
	top = group_argument(&hier, tree, optind < argc ? argv[optind] : "/");
	ret = top ? draw_into(&hier, tree, top, output) : TROUBLE;
	tree_free(tree);
	return ret;
}

const struct verb verb_draw = {
	.name = "draw",
	.arguments = "[GROUP]",
	.summary = "The tree as an SVG picture, in which areas are bytes",
	.help = "  -o, --output FILE   not to standard output\n",
	.run = run,
};
