// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers for the hardwall memory hierarchy's selftests.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "memcg_hier_util.h"

#define PREFIX		"hw."
#define CASE_TIMEOUT	180
#define CLEANUP_MS	20000
#define SETTLE_MS	10000
#define SHM_BYTES	"size=544m"
#define V2_DIR		"/tmp/memcg-hier.v2"

enum { STATUS_PASS = 0, STATUS_FAIL = 1, STATUS_SKIP = 4 };

static char root_dir[PATH_MAX] = "/cg";
static uint64_t root_limit, root_security;
static char *skip_reason;
static bool *remounted;
/* The memory controller is v2's: then the root's limit is its cap. */
static bool on_v2;

/* Base */

bool old_base(void)
{
	struct utsname name;

	return !uname(&name) && !strncmp(name.release, "2.6.", 4);
}

/*
 * What usage may be off by: the kernel's own memory for a few tasks and
 * groups, and a charge cache of 64 pages on every CPU.
 */
uint64_t slack(void)
{
	if (old_base())
		return 0;
	return 512 * KB + sysconf(_SC_NPROCESSORS_ONLN) * 64 * PAGE;
}

unsigned int settle_ms(void)
{
	return old_base() ? 0 : SETTLE_MS;
}

bool booted_off(void)
{
	char line[4096];
	bool off = false;
	FILE *file = fopen("/proc/cmdline", "r");

	if (file) {
		off = fgets(line, sizeof(line), file) &&
		      strstr(line, "memcg_hier=off");
		fclose(file);
	}
	return off;
}

/* Time */

void sleep_ms(unsigned int ms)
{
	struct timespec left = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

unsigned int test_seconds(unsigned int otherwise)
{
	const char *text = getenv("MEMCG_HIER_SECONDS");
	unsigned int seconds = text ? strtoul(text, NULL, 10) : 0;

	return seconds ? seconds : otherwise;
}

/* Verdicts */

static void print_comment(const char *place, const char *fmt, va_list args)
{
	char text[1024];

	vsnprintf(text, sizeof(text), fmt, args);
	printf("# %s%s\n", place, text);
	fflush(stdout);
}

void test_note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_comment("", fmt, args);
	va_end(args);
}

void test_fail(const char *file, int line, const char *fmt, ...)
{
	char place[PATH_MAX];
	va_list args;

	snprintf(place, sizeof(place), "%s:%d: ", file, line);
	va_start(args, fmt);
	print_comment(place, fmt, args);
	va_end(args);
	_exit(STATUS_FAIL);
}

void test_skip(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(skip_reason, PAGE, fmt, args);
	va_end(args);
	_exit(STATUS_SKIP);
}

static const char *result_name(long result)
{
	return result < 0 ? strerror(-result) : "success";
}

void expect_result_at(const char *file, int line, const char *what, long got,
		      long want)
{
	if (got != want)
		test_fail(file, line, "%s: expected %ld (%s), got %ld (%s)",
			  what, want, result_name(want), got,
			  result_name(got));
}

void expect_cmp_at(const char *file, int line, const char *what,
		   uint64_t got, char op, uint64_t want)
{
	bool holds = op == '=' ? got == want :
		     op == '<' ? got <= want : got >= want;
	const char *relation = op == '=' ? "" :
			       op == '<' ? "at most " : "at least ";

	if (!holds)
		test_fail(file, line, "%s: expected %s%llu, got %llu", what,
			  relation, (unsigned long long)want,
			  (unsigned long long)got);
}

static bool near(uint64_t a, uint64_t b, uint64_t distance)
{
	return a > b ? a - b <= distance : b - a <= distance;
}

void expect_near_at(const char *file, int line, const char *what,
		    uint64_t got, uint64_t want, uint64_t distance)
{
	if (!near(got, want, distance))
		test_fail(file, line,
			  "%s: expected %llu (give or take %llu), got %llu",
			  what, (unsigned long long)want,
			  (unsigned long long)distance,
			  (unsigned long long)got);
}

/* Groups */

static const char *tasks_file(void)
{
	return on_v2 ? "cgroup.procs" : "tasks";
}

static const char *limit_file(void)
{
	return on_v2 ? RESERVE : LIMIT;
}

PRINTF_LIKE(2, 3)
static const char *join(char *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, PATH_MAX, fmt, args);
	va_end(args);
	if (len >= PATH_MAX)
		fail("path too long: %s", buf);
	return buf;
}

const char *group_path(char *buf, const char *group, const char *file)
{
	return join(buf, "%s%s%s%s%s", root_dir, *group ? "/" PREFIX : "",
		    group, file ? "/" : "", file ? file : "");
}

int group_mkdir(const char *group)
{
	char path[PATH_MAX];

	return mkdir(group_path(path, group, NULL), 0755) ? -errno : 0;
}

int group_rmdir(const char *group)
{
	char path[PATH_MAX];

	return rmdir(group_path(path, group, NULL)) ? -errno : 0;
}

bool group_exists(const char *group)
{
	char path[PATH_MAX];

	return !access(group_path(path, group, NULL), F_OK);
}

int group_open(const char *group, const char *file, int flags)
{
	char path[PATH_MAX];
	int fd = open(group_path(path, group, file), flags);

	return fd < 0 ? -errno : fd;
}

int fd_write(int fd, const void *text, size_t len)
{
	ssize_t done = write(fd, text, len);

	if (done < 0)
		return -errno;
	if ((size_t)done != len)
		fail("write of %zu bytes: expected all or an error, got %zd",
		     len, done);
	return 0;
}

bool is_gone(int ret)
{
	return ret == -ENOENT || ret == -ENODEV;
}

int path_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	int ret;

	if (fd < 0)
		return -errno;
	ret = fd_write(fd, text, strlen(text));
	close(fd);
	return ret;
}

