/* SPDX-License-Identifier: GPL-2.0-only */
/* What is read and written without a lock is for others to see: a point. */
#include_next <linux/kernel.h>
#ifndef PAGES_LINUX_KERNEL_H
#define PAGES_LINUX_KERNEL_H

#undef READ_ONCE
#define READ_ONCE(x)	(world_point("read", &(x)), (x))

#undef WRITE_ONCE
#define WRITE_ONCE(x, val)	(world_point("write", &(x)), (void)((x) = (val)))

#define data_race(expression)	(expression)

#define cmpxchg(ptr, old, new)						\
	(world_point("cmpxchg", ptr),					\
	 __sync_val_compare_and_swap(ptr, old, new))

#endif
