// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reserves of page counters.
 *
 * A counter has a usage u and a reserve r, which is 0 unless it is set.  Its
 * parent is charged, for the counter, max(u, r):
 *
 *	u of p = own charges of p + sum over children c of max(u of c, r of c)
 *
 * What is above the reserve, excess = max(0, u - r), walks up as it always
 * did; with r = 0 that is all.  A charge that keeps u <= r stops at the counter:
 * no ancestor can make it fail.  All of this file is to keep that sum exact,
 * whatever runs at once and without a lock around charges, and never to promise
 * more than there is: nobody is given a page before the parent has paid for it.
 *
 * Slots
 *
 * Usage and reserve have to be read in one go, and both do not fit in a word.
 * So the usage word has, above the pages, the number of a slot: 0 for no
 * reserve, or 1 or 2 for reserve[slot - 1].  Whoever has the word knows usage
 * and reserve of one instant.  A new reserve is written to the slot that is not
 * in force, and comes into force with a cmpxchg of the word.
 *
 *  - Who has read a word reads reserve[] a bit later.  Both happen under
 *    rcu_read_lock(), and a slot is written only a grace period after the word
 *    has last left it.  That is asked for when the word leaves: who does not write
 *    all the time need not wait for it.  Who has to, does so with no lock held, or
 *    others would wait for somebody who gets no CPU; and can be killed.
 *
 *  - The number of pages is a sum and needs no care: adding to the word
 *    leaves the slot alone.  A word with slot 0 is what it always was.
 *
 * Adding
 *
 * Uncharging, and charging what must not fail, is one atomic add.  The word
 * that it returns tells how many of these pages are above the reserve: those
 * the parent is owed, or gets back, and so on up.  Such adds, and new
 * reserves, come in some order at each counter, and each passes on by how much
 * it changed max(u, r): so the sum is exact when all have ended, in whatever
 * order they arrive at the parent.  While one is on its way up the parent has
 * paid too much (an uncharge) or not yet (a charge that must not fail, which
 * may go above limits anyway).
 *
 * Paying first
 *
 * A charge that can fail must not be added at the bottom first.  Others see it
 * there, and its excess may be uncharged by them and be given back by the parent
 * before it was paid; when the charge then fails, somebody has used the room.
 * So pay_first() looks what each level would owe, up to the first that owes
 * nothing; and from there down each level is charged, with a cmpxchg, only
 * after its parent was.  If the word has moved meanwhile:
 *
 *  - less is owed than was paid: the rest is given back;
 *  - more is owed: all is given back, and we start again.  Somebody else has
 *    got on, so this ends;
 *  - there is no room any more: all is given back.  At the levels below
 *    nothing was taken, so nothing there has to be undone.
 *
 * page_counter_set_max() first lowers the limit and then looks at the usage.
 * So, after the cmpxchg, look at the limit again: one of the two sees the other.
 *
 * The first reserve of a counter
 *
 * Without a reserve a charge adds from the bottom, as mainline does, and takes
 * it back if an ancestor is full.  Would a reserve come into force between the
 * two, the pages seen in the usage would not be paid for.  So there is
 * pays_first: it is set, a grace period passes in which such charges end, and
 * then comes the reserve.  It stays set: from then on charges of this counter
 * are charged to it and to its ancestors by pay_first(), reserve or not.
 *
 * As long as no counter has ever had a reserve, a static key keeps everybody
 * out of this file.
 *
 * Coverage
 *
 * The reserves of a counter's children are never more than its own, so that
 * what is reserved at the bottom is reserved all the way up.  A counter
 * without a parent has no reserve; a cap takes its place, in reserve[0].
 * children_reserve, the sum, changes under reserve_lock: before a reserve
 * grows, and with a shrinking one.
 */

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/jump_label.h>
#include <linux/kcsan-checks.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/page_counter.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

