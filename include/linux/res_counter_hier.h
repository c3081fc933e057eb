/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hardwall hierarchy of resource counters: a child's limit is a reservation
 * borrowed from its parent.
 *
 * The protocol is in kernel/res_counter_hier.c and is the same for every base
 * kernel.  What it needs of a counter is the handful of verbs declared at the
 * end of this file; each base provides them.
 */
#ifndef _LINUX_RES_COUNTER_HIER_H
#define _LINUX_RES_COUNTER_HIER_H

#include <linux/string.h>
#include <linux/types.h>

struct res_counter;

/*
 * The largest limit, in bytes: whole pages, whose number a long can hold, since
 * that is what some counters count in, and whose bytes LLONG_MAX can hold.
 */
#define RES_COUNTER_LIMIT_MAX						\
	((unsigned long long)(LLONG_MAX >> PAGE_SHIFT < LONG_MAX ?	\
			      LLONG_MAX >> PAGE_SHIFT : LONG_MAX) << PAGE_SHIFT)

/* To repay "all, and force": see res_counter_repay_resource(). */
#define RES_COUNTER_REPAY_ALL	((unsigned long long)-1)

/**
 * typedef res_resize_callback_t - set the limit of a counter
 * @counter: the counter whose limit was written
 * @limit: the new limit in bytes
 *
 * Called by res_counter_write(), where the base has that, with no lock held.
 * Returns 0, or a negative errno, which write(2) passes on.  May sleep.
 *
 * From the RFC.
 */
typedef int (*res_resize_callback_t)(struct res_counter *counter,
				     unsigned long long limit);

/**
 * typedef res_shrink_callback_t - lower the usage of a counter
 * @counter: the counter to shrink
 * @val: bytes of usage that are in the way
 *
 * Called between two attempts to borrow or repay, with no spinlock held, and
 * with one mutex: the resize mutex of the counter whose limit is being
 * changed.  For a shrink that is @counter; for a growth it is the child that
 * borrows from @counter, and @counter->resize is not held: its limit may change
 * meanwhile.  So the callback must take no resize mutex, and must not wait for
 * who may hold one.  It only shrinks: the caller checks what came of it, and
 * calls again.  Returns 0, or a negative errno that ends the resize and
 * becomes its result.  May sleep.
 *
 * From the RFC, where no lock was held and its result was ignored.
 */
typedef int (*res_shrink_callback_t)(struct res_counter *counter,
				     unsigned long long val);

int res_counter_borrow_resource(struct res_counter *child,
				struct res_counter *parent,
				unsigned long long val,
				res_shrink_callback_t callback, int retry);
int res_counter_repay_resource(struct res_counter *child,
			       struct res_counter *parent,
			       unsigned long long val,
			       res_shrink_callback_t callback, int retry);
int res_counter_resize(struct res_counter *counter, struct res_counter *parent,
		       unsigned long long limit,
		       res_shrink_callback_t callback, int retry);
int res_counter_rehome(struct res_counter *child, struct res_counter *parent,
		       unsigned long long val);
#ifdef CONFIG_RES_COUNTER_HIER
void res_counter_zero_limit(struct res_counter *counter);
#endif
int res_counter_parse_limit(char *buf, unsigned long long *limit);

/**
 * res_counter_text_ends - is nothing hidden behind the NUL of a written text?
 * @buf: what was written, and a NUL
 * @nbytes: how much was written
 *
 * A NUL ends the text for res_counter_parse_limit().  One that is the last
 * byte written is that of a C string; anything behind it is junk.
 *
 * Context: Any.
 *
 * Not in the RFC.
 *
 * Return: whether all of @buf but one NUL at its end is text.
 */
static inline bool res_counter_text_ends(const char *buf, size_t nbytes)
{
	return strlen(buf) + 1 >= nbytes;
}

/*
 * The seam: what a base kernel's counter must be able to do.  All values are
 * bytes.  Of these only res_counter_set_limit() may sleep, where the counter is
 * lockless.  The first three are called with counter->lock held,
 * lendable with or without; the others take the locks they need themselves.
 */

/*
 * usage += val if it fits under the limit, and in a root leaves what that
 * keeps for itself; else -ENOMEM.  Leaves failcnt be.
 */
int res_counter_take(struct res_counter *counter, unsigned long long val);
/* usage -= val */
void res_counter_give(struct res_counter *counter, unsigned long long val);
/* limit; res_counter_read_u64() may take the lock itself */
unsigned long long res_counter_limit(struct res_counter *counter);
/*
 * The most that a counter with this limit can lend: all of it, but in a root
 * no more than there is, and less what a root keeps for itself.
 */
unsigned long long res_counter_lendable(struct res_counter *counter,
					unsigned long long limit);
/* limit = limit if usage allows it; else -EBUSY.  -EINVAL: the base forbids it. */
int res_counter_set_limit(struct res_counter *counter,
			  unsigned long long limit);
/*
 * usage -= val and limit -= val, with no instant of room between the two; else
 * -EINVAL, if that is more than there is.
 */
int res_counter_cut(struct res_counter *counter, unsigned long long val);
/* failcnt += 1 */
void res_counter_note_failure(struct res_counter *counter);

/*
 * A base whose counters book loans by themselves says so with
 * RES_COUNTER_BOOKS_LOANS in <linux/res_counter.h>.  It needs no take, give,
 * limit, cut, nor a lock in the counter, but these, called with child->resize
 * held; they may sleep.  And it has its own way to remove a group, so there is
 * no res_counter_rehome(), and nobody repays "all".
 */
#ifdef RES_COUNTER_BOOKS_LOANS
/*
 * The parent's usage, its security and the child's borrow += val.  -ENOSPC when
 * no reclaim could ever make the room, -EBUSY when reclaim might, -EAGAIN when
 * it takes a moment, which must not be waited for under child->resize.
 */
int res_counter_lend(struct res_counter *child, struct res_counter *parent,
		     unsigned long long val);
/* 0, or -EAGAIN; after this unlend can not fail, for as long as resize is held. */
int res_counter_prepare_unlend(struct res_counter *child,
			       unsigned long long val);
/* And -= val. */
void res_counter_unlend(struct res_counter *child, struct res_counter *parent,
			unsigned long long val);
#endif

#endif /* _LINUX_RES_COUNTER_HIER_H */