int path_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t len;

	if (fd < 0)
		return -errno;
	len = read(fd, text, size - 1);
	close(fd);
	if (len < 0)
		return -EIO;
	text[len] = '\0';
	return 0;
}

int group_write(const char *group, const char *file, const char *text)
{
	char path[PATH_MAX];

	return path_write(group_path(path, group, file), text);
}

const char *limit_text(char *buf, uint64_t limit)
{
	sprintf(buf, "%llu", (unsigned long long)limit);
	return buf;
}

int set_limit(const char *group, uint64_t limit)
{
	char text[32];

	return group_write(group, limit_file(), limit_text(text, limit));
}

int attach(const char *group, pid_t pid)
{
	char text[32];

	return group_write(group, tasks_file(), limit_text(text, pid));
}

/* The first task of a group after the given one, or 0. */
static pid_t next_task(const char *path, pid_t after)
{
	long pid, next = 0;
	FILE *file = fopen(path, "r");

	if (!file)
		return 0;
	while (fscanf(file, "%ld", &pid) == 1)
		if (pid > after && (!next || pid < next))
			next = pid;
	fclose(file);
	return next;
}

bool holds_task(const char *group, pid_t pid)
{
	char path[PATH_MAX];

	return next_task(group_path(path, group, tasks_file()), pid - 1) == pid;
}

bool group_is_empty(const char *group)
{
	char path[PATH_MAX];

	return !next_task(group_path(path, group, tasks_file()), 0);
}

void make_group(const char *group, uint64_t limit)
{
	expect_ok(group_mkdir(group));
	if (limit)
		expect_ok(set_limit(group, limit));
}

typedef void (*visit_t)(const char *path, void *arg);

/* Call visit with the path of each group directly below a directory. */
static void visit_children(const char *path, const char *prefix, visit_t visit,
			   void *arg)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	struct stat stat;
	char child[PATH_MAX];

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' ||
		    strncmp(entry->d_name, prefix, strlen(prefix)))
			continue;
		join(child, "%s/%s", path, entry->d_name);
		if (!lstat(child, &stat) && S_ISDIR(stat.st_mode))
			visit(child, arg);
	}
	closedir(dir);
}

static void kill_tasks(const char *path)
{
	char tasks[PATH_MAX];
	pid_t pid = 0;

	join(tasks, "%s/%s", path, tasks_file());
	while ((pid = next_task(tasks, pid)))
		kill(pid, SIGKILL);
}

void kill_group(const char *group)
{
	char path[PATH_MAX], tasks[PATH_MAX];
	uint64_t give_up = now_ms() + CLEANUP_MS;

	group_path(path, group, NULL);
	group_path(tasks, group, tasks_file());
	while (next_task(tasks, 0)) {
		if (now_ms() >= give_up)
			fail("%s: task %d does not die", group,
			     next_task(tasks, 0));
		kill_tasks(path);
		sleep_ms(1);
	}
}

static void destroy_path(const char *path, void *arg)
{
	int *error = arg;

	visit_children(path, "", destroy_path, arg);
	kill_tasks(path);
	if (rmdir(path) && errno != ENOENT)
		*error = -errno;
}

int destroy_group(const char *group)
{
	char path[PATH_MAX];
	uint64_t give_up = now_ms() + CLEANUP_MS;
	int error;

	group_path(path, group, NULL);
	do {
		error = 0;
		destroy_path(path, &error);
		if (!error || error == -EPERM)
			break;
		sleep_ms(10);
	} while (now_ms() < give_up);
	return error;
}

/* Books */

static uint64_t read_book(const char *path)
{
	char text[64];
	ssize_t len;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		fail("%s: cannot open: %s", path, strerror(errno));
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (len <= 0)
		fail("%s: cannot read: %s", path, strerror(errno));
	text[len] = '\0';
	return strtoull(text, NULL, 10);
}

static uint64_t path_book(const char *path, const char *file)
{
	char name[PATH_MAX];

	return read_book(join(name, "%s/%s", path, file));
}

uint64_t book(const char *group, const char *file)
{
	char path[PATH_MAX];

	return read_book(group_path(path, group, file));
}

int threshold(const char *group, const char *file, uint64_t bytes)
{
	char path[PATH_MAX], line[64];
	int event = eventfd(0, EFD_NONBLOCK);
	int fd = open(group_path(path, group, file), O_RDONLY);

	if (event < 0 || fd < 0)
		fail("%s: cannot watch it: %s", path, strerror(errno));
	sprintf(line, "%d %d %llu", event, fd, (unsigned long long)bytes);
	expect_ok(group_write(group, "cgroup.event_control", line));
	close(fd);
	return event;
}

uint64_t crossings(int event)
{
	uint64_t count;

	return read(event, &count, sizeof(count)) < 0 ? 0 : count;
}

uint64_t own(const char *group)
{
	uint64_t security = book(group, SECURITY);
	uint64_t usage = book(group, USAGE);

	return usage > security ? usage - security : 0;
}

uint64_t room(const char *group)
{
	uint64_t usage = book(group, USAGE);
	uint64_t limit = book(group, LIMIT);

	return limit > usage ? limit - usage : 0;
}

struct books books_of(const char *group)
{
	struct books books = {
		.limit = book(group, LIMIT),
		.borrow = book(group, BORROW),
		.security = book(group, SECURITY),
		.usage = book(group, USAGE),
		.max_usage = book(group, MAX_USAGE),
		.failcnt = book(group, FAILCNT),
	};

	return books;
}

