// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's locks for one CPU's worth of simulated tasks, strict about the
 * rules of the protocol: spinlocks do not nest, nobody sleeps under one, and
 * who takes a lock releases it.
 */
#include <linux/errno.h>
#include <linux/sched.h>

#include <stddef.h>

__thread struct task_struct *current;

void shim_lock_init(struct shim_lock *lock)
{
	lock->holder = NULL;
}

static void may_sleep(const char *what)
{
	if (current->spinlocks || current->bit_locks || current->irqs_off)
		world_fail("%s while holding a spinlock", what);
}

unsigned long shim_spin_lock(struct shim_lock *lock)
{
	unsigned long flags;

	world_point("lock", lock);
	if (lock->holder == current)
		world_fail("a spinlock is taken twice by one task");
	if (current->spinlocks)
		world_fail("two spinlocks are held at once");
	while (lock->holder)
		world_wait(lock, false);

	lock->holder = current;
	current->spinlocks++;
	flags = current->irqs_off;
	current->irqs_off = true;
	return flags;
}

void shim_spin_unlock(struct shim_lock *lock, unsigned long flags)
{
	world_point("unlock", lock);
	if (lock->holder != current)
		world_fail("a spinlock is released that is not held");
	lock->holder = NULL;
	current->spinlocks--;
	current->irqs_off = flags;
}

static void bit_spin_hold(struct shim_lock *lock)
{
	if (current->spinlocks || current->bit_locks)
		world_fail("a bit lock is taken under another spinlock");
	lock->holder = current;
	current->bit_locks++;
}

void shim_bit_spin_lock(struct shim_lock *lock)
{
	world_point("bit-lock", lock);
	if (lock->holder == current)
		world_fail("a bit lock is taken twice by one task");
	while (lock->holder)
		world_wait(lock, false);
	bit_spin_hold(lock);
}

bool shim_bit_spin_trylock(struct shim_lock *lock)
{
	world_point("bit-trylock", lock);
	if (lock->holder)
		return false;
	bit_spin_hold(lock);
	return true;
}

void shim_bit_spin_unlock(struct shim_lock *lock)
{
	world_point("bit-unlock", lock);
	if (lock->holder != current)
		world_fail("a bit lock is released that is not held");
	lock->holder = NULL;
	current->bit_locks--;
}

void shim_check_holds(const struct shim_lock *lock)
{
	if (lock->holder != current)
		world_fail("a verb is called without the counter's lock");
}

int shim_mutex_lock(struct shim_lock *lock, bool interruptible)
{
	may_sleep("mutex_lock");
	world_point("mutex", lock);
	if (lock->holder == current)
		world_fail("a mutex is taken twice by one task");
	if (current->mutexes)
		world_fail("two resize mutexes are held at once");
	while (lock->holder)
		if (!world_wait(lock, interruptible))
			return -EINTR;

	lock->holder = current;
	current->mutexes++;
	return 0;
}

/* Other than a lock, this may be tried with another mutex held. */
bool shim_mutex_trylock(struct shim_lock *lock)
{
	world_point("trylock", lock);
	if (lock->holder)
		return false;
	lock->holder = current;
	current->mutexes++;
	return true;
}

void shim_mutex_unlock(struct shim_lock *lock)
{
	may_sleep("mutex_unlock");
	world_point("mutex-unlock", lock);
	if (lock->holder != current)
		world_fail("a mutex is released that is not held");
	lock->holder = NULL;
	current->mutexes--;
}

bool shim_signal_pending(struct task_struct *task)
{
	return world_signal_pending(task);
}

void shim_sleep(long timeout)
{
	may_sleep("schedule_timeout");
	if (timeout <= 0)
		world_fail("sleep for %ld ticks", timeout);
	current->sleeps++;
	world_sleep();
}

void shim_lockless_read(const void *object)
{
	/* Where a word is 32 bits, 2.6.26 takes the counter's lock to read. */
	if (current->spinlocks)
		world_fail("a counter is read while a spinlock is held");
	world_point("read", object);
}

void shim_check_no_locks(void)
{
	if (current->spinlocks || current->bit_locks || current->mutexes ||
	    current->irqs_off)
		world_fail("returned with %u spinlocks, %u mutexes, interrupts %s",
			   current->spinlocks + current->bit_locks,
			   current->mutexes,
			   current->irqs_off ? "off" : "on");
}
