// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hierarchy that is a folder of plain files: what is read of it, and that
 * nothing outside is touched.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan.h"
#include "unit.h"

static char folder[64];
static struct hier hier;

static void put(const char *path, const char *text)
{
	char *file = xprintf("%s/%s", folder, path);
	FILE *out = fopen(file, "w");

	ck_assert_ptr_nonnull(out);
	fputs(text, out);
	fclose(out);
	free(file);
}

static char *get(const char *path)
{
	char *file = xprintf("%s/%s", folder, path), *text = xalloc(256);
	FILE *in = fopen(file, "r");

	ck_assert_ptr_nonnull(in);
	text[fread(text, 1, 255, in)] = '\0';
	fclose(in);
	free(file);
	return text;
}

static void ck_file(const char *path, const char *expected)
{
	char *text = get(path);

	ck_assert_str_eq(text, expected);
	free(text);
}

static void make(const char *path)
{
	char *name = xprintf("%s/%s", folder, path);

	ck_assert_int_eq(mkdir(name, 0755), 0);
	free(name);
}

static void group(const char *path, const char *max, const char *reserve,
		  const char *current)
{
	static const char * const files[] = {
		"memory.max", "memory.reserve", "memory.current",
	};
	const char *values[] = { max, reserve, current };
	size_t i;

	make(path);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		char *file = xprintf("%s/%s", path, files[i]);

		put(file, values[i]);
		free(file);
	}
}

static void begin(void)
{
	strcpy(folder, "/tmp/memhier-unit-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	put("memory.reserve", "8589934592\n");
	put("memory.stat", "");
	group("t", "4294967296\n", "1048576\n", "524288\n");
	group("t/a", "max\n", "4096\n", "0\n");
	ck_assert_int_eq(hier_open(&hier, folder), 0);
}

static void end(void)
{
	char *command = xprintf("rm -rf %s", folder);

	hier_close(&hier);
	ck_assert_int_eq(system(command), 0);
	free(command);
}

static struct tree *load(void)
{
	struct tree *tree;

	ck_assert_int_eq(hier.ops->load(&hier, ~0U, &tree), 0);
	return tree;
}

START_TEST(values_are_read)
{
	struct tree *tree;
	struct group *t, *a;

	begin();
	put("t/memory.events.local", "low 0\nhigh 1\nmax 7\noom 9\nreserve_refused 2\n");
	put("t/memory.pressure", "some avg10=12.34 avg60=1.00 avg300=0.00 total=1\nfull avg10=0.00\n");
	tree = load();
	ck_assert_int_eq(hier.kind, RESERVES);
	ck_assert_uint_eq(tree->groups, 3);
	t = tree_find(tree, "t");
	a = tree_find(tree, "t/a");
	ck_assert_uint_eq(t->value[LIMIT], 4 * GIB);
	ck_assert_uint_eq(t->value[RESERVE], MIB);
	ck_assert_uint_eq(t->value[FAILS], 9);
	ck_assert_uint_eq(t->value[PRESSURE], 1234);
	ck_assert_uint_eq(a->value[LIMIT], UNLIMITED);
	ck_assert_uint_eq(t->own, 524288 - 4096);
	ck_assert_uint_eq(t->idle, 4096);
	ck_assert_uint_eq(t->spare, 524288);
	ck_assert_uint_eq(t->own + t->used_below + t->idle + t->room, 4 * GIB);
	ck_assert_uint_eq(tree->root->used_below + tree->root->idle, MIB);
	tree_free(tree);
	end();
}
END_TEST

START_TEST(odd_names_are_groups)
{
	static const char *name = "new\nline \xc3\xa9 \xff\033";
	struct tree *tree;

	begin();
	group(name, "max\n", "0\n", "0\n");
	tree = load();
	ck_assert_ptr_nonnull(tree_find(tree, name));
	ck_assert_str_eq(group_print(tree_find(tree, name)),
			 "new\\x0aline \xc3\xa9 \\xff\\x1b");
	tree_free(tree);
	end();
}
END_TEST

START_TEST(no_number_is_told)
{
	struct tree *tree;

	begin();
	put("t/a/memory.current", "12x\n");
	said_begin();
	ck_assert_int_eq(hier.ops->load(&hier, ~0U, &tree), -EBADMSG);
	ck_said("/t/a/memory.current: not a number");
	said_end();
	end();
}
END_TEST

static void allow(const char *path, mode_t mode)
{
	char *name = xprintf("%s/%s", folder, path);

	ck_assert_int_eq(chmod(name, mode), 0);
	free(name);
}

START_TEST(unreadable_group_is_told)
{
	uid_t user = geteuid();
	struct tree *tree;
	char *once, *twice;

	begin();
	group("t/b", "max\n", "0\n", "0\n");
	group("t/c", "max\n", "0x\n", "0\n");
	allow(".", 0755);
	allow("t/b", 0);
	/* Root reads all. */
	if (!user)
		ck_assert_int_eq(seteuid(65534), 0);
	said_begin();
	ck_assert_int_lt(hier.ops->load(&hier, ~0U, &tree), 0);
	hier.skips = true;
	tree = load();
	ck_said("/t/b: Permission denied\n");
	ck_said("/t/c/memory.reserve: not a number\n");
	once = said();
	ck_assert_ptr_null(tree_find(tree, "t/b"));
	ck_assert_ptr_null(tree_find(tree, "t/c"));
	ck_assert_ptr_nonnull(tree_find(tree, "t/a"));
	ck_assert(tree_find(tree, "t")->partial);
	ck_assert(!tree->root->partial);
	tree_free(tree);
	tree_free(load());
	twice = said();
	ck_assert_str_eq(once, twice);
	said_end();
	free(once);
	free(twice);
	ck_assert_int_eq(seteuid(user), 0);
	allow("t/b", 0755);
	end();
}
END_TEST

START_TEST(links_are_not_followed)
{
	struct tree *tree;
	char *path;

	begin();
	/* To a group, as a group; and to a file, as a file. */
	path = xprintf("%s/link", folder);
	ck_assert_int_eq(symlink("t", path), 0);
	free(path);
	put("outside", "untouched");
	path = xprintf("%s/t/a/memory.max", folder);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(symlink("../../outside", path), 0);
	free(path);
	ck_assert_int_eq(hier.ops->set(&hier, "t/a", LIMIT, 4096), -ELOOP);
	ck_file("outside", "untouched");
	ck_assert_int_eq(hier.ops->set(&hier, "link", LIMIT, 4096), -ENOTDIR);
	ck_file("t/memory.max", "4294967296\n");
	ck_assert_int_lt(hier.ops->create(&hier, "link/new"), 0);
	ck_assert_int_lt(hier.ops->remove(&hier, "link"), 0);
	ck_assert_int_lt(hier.ops->own(&hier, "link", 1, 1), 0);
	said_begin();
	ck_assert_int_eq(hier.ops->load(&hier, ~0U, &tree), -ELOOP);
	said_end();
	path = xprintf("%s/t/a/memory.max", folder);
	ck_assert_int_eq(unlink(path), 0);
	free(path);
	tree = load();
	ck_assert_ptr_null(tree_find(tree, "link"));
	tree_free(tree);
	end();
}
END_TEST

START_TEST(no_path_leads_outside)
{
	static const char * const paths[] = { "..", "t/../..", "/tmp", "t//a", "./t" };
	size_t i;

	begin();
	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		ck_assert_int_eq(hier.ops->set(&hier, paths[i], LIMIT, 0),
				 -EINVAL);
		ck_assert_int_eq(hier.ops->create(&hier, paths[i]), -EINVAL);
		ck_assert_int_eq(hier.ops->remove(&hier, paths[i]), -EINVAL);
		ck_assert_int_eq(hier.ops->own(&hier, paths[i], 1, 1), -EINVAL);
	}
	end();
}
END_TEST

