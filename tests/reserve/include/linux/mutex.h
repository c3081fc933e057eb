/* SPDX-License-Identifier: GPL-2.0-only */
#include_next <linux/mutex.h>
#ifndef RESERVE_LINUX_MUTEX_H
#define RESERVE_LINUX_MUTEX_H

#define DEFINE_MUTEX(name)	struct mutex name = \
	{ .lock = { .native = PTHREAD_MUTEX_INITIALIZER } }

#endif
