// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel to test against.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

static struct model *model_of(struct hier *hier)
{
	return (struct model *)hier;
}

static u64 reserved_in(const struct group *group)
{
	struct group *child;
	u64 sum = 0;

	for_each_child(child, group)
		sum += child->value[RESERVE];
	return sum;
}

static u64 held(const struct model *model, const struct group *group)
{
	if (model->hier.kind == HARDWALL)
		return group->value[RESERVE];
	return max(model_usage(model, group), group->value[RESERVE]);
}

/**
 * model_usage - what is charged to a group
 * @model: the model
 * @group: any group of it
 *
 * Return: bytes.
 */
u64 model_usage(const struct model *model, const struct group *group)
{
	u64 usage = OWN(group);
	struct group *child;

	for_each_child(child, group)
		usage += held(model, child);
	return usage;
}

static u64 cap(const struct model *model)
{
	return tree_cap(model->tree);
}

/**
 * model_holds - do all invariants hold?
 * @model: the model
 *
 * Return: true if so.
 */
bool model_holds(const struct model *model)
{
	bool wall = model->hier.kind == HARDWALL;
	struct group *at;

	for_each_down(at, model->tree->root) {
		u64 limit = at->parent || !wall ? at->value[LIMIT] : cap(model);
		u64 whole = at->parent ? at->value[RESERVE] : cap(model);

		if (model_usage(model, at) > limit || reserved_in(at) > whole)
			return false;
		if (wall && at->parent && at->value[RESERVE] != limit)
			return false;
		if (!wall && at->parent && at->value[RESERVE] > limit)
			return false;
	}
	return true;
}

static int write_fails(struct model *model)
{
	model->writes++;
	if (model->writes == model->fail_at ||
	    (model->fail_from && model->writes >= model->fail_from))
		return model->fail_with;
	return 0;
}

static int done(struct model *model, int ret)
{
	if (!model_holds(model))
		model->broken = true;
	return ret;
}

static int wall_set(struct model *model, struct group *group, u64 value)
{
	struct group *parent = group->parent;
	u64 now = group->value[LIMIT];

	if (!parent) {
		u64 old = group->value[LIMIT];

		group->value[LIMIT] = value;
		if (model_usage(model, group) <= cap(model))
			return 0;
		group->value[LIMIT] = old;
		return -EBUSY;
	}
	if (value < now) {
		if (model_usage(model, group) > value)
			return -EBUSY;
	} else if (value > now) {
		u64 whole = parent->parent ? parent->value[LIMIT] : cap(model);

		if (reserved_in(parent) + value - now > whole)
			return -ENOSPC;
		if (model_usage(model, parent) + value - now > whole)
			return -EBUSY;
	}
	group->value[LIMIT] = value;
	group->value[RESERVE] = value;
	return 0;
}

static void revoke_below(struct model *model, struct group *top)
{
	struct group *at;

	for_each_up(at, top) {
		if (at == top || !at->value[RESERVE])
			continue;
		at->value[RESERVE] = 0;
		model->revoked++;
	}
}

static int max_set(struct model *model, struct group *group, u64 value)
{
	if (!group->parent)
		return -ENOENT;
	if (group->value[RESERVE] > value) {
		group->value[RESERVE] = value;
		model->revoked++;
		if (reserved_in(group) > value)
			revoke_below(model, group);
	}
	group->value[LIMIT] = value;
	return 0;
}

static int reserve_set(struct model *model, struct group *group, u64 value)
{
	struct group *at;
	u64 old = group->value[RESERVE], whole;

	if (group->parent && value > group->value[LIMIT])
		return -EINVAL;
	if (value < reserved_in(group)) {
		if (value)
			return -EBUSY;
		revoke_below(model, group);
	}
	if (!group->parent) {
		group->value[RESERVE] = value;
		return 0;
	}
	whole = group->parent->parent ? group->parent->value[RESERVE] :
		cap(model);
	if (value > old && reserved_in(group->parent) - old + value > whole)
		return -ENOSPC;
	group->value[RESERVE] = value;
	for (at = group->parent; at; at = at->parent) {
		if (value <= old || model_usage(model, at) <= at->value[LIMIT])
			continue;
		group->value[RESERVE] = old;
		return -EBUSY;
	}
	return 0;
}

static int model_set(struct hier *hier, const char *path, enum attr attr,
		     u64 value)
{
	struct model *model = model_of(hier);
	struct group *group = tree_find(model->tree, path);
	int ret = write_fails(model);

	if (ret)
		return ret;
	if (!group)
		return -ENOENT;
	if (hier->kind == HARDWALL)
		ret = attr == LIMIT ? wall_set(model, group, value) : -EACCES;
	else
		ret = attr == LIMIT ? max_set(model, group, value) :
			reserve_set(model, group, value);
	return done(model, ret);
}

static int model_get(struct hier *hier, const char *path, enum attr attr,
		     u64 *value)
{
	struct group *group = tree_find(model_of(hier)->tree, path);

	if (!group)
		return -ENOENT;
	*value = group->value[attr];
	return 0;
}

