/* SPDX-License-Identifier: GPL-2.0-only */
#include_next <linux/mutex.h>
#ifndef RESERVE_LINUX_MUTEX_H
#define RESERVE_LINUX_MUTEX_H

#include <linux/spinlock.h>

#define DEFINE_MUTEX(name)	\
	struct mutex name SHIM_STATIC_LOCK = \
	{ .lock = { .native = PTHREAD_MUTEX_INITIALIZER } }

/* The engine's is no resize mutex: it may be taken with one of those held. */
#ifndef RESERVE_NATIVE
#undef mutex_lock
#define mutex_lock(mutex)	shim_mutex_lock_beside(&(mutex)->lock)

void shim_mutex_lock_beside(struct shim_lock *lock);
#endif

#endif
