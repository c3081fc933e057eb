/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel that the protocol sees on the host.
 *
 * locks.c checks the rules of the kernel's locks and tells a "world" of every
 * action another thread could notice.  Each test program is one world: it
 * decides what runs next, when a signal comes, and what a failure means.
 * native.c takes the place of locks.c where the threads are real.
 */
#ifndef SHIM_H
#define SHIM_H

#include <pthread.h>
#include <stdbool.h>

#ifndef __noreturn
#define __noreturn	__attribute__((__noreturn__))
#endif
#define __printf(a, b)	__attribute__((__format__(printf, a, b)))

struct shim_lock {
	struct task_struct *holder;
	pthread_mutex_t native;		/* for native.c alone */
};

struct task_struct {
	const char *name;
	bool signal;			/* sticky: has come, is not handled */
	bool irqs_off;
	unsigned int spinlocks;		/* how many it holds */
	unsigned int bit_locks;
	unsigned int mutexes;
	unsigned int sleeps;		/* how often it gave up the CPU */
	unsigned int random;		/* for native.c alone */
};

extern __thread struct task_struct *current;

void shim_lock_init(struct shim_lock *lock);
unsigned long shim_spin_lock(struct shim_lock *lock);
void shim_spin_unlock(struct shim_lock *lock, unsigned long flags);
/* A lock in a bit, as of a page: spinlocks may be taken under it. */
void shim_bit_spin_lock(struct shim_lock *lock);
bool shim_bit_spin_trylock(struct shim_lock *lock);
void shim_bit_spin_unlock(struct shim_lock *lock);
int shim_mutex_lock(struct shim_lock *lock, bool interruptible);
bool shim_mutex_trylock(struct shim_lock *lock);
void shim_mutex_unlock(struct shim_lock *lock);
bool shim_signal_pending(struct task_struct *task);
void shim_sleep(long timeout);
/* The counter is about to be read without its lock. */
void shim_lockless_read(const void *object);
/* Fails the test unless current holds no lock and has its interrupts on. */
void shim_check_no_locks(void);
/* Fails the test unless current holds this spinlock. */
void shim_check_holds(const struct shim_lock *lock);

/* The world, provided by each test program: */

/* Current is about to do "what" to the lock or counter "object". */
void world_point(const char *what, const void *object);
/* Lock is held by another task: let it run.  False: a signal came instead. */
bool world_wait(struct shim_lock *lock, bool interruptible);
void world_sleep(void);
bool world_signal_pending(struct task_struct *task);
void world_fail(const char *format, ...)
	__noreturn __printf(1, 2);

#endif
