/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the unit tests share.
 */
#ifndef MEMHIER_TESTS_UNIT_H
#define MEMHIER_TESTS_UNIT_H

#include <check.h>

#include "conf.h"
#include "model.h"

#define MIB	(1ULL << 20)
#define GIB	(1ULL << 30)

void said_begin(void);
char *said(void);
void said_end(void);
struct conf *conf_of(const char *text);

/* What was said since said_begin() has this in it. */
#define ck_said(what) do { \
	char *all_ = said(); \
	ck_assert_msg(strstr(all_, what), "\"%s\" is not in: %s", what, all_); \
	free(all_); \
} while (0)

struct Suite *text_suite(void);
struct Suite *conf_suite(void);
struct Suite *target_suite(void);
struct Suite *plan_suite(void);
struct Suite *refuse_suite(void);
struct Suite *balance_suite(void);
struct Suite *dir_suite(void);

#endif
