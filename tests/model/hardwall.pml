/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The borrow and repay protocol on a root and two children, with tasks that
 * charge and uncharge all the while.
 *
 * A comment "C: function: text" names the statement of
 * kernel/res_counter_hier.c that the next step stands for; steps.awk checks
 * that it is there.  One step is what the C code does under one lock, or one
 * read without a lock.
 */

/* Sizes are in units; a unit is as good as a page. */
#ifndef UNITS
#define UNITS	2
#endif

/* How often to reclaim at most; -1: until there is room or a signal comes. */
#ifndef RETRY
#define RETRY	1
#endif

#define ROOT	0
#define LEFT	1
#define RIGHT	2

#define OK	0
#define EBUSY	1
#define ENOSPC	2
#define EINTR	3
#define EFAULT	4	/* whatever the callback fails with */
#define ENODEV	5

/* The counters. */
byte usage[3];
byte limit[3];
byte borrow[3];
byte security[3];
bool resize[3];		/* the mutexes */

/* What is around them. */
byte own[3];		/* units that tasks have charged and not uncharged */
bool tasks_left;	/* no task is in RIGHT any more */
bool forced;		/* a charge that must not fail has come */
bool repaid;		/* RIGHT has repaid all: counter->removed */
bool gone;		/* and that is over: nobody can resize it any more */
bool killed;		/* a signal has come, with endless retry */

byte in_flight;		/* writers and removers at work */
byte writers = 2;	/* that have not ended */

/*
 * When a signal comes is anybody's guess.  With endless retry it is what ends
 * a resize, so there it does come, at some time, and stays; and nothing hangs
 * on the number of rounds, so it is not counted.
 */
#if RETRY < 0
#define SIGNAL	killed
#define RETRIES_LEFT(round)	true
#define NEXT(round)	skip
#else
#define SIGNAL	true
#define RETRIES_LEFT(round)	(round < RETRY)
#define NEXT(round)	round++
#endif

/*
 * What a child may use, its limit, and what it is going to give back, its
 * borrow: the parent must have either put aside, whichever is more.
 */
#define COVERS(left, right) \
	(security[ROOT] >= left[LEFT] + right[RIGHT])

#define NOTHING_PROMISED_TWICE \
	(COVERS(limit, limit) && COVERS(limit, borrow) && \
	 COVERS(borrow, limit) && COVERS(borrow, borrow))

#define NOTHING_UNPAID \
	(usage[ROOT] >= security[ROOT] && usage[ROOT] <= limit[ROOT] && \
	 usage[LEFT] <= limit[LEFT] && (forced || usage[RIGHT] <= limit[RIGHT]))

/* The invariants between resizes. */
#define EXACT \
	(borrow[ROOT] == 0 && \
	 borrow[LEFT] == limit[LEFT] && borrow[RIGHT] == limit[RIGHT] && \
	 security[ROOT] == borrow[LEFT] + borrow[RIGHT] && \
	 usage[ROOT] == own[ROOT] + security[ROOT] && \
	 usage[LEFT] == own[LEFT] && usage[RIGHT] == own[RIGHT] && \
	 !resize[ROOT] && !resize[LEFT] && !resize[RIGHT])

/* Every resize ends, whatever the tasks do.  For a run with weak fairness. */
ltl ends { <> (writers == 0) }

/* Blocked for ever, but for a wrong book.  Sees every state, and adds none. */
active proctype auditor()
{
end:
	!(NOTHING_PROMISED_TWICE && NOTHING_UNPAID &&
	  (in_flight > 0 || EXACT)) ->
	assert(false)
}

inline select_units(n)
{
	if
	:: n = 0
	:: n = 1
	:: n = UNITS
	fi
}

/* A verb of a counter that takes the lock itself. */
inline set_limit(c, to, ret)
{
	d_step {
		if
		:: usage[c] <= to ->
			limit[c] = to;
			ret = OK
		:: else ->
			ret = EBUSY
		fi
	}
}

/* The parts that borrow and repay are made of. */

inline lend(val, ret)
{
	d_step {
		if
		/* C: res_counter_lend: if (lendable < parent->security || val > lendable - parent->security) */
		:: security[ROOT] + val > limit[ROOT] ->
			ret = ENOSPC
		/* C: res_counter_lend: else if (res_counter_take(parent, val)) */
		:: security[ROOT] + val <= limit[ROOT] &&
		   usage[ROOT] + val > limit[ROOT] ->
			ret = EBUSY
		:: else ->
			usage[ROOT] = usage[ROOT] + val;
			/* C: res_counter_lend: parent->security += val; */
			security[ROOT] = security[ROOT] + val;
			ret = OK
		fi
	}
}

inline unlend(val)
{
	d_step {
		/* C: res_counter_unlend: parent->security -= val; */
		security[ROOT] = security[ROOT] - val;
		/* C: res_counter_unlend: res_counter_give(parent, val); */
		usage[ROOT] = usage[ROOT] - val
	}
}

