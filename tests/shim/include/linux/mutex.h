/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_MUTEX_H
#define SHIM_LINUX_MUTEX_H

#include "shim.h"

struct mutex {
	struct shim_lock lock;
};

#define mutex_init(mutex)	shim_lock_init(&(mutex)->lock)
#define mutex_lock(mutex)	((void)shim_mutex_lock(&(mutex)->lock, false))
#define mutex_lock_interruptible(mutex)	\
	shim_mutex_lock(&(mutex)->lock, true)
#define mutex_trylock(mutex)	shim_mutex_trylock(&(mutex)->lock)
#define mutex_unlock(mutex)	shim_mutex_unlock(&(mutex)->lock)

#endif
