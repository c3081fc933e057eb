/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RESERVE_LINUX_JIFFIES_H
#define RESERVE_LINUX_JIFFIES_H

/* Ticks that pass are steps of a run: few. */
#define HZ	4

#endif
