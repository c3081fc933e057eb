// SPDX-License-Identifier: GPL-2.0-only
/*
 * Put what is declared on a tree: what shall each group have?
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"

/* How far a value was worked out. */
enum mark {
	MARK_NONE,
	MARK_BUSY,
	MARK_CIRCLE,	/* busy, and it was told that it waits for itself */
	MARK_DONE,
};

struct target {
	struct conf *conf;
	struct tree *tree;
};

static const char * const attr_key[] = { [LIMIT] = "limit", [RESERVE] = "reserve" };

static void wrong(struct target *target, const struct place *place,
		  const char *format, ...)
	__printf(3, 4);

static void wrong(struct target *target, const struct place *place,
		  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsay_at(place, format, args);
	va_end(args);
	target->conf->errors++;
}

static u64 page_down(const struct tree *tree, u64 size)
{
	return size - size % tree->page;
}

static u64 page_up(const struct tree *tree, u64 size)
{
	return page_down(tree, size + tree->page - 1);
}

/* What a group is like that was just made. */
static void just_made(const struct tree *tree, struct group *group)
{
	group->create = true;
	group->value[LIMIT] = tree->kind == HARDWALL ? 0 : UNLIMITED;
	group->want[LIMIT] = group->value[LIMIT];
	group->uid = -1;
	group->gid = -1;
	group->want_uid = -1;
	group->want_gid = -1;
}

/* The group of a section, which is made if only it is missing. */
static struct group *place_section(struct target *target,
				   struct section *section)
{
	struct group *at = target->tree->root;
	const char *path = section->group;

	while (*path) {
		size_t n = strcspn(path, "/");
		struct group *child = group_child(at, path, n);

		if (!child && path[n]) {
			wrong(target, &section->place,
			      "[%s]: there is no group %s, nor is it declared",
			      shown(section->group),
			      shown_part(section->group,
					 path + n - section->group));
			return NULL;
		}
		if (!child) {
			child = tree_add(target->tree, at, path);
			just_made(target->tree, child);
		}
		at = child;
		path += n + !!path[n];
	}
	at->declared = true;
	at->data = section;
	return at;
}

static int by_length(const void *a, const void *b)
{
	const struct section *one = *(struct section * const *)a;
	const struct section *two = *(struct section * const *)b;
	size_t n = strlen(one->group), m = strlen(two->group);

	return n < m ? -1 : n > m;
}

/* Parents have shorter paths, so they are placed first. */
static void place_all(struct target *target)
{
	struct section *section, **all;
	size_t n = 0, i = 0;

	for (section = target->conf->first; section; section = section->next)
		n++;
	all = xalloc(n * sizeof(*all));
	for (section = target->conf->first; section; section = section->next)
		all[i++] = section;
	qsort(all, n, sizeof(*all), by_length);
	for (i = 0; i < n; i++)
		all[i]->at = place_section(target, all[i]);
	free(all);
	tree_sort(target->tree);
}

static u64 want(struct target *target, struct group *group, enum attr attr);

/* What children of a group can have together, of its limit or reserve. */
static u64 want_whole(struct target *target, struct group *parent,
		      enum attr attr)
{
	u64 value = want(target, parent, attr);

	if (!parent->parent && attr == LIMIT) {
		struct tree *tree = target->tree;

		if (value == UNLIMITED && tree->kind == HARDWALL)
			return tree->machine - tree->machine / 64;
		return min(value, tree->machine);
	}
	return value;
}

static u64 want_part(struct target *target, struct group *group,
		     enum attr attr, const struct amount *amount)
{
	u64 whole = want_whole(target, group->parent, attr);

	if (whole == UNLIMITED) {
		wrong(target, &amount->place,
		      "[%s]: %s has no limit, of which there is no part",
		      group_print(group), group_print(group->parent));
		return 0;
	}
	return page_down(target->tree, (u64)((unsigned __int128)whole *
					     amount->number / 100000));
}

