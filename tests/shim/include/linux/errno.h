/* SPDX-License-Identifier: GPL-2.0-only */
/* The errno values of user space are the kernel's. */
#include_next <linux/errno.h>
