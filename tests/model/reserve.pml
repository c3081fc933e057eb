/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reserves of page counters, mm/page_counter_reserve.c: a counter whose reserve
 * and limit are written again and again, its parent with a limit, and tasks that
 * charge and uncharge both all the while.
 *
 * One step is one atomic access, as in the C code: the usage word is read, or
 * changed, in one go, and reserve[] is read later.  A grace period waits for
 * who reads when it starts, and for nobody else.
 */

/* Sizes are in units; a unit is as good as a page. */
#ifndef UNITS
#define UNITS	2
#endif

/*
 * How often the reserve is written, beside one task that charges and one charge
 * that does not ask.  0: not at all, but the limit is, beside two that charge.
 */
#ifndef RETRY
#define RETRY	2
#endif

#define TOP_MAX	(UNITS + 1)	/* the parent's limit */
#define TASKS	3
#define FORCER	2		/* of them: does not ask */

#define MAX(a, b)	((a) > (b) -> (a) : (b))
#define EXCESS(u, r)	((u) > (r) -> (u) - (r) : 0)

/* The counter: its word, its slots, its limit. */
byte usage;
byte slot;
byte reserve[3];	/* [0]: slot 0, no reserve */
byte limit = UNITS + 1;

/* The parent. */
byte top;
byte top_own;

byte own;		/* units that are charged and may be uncharged */
byte unpaid;		/* of charges that do not ask, on their way up */
bool forced;		/* there was one */
bool late;		/* a limit has been written */

bool reading[TASKS];
bool waited_for[TASKS];	/* by a grace period that starts now */
byte in_flight;

/* No unit is given before the parent has paid for it. */
#define PAID_FIRST \
	(top + unpaid >= top_own + MAX(usage, reserve[slot]))

#define WITHIN_LIMITS \
	(top <= TOP_MAX + (forced -> 1 : 0) && \
	 (late || forced || usage <= limit))

/* The formula, when nothing is on its way. */
#define EXACT \
	(top == top_own + MAX(usage, reserve[slot]) && \
	 (forced || usage <= limit))

/* Blocked for ever, but for a wrong book.  Sees every state, and adds none. */
active proctype auditor()
{
end:
	!(PAID_FIRST && WITHIN_LIMITS && (in_flight > 0 || EXACT)) ->
	assert(false)
}

inline read_lock(id)
{
	reading[id] = true
}

inline read_unlock(id)
{
	d_step {
		reading[id] = false;
		waited_for[id] = false
	}
}

inline start_period()
{
	d_step {
		waited_for[0] = reading[0];
		waited_for[1] = reading[1];
		waited_for[2] = reading[2]
	}
}

inline wait_for_period()
{
	!waited_for[0] && !waited_for[1] && !waited_for[2]
}

/* The parent has no reserve, and no parent: pay_first() is one cmpxchg. */
inline pay_top(n, ok)
{
	d_step {
		if
		:: top + n <= TOP_MAX ->
			top = top + n;
			ok = true
		:: else ->
			ok = false
		fi
	}
}

/* add_pages() of -1 from the counter up */
inline uncharge(u, s, r)
{
	d_step {
		usage = usage - 1;
		u = usage;
		s = slot
	};
	r = reserve[s];
	top = top - (EXCESS(u + 1, r) - EXCESS(u, r))
}

/* pay_first() of one unit */
inline try_charge(u, s, r, paid, owes, ok)
{
	skip;
again:
	paid = 0;
	d_step { u = usage; s = slot };
	r = reserve[s];
	if
	:: u + 1 > limit ->
		ok = false;
		goto failed
	:: else
	fi;
	owes = EXCESS(u + 1, r) - EXCESS(u, r);
	if
	:: owes ->
		pay_top(owes, ok);
		if
		:: ok -> paid = owes
		:: else -> goto failed
		fi
	:: else
	fi;
	do
	:: d_step { u = usage; s = slot };
	   r = reserve[s];
	   if
	   :: u + 1 > limit ->
		ok = false;
		goto failed
	   :: else
	   fi;
	   owes = EXCESS(u + 1, r) - EXCESS(u, r);
	   if
	   :: owes > paid ->
		top = top - paid;
		goto again
	   :: else
	   fi;
	   /* The cmpxchg */
	   if
	   :: d_step {
		usage == u && slot == s ->
		usage = usage + 1
	   } -> break
	   :: usage != u || slot != s
	   fi
	od;
	top = top - (paid - owes);
	paid = 0;
	ok = true;
#if !RETRY
	if
	:: u + 1 > limit ->
		uncharge(u, s, r);
		ok = false
	:: else
	fi;
#endif
failed:
	top = top - paid
}

