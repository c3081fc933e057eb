// SPDX-License-Identifier: GPL-2.0-only
#include "group.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOT	"/cgroup"

/* More than the groups of any bench have together. */
#define CAP	(16384 * MB)

static bool v2;
static unsigned int share;

void die(const char *what, const char *name)
{
	printf("error\t%s %s: %s\n", what, name, strerror(errno));
	exit(1);
}

static const char *group_file(const char *group, const char *file)
{
	static char path[GROUP_PATH + 64];

	snprintf(path, sizeof(path), ROOT "/%s/%s", group, file);
	return path;
}

static void group_write(const char *group, const char *file, const char *text)
{
	int fd = open(group_file(group, file), O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die("write", group_file(group, file));
	close(fd);
}

static void group_write_bytes(const char *group, const char *file,
			      uint64_t bytes)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)bytes);
	group_write(group, file, text);
}

void group_mount(bool want_v2, unsigned int want_share)
{
	v2 = want_v2;
	share = want_share;
	mkdir(ROOT, 0755);
	if (v2 ? mount("none", ROOT, "cgroup2", 0, NULL)
	       : mount("none", ROOT, "cgroup", 0, "memory"))
		die("mount", ROOT);
	group_open_up("");
	if (share)
		group_write_bytes("", "memory.reserve", CAP);
	else if (!v2 && group_hardwall())
		group_limit("", CAP);
}

bool group_v2(void)
{
	return v2;
}

bool group_reserved(void)
{
	return share == 1;
}

bool group_hardwall(void)
{
	bool hardwall;
	int fd;

	group_make("probe");
	fd = group_open_limit("probe");
	hardwall = !access(group_file("probe", "memory.borrow"), R_OK);
	if (hardwall) {
		char text[8] = "";

		/* The files may be there and read 0 with memcg_hier=off. */
		if (limit_write(fd, MB))
			die("limit", "probe");
		close(fd);
		fd = open(group_file("probe", "memory.borrow"), O_RDONLY);
		hardwall = read(fd, text, sizeof(text) - 1) > 0 &&
			   text[0] != '0';
	}
	close(fd);
	group_remove("probe");
	return hardwall;
}

void group_make(const char *group)
{
	if (mkdir(group_file(group, ""), 0755))
		die("mkdir", group);
}

/* A process that has exited may hold its group for a moment. */
void group_remove(const char *group)
{
	for (int tries = 0; rmdir(group_file(group, "")); tries++) {
		if (errno != EBUSY || tries == 100)
			die("rmdir", group);
		usleep(10000);
	}
}

void group_enter_dir(const char *group)
{
	if (chdir(group_file(group, "")))
		die("chdir", group);
}

void group_open_up(const char *group)
{
	if (v2)
		group_write(group, "cgroup.subtree_control", "+memory");
}

void group_close_up(const char *group)
{
	if (v2)
		group_write(group, "cgroup.subtree_control", "-memory");
}

/* The file to write, once nothing else is in the way of what is written. */
int group_open_limit(const char *group)
{
	const char *file = "memory.limit_in_bytes";
	int fd;

	if (v2)
		file = group_reserved() ? "memory.reserve" : "memory.max";
	if (group_reserved())
		group_write(group, "memory.max", "max");
	fd = open(group_file(group, file), O_WRONLY);
	if (fd < 0)
		die("open the limit of", group);
	return fd;
}

int limit_write(int fd, uint64_t limit)
{
	char text[24];
	int length = snprintf(text, sizeof(text), "%llu",
			      (unsigned long long)limit);

	return pwrite(fd, text, length, 0) == length ? 0 : errno;
}

void group_limit(const char *group, uint64_t limit)
{
	group_bound(group, limit);
	if (share)
		group_write_bytes(group, "memory.reserve", limit / share);
}

int group_try_bound(const char *group, uint64_t limit)
{
	const char *file = v2 ? "memory.max" : "memory.limit_in_bytes";
	int fd = open(group_file(group, file), O_WRONLY);
	int error;

	if (fd < 0)
		die("open the limit of", group);
	error = limit_write(fd, limit);
	close(fd);
	return error;
}

void group_bound(const char *group, uint64_t limit)
{
	errno = group_try_bound(group, limit);
	if (errno)
		die("limit", group);
}

int group_open_usage(const char *group)
{
	const char *file = v2 ? "memory.current" : "memory.usage_in_bytes";
	int fd = open(group_file(group, file), O_RDONLY);

	if (fd < 0)
		die("open the usage of", group);
	return fd;
}

uint64_t group_usage(const char *group)
{
	int fd = group_open_usage(group);
	char text[24] = "";

	if (read(fd, text, sizeof(text) - 1) <= 0)
		die("usage", group);
	close(fd);
	return strtoull(text, NULL, 10);
}

void group_enter(const char *group)
{
	char self[16];

	snprintf(self, sizeof(self), "%d", getpid());
	group_write(group, v2 ? "cgroup.procs" : "tasks", self);
}

int group_start(const char *group, void (*run)(void *arg), void *arg)
{
	int pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork", group);
	if (!pid) {
		group_enter(group);
		run(arg);
		exit(0);
	}
	return pid;
}

void group_wait(int pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || status) {
		errno = ECHILD;
		die("a process", "in a group");
	}
}

void group_run(const char *group, void (*run)(void *arg), void *arg)
{
	group_wait(group_start(group, run, arg));
}

void spine_path(char *path, unsigned int depth)
{
	*path = 0;
	for (unsigned int level = 1; level <= depth; level++)
		strcat(path, level == 1 ? "g" : "/g");
}

void leaf_path(char *path, unsigned int depth)
{
	spine_path(path, depth - 1);
	strcat(path, depth == 1 ? "leaf" : "/leaf");
}

static bool has_leaf(unsigned int depth)
{
	return !(depth & (depth - 1));
}

/* The limit of a group on the spine: its own part, and all below it. */
static uint64_t spine_limit(unsigned int depth)
{
	uint64_t limit = 0;

	for (; depth < SPINE_DEPTH; depth++)
		limit += SPINE_ROOM + (has_leaf(depth + 1) ? LEAF_LIMIT : 0);
	return limit;
}

void spine_make(void)
{
	char path[GROUP_PATH];

	for (unsigned int depth = 1; depth <= SPINE_DEPTH; depth++) {
		if (has_leaf(depth)) {
			leaf_path(path, depth);
			group_make(path);
			group_limit(path, LEAF_LIMIT);
		}
		if (depth == SPINE_DEPTH)
			break;
		spine_path(path, depth);
		group_make(path);
		group_limit(path, spine_limit(depth));
		group_open_up(path);
	}
}

void spine_remove(void)
{
	char path[GROUP_PATH];

	for (unsigned int depth = SPINE_DEPTH; depth; depth--) {
		if (depth < SPINE_DEPTH) {
			spine_path(path, depth);
			group_remove(path);
		}
		if (has_leaf(depth)) {
			leaf_path(path, depth);
			group_remove(path);
		}
	}
}
