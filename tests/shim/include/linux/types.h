/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's types, as far as the protocol uses them. */
#include_next <linux/types.h>
#ifndef SHIM_LINUX_TYPES_H
#define SHIM_LINUX_TYPES_H

#include <stdbool.h>

typedef __u64 u64;

#endif
