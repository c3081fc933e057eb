/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The removal of a group on 2.6.26, with all that can be at work on the group:
 * a charge, uncharges, page migration, a write to its limit and to its
 * parent's, its last task, a second rmdir.
 *
 * A comment "C: function: text" names the statement of
 * mm/memcg_hier_remove.c that the next step stands for.  What borrow and repay
 * are made of is in hardwall.pml; here each of them is one step.
 */

/* In pages: the limit of the group to start with. */
#ifndef UNITS
#define UNITS	2
#endif

#define PAGES	2
#define PARENT_LIMIT	3

/* Where the charge of a page is. */
#define NOWHERE	0
#define LISTED	1	/* charged to the group, and on its list */
#define TAKEN	2	/* taken off the list by somebody who is at work on it */
#define PARENTS	3	/* charged to the parent */

/* The group: its counter, its references, its tasks. */
byte limit = UNITS;
byte borrow = UNITS;
byte usage;
byte refs;
byte count;
bool resize;		/* the mutex */
bool repaid;		/* counter->removed */
bool removed;		/* CGRP_REMOVED */
byte written = UNITS;	/* the limit that was written last */

/* The parent: its counter, and what of its usage its own pages are. */
byte parent_limit = PARENT_LIMIT;
byte parent_usage = UNITS;
byte parent_security = UNITS;
byte parent_own;

byte where[PAGES];
bool locked[PAGES];	/* lock_page_cgroup() */
bool owner;		/* a task that owns an mm is in the group */
bool reading;		/* somebody is in an RCU section */
bool waiting;		/* a charge waits for reclaim */
bool cgroup_mutex;

byte removers = 2;	/* that have not ended */
byte others = 3;

#define CHARGED(i)	(where[i] == LISTED || where[i] == TAKEN)
#define OWNED(i)	(where[i] == PARENTS && !locked[i])

#define NOTHING_PROMISED_TWICE \
	(parent_security >= limit && parent_security >= borrow && \
	 usage <= limit && parent_usage <= parent_limit && \
	 parent_usage >= parent_security + OWNED(0) + OWNED(1))

#define GONE_IS_GONE \
	(!removed || \
	 (limit == 0 && borrow == 0 && usage == 0 && refs == 0 && \
	  count == 0 && parent_security == 0 && \
	  !CHARGED(0) && !CHARGED(1)))

/* With nothing in flight: a group that stays has all that it had. */
#define EXACT \
	(parent_usage == parent_security + parent_own && \
	 parent_security == borrow && borrow == limit && \
	 parent_own == OWNED(0) + OWNED(1) && usage == refs && \
	 usage == CHARGED(0) + CHARGED(1) && \
	 (removed || (limit == written && parent_own == 0)))

/* rmdir ends, though a charge may wait for reclaim for ever. */
ltl ends { <> (removers == 0) }

/* Blocked for ever, but for a wrong book.  Sees every state, and adds none. */
active proctype auditor()
{
end:
	!(NOTHING_PROMISED_TWICE && GONE_IS_GONE &&
	  (removers + others > 0 || EXACT)) ->
	assert(false)
}

inline lock_page(i)
{
	atomic { !locked[i] -> locked[i] = true }
}

/* mem_cgroup_uncharge_page(), of a page that was found on the group's list */
inline reclaim(i)
{
	lock_page(i);
	if
	:: where[i] == LISTED ->
		d_step { where[i] = TAKEN; locked[i] = false };
		usage--;
		d_step { refs--; where[i] = NOWHERE }
	:: else ->
		locked[i] = false
	fi
}

/* The same of a page whosever it is. */
inline uncharge(i)
{
	lock_page(i);
	if
	:: where[i] == LISTED ->
		d_step { where[i] = TAKEN; locked[i] = false };
		usage--;
		d_step { refs--; where[i] = NOWHERE }
	:: where[i] == PARENTS ->
		d_step {
			where[i] = NOWHERE;
			locked[i] = false;
			parent_own--;
			parent_usage--
		}
	:: else ->
		locked[i] = false
	fi
}

/* A page fault of the task, or of another that shares its mm. */
proctype charger()
{
	atomic {
		if
		:: owner -> reading = true
		:: !owner -> goto out
		fi
	};
	refs++;
	assert(!removed);
	reading = false;
	do
	:: d_step { usage < limit -> usage++ };
	   break
	:: usage >= limit ->
		waiting = true;
		do
		:: waiting = true	/* for ever, for all we know */
		:: break
		:: reclaim(0); break
		od;
		waiting = false
	:: usage >= limit ->
		refs--;			/* out of memory */
		goto out
	od;
	lock_page(1);
	d_step { where[1] = LISTED; locked[1] = false };
out:
	others--
}

/* The page cache drops a page, reclaim or force_empty does. */
proctype uncharger(byte i)
{
	uncharge(i);
	others--
}

/* The charge of a page goes over to another page, which takes its place. */
proctype migrator()
{
	lock_page(0);
	if
	:: where[0] == LISTED ->
		d_step { where[0] = TAKEN; locked[0] = false };
		lock_page(0);
		d_step { where[0] = LISTED; locked[0] = false }
	:: else ->
		locked[0] = false
	fi;
	others--
}