/* Protects children_reserve and reserve_frozen of all counters, and caps. */
static DEFINE_SPINLOCK(reserve_lock);

/* How many counters are frozen: hardly ever is it any. */
static unsigned int nr_frozen;

/* Modules look at the pressure on sockets, which ends at a reserve. */
DEFINE_STATIC_KEY_FALSE(page_counter_reserve_key);
EXPORT_SYMBOL(page_counter_reserve_key);

static long with_slot(long word, unsigned int slot)
{
	return page_counter_pages(word) +
	       ((long)slot << PAGE_COUNTER_SLOT_SHIFT);
}

/* Under rcu_read_lock() since before @word was read. */
static long reserve_at(struct page_counter *c, long word)
{
	unsigned long slot = page_counter_slot(word);

	return slot ? READ_ONCE(c->reserve[slot - 1]) : 0;
}

static long excess(struct page_counter *c, long word)
{
	return max(0L, page_counter_pages(word) - reserve_at(c, word));
}

/* The parent pays for the last @nr of the pages in @word, as far as they are above. */
static long owed(struct page_counter *c, long word, long nr)
{
	return min(excess(c, word), nr);
}

/* As racy as the watermarks of page_counter_charge() are. */
static void usage_changed(struct page_counter *c, long word)
{
	unsigned long usage = page_counter_pages(word);

	page_counter_propagate_usage(c, usage);
	if (usage <= READ_ONCE(c->local_watermark))
		return;
	WRITE_ONCE(c->local_watermark, usage);
	if (usage > READ_ONCE(c->watermark))
		WRITE_ONCE(c->watermark, usage);
}

/* More uncharges than charges?  Returns the word with the error taken out. */
static long fix_underflow(struct page_counter *c, long word, long nr)
{
	long pages = page_counter_pages(word);

	if (!WARN_ONCE(pages < 0, "page_counter underflow: %ld nr_pages=%ld\n",
		       pages, nr))
		return word;
	atomic_long_sub(pages, &c->usage);
	return word - pages;
}

/* Add @nr pages at one level.  Returns what its parent is owed. */
static long add_here(struct page_counter *c, long nr)
{
	long word = atomic_long_add_return(nr, &c->usage);

	usage_changed(c, word);
	return owed(c, word, nr);
}

/*
 * Take @nr pages away at one level.  Returns what its parent gets back.  Inline,
 * so that an uncharge within a reserve, the most common, calls nothing.
 */
static __always_inline long take_here(struct page_counter *c, long nr)
{
	long word = atomic_long_add_return(-nr, &c->usage);
	long paid = owed(c, word + nr, nr);

	word = fix_underflow(c, word, nr);
	page_counter_propagate_usage(c, page_counter_pages(word));
	return paid;
}

/* Add @nr pages, or take them away, whatever limits say: see "Adding". */
static void add_pages(struct page_counter *counter, long nr)
{
	struct page_counter *c;

	for (c = counter; c && nr; c = c->parent)
		nr = nr > 0 ? add_here(c, nr) : -take_here(c, -nr);
}

static bool has_room(struct page_counter *c, long word,
		     struct page_counter **fail)
{
	/* Unsigned: a limit of bytes, as dmem has, can be more than a long. */
	if ((unsigned long)page_counter_pages(word) <= READ_ONCE(c->max))
		return true;
	*fail = c;
	return false;
}

/* @nr pages that @counter is to be charged with. */
struct bill {
	struct page_counter *counter;
	long nr;
};

/* More levels than that are done in several goes. */
#define MAX_BILLS	16U

/*
 * Write the bills from @counter up to below @top, or to the first level that
 * owes nothing.  The last MAX_BILLS of them are kept, the newest at
 * (their number - 1) % MAX_BILLS.  Returns their number; 0: no room at *fail.
 */
static unsigned int write_bills(struct page_counter *counter, long nr,
				struct page_counter *top, struct bill *bills,
				struct page_counter **fail)
{
	struct page_counter *c;
	unsigned int n = 0;

