// SPDX-License-Identifier: GPL-2.0-only
/*
 * A group within its reserve below a parent that is full: huge pages, dirty
 * pages and sockets go on as if the parent had room.  And many siblings.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memcg_hier_util.h"
#include "reserve_util.h"

#define HUGE_PAGE	(2 * MB)
#define HUGE_PAGES	"/proc/sys/vm/nr_hugepages"

/* Huge pages */

struct huge {
	uint64_t bytes;
	int flags;
	unsigned int done, go;
};

static int use_huge(void *arg)
{
	struct huge *huge = arg;
	char *mem = mmap(NULL, huge->bytes + HUGE_PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | huge->flags, -1, 0);
	uint64_t at;

	if (mem == MAP_FAILED)
		return 1;
	mem += HUGE_PAGE - (uintptr_t)mem % HUGE_PAGE;
	if (!huge->flags && madvise(mem, huge->bytes, MADV_HUGEPAGE))
		return 1;
	for (at = 0; at < huge->bytes; at += PAGE)
		mem[at] = 1;
	store(huge->done, 1);
	while (!load(huge->go))
		sleep_ms(1);
	return 0;
}

static struct huge *new_huge(uint64_t bytes, int flags)
{
	struct huge *huge = shared_memory(sizeof(*huge));

	huge->bytes = bytes;
	huge->flags = flags;
	return huge;
}

static pid_t start_huge(const char *group, struct huge *huge)
{
	pid_t pid = kid_start(group, use_huge, huge);

	while (!load(huge->done)) {
		if (!kid_alive(pid))
			fail("a task in %s ended while it used memory", group);
		sleep_ms(1);
	}
	return pid;
}

static void skip_without_thp(void)
{
	if (access("/sys/kernel/mm/transparent_hugepage/enabled", F_OK))
		test_skip("the kernel has no transparent huge pages");
}

/* The last of them does not fit: small pages take what the reserve has left. */
static void a_huge_page_falls_back_at_the_wall(void)
{
	struct huge *huge = new_huge(9 * MB, 0);
	uint64_t kernel, full;
	pid_t filler, pid;

	skip_without_thp();
	make("A", 64 * MB, 40 * MB);
	make("A/B", 0, 0);
	make("A/C", 0, 0);
	kernel = parents_own("A");
	expect_ok(reserve("A/B", 9 * MB + 640 * KB));
	filler = hold_anon("A/C", 8 * MB);
	fill_up("A");
	full = book("A", CURRENT);
	pid = start_huge("A/B", huge);
	expect_eq(field("A/B", STAT, "anon_thp"), 8 * MB);
	expect_ge(field("A/B", STAT, "anon"), 9 * MB);
	expect_le(book("A/B", CURRENT), 9 * MB + 640 * KB);
	expect_le(book("A", CURRENT), full);
	expect_eq(field("A", EVENTS, "oom_kill"), 0);
	store(huge->go, 1);
	expect_eq(kid_wait(pid), 0);
	kid_kill(filler);
	expect_own("A", kernel);
}

/* 512 pages in one charge, some of them within the reserve, some above. */
static void a_huge_page_across_the_wall(void)
{
	struct huge *huge = new_huge(8 * MB, 0);
	uint64_t kernel;
	pid_t pid;

	skip_without_thp();
	make("A", 64 * MB, 40 * MB);
	make("A/B", 0, 0);
	kernel = parents_own("A");
	expect_ok(reserve("A/B", 7 * MB));
	expect_eq(book("A", CURRENT), kernel + 7 * MB);
	pid = start_huge("A/B", huge);
	expect_eq(field("A/B", STAT, "anon_thp"), 8 * MB);
	expect_ge(book("A/B", CURRENT), 8 * MB);
	expect_own("A", kernel);
	store(huge->go, 1);
	expect_eq(kid_wait(pid), 0);
	expect_settles(book("A", CURRENT) == kernel + 7 * MB);
}

static void account_hugetlb(void)
{
	char path[4096];

	if (mount("none", group_path(path, "", NULL), "cgroup2", MS_REMOUNT,
		  "memory_hugetlb_accounting"))
		test_skip("cgroup2 has no memory_hugetlb_accounting");
	if (path_write(HUGE_PAGES, "16"))
		test_skip("the kernel has no huge pages");
}

