// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hardwall hierarchy of resource counters.
 *
 * A counter's limit is a reservation taken out of its parent.  What a child
 * was given is the child's own: it counts as usage in the parent whether the
 * child uses it or not, so no charge ever has to look further than its own
 * counter, and the sum of the parts can not exceed the whole.
 *
 *	borrow		what this counter holds of its parent's resource
 *	security	what this counter's children hold of its resource;
 *			part of its usage
 *
 * Every change of a reservation is the same two steps, and their order is
 * what makes any interleaving safe:
 *
 *	borrow:	take room from the parent,	then raise the child
 *	repay:	lower the child,		then give room to the parent
 *
 * Between the two steps the bytes belong to nobody.  So at any instant the
 * parent's security may exceed the sum of its children's borrow, but never
 * fall short of it: no byte is promised twice, wherever a task is preempted,
 * interrupted or killed.  Inside each step the parent's usage is raised
 * before its security and lowered after it, so that usage >= security.
 *
 * Locking:
 *
 *	counter->resize	a mutex; serialises the resizes of this counter, and
 *			its removal if that repays, and keeps its limit and
 *			borrow stable.
 *			Held across reclaim, so it is taken interruptibly,
 *			and never two of them at once.
 *	counter->lock	a spinlock, IRQ-safe; protects borrow and security.
 *			Held for a few instructions, never two at once.
 *
 * A base whose counters book loans by themselves (RES_COUNTER_BOOKS_LOANS) does
 * the step in the parent with its own means, and has no such spinlock.  There a
 * charge that must not fail and goes above the limit may be the parent's.
 *
 * No lock that counters share is held across reclaim: resizes in different
 * groups do not wait for each other's.
 *
 * From the RFC "memcg: hierarchy support core (yet another one)" of
 * 2008-05-28 by KAMEZAWA Hiroyuki: the model, borrow and security, the names
 * and parameters of the functions that borrow and repay.
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/res_counter.h>
#include <linux/res_counter_hier.h>

#ifndef RES_COUNTER_BOOKS_LOANS
/*
 * Lend val bytes of the parent's room: the first step of a borrow.  -ENOSPC
 * when no reclaim could ever make the room, since all the parent may reclaim
 * is what it has not lent; -EBUSY when reclaim might.
 */
static int res_counter_lend(struct res_counter *child,
			    struct res_counter *parent, unsigned long long val)
{
	unsigned long long limit, lendable;
	unsigned long flags;
	int ret = 0;

	spin_lock_irqsave(&parent->lock, flags);
	/* Not before: what the limit grew by since can be lent by now. */
	limit = res_counter_limit(parent);
	lendable = res_counter_lendable(parent, limit);
	if (lendable < parent->security || val > lendable - parent->security)
		ret = -ENOSPC;
	else if (res_counter_take(parent, val))
		ret = -EBUSY;
	else
		parent->security += val;
	spin_unlock_irqrestore(&parent->lock, flags);
	return ret;
}

/* Take back val bytes that were lent: the last step of a repay. */
static void res_counter_unlend(struct res_counter *child,
			       struct res_counter *parent,
			       unsigned long long val)
{
	unsigned long flags;

	spin_lock_irqsave(&parent->lock, flags);
	parent->security -= val;
	res_counter_give(parent, val);
	spin_unlock_irqrestore(&parent->lock, flags);
}

/* Nothing has to be prepared: under the lock it takes no moment. */
static int res_counter_prepare_unlend(struct res_counter *child,
				      unsigned long long val)
{
	return 0;
}

/* What was lent is the child's, by its own book. */
static void res_counter_keep(struct res_counter *child, long long val)
{
	unsigned long flags;

	spin_lock_irqsave(&child->lock, flags);
	child->borrow += val;
	spin_unlock_irqrestore(&child->lock, flags);
}

static unsigned long long res_counter_lent(struct res_counter *counter)
{
	unsigned long long security;
	unsigned long flags;

	spin_lock_irqsave(&counter->lock, flags);
	security = counter->security;
	spin_unlock_irqrestore(&counter->lock, flags);
	return security;
}
#else
static void res_counter_keep(struct res_counter *child, long long val) {}

static unsigned long long res_counter_lent(struct res_counter *counter)
{
	return res_counter_read_u64(counter, RES_SECURITY);
}
#endif

/* Lower the limit of a counter: the first step of a repay. */
static int res_counter_lower(struct res_counter *child,
			     unsigned long long limit)
{
	int ret = res_counter_set_limit(child, limit);

	if (ret != -EBUSY)
		return ret;

	/* What is lent can not be reclaimed: the children must shrink first. */
	if (res_counter_lent(child) > res_counter_lendable(child, limit))
		return -ENOSPC;
	return -EBUSY;
}

