/* SPDX-License-Identifier: GPL-2.0-only */
/* A world of one task; a hook on its steps plays the others. */
#ifndef PAGES_ALONE_H
#define PAGES_ALONE_H

#include "shim.h"

/* Called at every step with what is about to happen; NULL: nobody. */
extern void (*on_point)(const char *what, const void *object);

void alone_start(void);

#endif
