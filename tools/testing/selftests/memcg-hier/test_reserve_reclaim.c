// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the limit of a group can not take from those below it: neither reclaim
 * nor the OOM killer touches a group within its reserve.  Each case runs with
 * the classic LRU and with the multi-gen LRU.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memcg_hier_util.h"
#include "reserve_util.h"

/* What reclaim may take too much of: a batch of each list. */
#define BATCH		(4 * 32 * PAGE)

/* Looked for in vain: a name costs the kernel at least so much. */
#define NAMES		8000
#define NAME_BYTES	128

#define HUGE_PAGES	"/proc/sys/vm/nr_hugepages"

static void thrash(const char *group, const char *path)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		expect_eq(use_file(group, path, 64 * MB), 0);
}

static void a_thrashing_sibling_takes_nothing(void)
{
	uint64_t before, scanned;

	use_disk();
	make("A", 40 * MB, 40 * MB);
	make("A/B", 0, 16 * MB);
	make("A/C", 0, 0);
	expect_eq(use_file("A/B", DISK_DIR "/kept", 12 * MB), 0);
	before = field("A/B", STAT, "file");
	scanned = field("A/B", STAT, "pgscan");
	expect_ge(before, 12 * MB);
	thrash("A/C", DISK_DIR "/file");
	expect_eq(field("A/B", STAT, "file"), before);
	expect_eq(field("A/B", STAT, "pgscan"), scanned);
	expect_ge(field("A/C", STAT, "pgscan"), 1);
}

static void all_below_is_protected(void)
{
	uint64_t before;

	use_disk();
	make("A", 40 * MB, 40 * MB);
	make("A/B", 0, 16 * MB);
	make("A/B/D", 0, 0);
	make("A/C", 0, 0);
	expect_eq(use_file("A/B/D", DISK_DIR "/kept", 12 * MB), 0);
	before = field("A/B/D", STAT, "file");
	thrash("A/C", DISK_DIR "/file");
	expect_eq(field("A/B/D", STAT, "file"), before);
}

static void above_it_only_the_excess_is_taken(void)
{
	use_disk();
	make("A", 48 * MB, 40 * MB);
	make("A/B", 0, 12 * MB);
	make("A/C", 0, 0);
	expect_eq(use_file("A/B", DISK_DIR "/kept", 24 * MB), 0);
	thrash("A/C", DISK_DIR "/file");
	expect_ge(book("A/B", CURRENT), 12 * MB - BATCH);
	expect_le(book("A/B", CURRENT), 20 * MB);
}

/* More than there is, in one go: that does not run over the reserve. */
static void reclaim_stops_at_the_reserve(void)
{
	use_disk();
	make("A", 48 * MB, 40 * MB);
	make("A/B", 0, 12 * MB);
	expect_eq(use_file("A/B", DISK_DIR "/kept", 24 * MB), 0);
	expect_result(group_write("A", RECLAIM, "128M"), -EAGAIN);
	expect_ge(book("A/B", CURRENT), 12 * MB - BATCH);
	expect_le(book("A/B", CURRENT), 12 * MB + BATCH);
}

/* More than there is, so that they come to scan all at once; they begin together. */
static int reclaims(void *go)
{
	int ret;

	while (!load(*(unsigned int *)go))
		;
	ret = group_write("A", RECLAIM, "1G");
	return ret && ret != -EAGAIN;
}

/* Each of them sees the same excess; and may take a batch of up to 64 too much. */
static void many_that_reclaim_take_the_excess_once(void)
{
	unsigned int *go = shared_memory(sizeof(*go));
	pid_t kids[8];
	unsigned int i;

	use_disk();
	make("A", 64 * MB, 56 * MB);
	make("A/B", 0, 20 * MB);
	expect_eq(use_file("A/B", DISK_DIR "/kept", 48 * MB), 0);
	for (i = 0; i < ARRAY_SIZE(kids); i++)
		kids[i] = kid_start("", reclaims, go);
	store(*go, 1);
	for (i = 0; i < ARRAY_SIZE(kids); i++)
		expect_eq(kid_wait(kids[i]), 0);
	test_note("%llu KiB left of %llu KiB",
		  (unsigned long long)(book("A/B", CURRENT) / KB), 20 * KB);
	expect_ge(book("A/B", CURRENT), 20 * MB - BATCH -
		  ARRAY_SIZE(kids) * 64 * PAGE);
	expect_le(book("A/B", CURRENT), 20 * MB + BATCH);
}

/* As much as others, of what is above: not of all that it has. */
static void above_it_a_group_gives_its_share(void)
{
	uint64_t before, excess;

	use_disk();
	make("A", 0, 40 * MB);
	make("A/B", 0, 22 * MB);
	make("A/C", 0, 0);
	expect_eq(use_file("A/B", DISK_DIR "/kept", 24 * MB), 0);
	expect_eq(use_file("A/C", DISK_DIR "/file", 24 * MB), 0);
	before = book("A/B", CURRENT);
	excess = before - 22 * MB;
	expect_ok(group_write("A", RECLAIM, "8M"));
	expect_ge(book("A/B", CURRENT), before - excess / 2);
}