/* By how much usage is above the most that it may be, in bytes. */
static unsigned long long res_counter_excess(struct res_counter *counter,
					     unsigned long long most)
{
	unsigned long long usage = res_counter_read_u64(counter, RES_USAGE);

	return usage > most ? usage - most : 0;
}

/* The bytes of usage in the way of lending val more. */
static unsigned long long res_counter_shortage(struct res_counter *parent,
					       unsigned long long val)
{
	unsigned long long limit = res_counter_read_u64(parent, RES_LIMIT);
	unsigned long long lendable = res_counter_lendable(parent, limit);

	return res_counter_excess(parent, lendable > val ? lendable - val : 0);
}

/*
 * One round of reclaim between two attempts, if there is one left.  The CPU
 * is given up between rounds, not after the last: a sleep there would only
 * give others the time to eat what the callback has freed.
 */
static int res_counter_shrink(struct res_counter *counter,
			      unsigned long long val,
			      res_shrink_callback_t callback, int retry,
			      unsigned int round)
{
	if (!callback || (retry >= 0 && round >= (unsigned int)retry))
		return -EBUSY;
	if (round)
		schedule_timeout_interruptible(1);
	if (signal_pending(current))
		return -EINTR;
	return callback(counter, val);
}

/**
 * res_counter_borrow_resource - raise a limit with resource of the parent
 * @child: the counter whose limit grows
 * @parent: where the resource comes from; NULL for a root, which lends but
 *	does not borrow: its limit just grows
 * @val: bytes to borrow
 * @callback: called against @parent to make room; NULL: no retry
 * @retry: how often to call @callback at most; -1: until there is room or a
 *	signal comes
 *
 * An exact fit succeeds.  On failure no limit, usage, borrow or security has
 * changed, and @parent's failcnt has grown by one, however many rounds it
 * took.
 *
 * Context: The caller holds @child->resize and no spinlock.  Sleeps between
 * rounds, and wherever @callback does.
 *
 * From the RFC; there an exact fit was refused, the sum could wrap, and the
 * callback's result was ignored.
 *
 * Return: 0; -EAGAIN, not counted as a failure, if the base asks for a moment
 * without @child->resize; -EINVAL, not counted either, if the sum is above
 * %RES_COUNTER_LIMIT_MAX; -EINVAL if the base refuses the limit; -ENOSPC if no
 * reclaim could ever make the room; -EBUSY if reclaim did not; -EINTR on a
 * signal; else what @callback returned.
 */
int res_counter_borrow_resource(struct res_counter *child,
				struct res_counter *parent,
				unsigned long long val,
				res_shrink_callback_t callback, int retry)
{
	unsigned long long limit = res_counter_read_u64(child, RES_LIMIT);
	unsigned int round;
	int ret;

	if (val > RES_COUNTER_LIMIT_MAX || limit > RES_COUNTER_LIMIT_MAX - val)
		return -EINVAL;

	if (!parent)
		return res_counter_set_limit(child, limit + val);

	for (round = 0; ; round++) {
		ret = res_counter_lend(child, parent, val);
		if (ret != -EBUSY)
			break;
		ret = res_counter_shrink(parent,
					 res_counter_shortage(parent, val),
					 callback, retry, round);
		if (ret)
			break;
	}
	if (ret == -EAGAIN)
		return -EAGAIN;
	if (ret)
		goto fail;

	/* Charges that must not fail can have left usage above even this. */
	ret = res_counter_set_limit(child, limit + val);
	if (ret) {
		res_counter_unlend(child, parent, val);
		goto fail;
	}

	res_counter_keep(child, val);
	return 0;
fail:
	res_counter_note_failure(parent);
	return ret;
}

/* Is there that much to return to @parent?  A root has borrowed from nobody. */
static bool res_counter_borrowed(struct res_counter *child,
				 struct res_counter *parent,
				 unsigned long long val)
{
	return !parent || val <= res_counter_read_u64(child, RES_BORROW);
}

/* What "all" is: the limit less what is still charged.  Forces the limit. */
static unsigned long long res_counter_trim(struct res_counter *child)
{
	unsigned long long limit = res_counter_read_u64(child, RES_LIMIT);
	unsigned long long usage;

	/* Fails only when a charge came in between, so limit bounds it. */
	do {
		usage = res_counter_read_u64(child, RES_USAGE);
		if (usage >= limit)
			return 0;
	} while (res_counter_set_limit(child, usage));

	return limit - usage;
}

