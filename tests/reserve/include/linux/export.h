/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RESERVE_LINUX_EXPORT_H
#define RESERVE_LINUX_EXPORT_H

#define EXPORT_SYMBOL(sym)	extern __typeof__(sym) sym

#endif
