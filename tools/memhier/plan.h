/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From what a tree is to what it shall be: which writes, and in which order.
 */
#ifndef MEMHIER_PLAN_H
#define MEMHIER_PLAN_H

#include <signal.h>

#include "hier.h"

enum op_type {
	OP_SET,
	OP_MKDIR,
	OP_RMDIR,
	OP_OWN,
};

struct op {
	enum op_type type;
	char *path;
	enum attr attr;		/* of OP_SET */
	u64 old[2], new;	/* OP_SET has old[0]; OP_RMDIR LIMIT, RESERVE */
	uid_t old_uid, uid;
	gid_t old_gid, gid;
	int made;		/* what create returned to OP_MKDIR */
};

struct plan {
	enum kind kind;
	struct op *ops;
	size_t nr, size;
};

struct plan *plan_new(enum kind kind);
void plan_free(struct plan *plan);
struct op *plan_add(struct plan *plan, enum op_type type, const char *path);
struct plan *plan_order(struct tree *tree);
bool op_grows(const struct op *op);
char *op_text(const struct plan *plan, const struct op *op);
void plan_print(const struct plan *plan, FILE *out);

/* planfile.c */
int plan_save(const struct plan *plan, struct tree *tree,
	      const char *where, const char *path);
bool plan_is_saved(FILE *file);
struct plan *plan_load(struct hier *hier, struct tree *tree, FILE *file,
		       const char *name);
bool plan_fits(const struct plan *plan, struct tree *before, struct hier *hier,
	       struct tree *now, const char *name);

/* apply.c */
extern volatile sig_atomic_t apply_stop;
void apply_on_signal(int signal);
int plan_apply(struct hier *hier, struct plan *plan, FILE *log);

/* refuse.c */
void refuse_explain(struct hier *hier, const struct plan *plan,
		    const struct op *op, int error);
u64 grow_most(const struct tree *tree, const struct group *group,
	      const struct group **lender);

#endif
