/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kernel/res_counter.c of 2.6.26 needs beyond the shim, to read and to
 * write a member as a file.
 */
#ifndef BASE_LINUX_SLAB_H
#define BASE_LINUX_SLAB_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/spinlock.h>

#define __user

#define BUG()	world_fail("BUG() in %s", __func__)

#define GFP_KERNEL	0
#define kmalloc(size, flags)	((void)(flags), malloc(size))
#define kfree(pointer)	free(pointer)

static inline unsigned long copy_from_user(void *to, const void *from,
					   unsigned long n)
{
	memcpy(to, from, n);
	return 0;
}

/* Cuts off white space at the end; what it returns is ignored by the caller. */
static inline void strstrip(char *s)
{
	size_t length = strlen(s);

	while (length && strchr(" \t\n\v\f\r", s[length - 1]))
		s[--length] = '\0';
}

static inline unsigned long long simple_strtoull(const char *s, char **end,
						 unsigned int base)
{
	return strtoull(s, end, base);
}

static inline ssize_t simple_read_from_buffer(void *to, size_t count,
					      loff_t *pos, const void *from,
					      size_t available)
{
	if (*pos >= (loff_t)available)
		return 0;
	if (count > available - *pos)
		count = available - *pos;
	memcpy(to, (const char *)from + *pos, count);
	*pos += count;
	return count;
}

#endif