static void snapshot_add(const char *path, void *arg)
{
	struct snapshot *snap = arg;
	const char *group = path + strlen(root_dir);

	if (*group == '/')
		group++;
	/* Groups of others below the root are not ours to judge. */
	if (*group && strncmp(group, PREFIX, strlen(PREFIX)))
		return;
	if (*group)
		group += strlen(PREFIX);
	if (snap->count == SNAP_GROUPS)
		fail("more than %d groups", SNAP_GROUPS);
	snprintf(snap->entry[snap->count].group,
		 sizeof(snap->entry[snap->count].group), "%s", group);
	snap->entry[snap->count].books = books_of(group);
	snap->count++;
	visit_children(path, "", snapshot_add, arg);
}

void snapshot_take(struct snapshot *snap)
{
	snap->count = 0;
	snapshot_add(root_dir, snap);
}

static void note_path_v2(const char *path, void *arg)
{
	(void)arg;
	test_note("%s: current %llu reserve %llu reserved %llu",
		  path + strlen(root_dir),
		  (unsigned long long)path_book(path, CURRENT),
		  (unsigned long long)path_book(path, RESERVE),
		  (unsigned long long)path_book(path, RESERVED));
	visit_children(path, "", note_path_v2, NULL);
}

void note_books(void)
{
	struct snapshot snap;
	unsigned int i;

	if (on_v2) {
		visit_children(root_dir, PREFIX, note_path_v2, NULL);
		return;
	}
	snapshot_take(&snap);
	for (i = 0; i < snap.count; i++) {
		const struct books *books = &snap.entry[i].books;

		test_note("/%s: limit %llu usage %llu borrow %llu security %llu",
			  snap.entry[i].group,
			  (unsigned long long)books->limit,
			  (unsigned long long)books->usage,
			  (unsigned long long)books->borrow,
			  (unsigned long long)books->security);
	}
}

static void expect_book(const char *file, int line, const char *group,
			const char *what, uint64_t got, uint64_t want,
			uint64_t distance)
{
	if (!near(got, want, distance))
		test_fail(file, line,
			  "%s of %s: expected %llu as before, got %llu",
			  what, *group ? group : "the root",
			  (unsigned long long)want, (unsigned long long)got);
}

void expect_unchanged_at(const char *file, int line,
			 const struct snapshot *before, const char *lender)
{
	struct snapshot after;
	unsigned int i;

	snapshot_take(&after);
	if (after.count != before->count)
		test_fail(file, line, "expected %u groups as before, got %u",
			  before->count, after.count);
	for (i = 0; i < after.count; i++) {
		const char *group = before->entry[i].group;
		const struct books *was = &before->entry[i].books;
		const struct books *is = &after.entry[i].books;
		bool lent = lender && !strcmp(lender, group);

		if (strcmp(group, after.entry[i].group))
			test_fail(file, line, "expected group %s, got %s",
				  group, after.entry[i].group);
		expect_book(file, line, group, LIMIT, is->limit, was->limit, 0);
		expect_book(file, line, group, BORROW, is->borrow,
			    was->borrow, 0);
		expect_book(file, line, group, SECURITY, is->security,
			    was->security, 0);
		if (is->failcnt != was->failcnt + lent)
			test_fail(file, line,
				  "failcnt of %s: expected %llu + %d, got %llu",
				  *group ? group : "the root",
				  (unsigned long long)was->failcnt, lent,
				  (unsigned long long)is->failcnt);
		/* The tasks of the root come and go. */
		if (!*group)
			continue;
		expect_book(file, line, group, USAGE, is->usage, was->usage,
			    slack());
		expect_book(file, line, group, MAX_USAGE, is->max_usage,
			    was->max_usage, slack());
	}
}

void expect_refused_at(const char *file, int line, const char *group,
		       const char *text, int error, const char *lender)
{
	struct snapshot before;
	char what[PATH_MAX];

	snapshot_take(&before);
	snprintf(what, sizeof(what), "\"%s\" to the limit of %s", text,
		 *group ? group : "the root");
	expect_result_at(file, line, what, group_write(group, LIMIT, text),
			 error);
	expect_unchanged_at(file, line, &before, lender);
}

struct check {
	char why[512];
	uint64_t borrowed;
};

static void check_group(const char *path, void *arg);

static void check_relation(struct check *check, const char *path, bool holds,
			   const char *what, uint64_t left, uint64_t right)
{
	if (!holds && !*check->why)
		snprintf(check->why, sizeof(check->why),
			 "%.200s: expected %s: %llu, %llu", path, what,
			 (unsigned long long)left, (unsigned long long)right);
}

/* Invariants 1 to 6 for a group and, through its children, all below. */
static void check_books(const char *path, bool is_root, struct check *check)
{
	struct check below = { .borrowed = 0 };
	uint64_t limit = path_book(path, LIMIT);
	uint64_t borrow = path_book(path, BORROW);
	uint64_t security = path_book(path, SECURITY);
	uint64_t usage = path_book(path, USAGE);
	uint64_t max_usage = path_book(path, MAX_USAGE);

	check_relation(check, path, usage <= limit, "usage <= limit",
		       usage, limit);
	if (is_root)
		check_relation(check, path, !borrow, "borrow == 0", borrow, 0);
	else
		check_relation(check, path, borrow == limit, "borrow == limit",
			       borrow, limit);
	check_relation(check, path, usage >= security, "usage >= security",
		       usage, security);
	check_relation(check, path, max_usage >= usage, "max_usage >= usage",
		       max_usage, usage);

	visit_children(path, "", check_group, &below);
	check_relation(check, path, security == below.borrowed,
		       "security == sum of the children's borrow", security,
		       below.borrowed);
	if (!*check->why)
		memcpy(check->why, below.why, sizeof(check->why));
}

static void check_group(const char *path, void *arg)
{
	struct check *check = arg;

	check->borrowed += path_book(path, BORROW);
	check_books(path, false, check);
}

void expect_invariants_at(const char *file, int line)
{
	struct check check = { .borrowed = 0 };

	check_books(root_dir, true, &check);
	if (*check.why)
		test_fail(file, line, "%s", check.why);
}

