/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What memhier.conf declares.
 */
#ifndef MEMHIER_CONF_H
#define MEMHIER_CONF_H

#include <stdarg.h>
#include <stdio.h>

#include "tree.h"

enum amount_type {
	AMOUNT_NONE,
	AMOUNT_BYTES,
	AMOUNT_PERCENT,		/* of the parent's, in 1/1000 of a per cent */
	AMOUNT_REST,		/* what the siblings leave */
	AMOUNT_MAX,		/* no limit */
};

struct amount {
	enum amount_type type;
	u64 number;
	struct place place;
};

struct section {
	struct section *next;
	char *group;		/* a path as of group_path() */
	struct place place;
	struct amount limit, reserve, at_least, keep;
	struct amount min, max;	/* of "balance" */
	struct amount weight;	/* a bare number */
	bool hardwall;
	struct place hardwall_place;
	char *owner;
	struct place owner_place;
	uid_t uid;		/* of owner; -1 leaves it as it is */
	gid_t gid;
	struct group *at;	/* of the tree that it was put on */
};

struct conf {
	struct section *first, **end;
	void *by_group;		/* the same, for conf_find() */
	char **files;		/* whose names the places have */
	size_t nr_files;
	unsigned int errors;
};

struct conf *conf_new(void);
void conf_free(struct conf *conf);
FILE *conf_open(const char *path, const char **name);
int conf_read_open(struct conf *conf, FILE *stream, const char *name);
int conf_read(struct conf *conf, const char *path);
void conf_read_stream(struct conf *conf, FILE *stream, const char *name);
bool conf_can_name(const char *path);
bool conf_bounds_fit(const struct section *section);
struct section *conf_find(const struct conf *conf, const char *group);

/* Say what is wrong at a place. */
void vsay_at(const struct place *place, const char *format, va_list args)
	__printf(2, 0);

/* target.c */
int target_make(struct conf *conf, struct tree *tree, bool prune_rest);

#endif