static struct group *parent_of(struct model *model, const char *path,
			       const char **name)
{
	const char *slash = strrchr(path, '/');
	struct group *parent;
	char *above;

	*name = slash ? slash + 1 : path;
	above = xstrdup(path);
	above[slash ? slash - path : 0] = '\0';
	parent = tree_find(model->tree, above);
	free(above);
	return parent;
}

static int model_create(struct hier *hier, const char *path)
{
	struct model *model = model_of(hier);
	struct group *parent, *group;
	const char *name;
	int ret = write_fails(model);

	if (ret)
		return ret;
	parent = parent_of(model, path, &name);
	if (!parent)
		return -ENOENT;
	if (group_child(parent, name, strlen(name)))
		return -EEXIST;
	group = tree_add(model->tree, parent, name);
	group->value[LIMIT] = hier->kind == HARDWALL ? 0 : UNLIMITED;
	tree_sort(model->tree);
	return done(model, 0);
}

static int model_remove(struct hier *hier, const char *path)
{
	struct model *model = model_of(hier);
	struct group *group;
	int ret = write_fails(model);

	if (ret)
		return ret;
	group = tree_find(model->tree, path);
	if (!group)
		return -ENOENT;
	if (group->child || OWN(group))
		return -EBUSY;
	tree_drop(model->tree, group);
	return done(model, 0);
}

static int model_own(struct hier *hier, const char *path, uid_t uid, gid_t gid)
{
	struct model *model = model_of(hier);
	struct group *group = tree_find(model->tree, path);
	int ret = write_fails(model);

	if (ret)
		return ret;
	if (!group)
		return -ENOENT;
	if (uid != (uid_t)-1)
		group->uid = uid;
	if (gid != (gid_t)-1)
		group->gid = gid;
	return 0;
}

static void copy_below(const struct model *model, struct tree *tree,
		       struct group *to, const struct group *from)
{
	struct group *child;
	int attr;

	for (attr = 0; attr < PEAK; attr++)
		to->value[attr] = from->value[attr];
	to->value[USAGE] = model_usage(model, from);
	to->value[LENT] = reserved_in(from);
	to->has = BIT(LIMIT) | BIT(RESERVE) | BIT(USAGE) | BIT(LENT);
	to->uid = from->uid;
	to->gid = from->gid;
	for_each_child(child, from)
		copy_below(model, tree, tree_add(tree, to, child->name), child);
}

static int model_load(struct hier *hier, unsigned int attrs, struct tree **tree)
{
	struct model *model = model_of(hier);

	(void)attrs;
	*tree = tree_new(hier->kind, hier->machine);
	copy_below(model, *tree, (*tree)->root, model->tree->root);
	tree_sort(*tree);
	tree_account(*tree);
	return 0;
}

static int model_lock(struct hier *hier)
{
	(void)hier;
	return 0;
}

static void model_unlock(struct hier *hier)
{
	(void)hier;
}

static const struct hier_ops model_ops = {
	.load = model_load,
	.get = model_get,
	.set = model_set,
	.create = model_create,
	.remove = model_remove,
	.own = model_own,
	.lock = model_lock,
	.unlock = model_unlock,
};

/**
 * model_init - a kernel with nothing but the root
 * @model: what to fill in
 * @kind: HARDWALL or RESERVES
 * @machine: bytes of memory that it has
 */
void model_init(struct model *model, enum kind kind, u64 machine)
{
	memset(model, 0, sizeof(*model));
	model->hier.ops = &model_ops;
	model->hier.kind = kind;
	model->hier.machine = machine;
	model->hier.where = "/model";
	model->hier.fd = -1;
	model->tree = tree_new(kind, machine);
	if (kind == RESERVES)
		model->tree->root->value[RESERVE] = machine;
}

/**
 * model_end - forget it
 * @model: what model_init() filled in
 */
void model_end(struct model *model)
{
	tree_free(model->tree);
}

/**
 * model_add - put a group there, by whatever way it came to be
 * @model: the model
 * @path: of the group, whose parent is there
 * @limit: its limit
 * @reserve: its reserve; HARDWALL takes the limit for it
 * @own: its own pages
 *
 * Return: the group.
 */
struct group *model_add(struct model *model, const char *path, u64 limit,
			u64 reserve, u64 own)
{
	const char *name;
	struct group *parent = parent_of(model, path, &name), *group;

	group = tree_add(model->tree, parent, name);
	group->value[LIMIT] = limit;
	group->value[RESERVE] = model->hier.kind == HARDWALL ? limit : reserve;
	OWN(group) = own;
	tree_sort(model->tree);
	return group;
}

/**
 * model_text - all that a plan could change, to compare
 * @model: the model
 *
 * Return: new memory.
 */
char *model_text(const struct model *model)
{
	char *text = xstrdup(""), *more, *path;
	struct group *at;

	for_each_down(at, model->tree->root) {
		path = group_path(at);
		more = xprintf("%s/%s %llu %llu %u:%u\n", text, path,
			       at->value[LIMIT], at->value[RESERVE], at->uid,
			       at->gid);
		free(path);
		free(text);
		text = more;
	}
	return text;
}