/**
 * res_counter_repay_resource - lower a limit and return it to the parent
 * @child: the counter whose limit shrinks
 * @parent: where the resource goes; NULL for a root: its limit just shrinks
 * @val: bytes to repay, at most @child's limit; -1
 *	(%RES_COUNTER_REPAY_ALL) means "all, and force"
 * @callback: called against @child to lower its usage; NULL: no retry
 * @retry: how often to call @callback at most; -1: until it fits or a signal
 *	comes
 *
 * "All, and force" is for a counter that is being removed.  It never fails and
 * calls no callback: @child keeps what is still charged to it as its limit and
 * borrow, and no more; the rest goes back at once.  Nobody can resize @child
 * any more.  A root has nothing to return and is not removed.  On failure no
 * limit, usage, borrow or security has changed.
 *
 * Context: The caller holds @child->resize and no spinlock.  Sleeps between
 * rounds, and wherever @callback does.
 *
 * From the RFC; there "all, and force" dropped what was still charged, and an
 * endless retry could not be killed.
 *
 * Return: 0; -EAGAIN if the base asks for a moment without @child->resize; -EINVAL
 * if @val is more than @child's limit, or than it has borrowed, or all of a root;
 * -EBUSY if @child's children hold more than the
 * new limit (at once, with no callback) or if reclaim could not get usage under
 * it; -EINTR on a signal; else what @callback returned.
 */
int res_counter_repay_resource(struct res_counter *child,
			       struct res_counter *parent,
			       unsigned long long val,
			       res_shrink_callback_t callback, int retry)
{
	unsigned long long limit = res_counter_read_u64(child, RES_LIMIT);
	unsigned long long most;
	unsigned int round;
	int ret;

	if (val == RES_COUNTER_REPAY_ALL) {
		if (!parent)
			return -EINVAL;
		child->removed = true;
		val = res_counter_trim(child);
		goto lowered;
	}
	if (val > limit || !res_counter_borrowed(child, parent, val))
		return -EINVAL;

	if (parent && res_counter_prepare_unlend(child, val))
		return -EAGAIN;

	most = res_counter_lendable(child, limit - val);
	for (round = 0; ; round++) {
		ret = res_counter_lower(child, limit - val);
		if (ret != -EBUSY)
			break;
		ret = res_counter_shrink(child,
					 res_counter_excess(child, most),
					 callback, retry, round);
		if (ret)
			break;
	}
	/* -ENOSPC only told not to reclaim: it is for a lender that is too small. */
	if (ret)
		return ret == -ENOSPC ? -EBUSY : ret;
lowered:
	if (!parent)
		return 0;

	res_counter_keep(child, -val);
	res_counter_unlend(child, parent, val);
	return 0;
}

/**
 * res_counter_resize - set a limit: borrow or repay what it takes
 * @counter: the counter to resize
 * @parent: its parent; NULL for a root
 * @limit: the new limit in bytes, at most %RES_COUNTER_LIMIT_MAX
 * @callback: makes room, in @parent for a growth, in @counter for a shrink
 * @retry: how often to call @callback at most; see
 *	res_counter_borrow_resource()
 *
 * The same value succeeds and changes nothing.  Several writers to one
 * counter are served one by one: the difference to the old limit is worked
 * out and used under the same lock.
 *
 * Context: Process context, no locks held.  Takes and drops @counter->resize;
 * sleeps.
 *
 * Not in the RFC, where each caller worked out the difference by itself.
 *
 * Return: 0, or -EINVAL if @limit is above %RES_COUNTER_LIMIT_MAX, or an error
 * of res_counter_borrow_resource() or res_counter_repay_resource(), or -EINTR
 * if a signal came while waiting for another writer, or -ENODEV if @counter has
 * repaid all.  On error nothing has changed.  After -EAGAIN the caller waits a
 * moment, and tries again.
 */
int res_counter_resize(struct res_counter *counter, struct res_counter *parent,
		       unsigned long long limit,
		       res_shrink_callback_t callback, int retry)
{
	unsigned long long old;
	int ret = 0;

	if (limit > RES_COUNTER_LIMIT_MAX)
		return -EINVAL;
	if (mutex_lock_interruptible(&counter->resize))
		return -EINTR;

	old = res_counter_read_u64(counter, RES_LIMIT);
	if (counter->removed)
		ret = -ENODEV;
	else if (limit > old)
		ret = res_counter_borrow_resource(counter, parent, limit - old,
						  callback, retry);
	else if (limit < old)
		ret = res_counter_repay_resource(counter, parent, old - limit,
						 callback, retry);

	mutex_unlock(&counter->resize);
	return ret;
}

#ifndef RES_COUNTER_BOOKS_LOANS
/**
 * res_counter_rehome - make a charge the parent's, with its reservation
 * @child: the counter that is being removed
 * @parent: its parent
 * @val: bytes charged to @child that @parent pays for from now on; at most
 *	@child's limit and borrow
 *
 * Needs no room: @parent's usage has had the bytes in it since @child
 * borrowed them.  They stop being lent and become @parent's own.  To be
 * called before the charge can be uncharged from @parent.
 *
 * Context: The caller holds @child->resize.  Does not sleep.
 *
 * Not in the RFC, which dropped such charges; its reviewers asked for it.
 *
 * Return: 0, or -EINVAL with nothing changed if @val is more than @child has.
 */
