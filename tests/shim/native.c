// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's locks as real ones, for real threads; see shim.h. */
#include <linux/errno.h>
#include <linux/sched.h>

#include <sched.h>
#include <stdlib.h>

__thread struct task_struct *current;

void shim_lock_init(struct shim_lock *lock)
{
	pthread_mutex_init(&lock->native, NULL);
}

unsigned long shim_spin_lock(struct shim_lock *lock)
{
	pthread_mutex_lock(&lock->native);
	return 0;
}

void shim_spin_unlock(struct shim_lock *lock, unsigned long flags)
{
	(void)flags;
	pthread_mutex_unlock(&lock->native);
}

/* ThreadSanitizer sees who does not. */
void shim_check_holds(const struct shim_lock *lock)
{
	(void)lock;
}

int shim_mutex_lock(struct shim_lock *lock, bool interruptible)
{
	if (!pthread_mutex_trylock(&lock->native))
		return 0;
	if (interruptible && shim_signal_pending(current))
		return -EINTR;
	pthread_mutex_lock(&lock->native);
	return 0;
}

void shim_mutex_unlock(struct shim_lock *lock)
{
	pthread_mutex_unlock(&lock->native);
}

bool shim_signal_pending(struct task_struct *task)
{
	return rand_r(&task->random) % 16 == 0;
}

void shim_sleep(long timeout)
{
	(void)timeout;
	sched_yield();
}

void shim_lockless_read(const void *object)
{
	(void)object;
}
