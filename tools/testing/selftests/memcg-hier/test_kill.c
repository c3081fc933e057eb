// SPDX-License-Identifier: GPL-2.0-only
/*
 * A writer that reclaims or waits can be killed and interrupted, and the books
 * are right whatever instant it is at.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memcg_hier_util.h"

#define KILLS		20
#define INTERRUPTS	1000
/* That it does not hang, on a busy host; test_reclaim looks how soon it is. */
#define PROMPT_MS	8000
#define SHRINK_MS	30000
#define SLOW_FILE	DISK_DIR "/slow"

/* Writes that can only end in rounds of reclaim and EBUSY. */
struct doomed {
	const char *group, *file;
	uint64_t bytes;
	const char *lender;
};

static const struct doomed shrink = { "A/B", LIMIT, 4 * MB, NULL };
static const struct doomed shrink_memsw = { "A/B", MEMSW_LIMIT, 6 * MB, NULL };
static const struct doomed grow = { "A/B", LIMIT, 24 * MB, "A" };
static const struct doomed empty = { "A/D", FORCE_EMPTY, 0, NULL };

static int write_doomed(const struct doomed *doomed)
{
	char text[32];

	return group_write(doomed->group, doomed->file,
			   limit_text(text, doomed->bytes));
}

/* Own pages that cannot be reclaimed, in the parent and in the child. */
static void make_tree(void)
{
	const struct use use = { .anon = 8 * MB };

	make_group("A", 32 * MB);
	make_group("A/B", 12 * MB);
	make_group("A/C", 2 * MB);
	hold_in("A", &use);
	hold_in("A/B", &use);
}

static int write_in_vain(void *arg)
{
	for (;;)
		write_doomed(arg);
	return 0;
}

static pid_t spawn_writer(const struct doomed *doomed)
{
	return spawn(write_in_vain, (void *)doomed);
}

static void expect_prompt_death(pid_t pid)
{
	uint64_t start = now_ms();

	expect_ok(kill(pid, SIGKILL));
	expect_eq(kid_wait(pid), 128 + SIGKILL);
	expect_le(now_ms() - start, PROMPT_MS);
}

/* Failures of the lender are counted for as many writes as there were. */
static void expect_same_but_failures(struct snapshot *before)
{
	unsigned int i;

	for (i = 0; i < before->count; i++)
		before->entry[i].books.failcnt =
			book(before->entry[i].group, FAILCNT);
	expect_unchanged(before, NULL);
}

static void kill_writers(const struct doomed *doomed, unsigned int waiters)
{
	struct snapshot before;
	unsigned int i, kills;
	pid_t pid, others[4];

	make_tree();
	snapshot_take(&before);
	srandom(1);
	for (kills = 0; kills < KILLS; kills++) {
		for (i = 0; i < waiters; i++)
			others[i] = spawn_writer(doomed);
		pid = spawn_writer(doomed);
		sleep_ms(random() % 60);
		expect_prompt_death(pid);
		for (i = 0; i < waiters; i++)
			expect_prompt_death(others[i]);
		expect_same_but_failures(&before);
		expect_invariants();
	}
	/* No lock was left behind. */
	expect_ok(set_limit("A/B", 13 * MB));
	expect_ok(set_limit("A/C", 3 * MB));
}

static void kill_a_writer_that_shrinks(void)
{
	kill_writers(&shrink, 0);
}

static void kill_a_writer_that_grows(void)
{
	kill_writers(&grow, 0);
}

static void kill_a_writer_that_waits(void)
{
	kill_writers(&shrink, 2);
}

static int resize_forever(void *arg)
{
	(void)arg;
	for (;;) {
		set_limit("A/B", random() % 256 * 64 * KB);
		set_limit("A/B/D", random() % 128 * 64 * KB);
	}
	return 0;
}

/* The instant is any: the writes go through in between. */
static void kill_a_writer_at_any_instant(void)
{
	uint64_t end = now_ms() + 5000;
	const struct use use = { .anon = 4 * MB };

	use_swap();
	make_group("A", 32 * MB);
	make_group("A/B", 12 * MB);
	make_group("A/B/D", 6 * MB);
	hold_in("A/B/D", &use);
	while (now_ms() < end) {
		pid_t pid = spawn(resize_forever, NULL);

		sleep_ms(random() % 30);
		expect_prompt_death(pid);
		expect_invariants();
		expect_ok(set_limit("A/B", 16 * MB));
		expect_ok(set_limit("A/B/D", 6 * MB));
	}
}

