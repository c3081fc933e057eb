/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory cgroups, named by their path below the hierarchy's root. */
#ifndef BENCH_GROUP_H
#define BENCH_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE		4096UL
#define MB		(1024 * 1024UL)
#define GROUP_PATH	256

/* What a failure of the machinery ends in: a line that the host looks for. */
void die(const char *what, const char *name) __attribute__((noreturn));

/*
 * Mount the hierarchy: v1, or v2 with its own rules; and there, with a share of
 * reserves: 1 part of so many of each group's limit, or 0 for none.
 */
void group_mount(bool v2, unsigned int share);
bool group_v2(void);
/* Is all of each group's limit reserved? */
bool group_reserved(void);
/* Does a group borrow its limit from its parent? */
bool group_hardwall(void);

void group_make(const char *group);
void group_remove(const char *group);
/* Change to its directory. */
void group_enter_dir(const char *group);
/* Its children are to be groups with limits of their own: only v2 asks. */
void group_open_up(const char *group);
/* It is to have tasks again. */
void group_close_up(const char *group);
/* What is lent to it: the limit, but the reserve of v2 where that is all of it. */
int group_open_limit(const char *group);
/* 0 or an errno */
int limit_write(int fd, uint64_t limit);
void group_limit(const char *group, uint64_t limit);
/* The most that it can use, whatever is lent to it. */
void group_bound(const char *group, uint64_t limit);
/* The same; 0 or an errno */
int group_try_bound(const char *group, uint64_t limit);
int group_open_usage(const char *group);
uint64_t group_usage(const char *group);
/* From now on it is charged for what the calling process uses. */
void group_enter(const char *group);

/* Fork a process in the group, and wait until it is done. */
void group_run(const char *group, void (*run)(void *arg), void *arg);
/* The same without waiting. */
int group_start(const char *group, void (*run)(void *arg), void *arg);
void group_wait(int pid);

/*
 * A spine of groups, one in the other, each with a leaf beside the next if its
 * depth is a power of two: groups at many depths that exist all the time, so
 * that depth is all that differs between them. All have limits.
 */
#define SPINE_DEPTH	32
#define SPINE_ROOM	(8 * MB)	/* own memory of each group */
#define LEAF_LIMIT	(64 * MB)

void spine_make(void);
void spine_remove(void);
/* The group on the spine at a depth; the root at 0. */
void spine_path(char *path, unsigned int depth);
void leaf_path(char *path, unsigned int depth);

#endif /* BENCH_GROUP_H */
