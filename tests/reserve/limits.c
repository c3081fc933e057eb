// SPDX-License-Identifier: GPL-2.0-only
/* The interleavings of limits that are reserves. */
#define RESERVE_LIMITS
#include "interleave.c"