static void hugetlb_within_is_paid_for(void)
{
	struct huge *huge = new_huge(8 * MB, MAP_HUGETLB);
	struct huge *more = new_huge(4 * MB, MAP_HUGETLB);
	uint64_t kernel;
	pid_t pid;

	account_hugetlb();
	make("A", 64 * MB, 40 * MB);
	make("A/B", 0, 0);
	kernel = parents_own("A");
	expect_ok(reserve("A/B", 10 * MB));
	fill_up("A");
	pid = start_huge("A/B", huge);
	expect_ge(book("A/B", CURRENT), 8 * MB);
	expect_eq(book("A", CURRENT), kernel + 10 * MB);
	/* The second of these two is not within it. */
	expect_ok(write_bytes("A", MAX, 64 * MB));
	store(more->go, 1);
	expect_eq(kid_wait(kid_start("A/B", use_huge, more)), 0);
	store(huge->go, 1);
	expect_eq(kid_wait(pid), 0);
	expect_settles(book("A", CURRENT) == kernel + 10 * MB);
	expect_ok(path_write(HUGE_PAGES, "0"));
}

/* Dirty pages */

/* In hundredths of a second: how often the kernel looks for what to write. */
#define WRITEBACK_INTERVAL	"/proc/sys/vm/dirty_writeback_centisecs"

/* The kernel looks at statistics that are up to two seconds old. */
#define STATISTICS_ARE_OLD	5

/*
 * Written, and not waited for: what is still dirty was not throttled.  The second
 * half is written when the first is in the statistics.
 */
static int write_dirty(void *arg)
{
	static const char block[64 * KB];
	int fd = open(DISK_DIR "/dirty", O_WRONLY | O_CREAT | O_TRUNC, 0644);
	uint64_t left, bytes = *(uint64_t *)arg;

	for (left = bytes; fd >= 0 && left; left -= sizeof(block)) {
		if (left == bytes / 2)
			sleep(STATISTICS_ARE_OLD);
		if (write(fd, block, sizeof(block)) != sizeof(block))
			return 1;
	}
	return fd < 0;
}

/*
 * The parent is full.  With the reserve the limit for dirty pages is a fifth
 * of 160M, without, a fifth of the few pages that there are.
 */
static void a_full_parent_throttles_no_writer(void)
{
	uint64_t bytes = 12 * MB, start;
	char interval[16];
	pid_t filler;

	use_disk();
	expect_ok(path_read(WRITEBACK_INTERVAL, interval, sizeof(interval)));
	make("A", 256 * MB, 192 * MB);
	make("A/B", 0, 160 * MB);
	make("A/C", 0, 0);
	filler = hold_anon("A/C", 8 * MB);
	fill_up("A");
	/* Nothing is written but for a writer that has to wait for it. */
	expect_ok(path_write(WRITEBACK_INTERVAL, "60000"));
	start = now_ms();
	expect_eq(kid_wait(kid_start("A/B", write_dirty, &bytes)), 0);
	test_note("%llu MiB written in %llu ms",
		  (unsigned long long)(bytes / MB),
		  (unsigned long long)(now_ms() - start));
	expect_ok(path_write(WRITEBACK_INTERVAL, interval));
	expect_ge(field("A/B", STAT, "file_dirty") +
		  field("A/B", STAT, "file_writeback"), bytes * 7 / 8);
	kid_kill(filler);
}

/* Sockets */

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		test_skip("the kernel has no internet sockets");
	request.ifr_flags = IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request))
		fail("lo: %s", strerror(errno));
	close(fd);
}

#define TRANSFERRED	(16 * MB)
/* A window begins with 64 KiB; how far it grows from there is a matter of time. */
#define SMALL_WINDOW	(128 * KB)
#define GROWN_WINDOW	(256 * KB)

struct transfer {
	uint64_t window;
	unsigned int ready, go;
};

/*
 * Send to oneself.  The window begins small, and grows with what is read; under
 * socket pressure it does not.
 */
