// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers and names as people read and write them, and what is said to them.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

bool color_on;
bool utf8_on;
void (*before_say)(void);

/**
 * color - the escape sequence that starts a colour
 * @color: which
 *
 * Return: "" where colours are off.
 */
const char *color(enum color color)
{
	static const char * const sequence[] = {
		[COLOR_NONE] = "",
		[COLOR_USED] = "\033[34m",
		[COLOR_LENT] = "\033[36m",
		[COLOR_IDLE] = "\033[33m",
		[COLOR_FREE] = "\033[2m",
		[COLOR_ADDED] = "\033[32m",
		[COLOR_REMOVED] = "\033[31m",
		[COLOR_HEAD] = "\033[1m",
	};

	return color_on ? sequence[color] : "";
}

/**
 * color_end - the escape sequence that ends any colour
 *
 * Return: "" where colours are off.
 */
const char *color_end(void)
{
	return color_on ? "\033[0m" : "";
}

static void vsay(const char *format, va_list args)
{
	if (before_say)
		before_say();
	fflush(stdout);
	fputs("memhier: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

/**
 * say - tell what is wrong, on standard error
 * @format: as for printf(), one line without its end
 */
void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsay(format, args);
	va_end(args);
}

/**
 * die - tell what is wrong and exit with TROUBLE
 * @format: as for printf(), one line without its end
 */
void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsay(format, args);
	va_end(args);
	exit(TROUBLE);
}

/**
 * xalloc - memory that is there, or the end
 * @size: in bytes
 *
 * Return: zeroed memory.
 */
void *xalloc(size_t size)
{
	void *memory = calloc(1, size ? size : 1);

	if (!memory)
		die("out of memory");
	return memory;
}

/**
 * xrealloc - as realloc(), or the end
 * @old: what to resize, or NULL
 * @size: in bytes
 *
 * Return: the memory; what is new of it is not zeroed.
 */
void *xrealloc(void *old, size_t size)
{
	void *memory = realloc(old, size ? size : 1);

	if (!memory)
		die("out of memory");
	return memory;
}

/**
 * xstrdup - as strdup(), or the end
 * @text: what to copy
 *
 * Return: the copy.
 */
char *xstrdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(xalloc(size), text, size);
}

/**
 * xvprintf - print into new memory
 * @format: as for printf()
 * @args: what it prints
 *
 * Return: the text.
 */
char *xvprintf(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		die("out of memory");
	return text;
}

/**
 * xprintf - the same with the arguments themselves
 * @format: as for printf()
 *
 * Return: the text.
 */
char *xprintf(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = xvprintf(format, args);
	va_end(args);
	return text;
}

static int suffix_shift(char suffix)
{
	static const char suffixes[] = "kmgtpe";
	const char *at = suffix ? strchr(suffixes, tolower(suffix)) : NULL;

	return at ? 10 * (int)(at - suffixes + 1) : -1;
}

/**
 * size_parse - read a number of bytes
 * @text: decimal, with a fraction if need be, and at most one of K, M, G, T, P
 *	and E in either case, alone or as KiB or KB
 * @size: where to put it; untouched on error
 *
 * Return: 0, -EINVAL if it is no such number, -ERANGE if it is more than a
 * limit can be.
 */
int size_parse(const char *text, u64 *size)
{
	u64 whole, fraction = 0, scale = 1, unit = 1, part;
	char *end;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	whole = strtoull(text, &end, 10);
	if (errno)
		return -ERANGE;
	if (*end == '.') {
		end++;
		if (!isdigit((unsigned char)*end))
			return -EINVAL;
		for (; isdigit((unsigned char)*end); end++) {
			if (scale > 100000000)
				continue;
			fraction = fraction * 10 + (*end - '0');
			scale *= 10;
		}
	}
	if (suffix_shift(*end) > 0) {
		unit = 1ULL << suffix_shift(*end++);
		if (!strcasecmp(end, "ib") || !strcasecmp(end, "b"))
			end += strlen(end);
	} else if (scale > 1) {
		return -EINVAL;
	}
	if (*end)
		return -EINVAL;
	part = (u64)((long double)fraction / scale * unit + 0.5L);
	if (whole > (1ULL << 62) / unit)
		return -ERANGE;
	*size = whole * unit + part;
	return 0;
}

static const char *unit_name(int unit)
{
	static const char * const names[] = { "", "K", "M", "G", "T", "P", "E" };

	return names[unit];
}

/**
 * size_exact - write a number of bytes so that no byte is lost
 * @size: in bytes
 * @text: where to
 *
 * Return: @text: with the largest suffix that gives a whole number.
 */
const char *size_exact(u64 size, char text[SIZE_TEXT])
{
	int unit = 0;

	if (size == UNLIMITED)
		return strcpy(text, "max");
	while (size && !(size & 1023) && unit < 6) {
		size >>= 10;
		unit++;
	}
	snprintf(text, SIZE_TEXT, "%llu%s", size, unit_name(unit));
	return text;
}

