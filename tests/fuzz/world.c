// SPDX-License-Identifier: GPL-2.0-only
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A crash is how libFuzzer hears of a failure. */
void world_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}