static u64 want_rest(struct target *target, struct group *group,
		     enum attr attr, const struct amount *amount)
{
	struct section *parent = group->parent->data;
	u64 whole = want_whole(target, group->parent, attr);
	u64 left = whole;
	struct group *child;

	if (whole == UNLIMITED) {
		wrong(target, &amount->place,
		      "[%s]: %s has no limit, so there is no rest",
		      group_print(group), group_print(group->parent));
		return 0;
	}
	if (parent && parent->keep.type)
		left -= min(left, page_up(target->tree, parent->keep.number));
	for_each_child(child, group->parent) {
		u64 takes = child == group || child->remove ? 0 :
			want(target, child, attr);

		if (takes == UNLIMITED) {
			wrong(target, &amount->place,
			      "[%s]: %s has no limit, so there is no rest",
			      group_print(group), group_print(child));
			return 0;
		}
		left -= min(left, takes);
	}
	return page_down(target->tree, left);
}

static u64 at_least(struct target *target, struct group *group,
		    const struct amount *amount, u64 value)
{
	struct section *section = group->data;
	u64 least;

	if (!section->at_least.type)
		return value;
	least = page_up(target->tree, section->at_least.number);
	if (value >= least)
		return value;
	if (amount->type == AMOUNT_PERCENT)
		return least;
	wrong(target, &amount->place,
	      "[%s]: that is %s, less than the %s of \"at least\" in %s:%d",
	      group_print(group), EXACT(value), EXACT(least),
	      shown(section->at_least.place.file), section->at_least.place.line);
	return value;
}

static u64 want_declared(struct target *target, struct group *group,
			 enum attr attr, const struct amount *amount)
{
	u64 value = 0;

	switch (amount->type) {
	case AMOUNT_BYTES:
		value = page_up(target->tree, amount->number);
		break;
	case AMOUNT_PERCENT:
		value = want_part(target, group, attr, amount);
		break;
	case AMOUNT_REST:
		value = want_rest(target, group, attr, amount);
		break;
	default:
		value = UNLIMITED;
	}
	if (attr == RESERVE || !((struct section *)group->data)->reserve.type)
		value = at_least(target, group, amount, value);
	return value;
}

/* Where a value of a group is declared: there, or by a wall, or not at all. */
static const struct amount *declaration(const struct target *target,
					const struct group *group,
					enum attr attr)
{
	const struct section *section = group->data;
	bool wall;

	if (!section)
		return NULL;
	wall = section->hardwall || target->tree->kind == HARDWALL;
	if (attr == LIMIT)
		return section->limit.type || !wall || !group->parent ?
			&section->limit : &section->reserve;
	return section->reserve.type || !wall || !group->parent ?
		&section->reserve : &section->limit;
}

/* A declared limit may be a wall's reserve, which is a part of the reserve. */
static enum attr declared_attr(const struct group *group,
			       const struct amount *amount)
{
	const struct section *section = group->data;

	return amount == &section->limit ? LIMIT : RESERVE;
}

/* The limit or the reserve that a group shall have. */
static u64 want(struct target *target, struct group *group, enum attr attr)
{
	const struct amount *amount = declaration(target, group, attr);

	if (group->remove)
		return 0;
	if (!amount || !amount->type || group->mark[attr] == MARK_DONE)
		return group->want[attr];
	if (group->mark[attr] == MARK_BUSY) {
		wrong(target, &amount->place,
		      "[%s]: a circle: %s = rest is what others leave, who wait for this one",
		      group_print(group), attr_key[attr]);
		group->mark[attr] = MARK_CIRCLE;
	}
	if (group->mark[attr] == MARK_CIRCLE)
		return 0;
	group->mark[attr] = MARK_BUSY;
	if (target->tree->kind == HARDWALL && attr == RESERVE)
		group->want[attr] = want(target, group, LIMIT);
	else if (target->tree->kind == HARDWALL ||
		 declared_attr(group, amount) == attr)
		group->want[attr] = want_declared(target, group, attr, amount);
	else
		group->want[attr] = want(target, group,
					 declared_attr(group, amount));
	group->mark[attr] = MARK_DONE;
	return group->want[attr];
}

