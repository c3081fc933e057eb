// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hierarchy of groups in memory.
 */
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tree.h"

/**
 * tree_new - a tree that has nothing but its root
 * @kind: what the kernel does with limits
 * @machine: bytes of memory that the machine has
 *
 * Return: the tree.
 */
struct tree *tree_new(enum kind kind, u64 machine)
{
	struct tree *tree = xalloc(sizeof(*tree));

	tree->kind = kind;
	tree->machine = machine;
	tree->page = sysconf(_SC_PAGESIZE);
	tree_add(tree, NULL, "");
	tree->root->value[LIMIT] = UNLIMITED;
	return tree;
}

static void keep(void *group)
{
	(void)group;
}

static void free_group(struct group *group)
{
	tdestroy(group->by_name, keep);
	free(group->name);
	free(group);
}

/**
 * tree_free - forget a tree
 * @tree: the tree, or NULL
 */
void tree_free(struct tree *tree)
{
	struct group *at, *next;

	if (!tree)
		return;
	for (at = group_first_leaf(tree->root); at; at = next) {
		next = group_next_up(tree->root, at);
		free_group(at);
	}
	free(tree);
}

static int names_differ(const void *a, const void *b)
{
	return strcmp(((const struct group *)a)->name,
		      ((const struct group *)b)->name);
}

static void index_child(struct group *parent, struct group *child)
{
	if (!tsearch(child, &parent->by_name, names_differ))
		die("out of memory");
}

/**
 * tree_add - add a group
 * @tree: the tree
 * @parent: the group above; NULL for the root
 * @name: its name there
 *
 * Return: the group, which is the first child of @parent until tree_sort().
 */
struct group *tree_add(struct tree *tree, struct group *parent,
		       const char *name)
{
	struct group *group = xalloc(sizeof(*group));

	group->name = xstrdup(name);
	group->parent = parent;
	if (parent) {
		group->depth = parent->depth + 1;
		group->next = parent->child;
		parent->child = group;
		if (parent->by_name)
			index_child(parent, group);
	} else {
		tree->root = group;
	}
	tree->groups++;
	return group;
}

/**
 * tree_drop - take a group out
 * @tree: the tree
 * @group: a group that has no children, and is not the root; it is freed
 */
void tree_drop(struct tree *tree, struct group *group)
{
	struct group **at = &group->parent->child;

	while (*at != group)
		at = &(*at)->next;
	*at = group->next;
	if (group->parent->by_name)
		tdelete(group, &group->parent->by_name, names_differ);
	free_group(group);
	tree->groups--;
}

static int by_name(const void *a, const void *b)
{
	return names_differ(*(struct group * const *)a,
			    *(struct group * const *)b);
}

static void sort_children(struct group *group)
{
	struct group **all, *child;
	size_t n = 0, i = 0;

	for_each_child(child, group)
		n++;
	if (n < 2)
		return;
	all = xalloc(n * sizeof(*all));
	for_each_child(child, group)
		all[i++] = child;
	qsort(all, n, sizeof(*all), by_name);
	for (i = 0; i < n; i++)
		all[i]->next = i + 1 < n ? all[i + 1] : NULL;
	group->child = all[0];
	free(all);
}

/**
 * tree_sort - bring all groups into the order of their names
 * @tree: the tree
 */
void tree_sort(struct tree *tree)
{
	struct group *at;

	for_each_down(at, tree->root)
		sort_children(at);
}

/**
 * kind_reserves - can memory be set aside for a group?
 * @kind: what the kernel does with limits
 *
 * Return: true if the kernel has the series.
 */
bool kind_reserves(enum kind kind)
{
	return kind == HARDWALL || kind == RESERVES;
}

/**
 * group_is_wall - are limit and reserve of a group one?
 * @tree: the tree
 * @group: the group
 *
 * Return: true if so; then whoever moves one of the two moves the other.
 */
bool group_is_wall(const struct tree *tree, const struct group *group)
{
	return tree->kind == HARDWALL ||
	       group->value[RESERVE] == group->value[LIMIT];
}

/**
 * group_held - what a group takes of its parent, used or not
 * @tree: the tree
 * @group: any group but the root
 *
 * Return: bytes.
 */
u64 group_held(const struct tree *tree, const struct group *group)
{
	switch (tree->kind) {
	case HARDWALL:
		return group->value[RESERVE];
	case RESERVES:
		return max(group->charged, group->value[RESERVE]);
	case FLAT_V1:
		return 0;
	default:
		return group->charged;
	}
}

/**
 * group_lends - the sum of what children hold
 * @tree: the tree
 * @group: any group
 *
 * Return: bytes.
 */
u64 group_lends(const struct tree *tree, const struct group *group)
{
	struct group *child;
	u64 sum = 0;

	for_each_child(child, group)
		sum = plus(sum, group_held(tree, child));
	return sum;
}

/**
 * group_reserved - the sum of what is set aside for children
 * @group: any group
 *
 * Return: bytes.
 */
u64 group_reserved(const struct group *group)
{
	struct group *child;
	u64 sum = 0;

	for_each_child(child, group)
		sum = plus(sum, child->value[RESERVE]);
	return sum;
}

/**
 * tree_cap - how much all groups below the root can have together
 * @tree: the tree
 *
 * Return: bytes: what was written to the root, or else what the kernel takes
 * for that (it keeps a 64th on v1).
 */
u64 tree_cap(const struct tree *tree)
{
	const struct group *root = tree->root;

	switch (tree->kind) {
	case HARDWALL:
		if (root->value[LIMIT] == UNLIMITED)
			return tree->machine - tree->machine / 64;
		return root->value[LIMIT];
	case RESERVES:
		return root->value[RESERVE];
	default:
		return min(root->value[LIMIT], tree->machine);
	}
}

