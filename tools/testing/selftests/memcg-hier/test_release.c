// SPDX-License-Identifier: GPL-2.0-only
/*
 * notify_on_release: the release agent is called when the last task has left a
 * group or the last child is gone, and not because somebody writes to a file
 * of the group.  The agent is this program, called with the group's path.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "memcg_hier_util.h"

#define AGENT		"release_agent"
#define NOTIFY		"notify_on_release"
#define LOG		"/tmp/memcg-hier.released"
/* An agent that was called has written its line by then. */
#define CALL_MS		1000

/* As the agent: one line for each call. */
static int note_call(const char *group)
{
	int fd = open(LOG, O_WRONLY | O_CREAT | O_APPEND, 0644);
	char line[PATH_MAX];
	int len = snprintf(line, sizeof(line), "%s\n", group);

	return fd < 0 || write(fd, line, len) != len;
}

static unsigned int calls(void)
{
	FILE *file = fopen(LOG, "r");
	unsigned int lines = 0;
	char line[PATH_MAX];

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		test_note("agent called for %s", line);
		lines++;
	}
	fclose(file);
	return lines;
}

static void expect_calls(unsigned int count)
{
	sleep_ms(CALL_MS);
	expect_eq(calls(), count);
}

static void set_agent(const char *path)
{
	expect_ok(group_write("", AGENT, path));
}

/* From now on calls are counted. */
static void count_calls(void)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	expect_ge(len, 1);
	path[len] = '\0';
	unlink(LOG);
	set_agent(path);
}

static void expect_written(const char *group, const char *text, int ret)
{
	expect_result(group_write(group, LIMIT, text), ret);
	expect(group_exists(group));
}

/* A group without tasks and without pages, as before its first task. */
static void make_idle_group(void)
{
	make_group("A", 32 * MB);
	make_group("A/B", 8 * MB);
	expect_ok(group_write("A/B", NOTIFY, "1"));
	count_calls();
}

static void writes_of_the_limit_call_no_agent(void)
{
	char text[32];
	int i;

	make_idle_group();
	for (i = 0; i < 20; i++)
		expect_written("A/B", limit_text(text, (i + 1) * MB), 0);
	expect_calls(0);
	expect(group_exists("A/B"));
}

static void refused_writes_call_no_agent(void)
{
	const struct use use = { .anon = 8 * MB };

	make_idle_group();
	hold_in("A", &use);
	expect_written("A/B", "xyz", -EINVAL);
	expect_written("A/B", " ", -EINVAL);
	expect_written("A/B", "4096G", -ENOSPC);
	expect_written("A/B", "30M", -EBUSY);
	expect_calls(0);
	expect(group_exists("A/B"));
}

static void a_refused_shrink_calls_no_agent(void)
{
	make_idle_group();
	make_group("A/B/C", 4 * MB);
	expect_written("A/B", "2M", -EBUSY);
	expect_calls(0);
	expect(group_exists("A/B"));

	/* The call for this must not come when another case counts. */
	expect_ok(group_rmdir("A/B/C"));
	expect_calls(1);
}

static void force_empty_calls_no_agent(void)
{
	make_idle_group();
	expect_ok(group_write("A/B", FORCE_EMPTY, "0"));
	expect_ok(group_write("A/B", FORCE_EMPTY, "0"));
	expect_calls(0);
	expect(group_exists("A/B"));
}

static void reads_call_no_agent(void)
{
	int i;

	make_idle_group();
	for (i = 0; i < 20; i++)
		books_of("A/B");
	expect(!holds_task("A/B", getpid()));
	expect_calls(0);
	expect(group_exists("A/B"));
}

static int leave(void *arg)
{
	(void)arg;
	return 0;
}

static void the_last_task_calls_it_once(void)
{
	make_idle_group();
	expect_eq(kid_wait(kid_start("A/B", leave, NULL)), 0);
	expect_calls(1);
}

static void the_last_child_calls_it_once(void)
{
	make_idle_group();
	expect_ok(group_mkdir("A/B/C"));
	expect_ok(group_rmdir("A/B/C"));
	expect_calls(1);
}

/* After it had tasks, too, when the kernel has marked it as one to release. */
static void writes_after_the_last_task_call_no_agent(void)
{
	make_idle_group();
	expect_eq(kid_wait(kid_start("A/B", leave, NULL)), 0);
	expect_calls(1);
	expect_written("A/B", "4M", 0);
	expect_written("A/B", "4096G", -ENOSPC);
	expect_written("A/B", "8M", 0);
	expect_calls(1);
	expect(group_exists("A/B"));
}

/* Pages do not keep a group from being removed: that they go is no news. */
static void freeing_the_last_page_calls_no_agent(void)
{
	const struct use use = {
		.file = SHM_DIR "/file", .file_bytes = 2 * MB,
	};
	int ret;

	use_swap();
	use_shm();
	make_idle_group();
	expect_eq(use_in("A/B", &use), 0);
	expect_ge(book("A/B", USAGE), use.file_bytes);
	expect_calls(1);

	/* Where the kernel's own is charged, something may stay. */
	ret = set_limit("A/B", 0);
	expect(!ret || (ret == -EBUSY && !old_base()));
	if (old_base())
		expect_eq(book("A/B", USAGE), 0);
	expect_calls(1);
	expect_ok(set_limit("A/B", 8 * MB));
	expect(!unlink(use.file));
	expect_calls(1);
	expect(group_exists("A/B"));
}

static const struct test_case cases[] = {
	CASE(writes_of_the_limit_call_no_agent),
	CASE(refused_writes_call_no_agent),
	CASE(a_refused_shrink_calls_no_agent),
	CASE(force_empty_calls_no_agent),
	CASE(reads_call_no_agent),
	CASE(the_last_task_calls_it_once),
	CASE(the_last_child_calls_it_once),
	CASE(writes_after_the_last_task_call_no_agent),
	CASE(freeing_the_last_page_calls_no_agent),
};

int main(int argc, char **argv)
{
	int status;

	if (argc == 2 && argv[1][0] == '/')
		return note_call(argv[1]);
	status = test_main(cases, ARRAY_SIZE(cases), true, argc, argv);
	if (group_exists(""))
		group_write("", AGENT, "\n");
	unlink(LOG);
	return status;
}
