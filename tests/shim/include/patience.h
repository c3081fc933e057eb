/* SPDX-License-Identifier: GPL-2.0-only */
/* For a loop that nothing else ends. */
#ifndef SHIM_PATIENCE_H
#define SHIM_PATIENCE_H

#include <stddef.h>
#include <sys/time.h>

/* From now on, five seconds of its own time: the machine may be busy with others. */
static inline void patience_start(void)
{
	static const struct itimerval seconds = { .it_value = { .tv_sec = 5 } };

	setitimer(ITIMER_PROF, &seconds, NULL);
}

#endif
