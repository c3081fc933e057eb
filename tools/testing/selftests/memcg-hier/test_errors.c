// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every error of a write, a move or a removal: its errno, and that no book of any
 * group has changed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memcg_hier_util.h"

/* Page cache of the root's, to see whether it stays. */
#define CACHED		(8 * MB)

/* A tree in which a limit taken for 0 or for all would show. */
static void make_tree(void)
{
	make_group("A", 32 * MB);
	make_group("A/B", 8 * MB);
	make_group("A/C", 8 * MB);
}

static void expect_invalid(const char *text)
{
	expect_refused("A/B", text, -EINVAL, NULL);
}

static void not_a_number(void)
{
	static const char * const texts[] = {
		"x", "M", "K", "max", "unlimited", "-", "+", "-1", "-4096",
		"-1M", "+1M", "--1", "0x", "0xg", "x10", ".5M", "1.5M", "1,000",
		"#1M",
	};
	unsigned int i;

	make_tree();
	for (i = 0; i < ARRAY_SIZE(texts); i++)
		expect_invalid(texts[i]);
}

static void trailing_junk(void)
{
	static const char * const texts[] = {
		"1x", "1Mx", "1M x", "1M 1M", "1K K", "1KK", "1MB", "1MiB",
		"4096-", "4096 -", "0x1000z", "09", "1M\n1M", "1Z", "1e3",
	};
	unsigned int i;

	make_tree();
	for (i = 0; i < ARRAY_SIZE(texts); i++)
		expect_invalid(texts[i]);
}

static void empty_string(void)
{
	static const char * const texts[] = { " ", "   ", "\t", "\n", " \t" };
	unsigned int i;

	make_tree();
	for (i = 0; i < ARRAY_SIZE(texts); i++)
		expect_invalid(texts[i]);
}

/* On 6.12 cgroup_file_write() returns 0 before it asks the controller. */
static void write_of_no_bytes(void)
{
	struct snapshot before;
	int fd;

	make_tree();
	snapshot_take(&before);
	fd = group_open("A/B", LIMIT, O_WRONLY);
	expect_ge(fd, 0);
	expect_result(fd_write(fd, "1M", 0), old_base() ? -EINVAL : 0);
	close(fd);
	expect_unchanged(&before, NULL);
}

static int write_bytes(const void *bytes, size_t nbytes)
{
	int fd, ret;

	fd = group_open("A/B", LIMIT, O_WRONLY);
	expect_ge(fd, 0);
	ret = fd_write(fd, bytes, nbytes);
	close(fd);
	return ret;
}

static void nul_bytes(void)
{
	struct snapshot before;

	make_tree();
	snapshot_take(&before);
	expect_result(write_bytes("\0\0\0", 3), -EINVAL);
	expect_result(write_bytes("", 1), -EINVAL);
	expect_result(write_bytes("4M\0junk", 7), -EINVAL);
	expect_result(write_bytes("4M\0", 4), -EINVAL);
	expect_result(write_bytes("4M\0\n", 4), -EINVAL);
	expect_unchanged(&before, NULL);

	/* A C string as it is in memory. */
	expect_ok(write_bytes("4M", 3));
	expect_eq(book("A/B", LIMIT), 4 * MB);
}

static void overflow_when_parsed(void)
{
	static const char * const texts[] = {
		"18446744073709551616", "99999999999999999999",
		"0x10000000000000000", "02000000000000000000000",
		"16E", "17E", "16384P", "18446744073709551615K",
		"18014398509481984K", "0x40000000000000K",
	};
	unsigned int i;

	make_tree();
	for (i = 0; i < ARRAY_SIZE(texts); i++)
		expect_invalid(texts[i]);
}

static void overflow_when_rounded_up(void)
{
	static const char * const texts[] = {
		"18446744073709551615", "18446744073709547521",
		"0xffffffffffffffff", "0xfffffffffffff001",
		"01777777777777777777777",
	};
	unsigned int i;

	make_tree();
	for (i = 0; i < ARRAY_SIZE(texts); i++)
		expect_invalid(texts[i]);
}

static void overflow_at_the_root(void)
{
	make_tree();
	expect_refused("", "18446744073709551615", -EINVAL, NULL);
	expect_refused("", "18446744073709551616", -EINVAL, NULL);
	expect_refused("", " ", -EINVAL, NULL);
	expect_refused("", "-1", -EINVAL, NULL);
}

/* Longer than a number can be, and longer than the kernel's buffers. */
static void overlong(void)
{
	static const size_t lengths[] = {
		64, 100, 128, 1000, 4000, PAGE, PAGE + 1, 5000, 9000,
	};
	static char text[9001];
	unsigned int i;

	make_tree();
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct snapshot before;
		int ret;

		memset(text, '1', lengths[i]);
		text[lengths[i]] = '\0';
		snapshot_take(&before);
		ret = group_write("A/B", LIMIT, text);
		expect_result(ret, lengths[i] > PAGE ? -E2BIG : -EINVAL);
		expect_unchanged(&before, NULL);
	}
}

