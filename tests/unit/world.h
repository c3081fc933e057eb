/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One task, and a hook on each of its steps by which a test plays the others.
 */
#ifndef UNIT_WORLD_H
#define UNIT_WORLD_H

#include <check.h>
#include <errno.h>

#include <linux/kernel.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>

#include "alone.h"

#define PAGES(n)	((unsigned long long)(n) * PAGE_SIZE)

extern struct res_counter parent, child;

/* For tcase_add_checked_fixture(). */
void set_up(void);
void tear_down(void);

/* Limits of parent and child as if the child had borrowed its own. */
void set_limits(unsigned long long parent_limit, unsigned long long child_limit);

/* The parent has no parent of its own, and "whole" bytes are there to lend. */
void make_root(unsigned long long whole, unsigned long long limit);

/* To see that no book of a counter has changed. */
struct books {
	unsigned long long usage, limit, borrow, security;
};

struct books books_of(const struct res_counter *counter);
void assert_same(const struct res_counter *counter, struct books before);
void assert_books(const struct res_counter *counter, unsigned long long usage,
		  unsigned long long limit, unsigned long long borrow,
		  unsigned long long security);
void assert_sound(void);

/* The shrink callback, and what it was called with. */
extern struct reclaim {
	unsigned long long frees;	/* bytes per call */
	int fails_at;			/* the call that fails with -EIO */
	int signal_at;			/* the call during which one comes */
	int calls;
	struct res_counter *counter;
	unsigned long long val;		/* of the last call */
} reclaim;

int reclaim_callback(struct res_counter *counter, unsigned long long val);

Suite *borrow_suite(void);
Suite *repay_suite(void);
Suite *resize_suite(void);
Suite *move_suite(void);
Suite *parse_suite(void);
Suite *root_suite(void);

#endif
