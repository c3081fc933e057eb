/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hierarchy of groups in memory: what it is, and what it shall be.
 */
#ifndef MEMHIER_TREE_H
#define MEMHIER_TREE_H

#include <sys/types.h>

#include "text.h"

/* What a group has, in bytes but for the last two. */
enum attr {
	LIMIT,		/* the most that usage may be */
	RESERVE,	/* what it holds of its parent, used or not */
	USAGE,		/* own charges and what is charged for the children */
	LENT,		/* the sum of the children's reserves, as the kernel says */
	PEAK,		/* the largest usage there was */
	FAILS,		/* charges that met the limit, reservations refused */
	PRESSURE,	/* share of time stalled for memory, in 1/100 of a per cent */
	NR_ATTRS
};

#define BIT(attr)	(1U << (attr))

/* What the kernel does with limits. */
enum kind {
	HARDWALL,	/* v1: a limit is taken out of the parent */
	RESERVES,	/* v2 with memory.reserve */
	STOCK_V1,	/* v1 as mainline has it */
	STOCK_V2,	/* v2 as mainline has it */
	FLAT_V1,	/* v1 whose groups do not know of each other */
	NR_KINDS
};

/* Where in a file something was declared. */
struct place {
	const char *file;
	int line;
};

struct group {
	struct group *parent, *child, *next;
	void *by_name;		/* the children, for group_child(); made if asked */
	char *name;		/* the last part of the path; "" for the root */
	unsigned int depth;	/* 0 for the root */
	unsigned int has;	/* a BIT() for each value that was read */
	u64 value[NR_ATTRS];
	uid_t uid;
	gid_t gid;

	/*
	 * Usage, and its parts, and what is left; tree_account(). The values
	 * were not read at one instant; these add up.
	 */
	u64 charged;		/* usage */
	u64 own;		/* charged by the group itself */
	u64 used_below;		/* charged by groups below */
	u64 idle;		/* set aside below, and charged by nobody */
	u64 spare;		/* set aside for the group, and not charged */
	u64 room;		/* limit less usage; UNLIMITED if there is none */

	/* What it shall be; tree_want_same() makes that what it is. */
	u64 want[2];		/* LIMIT, RESERVE */
	uid_t want_uid;
	gid_t want_gid;
	bool partial;		/* not all groups in it could be read */
	bool declared;
	bool create;
	bool remove;
	unsigned char mark[2];	/* of target_make() */
	unsigned char watch;	/* of planfile.c */
	void *data;		/* of who works with the tree */
};

struct tree {
	enum kind kind;
	struct group *root;
	size_t groups;
	u64 machine;		/* bytes of memory that the machine has */
	u64 page;
};

struct tree *tree_new(enum kind kind, u64 machine);
void tree_free(struct tree *tree);
struct group *tree_add(struct tree *tree, struct group *parent,
		       const char *name);
void tree_drop(struct tree *tree, struct group *group);
void tree_sort(struct tree *tree);
void tree_account(struct tree *tree);
void tree_want_same(struct tree *tree);

char *group_path(const struct group *group);
const char *group_print(const struct group *group);
struct group *group_child(struct group *parent, const char *name,
			  size_t length);
struct group *tree_find(const struct tree *tree, const char *path);
bool group_is_wall(const struct tree *tree, const struct group *group);
u64 group_held(const struct tree *tree, const struct group *group);
u64 group_lends(const struct tree *tree, const struct group *group);
u64 group_reserved(const struct group *group);
u64 tree_cap(const struct tree *tree);
u64 group_whole(const struct tree *tree, const struct group *group);
u64 group_scale(const struct tree *tree, const struct group *group);
bool kind_reserves(enum kind kind);

struct group *group_next(const struct group *top, const struct group *at);
struct group *group_first_leaf(struct group *top);
struct group *group_next_up(const struct group *top, const struct group *at);

/* Parents before children, and children before parents. */
#define for_each_down(at, top) \
	for ((at) = (top); (at); (at) = group_next(top, at))
#define for_each_up(at, top) \
	for ((at) = group_first_leaf(top); (at); (at) = group_next_up(top, at))
#define for_each_child(at, group) \
	for ((at) = (group)->child; (at); (at) = (at)->next)

#endif
