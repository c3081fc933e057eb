// SPDX-License-Identifier: GPL-2.0-only
/*
 * RCU for real threads: a grace period waits for every thread that is in a
 * section to have left it.
 */
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "native.h"

enum flavour { RCU, RCU_TASKS, NR_FLAVOURS };

/* Counts entries and exits: odd in a section. */
static unsigned long sections[MAX_THREADS][NR_FLAVOURS];
static __thread unsigned int me, nesting[NR_FLAVOURS];

/* Grace periods of RCU, in the order in which they start */
static unsigned long started, completed;

void native_thread(unsigned int number)
{
	me = number;
}

static void enter(enum flavour flavour)
{
	if (!nesting[flavour]++)
		__atomic_add_fetch(&sections[me][flavour], 1, __ATOMIC_SEQ_CST);
}

static void leave(enum flavour flavour)
{
	if (!--nesting[flavour])
		__atomic_add_fetch(&sections[me][flavour], 1, __ATOMIC_SEQ_CST);
}

void rcu_read_lock(void)
{
	enter(RCU);
}

void rcu_read_unlock(void)
{
	leave(RCU);
}

void shim_no_sleep_start(void)
{
	enter(RCU_TASKS);
}

void shim_no_sleep_end(void)
{
	leave(RCU_TASKS);
}

static void wait_for_sections(enum flavour flavour)
{
	unsigned int i;

	for (i = 0; i < MAX_THREADS; i++) {
		unsigned long *section = &sections[i][flavour];
		unsigned long then = __atomic_load_n(section, __ATOMIC_SEQ_CST);

		while (then % 2 &&
		       __atomic_load_n(section, __ATOMIC_SEQ_CST) == then)
			sched_yield();
	}
}

static void synchronize_rcu(void)
{
	unsigned long mine = __atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
	unsigned long last = __atomic_load_n(&completed, __ATOMIC_SEQ_CST);

	wait_for_sections(RCU);
	while (last < mine &&
	       !__atomic_compare_exchange_n(&completed, &last, mine, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	synchronize_rcu();
	func(head);
}

void call_rcu_tasks(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	wait_for_sections(RCU_TASKS);
	func(head);
}

/* The next to start is the first that waits for all who read by now. */
unsigned long get_state_synchronize_rcu(void)
{
	return __atomic_load_n(&started, __ATOMIC_SEQ_CST) + 1;
}

/* What is called touches nothing that a reader could. */
void call_rcu_hurry(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	func(head);
}

unsigned long get_completed_synchronize_rcu(void)
{
	return 0;
}

unsigned long start_poll_synchronize_rcu_expedited(void)
{
	return 0;
}

bool poll_state_synchronize_rcu(unsigned long state)
{
	return __atomic_load_n(&completed, __ATOMIC_SEQ_CST) >= state;
}

void shim_rcu_wait(unsigned long state)
{
	if (!poll_state_synchronize_rcu(state))
		synchronize_rcu();
}

void shim_assert_held(struct shim_lock *lock)
{
	(void)lock;
}

void world_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("not ok: ");
	vprintf(format, args);
	printf("\n0 passed, 1 failed, 0 skipped\n");
	exit(1);
}