START_TEST(values_are_written)
{
	u64 value;

	begin();
	ck_assert_int_eq(hier.ops->set(&hier, "t/a", LIMIT, 8192), 0);
	ck_file("t/a/memory.max", "8192");
	ck_assert_int_eq(hier.ops->set(&hier, "t", LIMIT, UNLIMITED), 0);
	ck_file("t/memory.max", "max");
	ck_assert_int_eq(hier.ops->get(&hier, "t/a", LIMIT, &value), 0);
	ck_assert_uint_eq(value, 8192);
	ck_assert_int_eq(hier.ops->set(&hier, "t/gone", LIMIT, 0), -ENOENT);
	/* A file that the kernel does not have is not made. */
	ck_assert_int_eq(hier.ops->set(&hier, "", LIMIT, 0), -ENOENT);
	end();
}
END_TEST

START_TEST(group_of_another_controller_is_none)
{
	struct tree *tree;

	begin();
	make("t/other");
	make("t/other/below");
	tree = load();
	ck_assert_uint_eq(tree->groups, 3);
	tree_free(tree);
	end();
}
END_TEST

START_TEST(deep_trees_are_read)
{
	char path[1024] = "t";
	struct tree *tree;
	int i;

	begin();
	for (i = 0; i < 300; i++) {
		strcat(path, "/d");
		group(path, "max\n", "0\n", "0\n");
	}
	tree = load();
	ck_assert_uint_eq(tree->groups, 303);
	ck_assert_int_eq(hier.ops->set(&hier, path, LIMIT, 4096), 0);
	tree_free(tree);
	end();
}
END_TEST