	for (c = counter; c != top && nr; c = c->parent) {
		long word = atomic_long_read(&c->usage);

		if (!has_room(c, word + nr, fail))
			return 0;
		bills[n++ % MAX_BILLS] = (struct bill){ c, nr };
		nr = owed(c, word + nr, nr);
	}
	return n;
}

enum outcome { CHARGED, FULL, MOVED };

/*
 * Charge one level.  @top has been charged with *@paid pages for it; on return
 * that is what is left of them for the caller to give back, or to have charged.
 */
static enum outcome pay_bill(const struct bill *bill, struct page_counter *top,
			     long *paid, struct page_counter **fail)
{
	struct page_counter *c = bill->counter;
	long word = atomic_long_read(&c->usage);
	/* A level in between might owe, too, by now. */
	long usable = c->parent == top ? *paid : 0;
	long owes;

	do {
		if (!has_room(c, word + bill->nr, fail))
			return FULL;
		owes = c->parent ? owed(c, word + bill->nr, bill->nr) : 0;
		if (owes > usable)
			return MOVED;
	} while (!atomic_long_try_cmpxchg(&c->usage, &word, word + bill->nr));

	if (owes != *paid)
		add_pages(top, owes - *paid);
	*paid = 0;

	/*
	 * A full barrier is between the word and the limit.  Either we see the
	 * limit of a racing page_counter_set_max(), or it sees our pages.
	 */
	if (!has_room(c, word + bill->nr, fail)) {
		add_pages(c, -bill->nr);
		return FULL;
	}
	usage_changed(c, word + bill->nr);
	*paid = bill->nr;
	return CHARGED;
}

/* Charge @counter if nobody else is owed anything: most charges need no more. */
static enum outcome pay_nobody(struct page_counter *counter, long nr,
			       struct page_counter **fail)
{
	const struct bill bill = { counter, nr };
	long paid = 0;

	return pay_bill(&bill, counter->parent, &paid, fail);
}

/*
 * Charge @counter with @nr pages, and its ancestors with what is owed, from the
 * top down.  What is charged at any time is @paid at @top, and what @top owed.
 */
static bool pay_first(struct page_counter *counter, long nr,
		      struct page_counter **fail)
{
	enum outcome outcome = pay_nobody(counter, nr, fail);
	struct bill bills[MAX_BILLS];
	struct page_counter *top = NULL;
	long paid = 0;

	if (outcome != MOVED)
		return outcome == CHARGED;

	while (top != counter) {
		unsigned int n = write_bills(counter, nr, top, bills, fail);
		unsigned int kept = min(n, MAX_BILLS);

		outcome = FULL;
		while (kept--) {
			struct bill *bill = &bills[--n % MAX_BILLS];

			outcome = pay_bill(bill, top, &paid, fail);
			if (outcome != CHARGED)
				break;
			top = bill->counter;
		}
		if (outcome == CHARGED)
			continue;

		add_pages(top, -paid);
		if (outcome == FULL)
			return false;
		top = NULL;
		paid = 0;
	}
	return true;
}

/**
 * page_counter_reserve_try_charge - page_counter_try_charge() with reserves
 * @counter: counter
 * @nr_pages: number of pages to charge
 * @fail: points to the counter without room, if there is one
 *
 * Levels that never had a reserve are charged as mainline does it, from the
 * first that had on by pay_first().
 *
 * Context: Any, interrupts too.  Takes rcu_read_lock().
 *
 * Return: true; false, with nothing charged, if *@fail has no room.
 */
bool page_counter_reserve_try_charge(struct page_counter *counter,
				     unsigned long nr_pages,
				     struct page_counter **fail)
{
	struct page_counter *c;
	bool charged = true;

