/* SPDX-License-Identifier: GPL-2.0-only */
/* Each is a point, and then one step.  See ../../atomic.c. */
#ifndef RESERVE_LINUX_ATOMIC_H
#define RESERVE_LINUX_ATOMIC_H

#include <stdbool.h>

typedef struct {
	long counter;
} atomic_long_t;

long atomic_long_read(const atomic_long_t *v);
long atomic_long_add_return(long i, atomic_long_t *v);
void atomic_long_sub(long i, atomic_long_t *v);
bool atomic_long_try_cmpxchg(atomic_long_t *v, long *old, long new);
unsigned long shim_xchg(unsigned long *v, unsigned long new);
#define xchg(v, new)	shim_xchg(v, new)
unsigned long shim_load_acquire(const unsigned long *v);
#define smp_load_acquire(v)	shim_load_acquire(v)
void shim_store_release(unsigned long *v, unsigned long new);
#define smp_store_release(v, new)	shim_store_release(v, new)

#endif
