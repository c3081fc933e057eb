/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is read and written without a lock is for others to see: a point; but
 * for watermarks, by which nothing is decided, and with real threads.
 */
#include_next <linux/kernel.h>
#ifndef RESERVE_LINUX_KERNEL_H
#define RESERVE_LINUX_KERNEL_H

#ifndef RESERVE_NATIVE
void reserve_point(const void *object);

#define RESERVE_POINT(what, x)	do {				\
	if (!__builtin_strstr(#x, "watermark")) {		\
		world_point(what, &(x));			\
		reserve_point(&(x));				\
	}							\
} while (0)

#undef READ_ONCE
#define READ_ONCE(x)	({					\
	RESERVE_POINT("read", x);				\
	*(volatile __typeof__(x) *)&(x);			\
})

#undef WRITE_ONCE
#define WRITE_ONCE(x, val)	({				\
	__typeof__(x) once = (val);				\
								\
	RESERVE_POINT("write", x);				\
	*(volatile __typeof__(x) *)&(x) = once;			\
})
#endif

/* Counts of failures may get lost; ThreadSanitizer need not be told. */
#ifdef RESERVE_NATIVE
#define data_race(expression)	((void)0)
#else
#define data_race(expression)	((void)(expression))
#endif

/* Not once, but always. */
#define WARN_ONCE(condition, ...)	\
	((condition) ? shim_warn(__VA_ARGS__), true : false)

void shim_warn(const char *format, ...) __printf(1, 2);

/* Where to count warnings; NULL: each is a failure. */
extern unsigned int *shim_warnings;

#define min(a, b)	((a) < (b) ? (a) : (b))
#define max(a, b)	((a) > (b) ? (a) : (b))

#endif