	rcu_read_lock();
	for (c = counter; c; c = c->parent) {
		long word;

		if (READ_ONCE(c->pays_first)) {
			charged = pay_first(c, nr_pages, fail);
			break;
		}
		word = atomic_long_add_return(nr_pages, &c->usage);
		if (!has_room(c, word, fail)) {
			atomic_long_sub(nr_pages, &c->usage);
			charged = false;
			break;
		}
		usage_changed(c, word);
	}
	if (!charged) {
		page_counter_note_failure(*fail);
		for (; counter != c; counter = counter->parent)
			page_counter_cancel(counter, nr_pages);
	}
	rcu_read_unlock();
	return charged;
}

/**
 * page_counter_reserve_charge - page_counter_charge() with reserves
 * @counter: counter
 * @nr_pages: number of pages to charge, whatever limits say
 *
 * Context: Any, interrupts too.  Takes rcu_read_lock().
 */
void page_counter_reserve_charge(struct page_counter *counter,
				 unsigned long nr_pages)
{
	rcu_read_lock();
	add_pages(counter, nr_pages);
	rcu_read_unlock();
}

/**
 * page_counter_reserve_uncharge - page_counter_uncharge() with reserves
 * @counter: counter
 * @nr_pages: number of pages to uncharge
 *
 * Context: Any, interrupts too.  Takes rcu_read_lock().
 */
void page_counter_reserve_uncharge(struct page_counter *counter,
				   unsigned long nr_pages)
{
	long paid;

	rcu_read_lock();
	paid = take_here(counter, nr_pages);
	/* Often it was within the reserve. */
	if (paid)
		add_pages(counter->parent, -paid);
	rcu_read_unlock();
}

/* Somebody turns the key on, and mainline's code may not be left yet. */
static unsigned long key_is_turned;

static void interrupts_have_ended(struct rcu_head *head)
{
	/* Pairs with reserves_on(): by now nobody is in mainline's code. */
	smp_store_release(&key_is_turned, 0);
}

static void tasks_have_slept(struct rcu_head *head)
{
	call_rcu(head, interrupts_have_ended);
}

/*
 * Turn the key on.  A task may be preempted in mainline's code, or with a usage
 * that it has read and not masked: call_rcu_tasks() waits until each has slept
 * since, which one without a CPU can put off.  Interrupts may be there, too:
 * call_rcu() waits for those.  Returns false until both have.
 */
static bool reserves_on(void)
{
	static struct rcu_head head;

	if (!static_key_enabled(&page_counter_reserve_key)) {
		if (xchg(&key_is_turned, 1))
			return false;
		static_branch_enable(&page_counter_reserve_key);
		call_rcu_tasks(&head, tasks_have_slept);
	}
	/* Pairs with interrupts_have_ended(). */
	return !smp_load_acquire(&key_is_turned);
}

/* Would the parent cover @nr pages more? */
static bool may_cover(struct page_counter *parent, unsigned long nr)
{
	struct page_counter *c;
	unsigned long cover;

	lockdep_assert_held(&reserve_lock);
	/* A limit below the reserve: that is about to follow. */
	cover = min(page_counter_reserve(parent), READ_ONCE(parent->max));
	for (c = nr_frozen ? parent : NULL; c; c = c->parent)
		if (c->reserve_frozen)
			return false;
	return cover >= parent->children_reserve &&
	       nr <= cover - parent->children_reserve;
}

static bool may_be_covered(struct page_counter *counter, unsigned long nr)
{
	bool may;

	spin_lock(&reserve_lock);
	may = may_cover(counter->parent, nr);
	spin_unlock(&reserve_lock);
	return may;
}

static bool get_covered(struct page_counter *counter, unsigned long nr)
{
	struct page_counter *parent = counter->parent;
	bool covered;

	spin_lock(&reserve_lock);
	covered = may_cover(parent, nr);
	if (covered)
		WRITE_ONCE(parent->children_reserve,
			   parent->children_reserve + nr);
	spin_unlock(&reserve_lock);
	return covered;
}