/* Children */

static int pipe_wait(int fd)
{
	char byte;
	ssize_t got;

	do
		got = read(fd, &byte, 1);
	while (got < 0 && errno == EINTR);
	return got == 1 ? 0 : -EPIPE;
}

pid_t spawn(int (*run)(void *arg), void *arg)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		fail("fork: %s", strerror(errno));
	if (!pid)
		_exit(run(arg));
	return pid;
}

struct kid {
	int (*run)(void *arg);
	void *arg;
	int go[2];
};

static int kid_main(void *arg)
{
	struct kid *kid = arg;

	close(kid->go[1]);
	if (pipe_wait(kid->go[0]))
		return STATUS_FAIL;
	close(kid->go[0]);
	return kid->run(kid->arg);
}

pid_t kid_start(const char *group, int (*run)(void *arg), void *arg)
{
	struct kid kid = { .run = run, .arg = arg };
	pid_t pid;

	if (pipe(kid.go))
		fail("pipe: %s", strerror(errno));
	pid = spawn(kid_main, &kid);
	close(kid.go[0]);
	expect_ok(attach(group, pid));
	expect_ok(fd_write(kid.go[1], "g", 1));
	close(kid.go[1]);
	return pid;
}

int kid_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			fail("waitpid: %s", strerror(errno));
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

void kid_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	kid_wait(pid);
}

bool kid_alive(pid_t pid)
{
	return !waitpid(pid, NULL, WNOHANG);
}

void send_kill(pid_t pid)
{
	expect_ok(kill(pid, SIGKILL) ? -errno : 0);
}

#define NEVER	1000000

/* It may have had its answer just before, or not have begun: then never. */
static uint64_t ends_in(int (*write)(void *arg), void (*end)(pid_t writer),
			int status)
{
	pid_t pid = spawn(write, NULL);
	uint64_t began;
	int told;

	sleep_ms(100);
	began = now_ms();
	end(pid);
	told = kid_wait(pid);
	if (told != status)
		expect(!told || told == EBUSY || told == ENOENT);
	return told == status ? now_ms() - began : NEVER;
}

/* A part of a round.  One end that is prompt is enough: the host may be busy. */
#define PROMPT_MS	400
#define PROMPT_TRIES	8

void expect_prompt_end_at(const char *file, int line, int (*write)(void *arg),
			  void (*end)(pid_t writer), int status,
			  void (*again)(void))
{
	uint64_t shortest = NEVER;
	unsigned int i;

	for (i = 0; i < PROMPT_TRIES && shortest > PROMPT_MS; i++) {
		uint64_t ms = ends_in(write, end, status);

		if (ms < shortest)
			shortest = ms;
		again();
	}
	test_note("ended in %llu ms, at try %u",
		  (unsigned long long)shortest, i);
	expect_cmp_at(file, line, "the end of a write", shortest, '<',
		      PROMPT_MS);
}

bool run_on_cpu(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return !sched_setaffinity(0, sizeof(set), &set);
}

/* Starved writers */

#define HELD_UP_MS	3000

static int rewrite_on_cpu_1(void *arg)
{
	const struct rewrite *rewrite = arg;
	unsigned int i;

	if (!run_on_cpu(1))
		return 1;
	for (i = 0;; i++)
		group_write(rewrite->group, rewrite->file, rewrite->text[i % 2]);
}

static int spin_on_cpu_1(void *arg)
{
	(void)arg;
	if (!run_on_cpu(1) || setpriority(PRIO_PROCESS, 0, -20))
		return 1;
	for (;;)
		;
}

/* The second is soon enough after the first to have to wait for RCU. */
static int rewrite_twice(void *arg)
{
	const struct rewrite *rewrite = arg;

	return group_write(rewrite->group, rewrite->file, rewrite->text[0]) ||
	       group_write(rewrite->group, rewrite->file, rewrite->text[1]);
}

static bool is_held_up(const struct rewrite *starved,
		       const struct rewrite *other)
{
	const struct sched_param idle = { .sched_priority = 0 };
	pid_t writer = spawn(rewrite_on_cpu_1, (void *)starved), spinner, pid;
	uint64_t start;
	int status;
	bool slow;

	sleep_ms(100);
	expect(kid_alive(writer));
	/* A C library may have none, as POSIX means processes. */
	expect_ok(syscall(SYS_sched_setscheduler, writer, SCHED_IDLE, &idle));
	spinner = spawn(spin_on_cpu_1, NULL);
	sleep_ms(200);
	expect(kid_alive(spinner));

	start = now_ms();
	pid = spawn(rewrite_twice, (void *)other);
	while (!waitpid(pid, &status, WNOHANG) && now_ms() - start < HELD_UP_MS)
		sleep_ms(10);
	slow = now_ms() - start >= HELD_UP_MS;

	kid_kill(spinner);
	if (slow)
		expect_eq(kid_wait(pid), 0);
	else
		expect_eq(status, 0);
	kid_kill(writer);
	return slow;
}

static bool is_preemptible(void)
{
	struct utsname name;

	return !uname(&name) && strstr(name.version, " PREEMPT");
}

void expect_not_held_up_at(const char *file, int line,
			   const struct rewrite *starved,
			   const struct rewrite *other)
{
	unsigned int i, slow = 0;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		test_skip("there is one CPU");
	for (i = 0; i < REWRITES; i++)
		slow += is_held_up(starved, other);
	test_note("%u of %u held up", slow, REWRITES);
	expect_cmp_at(file, line, "the writes that are held up", slow, '<',
		      is_preemptible() ? REWRITES / 2 : 0);
}

void chown_group_file(const char *group, const char *file)
{
	char path[PATH_MAX];

	if (chown(group_path(path, group, file), DELEGATE, DELEGATE))
		fail("chown %s: %s", path, strerror(errno));
}