proctype charger(byte id)
{
	byte u, s, r, paid, owes;
	bool ok;

	do
	:: atomic { true -> in_flight++ };
	   read_lock(id);
	   try_charge(u, s, r, paid, owes, ok);
	   read_unlock(id);
	   atomic {
		own = own + (ok -> 1 : 0);
		in_flight--;
		u = 0; s = 0; r = 0; paid = 0; owes = 0; ok = false
	   }
	/* What was charged, by whomever, is uncharged. */
	:: atomic {
		own > 0 ->
		own--;
		in_flight++
	   };
	   read_lock(id);
	   uncharge(u, s, r);
	   read_unlock(id);
	   atomic {
		in_flight--;
		u = 0; s = 0; r = 0
	   }
	od
}

#if RETRY
/* One charge that does not ask; and the parent's own. */
proctype others()
{
	byte u, s, r;

	do
	:: atomic { !forced -> forced = true; in_flight++ };
	   read_lock(FORCER);
	   d_step {
		usage = usage + 1;
		u = usage;
		s = slot;
		unpaid = 1
	   };
	   r = reserve[s];
	   atomic {
		top = top + (EXCESS(u, r) - EXCESS(u - 1, r));
		unpaid = 0
	   };
	   read_unlock(FORCER);
	   atomic {
		own++;
		in_flight--;
		u = 0; s = 0; r = 0
	   }
	:: atomic {
		top_own == 0 && top + 1 <= TOP_MAX ->
		top++;
		top_own++
	   }
	:: atomic {
		top_own > 0 ->
		top--;
		top_own--
	   }
	od
}

/* page_counter_set_reserve(), one call after the other */
proctype writer()
{
	byte left = RETRY, from, to, next, u, s, paid, needs;
	bool ok;

	do
	:: left > 0 ->
		left--;
		atomic {
			in_flight++;
			from = reserve[slot];
			if
			:: to = 0
			:: to = 1
			:: to = UNITS
			fi
		};
		next = 0;
		paid = 0;
		if
		:: to > 0 ->
			next = (slot == 1 -> 2 : 1);
			wait_for_period();
			reserve[next] = to
		:: else
		fi;
		ok = true;
		do
		:: d_step { u = usage; s = slot };
		   needs = 0;
		   if
		   :: to > from ->
			needs = MAX(u, to) - MAX(u, from)
		   :: else
		   fi;
		   if
		   :: needs > paid ->
			pay_top(needs - paid, ok);
			if
			:: ok -> paid = needs
			:: else -> break
			fi
		   :: else
		   fi;
		   /* The cmpxchg */
		   if
		   :: d_step {
			usage == u && slot == s ->
			slot = next
		   } -> break
		   :: usage != u || slot != s
		   fi
		od;
		if
		:: !ok ->
			needs = 0
		:: ok && to < from ->
			paid = MAX(u, from) - MAX(u, to);
			start_period()
		:: ok && to >= from ->
			start_period()
		fi;
		top = top - (paid - needs);
		atomic {
			in_flight--;
			from = 0; to = 0; next = 0; u = 0; s = 0;
			paid = 0; needs = 0; ok = false
		}
	:: left == 0 -> break
	od
}

#else
/* page_counter_set_max(), once: read, swap, read */
proctype limiter()
{
	byte old, use;

	atomic { late = true; in_flight++ };
	use = usage;
	if
	:: use <= UNITS ->
		d_step { old = limit; limit = UNITS };
		if
		:: usage <= use
		:: usage > use -> limit = old
		fi
	:: else
	fi;
	atomic { in_flight--; old = 0; use = 0 }
}
#endif

init {
	atomic {
		run charger(0);
#if RETRY
		run writer();
		run others()
#else
		slot = 1;
		reserve[1] = 1;
		top = 1;
		run charger(1);
		run limiter()
#endif
	}
}