static void put_covered(struct page_counter *counter, unsigned long nr)
{
	struct page_counter *parent = counter->parent;

	lockdep_assert_held(&reserve_lock);
	WRITE_ONCE(parent->children_reserve, parent->children_reserve - nr);
}

/*
 * Ask for a grace period, but do not wake RCU's thread for it: that takes longer
 * than all else that is done here.  With a callback queued the next tick begins
 * one.  If ours is queued already, its grace period may have begun before the
 * word changed: then fill_slot() may have to wait for one of its own.
 */
static unsigned long gp_is_wanted;
static struct rcu_head gp_head;

static void gp_is_over(struct rcu_head *head)
{
	WRITE_ONCE(gp_is_wanted, 0);
}

/* The slot that was in force, or mainline's code, is left from now on. */
static void note_left(struct page_counter *counter)
{
	counter->reserve_gp = get_state_synchronize_rcu();
	if (!xchg(&gp_is_wanted, 1))
		call_rcu_hurry(&gp_head, gp_is_over);
}

/*
 * Write a reserve to the slot that is not in force.  Returns the slot; or 0 as
 * long as somebody may still read what is in it.
 */
static unsigned int fill_slot(struct page_counter *counter,
			      unsigned long reserve)
{
	long word = atomic_long_read(&counter->usage);
	unsigned int slot = page_counter_slot(word) == 1 ? 2 : 1;

	/* Who takes back what he has just set finds it as it was. */
	if (READ_ONCE(counter->reserve[slot - 1]) == reserve)
		return slot;
	if (!poll_state_synchronize_rcu(counter->reserve_gp)) {
		/* By a thread of RCU's: the caller may get no CPU. */
		start_poll_synchronize_rcu_expedited();
		return 0;
	}
	/* So nobody reads it any more, nor yet: KCSAN can tell. */
	ASSERT_EXCLUSIVE_ACCESS(counter->reserve[slot - 1]);
	WRITE_ONCE(counter->reserve[slot - 1], reserve);
	return slot;
}

/* By how much max(u, r) grows from reserve @from to @to. */
static long growth(long word, long from, long to)
{
	long usage = page_counter_pages(word);

	return max(usage, to) - max(usage, from);
}

static bool flip_paid(struct page_counter *counter, unsigned int slot,
		      long from, long to, struct page_counter **fail)
{
	struct page_counter *parent = counter->parent;
	long word = atomic_long_read(&counter->usage);
	long needed, paid = 0;

	do {
		needed = growth(word, from, to);
		if (needed > paid) {
			if (!pay_first(parent, needed - paid, fail)) {
				add_pages(parent, -paid);
				return false;
			}
			paid = needed;
		}
	} while (!atomic_long_try_cmpxchg(&counter->usage, &word,
					  with_slot(word, slot)));
	add_pages(parent, needed - paid);
	return true;
}

/* Is there room in the ancestors, as it looks? */
static bool may_be_paid(struct page_counter *counter, unsigned long to,
			struct page_counter **fail)
{
	long nr = page_counter_reserve_growth(counter, to);
	struct bill bills[MAX_BILLS];
	bool may;

	rcu_read_lock();
	may = !nr || write_bills(counter->parent, nr, NULL, bills, fail);
	rcu_read_unlock();
	return may;
}

/*
 * As long as the parent covers what then finds no room, siblings are refused
 * what they could have had.  So have the slot, and look for room, before that.
 */
