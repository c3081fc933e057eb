/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be measured. Each prints its results as it gets them. */
#ifndef BENCH_H
#define BENCH_H

/* What an operation costs in a group at a depth. */
void bench_work(void);
/* Limit writes among siblings, memory for a group, a tree of 1,000. */
void bench_scale(void);
/* What groups cost that are removed and still charged. Of v1. */
void bench_dead(void);
/* What is left of the neighbours' page cache. */
void bench_isolation(void);
/* Two CPUs that fault in sibling groups. */
void bench_contention(void);

#endif /* BENCH_H */
