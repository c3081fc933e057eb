// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any file as a trace: memory is neither made nor lost.
 */
#include <stdint.h>
#include <stdlib.h>

#include "balance.h"

static void watch(size_t round, const struct balance_child *child,
		  const u64 *demand, size_t nr, u64 room, void *data)
{
	u64 *total = data, now = room;
	size_t i;

	(void)demand;
	for (i = 0; i < nr; i++)
		now += child[i].reserve;
	if (round && now != *total)
		abort();
	*total = now;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct balance_settings settings = {
		.page = 4096, .least = 1 << 20, .rate = 1 << 26, .hold = 2,
		.cooldown = 6,
	};
	u64 total;
	struct replay_watch watcher = { watch, &total };
	struct replay_result result;
	struct trace *trace;
	FILE *file;

	if (!size)
		return 0;
	file = fmemopen((void *)data, size, "r");
	trace = trace_read(file, "fuzz.trace");
	fclose(file);
	/* A long one is only slow. */
	if (trace && trace_rounds(trace) < 1000)
		trace_replay(trace, &settings, NULL, &watcher, &result);
	trace_free(trace);
	return 0;
}