static int transfer_data(void *arg)
{
	static char block[64 * KB];
	struct sockaddr_in to = { .sin_family = AF_INET };
	socklen_t len = sizeof(to);
	struct transfer *transfer = arg;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int in, out = socket(AF_INET, SOCK_STREAM, 0);
	struct tcp_info info;
	uint64_t sum;
	ssize_t done;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (void *)&to, sizeof(to)) || listen(listener, 1) ||
	    getsockname(listener, (void *)&to, &len) ||
	    connect(out, (void *)&to, sizeof(to)))
		return 1;
	in = accept(listener, NULL, NULL);
	if (in < 0)
		return 1;
	store(transfer->ready, 1);
	while (!load(transfer->go))
		sleep_ms(1);
	fcntl(out, F_SETFL, O_NONBLOCK);
	fcntl(in, F_SETFL, O_NONBLOCK);
	for (sum = 0; sum < TRANSFERRED; ) {
		while (write(out, block, sizeof(block)) > 0)
			;
		while ((done = read(in, block, sizeof(block))) > 0)
			sum += done;
		sleep_ms(1);
	}
	len = sizeof(info);
	if (getsockopt(in, IPPROTO_TCP, TCP_INFO, &info, &len))
		return 1;
	transfer->window = info.tcpi_rcv_ssthresh;
	close(in);
	close(out);
	return 0;
}

static uint64_t window_in(const char *group)
{
	struct transfer *transfer = shared_memory(sizeof(*transfer));
	pid_t pid = kid_start(group, transfer_data, transfer);

	while (!load(transfer->ready))
		sleep_ms(1);
	store(transfer->go, 1);
	expect_eq(kid_wait(pid), 0);
	return transfer->window;
}

/* A full parent is no reason to take less at a time. */
static void a_connection_within_takes_as_much(void)
{
	uint64_t alone, full;
	pid_t filler;

	loopback_up();
	make("A", 128 * MB, 64 * MB);
	make("A/B", 0, 48 * MB);
	make("A/C", 0, 0);
	alone = window_in("A/B");
	filler = hold_anon("A/C", 8 * MB);
	fill_up("A");
	full = window_in("A/B");
	test_note("window: %llu KiB, %llu KiB below a full parent",
		  (unsigned long long)(alone / KB),
		  (unsigned long long)(full / KB));
	expect_ge(alone, GROWN_WINDOW);
	expect_ge(full, GROWN_WINDOW);
	kid_kill(filler);
}

/* Pages of a group that reclaim finds again and again, and can not take */

#define PIPE_BYTES	MB

struct pinned {
	const char *path;
	uint64_t bytes;
	unsigned int ready;
};

static bool put_into_pipe(int fd, uint64_t bytes)
{
	int ends[2];

	return !pipe(ends) && fcntl(ends[1], F_SETPIPE_SZ, bytes) >= 0 &&
	       splice(fd, NULL, ends[1], NULL, bytes, 0) == (ssize_t)bytes;
}

/* What is in a pipe is in use, but by nobody's page tables. */
static int pin_and_leave(void *arg)
{
	struct pinned *pinned = arg;
	uint64_t at;
	int fd;

	if (write_file(pinned->path, pinned->bytes))
		return 1;
	fd = open(pinned->path, O_RDONLY);
	for (at = 0; at < pinned->bytes; at += PIPE_BYTES)
		if (!put_into_pipe(fd, PIPE_BYTES))
			return 1;
	if (attach("", getpid()))
		return 1;
	store(pinned->ready, 1);
	for (;;)
		pause();
}

static pid_t pin_in(const char *group, const char *path, uint64_t bytes)
{
	struct pinned *pinned = shared_memory(sizeof(*pinned));
	pid_t pid;

	pinned->path = path;
	pinned->bytes = bytes;
	pid = kid_start(group, pin_and_leave, pinned);
	while (!load(pinned->ready)) {
		expect(kid_alive(pid));
		sleep_ms(1);
	}
	return pid;
}

/*
 * Reclaim in the parent scans a lot and takes little: who is not within a reserve
 * has small windows for a second.  If the reader gets no CPU for as long, for none.
 */
