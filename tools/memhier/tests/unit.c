// SPDX-License-Identifier: GPL-2.0-only
/*
 * The unit tests of memhier.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

static FILE *ear;
static int mouth;

/**
 * said_begin - keep what is said on standard error
 */
void said_begin(void)
{
	ear = tmpfile();
	mouth = dup(STDERR_FILENO);
	dup2(fileno(ear), STDERR_FILENO);
}

/**
 * said - what was said so far
 *
 * Return: new memory.
 */
char *said(void)
{
	long length;
	char *text;

	fflush(stderr);
	length = lseek(fileno(ear), 0, SEEK_END);
	text = xalloc(length + 1);
	ck_assert_int_eq(pread(fileno(ear), text, length, 0), length);
	return text;
}

/**
 * said_end - let standard error go where it went
 */
void said_end(void)
{
	dup2(mouth, STDERR_FILENO);
	close(mouth);
	fclose(ear);
}

/**
 * conf_of - a configuration from a text
 * @text: what would be in the file
 *
 * Return: the configuration, with its errors counted.
 */
struct conf *conf_of(const char *text)
{
	struct conf *conf = conf_new();
	FILE *file = fmemopen((void *)text, strlen(text), "r");

	conf_read_stream(conf, file, "test.conf");
	fclose(file);
	return conf;
}

int main(void)
{
	SRunner *runner = srunner_create(text_suite());
	int failed, run;

	srunner_add_suite(runner, conf_suite());
	srunner_add_suite(runner, target_suite());
	srunner_add_suite(runner, plan_suite());
	srunner_add_suite(runner, refuse_suite());
	srunner_add_suite(runner, balance_suite());
	srunner_add_suite(runner, dir_suite());
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	run = srunner_ntests_run(runner);
	srunner_free(runner);
	printf("%d passed, %d failed, 0 skipped\n", run - failed, failed);
	return failed > 0;
}