/**
 * size_short - write a number of bytes in five characters
 * @size: in bytes
 * @text: where to
 *
 * Return: @text, rounded to one digit behind the point where there are less
 * than three before it.
 */
const char *size_short(u64 size, char text[SIZE_TEXT])
{
	double value = size;
	unsigned int tenths;
	int unit = 0;

	if (size == UNLIMITED)
		return strcpy(text, "max");
	while (value >= 1023.5 && unit < 6) {
		value /= 1024;
		unit++;
	}
	tenths = (unsigned int)(value * 10 + 0.5);
	if (tenths < 1000 && tenths % 10)
		snprintf(text, SIZE_TEXT, "%u.%u%s", tenths / 10, tenths % 10,
			 unit_name(unit));
	else
		snprintf(text, SIZE_TEXT, "%.0f%s", value, unit_name(unit));
	return text;
}

/* The length of the UTF-8 sequence that begins here, 0 if none does. */
static int utf8_length(const unsigned char *at)
{
	int length, i;

	if (*at < 0x80)
		return 1;
	if (*at >= 0xc2 && *at < 0xe0)
		length = 2;
	else if ((*at & 0xf0) == 0xe0)
		length = 3;
	else if (*at >= 0xf0 && *at < 0xf5)
		length = 4;
	else
		return 0;
	for (i = 1; i < length; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	/* Surrogates, and overlong forms. */
	if ((at[0] == 0xed && at[1] >= 0xa0) || (at[0] == 0xe0 && at[1] < 0xa0) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] >= 0x90))
		return 0;
	return length;
}

/* A name in new memory, with \xHH for each byte that is no UTF-8 or @special. */
static char *escape(const char *name, bool (*special)(const unsigned char *at))
{
	const unsigned char *at = (const unsigned char *)name;
	char *text = xalloc(4 * strlen(name) + 1);
	char *to = text;

	while (*at) {
		int length = utf8_length(at);

		if (!length || special(at)) {
			to += sprintf(to, "\\x%02x", *at++);
			continue;
		}
		memcpy(to, at, length);
		to += length;
		at += length;
	}
	return text;
}

/* Those of ASCII, and C1, which some terminals obey. */
static bool is_control(const unsigned char *at)
{
	return *at < ' ' || *at == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0);
}

/**
 * name_printable - a name that does nothing to a terminal or to a line
 * @name: any bytes
 *
 * Return: new memory: what is not printable is there as \xHH.
 */
char *name_printable(const char *name)
{
	return escape(name, is_control);
}

/* The backslash of what could be a byte that name_utf8() has escaped. */
static bool looks_escaped(const unsigned char *at)
{
	const char *text = (const char *)at;

	if (strncmp(text, "\\x", 2))
		return false;
	return !strncmp(text + 2, "5c", 2) ||
	       (strspn(text + 2, "89abcdef") &&
		strspn(text + 3, "0123456789abcdef"));
}

/**
 * name_utf8 - a name as text for programs
 * @name: any bytes
 *
 * UTF-8 stays as it is, and so does \x2d, of which systemd's names are full: a
 * backslash is escaped only where it could be taken for one that is put here.
 *
 * Return: new memory: what is no UTF-8 is there as \xHH.
 */
char *name_utf8(const char *name)
{
	return escape(name, looks_escaped);
}

/**
 * shell_word - a name that a shell takes as one word, and as it is
 * @name: any bytes
 *
 * Return: new memory: the name in quotes; NULL if not all of it is printable.
 */
char *shell_word(const char *name)
{
	char *text = name_printable(name), *word, *to;
	bool same = !strcmp(text, name);

	free(text);
	if (!same)
		return NULL;
	word = xalloc(4 * strlen(name) + 3);
	to = word;
	*to++ = '\'';
	for (; *name; name++) {
		if (*name == '\'')
			to = stpcpy(to, "'\\'");
		*to++ = *name;
	}
	*to = '\'';
	return word;
}

/**
 * shown - a name for a message
 * @name: any bytes
 *
 * Return: as name_printable(); good until some more names were shown.
 */
const char *shown(const char *name)
{
	static char *last[16];
	static unsigned int turn;
	char *text = name_printable(name);

	turn = (turn + 1) % ARRAY_SIZE(last);
	free(last[turn]);
	last[turn] = text;
	return text;
}

/**
 * shown_part - the beginning of a name for a message
 * @name: any bytes
 * @length: how many of them
 *
 * Return: as shown().
 */
const char *shown_part(const char *name, size_t length)
{
	char *part = xprintf("%.*s", (int)length, name);
	const char *text = shown(part);

	free(part);
	return text;
}
