// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plan in a file: what the tree was, and what is to be done. Words are
 * separated by one space; in a path, what is not a letter, a digit or one of
 * "-._/@" is \xHH.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan.h"

static const char magic[] = "memhier-plan 1\n";

static void put_path(FILE *file, const char *path)
{
	/* So that the root has a word of its own. */
	fputc('/', file);
	for (; *path; path++)
		if (isalnum((unsigned char)*path) || strchr("-._/@", *path))
			fputc(*path, file);
		else
			fprintf(file, "\\x%02x", (unsigned char)*path);
}

/* In place; 0 or -EINVAL. */
static int get_path(char *text)
{
	char *to = text;

	if (*text++ != '/')
		return -EINVAL;
	while (*text) {
		unsigned int c;

		if (*text != '\\') {
			*to++ = *text++;
			continue;
		}
		if (text[1] != 'x' || !isxdigit((unsigned char)text[2]) ||
		    !isxdigit((unsigned char)text[3]) ||
		    sscanf(text + 2, "%2x", &c) != 1 || !c)
			return -EINVAL;
		*to++ = c;
		text += 4;
	}
	*to = '\0';
	return 0;
}

static void put_op(FILE *file, const struct op *op)
{
	static const char * const names[] = {
		[OP_SET] = "set", [OP_MKDIR] = "mkdir", [OP_RMDIR] = "rmdir",
		[OP_OWN] = "own",
	};

	fprintf(file, "%s ", names[op->type]);
	put_path(file, op->path);
	fprintf(file, " %d %llu %llu %llu %u %u %u %u\n", op->attr, op->old[0],
		op->old[1], op->new, op->old_uid, op->old_gid, op->uid,
		op->gid);
}

/*
 * What a plan depends on. The groups that it writes to have the values that it
 * was made of, and so have those above, out of which it takes. Beside a group
 * that it writes to, nobody holds more of what they share, and in it nobody
 * holds what a lower limit would revoke. A group that holds nothing takes room
 * of nobody: it comes and goes as it likes, as sessions and containers do.
 */
#define WATCH_VALUES	1	/* the group's limit and reserve */
#define WATCH_BELOW	2	/* the reserves of the groups in it */

/* The group of a step; or, if it is not there, the one that it will be in. */
static struct group *group_of_step(const struct tree *tree, const char *path,
				   bool *is_there)
{
	char *rest = xstrdup(path), *slash;
	struct group *at = tree_find(tree, rest);

	*is_there = at && !at->create;
	while (!at || at->create) {
		slash = strrchr(rest, '/');
		rest[slash ? slash - rest : 0] = '\0';
		at = tree_find(tree, rest);
	}
	free(rest);
	return at;
}

static void watch(const struct plan *plan, const struct tree *tree)
{
	size_t i;

	for (i = 0; i < plan->nr; i++) {
		bool is_there;
		struct group *at = group_of_step(tree, plan->ops[i].path,
						 &is_there);

		at->watch |= WATCH_BELOW;
		if (is_there && at->parent)
			at->parent->watch |= WATCH_BELOW;
		for (; at; at = at->parent)
			at->watch |= WATCH_VALUES;
	}
}

static bool is_held(const struct group *group)
{
	return group->parent && (group->parent->watch & WATCH_BELOW) &&
	       group->value[RESERVE];
}

static void put_group(FILE *file, const struct group *group)
{
	char *path = group_path(group);

	fputs(group->watch & WATCH_VALUES ? "group " : "held ", file);
	put_path(file, path);
	if (group->watch & WATCH_VALUES)
		fprintf(file, " %llu", group->value[LIMIT]);
	fprintf(file, " %llu\n", group->value[RESERVE]);
	free(path);
}

/* So that one may say it in another way: with a slash behind, or from elsewhere. */
static char *same_path(const char *where)
{
	char *path = realpath(where, NULL);

	return path ? path : xstrdup(where);
}

static void put_all(FILE *file, const struct plan *plan, struct tree *tree,
		    const char *where)
{
	char *path = same_path(where);
	struct group *at;
	size_t i;

	fputs(magic, file);
	fputs("where ", file);
	put_path(file, path);
	free(path);
	fprintf(file, " %d\n", plan->kind);
	watch(plan, tree);
	for_each_down(at, tree->root)
		if (!at->create && ((at->watch & WATCH_VALUES) || is_held(at)))
			put_group(file, at);
	for (i = 0; i < plan->nr; i++)
		put_op(file, &plan->ops[i]);
	fprintf(file, "end %zu\n", plan->nr);
}