static int make_and_remove(void *arg)
{
	(void)arg;
	for (;;) {
		group_mkdir("A/D");
		set_limit("A/D", 8 * MB);
		group_rmdir("A/D");
	}
	return 0;
}

static void kill_a_remover_at_any_instant(void)
{
	uint64_t end = now_ms() + 3000;

	make_group("A", 32 * MB);
	while (now_ms() < end) {
		pid_t pid = spawn(make_and_remove, NULL);

		sleep_ms(random() % 30);
		expect_prompt_death(pid);
		expect_invariants();
	}
	expect_ok(destroy_group("A/D"));
	expect_eq(book("A", SECURITY), 0);
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* Send this process a signal a while from now; 0: never. */
static void interrupt_in(unsigned int ms)
{
	const struct itimerval timer = { .it_value.tv_usec = ms * 1000 };

	setitimer(ITIMER_REAL, &timer, NULL);
}

/*
 * Write until a signal comes in the midst of it.  Not every one does: it may
 * come before the write or after the last round, and that is soon over where
 * nothing can be reclaimed.
 */
static void expect_interrupted(const struct doomed *doomed)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	struct snapshot before;
	int i, ret = 0;

	sigaction(SIGALRM, &action, NULL);
	for (i = 0; i < INTERRUPTS && ret != -EINTR; i++) {
		snapshot_take(&before);
		interrupt_in(1 + random() % 20);
		ret = write_doomed(doomed);
		interrupt_in(0);
		if (ret != -EBUSY)
			expect_result(ret, -EINTR);
	}
	expect_result(ret, -EINTR);
	expect_unchanged(&before, doomed->lender);
}

static void a_signal_interrupts_a_shrink(void)
{
	make_tree();
	expect_interrupted(&shrink);
	expect_invariants();
}

static void a_signal_interrupts_a_growth(void)
{
	make_tree();
	expect_interrupted(&grow);
	expect_invariants();
}

/* Some of what B has is in swap, and no file is there to be taken. */
static void a_signal_interrupts_a_shrink_of_memsw(void)
{
	skip_without_memsw();
	use_swap();
	make_tree();
	expect_ok(set_limit("A/B", 6 * MB));
	expect_interrupted(&shrink_memsw);
	expect_eq(book("A/B", MEMSW_LIMIT), LIMIT_MAX);
	expect_invariants();
}

/* What is in shm, without swap, stays. */
static void fill_d(void)
{
	const struct use use = { .file = SHM_DIR "/file",
				 .file_bytes = 4 * MB };

	make_group("A/D", 6 * MB);
	expect_eq(use_in("A/D", &use), 0);
}

static void a_signal_interrupts_force_empty(void)
{
	use_shm();
	make_tree();
	fill_d();
	expect_interrupted(&empty);
	expect_invariants();
}

static int empty_once(void *arg)
{
	(void)arg;
	return -write_doomed(&empty);
}

static void remove_d(pid_t writer)
{
	(void)writer;
	expect_ok(group_rmdir("A/D"));
}

static void have_d_again(void)
{
	if (group_exists("A/D"))
		return;
	expect(!unlink(SHM_DIR "/file"));
	fill_d();
}

static void a_removal_ends_force_empty(void)
{
	if (old_base())
		test_skip("on this base a writer keeps the group");
	use_shm();
	make_tree();
	fill_d();
	expect_prompt_end(empty_once, remove_d, ENODEV, have_d_again);
}

/* The writer in front takes many rounds; the one behind does not wait. */
static void expect_wait_interrupted(const struct doomed *fits)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	struct snapshot before;
	int i, ret = 0;
	pid_t pid;

	make_tree();
	snapshot_take(&before);
	pid = spawn_writer(&shrink);
	sigaction(SIGALRM, &action, NULL);
	/* This write, by itself, would succeed without a wait. */
	for (i = 0; i < INTERRUPTS && ret != -EINTR; i++) {
		interrupt_in(4 + i % 20);
		ret = write_doomed(fits);
		interrupt_in(0);
		if (ret)
			expect_result(ret, -EINTR);
	}
	expect_prompt_death(pid);
	expect_result(ret, -EINTR);
	expect_unchanged(&before, NULL);
	expect_invariants();
}

