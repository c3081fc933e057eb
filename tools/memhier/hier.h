/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hierarchy of the running kernel: where it is, what is read from it and
 * written to it. All of that goes through a table of operations, so that tests
 * can put a model of a kernel in its place.
 */
#ifndef MEMHIER_HIER_H
#define MEMHIER_HIER_H

#include <errno.h>

#include "tree.h"

struct hier;

/* What create returns if all is well. */
#define CREATE_KEPT	1	/* the folder was there */
#define CREATE_ENABLED	2	/* groups beside it have the controller, too, now */

/*
 * Each returns 0 or a negative errno; create those above, and disable undoes
 * CREATE_ENABLED. Paths are as of group_path().
 */
struct hier_ops {
	int (*load)(struct hier *hier, unsigned int attrs, struct tree **tree);
	int (*get)(struct hier *hier, const char *path, enum attr attr,
		   u64 *value);
	int (*set)(struct hier *hier, const char *path, enum attr attr,
		   u64 value);
	int (*create)(struct hier *hier, const char *path);
	int (*disable)(struct hier *hier, const char *path);
	int (*remove)(struct hier *hier, const char *path);
	int (*own)(struct hier *hier, const char *path, uid_t uid, gid_t gid);
	int (*lock)(struct hier *hier);
	void (*unlock)(struct hier *hier);
};

/**
 * is_gone - is a group not there, or going?
 * @error: what an operation returned
 *
 * Return: true if so.
 */
static inline bool is_gone(int error)
{
	return error == -ENOENT || error == -ENODEV;
}

struct hier {
	const struct hier_ops *ops;
	enum kind kind;
	char *where;		/* its root, as a path on this machine */
	u64 machine;
	int fd;			/* of the root */
	int lock;		/* what is locked, or -1 */
	bool skips;		/* load goes on without what can not be read */
	bool skipped;		/* it did, and has told that */
	dev_t dev;
	bool counts_links;	/* a folder's link count tells how many are in it */
};

/* What a hierarchy is called in --help and in files, and its files. */
struct kind_info {
	const char *name;
	const char *file[NR_ATTRS];
};

extern const struct kind_info kind_info[NR_KINDS];

struct mount {
	char *path;
	char *root;
	bool v2;
};

int mountinfo_parse(const char *text, size_t length,
		    void (*found)(const struct mount *mount, void *data),
		    void *data);

int hier_open(struct hier *hier, const char *root);
void hier_close(struct hier *hier);
u64 machine_memory(void);
bool lists_memory(int dir, const char *file);
extern const struct hier_ops hier_dir_ops;

const char *attr_file(enum kind kind, enum attr attr);
char *path_of_user(const struct hier *hier, const char *text);
int path_check(const char *path);

#endif
