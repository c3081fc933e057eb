// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any text as /proc/self/mountinfo.
 */
#include <stdint.h>
#include <stdlib.h>

#include "hier.h"

static void see(const struct mount *mount, void *data)
{
	(void)data;
	if (*mount->path != '/' || !mount->root)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mountinfo_parse((const char *)data, size, see, NULL);
	return 0;
}
