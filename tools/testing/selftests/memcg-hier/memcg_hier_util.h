/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Helpers for the hardwall memory hierarchy's selftests: named cases with TAP
 * output, groups and their books, children that use memory in a group.
 *
 * A group is named by its path below the memory hierarchy's root: "A/B".  ""
 * is the root.  Top-level groups carry a prefix on disk, so that a test
 * never touches a group that is not its own.
 */
#ifndef MEMCG_HIER_UTIL_H
#define MEMCG_HIER_UTIL_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PAGE		4096ULL
#define KB		1024ULL
#define MB		(1024 * KB)
/* LLONG_MAX in whole pages: what an unlimited group reads as. */
#define LIMIT_MAX	9223372036854771712ULL

#define LIMIT		"memory.limit_in_bytes"
#define USAGE		"memory.usage_in_bytes"
#define MAX_USAGE	"memory.max_usage_in_bytes"
#define KMEM_USAGE	"memory.kmem.usage_in_bytes"
#define FAILCNT		"memory.failcnt"
#define MEMSW_LIMIT	"memory.memsw.limit_in_bytes"
#define MEMSW_USAGE	"memory.memsw.usage_in_bytes"
#define BORROW		"memory.borrow"
#define SECURITY	"memory.security"
#define FORCE_EMPTY	"memory.force_empty"

/* Of v2 */
#define RESERVE		"memory.reserve"
#define RESERVED	"memory.reserved"
#define CURRENT		"memory.current"

/* Let the compiler check the arguments against the format. */
#define PRINTF_LIKE(fmt, args)	__attribute((format(printf, fmt, args)))
#define NO_RETURN		__attribute((noreturn))

/* Cases, each run in a process of its own with everything removed after it. */
struct test_case {
	const char *name;
	void (*run)(void);
	unsigned int timeout;	/* seconds; 0: the default */
};

#define CASE(name)		{ #name, name, 0 }
#define SLOW_CASE(name, timeout) { #name, name, timeout }

/* A program's main(): the cases, or those named on the command line. */
int test_main(const struct test_case *cases, size_t count, bool hier,
	      int argc, char **argv);
/*
 * The same where v2 has the memory controller.  There a limit is a reserve to
 * set_limit(), as to the root's cap.
 */
int test_main_v2(const struct test_case *cases, size_t count, int argc,
		 char **argv);

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
/* End the case: a failure at a place, or a skip with its reason. */
void test_fail(const char *file, int line, const char *fmt, ...)
	PRINTF_LIKE(3, 4) NO_RETURN;
void test_skip(const char *fmt, ...) PRINTF_LIKE(1, 2) NO_RETURN;
void test_note(const char *fmt, ...) PRINTF_LIKE(1, 2);

void expect_result_at(const char *file, int line, const char *what, long got,
		      long want);
void expect_cmp_at(const char *file, int line, const char *what,
		   uint64_t got, char op, uint64_t want);
void expect_near_at(const char *file, int line, const char *what,
		    uint64_t got, uint64_t want, uint64_t slack);

