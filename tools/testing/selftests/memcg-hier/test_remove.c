// SPDX-License-Identifier: GPL-2.0-only
/*
 * Removal: what a group leaves behind is paid for, by the parent, until it is
 * freed; all else returns at once.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memcg_hier_util.h"

#define SHM_FILE	SHM_DIR "/file"
#define DISK_FILE	DISK_DIR "/file"

static void leave_file(const char *group, const char *file, uint64_t bytes)
{
	const struct use use = { .file = file, .file_bytes = bytes };
	uint64_t before = book(group, USAGE);

	expect_eq(use_in(group, &use), 0);
	expect_ge(book(group, USAGE), before + bytes);
}

/*
 * The group is gone and its leftover is in the parent's usage, as the parent's
 * own; nothing more of the reservation is.
 */
static void expect_leftover(const char *parent, uint64_t others,
			    uint64_t leftover)
{
	uint64_t most = others + leftover + METADATA + slack();

	expect_eq(book(parent, SECURITY), others);
	expect_settles(book(parent, USAGE) <= most);
	expect_ge(book(parent, USAGE), others + leftover);
	expect_le(book(parent, USAGE), book(parent, LIMIT));
}

/*
 * What was freed is the parent's room again.  A base may keep the books of a
 * dead group until the room is asked for: so ask.
 */
static void expect_room_back(const char *parent, uint64_t most)
{
	uint64_t limit = book(parent, LIMIT);

	if (old_base())
		expect_le(book(parent, USAGE), most);
	expect_settles(!set_limit(parent, most));
	expect_le(book(parent, USAGE), most);
	expect_ok(set_limit(parent, limit));
}

static void leftover_page_cache_is_paid_for(void)
{
	use_disk();
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	leave_file("A/B", DISK_FILE, 6 * MB);
	expect_ok(group_rmdir("A/B"));
	expect_leftover("A", 0, 6 * MB);
	expect(!unlink(DISK_FILE));
	expect_room_back("A", METADATA + slack());
	expect_eq(book("A", SECURITY), 0);
}

static void leftover_shared_memory_is_paid_for(void)
{
	use_shm();
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	leave_file("A/B", SHM_FILE, 6 * MB);
	expect_ok(group_rmdir("A/B"));
	expect_leftover("A", 0, 6 * MB);
	expect(!unlink(SHM_FILE));
	expect_room_back("A", slack());
	expect_eq(book("A", SECURITY), 0);
}

static int fill_shared(void *arg)
{
	memset(arg, 1, 6 * MB);
	return 0;
}

static void leftover_anonymous_memory_is_paid_for(void)
{
	void *mem = shared_memory(6 * MB);

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	expect_eq(kid_wait(kid_start("A/B", fill_shared, mem)), 0);
	expect_ge(book("A/B", USAGE), 6 * MB);
	expect_ok(group_rmdir("A/B"));
	expect_leftover("A", 0, 6 * MB);
	munmap(mem, 6 * MB);
	expect_room_back("A", slack());
	expect_eq(book("A", SECURITY), 0);
}

static void leftover_in_swap_is_settled(void)
{
	use_swap();
	use_shm();
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	leave_file("A/B", SHM_FILE, 8 * MB);
	expect_ok(set_limit("A/B", 4 * MB));
	expect_ok(group_rmdir("A/B"));
	expect_settles(book("A", USAGE) <= 4 * MB + slack());
	expect(!unlink(SHM_FILE));
	expect_room_back("A", slack());
	expect_eq(book("A", SECURITY), 0);
}

static void leftover_freed_is_the_parents_room_again(void)
{
	uint64_t before;

	use_shm();
	make_group("A", 32 * MB);
	make_group("A/C", 0);
	before = room("A");
	make_group("A/B", 16 * MB);
	leave_file("A/B", SHM_FILE, 6 * MB);
	expect_ok(group_rmdir("A/B"));
	expect_leftover("A", 0, 6 * MB);
	expect(!unlink(SHM_FILE));
	if (old_base())
		expect_eq(room("A"), before);
	expect_settles(!set_limit("A/C", before - slack()));
	expect_invariants();
}

