/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a round of reclaim for a resize goes on, on every base kernel.
 *
 * Tasks can charge as fast as reclaim frees.  So a round is over when it has
 * freed what was in the way when it began; and before that, when a second has
 * brought usage down by less than a pace: a write that has to free n MiB gives
 * up after n / 4 seconds and the protocol's rounds at the latest.
 */
#ifndef _LINUX_RES_COUNTER_PACE_H
#define _LINUX_RES_COUNTER_PACE_H

#include <linux/jiffies.h>
#include <linux/types.h>

/* Bytes in a second */
#define RES_COUNTER_PACE	(4ULL << 20)

struct res_counter_pace {
	unsigned long long usage;	/* at the last look, in bytes */
	unsigned long look;		/* when to look next, in jiffies */
};

/**
 * res_counter_pace_start - a round of reclaim begins
 * @pace: the caller's, to keep it in
 * @usage: what is to be brought down, in bytes
 *
 * Context: Any.
 */
static inline void res_counter_pace_start(struct res_counter_pace *pace,
					  unsigned long long usage)
{
	pace->usage = usage;
	pace->look = jiffies + HZ;
}

/**
 * res_counter_pace_slow - is the round getting nowhere?
 * @pace: of a round that was started
 * @usage: what it is now, in bytes
 *
 * Context: Any.
 *
 * Return: true if a second is over in which it came down by less than the pace:
 * then the round is over, too.
 */
static inline bool res_counter_pace_slow(struct res_counter_pace *pace,
					 unsigned long long usage)
{
	bool slow = usage + RES_COUNTER_PACE > pace->usage;

	if (time_before(jiffies, pace->look))
		return false;
	res_counter_pace_start(pace, usage);
	return slow;
}

#endif /* _LINUX_RES_COUNTER_PACE_H */
