// SPDX-License-Identifier: GPL-2.0-only
/*
 * A look at every memory access of the protocol.
 *
 * The protocol is compiled with -fsanitize=thread but linked with these
 * functions in place of the sanitizer's.  They make sure that no book of a
 * counter is touched without its lock.  Given that, other tasks can only
 * notice an access through the lock around it, and changing over at locks,
 * unlocks and lockless reads covers all that changing over at each
 * instruction would.
 */
#include "access.h"

#define ACCESS(size)						\
	void __tsan_read##size(const void *address)		\
	{							\
		check_access(address);				\
	}							\
	void __tsan_write##size(const void *address)		\
	{							\
		check_access(address);				\
	}							\
	void __tsan_unaligned_read##size(const void *address)	\
	{							\
		check_access(address);				\
	}							\
	void __tsan_unaligned_write##size(const void *address)	\
	{							\
		check_access(address);				\
	}

void __tsan_init(void);
void __tsan_func_entry(void *caller);
void __tsan_func_exit(void);

void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller)
{
	(void)caller;
}

void __tsan_func_exit(void)
{
}

#pragma GCC diagnostic ignored "-Wmissing-prototypes"
ACCESS(1)
ACCESS(2)
ACCESS(4)
ACCESS(8)
ACCESS(16)
