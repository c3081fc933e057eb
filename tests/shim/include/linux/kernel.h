/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_KERNEL_H
#define SHIM_LINUX_KERNEL_H

#include <limits.h>
#include <stddef.h>
#include <linux/types.h>

#include "shim.h"

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)

/* Of the kernel that is played, not of the host. */
#ifndef BITS_PER_LONG
#define BITS_PER_LONG	64
#endif

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, val)	__atomic_store_n(&(x), (val), __ATOMIC_RELAXED)

#define WARN_ON(condition)	\
	((condition) ? world_fail("WARN_ON(" #condition ")"), true : false)

#endif
