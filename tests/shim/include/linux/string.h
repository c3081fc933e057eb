/* SPDX-License-Identifier: GPL-2.0-only */
/* The C library's will do. */
#include <string.h>