/* Not the limit, which is the giver's. */
void delegate(const char *group)
{
	chown_group_file(group, NULL);
	chown_group_file(group, tasks_file());
	if (on_v2)
		chown_group_file(group, "cgroup.subtree_control");
}

int as_delegate(int (*run)(void *arg), void *arg)
{
	pid_t pid = fork();

	if (!pid) {
		if (setgid(DELEGATE) || setuid(DELEGATE))
			fail("cannot become user %d", DELEGATE);
		_exit(run(arg));
	}
	return kid_wait(pid);
}

/* Memory */

static int touch(uint64_t bytes, int flags)
{
	char *mem;
	uint64_t i;

	if (!bytes)
		return 0;
	mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS,
		   -1, 0);
	if (mem == MAP_FAILED)
		return -errno;
	for (i = 0; i < bytes; i += PAGE)
		mem[i] = 1;
	return 0;
}

int touch_anon(uint64_t bytes)
{
	return touch(bytes, MAP_PRIVATE);
}

int write_file(const char *path, uint64_t bytes)
{
	static const char block[16 * KB];
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	int ret = 0;

	if (fd < 0)
		return -errno;
	while (bytes && !ret) {
		size_t len = bytes < sizeof(block) ? bytes : sizeof(block);
		ssize_t done = write(fd, block, len);

		if (done < 0)
			ret = -errno;
		else
			bytes -= done;
	}
	/* Clean pages: what reclaim finds it can free at once. */
	if (!ret && fsync(fd))
		ret = -errno;
	close(fd);
	return ret;
}

int read_file(void *path)
{
	static char block[16 * KB];
	int fd = open(path, O_RDONLY);
	ssize_t got;

	do
		got = read(fd, block, sizeof(block));
	while (got > 0);
	close(fd);
	return got < 0;
}

int keep_reading(void *path)
{
	for (;;)
		if (read_file(path))
			return 1;
}

int keep_reading_slowly(void *path)
{
	static char page[PAGE];
	int fd = open(path, O_RDONLY);
	uint64_t i;

	posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	for (i = 0; ; i++) {
		if (i % SLOW_PAGES == 0)
			posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
		if (pread(fd, page, PAGE, i % SLOW_PAGES * PAGE) != PAGE)
			return 1;
		if (i % 8 == 0)
			sleep_ms(1);
	}
}

static int use_memory(const struct use *use)
{
	int ret = touch(use->anon, MAP_PRIVATE);

	if (!ret)
		ret = touch(use->shared, MAP_SHARED);
	if (!ret && use->file)
		ret = write_file(use->file, use->file_bytes);
	if (ret)
		test_note("%s: %s", use->file ? use->file : "memory",
			  strerror(-ret));
	return ret ? STATUS_FAIL : STATUS_PASS;
}

struct holder {
	const struct use *use;
	int done[2];
};

static int holder_main(void *arg)
{
	struct holder *holder = arg;

	if (use_memory(holder->use))
		return STATUS_FAIL;
	fd_write(holder->done[1], "d", 1);
	for (;;)
		pause();
}

pid_t hold_in(const char *group, const struct use *use)
{
	struct holder holder = { .use = use };
	pid_t pid;

	if (pipe(holder.done))
		fail("pipe: %s", strerror(errno));
	pid = kid_start(group, holder_main, &holder);
	close(holder.done[1]);
	if (pipe_wait(holder.done[0]))
		fail("a task in %s ended while it used memory: status %d",
		     group, kid_wait(pid));
	close(holder.done[0]);
	return pid;
}

static int user_main(void *arg)
{
	return use_memory(arg);
}

int use_in(const char *group, const struct use *use)
{
	return kid_wait(kid_start(group, user_main, (void *)use));
}

void *shared_memory(size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		fail("mmap: %s", strerror(errno));
	return mem;
}

/* Storage */

static int run_quietly(char *const argv[])
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 1);
		dup2(null, 2);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void make_node(const char *path, unsigned int major, unsigned int minor)
{
	if (access(path, F_OK) &&
	    mknod(path, S_IFBLK | 0600, makedev(major, minor)))
		fail("%s: cannot make it: %s", path, strerror(errno));
}

static const char *ram_disk(unsigned int minor)
{
	static char path[32];
	int disk;

	sprintf(path, "/dev/ram%u", minor);
	make_node(path, 1, minor);
	disk = open(path, O_RDWR);
	if (disk < 0)
		fail("%s: %s: is CONFIG_BLK_DEV_RAM off, or the module brd not loaded?",
		     path, strerror(errno));
	close(disk);
	return path;
}

static void run(char *const argv[])
{
	int status = run_quietly(argv);

	if (status)
		fail("%s: status %d", argv[0], status);
}

static void mount_at(const char *what, const char *dir, const char *type,
		     const char *options)
{
	if (mkdir(dir, 0755) && errno != EEXIST)
		fail("mkdir %s: %s", dir, strerror(errno));
	if (mount(what, dir, type, 0, options))
		fail("mount %s at %s: %s", type, dir, strerror(errno));
}

void use_shm(void)
{
	mount_at("tmpfs", SHM_DIR, "tmpfs", SHM_BYTES);
}

int make_files(void *dir)
{
	char path[64];
	int i, fd;

	for (i = 0; i < FILES; i++) {
		snprintf(path, sizeof(path), "%s/%d", (char *)dir, i);
		fd = open(path, O_CREAT | O_WRONLY, 0600);
		if (fd < 0)
			return 1;
		close(fd);
	}
	return 0;
}

void unlink_files(void)
{
	char path[64];
	int i;

	for (i = 0; i < FILES; i++) {
		snprintf(path, sizeof(path), SHM_DIR "/%d", i);
		unlink(path);
	}
}

