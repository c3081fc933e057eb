// SPDX-License-Identifier: GPL-2.0-only
/*
 * memhier: see, check and steer a tree of memory reservations.
 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verbs.h"

#ifndef MEMHIER_VERSION
#define MEMHIER_VERSION "0"
#endif

const char *option_root;

static const struct verb * const verbs[] = {
	&verb_tree, &verb_check, &verb_save, &verb_plan, &verb_apply,
	&verb_move, &verb_top, &verb_balance, &verb_draw, &verb_systemd,
};

static void print_help(FILE *out)
{
	size_t i;

	fputs("usage: memhier VERB [OPTION...] [ARGUMENT...]\n\n", out);
	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		fprintf(out, "  %-8s %-26s %s\n", verbs[i]->name,
			verbs[i]->arguments, verbs[i]->summary);
	fputs("\n"
	      "  --root DIR          a hierarchy that is not the one mounted\n"
	      "  --color[=WHEN]      auto, always or never; NO_COLOR is never\n"
	      "  -h, --help          also of each verb\n"
	      "  -V, --version       which one this is\n\n"
	      "Exit status: 0 fine, 1 something was found or refused, 2 trouble.\n",
	      out);
}

static void print_verb_help(const struct verb *verb)
{
	printf("usage: memhier %s [OPTION...] %s\n\n%s.\n\n%s"
	       "  --root DIR          a hierarchy that is not the one mounted\n"
	       "  --color[=WHEN]      auto, always or never\n",
	       verb->name, verb->arguments, verb->summary, verb->help);
	if (verb->more_help)
		verb->more_help();
}

/**
 * usage_error - tell what is wrong with the command line and exit
 * @verb: what was to be done
 * @format: as for printf(); "" if getopt_long() has told it
 */
void usage_error(const struct verb *verb, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = xvprintf(format, args);
	va_end(args);
	if (*text)
		say("%s", text);
	free(text);
	fprintf(stderr, "usage: memhier %s [OPTION...] %s\n", verb->name,
		verb->arguments);
	exit(TROUBLE);
}

static bool color_wanted(const char *when)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (!strcmp(when, "always"))
		return true;
	if (!strcmp(when, "never"))
		return false;
	if (strcmp(when, "auto"))
		die("--color=%s: there are auto, always and never",
		    shown(when));
	return isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
	       term && strcmp(term, "dumb");
}

/**
 * common_option - an option that is none of the verb's own
 * @verb: what is to be done
 * @option: what getopt_long() returned
 */
void common_option(const struct verb *verb, int option)
{
	switch (option) {
	case OPT_ROOT:
		option_root = optarg;
		break;
	case OPT_COLOR:
		color_on = color_wanted(optarg ? optarg : "always");
		break;
	case 'h':
		print_verb_help(verb);
		exit(finish_output());
	default:
		usage_error(verb, "%s", "");
	}
}

#define NUMBER_MOST	1000000000U

/**
 * number_option - a whole number from the command line
 * @verb: what is to be done
 * @name: of the option
 * @text: its argument
 * @least: the least that it may be
 *
 * Return: the number; the tool ends if it is none.
 */
unsigned int number_option(const struct verb *verb, const char *name,
			   const char *text, unsigned int least)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || value < least ||
	    value > NUMBER_MOST)
		usage_error(verb, "%s %s: not a number from %u to %u", name,
			    shown(text), least, NUMBER_MOST);
	return value;
}

static struct hier *opened;

static void close_opened(void)
{
	hier_close(opened);
}

/**
 * open_hier - open the hierarchy that --root names, or that is mounted
 * @hier: what to fill in, which has to be static; the tool ends if there is
 *	none, and closes it at its end
 */
void open_hier(struct hier *hier)
{
	if (hier_open(hier, option_root))
		exit(TROUBLE);
	opened = hier;
	atexit(close_opened);
}

/**
 * load_usual - read what most verbs need
 * @hier: the hierarchy
 *
 * Return: the tree with limits, reserves and usages, or NULL after it was said
 * what is wrong.
 */
struct tree *load_usual(struct hier *hier)
{
	struct tree *tree;

	if (hier->ops->load(hier, BIT(LIMIT) | BIT(RESERVE) | BIT(USAGE),
			    &tree))
		return NULL;
	return tree;
}

/**
 * lock_hier - keep every other memhier from writing
 * @hier: the hierarchy
 *
 * Return: 0; -EWOULDBLOCK if another one has it; or another negative errno
 * after it was said what is wrong.
 */
