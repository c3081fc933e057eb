// SPDX-License-Identifier: GPL-2.0-only
/*
 * memhier systemd: what keeps the numbers of a slice when systemd sets up its
 * groups anew. Limits are systemd's own setting, for it writes them whenever it
 * likes. Reserves it does not know, and leaves alone, but a slice that starts
 * has none: a service that starts with it writes them.
 */
#include <stdlib.h>
#include <string.h>

#include "verbs.h"

#ifndef MEMHIER_PATH
#define MEMHIER_PATH "/usr/sbin/memhier"
#endif

/* "a-b.slice" is in "a.slice": a.slice/a-b.slice; "-.slice" is the root. */
static char *slice_path(const char *slice)
{
	size_t n = strlen(slice), i;
	char *path = xalloc(n * n + n + 1), *to = path;

	if (!strcmp(slice, "-.slice"))
		return path;
	n -= strlen(".slice");
	for (i = 1; i <= n; i++) {
		if (i < n && slice[i] != '-')
			continue;
		if (to > path)
			*to++ = '/';
		memcpy(to, slice, i);
		to = stpcpy(to + i, ".slice");
	}
	return path;
}

/* What systemd allows in the name of a unit. */
static const char unit_letters[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_.\\@";

static bool is_slice(const char *name)
{
	size_t n = strlen(name), tail = strlen(".slice");

	if (n <= tail || strcmp(name + n - tail, ".slice") ||
	    name[strspn(name, unit_letters)])
		return false;
	if (!strcmp(name, "-.slice"))
		return true;
	return *name != '-' && name[n - tail - 1] != '-' && !strstr(name, "--");
}

static void head(const char *format, const char *slice)
{
	printf("%s# ", color(COLOR_HEAD));
	printf(format, slice);
	printf("%s\n", color_end());
}

static void print_bytes(const char *key, u64 value)
{
	if (value == UNLIMITED)
		printf("%s=infinity\n", key);
	else
		printf("%s=%llu\n", key, value);
}

static void print_dropin(const struct tree *tree, const struct group *group,
			 const char *slice)
{
	bool v1 = tree->kind == HARDWALL;

	head("/etc/systemd/system/%s.d/50-memhier.conf", slice);
	if (!v1) {
		puts("[Unit]");
		printf("Wants=memhier-%s.service\n\n", slice);
	}
	puts("[Slice]");
	if (v1) {
		puts("MemoryAccounting=yes");
		print_bytes("MemoryLimit", group->value[LIMIT]);
		return;
	}
	print_bytes("MemoryMax", group->value[LIMIT]);
	puts("# Reclaim for the whole machine does not know reserves; this it does.");
	print_bytes("MemoryMin", group->value[RESERVE]);
	putchar('\n');
}

/* A slice at its place; one of a container's own systemd is at another. */
static bool is_kept(const struct group *group)
{
	char *path, *place;
	bool same;

	if (!is_slice(group->name))
		return false;
	path = group_path(group);
	place = slice_path(group->name);
	same = !strcmp(path, place);
	free(path);
	free(place);
	return same;
}

static void print_conf(struct group *group, const char *slice)
{
	struct group *at;

	head("/etc/memhier/%s.conf", slice);
	for_each_down(at, group) {
		if (!at->value[RESERVE])
			continue;
		/* What is in a slice may have ended for good: a container. */
		if (is_kept(at))
			printf("[%s]\nreserve = %s\n\n", group_print(at),
			       EXACT(at->value[RESERVE]));
		else
			say("%s is no slice: its reserve of %s is left out",
			    group_print(at), EXACT(at->value[RESERVE]));
	}
}

static void print_service(const struct group *group, const char *slice)
{
	const struct group *parent = group->parent;

	head("/etc/systemd/system/memhier-%s.service", slice);
	printf("[Unit]\n"
	       "Description=Memory reserves of %s\n"
	       "Documentation=man:memhier(8)\n"
	       "After=%s\n"
	       "PartOf=%s\n", slice, slice, slice);
	/* Out of what the parent has; that is written first, if it is kept. */
	if (parent->parent)
		printf("Wants=memhier-%s.service\n"
		       "After=memhier-%s.service\n", parent->name,
		       parent->name);
	printf("\n[Service]\n"
	       "Type=oneshot\n"
	       "ExecStart=" MEMHIER_PATH " apply --yes /etc/memhier/");
	/* In a command, systemd takes \x2d for the letter that it is. */
	for (; *slice; slice++) {
		if (*slice == '\\')
			putchar('\\');
		putchar(*slice);
	}
	puts(".conf");
}

static int print(struct tree *tree, struct group *group, const char *slice)
{
	print_dropin(tree, group, slice);
	if (tree->kind == HARDWALL)
		return FINE;
	print_conf(group, slice);
	print_service(group, slice);
	return FINE;
}

static int run(int argc, char **argv)
{
	static const struct option options[] = { COMMON_OPTIONS };
	struct group *group;
	const char *slice;
	static struct hier hier;
	struct tree *tree;
	int option, ret;
	char *path;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1)
		common_option(&verb_systemd, option);
	if (argc - optind != 1)
		usage_error(&verb_systemd, "one slice, please");
	slice = argv[optind];
	if (!is_slice(slice))
		usage_error(&verb_systemd, "%s: not the name of a slice, such as tenants-alice.slice",
			    shown(slice));
	open_hier(&hier);
	if (!kind_reserves(hier.kind)) {
		say("this kernel sets nothing aside: there is nothing to keep");
		return TROUBLE;
	}
	tree = load_usual(&hier);
	if (!tree)
		return TROUBLE;
	path = slice_path(slice);
	group = *path ? group_argument(&hier, tree, path) : NULL;
	if (!*path)
		say("-.slice: the root has no settings in systemd");
	ret = group ? print(tree, group, slice) : TROUBLE;
	free(path);
	tree_free(tree);
	return ret;
}

const struct verb verb_systemd = {
	.name = "systemd",
	.arguments = "SLICE",
	.summary = "Files that keep a slice's numbers over reloads and reboots",
	.help = "  Prints each file below its name. Limits become settings of systemd, which\n"
		"  writes them itself; reserves, of the slice and of the slices in it, are written\n"
		"  by a service that comes with it.\n",
	.run = run,
};
