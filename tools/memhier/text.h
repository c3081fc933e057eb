/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers and names as people read and write them, and what is said to them.
 */
#ifndef MEMHIER_TEXT_H
#define MEMHIER_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef unsigned long long u64;
typedef long long s64;

/* No limit at all: "max" on v2, the largest number on v1. */
#define UNLIMITED	(~0ULL)

/* Exit codes. */
#define FINE		0
#define FOUND		1
#define TROUBLE		2

#define SIZE_TEXT	32

/* As the kernel has them; some C libraries do, too. */
#ifndef __printf
#define __printf(format, first) \
	__attribute__((__format__(printf, format, first)))
#endif
#ifndef __noreturn
#define __noreturn	__attribute__((__noreturn__))
#endif
#ifndef __aligned
#define __aligned(to)	__attribute__((__aligned__(to)))
#endif

/* The end of a noun of which there are n. */
#define PLURAL(n)	((n) == 1 ? "" : "s")

#define ARRAY_SIZE(x)	(sizeof(x) / sizeof((x)[0]))

#define min(a, b) ({ typeof(a) a_ = (a); typeof(b) b_ = (b); \
		     a_ < b_ ? a_ : b_; })
#define max(a, b) ({ typeof(a) a_ = (a); typeof(b) b_ = (b); \
		     a_ > b_ ? a_ : b_; })

/**
 * less - a difference that is not below 0
 * @a: from what
 * @b: how much
 *
 * Return: @a less @b, or 0.
 */
static inline u64 less(u64 a, u64 b)
{
	return a > b ? a - b : 0;
}

/**
 * plus - a sum that does not wrap
 * @a: a part
 * @b: the other one
 *
 * Return: both together, or UNLIMITED if that is more than fits.
 */
static inline u64 plus(u64 a, u64 b)
{
	return a > UNLIMITED - b ? UNLIMITED : a + b;
}

enum color {
	COLOR_NONE,
	COLOR_USED,
	COLOR_LENT,
	COLOR_IDLE,
	COLOR_FREE,
	COLOR_ADDED,
	COLOR_REMOVED,
	COLOR_HEAD,
};

/* Set once from --color and the environment. */
extern bool color_on;
extern bool utf8_on;

const char *color(enum color color);
const char *color_end(void);

/* Called before anything is said, if set. */
extern void (*before_say)(void);

void say(const char *format, ...) __printf(1, 2);
void die(const char *format, ...)
	__printf(1, 2) __noreturn;

void *xalloc(size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *text);
char *xprintf(const char *format, ...) __printf(1, 2);
char *xvprintf(const char *format, va_list args) __printf(1, 0);

int size_parse(const char *text, u64 *size);
const char *size_exact(u64 size, char text[SIZE_TEXT]);
const char *size_short(u64 size, char text[SIZE_TEXT]);
char *name_printable(const char *name);
char *shell_word(const char *name);
char *name_utf8(const char *name);
const char *shown(const char *name);
const char *shown_part(const char *name, size_t length);

/* For one use in the block that it is in. */
#define SIZE_BUFFER	((char [SIZE_TEXT]) { 0 })
#define EXACT(size)	size_exact(size, SIZE_BUFFER)
#define SHORT(size)	size_short(size, SIZE_BUFFER)

#endif
