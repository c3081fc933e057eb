/* SPDX-License-Identifier: GPL-2.0-only */
#include_next <linux/sched.h>
#ifndef RESERVE_LINUX_SCHED_H
#define RESERVE_LINUX_SCHED_H

#define schedule_timeout_uninterruptible(timeout)	shim_sleep(timeout)

#endif