inline lower(c, to, ret)
{
	/* C: res_counter_lower: int ret = res_counter_set_limit(child, limit); */
	set_limit(c, to, ret);
	if
	:: ret == OK
	:: else ->
		/* C: res_counter_lower: if (res_counter_lent(child) > res_counter_lendable(child, limit)) */
		if
		:: security[c] > to -> ret = ENOSPC
		:: else
		fi
	fi
}

/* One round of reclaim: it may free a unit, or nothing, or fail. */
inline shrink(c, round, ret)
{
	if
	/* C: res_counter_shrink: if (!callback || (retry >= 0 && round >= (unsigned int)retry)) */
	:: !RETRIES_LEFT(round) -> ret = EBUSY
	/* C: res_counter_shrink: if (signal_pending(current)) */
	:: RETRIES_LEFT(round) && SIGNAL -> ret = EINTR
	/* C: res_counter_shrink: return callback(counter, val); */
	:: RETRIES_LEFT(round) && !killed ->
		if
		:: atomic {
			own[c] > 0 ->
			own[c] = own[c] - 1;
			usage[c] = usage[c] - 1;
			ret = OK
		}
		:: ret = OK
		:: ret = EFAULT
		fi
	fi
}

/* The operations. */

inline borrow_resource(c, val, old, round, ret)
{
	do
	/* C: res_counter_borrow_resource: ret = res_counter_lend(child, parent, val); */
	:: lend(val, ret);
	   if
	   :: ret != EBUSY -> break
	   :: else
	   fi;
	   /* C: res_counter_borrow_resource: ret = res_counter_shrink(parent, */
	   shrink(ROOT, round, ret);
	   if
	   :: ret != OK -> break
	   :: else
	   fi;
	   NEXT(round)
	od;
	if
	:: ret == OK ->
		/* C: res_counter_borrow_resource: ret = res_counter_set_limit(child, limit + val); */
		set_limit(c, (old + val), ret);
		if
		:: ret != OK ->
			/* C: res_counter_borrow_resource: res_counter_unlend(child, parent, val); */
			unlend(val)
		:: else ->
			/* C: res_counter_keep: child->borrow += val; */
			borrow[c] = borrow[c] + val
		fi
	:: else
	fi
}

inline trim(c, old, use, val, ret)
{
	/* C: res_counter_trim: unsigned long long limit = res_counter_read_u64(child, RES_LIMIT); */
	old = limit[c];
	do
	/* C: res_counter_trim: usage = res_counter_read_u64(child, RES_USAGE); */
	:: use = usage[c];
	   if
	   /* C: res_counter_trim: if (usage >= limit) */
	   :: use >= old ->
		val = 0;
		break
	   :: else
	   fi;
	   /* C: res_counter_trim: } while (res_counter_set_limit(child, usage)); */
	   set_limit(c, use, ret);
	   if
	   :: ret == OK ->
		val = old - use;
		break
	   :: else
	   fi
	od
}

/* The part of a repay that is the same for "all" and for a given size. */
inline return_lowered(c, val)
{
	/* C: res_counter_keep: child->borrow += val; */
	borrow[c] = borrow[c] - val;
	/* C: res_counter_repay_resource: res_counter_unlend(child, parent, val); */
	unlend(val)
}

inline repay_resource(c, val, old, round, ret)
{
	do
	/* C: res_counter_repay_resource: ret = res_counter_lower(child, limit - val); */
	:: lower(c, (old - val), ret);
	   if
	   :: ret != EBUSY -> break
	   :: else
	   fi;
	   /* C: res_counter_repay_resource: ret = res_counter_shrink(child, */
	   shrink(c, round, ret);
	   if
	   :: ret != OK -> break
	   :: else
	   fi;
	   NEXT(round)
	od;
	if
	/* C: res_counter_repay_resource: if (!parent) */
	:: ret == OK && c != ROOT -> return_lowered(c, val)
	:: else
	fi
}

/* The page is locked: nobody can uncharge it from the parent meanwhile. */
inline rehome(c)
{
	/* C: res_counter_rehome: ret = res_counter_cut(child, val); */
	d_step {
		own[c] > 0 && limit[c] > 0 ->
		own[c] = own[c] - 1;
		usage[c] = usage[c] - 1;
		limit[c] = limit[c] - 1
	};
	/* C: res_counter_rehome: child->borrow -= val; */
	borrow[c] = borrow[c] - 1;
	/* C: res_counter_rehome: parent->security -= val; */
	d_step {
		security[ROOT] = security[ROOT] - 1;
		own[ROOT] = own[ROOT] + 1
	}
}