static int look_for_files(void *dir)
{
	char path[64];
	int i;

	for (i = 0; i < NAMES; i++) {
		snprintf(path, sizeof(path), "%s/%d", (char *)dir, i);
		if (!access(path, F_OK))
			return 1;
	}
	return 0;
}

/* That there are no such files is remembered.  Inodes are not on every base shrunk. */
static void what_the_kernel_caches_is_not_shrunk(void)
{
	uint64_t before, after;

	use_disk();
	make("A", 40 * MB, 40 * MB);
	make("A/B", 0, 16 * MB);
	expect_eq(kid_wait(kid_start("A/B", look_for_files, DISK_DIR)), 0);
	before = field("A/B", STAT, "slab_reclaimable");
	expect_ge(before, NAMES * NAME_BYTES);
	expect_result(group_write("A", RECLAIM, "8M"), -EAGAIN);
	/* It is freed a grace period later. */
	sleep_ms(500);
	after = field("A/B", STAT, "slab_reclaimable");
	expect_ge(after, before - before / 8);
	/* It could be shrunk. */
	expect_settles((group_write("A/B", RECLAIM, "8M"),
			field("A/B", STAT, "slab_reclaimable") <= before / 2));
}

static void memory_reclaim_takes_nothing(void)
{
	uint64_t before;

	use_disk();
	make("A", 48 * MB, 40 * MB);
	make("A/B", 0, 16 * MB);
	expect_eq(use_file("A/B", DISK_DIR "/kept", 12 * MB), 0);
	before = field("A/B", STAT, "file");
	expect_result(group_write("A", RECLAIM, "8M"), -EAGAIN);
	expect_eq(field("A/B", STAT, "file"), before);
	/* It asks for itself. */
	expect_ok(group_write("A/B", RECLAIM, "4M"));
	expect_le(field("A/B", STAT, "file"), before - 4 * MB);
}

static void machine_takes_it(void)
{
	uint64_t before;

	use_disk();
	make("A", 0, 32 * MB);
	expect_eq(use_file("A", DISK_DIR "/kept", 12 * MB), 0);
	before = field("A", STAT, "file");
	group_write("", RECLAIM, "1G");
	expect_le(field("A", STAT, "file"), before / 2);
}

#define SYSRQ	"/proc/sysrq-trigger"

static void kill_first(pid_t pid)
{
	char path[64];

	sprintf(path, "/proc/%d/oom_score_adj", pid);
	expect_ok(path_write(path, "1000"));
}

/* For want of memory of its own, not of a limit. */
static void machine_kills_who_is_within(void)
{
	pid_t pid;

	if (access(SYSRQ, W_OK))
		test_skip("the kernel has no sysrq");
	make("A", 0, 32 * MB);
	pid = hold_anon("A", 12 * MB);
	kill_first(pid);
	expect_ok(path_write(SYSRQ, "f"));
	expect_settles(!kid_alive(pid));
	expect_eq(field("A", EVENTS, "oom_kill"), 1);
}

/* In A/B, with a reserve, beside A/C without: the limit of both is 40M. */
static pid_t hold_beside(uint64_t reserved, uint64_t bytes)
{
	make("A", 40 * MB, 40 * MB);
	make("A/B", 0, reserved);
	make("A/C", 0, 0);
	return hold_anon("A/B", bytes);
}

static void oom_kills_nobody_within(void)
{
	/* It is the largest by far. */
	pid_t pid = hold_beside(28 * MB, 24 * MB);

	expect_eq(use_anon("A/C", 20 * MB), 128 + SIGKILL);
	expect(kid_alive(pid));
	expect_eq(field("A/B", EVENTS, "oom_kill"), 0);
	expect_ge(field("A/C", EVENTS, "oom_kill"), 1);
	kid_kill(pid);
}

/* A kill there would give its excess, of some pages: the rest stays set aside. */
static void oom_kills_who_gives_most(void)
{
	/* Its page tables, and the like, are what is above. */
	pid_t pid = hold_beside(24 * MB, 24 * MB);

	expect_ge(book("A/B", CURRENT), 24 * MB + PAGE);
	expect_eq(use_anon("A/C", 20 * MB), 128 + SIGKILL);
	expect(kid_alive(pid));
	expect_eq(field("A/B", EVENTS, "oom_kill"), 0);
	kid_kill(pid);
}

/* That is up to user space as ever. */
static void oom_kills_whom_user_space_wants(void)
{
	pid_t pid = hold_beside(8 * MB, 12 * MB);

	kill_first(pid);
	/* May be killed next: a task that exits, and has not let go, is not seen. */
	use_anon("A/C", 29 * MB);
	expect_ge(field("A/B", EVENTS, "oom_kill"), 1);
	expect_eq(kid_wait(pid), 128 + SIGKILL);
}

