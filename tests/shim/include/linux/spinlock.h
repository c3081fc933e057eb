/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_SPINLOCK_H
#define SHIM_LINUX_SPINLOCK_H

#include "shim.h"

typedef struct shim_lock spinlock_t;

#define spin_lock_init(lock)	shim_lock_init(lock)
#define spin_lock_irqsave(lock, flags)	\
	((flags) = shim_spin_lock(lock))
#define spin_unlock_irqrestore(lock, flags)	\
	shim_spin_unlock(lock, flags)

#endif
