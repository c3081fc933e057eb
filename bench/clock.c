// SPDX-License-Identifier: GPL-2.0-only
/*
 * The clock, and the results that are printed from it: a line for each, with
 * tabs between table, operation, depth, siblings, median, least, most, samples.
 */
#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LOOP		100000
/* The shortest gap in a tight loop that is an interrupt's. */
#define INTERRUPT	300

static uint64_t overhead;
static int muted;

/* Two instructions a turn. */
static uint64_t loop_cost(uint64_t turns)
{
	uint64_t start = tsc();

	__asm__ volatile("1: sub $1, %0\n\tjnz 1b" : "+r" (turns));
	return tsc() - start;
}

static uint64_t least_loop_cost(uint64_t turns)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 16; i++) {
		uint64_t cost = loop_cost(turns);

		if (cost < least)
			least = cost;
	}
	return least;
}

void clock_calibrate(void)
{
	uint64_t ratio = (least_loop_cost(LOOP) - least_loop_cost(1)) * 100 /
			 (2 * (LOOP - 1));

	overhead = UINT64_MAX;
	for (int i = 0; i < 16; i++) {
		uint64_t start = tsc();
		uint64_t cost = tsc() - start;

		if (cost < overhead)
			overhead = cost;
	}
	printf("clock\tratio\t0\t0\t%llu.%02llu\n",
	       (unsigned long long)ratio / 100,
	       (unsigned long long)ratio % 100);
}

void clock_settle(void)
{
	struct timespec pause = { .tv_nsec = 80 * 1000 * 1000 };
	uint64_t last, now;

	nanosleep(&pause, NULL);
	now = tsc();
	do {
		last = now;
		now = tsc();
	} while (now - last < INTERRUPT);
}

uint64_t clock_since(uint64_t start)
{
	return tsc() - start - overhead;
}

uint64_t clock_own(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a;
	uint64_t right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

uint64_t median(uint64_t *values, unsigned int count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}

void sample_add(struct samples *samples, uint64_t instructions)
{
	if (samples->count == MAX_SAMPLES) {
		printf("error\ttoo many samples of %s\n", samples->op);
		return;
	}
	samples->value[samples->count++] = instructions;
}

static void print_per_unit(const struct samples *samples, uint64_t value)
{
	uint64_t hundredths = (value * 100 + samples->units / 2) /
			      samples->units;

	printf("\t%llu.%02llu", (unsigned long long)hundredths / 100,
	       (unsigned long long)hundredths % 100);
}

void sample_print(struct samples *samples)
{
	unsigned int count = samples->count;

	samples->count = 0;
	if (!count || muted)
		return;
	printf("%s\t%s\t%u\t%u", samples->table, samples->op, samples->depth,
	       samples->siblings);
	print_per_unit(samples, median(samples->value, count));
	print_per_unit(samples, samples->value[0]);
	print_per_unit(samples, samples->value[count - 1]);
	printf("\t%u\n", count);
}

void sample_mute(int mute)
{
	muted = mute;
}

void figure_print(const char *table, const char *op, unsigned int depth,
		  unsigned int siblings, uint64_t value)
{
	printf("%s\t%s\t%u\t%u\t%llu\n", table, op, depth, siblings,
	       (unsigned long long)value);
}
