/* SPDX-License-Identifier: GPL-2.0-only */
/* Tests under Check: a failure in the shim is one of the test. */
#ifndef SHIM_CHECKED_H
#define SHIM_CHECKED_H

#include <check.h>

/* Runs and frees it, and prints the count; returns main()'s exit status. */
int run_suites(SRunner *runner);

#endif
