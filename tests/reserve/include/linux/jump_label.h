/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RESERVE_LINUX_JUMP_LABEL_H
#define RESERVE_LINUX_JUMP_LABEL_H

#include <linux/kernel.h>

struct static_key_false {
	bool on;
};

#define DECLARE_STATIC_KEY_FALSE(key)	extern struct static_key_false key
#define DEFINE_STATIC_KEY_FALSE(key)	struct static_key_false key

#define static_key_enabled(key)	READ_ONCE((key)->on)
#define static_branch_unlikely(key)	static_key_enabled(key)
#define static_branch_enable(key)	WRITE_ONCE((key)->on, true)

#endif
