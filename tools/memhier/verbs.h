/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tool can be told to do.
 */
#ifndef MEMHIER_VERBS_H
#define MEMHIER_VERBS_H

#include <getopt.h>

#include "hier.h"

struct verb {
	const char *name;
	const char *arguments;	/* for the usage line */
	const char *summary;
	const char *help;	/* one line for each option and argument */
	void (*more_help)(void);	/* prints what follows those, if anything */
	int (*run)(int argc, char **argv);
};

extern const struct verb verb_tree, verb_check, verb_save, verb_plan,
	verb_apply, verb_move, verb_top, verb_balance, verb_draw, verb_systemd;

/* Options that every verb has. */
enum {
	OPT_ROOT = 256,
	OPT_COLOR,
	OPT_VERB,	/* the first that a verb may have for itself */
};

#define COMMON_OPTIONS \
	{ "root", required_argument, NULL, OPT_ROOT }, \
	{ "color", optional_argument, NULL, OPT_COLOR }, \
	{ "help", no_argument, NULL, 'h' }, \
	{ NULL, 0, NULL, 0 }

extern const char *option_root;

void common_option(const struct verb *verb, int option);
void usage_error(const struct verb *verb, const char *format, ...)
	__printf(2, 3) __noreturn;
unsigned int number_option(const struct verb *verb, const char *name,
			   const char *text, unsigned int least);
void open_hier(struct hier *hier);
struct tree *load_usual(struct hier *hier);
int lock_hier(struct hier *hier);
struct tree *load_locked(struct hier *hier);
struct group *group_argument(struct hier *hier, struct tree *tree,
			     const char *text);
void catch_signals(void (*handler)(int signal));
bool confirm(const char *question);
int finish_output(void);

#endif