void use_disk(void)
{
	const char *disk = ram_disk(0);
	/* A block a page: the fewer of the kernel's own are charged. */
	char *const argv[] = { "mkfs.ext2", "-b", "4096", (char *)disk, NULL };

	run(argv);
	mount_at(disk, DISK_DIR, "ext2", NULL);
}

void make_file(const char *file, uint64_t bytes)
{
	int fd;

	expect_ok(write_file(file, bytes));
	/* More than a CPU collects for the LRU: those could not be dropped. */
	expect_ok(write_file(DISK_DIR "/more", 64 * PAGE));
	fd = open(file, O_RDONLY);
	expect(fd >= 0 && !posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED));
	close(fd);
}

static const char *ram_disk_for_swap(void)
{
	const char *disk = ram_disk(1);
	char *const argv[] = { "mkswap", (char *)disk, NULL };

	run(argv);
	return disk;
}

void skip_without_memsw(void)
{
	if (old_base())
		test_skip("this base has no limit of memory+swap");
}

void use_swap(void)
{
	const char *disk = ram_disk_for_swap();

	if (swapon(disk, 0))
		fail("swapon %s: %s", disk, strerror(errno));
}

#define LOOP_DISK	"/dev/loop0"
/* As in <linux/loop.h>, which a C library does not bring. */
#define LOOP_SET_FD	0x4C00
#define LOOP_CLR_FD	0x4C01

void use_swap_that_is_read_ahead(void)
{
	int disk = open(ram_disk_for_swap(), O_RDWR);
	int loop, error;

	make_node(LOOP_DISK, 7, 0);
	loop = open(LOOP_DISK, O_RDWR);
	if (loop < 0 || ioctl(loop, LOOP_SET_FD, disk))
		fail("%s: %s: is it in use, or CONFIG_BLK_DEV_LOOP off?",
		     LOOP_DISK, strerror(errno));
	error = swapon(LOOP_DISK, 0) ? errno : 0;
	/* When it is closed by us, and by the swap. */
	ioctl(loop, LOOP_CLR_FD, 0);
	close(loop);
	close(disk);
	if (error)
		fail("swapon %s: %s", LOOP_DISK, strerror(error));
}

void wait_for_step(const int *step, int which)
{
	while (load(*step) < which)
		sleep_ms(10);
}

#define MIX_PERIOD	(4 * PAGE)

static void touch_mix(char *mem, uint64_t from)
{
	uint64_t at;

	for (at = from; at < MIX_BYTES; at += MIX_PERIOD) {
		mem[at] = 1;
		mem[at + PAGE] = 1;
	}
}

static int mix_and_read(void *arg)
{
	int *step = arg;
	char *mem = mmap(NULL, MIX_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		return 1;
	madvise(mem, MIX_BYTES, MADV_NOHUGEPAGE);
	touch_mix(mem, 0);
	store(*step, FIRST_TOUCHED);
	wait_for_step(step, MOVED);
	touch_mix(mem, 2 * PAGE);
	store(*step, ALL_TOUCHED);
	wait_for_step(step, SWAPPED);
	touch_mix(mem, 2 * PAGE);
	store(*step, ALL_READ);
	return pause();
}

pid_t mix_pages(const char *first, const char *second, int *step)
{
	pid_t pid = kid_start(first, mix_and_read, step);

	wait_for_step(step, FIRST_TOUCHED);
	expect_ok(attach(second, pid));
	store(*step, MOVED);
	wait_for_step(step, ALL_TOUCHED);
	return pid;
}

void read_second(int *step)
{
	store(*step, SWAPPED);
	wait_for_step(step, ALL_READ);
}

/* Unmount even while a dying task still has a file open. */
static void unmount(const char *dir)
{
	unsigned int i;

	for (i = 0; i < 100 && umount(dir) && errno == EBUSY; i++)
		sleep_ms(10);
}

/* The hierarchy */

/* A line of /proc/cgroups. */
struct controller {
	char name[64];
	unsigned long hierarchy, groups;
};

static bool next_controller(FILE *file, struct controller *controller)
{
	char line[256];

	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%63s %lu %lu", controller->name,
			   &controller->hierarchy, &controller->groups) == 3)
			return true;
	return false;
}

static FILE *open_controllers(void)
{
	FILE *file = fopen("/proc/cgroups", "r");

	if (!file)
		fail("/proc/cgroups: %s", strerror(errno));
	return file;
}

static bool find_controller(const char *name, struct controller *controller)
{
	FILE *file = open_controllers();
	bool found = false;

	while (!found && next_controller(file, controller))
		found = !strcmp(controller->name, name);
	fclose(file);
	return found;
}

static struct controller memory_controller(void)
{
	struct controller controller;

	if (!find_controller("memory", &controller))
		fail("/proc/cgroups has no memory controller");
	return controller;
}

bool hierarchy_exists(void)
{
	return memory_controller().hierarchy;
}

unsigned long hierarchy_groups(void)
{
	return memory_controller().groups;
}

static bool mounts(void)
{
	return !mount("none", root_dir, "cgroup", 0, "memory");
}

void hierarchy_mount(void)
{
	char path[PATH_MAX];
	int i;

	if (!access(group_path(path, "", LIMIT), F_OK))
		return;
	mkdir(root_dir, 0755);
	/*
	 * v2 has the controller until its last removed group is freed, and an
	 * idle CPU can keep one in its stock for a while.
	 */
	for (i = 0; i < 6; i++)
		if (settles(mounts()))
			return;
	printf("Bail out! no memory hierarchy at %s, and cannot mount one: %s\n",
	       root_dir, strerror(errno));
	exit(STATUS_FAIL);
}