static void a_page_and_no_more(void)
{
	struct snapshot before;
	char text[PAGE + 1];

	make_tree();
	memset(text, ' ', sizeof(text));
	memcpy(text, "4M", 2);
	snapshot_take(&before);
	expect_result(write_bytes(text, PAGE + 1), -E2BIG);
	expect_unchanged(&before, NULL);
	expect_ok(write_bytes(text, PAGE));
	expect_eq(book("A/B", LIMIT), 4 * MB);
}

/* White space, a base and a suffix: what is left is a number. */
static void numbers_are_taken(void)
{
	static const struct {
		const char *text;
		uint64_t limit;
	} numbers[] = {
		{ "4194304", 4 * MB }, { "4096K", 4 * MB }, { "4096k", 4 * MB },
		{ "3M", 3 * MB }, { "3m", 3 * MB }, { "2M\n", 2 * MB },
		{ " 3M", 3 * MB }, { "2M ", 2 * MB }, { "0x300000", 3 * MB },
		{ "0X200000", 2 * MB }, { "0x3M", 3 * MB }, { "3145727", 3 * MB },
		{ "0x1e", PAGE },
		{ "0", 0 }, { "1", PAGE }, { "4097", 2 * PAGE }, { "0M", 0 },
	};
	unsigned int i;

	make_tree();
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (group_write("A/B", LIMIT, numbers[i].text) ||
		    book("A/B", LIMIT) != numbers[i].limit)
			fail("\"%s\": expected a limit of %llu, got %llu",
			     numbers[i].text,
			     (unsigned long long)numbers[i].limit,
			     (unsigned long long)book("A/B", LIMIT));
		expect_eq(book("A", SECURITY), 8 * MB + numbers[i].limit);
	}
}

static void the_largest_number_is_no_overflow(void)
{
	make_tree();
	expect_refused("A/B", "18446744073709547520", -ENOSPC, "A");
	expect_refused("A/B", "0xfffffffffffff000", -ENOSPC, "A");
	expect_refused("A/B", "9223372036854775807", -ENOSPC, "A");
	expect_refused("A/B", "15E", -ENOSPC, "A");
	expect_refused("A/B", "1e", -ENOSPC, "A");
	expect_ok(group_write("", LIMIT, "9223372036854775807"));
	expect_eq(book("", LIMIT), LIMIT_MAX);
}

static void grow_beyond_what_the_parent_could_lend(void)
{
	make_tree();
	expect_limit_refused("A/B", 24 * MB + PAGE, -ENOSPC, "A");
	expect_limit_refused("A/B", 32 * MB, -ENOSPC, "A");
	expect_limit_refused("A/B", LIMIT_MAX, -ENOSPC, "A");
	expect_limit_refused("A/C", 1024 * MB, -ENOSPC, "A");
}

/* Pages of a file that are in memory. */
static unsigned int resident(const char *file, uint64_t bytes)
{
	unsigned char pages[CACHED / PAGE];
	unsigned int i, count = 0;
	int fd = open(file, O_RDONLY);
	void *mem = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);

	if (fd < 0 || mem == MAP_FAILED || mincore(mem, bytes, pages))
		fail("%s: %s", file, strerror(errno));
	for (i = 0; i < bytes / PAGE; i++)
		count += pages[i] & 1;
	munmap(mem, bytes);
	close(fd);
	return count;
}

static uint64_t machine_memory(void)
{
	unsigned long long kb;
	FILE *file = fopen("/proc/meminfo", "r");

	if (!file || fscanf(file, "MemTotal: %llu kB", &kb) != 1)
		fail("/proc/meminfo: no MemTotal");
	fclose(file);
	return kb * KB;
}

/*
 * What others write to have a group unlimited, under a root without a limit.
 * There is no such thing, and no reclaim in the root can make it.
 */
static void an_unlimited_group_is_refused_at_once(void)
{
	const uint64_t limits[] = {
		9223372036854775807ULL, LIMIT_MAX, 18446744073709547520ULL,
		1ULL << 62, machine_memory(), machine_memory() + PAGE,
		2 * machine_memory(),
	};
	const char *file = DISK_DIR "/file";
	unsigned int i;

	use_disk();
	expect_ok(write_file(file, CACHED));
	expect_eq(resident(file, CACHED), CACHED / PAGE);
	expect_eq(book("", LIMIT), LIMIT_MAX);
	expect_ok(group_mkdir("A"));
	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		uint64_t start = now_ms();

		expect_limit_refused("A", limits[i], -ENOSPC, "");
		expect_le(now_ms() - start, 1000);
		expect_eq(resident(file, CACHED), CACHED / PAGE);
	}
	make_group("D", 16 * MB);
	expect_eq(book("D", LIMIT), 16 * MB);
}