static void leftover_is_reclaimed_when_the_parent_shrinks(void)
{
	use_disk();
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	leave_file("A/B", DISK_FILE, 12 * MB);
	expect_ok(group_rmdir("A/B"));
	expect_leftover("A", 0, 12 * MB);
	expect_ok(set_limit("A", 4 * MB));
	expect_le(book("A", USAGE), 4 * MB);
	expect_eq(book("A", LIMIT), 4 * MB);
}

static void leftover_is_reclaimed_when_a_sibling_grows(void)
{
	use_disk();
	make_group("A", 32 * MB);
	make_group("A/C", 8 * MB);
	make_group("A/B", 16 * MB);
	leave_file("A/B", DISK_FILE, 12 * MB);
	expect_ok(group_rmdir("A/B"));
	expect_leftover("A", 8 * MB, 12 * MB);
	expect_ok(set_limit("A/C", 24 * MB));
	expect_eq(book("A/C", BORROW), 24 * MB);
	expect_le(book("A", USAGE), 32 * MB);
}

static void leftover_is_reclaimed_for_the_parents_tasks(void)
{
	const struct use use = { .anon = 24 * MB };

	use_disk();
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	leave_file("A/B", DISK_FILE, 12 * MB);
	expect_ok(group_rmdir("A/B"));
	expect_leftover("A", 0, 12 * MB);
	expect_eq(use_in("A", &use), 0);
	expect_le(book("A", USAGE), 32 * MB);
}

static void remove_needs_no_room(void)
{
	use_shm();
	make_group("A", 32 * MB);
	make_group("A/B", 8 * MB);
	make_group("A/C", 0);
	leave_file("A/B", SHM_FILE, 6 * MB);
	expect_ok(set_limit("A/C", room("A")));
	expect_near(room("A"), 0);
	expect_ok(group_rmdir("A/B"));
	expect_leftover("A", book("A/C", LIMIT), 6 * MB);
	expect_eq(book("A/C", BORROW), book("A/C", LIMIT));
	expect(!unlink(SHM_FILE));
	expect_eq(book("A", SECURITY), book("A/C", LIMIT));
	expect_invariants();
}

/* A limit that holds the leftover and not a page more. */
static void remove_of_a_full_group(void)
{
	use_shm();
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	leave_file("A/B", SHM_FILE, 6 * MB);
	expect_ok(set_limit("A/B", book("A/B", USAGE)));
	expect_ok(group_rmdir("A/B"));
	expect_leftover("A", 0, 6 * MB);
}

static void nested_leftovers_go_up(void)
{
	use_shm();
	make_group("A", 48 * MB);
	make_group("A/B", 32 * MB);
	make_group("A/B/C", 16 * MB);
	leave_file("A/B/C", SHM_FILE, 4 * MB);
	leave_file("A/B", SHM_FILE "2", 3 * MB);
	expect_ok(group_rmdir("A/B/C"));
	expect_leftover("A/B", 0, 7 * MB);
	expect_ok(group_rmdir("A/B"));
	expect_leftover("A", 0, 7 * MB);
	expect(!unlink(SHM_FILE));
	expect_room_back("A", 3 * MB + slack());
	expect(!unlink(SHM_FILE "2"));
	expect_room_back("A", slack());
	expect_eq(book("A", SECURITY), 0);
}

static void nested_leftovers_are_reclaimed(void)
{
	use_disk();
	make_group("A", 48 * MB);
	make_group("A/B", 32 * MB);
	make_group("A/B/C", 16 * MB);
	leave_file("A/B/C", DISK_FILE, 12 * MB);
	expect_ok(group_rmdir("A/B/C"));
	expect_ok(group_rmdir("A/B"));
	expect_leftover("A", 0, 12 * MB);
	expect_ok(set_limit("A", 4 * MB));
	expect_le(book("A", USAGE), 4 * MB);
}

