/* SPDX-License-Identifier: GPL-2.0-only */
/* Rcu.c: for tasks of a scheduler.  Native.c: for real threads. */
#ifndef RESERVE_LINUX_RCUPDATE_H
#define RESERVE_LINUX_RCUPDATE_H

#include <stdbool.h>

struct rcu_head {
	void (*func)(struct rcu_head *head);
};

void call_rcu_hurry(struct rcu_head *head, void (*func)(struct rcu_head *head));
void rcu_read_lock(void);
void rcu_read_unlock(void);
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));
void call_rcu_tasks(struct rcu_head *head, void (*func)(struct rcu_head *head));
unsigned long get_state_synchronize_rcu(void);
unsigned long get_completed_synchronize_rcu(void);
unsigned long start_poll_synchronize_rcu_expedited(void);
bool poll_state_synchronize_rcu(unsigned long state);

/*
 * What who has got -EAGAIN does, with no lock held: wait for what is asked for, or
 * for the grace period of this state.
 */
void shim_rcu_wait(unsigned long state);

/* Code that does not sleep, but may be preempted: what tasks RCU waits for. */
void shim_no_sleep_start(void);
void shim_no_sleep_end(void);

/* All grace periods are over, nobody reads, and no lock is held. */
void shim_rcu_reset(void);
void shim_check_no_readers(void);

#endif
