/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_SCHED_H
#define SHIM_LINUX_SCHED_H

#include "shim.h"

#define signal_pending(task)	shim_signal_pending(task)
#define schedule_timeout_interruptible(timeout)	shim_sleep(timeout)

#endif
