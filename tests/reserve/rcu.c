// SPDX-License-Identifier: GPL-2.0-only
/*
 * RCU for the tasks of a scheduler, as lazy as it may be: a grace period waits
 * for the readers that run when it starts, for none that comes later, and is
 * over the moment the last of them has ended.  So all that its user may not
 * rely on happens.
 */
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include <string.h>

#define MAX_READERS	8
#define MAX_PERIODS	256

enum flavour { RCU, RCU_TASKS, NR_FLAVOURS };

/* Of a task, which has an index for as long as it is known. */
static struct reader {
	const struct task_struct *task;
	unsigned int nesting[NR_FLAVOURS];
} readers[MAX_READERS];

/* Blocked while a reader of the mask is still in the section it was in. */
static struct period {
	enum flavour flavour;
	unsigned int readers;
	struct shim_lock blocked;
} periods[MAX_PERIODS];

static unsigned int nr_periods;
static struct rcu_head *callback;

/* What waits for a grace period of its own, one at a time. */
static struct rcu_head *queued;
static unsigned long queued_period;
static struct task_struct some_reader;

/* From the linker: all locks that are variables. */
extern struct shim_lock __start_static_locks[], __stop_static_locks[];

void call_rcu_hurry(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	if (callback)
		world_fail("a callback is queued that is queued already");
	callback = head;
	head->func = func;
}

static void call_back(void)
{
	struct rcu_head *head = callback;

	callback = NULL;
	if (head)
		head->func(head);
}

static void run_queued(void)
{
	struct rcu_head *head = queued;

	queued = NULL;
	head->func(head);
}

/* A run that has failed may have left anything. */
void shim_rcu_reset(void)
{
	struct shim_lock *lock;

	for (lock = __start_static_locks; lock < __stop_static_locks; lock++)
		lock->holder = NULL;
	memset(readers, 0, sizeof(readers));
	while (queued)
		run_queued();
	nr_periods = 0;
	call_back();
}

static unsigned int my_index(void)
{
	unsigned int i;

	for (i = 0; i < MAX_READERS; i++) {
		if (!readers[i].task)
			readers[i].task = current;
		if (readers[i].task == current)
			return i;
	}
	world_fail("more than %d tasks use RCU", MAX_READERS);
}

static void enter(enum flavour flavour)
{
	readers[my_index()].nesting[flavour]++;
}

static void leave(enum flavour flavour)
{
	unsigned int me = my_index(), i;

	if (!readers[me].nesting[flavour])
		world_fail("a reader ends that has not started");
	if (--readers[me].nesting[flavour])
		return;
	for (i = 0; i < nr_periods; i++) {
		if (periods[i].flavour != flavour)
			continue;
		periods[i].readers &= ~(1u << me);
		if (!periods[i].readers)
			periods[i].blocked.holder = NULL;
	}
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

static unsigned long start_period(enum flavour flavour)
{
	struct period *period = &periods[nr_periods];
	unsigned int i;

	if (nr_periods == MAX_PERIODS)
		world_fail("more than %d grace periods in a run", MAX_PERIODS);
	*period = (struct period){ .flavour = flavour };
	for (i = 0; i < MAX_READERS; i++)
		if (readers[i].nesting[flavour])
			period->readers |= 1u << i;
	period->blocked.holder = period->readers ? &some_reader : NULL;
	return ++nr_periods;
}

static void wait_for_period(unsigned long number)
{
	unsigned int me = my_index();

	if (current->spinlocks || readers[me].nesting[RCU] ||
	    readers[me].nesting[RCU_TASKS])
		world_fail("waits for a grace period where it may not sleep");
	world_point("rcu wait", NULL);
	while (number && periods[number - 1].blocked.holder)
		world_wait(&periods[number - 1].blocked, false);
	call_back();
}

static void queue(struct rcu_head *head, void (*func)(struct rcu_head *head),
		  enum flavour flavour)
{
	if (queued)
		world_fail("more than one callback is queued");
	head->func = func;
	queued = head;
	queued_period = start_period(flavour);
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	queue(head, func, RCU);
}

void call_rcu_tasks(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	queue(head, func, RCU_TASKS);
}

void shim_rcu_wait(unsigned long state)
{
	unsigned long period = queued ? queued_period : state;
	bool was_queued = queued;

	wait_for_period(period);
	if (was_queued && queued && queued_period == period)
		run_queued();
	/* Who is about to ask for it may have to run first. */
	schedule_timeout_interruptible(1);
}

unsigned long get_state_synchronize_rcu(void)
{
	world_point("rcu state", NULL);
	return start_period(RCU);
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
	world_point("grace period", NULL);
	if (state && periods[state - 1].blocked.holder)
		return false;
	call_back();
	return true;
}

void shim_check_no_readers(void)
{
	unsigned int me = my_index();

	if (readers[me].nesting[RCU] || readers[me].nesting[RCU_TASKS])
		world_fail("returned from within rcu_read_lock()");
}

void shim_mutex_lock_beside(struct shim_lock *lock)
{
	while (!shim_mutex_trylock(lock))
		world_wait(lock, false);
}

void shim_assert_held(struct shim_lock *lock)
{
	if (lock->holder != current)
		world_fail("a lock is not held that should be");
}