#define fail(...)		test_fail(__FILE__, __LINE__, __VA_ARGS__)
#define expect(cond)							\
	do {								\
		if (!(cond))						\
			fail("expected %s", #cond);			\
	} while (0)
/* 0 or -errno */
#define expect_result(call, want)					\
	expect_result_at(__FILE__, __LINE__, #call, call, want)
#define expect_ok(call)		expect_result(call, 0)
#define expect_eq(got, want)						\
	expect_cmp_at(__FILE__, __LINE__, #got, got, '=', want)
#define expect_le(got, want)						\
	expect_cmp_at(__FILE__, __LINE__, #got, got, '<', want)
#define expect_ge(got, want)						\
	expect_cmp_at(__FILE__, __LINE__, #got, got, '>', want)
/* Equal but for the kernel memory and charge caches of the base. */
#define expect_near(got, want)						\
	expect_near_at(__FILE__, __LINE__, #got, got, want, slack())

/* The base: 2.6.26 charges nothing but user pages and keeps no caches. */
bool old_base(void);
uint64_t slack(void);
/* How long books may take to settle; 0: they are right at once. */
unsigned int settle_ms(void);
bool booted_off(void);

/* Until cond holds or the books must have settled; true if it held. */
#define settles(cond)							\
({									\
	unsigned int waited_;						\
	bool held_;							\
									\
	for (waited_ = 0; !(held_ = (cond)) && waited_ < settle_ms();	\
	     waited_ += 10)						\
		sleep_ms(10);						\
	held_;								\
})
#define expect_settles(cond)						\
	do {								\
		if (settles(cond))					\
			break;						\
		note_books();						\
		fail("expected within %u ms: %s", settle_ms(),		\
		     #cond);						\
	} while (0)

void sleep_ms(unsigned int ms);
uint64_t now_ms(void);

/*
 * The hierarchy as a file system.  To unmount it skips the case where others
 * use it; a case that ends without it gets it mounted again.
 */
void hierarchy_mount(void);
void hierarchy_umount(void);
/* Whether it exists, mounted or not: removed groups may keep it. */
bool hierarchy_exists(void);
/* Its groups, the root and the removed ones that are not freed included. */
unsigned long hierarchy_groups(void);

/* Groups.  Those that return int: 0 or -errno. */
const char *group_path(char *buf, const char *group, const char *file);
int group_mkdir(const char *group);
int group_rmdir(const char *group);
bool group_exists(const char *group);
int group_open(const char *group, const char *file, int flags);
int group_write(const char *group, const char *file, const char *text);
int fd_write(int fd, const void *text, size_t len);
/* Any file; 0 or -errno. */
int path_write(const char *path, const char *text);
int path_read(const char *path, char *text, size_t size);
/* Removed before the file was opened, or since. */
bool is_gone(int ret);
int set_limit(const char *group, uint64_t limit);
int attach(const char *group, pid_t pid);
bool holds_task(const char *group, pid_t pid);
bool group_is_empty(const char *group);
/* Make it and set its limit, or fail the case. */
void make_group(const char *group, uint64_t limit);
/* Kill all that is in a group, and see it out. */
void kill_group(const char *group);
/* Kill all that is inside, remove it and all below; 0 or -errno. */
int destroy_group(const char *group);

/* Books */
struct books {
	uint64_t limit, usage, max_usage, failcnt, borrow, security;
};

uint64_t book(const char *group, const char *file);
uint64_t own(const char *group);
uint64_t room(const char *group);
struct books books_of(const char *group);

/* An eventfd for each time that a book crosses a value, and how often it has. */
int threshold(const char *group, const char *file, uint64_t bytes);
uint64_t crossings(int event);

/* The books of the root and of every group below it. */
#define SNAP_GROUPS	96

struct snapshot {
	unsigned int count;
	struct {
		char group[96];
		struct books books;
	} entry[SNAP_GROUPS];
};

void snapshot_take(struct snapshot *snap);
/* For the reader of a failure. */
void note_books(void);
/* Nothing has changed, but for one more failure of the lender (or NULL). */
void expect_unchanged_at(const char *file, int line,
			 const struct snapshot *before, const char *lender);
#define expect_unchanged(before, lender)				\
	expect_unchanged_at(__FILE__, __LINE__, before, lender)

/* A write is refused, and leaves every book of every group as it was. */
void expect_refused_at(const char *file, int line, const char *group,
		       const char *text, int error, const char *lender);
#define expect_refused(group, text, error, lender)			\
	expect_refused_at(__FILE__, __LINE__, group, text, error, lender)
#define expect_limit_refused(group, limit, error, lender)		\
do {									\
	char text_[32];							\
									\
	expect_refused(group, limit_text(text_, limit), error, lender);	\
} while (0)
const char *limit_text(char *buf, uint64_t limit);

/* The invariants of section 1, over the whole tree. */
void expect_invariants_at(const char *file, int line);
#define expect_invariants()	expect_invariants_at(__FILE__, __LINE__)

/* Children.  A kid runs in a group, where it was attached before it began. */
pid_t kid_start(const char *group, int (*run)(void *arg), void *arg);
int kid_wait(pid_t pid);	/* exit status, or 128 + signal */
void kid_kill(pid_t pid);
bool kid_alive(pid_t pid);
void send_kill(pid_t pid);
/*
 * A write whose rounds of reclaim last about a second each is ended in the midst of
 * one, and not after it.  Its status then is that; again() makes all as it was.
 */
void expect_prompt_end_at(const char *file, int line, int (*write)(void *arg),
			  void (*end)(pid_t writer), int status,
			  void (*again)(void));
#define expect_prompt_end(write, end, status, again)			\
	expect_prompt_end_at(__FILE__, __LINE__, write, end, status, again)
/* Any process, that stays in the group the case is in. */
pid_t spawn(int (*run)(void *arg), void *arg);
/* The calling process from now on runs on one CPU; false if there is none. */
bool run_on_cpu(unsigned int cpu);
/*
 * Isolate CPU 1 for the tasks in a group, or on v1 for those that join; skips the
 * case where that can not be.
 */
void isolate_cpu_1(const char *group);
bool join_cpu_1(void);
/* At the latest when the case ends. */
void end_isolation(void);
/*
 * A task on CPU 1 leaves a stock, and one on CPU 0 fills up their group, or groups,
 * to a limit of this or one above: how often does it find the stock before the OOM
 * killer comes?  That does not wait for another CPU, so that it can be too soon.
 */
#define STOCKS_LIMIT	(2 * MB)
#define STOCKS		10
unsigned int stocks_found(const char *limited, const char *on_cpu_1,
			  const char *on_cpu_0);

/*
 * Somebody writes two values to a file again and again, and then gets no CPU any
 * more.  Is it one in ten of another's writes that takes longer than three seconds?
 * A preemptible kernel can take the CPU from who has a mutex: there it may be half.
 */
struct rewrite {
	const char *group, *file, *text[2];
};

#define REWRITES	10
void expect_not_held_up_at(const char *file, int line,
			   const struct rewrite *starved,
			   const struct rewrite *other);
#define expect_not_held_up(starved, other)				\
	expect_not_held_up_at(__FILE__, __LINE__, starved, other)

/* A user who was given a group: its directory, to make groups in. */
#define DELEGATE	1000
void chown_group_file(const char *group, const char *file);
void delegate(const char *group);
/* In a process of that user; its status. */
int as_delegate(int (*run)(void *arg), void *arg);

/* Use memory in a group. */
struct use {
	uint64_t anon;		/* private pages */
	uint64_t shared;	/* shared anonymous pages */
	const char *file;	/* written, if not NULL */
	uint64_t file_bytes;
};

/* Use it and hold it until killed. */
pid_t hold_in(const char *group, const struct use *use);
/* Use it and exit; the kid's status. */
int use_in(const char *group, const struct use *use);
int touch_anon(uint64_t bytes);
int write_file(const char *path, uint64_t bytes);
int read_file(void *path);
/* For ever */
int keep_reading(void *path);
/*
 * Of that many pages, which it drops before it starts again, and so slowly that
 * reclaim always finds a few and never many.
 */
#define SLOW_PAGES	4096
int keep_reading_slowly(void *path);

/* Storage, set up afresh for a case and taken down after it. */
#define SHM_DIR		"/tmp/memcg-hier.shm"
#define DISK_DIR	"/tmp/memcg-hier.disk"
/* At most what a mounted disk keeps in use of whoever touched it first. */
#define METADATA	(512 * KB)
void use_shm(void);
/* In a directory, of no size: memory of the kernel, at least FILES_BYTES */
#define FILES		2000
#define FILES_BYTES	(FILES * 512)
int make_files(void *dir);
/* In shm */
void unlink_files(void);
void use_disk(void);
/* Write a file on it, and leave its pages to who reads it first. */
void make_file(const char *file, uint64_t bytes);
#define SWAP_DISK	"/dev/ram1"
/* The case, where there is no limit of memory+swap */
void skip_without_memsw(void);
void use_swap(void);
/* Nobody reads ahead from a RAM disk, which has no queue to wait for. */
void use_swap_that_is_read_ahead(void);
/* What a task that is swapped out and reads its pages in tells, and is told. */
enum { FIRST_TOUCHED = 1, MOVED, ALL_TOUCHED, SWAPPED, ALL_READ };
void wait_for_step(const int *step, int which);
/*
 * Start a task whose pages lie side by side, two of one group and two of another,
 * in which it is then.  read_second() has it read what is of that one.
 */
#define MIX_BYTES	(16 * MB)
pid_t mix_pages(const char *first, const char *second, int *step);
void read_second(int *step);
/*
 * Mount the hierarchy afresh, with other controllers beside memory; skips the
 * case if the kernel lacks one, or if others use the hierarchy.
 */
void use_controllers(const char *controller);

/* Memory that all children of a case share, and how to read and write it. */
void *shared_memory(size_t size);
#define load(var)		__atomic_load_n(&(var), __ATOMIC_SEQ_CST)
#define store(var, value)	__atomic_store_n(&(var), value, __ATOMIC_SEQ_CST)
#define add_one(var)		__atomic_fetch_add(&(var), 1, __ATOMIC_SEQ_CST)

/* Seconds that a timed test runs for. */
unsigned int test_seconds(unsigned int otherwise);

#endif /* MEMCG_HIER_UTIL_H */