static void check_root(struct target *target, struct section *section)
{
	enum kind kind = target->tree->kind;

	if (section->limit.type && kind != HARDWALL)
		wrong(target, &section->limit.place,
		      "[/]: the root has no limit here%s", kind == RESERVES ? "; its reserve is the cap" : "");
	if (section->reserve.type && kind == HARDWALL)
		wrong(target, &section->reserve.place,
		      "[/]: the root reserves nothing; its limit is the cap");
	if (section->limit.type == AMOUNT_REST ||
	    section->reserve.type == AMOUNT_REST ||
	    section->limit.type == AMOUNT_PERCENT ||
	    section->reserve.type == AMOUNT_PERCENT)
		wrong(target, &section->place,
		      "[/]: the root has no parent to have a part of");
}

static void check_section(struct target *target, struct section *section)
{
	enum kind kind = target->tree->kind;

	if (section->hardwall && !section->limit.type &&
	    !section->reserve.type)
		wrong(target, &section->hardwall_place,
		      "[%s]: hardwall = yes needs a limit",
		      shown(section->group));
	if (section->limit.type == AMOUNT_MAX &&
	    (section->hardwall || (kind == HARDWALL && section->at->parent)))
		wrong(target, &section->limit.place,
		      "[%s]: limit = max: a reservation has a size",
		      shown(section->group));
	if (!kind_reserves(kind) && (section->reserve.type ||
				     section->hardwall))
		wrong(target, section->reserve.type ?
		      &section->reserve.place : &section->hardwall_place,
		      "[%s]: this kernel can not set memory aside for a group",
		      shown(section->group));
	if (!conf_bounds_fit(section))
		target->conf->errors++;
}

/* The root has no parent to have a part of. */
static u64 want_root(struct target *target, struct group *root,
		     const struct amount *amount)
{
	u64 value = amount->number;

	if (value != UNLIMITED)
		value = page_up(target->tree, value);
	return at_least(target, root, amount, value);
}

static void resolve(struct target *target, struct section *section)
{
	struct group *group = section->at;

	if (!group->parent) {
		check_root(target, section);
		if (section->limit.type)
			group->want[LIMIT] = want_root(target, group,
						       &section->limit);
		if (section->reserve.type)
			group->want[RESERVE] = want_root(target, group,
							 &section->reserve);
		group->mark[LIMIT] = MARK_DONE;
		group->mark[RESERVE] = MARK_DONE;
	} else {
		want(target, group, LIMIT);
		want(target, group, RESERVE);
	}
	if (section->uid != (uid_t)-1)
		group->want_uid = section->uid;
	if (section->gid != (gid_t)-1)
		group->want_gid = section->gid;
}

/* Both were given where they are one. */
static void check_one(struct target *target, struct section *section)
{
	struct group *group = section->at;
	u64 limit, reserve;

	if (!section->limit.type || !section->reserve.type || !group->parent ||
	    (target->tree->kind != HARDWALL && !section->hardwall))
		return;
	limit = want_declared(target, group, LIMIT, &section->limit);
	reserve = want_declared(target, group, RESERVE, &section->reserve);
	if (target->tree->kind == HARDWALL)
		reserve = want_declared(target, group, LIMIT,
					&section->reserve);
	if (limit != reserve)
		wrong(target, &section->reserve.place,
		      "[%s]: reserve is %s, but limit is %s: %s",
		      group_print(group), EXACT(reserve), EXACT(limit),
		      target->tree->kind == HARDWALL ?
		      "on this kernel a limit is a reservation" :
		      "with hardwall = yes they are the same");
}

/* Where to point at, for what children have together. */
static const struct place *last_place(const struct group *parent,
				      enum attr attr)
{
	const struct section *section = parent->data;
	const struct place *place = section ? &section->place : NULL, *last = NULL;
	struct group *child;

