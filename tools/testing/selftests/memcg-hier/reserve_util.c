// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers for the selftests of memory.reserve on v2.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reserve_util.h"

#define LRU_GEN_ENABLED	"/sys/kernel/mm/lru_gen/enabled"
#define ZSWAP_ENABLED	"/sys/module/zswap/parameters/enabled"
#define ZSWAP_POOL	"/sys/module/zswap/parameters/max_pool_percent"

int write_bytes(const char *group, const char *file, uint64_t bytes)
{
	char text[32];

	return group_write(group, file, limit_text(text, bytes));
}

int reserve(const char *group, uint64_t bytes)
{
	return write_bytes(group, RESERVE, bytes);
}

void make(const char *group, uint64_t max, uint64_t reserved)
{
	char parent[64];
	char *slash;

	snprintf(parent, sizeof(parent), "%s", group);
	slash = strrchr(parent, '/');
	if (slash) {
		*slash = '\0';
		expect_ok(group_write(parent, CONTROL, "+memory"));
	}
	expect_ok(group_mkdir(group));
	if (max)
		expect_ok(write_bytes(group, MAX, max));
	if (reserved)
		expect_ok(reserve(group, reserved));
}

uint64_t field(const char *group, const char *file, const char *name)
{
	int fd = group_open(group, file, O_RDONLY);
	unsigned long long value;
	char key[64];
	FILE *lines = fd < 0 ? NULL : fdopen(fd, "r");

	if (!lines)
		fail("%s/%s: cannot be read", group, file);
	while (fscanf(lines, "%63s %llu", key, &value) == 2)
		if (!strcmp(key, name)) {
			fclose(lines);
			return value;
		}
	fail("%s/%s: has no %s", group, file, name);
}

void expect_kept_at(const char *file, int line, const char *group,
		    const char *parent, uint64_t bytes, int error)
{
	uint64_t old = book(group, RESERVE), sum = book(parent, RESERVED);

	expect_result_at(file, line, "reserve", reserve(group, bytes),
			 error);
	expect_cmp_at(file, line, RESERVE, book(group, RESERVE), '=', old);
	expect_cmp_at(file, line, RESERVED, book(parent, RESERVED), '=',
		      sum);
}

void fill_up(const char *group)
{
	expect_ok(write_bytes(group, MAX, book(group, CURRENT)));
}

pid_t hold_anon(const char *group, uint64_t bytes)
{
	struct use use = { .anon = bytes };

	return hold_in(group, &use);
}

int use_anon(const char *group, uint64_t bytes)
{
	struct use use = { .anon = bytes };

	return use_in(group, &use);
}

int charge_in_steps(const unsigned int *stop, size_t step)
{
	unsigned int i = getpid();

	while (!load(*stop)) {
		size_t bytes = (i++ % 24 + 1) * step, at;
		char *mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (mem == MAP_FAILED)
			return 1;
		for (at = 0; at < bytes; at += PAGE)
			mem[at] = 1;
		munmap(mem, bytes);
	}
	return 0;
}

int use_file(const char *group, const char *path, uint64_t bytes)
{
	struct use use = { .file = path, .file_bytes = bytes };

	return use_in(group, &use);
}

static int charge_a_page(void *arg)
{
	return !run_on_cpu(*(unsigned int *)arg) || touch_anon(PAGE);
}

/*
 * A CPU keeps what it has charged ahead to a group, until it charges to another;
 * newer kernels keep it for 7 groups.  It counts as usage, and may go at any time:
 * so let it go.  New groups first take the places that are free, then those of
 * the groups kept, in turn, from wherever the last turn ended.  So as many again
 * have to come.
 */
#define MAX_STOCKS	7

static void drain_stocks(void)
{
	unsigned int cpu, cpus = sysconf(_SC_NPROCESSORS_ONLN);
	char group[8];
	unsigned int i;

	for (i = 0; i < 2 * MAX_STOCKS; i++) {
		snprintf(group, sizeof(group), "Z%u", i);
		expect_ok(group_mkdir(group));
		for (cpu = 0; cpu < cpus; cpu++)
			kid_wait(kid_start(group, charge_a_page, &cpu));
	}
	while (i--) {
		snprintf(group, sizeof(group), "Z%u", i);
		expect_ok(group_rmdir(group));
	}
}

uint64_t parents_own(const char *group)
{
	static const char *const names[] = { "B", "C", "D" };
	uint64_t left;
	unsigned int i;

	drain_stocks();
	left = book(group, CURRENT);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		char child[64];
		uint64_t usage, reserved;

		snprintf(child, sizeof(child), "%s/%s", group, names[i]);
		if (!group_exists(child))
			continue;
		usage = book(child, CURRENT);
		reserved = book(child, RESERVE);
		left -= usage > reserved ? usage : reserved;
	}
	return left;
}

void expect_own_at(const char *file, int line, const char *group,
		   uint64_t bytes)
{
	if (settles(parents_own(group) == bytes))
		return;
	note_books();
	expect_cmp_at(file, line, "the parent's own", parents_own(group), '=',
		      bytes);
}

void use_lru_gen(bool on)
{
	if (path_write(LRU_GEN_ENABLED, on ? "y" : "n") && on)
		test_skip("the kernel has no multi-gen LRU");
}

void limit_zswap(unsigned int percent)
{
	char text[16];

	sprintf(text, "%u", percent);
	path_write(ZSWAP_POOL, text);
}

void use_zswap(bool on)
{
	if (path_write(ZSWAP_ENABLED, on ? "Y" : "N") && on)
		test_skip("the kernel has no zswap");
	limit_zswap(20);
}

static void all_off(void)
{
	use_lru_gen(false);
	use_zswap(false);
}

int reserve_main(const struct test_case *cases, size_t count, int argc,
		 char **argv)
{
	int status;

	all_off();
	status = test_main_v2(cases, count, argc, argv);
	all_off();
	return status;
}
