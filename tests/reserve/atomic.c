// SPDX-License-Identifier: GPL-2.0-only
/* Not instrumented, other than what calls it: see interleave/access.c. */
#include <linux/atomic.h>
#include <linux/kernel.h>

#ifdef RESERVE_NATIVE
#define world_point(what, object)	((void)(what), (void)(object))
#endif

long atomic_long_read(const atomic_long_t *v)
{
	world_point("read", v);
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

long atomic_long_add_return(long i, atomic_long_t *v)
{
	world_point(i < 0 ? "sub" : "add", v);
	return __atomic_add_fetch(&v->counter, i, __ATOMIC_SEQ_CST);
}

void atomic_long_sub(long i, atomic_long_t *v)
{
	world_point("sub", v);
	__atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST);
}

bool atomic_long_try_cmpxchg(atomic_long_t *v, long *old, long new)
{
	world_point("cmpxchg", v);
	return __atomic_compare_exchange_n(&v->counter, old, new, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

unsigned long shim_xchg(unsigned long *v, unsigned long new)
{
	world_point("xchg", v);
	return __atomic_exchange_n(v, new, __ATOMIC_SEQ_CST);
}

unsigned long shim_load_acquire(const unsigned long *v)
{
	world_point("read", v);
	return __atomic_load_n(v, __ATOMIC_ACQUIRE);
}

void shim_store_release(unsigned long *v, unsigned long new)
{
	world_point("write", v);
	__atomic_store_n(v, new, __ATOMIC_RELEASE);
}
