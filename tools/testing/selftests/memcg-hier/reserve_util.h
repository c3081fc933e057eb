/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Helpers for the selftests of memory.reserve on v2.
 */
#ifndef RESERVE_UTIL_H
#define RESERVE_UTIL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "memcg_hier_util.h"

#define MAX		"memory.max"
#define HIGH		"memory.high"
#define RECLAIM		"memory.reclaim"
#define SWAP		"memory.swap.current"
#define SWAP_PEAK	"memory.swap.peak"
#define SWAP_HIGH	"memory.swap.high"
#define SWAP_EVENTS	"memory.swap.events"
#define EVENTS		"memory.events"
#define EVENTS_LOCAL	"memory.events.local"
#define STAT		"memory.stat"
#define CONTROL		"cgroup.subtree_control"

/* A program's main(): what cases switch on is off before and after them. */
int reserve_main(const struct test_case *cases, size_t count, int argc,
		 char **argv);

/* Groups.  Those that return int: 0 or -errno. */
int write_bytes(const char *group, const char *file, uint64_t bytes);
int reserve(const char *group, uint64_t bytes);
/* With a limit and a reserve, if not 0; gives the parent's children memory. */
void make(const char *group, uint64_t max, uint64_t reserved);
/* The number that a name has in a file of lines "name number". */
uint64_t field(const char *group, const char *file, const char *name);
/*
 * What a group is charged with beside max(usage, reserve) of its children B, C
 * and D, as far as they exist; read while nobody charges.
 */
uint64_t parents_own(const char *group);
/* It gets to that, to the page. */
void expect_own_at(const char *file, int line, const char *group,
		   uint64_t bytes);
#define expect_own(group, bytes) expect_own_at(__FILE__, __LINE__, group, bytes)

/* A write fails and changes no reserve, of the group or of its parent's sum. */
void expect_kept_at(const char *file, int line, const char *group,
		    const char *parent, uint64_t bytes, int error);
#define expect_kept(group, parent, bytes, error)			\
	expect_kept_at(__FILE__, __LINE__, group, parent, bytes, error)

/* A limit that the group is at: the charge of one more page asks. */
void fill_up(const char *group);

pid_t hold_anon(const char *group, uint64_t bytes);
int use_anon(const char *group, uint64_t bytes);
/* Charge 1 to 24 steps of bytes and let them go, until *stop. */
int charge_in_steps(const unsigned int *stop, size_t step);
int use_file(const char *group, const char *path, uint64_t bytes);

/* Skip the case if the kernel has none. */
void use_lru_gen(bool on);
void use_zswap(bool on);
/* Of all memory; what is above is written back by a thread of its own. */
void limit_zswap(unsigned int percent);

#endif /* RESERVE_UTIL_H */