/* A hierarchy of several controllers would not come back as it was. */
static void skip_if_shared(void)
{
	unsigned long hierarchy = memory_controller().hierarchy;
	FILE *file = open_controllers();
	struct controller other;

	while (next_controller(file, &other))
		if (other.hierarchy == hierarchy &&
		    strcmp(other.name, "memory"))
			test_skip("the hierarchy has %s, too", other.name);
	fclose(file);
}

void hierarchy_umount(void)
{
	skip_if_shared();
	if (umount(root_dir))
		test_skip("cannot unmount %s: %s", root_dir, strerror(errno));
}

static void note_group(const char *path, void *arg)
{
	(void)path;
	*(bool *)arg = true;
}

void use_controllers(const char *controller)
{
	struct controller found;
	char options[64];
	bool in_use = false;

	if (!find_controller(controller, &found))
		test_skip("the kernel has no %s controller", controller);
	visit_children(root_dir, "", note_group, &in_use);
	if (in_use)
		test_skip("%s has groups of others", root_dir);
	snprintf(options, sizeof(options), "memory,%s", controller);
	unmount(root_dir);
	store(*remounted, true);
	if (mount("none", root_dir, "cgroup", 0, options))
		fail("mount %s: %s", options, strerror(errno));
}

static int restore_controllers(void)
{
	if (!load(*remounted))
		return 0;
	unmount(root_dir);
	if (mount("none", root_dir, "cgroup", 0, "memory"))
		return -errno;
	store(*remounted, false);
	return 0;
}

/* Whose tasks have a CPU of their own; on v1 it is no group of memory. */
#define ISOLATED	V2_DIR "/" PREFIX "isolated"
#define EXCLUSIVE	"cpuset.cpus.exclusive"

static void isolate_for(const char *dir)
{
	char path[PATH_MAX], text[64];

	if (path_write(V2_DIR "/cgroup.subtree_control", "+cpuset") ||
	    path_write(join(path, "%s/cpuset.cpus", dir), "1") ||
	    path_write(join(path, "%s/cpuset.cpus.partition", dir),
		       "isolated") ||
	    path_read(path, text, sizeof(text)) ||
	    strncmp(text, "isolated\n", 9))
		test_skip("a CPU can not be isolated");
}

/* The groups above one of v2 have to let it have the CPU. */
static void pass_on_cpu_1(const char *group)
{
	char above[PATH_MAX];
	const char *end;

	for (end = strchr(group, '/'); end; end = strchr(end + 1, '/')) {
		join(above, "%.*s", (int)(end - group), group);
		if (group_write("", "cgroup.subtree_control", "+cpuset") ||
		    group_write(above, EXCLUSIVE, "1") ||
		    group_write(above, "cgroup.subtree_control", "+cpuset"))
			test_skip("a CPU can not be isolated in a group");
	}
	if (strchr(group, '/') && group_write(group, EXCLUSIVE, "1"))
		test_skip("a CPU can not be isolated in a group");
}

void isolate_cpu_1(const char *group)
{
	char path[PATH_MAX];

	if (on_v2) {
		pass_on_cpu_1(group);
		isolate_for(group_path(path, group, NULL));
		return;
	}
	mkdir(V2_DIR, 0755);
	if (mount("none", V2_DIR, "cgroup2", 0, NULL) ||
	    mkdir(ISOLATED, 0755))
		test_skip("there is no v2");
	isolate_for(ISOLATED);
}

bool join_cpu_1(void)
{
	return (on_v2 || access(ISOLATED, F_OK) ||
		!path_write(ISOLATED "/cgroup.procs", "0")) && run_on_cpu(1);
}

void end_isolation(void)
{
	if (!on_v2)
		rmdir(ISOLATED);
	path_write(V2_DIR "/cgroup.subtree_control", "-cpuset");
	if (!on_v2)
		umount(V2_DIR);
}

#define FILL_PAGES	(2 * STOCKS_LIMIT / PAGE)

struct fill {
	const char *limited;
	unsigned int ready, left, filled;	/* the last two in pages */
};