static void a_signal_interrupts_a_wait(void)
{
	static const struct doomed same = { "A/B", LIMIT, 12 * MB, NULL };

	expect_wait_interrupted(&same);
}

static void a_signal_interrupts_a_wait_for_memsw(void)
{
	static const struct doomed much = { "A/B", MEMSW_LIMIT, 64 * MB, NULL };

	skip_without_memsw();
	expect_wait_interrupted(&much);
}

static int shrink_once(void *arg)
{
	(void)arg;
	return -set_limit("A/B", 16 * MB);
}

/* What cannot be reclaimed, and a little that always can be. */
static void make_slow_reader(void)
{
	const struct use use = { .anon = 96 * MB };
	pid_t pid;

	use_disk();
	expect_ok(write_file(SLOW_FILE, SLOW_PAGES * PAGE));
	make_group("A", 192 * MB);
	make_group("A/B", 160 * MB);
	hold_in("A/B", &use);
	pid = kid_start("A/B", keep_reading_slowly, SLOW_FILE);
	sleep_ms(500);
	expect(kid_alive(pid));
}

static void a_shrink_beside_a_slow_reader_ends(void)
{
	int status = 0;
	uint64_t start;
	pid_t pid;

	make_slow_reader();
	start = now_ms();
	pid = spawn(shrink_once, NULL);
	while (!waitpid(pid, &status, WNOHANG) && now_ms() - start < SHRINK_MS)
		sleep_ms(10);
	expect_le(now_ms() - start, SHRINK_MS);
	expect(WIFEXITED(status));
	expect_eq(WEXITSTATUS(status), EBUSY);
	test_note("refused in %llu ms", (unsigned long long)(now_ms() - start));
	expect_eq(book("A/B", LIMIT), 160 * MB);
	expect_eq(book("A", SECURITY), 160 * MB);
	expect_invariants();
}

static void a_shrink_beside_a_slow_reader_can_be_killed(void)
{
	static const struct doomed slow = { "A/B", LIMIT, 16 * MB, NULL };
	pid_t pid;

	make_slow_reader();
	pid = spawn_writer(&slow);
	sleep_ms(200);
	expect_prompt_death(pid);
	expect_eq(book("A/B", LIMIT), 160 * MB);
	expect_eq(book("A", SECURITY), 160 * MB);
	expect_invariants();
}

/* Of another group; and of the one above, which takes back what it has lent. */
static void who_has_no_cpu_holds_up_nobody(void)
{
	static const struct rewrite starved = { "A/B", LIMIT, { "8M", "12M" } };
	static const struct rewrite beside = { "C", LIMIT, { "8M", "4M" } };
	static const struct rewrite above = { "A", LIMIT, { "30M", "32M" } };

	make_group("A", 32 * MB);
	make_group("A/B", 12 * MB);
	make_group("C", 4 * MB);
	expect_not_held_up(&starved, &beside);
	expect_not_held_up(&starved, &above);
	expect_invariants();
}

static const struct test_case cases[] = {
	SLOW_CASE(kill_a_writer_that_shrinks, 240),
	SLOW_CASE(kill_a_writer_that_grows, 240),
	SLOW_CASE(kill_a_writer_that_waits, 240),
	SLOW_CASE(kill_a_writer_at_any_instant, 120),
	SLOW_CASE(kill_a_remover_at_any_instant, 120),
	SLOW_CASE(a_signal_interrupts_a_shrink, 120),
	SLOW_CASE(a_signal_interrupts_a_growth, 120),
	SLOW_CASE(a_signal_interrupts_a_shrink_of_memsw, 120),
	SLOW_CASE(a_signal_interrupts_force_empty, 120),
	CASE(a_removal_ends_force_empty),
	SLOW_CASE(a_signal_interrupts_a_wait, 120),
	SLOW_CASE(a_signal_interrupts_a_wait_for_memsw, 120),
	SLOW_CASE(a_shrink_beside_a_slow_reader_ends, 120),
	CASE(a_shrink_beside_a_slow_reader_can_be_killed),
	SLOW_CASE(who_has_no_cpu_holds_up_nobody, 200),
};

int main(int argc, char **argv)
{
	return test_main(cases, ARRAY_SIZE(cases), true, argc, argv);
}