/* One write to limit_in_bytes of group c. */
proctype writer(byte c)
{
	byte target, old, val, round, ret;

	in_flight++;

	/* C: res_counter_resize: if (mutex_lock_interruptible(&counter->resize)) */
	if
	:: atomic { !resize[c] -> resize[c] = true }
	:: resize[c] && SIGNAL -> goto out
	fi;

	/* C: res_counter_resize: old = res_counter_read_u64(counter, RES_LIMIT); */
	atomic {
		old = limit[c];
		select_units(target);
		val = (target > old -> target - old : old - target)
	};
	if
	/* C: res_counter_resize: if (counter->removed) */
	:: c == RIGHT && repaid ->
		ret = ENODEV
	:: !(c == RIGHT && repaid) && target > old && c == ROOT ->
		/* C: res_counter_borrow_resource: return res_counter_set_limit(child, limit + val); */
		set_limit(c, target, ret)
	:: !(c == RIGHT && repaid) && target > old && c != ROOT ->
		/* C: res_counter_resize: ret = res_counter_borrow_resource(counter, parent, limit - old, */
		borrow_resource(c, val, old, round, ret)
	:: !(c == RIGHT && repaid) && target < old ->
		/* C: res_counter_resize: ret = res_counter_repay_resource(counter, parent, old - limit, */
		repay_resource(c, val, old, round, ret)
	:: !(c == RIGHT && repaid) && target == old
	fi;

	/* All or nothing; and nobody else has touched limit or borrow. */
	assert(limit[c] == (ret == OK -> target : old));
	assert(c == ROOT || borrow[c] == limit[c]);
	assert(c != RIGHT || !gone || ret == ENODEV);

	/* C: res_counter_resize: mutex_unlock(&counter->resize); */
	resize[c] = false;
out:
	atomic {
		in_flight--;
		target = 0; old = 0; val = 0; round = 0; ret = 0;
		writers--
	}
}

/*
 * rmdir of RIGHT, when its tasks have left, as far as the protocol goes: some
 * or all of what is charged becomes the parent's with rehome, all else is
 * repaid; and once more, when the last of what stayed with the dead group is
 * gone (6.12).  What rmdir asks before, on 2.6.26, is in remove.pml.
 */
proctype remover()
{
	byte old, use, val, ret;

	tasks_left;
again:
	if
	:: atomic {
		!resize[RIGHT] ->
		resize[RIGHT] = true;
		in_flight++
	}
	:: resize[RIGHT] && !repaid ->
		goto done	/* EBUSY */
	fi;

	do
	:: rehome(RIGHT)
	:: break
	od;

	/* C: res_counter_repay_resource: child->removed = true; */
	repaid = true;
	/* C: res_counter_repay_resource: val = res_counter_trim(child); */
	trim(RIGHT, old, use, val, ret);
	return_lowered(RIGHT, val);
	assert(borrow[RIGHT] == limit[RIGHT]);

	atomic {
		resize[RIGHT] = false;
		in_flight--;
		gone = true;
		old = 0; use = 0; val = 0; ret = 0
	};
end_of_leftover:
	limit[RIGHT] > 0 && usage[RIGHT] == 0 -> goto again;
done:
	skip
}

#define CHARGE(c, allowed) \
	d_step { \
		allowed && usage[c] < limit[c] -> \
		usage[c] = usage[c] + 1; \
		own[c] = own[c] + 1 \
	}

#define UNCHARGE(c) \
	d_step { \
		own[c] > 0 -> \
		usage[c] = usage[c] - 1; \
		own[c] = own[c] - 1 \
	}

/* All tasks of all groups. */
proctype tasks()
{
end:
	do
	:: CHARGE(ROOT, true)
	:: UNCHARGE(ROOT)
	:: CHARGE(LEFT, true)
	:: UNCHARGE(LEFT)
	:: CHARGE(RIGHT, !tasks_left)
	:: UNCHARGE(RIGHT)
	:: atomic { !tasks_left -> tasks_left = true }
#ifndef LIVENESS
	:: atomic {
		/* "Charges that must not fail", such as one in flight. */
		!forced && !repaid ->
		forced = true;
		usage[RIGHT] = usage[RIGHT] + 2;
		own[RIGHT] = own[RIGHT] + 2
	}
#endif
	od
}

#if RETRY < 0
/* A signal for every writer. */
active proctype killer()
{
	killed = true
}
#endif

/* From any state that a sequence of resizes can have left. */
init
{
	atomic {
		limit[ROOT] = UNITS;
		select_units(limit[LEFT]);
		if
		:: limit[RIGHT] = limit[ROOT] - limit[LEFT]
		:: limit[RIGHT] = 0
		fi;
		borrow[LEFT] = limit[LEFT];
		borrow[RIGHT] = limit[RIGHT];
		security[ROOT] = limit[LEFT] + limit[RIGHT];
		usage[ROOT] = security[ROOT];
		run tasks();
		run remover();
		if
		:: run writer(LEFT); run writer(LEFT)
		:: run writer(LEFT); run writer(RIGHT)
		:: run writer(ROOT); run writer(RIGHT)
		fi
	}
}