/* Into what was just opened; if that has failed, @fd is -1. */
static int save_open(int fd, const struct plan *plan, struct tree *tree,
		     const char *where)
{
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	int ret = 0;

	if (!file) {
		ret = -errno;
		if (fd >= 0)
			close(fd);
		return ret;
	}
	put_all(file, plan, tree, where);
	/* A device or a pipe has nothing to sync to. */
	if (fflush(file) || ferror(file) ||
	    (fsync(fd) && errno != EINVAL))
		ret = -errno;
	if (fclose(file) && !ret)
		ret = -errno;
	return ret;
}

/* The file is there as a whole or as it was. */
static int save_anew(const struct plan *plan, struct tree *tree,
		     const char *where, const char *path)
{
	char *part = xprintf("%s.XXXXXX", path);
	int fd = mkstemp(part);
	int ret = save_open(fd, plan, tree, where);

	if (!ret && rename(part, path))
		ret = -errno;
	if (ret && fd >= 0)
		unlink(part);
	free(part);
	return ret;
}

/*
 * Nothing but a file may be replaced by a new one: not a device, a pipe, nor a
 * link, be it /dev/stdout. If less than all arrives, it is no plan: its end is
 * missing.
 */
static bool is_replaceable(const char *path)
{
	struct stat st;

	return lstat(path, &st) || S_ISREG(st.st_mode);
}

/**
 * plan_save - write a plan into a file
 * @plan: the plan
 * @tree: what the plan was made of
 * @where: the root of the hierarchy
 * @path: the file
 *
 * Return: 0, or a negative errno after it was said what is wrong.
 */
int plan_save(const struct plan *plan, struct tree *tree,
	      const char *where, const char *path)
{
	int ret;

	if (is_replaceable(path))
		ret = save_anew(plan, tree, where, path);
	else
		ret = save_open(open(path, O_WRONLY | O_CREAT | O_TRUNC |
				     O_NOCTTY | O_CLOEXEC, 0600),
				plan, tree, where);
	if (ret)
		say("%s: the plan could not be written: %s", shown(path),
		    strerror(-ret));
	return ret;
}

/**
 * plan_is_saved - is this file a plan?
 * @file: the file, at its beginning, where it stays
 *
 * A pipe can be read once, and one byte can always be put back. It is enough:
 * no configuration begins with a letter.
 *
 * Return: true if it begins as one.
 */
bool plan_is_saved(FILE *file)
{
	int c = getc(file);

	if (c != EOF)
		ungetc(c, file);
	return c == *magic;
}

struct loader {
	struct hier *hier;
	struct tree *tree;
	struct plan *plan;
	const char *name;
	int line;
	bool ended;
};

static int broken(struct loader *loader)
{
	say("%s:%d: not what memhier plan -o wrote", shown(loader->name),
	    loader->line);
	return -EINVAL;
}

static int changed(struct loader *loader, const char *format, ...)
	__printf(2, 3);

static int changed(struct loader *loader, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = xvprintf(format, args);
	va_end(args);
	say("%s: the tree has changed since: %s; make a new plan",
	    shown(loader->name), text);
	free(text);
	return -ESTALE;
}

static int get_where(struct loader *loader, char *path, const char *rest)
{
	char *where = same_path(loader->hier->where);
	int ret = 0;

	if (strcmp(path, where) || atoi(rest) != (int)loader->hier->kind) {
		say("%s: it is for %s, but this is %s", shown(loader->name),
		    shown(path), shown(where));
		ret = -EINVAL;
	}
	free(where);
	return ret;
}

static int reserve_changed(struct loader *loader, const struct group *group,
			   u64 reserve)
{
	return changed(loader, "%s: its reserve was %s and is %s",
		       group_print(group), EXACT(reserve),
		       EXACT(group->value[RESERVE]));
}

static int get_held(struct loader *loader, const char *path, const char *rest)
{
	struct group *group = tree_find(loader->tree, path);
	u64 reserve;

	if (sscanf(rest, "%llu", &reserve) != 1)
		return broken(loader);
	if (!group)
		return changed(loader, "%s is gone", shown(path));
	if (reserve != group->value[RESERVE])
		return reserve_changed(loader, group, reserve);
	group->declared = true;
	return 0;
}

static int get_group(struct loader *loader, const char *path, const char *rest)
{
	struct group *group = tree_find(loader->tree, path);
	u64 limit;
	int end;

	if (sscanf(rest, "%llu %n", &limit, &end) != 1)
		return broken(loader);
	if (group && limit != group->value[LIMIT])
		return changed(loader, "%s: its limit was %s and is %s",
			       group_print(group), EXACT(limit),
			       EXACT(group->value[LIMIT]));
	return get_held(loader, path, rest + end);
}