static void grow_under_a_parent_with_nothing(void)
{
	make_group("A", 8 * MB);
	expect_ok(group_mkdir("A/B"));
	expect_ok(set_limit("A", book("A", USAGE)));
	expect_limit_refused("A/B", 8 * MB, -ENOSPC, "A");
}

static void hold_anon(const char *group, uint64_t bytes)
{
	const struct use use = { .anon = bytes };

	hold_in(group, &use);
}

/* No swap: what a task has of its own cannot be reclaimed. */
static void grow_when_reclaim_makes_no_room(void)
{
	make_tree();
	hold_anon("A", 8 * MB);
	expect_limit_refused("A/B", 20 * MB, -EBUSY, "A");
}

static void shrink_below_security(void)
{
	make_tree();
	expect_limit_refused("A", 16 * MB - PAGE, -EBUSY, NULL);
	expect_limit_refused("A", 8 * MB, -EBUSY, NULL);
	expect_limit_refused("A", 0, -EBUSY, NULL);
}

static void shrink_when_reclaim_does_not_help(void)
{
	make_tree();
	hold_anon("A/B", 6 * MB);
	expect_limit_refused("A/B", 4 * MB, -EBUSY, NULL);
	expect_limit_refused("A/B", 0, -EBUSY, NULL);
}

static void shrink_when_own_and_lent_do_not_fit(void)
{
	make_tree();
	hold_anon("A", 6 * MB);
	expect_limit_refused("A", 20 * MB, -EBUSY, NULL);
}

static void a_failure_counts_once_in_the_lender(void)
{
	uint64_t before;
	int i;

	make_tree();
	hold_anon("A", 8 * MB);
	before = book("A", FAILCNT);
	for (i = 0; i < 3; i++)
		expect_result(set_limit("A/B", 20 * MB), -EBUSY);
	expect_eq(book("A", FAILCNT), before + 3);
	expect_result(set_limit("A/B", 64 * MB), -ENOSPC);
	expect_eq(book("A", FAILCNT), before + 4);
	expect_eq(book("A/B", FAILCNT), 0);
}

static void expect_read_only(const char *group, const char *file)
{
	struct snapshot before;
	int fd;

	/* root may open any file; the write must be refused all the same. */
	snapshot_take(&before);
	fd = group_open(group, file, O_WRONLY);
	if (fd >= 0) {
		static const char * const texts[] = { "1M", "0", " ", "-1" };
		unsigned int i;

		for (i = 0; i < ARRAY_SIZE(texts); i++)
			expect(fd_write(fd, texts[i], strlen(texts[i])) < 0);
		close(fd);
	}
	expect_unchanged(&before, NULL);
}

static void borrow_is_read_only(void)
{
	make_tree();
	expect_read_only("A/B", BORROW);
	expect_read_only("", BORROW);
}

static void security_is_read_only(void)
{
	make_tree();
	expect_read_only("A", SECURITY);
	expect_read_only("", SECURITY);
}

static void usage_is_read_only(void)
{
	make_tree();
	expect_read_only("A", USAGE);
}

static void removed_under_the_open_file(void)
{
	struct snapshot before;
	int fd;

	make_tree();
	fd = group_open("A/B", LIMIT, O_RDWR);
	expect_ge(fd, 0);
	expect_ok(group_rmdir("A/B"));
	expect_eq(book("A", SECURITY), 8 * MB);
	snapshot_take(&before);
	expect_result(fd_write(fd, "1M", 2), -ENODEV);
	expect_result(fd_write(fd, "0", 1), -ENODEV);
	expect_unchanged(&before, NULL);
	close(fd);
	expect_unchanged(&before, NULL);
}

static const struct test_case cases[] = {
	CASE(not_a_number),
	CASE(trailing_junk),
	CASE(empty_string),
	CASE(write_of_no_bytes),
	CASE(nul_bytes),
	CASE(overflow_when_parsed),
	CASE(overflow_when_rounded_up),
	CASE(overflow_at_the_root),
	CASE(overlong),
	CASE(a_page_and_no_more),
	CASE(numbers_are_taken),
	CASE(the_largest_number_is_no_overflow),
	CASE(grow_beyond_what_the_parent_could_lend),
	CASE(an_unlimited_group_is_refused_at_once),
	CASE(grow_under_a_parent_with_nothing),
	CASE(grow_when_reclaim_makes_no_room),
	CASE(shrink_below_security),
	CASE(shrink_when_reclaim_does_not_help),
	CASE(shrink_when_own_and_lent_do_not_fit),
	CASE(a_failure_counts_once_in_the_lender),
	CASE(borrow_is_read_only),
	CASE(security_is_read_only),
	CASE(usage_is_read_only),
	CASE(removed_under_the_open_file),
};

int main(int argc, char **argv)
{
	return test_main(cases, ARRAY_SIZE(cases), true, argc, argv);
}