struct greedy {
	uint64_t end;
	unsigned int full, go;
};

/* Up to the reserve, to the page; and when told to, beyond. */
static int want_more(void *arg)
{
	struct greedy *greedy = arg;
	char *mem = mmap(NULL, 64 * MB, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t at, more;

	if (mem == MAP_FAILED)
		return 1;
	/* To look each time takes long. */
	for (at = 0; at < greedy->end / 2; at += PAGE)
		mem[at] = 1;
	for (; book("A/B", CURRENT) < greedy->end; at += PAGE)
		mem[at] = 1;
	store(greedy->full, 1);
	while (!load(greedy->go))
		sleep_ms(1);
	for (more = 0; more < 4 * MB; more += PAGE)
		mem[at + more] = 1;
	return 0;
}

static void reserve_all_for_two(void)
{
	make("A", 32 * MB, 32 * MB);
	make("A/B", 0, 16 * MB);
	make("A/C", 0, 14 * MB);
}

/* All of the limit is reserved: who wants more finds only himself. */
static void who_asks_is_not_protected(void)
{
	struct greedy *greedy = shared_memory(sizeof(*greedy));
	pid_t pid;

	reserve_all_for_two();
	greedy->end = 16 * MB;
	pid = kid_start("A/B", want_more, greedy);
	while (!load(greedy->full))
		sleep_ms(1);
	expect_ok(write_bytes("A", MAX, 30 * MB));
	expect_eq(book("A", RESERVED), 30 * MB);
	expect(kid_alive(pid));
	store(greedy->go, 1);
	expect_eq(kid_wait(pid), 128 + SIGKILL);
	expect_ge(field("A/B", EVENTS, "oom_kill"), 1);

	use_disk();
	expect_eq(use_file("A/B", DISK_DIR "/file", 32 * MB), 0);
}

/* B is charged with what D asks for: what it has read is there to be taken. */
static void nor_is_a_group_above_who_asks(void)
{
	use_disk();
	reserve_all_for_two();
	expect_eq(use_file("A/B", DISK_DIR "/file", 14 * MB), 0);
	/* Or its task, that has ended, may not be quite gone. */
	expect_settles(!field("A/B", "cgroup.events", "populated"));
	make("A/B/D", 0, 0);
	expect_ok(write_bytes("A", MAX, 30 * MB));
	expect_eq(use_anon("A/B/D", 8 * MB), 0);
	expect_eq(field("A", EVENTS, "oom_kill"), 0);
	expect_ge(field("A/B", STAT, "pgsteal"), 2 * MB / PAGE);
}

/* D pays for what C gets, and then A for D: who is between asks, too. */
static void a_growth_asks_for_those_between(void)
{
	use_disk();
	make("A", 64 * MB, 64 * MB);
	make("A/E", 0, 32 * MB);
	make("A/D", 0, 32 * MB);
	make("A/D/S", 0, 0);
	make("A/D/C", 0, 0);
	expect_eq(use_file("A/D/S", DISK_DIR "/file", 31 * MB), 0);
	expect_le(book("A/D", CURRENT), 32 * MB);
	expect_ok(reserve("A/D/C", 16 * MB));
	expect_le(book("A/D", CURRENT), 32 * MB);
	expect_eq(book("A", CURRENT), 64 * MB);
}

#define CROWD		16
#define BYSTANDERS	400

struct crowd {
	unsigned int hog_is_there, go, have_it;
};

static int be_the_hog(void *arg)
{
	struct crowd *crowd = arg;

	if (path_write("/proc/self/oom_score_adj", "1000") ||
	    touch_anon(11 * MB))
		return 1;
	store(crowd->hog_is_there, 1);
	return pause();
}

static int want_a_little(void *arg)
{
	struct crowd *crowd = arg;
	int ret, ms;

	while (!load(crowd->go))
		sleep_ms(1);
	ret = touch_anon(512 * KB);
	__atomic_add_fetch(&crowd->have_it, 1, __ATOMIC_SEQ_CST);
	/* All at once: but if one is killed the others do not wait for ever. */
	for (ms = 0; load(crowd->have_it) < CROWD && ms < 5000; ms++)
		sleep_ms(1);
	return ret;
}

static bool newer_base(void)
{
	struct utsname name;

	return !uname(&name) && atoi(name.release) >= 7;
}

/*
 * What the first kill frees is within the reserve of B, so that A is as full as
 * before; but all of B have room by then, also who is about to kill the next.  That
 * is a long way beside many groups: reclaim looks into each of them before.
 */
static void one_kill_makes_room_for_all(void)
{
	struct crowd *crowd = shared_memory(sizeof(*crowd));
	unsigned int round, i;
	pid_t hog, kids[CROWD];
	char group[32];

	/* Then more are killed for what is free in a moment, reserves or not. */
	if (newer_base())
		test_skip("on this base who was killed can go before its pages");
	make("A", 32 * MB, 32 * MB);
	make("A/B", 0, 16 * MB);
	make("A/C", 0, 16 * MB);
	for (i = 0; i < BYSTANDERS; i++) {
		snprintf(group, sizeof(group), "A/s%u", i);
		expect_ok(group_mkdir(group));
	}
	for (round = 1; round <= 10; round++) {
		memset(crowd, 0, sizeof(*crowd));
		hog = kid_start("A/B", be_the_hog, crowd);
		while (!load(crowd->hog_is_there))
			sleep_ms(1);
		for (i = 0; i < CROWD; i++)
			kids[i] = kid_start("A/B", want_a_little, crowd);
		store(crowd->go, 1);
		for (i = 0; i < CROWD; i++)
			expect_eq(kid_wait(kids[i]), 0);
		expect_eq(kid_wait(hog), 128 + SIGKILL);
		expect_eq(field("A/B", EVENTS, "oom_kill"), round);
	}
}

/* Swap and zswap */

static void anon_within_is_not_swapped_out(void)
{
	uint64_t before;
	pid_t pid;

	use_swap();
	make("A", 40 * MB, 40 * MB);
	make("A/B", 0, 16 * MB);
	make("A/C", 0, 0);
	pid = hold_anon("A/B", 12 * MB);
	before = field("A/B", STAT, "anon");
	expect_eq(use_anon("A/C", 48 * MB), 0);
	expect_ge(book("A/C", SWAP_PEAK), 20 * MB);
	expect_eq(field("A/B", STAT, "anon"), before);
	expect_eq(field("A/B", STAT, "pgscan"), 0);
	expect_eq(book("A/B", SWAP), 0);
	kid_kill(pid);
}

static void of_anon_above_it_the_excess_is_swapped_out(void)
{
	pid_t pid;

	use_swap();
	make("A", 48 * MB, 40 * MB);
	make("A/B", 0, 12 * MB);
	make("A/C", 0, 0);
	pid = hold_anon("A/B", 24 * MB);
	expect_eq(use_anon("A/C", 64 * MB), 0);
	expect_ge(book("A/B", SWAP), 4 * MB);
	expect_le(book("A/B", SWAP), 12 * MB + BATCH + slack());
	expect_ge(book("A/B", CURRENT), 12 * MB - BATCH);
	kid_kill(pid);
}

static void memory_reclaim_swaps_nothing_out(void)
{
	pid_t pid;

	use_swap();
	make("A", 0, 32 * MB);
	make("A/B", 0, 16 * MB);
	pid = hold_anon("A/B", 12 * MB);
	expect_result(group_write("A", RECLAIM, "8M swappiness=200"), -EAGAIN);
	expect_eq(book("A/B", SWAP), 0);
	/* It asks for itself. */
	expect_ok(group_write("A/B", RECLAIM, "4M swappiness=200"));
	expect_ge(book("A/B", SWAP), 4 * MB);
	kid_kill(pid);
}

/* There is much cache to trim, but not for this limit. */
static void cache_within_is_not_there_to_trim(void)
{
	uint64_t file, swapped;
	pid_t pid;

	use_disk();
	use_swap();
	make("A", 96 * MB, 96 * MB);
	make("A/B", 0, 48 * MB);
	make("A/C", 0, 0);
	expect_eq(use_file("A/B", DISK_DIR "/file", 32 * MB), 0);
	pid = hold_anon("A/C", 32 * MB);
	/* All of it is as if it had not been used for long. */
	expect_ok(group_write("A/C", RECLAIM, "8M swappiness=200"));
	swapped = book("A/C", SWAP);
	expect_eq(use_file("A/C", DISK_DIR "/more", 1 * MB), 0);
	file = field("A/C", STAT, "file");
	expect_ok(group_write("A", RECLAIM, "1M"));
	test_note("of C: %llu of %llu KiB of cache are left, %llu in swap",
		  (unsigned long long)(field("A/C", STAT, "file") / KB),
		  (unsigned long long)(file / KB),
		  (unsigned long long)((book("A/C", SWAP) - swapped) / KB));
	expect_ge(field("A/C", STAT, "file"), file / 2);
	expect_ge(book("A/C", SWAP), swapped + 512 * KB);
	kid_kill(pid);
}

static void memory_high_swaps_nothing_out(void)
{
	pid_t pid;

	use_swap();
	make("A", 64 * MB, 40 * MB);
	make("A/B", 0, 16 * MB);
	make("A/C", 0, 0);
	pid = hold_anon("A/B", 12 * MB);
	expect_ok(write_bytes("A", HIGH, 24 * MB));
	expect_eq(use_anon("A/C", 16 * MB), 0);
	expect_ge(field("A", EVENTS, "high"), 1);
	expect_ge(book("A/C", SWAP_PEAK), MB);
	expect_eq(book("A/B", SWAP), 0);
	kid_kill(pid);
}

/* The compressed pages are charged to whose they are. */
static void nothing_within_goes_to_zswap(void)
{
	uint64_t kernel;
	pid_t pid;

	use_swap();
	use_zswap(true);
	make("A", 40 * MB, 40 * MB);
	make("A/B", 0, 16 * MB);
	make("A/C", 0, 0);
	kernel = parents_own("A");
	pid = hold_anon("A/B", 12 * MB);
	expect_eq(use_anon("A/C", 48 * MB), 0);
	expect_ge(field("A/C", STAT, "zswpout"), 4 * MB / PAGE);
	expect_eq(field("A/B", STAT, "zswapped"), 0);
	expect_eq(field("A/B", STAT, "zswpout"), 0);
	expect_eq(book("A/B", SWAP), 0);
	expect_le(book("A", CURRENT), 40 * MB);
	kid_kill(pid);
	expect_own("A", kernel);
}

static void excess_goes_to_zswap(void)
{
	uint64_t kernel;
	pid_t pid;

	use_swap();
	use_zswap(true);
	make("A", 64 * MB, 40 * MB);
	make("A/B", 0, 12 * MB);
	kernel = parents_own("A");
	pid = hold_anon("A/B", 24 * MB);
	expect_ok(group_write("A", RECLAIM, "6M swappiness=200"));
	expect_ge(field("A/B", STAT, "zswapped"), 6 * MB);
	expect_ge(book("A/B", CURRENT), 12 * MB - BATCH);
	expect_own("A", kernel);
	kid_kill(pid);
	expect_own("A", kernel);
}

/* The pair: no reclaim at all takes it. */
static void with_memory_min_the_machine_takes_nothing(void)
{
	uint64_t before;

	use_disk();
	make("A", 0, 32 * MB);
	expect_ok(write_bytes("A", "memory.min", 32 * MB));
	expect_eq(use_file("A", DISK_DIR "/kept", 12 * MB), 0);
	before = field("A", STAT, "file");
	group_write("", RECLAIM, "1G");
	expect_eq(field("A", STAT, "file"), before);
}

/*
 * Two whose min comes to twice their parent's have half of it each.  For that the
 * parent has to know what they use of it, reserves or not.
 */
static void memory_min_is_shared_as_ever(void)
{
	use_disk();
	make("A", 0, 2 * MB);
	make("A/P", 0, 2 * MB);
	make("A/P/B", 0, 1 * MB);
	make("A/P/C", 0, 1 * MB);
	expect_ok(write_bytes("A/P", "memory.min", 8 * MB));
	expect_ok(write_bytes("A/P/B", "memory.min", 8 * MB));
	expect_ok(write_bytes("A/P/C", "memory.min", 8 * MB));
	expect_eq(use_file("A/P/B", DISK_DIR "/kept", 8 * MB), 0);
	expect_eq(use_file("A/P/C", DISK_DIR "/file", 8 * MB), 0);
	expect_result(group_write("A", RECLAIM, "64M"), -EAGAIN);
	expect_ge(book("A/P", CURRENT), 8 * MB - BATCH);
	expect_le(book("A/P", CURRENT), 11 * MB);
}

/* A page in swap is of the group that had it, whoever wants it back */

#define SHARED		(8 * MB)

static int touch(void *arg)
{
	char *mem = arg;
	uint64_t at;

	for (at = 0; at < SHARED; at += PAGE)
		mem[at]++;
	return 0;
}

/* Memory that everybody shares; all of it is of a group, and in swap. */
static void *swapped_memory(const char *group)
{
	void *mem = shared_memory(SHARED);

	expect_eq(kid_wait(kid_start(group, touch, mem)), 0);
	group_write(group, RECLAIM, "8M swappiness=200");
	expect_settles(book(group, SWAP) >= SHARED - 32 * PAGE);
	return mem;
}

/* What is being written can not be taken yet. */
static void swap_all_out(const char *group)
{
	unsigned int i;

	for (i = 0; i < 500 && book(group, CURRENT) > MB; i++) {
		group_write(group, RECLAIM, "16M swappiness=200");
		sleep_ms(10);
	}
	expect_le(book(group, CURRENT), MB);
}

/* All of the limit is reserved: there is nothing to reclaim, and nobody to kill. */
static void what_does_not_fit_is_of_who_wants_it(void)
{
	uint64_t left;
	void *mem;

	use_swap();
	make("A", 48 * MB, 48 * MB);
	make("A/B", 0, 0);
	make("A/C", 0, 16 * MB);
	make("A/D", 0, 0);
	mem = swapped_memory("A/B");
	expect_ok(group_write("A/B", "memory.swap.max", "0"));
	left = book("A", MAX) - book("A", CURRENT);
	expect_ok(reserve("A/D", left - left % PAGE));

	expect_eq(kid_wait(kid_start("A/C", touch, mem)), 0);
	expect_ge(book("A/C", CURRENT), SHARED / 2);
	expect_le(book("A", CURRENT), book("A", MAX));
	expect_eq(field("A", EVENTS, "oom_kill"), 0);
}

static void what_fits_is_of_who_had_it(void)
{
	use_swap();
	make("A", 48 * MB, 48 * MB);
	make("A/B", 0, 0);
	make("A/C", 0, 16 * MB);
	expect_eq(kid_wait(kid_start("A/C", touch, swapped_memory("A/B"))), 0);
	expect_ge(field("A/B", STAT, "shmem"), SHARED - 32 * PAGE);
	expect_eq(field("A/C", STAT, "shmem"), 0);
}

/* Who looks at another's pages does not want them for himself. */
struct look {
	char *mem;
	pid_t pid;
	int step;
};

static int touch_for_another(void *arg)
{
	struct look *look = arg;

	/* Only who fills the group is to be killed. */
	if (path_write("/proc/self/oom_score_adj", "-1000"))
		return 1;
	touch(look->mem);
	store(look->step, ALL_TOUCHED);
	wait_for_step(&look->step, SWAPPED);
	/* What comes in stays. */
	if (syscall(SYS_mlock2, look->mem, SHARED, MLOCK_ONFAULT))
		return 1;
	store(look->step, ALL_READ);
	return pause();
}

static int read_anothers(void *arg)
{
	static char block[64 * KB];
	struct look *look = arg;
	unsigned int tries = 500;
	char path[32];
	uint64_t at;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", look->pid);
	fd = open(path, O_RDONLY);
	for (at = 0; at < SHARED && tries; ) {
		ssize_t done = pread(fd, block, sizeof(block),
				     (uintptr_t)look->mem + at);

		if (done > 0) {
			at += done;
			continue;
		}
		/* Who was killed in B is not gone yet. */
		sleep_ms(10);
		tries--;
	}
	return at < SHARED;
}

static int advise_another(void *arg)
{
	struct iovec pages = { .iov_len = SHARED };
	struct look *look = arg;
	int fd = syscall(SYS_pidfd_open, look->pid, 0);

	pages.iov_base = look->mem;
	return syscall(SYS_process_madvise, fd, &pages, 1, MADV_WILLNEED,
		       0) != SHARED;
}

/*
 * B is full, and can swap nothing out any more: the page that comes in again is
 * too much for it, not for C.
 */
static void expect_looker_pays_nothing(int sharing, int (*looks)(void *))
{
	struct look *look = shared_memory(sizeof(*look));
	uint64_t before;
	pid_t pid;

	use_zswap(false);
	use_swap_that_is_read_ahead();
	make("A", 64 * MB, 64 * MB);
	make("A/B", 24 * MB, 0);
	make("A/C", 0, 32 * MB);
	look->mem = mmap(NULL, SHARED, PROT_READ | PROT_WRITE,
			 sharing | MAP_ANONYMOUS, -1, 0);
	expect(look->mem != MAP_FAILED);
	look->pid = kid_start("A/B", touch_for_another, look);
	wait_for_step(&look->step, ALL_TOUCHED);
	swap_all_out("A/B");
	expect_ok(group_write("A/B", "memory.swap.max", "0"));
	read_second(&look->step);
	pid = hold_anon("A/B", 22 * MB);

	before = book("A/C", CURRENT);
	expect_eq(kid_wait(kid_start("A/C", looks, look)), 0);
	test_note("read in: %lld KiB of C, %llu tasks killed in B",
		  ((long long)book("A/C", CURRENT) - (long long)before) / KB,
		  (unsigned long long)field("A/B", EVENTS, "oom_kill"));
	expect_le(book("A/C", CURRENT), before + SHARED / 4);
	kid_kill(pid);
	kid_kill(look->pid);
}

static void who_reads_anothers_pages_does_not_pay(void)
{
	expect_looker_pays_nothing(MAP_PRIVATE, read_anothers);
}

static void who_reads_anothers_shared_pages_does_not_pay(void)
{
	expect_looker_pays_nothing(MAP_SHARED, read_anothers);
}

static void who_advises_another_does_not_pay(void)
{
	expect_looker_pays_nothing(MAP_PRIVATE, advise_another);
}

/* Neither at his own cost nor at the reader's. */
static void nobody_elses_page_is_read_ahead(void)
{
	int *step = shared_memory(sizeof(*step));
	uint64_t of_b, of_c;
	pid_t pid;

	use_zswap(false);
	use_swap_that_is_read_ahead();
	make("A", 64 * MB, 64 * MB);
	make("A/B", 0, 16 * MB);
	make("A/C", 0, 16 * MB);
	pid = mix_pages("A/B", "A/C", step);
	swap_all_out("A/B");
	swap_all_out("A/C");
	of_b = book("A/B", CURRENT);
	of_c = book("A/C", CURRENT);
	read_second(step);
	test_note("read in: %lld KiB of B, %lld KiB of C",
		  ((long long)book("A/B", CURRENT) - (long long)of_b) / KB,
		  ((long long)book("A/C", CURRENT) - (long long)of_c) / KB);
	expect_le(book("A/B", CURRENT), of_b + 32 * PAGE);
	/* C has read what was its own: half of all. */
	expect_ge(book("A/C", CURRENT), of_c + MIX_BYTES / 4);
	expect_le(book("A/C", CURRENT), of_c + MIX_BYTES / 2 + slack());
	kid_kill(pid);
}

/*
 * A thread of the kernel that reads a page to write it back works for nobody.  What
 * has no room in its own group does not become the root's.
 */
static void what_is_written_back_is_not_the_roots(void)
{
	uint64_t cached, of_a, of_e, left;
	unsigned int i;
	pid_t pid;

	use_swap();
	use_zswap(true);
	make("A", 48 * MB, 48 * MB);
	make("A/B", 0, 0);
	make("A/D", 0, 0);
	make("E", 0, 0);
	swapped_memory("A/B");
	pid = hold_anon("E", 24 * MB);
	group_write("E", RECLAIM, "512K swappiness=200");
	expect_ge(field("A/B", STAT, "zswapped"), SHARED / 2);
	left = book("A", MAX) - book("A", CURRENT);
	expect_ok(reserve("A/D", left - left % PAGE));

	/* It looks at each page twice, and at some of them for each that comes. */
	limit_zswap(0);
	for (i = 0; i < 256; i++) {
		group_write("E", RECLAIM, "64K swappiness=200");
		sleep_ms(1);
	}
	expect_settles(field("E", STAT, "zswpwb") >= 1);
	cached = field("", STAT, "swapcached");
	of_a = field("A", STAT, "swapcached");
	of_e = field("E", STAT, "swapcached");
	test_note("in the swap cache: %llu KiB, of A %llu, of E %llu",
		  (unsigned long long)(cached / KB),
		  (unsigned long long)(of_a / KB),
		  (unsigned long long)(of_e / KB));
	expect_le(cached, of_a + of_e + 64 * PAGE);
	expect_le(book("A", CURRENT), book("A", MAX));
	kid_kill(pid);
}

static int switch_swap_off(void *arg)
{
	return swapoff(arg) ? errno : 0;
}

/* It asks on behalf of all others: its own reserve does not save it. */
static void swapoff_is_killed_first(void)
{
	pid_t pid;

	use_swap();
	make("A", 40 * MB, 40 * MB);
	make("A/B", 0, 0);
	make("A/C", 0, 0);
	make("A/D", 0, 4 * MB);
	swapped_memory("A/B");
	expect_ok(group_write("A/C", "memory.swap.max", "0"));
	pid = hold_anon("A/C", 32 * MB);
	expect_eq(kid_wait(kid_start("A/D", switch_swap_off, SWAP_DISK)),
		  128 + SIGKILL);
	expect(kid_alive(pid));
	kid_kill(pid);
}

/* What a removed group has in swap is for who runs it to take, as ever. */
static void swapoff_fills_nobody_elses_group(void)
{
	pid_t pid;

	use_swap();
	make("A", 64 * MB, 64 * MB);
	make("A/B", 0, 0);
	make("A/C", 4 * MB, 0);
	pid = hold_anon("A/B", 12 * MB);
	swap_all_out("A/B");
	expect_ok(attach("A/C", pid));
	expect_ok(group_rmdir("A/B"));
	expect_eq(swapoff(SWAP_DISK), 0);
	expect(kid_alive(pid));
	expect_eq(field("A/C", EVENTS, "oom_kill"), 0);
	kid_kill(pid);
}

/* Killing a group as a whole: a reserve inside does not save from that */

static void oom_group_wins_over_a_reserve_inside(void)
{
	pid_t inside, outside;

	make("A", 48 * MB, 48 * MB);
	make("A/G", 0, 12 * MB);
	make("A/G/P", 0, 12 * MB);
	make("A/G/V", 0, 0);
	make("A/O", 0, 16 * MB);
	expect_ok(group_write("A/G", "memory.oom.group", "1"));
	inside = hold_anon("A/G/P", 8 * MB);
	outside = hold_anon("A/O", 12 * MB);
	expect_eq(use_anon("A/G/V", 32 * MB), 128 + SIGKILL);
	expect_eq(kid_wait(inside), 128 + SIGKILL);
	expect(kid_alive(outside));
	expect_eq(field("A/G", EVENTS, "oom_group_kill"), 1);
	expect_eq(field("A/O", EVENTS, "oom_kill"), 0);
	kid_kill(outside);
}

static void oom_of_a_sibling_spares_a_group(void)
{
	pid_t inside;

	make("A", 48 * MB, 48 * MB);
	make("A/G", 0, 28 * MB);
	make("A/G/P", 0, 0);
	make("A/V", 0, 0);
	expect_ok(group_write("A/G", "memory.oom.group", "1"));
	inside = hold_anon("A/G/P", 24 * MB);
	expect_eq(use_anon("A/V", 32 * MB), 128 + SIGKILL);
	expect(kid_alive(inside));
	expect_eq(field("A/G", EVENTS, "oom_group_kill"), 0);
	kid_kill(inside);
}

/* Each case a second time, with the multi-gen LRU. */
#define LRU_GEN(name)							\
static void name##_lru_gen(void)					\
{									\
	use_lru_gen(true);						\
	name();								\
}

LRU_GEN(a_thrashing_sibling_takes_nothing)
LRU_GEN(all_below_is_protected)
LRU_GEN(above_it_only_the_excess_is_taken)
LRU_GEN(reclaim_stops_at_the_reserve)
LRU_GEN(many_that_reclaim_take_the_excess_once)
LRU_GEN(memory_reclaim_takes_nothing)
LRU_GEN(machine_takes_it)
LRU_GEN(oom_kills_nobody_within)
LRU_GEN(who_asks_is_not_protected)
LRU_GEN(nor_is_a_group_above_who_asks)
LRU_GEN(a_growth_asks_for_those_between)
LRU_GEN(anon_within_is_not_swapped_out)
LRU_GEN(of_anon_above_it_the_excess_is_swapped_out)
LRU_GEN(memory_reclaim_swaps_nothing_out)
LRU_GEN(memory_high_swaps_nothing_out)
LRU_GEN(nothing_within_goes_to_zswap)
LRU_GEN(excess_goes_to_zswap)
LRU_GEN(oom_group_wins_over_a_reserve_inside)
LRU_GEN(oom_of_a_sibling_spares_a_group)

static const struct test_case cases[] = {
	CASE(a_thrashing_sibling_takes_nothing),
	CASE(all_below_is_protected),
	CASE(above_it_only_the_excess_is_taken),
	CASE(reclaim_stops_at_the_reserve),
	CASE(many_that_reclaim_take_the_excess_once),
	CASE(above_it_a_group_gives_its_share),
	CASE(what_the_kernel_caches_is_not_shrunk),
	CASE(memory_reclaim_takes_nothing),
	CASE(machine_takes_it),
	CASE(machine_kills_who_is_within),
	CASE(oom_kills_nobody_within),
	CASE(oom_kills_who_gives_most),
	CASE(oom_kills_whom_user_space_wants),
	CASE(who_asks_is_not_protected),
	CASE(nor_is_a_group_above_who_asks),
	CASE(a_growth_asks_for_those_between),
	CASE(one_kill_makes_room_for_all),
	CASE(anon_within_is_not_swapped_out),
	CASE(of_anon_above_it_the_excess_is_swapped_out),
	CASE(memory_reclaim_swaps_nothing_out),
	CASE(cache_within_is_not_there_to_trim),
	CASE(memory_high_swaps_nothing_out),
	CASE(nothing_within_goes_to_zswap),
	CASE(excess_goes_to_zswap),
	CASE(with_memory_min_the_machine_takes_nothing),
	CASE(memory_min_is_shared_as_ever),
	CASE(what_does_not_fit_is_of_who_wants_it),
	CASE(what_fits_is_of_who_had_it),
	CASE(who_reads_anothers_pages_does_not_pay),
	CASE(who_reads_anothers_shared_pages_does_not_pay),
	CASE(who_advises_another_does_not_pay),
	CASE(nobody_elses_page_is_read_ahead),
	CASE(what_is_written_back_is_not_the_roots),
	CASE(swapoff_is_killed_first),
	CASE(swapoff_fills_nobody_elses_group),
	CASE(oom_group_wins_over_a_reserve_inside),
	CASE(oom_of_a_sibling_spares_a_group),
	CASE(a_thrashing_sibling_takes_nothing_lru_gen),
	CASE(all_below_is_protected_lru_gen),
	CASE(above_it_only_the_excess_is_taken_lru_gen),
	CASE(reclaim_stops_at_the_reserve_lru_gen),
	CASE(many_that_reclaim_take_the_excess_once_lru_gen),
	CASE(memory_reclaim_takes_nothing_lru_gen),
	CASE(machine_takes_it_lru_gen),
	CASE(oom_kills_nobody_within_lru_gen),
	CASE(who_asks_is_not_protected_lru_gen),
	CASE(nor_is_a_group_above_who_asks_lru_gen),
	CASE(a_growth_asks_for_those_between_lru_gen),
	CASE(anon_within_is_not_swapped_out_lru_gen),
	CASE(of_anon_above_it_the_excess_is_swapped_out_lru_gen),
	CASE(memory_reclaim_swaps_nothing_out_lru_gen),
	CASE(memory_high_swaps_nothing_out_lru_gen),
	CASE(nothing_within_goes_to_zswap_lru_gen),
	CASE(excess_goes_to_zswap_lru_gen),
	CASE(oom_group_wins_over_a_reserve_inside_lru_gen),
	CASE(oom_of_a_sibling_spares_a_group_lru_gen),
};

int main(int argc, char **argv)
{
	return reserve_main(cases, ARRAY_SIZE(cases), argc, argv);
}