/* A write to the limit of the group: one page more, or less. */
proctype writer()
{
	if
	:: removed -> goto out		/* the file is of a removed group */
	:: else
	fi;
	atomic { !resize -> resize = true };
	if
	:: repaid			/* ENODEV */
	:: !repaid ->
		if
		:: atomic {
			parent_usage < parent_limit ->
			parent_usage++;
			parent_security++
		   };
		   d_step { limit++; written = limit };
		   borrow++
		:: limit > 0 && usage == limit ->
			reclaim(0)	/* and does not try again */
		:: d_step {
			usage < limit ->
			limit--;
			written = limit
		   };
		   borrow--;
		   d_step { parent_security--; parent_usage-- }
		:: true			/* EBUSY, EINTR, ENOSPC */
		fi
	fi;
	resize = false;
out:
	others--
}

/* A write to the limit of the parent, which can reclaim what is its own. */
proctype parent_writer()
{
	if
	:: atomic {
		where[0] == PARENTS && !locked[0] ->
		where[0] = NOWHERE;
		parent_own--;
		parent_usage--
	   }
	:: true
	fi;
	if
	:: d_step { parent_usage < parent_limit -> parent_limit-- }
	:: parent_limit++
	:: true
	fi;
	others--
}

/* The last task leaves; or one comes, if the group has memory. */
proctype task()
{
	if
	:: atomic {
		count > 0 ->
		owner = false
	   };
	   count--
	:: count == 0 ->
		atomic { !cgroup_mutex -> cgroup_mutex = true };
		if
		:: !removed && limit > 0 ->
			count++;
			owner = true
		:: else
		fi;
		cgroup_mutex = false
	fi;
	others--
}

inline move_charge(i)
{
	/* C: mem_cgroup_move_charge: lock_page_cgroup(page); */
	lock_page(i);
	if
	/* C: mem_cgroup_move_charge: if (!pc || pc->mem_cgroup != from) */
	:: where[i] == LISTED ->
		/* C: mem_cgroup_move_charge: res_counter_rehome(&from->res, &to->res, PAGE_SIZE); */
		d_step { usage--; limit-- };
		borrow--;
		d_step { parent_security--; parent_own++ };
		/* C: mem_cgroup_move_charge: css_get(&to->css); */
		/* C: mem_cgroup_move_charge: pc->mem_cgroup = to; */
		where[i] = PARENTS;
		/* C: mem_cgroup_move_charge: css_put(&from->css); */
		refs--;
		/* C: mem_cgroup_move_charge: unlock_page_cgroup(page); */
		locked[i] = false
	:: else ->
		locked[i] = false
	fi
}

/* cgroup_rmdir(), with mem_cgroup_can_remove() in it. */
proctype remover()
{
	byte held, page;

	atomic { !cgroup_mutex -> cgroup_mutex = true };
	if
	:: removed || count > 0 -> goto out
	:: else
	fi;

	/* C: mem_cgroup_can_remove: if (!mutex_trylock(&mem->res.resize)) */
	if
	:: atomic { !resize -> resize = true }
	:: resize -> goto out
	fi;

	/* C: mem_cgroup_is_being_charged: synchronize_rcu(); */
	!reading;
	/* C: mem_cgroup_is_being_charged: refs = atomic_read(&mem->css.refcnt); */
	held = refs;
	/* C: mem_cgroup_is_being_charged: return res_counter_read_u64(&mem->res, RES_USAGE) != */
	if
	:: usage != held ->
		goto unlock
	:: else
	fi;

	do
	/* C: mem_cgroup_can_remove: mem_cgroup_move_charges(mem, lender); */
	/* C: mem_cgroup_move_list: if (list_empty(list)) */
	:: if
	   :: where[0] == LISTED -> page = 0
	   :: where[0] != LISTED && where[1] == LISTED -> page = 1
	   :: else -> page = PAGES
	   fi;
	   if
	   :: page < PAGES -> move_charge(page)
	   :: else
	   fi;
	   /* C: mem_cgroup_can_remove: if (!atomic_read(&mem->css.refcnt)) */
	   if
	   :: refs == 0 -> break
	   :: else
	   fi;
	   /* C: mem_cgroup_can_remove: schedule_timeout_uninterruptible(1); */
	   assert(!waiting)
	od;
	/* C: mem_cgroup_can_remove: ret = res_counter_repay_resource(&mem->res, &lender->res, */
	repaid = true;
	d_step { held = limit - usage; limit = usage };
	borrow = borrow - held;
	d_step {
		parent_security = parent_security - held;
		parent_usage = parent_usage - held
	};
	assert(refs == 0);
	removed = true;
unlock:
	/* C: mem_cgroup_can_remove: mutex_unlock(&mem->res.resize); */
	resize = false;
out:
	atomic {
		cgroup_mutex = false;
		held = 0;
		page = 0;
		removers--
	}
}

/* A page is charged, and a task is there or is not; then some at once. */
init
{
	atomic {
		where[0] = LISTED;
		usage = 1;
		refs = 1;
		if
		:: count = 1; owner = true
		:: skip
		fi;
		run remover();
#ifdef LIVENESS
		/* Those that rmdir may have to wait for, or must not. */
		others = 2;
		removers = 1;
		if
		:: run charger(); run task()
		:: run migrator(); run uncharger(0)
		:: run writer(); run uncharger(0)
		fi
#else
		if
		:: run charger(); run task(); run uncharger(0)
		:: run charger(); run task(); run writer()
		:: run charger(); run task(); run migrator()
		:: run writer(); run uncharger(0); run migrator()
		:: run writer(); run uncharger(0); run parent_writer()
		:: run writer(); run task(); run parent_writer()
		:: run migrator(); run uncharger(0); run parent_writer()
		fi;
		if
		:: run remover()
		:: removers--
		fi
#endif
	}
}
