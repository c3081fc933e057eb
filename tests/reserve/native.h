/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RESERVE_NATIVE_H
#define RESERVE_NATIVE_H

#include <stdarg.h>

#define MAX_THREADS	64

/* First thing a thread does: say which of MAX_THREADS it is. */
void native_thread(unsigned int number);

#endif