/* Undoing a step brings back what it found: that has to be what there is. */
static int check_old(struct loader *loader, const struct op *op)
{
	const struct group *group = tree_find(loader->tree, op->path);

	if (!group || op->type == OP_MKDIR)
		return 0;
	if (op->type != OP_SET &&
	    (op->old_uid != group->uid || op->old_gid != group->gid))
		return changed(loader, "%s: its owner was %u:%u and is %u:%u",
			       group_print(group), op->old_uid, op->old_gid,
			       group->uid, group->gid);
	if (op->type == OP_SET && op->old[0] != group->value[op->attr])
		return broken(loader);
	if (op->type == OP_RMDIR && (op->old[LIMIT] != group->value[LIMIT] ||
				     op->old[RESERVE] != group->value[RESERVE]))
		return broken(loader);
	return 0;
}

static int get_op(struct loader *loader, enum op_type type, const char *path,
		  const char *rest)
{
	struct op *op;
	int attr;

	if (*path && path_check(path))
		return broken(loader);
	op = plan_add(loader->plan, type, path);
	if (sscanf(rest, "%d %llu %llu %llu %u %u %u %u", &attr, &op->old[0],
		   &op->old[1], &op->new, &op->old_uid, &op->old_gid, &op->uid,
		   &op->gid) != 8 || (attr != LIMIT && attr != RESERVE))
		return broken(loader);
	op->attr = attr;
	return check_old(loader, op);
}

static int get_line(struct loader *loader, char *line)
{
	char *path, *rest, *save = NULL;
	const char *word;

	if (++loader->line == 1) {
		if (!strcmp(line, magic))
			return 0;
		say("%s:1: neither a [section] nor what memhier plan -o wrote",
		    shown(loader->name));
		return -EINVAL;
	}
	word = strtok_r(line, " \n", &save);
	path = strtok_r(NULL, " \n", &save);
	rest = strtok_r(NULL, "\n", &save);
	if (!word || !path)
		return broken(loader);
	if (!strcmp(word, "end")) {
		loader->ended = strtoull(path, NULL, 10) == loader->plan->nr;
		return loader->ended ? 0 : broken(loader);
	}
	if (get_path(path) || !rest)
		return broken(loader);
	if (!strcmp(word, "where"))
		return get_where(loader, path, rest);
	if (!strcmp(word, "group"))
		return get_group(loader, path, rest);
	if (!strcmp(word, "held"))
		return get_held(loader, path, rest);
	if (!strcmp(word, "set"))
		return get_op(loader, OP_SET, path, rest);
	if (!strcmp(word, "mkdir"))
		return get_op(loader, OP_MKDIR, path, rest);
	if (!strcmp(word, "rmdir"))
		return get_op(loader, OP_RMDIR, path, rest);
	if (!strcmp(word, "own"))
		return get_op(loader, OP_OWN, path, rest);
	return broken(loader);
}

/* What the file does not tell of was not there, or held nothing. */
static int check_new_groups(struct loader *loader)
{
	struct group *at;

	watch(loader->plan, loader->tree);
	for_each_down(at, loader->tree->root) {
		if (at->declared)
			continue;
		if (at->watch & WATCH_VALUES)
			return changed(loader, "%s is new", group_print(at));
		if (is_held(at))
			return reserve_changed(loader, at, 0);
	}
	return 0;
}

/**
 * plan_load - read a plan that was saved
 * @hier: the hierarchy, which must be that of the plan
 * @tree: how it is now, which must be how it was, where the plan depends on it
 * @file: the file
 * @name: what it is called in messages
 *
 * Return: the plan, or NULL after it was said what is wrong.
 */
struct plan *plan_load(struct hier *hier, struct tree *tree, FILE *file,
		       const char *name)
{
	struct loader loader = { .hier = hier, .tree = tree, .name = name };
	size_t size = 0;
	char *line = NULL;
	int ret = 0;

	loader.plan = plan_new(hier->kind);
	while (!ret && !loader.ended && getline(&line, &size, file) > 0)
		ret = get_line(&loader, line);
	if (!ret && !loader.ended) {
		say("%s: it ends too early", shown(name));
		ret = -EINVAL;
	}
	if (!ret)
		ret = check_new_groups(&loader);
	free(line);
	if (!ret)
		return loader.plan;
	plan_free(loader.plan);
	return NULL;
}

/**
 * plan_fits - would a plan, had it been saved, be taken now?
 * @plan: the plan
 * @before: what it was made of
 * @hier: the hierarchy
 * @now: how it is now
 * @name: what the plan is called in messages
 *
 * Return: true if so; false after it was said what has changed.
 */
bool plan_fits(const struct plan *plan, struct tree *before, struct hier *hier,
	       struct tree *now, const char *name)
{
	struct plan *same;
	size_t length;
	char *text;
	FILE *file = open_memstream(&text, &length);

	if (!file)
		die("out of memory");
	put_all(file, plan, before, hier->where);
	if (fclose(file))
		die("out of memory");
	file = fmemopen(text, length, "r");
	if (!file)
		die("out of memory");
	same = plan_load(hier, now, file, name);
	fclose(file);
	free(text);
	plan_free(same);
	return same;
}