static void leftovers_of_many_add_up(void)
{
	char file[64];
	int i;

	use_shm();
	make_group("A", 48 * MB);
	for (i = 0; i < 16; i++) {
		snprintf(file, sizeof(file), "%s%d", SHM_FILE, i);
		make_group("A/B", 8 * MB);
		leave_file("A/B", file, 1 * MB);
		expect_ok(group_rmdir("A/B"));
	}
	expect_settles(book("A", USAGE) <= 16 * MB + slack());
	expect_ge(book("A", USAGE), 16 * MB);
	for (i = 0; i < 16; i++) {
		snprintf(file, sizeof(file), "%s%d", SHM_FILE, i);
		expect(!unlink(file));
	}
	expect_room_back("A", slack());
	expect_eq(book("A", SECURITY), 0);
}

static void leftover_of_a_top_level_group(void)
{
	uint64_t security = book("", SECURITY);
	uint64_t usage = book("", USAGE);

	use_shm();
	make_group("A", 32 * MB);
	leave_file("A", SHM_FILE, 6 * MB);
	expect_ok(group_rmdir("A"));
	expect_eq(book("", SECURITY), security);
	expect_ge(book("", USAGE), usage + 5 * MB);
	expect(!unlink(SHM_FILE));
	expect_eq(book("", SECURITY), security);
}

/* Of a top-level group, that left it to the root. */
static void leave_cache_to_the_root(void)
{
	use_disk();
	make_group("A", 32 * MB);
	leave_file("A", DISK_FILE, 12 * MB);
	expect_ok(group_rmdir("A"));
}

static void leftover_is_reclaimed_when_the_root_shrinks(void)
{
	uint64_t limit;

	leave_cache_to_the_root();
	limit = book("", USAGE) - 8 * MB;
	expect_ok(set_limit("", limit));
	expect_eq(book("", LIMIT), limit);
	expect_le(book("", USAGE), limit);
}

static void leftover_is_reclaimed_when_a_top_level_group_grows(void)
{
	uint64_t cap;

	leave_cache_to_the_root();
	make_group("B", 0);
	cap = book("", USAGE) + 8 * MB;
	expect_ok(set_limit("", cap));
	expect_ok(set_limit("B", 16 * MB));
	expect_eq(book("B", BORROW), 16 * MB);
	expect_le(book("", USAGE), cap);
}

/* To swap, by who has it mapped, whoever pays for it. */
static void page_out(const char *path, size_t size)
{
	int fd = open(path, O_RDWR);
	char *mem = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	size_t at;

	expect(mem != MAP_FAILED);
	for (at = 0; at < size; at += PAGE)
		load(mem[at]);
	expect(!madvise(mem, size, MADV_PAGEOUT));
	munmap(mem, size);
	close(fd);
}

/* What the root has in swap is nobody's: that was of somebody. */
static void leftover_in_swap_of_a_top_level_group(void)
{
	uint64_t before, left;

	if (old_base())
		test_skip("this base has no MADV_PAGEOUT");
	use_swap();
	use_shm();
	before = book("", MEMSW_USAGE);
	make_group("A", 32 * MB);
	leave_file("A", SHM_FILE, 12 * MB);
	expect_ok(group_rmdir("A"));
	left = book("", USAGE);
	expect_ge(book("", MEMSW_USAGE), before + 11 * MB);
	page_out(SHM_FILE, 12 * MB);
	expect_settles(book("", USAGE) + 8 * MB <= left);
	expect(!unlink(SHM_FILE));
	expect_settles(book("", MEMSW_USAGE) <= before + slack());
}