static int grow_reserve(struct page_counter *counter, unsigned long from,
			unsigned long to, struct page_counter **fail)
{
	unsigned int slot;
	bool paid;

	if (!may_be_covered(counter, to - from))
		return -ENOSPC;

	if (!reserves_on())
		return -EAGAIN;
	if (!counter->pays_first) {
		WRITE_ONCE(counter->pays_first, true);
		note_left(counter);
	}
	slot = fill_slot(counter, to);
	if (!slot)
		return -EAGAIN;

	if (!may_be_paid(counter, to, fail))
		return -EBUSY;
	if (!get_covered(counter, to - from))
		return -ENOSPC;
	rcu_read_lock();
	paid = flip_paid(counter, slot, from, to, fail);
	rcu_read_unlock();
	if (paid) {
		note_left(counter);
		return 0;
	}
	spin_lock(&reserve_lock);
	put_covered(counter, to - from);
	spin_unlock(&reserve_lock);
	return -EBUSY;
}

static int shrink_reserve(struct page_counter *counter, unsigned long from,
			  unsigned long to)
{
	unsigned int slot = to ? fill_slot(counter, to) : 0;
	long word;

	if (to && !slot)
		return -EAGAIN;

	/* Under the lock: no child may grow into what is about to go. */
	spin_lock(&reserve_lock);
	if (counter->children_reserve > to) {
		spin_unlock(&reserve_lock);
		return -EBUSY;
	}
	word = atomic_long_read(&counter->usage);
	while (!atomic_long_try_cmpxchg(&counter->usage, &word,
					with_slot(word, slot)))
		;
	put_covered(counter, from - to);
	spin_unlock(&reserve_lock);
	note_left(counter);

	rcu_read_lock();
	add_pages(counter->parent, growth(word, from, to));
	rcu_read_unlock();
	return 0;
}

static int set_cap(struct page_counter *counter, unsigned long nr_pages,
		   bool below_children)
{
	int ret = -EBUSY;

	spin_lock(&reserve_lock);
	if (below_children || nr_pages >= counter->children_reserve) {
		WRITE_ONCE(counter->reserve[0], nr_pages);
		ret = 0;
	}
	spin_unlock(&reserve_lock);
	return ret;
}

/**
 * page_counter_cap_reserves - set a cap whatever is reserved
 * @counter: counter without a parent
 * @nr_pages: the cap on the sum of its children's reserves
 *
 * If that sum is above the cap, none of them can grow until it is not.
 *
 * Context: Not in interrupts.  Takes reserve_lock.  Does not sleep.
 */
void page_counter_cap_reserves(struct page_counter *counter,
			       unsigned long nr_pages)
{
	set_cap(counter, nr_pages, true);
}

/**
 * page_counter_set_reserve - set aside pages of the ancestors for a counter
 * @counter: counter
 * @nr_pages: the reserve, in pages; for a counter without a parent, the cap on
 *	the sum of its children's reserves
 * @fail: points to the ancestor without room, if -EBUSY is for one; can be NULL
 *	where the reserve does not grow
 *
 * What @counter has charged already counts towards it.  Growing needs room
 * in the ancestors only as far as they are above their own reserves.
 *
 * Shrinking to 0 fails only for children's reserves: set those to 0 before, see
 * page_counter_freeze_reserves().  And what was just changed can be taken back at
 * once, if nothing else has been set meanwhile.
 *
 * The limit of @counter is the caller's affair, but that of its parent bounds
 * what is covered.
 *
 * Context: Not in interrupts.  The caller serializes invocations on the same
 * counter, and with page_counter_set_max() if the reserve is to stay below the
 * limit.  Takes reserve_lock.  The first of all to grow sleeps, and takes
 * cpu_hotplug_lock; else it does not sleep.
 *
 * Return: 0, or an error, and then nothing has changed: -EAGAIN as long as a grace
 * period is wanted, which was asked for: the caller is to drop its locks, wait
 * for a tick, and try again, and a counter's first reserve always has to, the
 * first of all for longer; -ENOSPC if the parent's
 * reserve, or its limit, or the cap, does not cover it beside its siblings', or
 * is being revoked; -EBUSY if an ancestor, *@fail, has no room: the caller may
 * reclaim there and try again; or -EBUSY, with *@fail untouched, if the
 * children's reserves come to more.
 */
