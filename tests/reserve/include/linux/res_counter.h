/* SPDX-License-Identifier: GPL-2.0-only */
/* That of 6.12, not the shim's of 2.6.26. */
#include "../../../../include/linux/res_counter.h"
