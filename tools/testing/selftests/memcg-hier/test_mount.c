// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hierarchy is unmounted and mounted again: the root's limit, the cap on
 * all that can be lent, stays what was written last.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memcg_hier_util.h"

#define SHM_FILE	SHM_DIR "/file"
#define V2_DIR		"/tmp/memcg-hier.v2"
#define V2_GROUP	V2_DIR "/hw.A"
#define V2_CAP		V2_DIR "/memory.reserve"

/* A hierarchy with groups, be they removed, outlives its mount. */
static void need_no_other_groups(void)
{
	if (!settles(hierarchy_groups() == 1))
		test_skip("there are groups of others");
}

static void end_hierarchy(void)
{
	need_no_other_groups();
	hierarchy_umount();
	if (!settles(!hierarchy_exists()))
		fail("the hierarchy is there %u ms after umount", settle_ms());
}

static void expect_cap(uint64_t cap)
{
	expect_eq(book("", LIMIT), cap);
	expect_ok(group_mkdir("A"));
	expect_result(set_limit("A", cap + PAGE), -ENOSPC);
	expect_ok(group_rmdir("A"));
}

static void root_keeps_its_limit(void)
{
	uint64_t cap = book("", USAGE) + 512 * MB;

	expect_ok(set_limit("", cap));
	end_hierarchy();
	hierarchy_mount();
	expect_cap(cap);

	cap += 512 * MB;
	expect_ok(set_limit("", cap));
	end_hierarchy();
	hierarchy_mount();
	expect_cap(cap);
}

static void root_keeps_no_limit(void)
{
	expect_ok(set_limit("", book("", USAGE) + 512 * MB));
	expect_ok(set_limit("", LIMIT_MAX));
	end_hierarchy();
	hierarchy_mount();
	expect_eq(book("", LIMIT), LIMIT_MAX);
}

static void root_keeps_its_limit_over_a_leftover(void)
{
	const struct use use = { .file = SHM_FILE, .file_bytes = 4 * MB };
	uint64_t cap;

	need_no_other_groups();
	use_shm();
	make_group("A", 16 * MB);
	expect_eq(use_in("A", &use), 0);
	expect_ok(group_rmdir("A"));
	cap = book("", USAGE) + 512 * MB;
	expect_ok(set_limit("", cap));

	hierarchy_umount();
	hierarchy_mount();
	expect_cap(cap);

	expect(!unlink(SHM_FILE));
	end_hierarchy();
	hierarchy_mount();
	expect_cap(cap);
}

static void get(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t len = fd < 0 ? -1 : read(fd, text, size - 1);

	if (len <= 0)
		fail("%s: cannot read: %s", path, strerror(errno));
	text[len] = '\0';
	close(fd);
}

/* What a group of v2 does not limit: more than the cap of v1. */
static int use_v2(void *arg)
{
	uint64_t *bytes = arg;

	expect_ok(path_write(V2_DIR "/cgroup.subtree_control", "+memory"));
	expect(!mkdir(V2_GROUP, 0755));
	expect_ok(path_write(V2_GROUP "/cgroup.procs", "0"));
	return touch_anon(*bytes);
}

static bool v2_is_in_use(void)
{
	char line[4096];
	FILE *file = fopen("/proc/mounts", "r");
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		found = strstr(line, " cgroup2 ");
	fclose(file);
	return found;
}

static void need_v2(void)
{
	if (old_base())
		test_skip("there is no v2");
	if (v2_is_in_use())
		test_skip("v2 is in use");
}

/* With KASAN it took more than 20 s until v2 gave the controller back. */
static void need_groups_of_v2(void)
{
	need_v2();
	if (!access("/proc/lockdep", F_OK))
		test_skip("a debug kernel frees removed groups of v2 late");
}

static void mount_v2(void)
{
	mkdir(V2_DIR, 0755);
	expect(!mount("none", V2_DIR, "cgroup2", 0, NULL));
}

static void leave_v2(void)
{
	path_write(V2_DIR "/cgroup.subtree_control", "-memory");
	umount(V2_DIR);
	hierarchy_mount();
}

static void root_limit_does_not_limit_v2(void)
{
	uint64_t cap = book("", USAGE) + 8 * MB;
	uint64_t bytes = cap + 32 * MB;
	int status;

	need_groups_of_v2();
	expect_ok(set_limit("", cap));
	end_hierarchy();

	mount_v2();
	status = kid_wait(spawn(use_v2, &bytes));
	rmdir(V2_GROUP);
	leave_v2();
	expect_eq(status, 0);
	expect_eq(book("", LIMIT), cap);
}

/* Nor is the cap of v2 changed by what v1 does meanwhile. */
static void v2_keeps_its_cap(void)
{
	char before[32], after[32];

	need_v2();
	expect_ok(set_limit("", book("", USAGE) + 256 * MB));
	end_hierarchy();
	mount_v2();
	expect_settles(!access(V2_CAP, F_OK));
	get(V2_CAP, before, sizeof(before));
	expect_ok(path_write(V2_CAP, "512M"));
	umount(V2_DIR);
	hierarchy_mount();
	end_hierarchy();
	mount_v2();
	expect_settles(!access(V2_CAP, F_OK));
	get(V2_CAP, after, sizeof(after));
	expect_ok(path_write(V2_CAP, before));
	umount(V2_DIR);
	hierarchy_mount();
	expect_eq(strtoull(after, NULL, 10), 512 * MB);
}

static int make_files_on_v2(void *arg)
{
	expect_ok(path_write(V2_GROUP "/cgroup.procs", "0"));
	return make_files(arg);
}

/* A group of v2 is removed, and the files that it has made are there. */
static void leave_files_on_v2(void)
{
	int status;

	mount_v2();
	expect_settles(!path_write(V2_DIR "/cgroup.subtree_control", "+memory"));
	expect(!mkdir(V2_GROUP, 0755));
	status = kid_wait(spawn(make_files_on_v2, SHM_DIR));
	expect_settles(!rmdir(V2_GROUP));
	expect_eq(status, 0);
}

/*
 * v1 counts kernel memory apart, v2 does not.  What a group of v2 has left is freed
 * on v1: if the counter did not have it, it would be below zero.
 */
static void kernel_memory_of_v2_is_counted_on_v1(void)
{
	uint64_t left;

	need_groups_of_v2();
	use_shm();
	end_hierarchy();
	leave_files_on_v2();
	leave_v2();
	left = book("", KMEM_USAGE);
	expect_ge(left, FILES_BYTES);
	unlink_files();
	expect_settles(book("", KMEM_USAGE) < left / 2);
}

/* What v1 can lend is not less for it. */
static void kernel_memory_that_v2_freed_is_not_the_roots(void)
{
	uint64_t before;

	need_groups_of_v2();
	use_shm();
	before = book("", USAGE);
	end_hierarchy();
	leave_files_on_v2();
	unlink_files();
	/* They are freed a bit later; on v1 it would be no wonder. */
	sleep_ms(500);
	leave_v2();
	expect_settles(book("", USAGE) < before + FILES_BYTES / 2);
}

static const struct test_case cases[] = {
	CASE(root_keeps_its_limit),
	CASE(root_keeps_no_limit),
	CASE(root_keeps_its_limit_over_a_leftover),
	CASE(root_limit_does_not_limit_v2),
	CASE(v2_keeps_its_cap),
	CASE(kernel_memory_of_v2_is_counted_on_v1),
	CASE(kernel_memory_that_v2_freed_is_not_the_roots),
};

int main(int argc, char **argv)
{
	return test_main(cases, ARRAY_SIZE(cases), true, argc, argv);
}
