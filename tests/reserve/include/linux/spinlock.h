/* SPDX-License-Identifier: GPL-2.0-only */
#include_next <linux/spinlock.h>
#ifndef RESERVE_LINUX_SPINLOCK_H
#define RESERVE_LINUX_SPINLOCK_H

/* In one place, for the next run to find them free: see shim_rcu_reset(). */
#define SHIM_STATIC_LOCK	__attribute__((__section__("static_locks"), \
					       __aligned__(sizeof(long))))

#define DEFINE_SPINLOCK(name)	\
	spinlock_t name SHIM_STATIC_LOCK = \
	{ .native = PTHREAD_MUTEX_INITIALIZER }

/* As if interrupts were on. */
#define spin_lock(lock)		((void)shim_spin_lock(lock))
#define spin_unlock(lock)	shim_spin_unlock(lock, false)

/* Of locks.c's world; native threads have ThreadSanitizer. */
#define lockdep_assert_held(lock)	shim_assert_held(lock)

void shim_assert_held(struct shim_lock *lock);

#endif