int page_counter_set_reserve(struct page_counter *counter,
			     unsigned long nr_pages,
			     struct page_counter **fail)
{
	unsigned long old = page_counter_reserve(counter);

	if (!counter->parent)
		return set_cap(counter, nr_pages, false);
	if (nr_pages > old)
		return grow_reserve(counter, old, nr_pages, fail);
	if (nr_pages < old)
		return shrink_reserve(counter, old, nr_pages);
	return 0;
}

/**
 * page_counter_prepare_reserve - see that a reserve can be set at once
 * @counter: counter with a parent, and with a reserve
 * @nr_pages: what page_counter_set_reserve() is to lower it to
 *
 * For who must not fail later.  It lasts until another reserve is set.
 *
 * Context: As page_counter_set_reserve(), and serialized with that.  Does not
 * sleep.
 *
 * Return: 0; -EAGAIN as long as a grace period is wanted.
 */
int page_counter_prepare_reserve(struct page_counter *counter,
				 unsigned long nr_pages)
{
	return !nr_pages || fill_slot(counter, nr_pages) ? 0 : -EAGAIN;
}

/**
 * page_counter_reserve_init - expect a new counter to get a reserve
 * @counter: counter that nobody charges yet
 *
 * Spares its first reserve the grace period.  What never gets one is cheaper to
 * charge without this.
 *
 * Context: Any.
 */
void page_counter_reserve_init(struct page_counter *counter)
{
	counter->pays_first = true;
	counter->reserve_gp = get_completed_synchronize_rcu();
}

/**
 * page_counter_freeze_reserves - keep reserves below a counter from growing
 * @counter: counter
 *
 * To revoke all reserves below a counter: freeze, set them to 0 from the
 * leaves up, then the counter's own if it is to go, too, and thaw.  Nobody
 * can grow anew below one that is 0 already, as page_counter_set_reserve()
 * fails with -ENOSPC for all that is below @counter.  A call that has not
 * ended may still succeed, so its serialization has to be waited for.
 *
 * Context: Not in interrupts.  Takes reserve_lock.  Does not sleep.
 */
void page_counter_freeze_reserves(struct page_counter *counter)
{
	spin_lock(&reserve_lock);
	counter->reserve_frozen = true;
	nr_frozen++;
	spin_unlock(&reserve_lock);
}

/**
 * page_counter_thaw_reserves - let reserves below a counter grow again
 * @counter: counter
 *
 * Context: Not in interrupts.  Takes reserve_lock.  Does not sleep.
 */
void page_counter_thaw_reserves(struct page_counter *counter)
{
	spin_lock(&reserve_lock);
	counter->reserve_frozen = false;
	nr_frozen--;
	spin_unlock(&reserve_lock);
}

/**
 * page_counter_reserve - read a counter's reserve
 * @counter: counter
 *
 * Context: Any.  Takes rcu_read_lock().
 *
 * Return: the reserve in pages; for a counter without a parent, the cap.
 */
unsigned long page_counter_reserve(struct page_counter *counter)
{
	unsigned long reserve;

	if (!counter->parent)
		return READ_ONCE(counter->reserve[0]);
	rcu_read_lock();
	reserve = reserve_at(counter, atomic_long_read(&counter->usage));
	rcu_read_unlock();
	return reserve;
}

/**
 * page_counter_reserve_growth - what a larger reserve takes of the parent
 * @counter: counter with a parent
 * @nr_pages: the reserve that it may get, in pages
 *
 * What is charged above the reserve already is paid for.
 *
 * Context: Any.  Takes rcu_read_lock().
 *
 * Return: by how many pages the usage of the parent would grow, 0 if by none.
 */
unsigned long page_counter_reserve_growth(struct page_counter *counter,
					  unsigned long nr_pages)
{
	long word, pages;

	rcu_read_lock();
	word = atomic_long_read(&counter->usage);
	pages = growth(word, reserve_at(counter, word), nr_pages);
	rcu_read_unlock();
	return max(0L, pages);
}

