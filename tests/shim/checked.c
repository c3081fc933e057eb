// SPDX-License-Identifier: GPL-2.0-only
#include "checked.h"

#include <stdarg.h>
#include <stdio.h>

#include "shim.h"

void world_fail(const char *format, ...)
{
	char message[256];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	ck_abort_msg("%s", message);
}

int run_suites(SRunner *runner)
{
	int run, failed;

	setvbuf(stdout, NULL, _IOLBF, 0);
	srunner_run_all(runner, CK_NORMAL);
	run = srunner_ntests_run(runner);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	printf("%d passed, %d failed, 0 skipped\n", run - failed, failed);
	return failed != 0;
}