static char *map_pages(void)
{
	return mmap(NULL, FILL_PAGES * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static uint64_t usage_of(const char *group)
{
	return book(group, on_v2 ? CURRENT : USAGE);
}

/*
 * With the last page but one the CPU takes a stock; to look there can be enough for
 * it to be given back.  With the last it takes another, if so.
 */
static int leave_a_stock(void *arg)
{
	struct fill *fill = arg;
	char *pages = map_pages();
	uint64_t before;

	if (!join_cpu_1())
		return 1;
	do {
		before = usage_of(fill->limited);
		pages[fill->left++ * PAGE] = 1;
	} while (usage_of(fill->limited) < before + 32 * PAGE);
	pages[fill->left++ * PAGE] = 1;
	store(fill->ready, 1);
	return pause();
}

/* Until the OOM killer comes. */
static int fill_up_to_limit(void *arg)
{
	struct fill *fill = arg;
	char *pages = map_pages();

	if (!run_on_cpu(0))
		return 1;
	while (fill->filled < FILL_PAGES)
		pages[fill->filled++ * PAGE] = 1;
	return 0;
}

unsigned int stocks_found(const char *limited, const char *on_cpu_1,
			  const char *on_cpu_0)
{
	struct fill *fill = shared_memory(sizeof(*fill));
	unsigned int i, found = 0;
	pid_t pid;

	for (i = 0; i < STOCKS; i++) {
		*fill = (struct fill){ .limited = limited };
		pid = kid_start(on_cpu_1, leave_a_stock, fill);
		while (!load(fill->ready))
			sleep_ms(1);
		expect_eq(kid_wait(kid_start(on_cpu_0, fill_up_to_limit, fill)),
			  128 + SIGKILL);
		kid_kill(pid);
		/* The kernel needs a few, too. */
		if (fill->left + fill->filled >= STOCKS_LIMIT / PAGE - 32)
			found++;
	}
	test_note("%u stocks found", found);
	return found;
}

/* Cases */

static void destroy_top(const char *path, void *arg)
{
	int *error = arg;
	int ret = destroy_group(path + strlen(root_dir) + strlen("/" PREFIX));

	if (ret)
		*error = ret;
}

static int clean_up(void)
{
	int error = 0;

	if (!on_v2)
		hierarchy_mount();
	visit_children(root_dir, PREFIX, destroy_top, &error);
	end_isolation();
	unmount(SHM_DIR);
	unmount(DISK_DIR);
	swapoff(SWAP_DISK);
	swapoff(LOOP_DISK);
	if (restore_controllers())
		return -EBUSY;
	if (book("", limit_file()) != root_limit && set_limit("", root_limit))
		error = -EBUSY;
	return error;
}

/* All that the case's groups held of the root is back. */
static bool root_is_clean(void)
{
	const char *file = on_v2 ? RESERVED : SECURITY;

	if (book("", file) == root_security)
		return true;
	test_note("%s of the root: expected %llu, got %llu", file,
		  (unsigned long long)root_security,
		  (unsigned long long)book("", file));
	return false;
}

static pid_t case_pid;

/* Where MEMCG_HIER_DUMP is set, the kernel log tells what all tasks wait for. */
static void on_timeout(int sig)
{
	int fd;

	(void)sig;
	if (getenv("MEMCG_HIER_DUMP")) {
		fd = open("/proc/sysrq-trigger", O_WRONLY);
		if (fd >= 0 && write(fd, "t", 1) == 1)
			close(fd);
	}
	kill(-case_pid, SIGKILL);
}

static int run_case(const struct test_case *test)
{
	struct sigaction action = { .sa_handler = on_timeout };
	unsigned int timeout = test->timeout ? test->timeout : CASE_TIMEOUT;
	uint64_t start = now_ms();
	int status;

	fflush(stdout);
	case_pid = fork();
	if (!case_pid) {
		setpgid(0, 0);
		test->run();
		_exit(STATUS_PASS);
	}
	setpgid(case_pid, case_pid);
	sigaction(SIGALRM, &action, NULL);
	alarm(timeout);
	status = kid_wait(case_pid);
	alarm(0);
	kill(-case_pid, SIGKILL);
	if (status == 128 + SIGKILL && now_ms() - start >= timeout * 1000)
		test_note("%s: timed out after %u s", test->name, timeout);
	else if (status >= 128)
		test_note("%s: killed by signal %d", test->name, status - 128);
	return status;
}

static void find_root(void)
{
	const char *dir = getenv("MEMCG_HIER_ROOT");

	if (dir)
		join(root_dir, "%s", dir);
}

static bool chosen(const struct test_case *test, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], test->name))
			return true;
	return argc < 2;
}

static bool report(unsigned int number, const struct test_case *test,
		   int status, int error)
{
	if (status == STATUS_PASS && error) {
		test_note("%s: cannot clean up after it: %s", test->name,
			  strerror(-error));
		status = STATUS_FAIL;
	}
	if (status == STATUS_SKIP)
		printf("ok %u %s # SKIP %s\n", number, test->name,
		       skip_reason);
	else
		printf("%s %u %s\n", status ? "not ok" : "ok", number,
		       test->name);
	fflush(stdout);
	return status == STATUS_PASS || status == STATUS_SKIP;
}

static int run_cases(const struct test_case *cases, size_t count, bool hier,
		     int argc, char **argv)
{
	unsigned int planned = 0, number = 0;
	bool passed = true;
	size_t i;

	for (i = 0; i < count; i++)
		planned += chosen(&cases[i], argc, argv);
	if (!planned) {
		printf("Bail out! no case of that name\n");
		return STATUS_FAIL;
	}
	printf("1..%u\n", planned);

	signal(SIGPIPE, SIG_IGN);
	skip_reason = shared_memory(PAGE);
	remounted = shared_memory(sizeof(*remounted));
	root_limit = book("", limit_file());
	clean_up();
	if (hier)
		root_security = book("", on_v2 ? RESERVED : SECURITY);
	for (i = 0; i < count; i++) {
		int status, error;

		if (!chosen(&cases[i], argc, argv))
			continue;
		status = run_case(&cases[i]);
		error = clean_up();
		if (!error && hier && !root_is_clean())
			error = -EBUSY;
		passed &= report(++number, &cases[i], status, error);
	}
	return passed ? STATUS_PASS : STATUS_FAIL;
}

static int skip_all(const char *reason)
{
	printf("1..0 # SKIP %s\n", reason);
	return STATUS_SKIP;
}

int test_main(const struct test_case *cases, size_t count, bool hier,
	      int argc, char **argv)
{
	printf("TAP version 13\n");
	if (getuid())
		return skip_all("must be run as root");
	if (booted_off() == hier)
		return skip_all(hier ? "needs a boot without memcg_hier=off" :
				       "needs a boot with memcg_hier=off");
	find_root();
	hierarchy_mount();
	return run_cases(cases, count, hier, argc, argv);
}

int test_main_v2(const struct test_case *cases, size_t count, int argc,
		 char **argv)
{
	printf("TAP version 13\n");
	if (getuid())
		return skip_all("must be run as root");
	on_v2 = true;
	join(root_dir, "%s", V2_DIR);
	mkdir(root_dir, 0755);
	/* Of the program before; and a new mount has none of its options. */
	umount(root_dir);
	if (mount("none", root_dir, "cgroup2", 0, NULL))
		return skip_all("cannot mount cgroup2");
	if (group_write("", "cgroup.subtree_control", "+memory"))
		return skip_all("v1 has the memory controller");
	return run_cases(cases, count, true, argc, argv);
}