static void socket_pressure_ends_at_a_reserve(void)
{
	uint64_t alone, within, without;
	unsigned int tries = 5;
	pid_t pinner, reader;

	loopback_up();
	use_disk();
	make("A", 128 * MB, 64 * MB);
	pinner = pin_in("A", DISK_DIR "/pinned", 16 * MB);
	make("A/B", 0, 40 * MB);
	make("A/C", 0, 0);
	make("A/D", 0, 0);
	alone = window_in("A/B");
	expect_eq(use_file("A/C", DISK_DIR "/file", 32 * MB), 0);
	reader = kid_start("A/C", keep_reading, DISK_DIR "/file");
	expect_ok(write_bytes("A", MAX, 80 * MB));
	sleep_ms(1000);
	do {
		without = window_in("A/D");
		within = window_in("A/B");
	} while (--tries && without > SMALL_WINDOW && within >= GROWN_WINDOW);
	test_note("window: %llu KiB; beside a reader %llu KiB within a reserve, %llu KiB without",
		  (unsigned long long)(alone / KB),
		  (unsigned long long)(within / KB),
		  (unsigned long long)(without / KB));
	kid_kill(reader);
	kid_kill(pinner);
	expect_ge(alone, GROWN_WINDOW);
	expect_le(without, SMALL_WINDOW);
	expect_ge(within, GROWN_WINDOW);
}

/* Many siblings */

#define SIBLINGS	1000

static uint64_t time_to_reclaim(unsigned int times)
{
	uint64_t took = 0, start;
	unsigned int i;

	for (i = 0; i < times; i++) {
		expect_eq(use_file("A/C", DISK_DIR "/file", 8 * MB), 0);
		start = now_ms();
		expect_ok(group_write("A", RECLAIM, "4M"));
		took += now_ms() - start;
	}
	return took;
}

static void a_thousand_siblings(void)
{
	uint64_t one, many, kept;
	unsigned int i;
	char group[32];

	if (getenv("MEMCG_HIER_UNTIMED"))
		test_skip("times mean nothing on this kernel");
	use_disk();
	make("A", 128 * MB, 96 * MB);
	make("A/B", 0, 16 * MB);
	make("A/C", 0, 0);
	expect_eq(use_file("A/B", DISK_DIR "/kept", 8 * MB), 0);
	kept = field("A/B", STAT, "file");
	one = time_to_reclaim(10);
	for (i = 0; i < SIBLINGS; i++) {
		snprintf(group, sizeof(group), "A/s%u", i);
		expect_ok(group_mkdir(group));
		expect_ok(reserve(group, 64 * KB));
	}
	expect_eq(book("A", RESERVED), 16 * MB + SIBLINGS * 64 * KB);
	many = time_to_reclaim(10);
	test_note("memory.reclaim of 40 MiB: %llu ms beside 1, %llu ms beside %u",
		  (unsigned long long)one, (unsigned long long)many, SIBLINGS);
	/* Ten walks over all of them, but none that looks into one. */
	expect_le(many, 20 * one + 1000);
	expect_eq(use_file("A/C", DISK_DIR "/file", 128 * MB), 0);
	expect_eq(field("A/B", STAT, "file"), kept);
	expect_eq(field("A/B", STAT, "pgscan"), 0);
	for (i = 0; i < SIBLINGS; i++) {
		snprintf(group, sizeof(group), "A/s%u", i);
		expect_ok(group_rmdir(group));
	}
	expect_eq(book("A", RESERVED), 16 * MB);
}

static const struct test_case cases[] = {
	CASE(a_huge_page_falls_back_at_the_wall),
	CASE(a_huge_page_across_the_wall),
	CASE(hugetlb_within_is_paid_for),
	CASE(a_full_parent_throttles_no_writer),
	CASE(a_connection_within_takes_as_much),
	CASE(socket_pressure_ends_at_a_reserve),
	SLOW_CASE(a_thousand_siblings, 300),
};

int main(int argc, char **argv)
{
	return reserve_main(cases, ARRAY_SIZE(cases), argc, argv);
}