int lock_hier(struct hier *hier)
{
	int ret = hier->ops->lock(hier);

	if (ret && ret != -EWOULDBLOCK)
		say("%s: can not be locked: %s", shown(hier->where),
		    strerror(-ret));
	return ret;
}

/* How long one waits for who writes; more is a reclaim that does not end. */
#define LOCK_SECONDS	10
#define LOCK_TRIES	20	/* in a second */

/**
 * load_locked - load_usual() for who is about to write
 * @hier: the hierarchy, which is locked until the tool ends, so that the tree
 *	stays as it was planned
 *
 * Return: the tree, or NULL after it was said what is wrong.
 */
struct tree *load_locked(struct hier *hier)
{
	static const struct timespec pause = {
		.tv_nsec = 1000000000 / LOCK_TRIES,
	};
	int ret = lock_hier(hier), left;

	for (left = LOCK_SECONDS * LOCK_TRIES;
	     ret == -EWOULDBLOCK && left; left--) {
		nanosleep(&pause, NULL);
		ret = lock_hier(hier);
	}
	if (ret == -EWOULDBLOCK)
		say("%s: another memhier has been at work for %d s: wait for it to end",
		    shown(hier->where), LOCK_SECONDS);
	return ret ? NULL : load_usual(hier);
}

/**
 * group_argument - the group that an argument names
 * @hier: the hierarchy
 * @tree: what was read of it
 * @text: the argument
 *
 * Return: the group, or NULL after it was said that there is none.
 */
struct group *group_argument(struct hier *hier, struct tree *tree,
			     const char *text)
{
	char *path = path_of_user(hier, text);
	struct group *group;

	if (!path)
		return NULL;
	group = tree_find(tree, path);
	if (!group)
		say("there is no group %s in %s", shown(path),
		    shown(hier->where));
	free(path);
	return group;
}

/**
 * catch_signals - let no signal end the tool between two writes
 * @handler: called for those that want it to end; who started the tool may have
 *	them ignored, as nohup does
 */
void catch_signals(void (*handler)(int signal))
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = handler }, old;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaction(signals[i], NULL, &old);
		if (old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
	/* Output that nobody reads is told of at the end: finish_output(). */
	signal(SIGPIPE, SIG_IGN);
}

/**
 * confirm - shall it be done?
 * @question: what to ask on the terminal
 *
 * Return: true if so. Where there is no terminal nobody is asked.
 */
bool confirm(const char *question)
{
	char answer[16];

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		say("there is no terminal to ask on: say --yes");
		return false;
	}
	fflush(stdout);
	fprintf(stderr, "%s [y/N] ", question);
	return fgets(answer, sizeof(answer), stdin) &&
	       (answer[0] == 'y' || answer[0] == 'Y');
}

/**
 * finish_output - has all that was printed arrived?
 *
 * Return: FINE; TROUBLE after it was said that it has not.
 */
int finish_output(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return FINE;
	say("standard output: %s", strerror(errno));
	return TROUBLE;
}

static const struct verb *find_verb(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(verbs[i]->name, name))
			return verbs[i];
	return NULL;
}

/* Options that stand before the verb. Returns the verb's place in argv. */
static int options_before(int argc, char **argv)
{
	static const struct option options[] = {
		{ "version", no_argument, NULL, 'V' },
		COMMON_OPTIONS
	};
	int option;

	while ((option = getopt_long(argc, argv, "+hV", options, NULL)) != -1) {
		switch (option) {
		case OPT_ROOT:
		case OPT_COLOR:
			common_option(NULL, option);
			break;
		case 'h':
			print_help(stdout);
			exit(finish_output());
		case 'V':
			puts("memhier " MEMHIER_VERSION);
			exit(finish_output());
		default:
			print_help(stderr);
			exit(TROUBLE);
		}
	}
	return optind;
}

int main(int argc, char **argv)
{
	const struct verb *verb;
	int at, ret;

	setlocale(LC_ALL, "");
	/* Numbers have a point whatever the language. */
	setlocale(LC_NUMERIC, "C");
	utf8_on = !strcmp(nl_langinfo(CODESET), "UTF-8");
	color_on = color_wanted("auto");
	at = options_before(argc, argv);
	if (at == argc) {
		print_help(stderr);
		return TROUBLE;
	}
	verb = find_verb(argv[at]);
	if (!verb)
		die("there is no verb %s; see memhier --help", shown(argv[at]));
	optind = 0;
	/* What getopt_long() calls us. */
	argv[at] = argv[0];
	ret = verb->run(argc - at, argv + at);
	if (opened && opened->skipped)
		ret = TROUBLE;
	return max(ret, finish_output());
}
