/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instructions as a clock. Under QEMU's "-icount shift=0" the TSC counts
 * instructions, so what takes N of them takes N of them the next time.
 */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <stdint.h>

#define MAX_SAMPLES	32

/* What one operation cost, time after time. */
struct samples {
	const char *table;
	const char *op;
	unsigned int depth;
	unsigned int siblings;
	unsigned int units;	/* a sample is the cost of so many operations */
	unsigned int count;
	uint64_t value[MAX_SAMPLES];
};

static inline uint64_t tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a" (low), "=d" (high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* Find out what the clock itself costs, and print if it counts instructions. */
void clock_calibrate(void);
/* Let deferred work run, RCU callbacks too, and return just after a timer tick. */
void clock_settle(void);
/* Instructions since start, without those of reading the clock. */
uint64_t clock_since(uint64_t start);
/*
 * Instructions that this process has executed: for calls that sleep, while
 * the TSC goes on. In nanoseconds of the scheduler, each an instruction.
 */
uint64_t clock_own(void);

/* The middle one; sorts them. */
uint64_t median(uint64_t *values, unsigned int count);

void sample_add(struct samples *samples, uint64_t instructions);
/* Median, least and most for one operation. */
void sample_print(struct samples *samples);
/* Measure, but do not print: to bring a machine into its steady state. */
void sample_mute(int mute);
/* A figure that is measured once. */
void figure_print(const char *table, const char *op, unsigned int depth,
		  unsigned int siblings, uint64_t value);

#endif /* BENCH_CLOCK_H */
