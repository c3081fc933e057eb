/* SPDX-License-Identifier: GPL-2.0-only */
/* What there is of atomic operations is in kernel.h. */
#include <linux/kernel.h>