static void leftover_kernel_memory_of_a_top_level_group(void)
{
	uint64_t before, left;

	if (old_base())
		test_skip("this base does not charge kernel memory");
	use_shm();
	before = book("", USAGE);
	make_group("A", 32 * MB);
	expect_eq(kid_wait(kid_start("A", make_files, SHM_DIR)), 0);
	expect_ok(group_rmdir("A"));
	left = book("", USAGE) - before;
	expect_ge(left, FILES_BYTES);
	unlink_files();
	expect_settles(book("", USAGE) < before + left / 2);
}

static void remove_under_an_open_file(void)
{
	struct snapshot before;
	uint64_t base;
	int fd;

	make_group("A", 32 * MB);
	base = book("A", USAGE);
	make_group("A/B", 16 * MB);
	fd = group_open("A/B", LIMIT, O_RDWR);
	expect_ge(fd, 0);
	expect_ok(group_rmdir("A/B"));
	expect_eq(book("A", SECURITY), 0);
	expect_near(book("A", USAGE), base);
	snapshot_take(&before);
	expect_result(fd_write(fd, "8M", 2), -ENODEV);
	expect_unchanged(&before, NULL);
	close(fd);
	expect_eq(book("A", SECURITY), 0);
	expect_near(book("A", USAGE), base);
}

static void remove_under_an_open_directory(void)
{
	char path[4096];

	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	expect(!chdir(group_path(path, "A/B", NULL)));
	expect_ok(group_rmdir("A/B"));
	expect_eq(book("A", SECURITY), 0);
	expect(!chdir("/"));
	expect_eq(book("A", SECURITY), 0);
}

/* A group of the same name is another group. */
static void a_new_group_has_no_part_in_the_old_ones_leftover(void)
{
	use_shm();
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	leave_file("A/B", SHM_FILE, 6 * MB);
	expect_ok(group_rmdir("A/B"));
	expect_ok(group_mkdir("A/B"));
	expect_eq(book("A/B", LIMIT), 0);
	expect_eq(book("A/B", USAGE), 0);
	expect_ok(set_limit("A/B", 8 * MB));
	expect_leftover("A", 8 * MB, 6 * MB);
	expect(!unlink(SHM_FILE));
	expect_eq(book("A", SECURITY), 8 * MB);
	expect_eq(book("A/B", USAGE), 0);
	expect_invariants();
}

static void leftovers_go_by_the_parents_swappiness(void)
{
	if (old_base())
		test_skip("this base has one swappiness");
	use_swap();
	use_shm();
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	expect_ok(group_write("A/B", "memory.swappiness", "0"));
	leave_file("A/B", SHM_FILE, 12 * MB);
	expect_ok(group_rmdir("A/B"));
	expect_ok(set_limit("A", 4 * MB));
}

static void a_threshold_sees_what_removed_groups_free(void)
{
	int memory, memsw;

	if (old_base())
		test_skip("this base has no thresholds");
	use_shm();
	make_group("A", 32 * MB);
	make_group("A/B", 16 * MB);
	leave_file("A/B", SHM_FILE, 12 * MB);
	expect_ok(group_rmdir("A/B"));
	expect_ge(book("A", USAGE), 12 * MB);
	memory = threshold("A", USAGE, 6 * MB);
	memsw = threshold("A", MEMSW_USAGE, 6 * MB);
	expect(!unlink(SHM_FILE));
	expect_settles(crossings(memory) == 1);
	expect_settles(crossings(memsw) == 1);
}

#define WINDOW_MS	250
#define WINDOWS		8

/* How often it can be done in the quickest of some windows of time. */
static unsigned int rate_of(void (*run)(void))
{
	unsigned int best = 0, window;

	for (window = 0; window < WINDOWS; window++) {
		uint64_t end = now_ms() + WINDOW_MS;
		unsigned int count = 0;

		for (; now_ms() < end; count++)
			run();
		if (count > best)
			best = count;
	}
	return best;
}