/**
 * group_whole - how much can be set aside for all children together
 * @tree: the tree, of a kernel that sets memory aside
 * @group: any group
 *
 * Return: bytes.
 */
u64 group_whole(const struct tree *tree, const struct group *group)
{
	if (!group->parent)
		return tree_cap(tree);
	return group->value[tree->kind == HARDWALL ? LIMIT : RESERVE];
}

/**
 * group_scale - how large a group can become
 * @tree: the tree
 * @group: any group
 *
 * Return: bytes: the least limit from the group to the root, or what the
 * machine has.
 */
u64 group_scale(const struct tree *tree, const struct group *group)
{
	u64 scale = min(tree->machine, group->value[LIMIT]);

	/* Where groups do not know of each other, only its own. */
	while (tree->kind != FLAT_V1 && (group = group->parent))
		scale = min(scale, group->value[LIMIT]);
	return scale;
}

static void account(const struct tree *tree, struct group *group)
{
	u64 usage = group->value[USAGE], limit = group->value[LIMIT];
	u64 held = 0, idle = 0;
	struct group *child;

	for_each_child(child, group) {
		held += group_held(tree, child);
		idle += child->idle + child->spare;
	}
	if (!group->parent && !(group->has & BIT(USAGE)))
		usage = held;
	/* Groups below may have grown since usage was read. */
	usage = max(usage, held);
	group->charged = usage;
	group->own = usage - held;
	group->idle = min(idle, held);
	group->used_below = held - group->idle;
	if (!group->parent)
		limit = min(limit, tree->machine);
	if (limit == UNLIMITED)
		group->room = UNLIMITED;
	else
		group->room = less(limit, usage);
	/* The root's reserve is a cap; nobody sets it aside. */
	if (group->parent && group->value[RESERVE] > usage)
		group->spare = min(group->value[RESERVE] - usage, group->room);
}

/**
 * tree_account - work out the parts of each group's usage
 * @tree: a tree whose values were read
 *
 * own + used_below + idle is what a group has charged, and with room, of which spare
 * is a part, it is the limit, if there is one.
 */
void tree_account(struct tree *tree)
{
	struct group *at;

	for_each_up(at, tree->root)
		account(tree, at);
}

/**
 * tree_want_same - a target that changes nothing
 * @tree: the tree
 */
void tree_want_same(struct tree *tree)
{
	struct group *at;

	for_each_down(at, tree->root) {
		at->want[LIMIT] = at->value[LIMIT];
		at->want[RESERVE] = at->value[RESERVE];
		at->want_uid = at->uid;
		at->want_gid = at->gid;
		at->declared = false;
		at->create = false;
		at->remove = false;
	}
}

/**
 * group_path - the path of a group below the root of its hierarchy
 * @group: the group
 *
 * Return: new memory: "a/b", or "" for the root.
 */
char *group_path(const struct group *group)
{
	const struct group *at;
	size_t length = 0;
	char *path, *to;

	for (at = group; at->parent; at = at->parent)
		length += strlen(at->name) + 1;
	path = xalloc(length + 1);
	to = path + (length ? length - 1 : 0);
	*to = '\0';
	for (at = group; at->parent; at = at->parent) {
		size_t n = strlen(at->name);

		to -= n;
		memcpy(to, at->name, n);
		if (to > path)
			*--to = '/';
	}
	return path;
}

/**
 * group_print - the path of a group as people may see it
 * @group: the group
 *
 * Return: as shown(); "/" for the root.
 */
const char *group_print(const struct group *group)
{
	const char *text;
	char *path;

	if (!group->parent)
		return "/";
	path = group_path(group);
	text = shown(path);
	free(path);
	return text;
}

/**
 * group_child - a child by name
 * @parent: the group
 * @name: the name, which need not end with NUL
 * @length: of @name
 *
 * Return: the child, or NULL.
 */
struct group *group_child(struct group *parent, const char *name,
			  size_t length)
{
	struct group *child, key = { .name = xalloc(length + 1) };
	struct group **found;

	if (!parent->by_name)
		for_each_child(child, parent)
			index_child(parent, child);
	memcpy(key.name, name, length);
	found = tfind(&key, &parent->by_name, names_differ);
	free(key.name);
	return found ? *found : NULL;
}

/**
 * tree_find - a group by its path
 * @tree: the tree
 * @path: as of group_path(); slashes before, behind and between are one
 *
 * Return: the group, or NULL.
 */
struct group *tree_find(const struct tree *tree, const char *path)
{
	struct group *at = tree->root;

	while (at) {
		size_t length;

		path += strspn(path, "/");
		if (!*path)
			return at;
		length = strcspn(path, "/");
		at = group_child(at, path, length);
		path += length;
	}
	return NULL;
}

/**
 * group_next - the next group, parents before children
 * @top: whose subtree
 * @at: the group before
 *
 * Return: the group, or NULL behind the last.
 */
struct group *group_next(const struct group *top, const struct group *at)
{
	if (at->child)
		return at->child;
	while (at != top && !at->next)
		at = at->parent;
	return at == top ? NULL : at->next;
}

/**
 * group_first_leaf - the first group, children before parents
 * @top: whose subtree
 *
 * Return: the group.
 */
struct group *group_first_leaf(struct group *top)
{
	while (top->child)
		top = top->child;
	return top;
}

/**
 * group_next_up - the next group, children before parents
 * @top: whose subtree
 * @at: the group before
 *
 * The group before may be freed once this has returned.
 *
 * Return: the group, or NULL behind @top.
 */
struct group *group_next_up(const struct group *top, const struct group *at)
{
	if (at == top)
		return NULL;
	return at->next ? group_first_leaf(at->next) : at->parent;
}