int res_counter_rehome(struct res_counter *child, struct res_counter *parent,
		       unsigned long long val)
{
	unsigned long flags;
	int ret;

	if (!res_counter_borrowed(child, parent, val))
		return -EINVAL;
	ret = res_counter_cut(child, val);
	if (ret)
		return ret;

	spin_lock_irqsave(&child->lock, flags);
	child->borrow -= val;
	spin_unlock_irqrestore(&child->lock, flags);

	spin_lock_irqsave(&parent->lock, flags);
	parent->security -= val;
	spin_unlock_irqrestore(&parent->lock, flags);
	return 0;
}
#endif

/**
 * res_counter_zero_limit - start a child with nothing
 * @counter: a counter that was just set up and that nothing can charge yet
 *
 * Context: Process context.
 *
 * From the RFC.
 */
void res_counter_zero_limit(struct res_counter *counter)
{
	/* Can not fail: nothing has been charged. */
	res_counter_set_limit(counter, 0);
}

static int res_counter_digit(char c, unsigned int base)
{
	unsigned int digit = base;

	if (c >= '0' && c <= '9')
		digit = c - '0';
	else if (c >= 'a' && c <= 'f')
		digit = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		digit = c - 'A' + 10;
	return digit < base ? (int)digit : -1;
}

/*
 * The largest number that can have one more digit.  The quotients are
 * constants: 32 bit has no division of 64-bit variables to link.
 */
static unsigned long long res_counter_prefix_max(unsigned int base)
{
	switch (base) {
	case 16:
		return ~0ULL / 16;
	case 10:
		return ~0ULL / 10;
	default:
		return ~0ULL / 8;
	}
}

/* The power of two a memparse() suffix stands for; 0 where there is none. */
static unsigned int res_counter_suffix(char c)
{
	switch (c) {
	case 'K':
	case 'k':
		return 10;
	case 'M':
	case 'm':
		return 20;
	case 'G':
	case 'g':
		return 30;
	case 'T':
	case 't':
		return 40;
	case 'P':
	case 'p':
		return 50;
	case 'E':
	case 'e':
		return 60;
	}
	return 0;
}

static bool res_counter_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/**
 * res_counter_parse_limit - read a limit as a user writes it
 * @buf: a number in decimal, octal (0...) or hexadecimal (0x...), with at
 *	most one of the suffixes K, M, G, T, P, E in either case, and with
 *	white space around it; NUL-terminated.  "1e" is 1 EiB, as memparse()
 *	has it, and "0x1e" is 30
 * @limit: set to the value in bytes, rounded up to whole pages; what is
 *	above %RES_COUNTER_LIMIT_MAX becomes that
 *
 * memparse() lets a value overflow and takes an empty string for 0: either
 * would give a whole reservation away.
 *
 * Context: Any.
 *
 * Not in the RFC.
 *
 * Return: 0; -EINVAL if @buf is not a number, has something after it, or
 * stands for a value that 64 bits can not hold, before or after rounding.
 */
int res_counter_parse_limit(char *buf, unsigned long long *limit)
{
	const unsigned long long max = ~0ULL;
	unsigned long long val = 0;
	unsigned int base = 10, shift;
	int digit;

	while (res_counter_space(*buf))
		buf++;
	if (buf[0] == '0' && (buf[1] == 'x' || buf[1] == 'X')) {
		base = 16;
		buf += 2;
	} else if (buf[0] == '0') {
		base = 8;
	}

	if (res_counter_digit(*buf, base) < 0)
		return -EINVAL;
	while ((digit = res_counter_digit(*buf, base)) >= 0) {
		if (val > res_counter_prefix_max(base))
			return -EINVAL;
		val *= base;
		if (val > max - digit)
			return -EINVAL;
		val += digit;
		buf++;
	}

	shift = res_counter_suffix(*buf);
	if (shift) {
		if (val > max >> shift)
			return -EINVAL;
		val <<= shift;
		buf++;
	}
	while (res_counter_space(*buf))
		buf++;
	if (*buf)
		return -EINVAL;

	if (val > max - (PAGE_SIZE - 1))
		return -EINVAL;
	val = (val + PAGE_SIZE - 1) & ~((unsigned long long)PAGE_SIZE - 1);
	*limit = val < RES_COUNTER_LIMIT_MAX ? val : RES_COUNTER_LIMIT_MAX;
	return 0;
}