	for_each_child(child, parent) {
		const struct place *at;

		section = child->data;
		if (!section)
			continue;
		if (section->reserve.type && attr == RESERVE)
			at = &section->reserve.place;
		else if (section->limit.type)
			at = &section->limit.place;
		else
			at = &section->place;
		if (!last || at->file != last->file || at->line > last->line)
			last = at;
	}
	return last ? last : place;
}

static void check_percents(struct target *target, struct group *parent,
			   enum attr attr)
{
	struct group *child;
	u64 sum = 0;

	for_each_child(child, parent) {
		const struct amount *amount = declaration(target, child, attr);

		if (amount && amount->type == AMOUNT_PERCENT)
			sum += amount->number;
	}
	if (sum > 100000)
		wrong(target, last_place(parent, attr),
		      "the groups in %s have %llu.%03llu %% of it together",
		      group_print(parent), sum / 1000, sum % 1000);
}

static void check_sum(struct target *target, struct group *parent)
{
	enum attr attr = target->tree->kind == HARDWALL ? LIMIT : RESERVE;
	u64 whole = want_whole(target, parent, attr), sum = 0;
	const struct place *place = last_place(parent, attr);
	struct group *child;

	for_each_child(child, parent)
		if (!child->remove)
			sum = plus(sum, child->want[attr]);
	if (sum <= whole || !place)
		return;
	wrong(target, place,
	      "the groups in %s have %s together, %s more than %s",
	      group_print(parent), EXACT(sum), EXACT(sum - whole),
	      parent->parent ? "it has" : "there is to share");
}

static void check_group(struct target *target, struct group *group)
{
	struct section *section = group->data;

	if (group->remove || !kind_reserves(target->tree->kind))
		return;
	check_percents(target, group, target->tree->kind == HARDWALL ?
		       LIMIT : RESERVE);
	check_sum(target, group);
	if (section && group->parent && target->tree->kind == RESERVES &&
	    group->want[RESERVE] > group->want[LIMIT])
		wrong(target, &section->place,
		      "[%s]: its reserve of %s is more than its limit of %s",
		      group_print(group), EXACT(group->want[RESERVE]),
		      EXACT(group->want[LIMIT]));
}

static bool has_declared(struct group *top)
{
	struct group *at;

	for_each_down(at, top)
		if (at->declared)
			return true;
	return false;
}

static void prune(struct tree *tree)
{
	struct group *at, *below, *child;

	for_each_down(at, tree->root) {
		if (!at->declared)
			continue;
		for_each_child(child, at) {
			if (has_declared(child))
				continue;
			for_each_down(below, child) {
				below->remove = true;
				below->want[LIMIT] = 0;
				below->want[RESERVE] = 0;
			}
		}
	}
}

/**
 * target_make - put what is declared on a tree
 * @conf: what is declared
 * @tree: as it was read; gets the groups that are missing, and what each group
 *	shall have
 * @prune_rest: remove what is not declared, of the children of groups that are
 *
 * Return: 0, or -1 after it was said what is wrong.
 */
int target_make(struct conf *conf, struct tree *tree, bool prune_rest)
{
	struct target target = { .conf = conf, .tree = tree };
	unsigned int before = conf->errors;
	struct section *section;
	struct group *at;

	tree_want_same(tree);
	place_all(&target);
	if (prune_rest)
		prune(tree);
	for (section = conf->first; section; section = section->next)
		if (section->at)
			check_section(&target, section);
	if (conf->errors != before)
		return -1;
	/* What the root has others may have a part of. */
	section = conf_find(conf, "");
	if (section)
		resolve(&target, section);
	for (section = conf->first; section; section = section->next)
		if (section->at->parent)
			resolve(&target, section);
	for (section = conf->first; section; section = section->next)
		check_one(&target, section);
	if (conf->errors == before)
		for_each_down(at, tree->root)
			check_group(&target, at);
	return conf->errors == before ? 0 : -1;
}