static void read_usage(void)
{
	book("A", USAGE);
}

#define SIBLINGS	2000

/*
 * A takes pages from itself for it.  Each time for another: who is rewritten at
 * once may wait for a grace period.
 */
static void borrow_of_a_full_parent(void)
{
	static unsigned int next;
	char group[16];

	snprintf(group, sizeof(group), "A/%u", next++ % SIBLINGS);
	expect_ok(set_limit(group, 1 * MB));
	expect_ok(set_limit(group, 0));
}

static int read_file_again(void *arg)
{
	static char page[PAGE];
	int fd = open(DISK_FILE, O_RDONLY);

	(void)arg;
	if (fd < 0)
		return 1;
	posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	while (read(fd, page, sizeof(page)) > 0)
		;
	return 0;
}

static void read_at_the_limit(void)
{
	expect_eq(kid_wait(kid_start("A", read_file_again, NULL)), 0);
}

/* Of whom each is looked at where a dead one is looked for. */
static void a_removed_group_makes_nothing_slower(void)
{
	static void (* const operations[])(void) = {
		read_usage, borrow_of_a_full_parent, read_at_the_limit,
	};
	unsigned int before[ARRAY_SIZE(operations)];
	char group[16];
	unsigned int i;

	if (old_base())
		test_skip("on this base nothing is left of a group");
	use_disk();
	use_shm();
	make_group("A", 64 * MB);
	for (i = 0; i < SIBLINGS; i++) {
		snprintf(group, sizeof(group), "A/%u", i);
		expect_ok(group_mkdir(group));
	}
	make_group("A/B", 1 * MB);
	leave_file("A", DISK_FILE, 6 * MB);
	expect_ok(set_limit("A", 4 * MB));
	for (i = 0; i < ARRAY_SIZE(operations); i++)
		before[i] = rate_of(operations[i]);
	leave_file("A/B", SHM_FILE, PAGE);
	expect_ok(group_rmdir("A/B"));
	for (i = 0; i < ARRAY_SIZE(operations); i++) {
		unsigned int after = rate_of(operations[i]);

		test_note("operation %u: %u times, then %u", i, before[i],
			  after);
		/* Not 1: the machine has other things to do, too. */
		expect_ge(after * 3, before[i]);
	}
}

static const struct test_case cases[] = {
	CASE(leftovers_go_by_the_parents_swappiness),
	CASE(a_threshold_sees_what_removed_groups_free),
	SLOW_CASE(a_removed_group_makes_nothing_slower, 300),
	CASE(leftover_page_cache_is_paid_for),
	CASE(leftover_shared_memory_is_paid_for),
	CASE(leftover_anonymous_memory_is_paid_for),
	CASE(leftover_in_swap_is_settled),
	CASE(leftover_freed_is_the_parents_room_again),
	CASE(leftover_is_reclaimed_when_the_parent_shrinks),
	CASE(leftover_is_reclaimed_when_a_sibling_grows),
	CASE(leftover_is_reclaimed_for_the_parents_tasks),
	CASE(remove_needs_no_room),
	CASE(remove_of_a_full_group),
	CASE(nested_leftovers_go_up),
	CASE(nested_leftovers_are_reclaimed),
	CASE(leftovers_of_many_add_up),
	CASE(leftover_of_a_top_level_group),
	CASE(leftover_is_reclaimed_when_the_root_shrinks),
	CASE(leftover_is_reclaimed_when_a_top_level_group_grows),
	CASE(leftover_in_swap_of_a_top_level_group),
	CASE(leftover_kernel_memory_of_a_top_level_group),
	CASE(remove_under_an_open_file),
	CASE(remove_under_an_open_directory),
	CASE(a_new_group_has_no_part_in_the_old_ones_leftover),
};

int main(int argc, char **argv)
{
	return test_main(cases, ARRAY_SIZE(cases), true, argc, argv);
}