/**
 * page_counter_children_reserve - the sum of the children's reserves
 * @counter: counter
 *
 * Context: Any.
 *
 * Return: it in pages, with those that are about to grow grown.
 */
unsigned long page_counter_children_reserve(struct page_counter *counter)
{
	return READ_ONCE(counter->children_reserve);
}

/**
 * page_counter_reserves_fit - are the children's reserves within a limit?
 * @counter: counter
 * @nr_pages: its limit, in pages, if that was lowered before
 *
 * Context: Not in interrupts.  Takes reserve_lock.  Does not sleep.
 *
 * Return: false as long as the sum, with those that are about to grow grown, is
 * above it.  Once it is not, it stays so: page_counter_set_reserve() looks at
 * the limit under the same lock.
 */
bool page_counter_reserves_fit(struct page_counter *counter,
			       unsigned long nr_pages)
{
	bool fit;

	spin_lock(&reserve_lock);
	fit = counter->children_reserve <= nr_pages;
	spin_unlock(&reserve_lock);
	return fit;
}

/* See page_counter_within_reserve(). */
bool __page_counter_within_reserve(struct page_counter *counter)
{
	bool within;
	long word;

	rcu_read_lock();
	word = atomic_long_read(&counter->usage);
	within = page_counter_slot(word) && !excess(counter, word);
	rcu_read_unlock();
	return within;
}
EXPORT_SYMBOL(__page_counter_within_reserve);

/**
 * page_counter_excess - what a counter has above its reserve
 * @counter: counter
 *
 * Context: Any.  Takes rcu_read_lock().
 *
 * Return: the pages of @counter that its parent pays for one by one, and that
 * are not protected from an ancestor's limit; without a reserve, all of them.
 */
unsigned long page_counter_excess(struct page_counter *counter)
{
	unsigned long pages;

	rcu_read_lock();
	pages = excess(counter, atomic_long_read(&counter->usage));
	rcu_read_unlock();
	return pages;
}

static unsigned long spare(struct page_counter *c)
{
	long word = atomic_long_read(&c->usage);

	return max(0L, reserve_at(c, word) - page_counter_pages(word));
}

/* See page_counter_spare_reserve(). */
unsigned long __page_counter_spare_reserve(struct page_counter *counter)
{
	unsigned long pages;

	rcu_read_lock();
	pages = spare(counter);
	rcu_read_unlock();
	return pages;
}

/**
 * page_counter_reserve_margin - what a counter can be charged with
 * @counter: counter
 * @top: the last one to look at: @counter, or one above; NULL: the root
 *
 * What the reserves of levels below have left costs a level nothing.
 *
 * Context: Any.  Takes rcu_read_lock().
 *
 * Return: the least room of all levels, in pages.
 */
unsigned long page_counter_reserve_margin(struct page_counter *counter,
					  struct page_counter *top)
{
	unsigned long margin = PAGE_COUNTER_MAX, spared = 0;
	struct page_counter *c;

	rcu_read_lock();
	for (c = counter; c && spared < margin; c = c->parent) {
		unsigned long max = READ_ONCE(c->max);
		unsigned long used = min(page_counter_read(c), max);

		margin = min(margin, spared + (max - used));
		if (c == top)
			break;
		spared += spare(c);
	}
	rcu_read_unlock();
	return margin;
}

/* See page_counter_trim_batch(). */
unsigned long __page_counter_trim_batch(struct page_counter *counter,
					unsigned long batch,
					unsigned long nr_pages)
{
	struct page_counter *c;

	rcu_read_lock();
	for (c = counter; c; c = c->parent) {
		unsigned long pages = spare(c);

		if (pages && pages >= nr_pages) {
			batch = min(batch, pages);
			break;
		}
	}
	rcu_read_unlock();
	return batch;
}
