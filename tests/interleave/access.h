/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ACCESS_H
#define ACCESS_H

/* The scenario's: world_fail()s if current may not touch this memory now. */
void check_access(const void *address);

#endif