START_TEST(memory_is_enabled_only_if_need_be)
{
	char name[300] = "t/";

	begin();
	put("t/cgroup.subtree_control", "cpu memory\n");
	ck_assert_int_eq(hier.ops->create(&hier, "t/b"), 0);
	ck_file("t/cgroup.subtree_control", "cpu memory\n");
	put("t/cgroup.subtree_control", "cpu memory_hotplug\n");
	ck_assert_int_eq(hier.ops->create(&hier, "t/b"),
			 CREATE_KEPT | CREATE_ENABLED);
	ck_file("t/cgroup.subtree_control", "+memory");
	ck_assert_int_eq(hier.ops->disable(&hier, "t/b"), 0);
	ck_file("t/cgroup.subtree_control", "-memory");
	/* A folder that can not be made. */
	put("t/cgroup.subtree_control", "cpu\n");
	memset(name + 2, 'n', sizeof(name) - 3);
	ck_assert_int_eq(hier.ops->create(&hier, name), -ENAMETOOLONG);
	ck_file("t/cgroup.subtree_control", "-memory");
	end();
}
END_TEST

/* Of a group that is made, and of one that is kept. */
START_TEST(enabled_memory_is_undone)
{
	struct plan *plan = plan_new(RESERVES);

	begin();
	put("t/cgroup.subtree_control", "cpu\n");
	if (_i)
		make("t/b");
	plan_add(plan, OP_MKDIR, "t/b");
	/* It has no files. */
	plan_add(plan, OP_SET, "t/b");
	said_begin();
	ck_assert_int_eq(plan_apply(&hier, plan, NULL), FOUND);
	ck_said("1 step undone");
	said_end();
	ck_file("t/cgroup.subtree_control", "-memory");
	ck_assert_int_eq(hier.ops->create(&hier, "t/b"),
			 CREATE_ENABLED | (_i ? CREATE_KEPT : 0));
	plan_free(plan);
	end();
}
END_TEST

START_TEST(one_at_a_time)
{
	struct hier other;

	begin();
	ck_assert_int_eq(hier_open(&other, folder), 0);
	ck_assert_int_eq(hier.ops->lock(&hier), 0);
	ck_assert_int_eq(other.ops->lock(&other), -EWOULDBLOCK);
	hier.ops->unlock(&hier);
	ck_assert_int_eq(other.ops->lock(&other), 0);
	hier_close(&other);
	ck_assert_int_eq(hier.ops->lock(&hier), 0);
	end();
}
END_TEST

START_TEST(only_root_is_in_roots_way)
{
	struct hier other;
	char *below;
	int fd;

	if (geteuid())
		return;
	begin();
	fd = open(folder, O_RDONLY);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	ck_assert_int_eq(hier.ops->lock(&hier), 0);
	close(fd);
	below = xprintf("%s/t", folder);
	ck_assert_int_eq(hier_open(&other, below), 0);
	ck_assert_int_eq(other.ops->lock(&other), -EWOULDBLOCK);
	hier_close(&other);
	free(below);
	end();
}
END_TEST

START_TEST(what_is_no_hierarchy_is_told)
{
	struct hier none;

	said_begin();
	ck_assert_int_eq(hier_open(&none, "/tmp"), -ENODATA);
	ck_said("/tmp is no memory hierarchy");
	ck_assert_int_eq(hier_open(&none, "/nonexistent"), -ENOENT);
	ck_said("/nonexistent: No such file or directory");
	ck_assert_int_eq(hier_open(&none, "/dev/null"), -ENOTDIR);
	said_end();
}
END_TEST

Suite *dir_suite(void)
{
	Suite *suite = suite_create("dir");
	TCase *tcase = tcase_create("dir");

	tcase_add_test(tcase, values_are_read);
	tcase_add_test(tcase, odd_names_are_groups);
	tcase_add_test(tcase, no_number_is_told);
	tcase_add_test(tcase, unreadable_group_is_told);
	tcase_add_test(tcase, links_are_not_followed);
	tcase_add_test(tcase, no_path_leads_outside);
	tcase_add_test(tcase, values_are_written);
	tcase_add_test(tcase, group_of_another_controller_is_none);
	tcase_add_test(tcase, deep_trees_are_read);
	tcase_add_test(tcase, memory_is_enabled_only_if_need_be);
	tcase_add_loop_test(tcase, enabled_memory_is_undone, 0, 2);
	tcase_add_test(tcase, one_at_a_time);
	tcase_add_test(tcase, only_root_is_in_roots_way);
	tcase_add_test(tcase, what_is_no_hierarchy_is_told);
	suite_add_tcase(suite, tcase);
	return suite;
}
