/* SPDX-License-Identifier: GPL-2.0-only */
/* A group with counters as 6.12 has them, and what rmdir does to it. */
#ifndef PAGES_GROUP_H
#define PAGES_GROUP_H

#include <linux/page_counter.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>

#define BYTES(pages)	((unsigned long long)(pages) << PAGE_SHIFT)

struct group {
	struct res_counter res;
	struct page_counter memory;
	struct page_counter memsw;
	struct group *parent;
	bool dead;		/* rmdir has come by; its pages stay with it */
	/* Pages that exist: */
	unsigned long user;	/* uncharged from this group, even when dead */
	unsigned long kernel;	/* at rmdir they become the parent's */
};

void group_init(struct group *group, struct group *parent);
int group_resize(struct group *group, unsigned long long limit,
		 res_shrink_callback_t callback, int retry);
/* False: no room. */
bool group_charge(struct group *group, unsigned long pages);
/* Charges that must not fail. */
void group_force(struct group *group, unsigned long pages);
void group_free_user(struct group *group, unsigned long pages);
void group_free_kernel(struct group *group, unsigned long pages);
void group_remove(struct group *group);
/* Of one dead group, if it is not busy. */
void group_settle(struct group *group);

/* Is it a dead group of which "live" pays for what is left? */
bool group_is_leftover_of(const struct group *group, const struct group *live);

#endif
